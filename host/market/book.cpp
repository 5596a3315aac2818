#include "host/market/book.hpp"

#include "host/base/assert.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace tradectl::market {
namespace {

constexpr tradectl_decimal kNull{TRADECTL_DECIMAL_NULL_LO, TRADECTL_DECIMAL_NULL_HI};
constexpr std::uint32_t kLevelsMax = 1'000'000;

Decimal price_of(const tradectl_level& level) {
    return Decimal::from_abi(level.price);
}

bool readable(const tradectl_level& level) {
    const Decimal quantity = Decimal::from_abi(level.quantity);
    return price_of(level).is_positive() && !quantity.is_null() && !quantity.is_negative();
}

/// The record's levels one after the other; false when it is too short for them.
bool levels_fit(const tradectl_book_event& event) {
    if (event.header.size < sizeof(event)) return false;
    if (event.bid_count > kLevelsMax || event.ask_count > kLevelsMax) return false;
    const std::uint64_t count = std::uint64_t{event.bid_count} + event.ask_count;
    if (count == 0) return true;
    return event.level_stride >= sizeof(tradectl_level) && event.level_stride % 8 == 0 &&
           event.levels_offset >= sizeof(event) && event.levels_offset % 8 == 0 &&
           event.levels_offset + count * event.level_stride <= event.header.size;
}

tradectl_level level_at(const tradectl_book_event& event, std::uint32_t index) {
    tradectl_level level;
    std::memcpy(&level,
                reinterpret_cast<const std::byte*>(&event) + event.levels_offset +
                    std::size_t{index} * event.level_stride,
                sizeof(level));
    return level;
}

/// First level that is not worse than `price`: bids stand ascending, asks descending.
std::vector<tradectl_level>::const_iterator find_level(const std::vector<tradectl_level>& levels,
                                                       std::uint32_t side,
                                                       Decimal price) {
    // Most changes are near the best price, which stands last.
    constexpr std::size_t kNear = 8;
    const auto worse = [side, price](const tradectl_level& level) {
        return side == TRADECTL_SIDE_BUY ? price_of(level) < price : price_of(level) > price;
    };
    auto from = levels.size() > kNear ? levels.end() - kNear : levels.begin();
    if (from != levels.begin() && !worse(*from)) {
        return std::partition_point(levels.begin(), from, worse);
    }
    while (from != levels.end() && worse(*from))
        ++from;
    return from;
}

void set_level(std::vector<tradectl_level>& levels,
               std::uint32_t side,
               const tradectl_level& level) {
    const auto found = find_level(levels, side, price_of(level));
    const bool known = found != levels.cend() && price_of(*found) == price_of(level);
    const auto at = levels.begin() + std::distance(levels.cbegin(), found);
    if (Decimal::from_abi(level.quantity).is_zero()) {
        if (known) levels.erase(at);
    } else if (known) {
        at->quantity = level.quantity;
    } else {
        levels.insert(at, level);
    }
}

}  // namespace

TopTable::TopTable(std::uint32_t instruments) {
    grow(instruments);
}

void TopTable::grow(std::uint32_t instruments) {
    tops_.resize(instruments,
                 tradectl_book_top{kNull, kNull, kNull, kNull, kNull, TRADECTL_TIME_NONE});
}

void TopTable::apply(const tradectl_event& event) {
    if (event.instrument >= tops_.size()) return;
    tradectl_book_top& top = tops_[event.instrument];
    switch (event.type) {
        case TRADECTL_EVENT_TRADE:
            top.last_price = reinterpret_cast<const tradectl_trade_event&>(event).price;
            break;
        case TRADECTL_EVENT_QUOTE: {
            const auto& quote = reinterpret_cast<const tradectl_quote_event&>(event);
            top.bid_price = quote.bid_price;
            top.bid_quantity = quote.bid_quantity;
            top.ask_price = quote.ask_price;
            top.ask_quantity = quote.ask_quantity;
            break;
        }
        case TRADECTL_EVENT_BAR:
            top.last_price = reinterpret_cast<const tradectl_bar_event&>(event).close;
            break;
        default: return;
    }
    top.updated = event.host_time;
}

void TopTable::set_sides(tradectl_instrument_handle instrument,
                         const tradectl_level* bid,
                         const tradectl_level* ask,
                         tradectl_time updated) {
    if (instrument >= tops_.size()) return;
    tradectl_book_top& top = tops_[instrument];
    top.bid_price = bid != nullptr ? bid->price : kNull;
    top.bid_quantity = bid != nullptr ? bid->quantity : kNull;
    top.ask_price = ask != nullptr ? ask->price : kNull;
    top.ask_quantity = ask != nullptr ? ask->quantity : kNull;
    top.updated = updated;
}

void TopTable::clear_sides(tradectl_instrument_handle instrument, tradectl_time updated) {
    set_sides(instrument, nullptr, nullptr, updated);
}

SequenceVerdict sequence_strict(std::uint64_t book, std::uint64_t previous, std::uint64_t after) {
    if (after <= book) return SequenceVerdict::Stale;
    return previous == book ? SequenceVerdict::Next : SequenceVerdict::Gap;
}

SequenceVerdict sequence_overlapping(std::uint64_t book,
                                     std::uint64_t previous,
                                     std::uint64_t after) {
    // Records without numbers, as recordings of venues that have none.
    if (after == 0) return SequenceVerdict::Next;
    if (after <= book) return SequenceVerdict::Stale;
    return previous <= book ? SequenceVerdict::Next : SequenceVerdict::Gap;
}

SequenceVerdict sequence_none(std::uint64_t, std::uint64_t, std::uint64_t) {
    return SequenceVerdict::Next;
}

void Book::clear() {
    bids_.clear();
    asks_.clear();
    sequence_ = 0;
    valid_ = false;
}

BookResult Book::apply(const tradectl_book_event& event) {
    const bool snapshot = event.header.type == TRADECTL_EVENT_BOOK_SNAPSHOT;
    if (!levels_fit(event)) {
        clear();
        return BookResult::Invalid;
    }
    if (snapshot) {
        clear();
    } else {
        if (!valid_) return BookResult::Gap;
        const SequenceVerdict verdict = rule_(sequence_, event.book_seq_prev, event.book_seq);
        if (verdict == SequenceVerdict::Stale) return BookResult::Stale;
        if (verdict == SequenceVerdict::Gap) {
            clear();
            return BookResult::Gap;
        }
    }
    const std::uint32_t count = event.bid_count + event.ask_count;
    for (std::uint32_t i = 0; i < count; ++i) {
        const tradectl_level level = level_at(event, i);
        if (!readable(level)) {
            clear();
            return BookResult::Invalid;
        }
        if (i < event.bid_count)
            set_level(bids_, TRADECTL_SIDE_BUY, level);
        else
            set_level(asks_, TRADECTL_SIDE_SELL, level);
    }
    sequence_ = event.book_seq;
    valid_ = true;
    return BookResult::Applied;
}

const tradectl_level* Book::best_bid() const {
    return bids_.empty() ? nullptr : &bids_.back();
}

const tradectl_level* Book::best_ask() const {
    return asks_.empty() ? nullptr : &asks_.back();
}

bool Book::crossed() const {
    return !bids_.empty() && !asks_.empty() && price_of(bids_.back()) >= price_of(asks_.back());
}

const tradectl_level& Book::bid(std::uint32_t n) const {
    TRADECTL_ASSERT(n < bids_.size());
    return bids_[bids_.size() - 1 - n];
}

const tradectl_level& Book::ask(std::uint32_t n) const {
    TRADECTL_ASSERT(n < asks_.size());
    return asks_[asks_.size() - 1 - n];
}

Decimal Book::quantity_at(std::uint32_t side, Decimal price) const {
    const auto& levels = side == TRADECTL_SIDE_BUY ? bids_ : asks_;
    const auto found = find_level(levels, side, price);
    if (found == levels.cend() || price_of(*found) != price) return Decimal{};
    return Decimal::from_abi(found->quantity);
}

Expected<Depth> Book::depth(std::uint32_t side, Decimal quantity) const {
    if (!quantity.is_positive())
        return fail(ErrorCode::InvalidArgument,
                    "depth: quantity is " + quantity.to_string() + ", must be above 0");
    const auto& levels = side == TRADECTL_SIDE_BUY ? asks_ : bids_;
    Depth out{Decimal{}, Decimal{}, Decimal::null(), 0};
    for (auto level = levels.rbegin(); level != levels.rend() && out.quantity < quantity; ++level) {
        const Decimal taken = std::min(Decimal::from_abi(level->quantity), quantity - out.quantity);
        const auto cost = checked_mul(price_of(*level), taken, Rounding::HalfEven);
        const auto notional = cost ? checked_add(out.notional, *cost) : std::nullopt;
        if (!notional)
            return fail(ErrorCode::Overflow,
                        "depth: notional of " + quantity.to_string() + " does not fit");
        out.quantity = out.quantity + taken;
        out.notional = *notional;
        out.worst_price = price_of(*level);
        ++out.levels;
    }
    return out;
}

BookTable::BookTable(std::uint32_t instruments) : tops_(instruments), books_(instruments) {}

void BookTable::grow(std::uint32_t instruments) {
    tops_.grow(instruments);
    books_.resize(instruments);
}

void BookTable::reserve(std::uint32_t instruments) {
    tops_.reserve(instruments);
    books_.reserve(instruments);
}

BookResult BookTable::apply(const tradectl_event& event) {
    if (event.type == TRADECTL_EVENT_BOOK_SNAPSHOT || event.type == TRADECTL_EVENT_BOOK_DELTA)
        return apply_book(reinterpret_cast<const tradectl_book_event&>(event));
    tops_.apply(event);
    return BookResult::Applied;
}

BookResult BookTable::apply_book(const tradectl_book_event& event) {
    const tradectl_instrument_handle instrument = event.header.instrument;
    if (instrument >= books_.size()) return BookResult::Invalid;
    auto& book = books_[instrument];
    if (!book) book = std::make_unique<Book>();
    const bool was_valid = book->valid();
    const BookResult result = book->apply(event);
    // A delta says nothing of a book that nobody knows: the top is whoever else's it is.
    if (result != BookResult::Stale && (was_valid || result != BookResult::Gap))
        tops_.set_sides(instrument, book->best_bid(), book->best_ask(), event.header.host_time);
    return result;
}

const Book* BookTable::book(tradectl_instrument_handle instrument) const {
    return instrument < books_.size() ? books_[instrument].get() : nullptr;
}

void BookTable::set_rule(tradectl_instrument_handle instrument, SequenceRule rule) {
    if (instrument < books_.size()) books_[instrument] = std::make_unique<Book>(rule);
}

void BookTable::invalidate(tradectl_instrument_handle instrument, tradectl_time now) {
    if (instrument >= books_.size()) return;
    if (books_[instrument]) books_[instrument]->clear();
    tops_.clear_sides(instrument, now);
}

}  // namespace tradectl::market
