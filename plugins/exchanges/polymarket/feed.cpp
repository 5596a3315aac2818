#include "feed.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tradectl::polymarket {

namespace {
constexpr std::size_t kWaitingMax = 1000;

bool is_before(Timestamp a, Timestamp b) {
    return !a.is_none() && !b.is_none() && a < b;
}
}  // namespace

void MarketFeed::want(tradectl_instrument_handle instrument, std::uint32_t streams) {
    if (streams == 0)
        lines_.erase(instrument);
    else
        lines_[instrument].streams = streams;
}

std::uint32_t MarketFeed::wanted(tradectl_instrument_handle instrument) const {
    const auto found = lines_.find(instrument);
    return found == lines_.end() ? 0 : found->second.streams;
}

const LocalBook* MarketFeed::book(tradectl_instrument_handle instrument) const {
    const auto found = lines_.find(instrument);
    if (found == lines_.end() || !found->second.book.is_valid()) return nullptr;
    return &found->second.book;
}

void MarketFeed::cut(tradectl_instrument_handle instrument) {
    const auto found = lines_.find(instrument);
    if (found == lines_.end()) return;
    found->second.book.drop();
    found->second.waiting.clear();
    found->second.was_cut = true;
}

MarketFeed::Line* MarketFeed::line(std::string_view asset, tradectl_instrument_handle& instrument) {
    const auto known = markets_.instrument(asset);
    if (!known) return nullptr;
    instrument = *known;
    const auto found = lines_.find(*known);
    return found == lines_.end() ? nullptr : &found->second;
}

void MarketFeed::tell_book(std::uint16_t type,
                           tradectl_instrument_handle instrument,
                           Timestamp time,
                           std::span<const PriceLevel> bids,
                           std::span<const PriceLevel> asks) {
    const std::size_t count = bids.size() + asks.size();
    const std::size_t bytes = sizeof(tradectl_book_event) + count * sizeof(tradectl_level);
    record_.resize(bytes / sizeof(std::uint64_t));
    auto event = make_event<tradectl_book_event>();
    event.header.type = type;
    event.header.size = static_cast<std::uint32_t>(bytes);
    event.header.event_time = time.ns();
    event.header.instrument = instrument;
    event.bid_count = static_cast<std::uint32_t>(bids.size());
    event.ask_count = static_cast<std::uint32_t>(asks.size());
    event.levels_offset = sizeof event;
    event.level_stride = sizeof(tradectl_level);
    auto* out = reinterpret_cast<std::uint8_t*>(record_.data());
    std::memcpy(out, &event, sizeof event);
    out += sizeof event;
    for (const auto side : {bids, asks}) {
        for (const PriceLevel& each : side) {
            const tradectl_level level{each.price.to_abi(), each.quantity.to_abi()};
            std::memcpy(out, &level, sizeof level);
            out += sizeof level;
        }
    }
    static_cast<void>(
        host_.publish_header(*reinterpret_cast<const tradectl_event*>(record_.data())));
}

void MarketFeed::tell_quote(tradectl_instrument_handle instrument, Line& line, Timestamp time) {
    constexpr PriceLevel kNothing{Decimal::null(), Decimal::null()};
    const PriceLevel bid = line.book.bids().empty() ? kNothing : line.book.bids().front();
    const PriceLevel ask = line.book.asks().empty() ? kNothing : line.book.asks().front();
    const auto same = [](const PriceLevel& a, const PriceLevel& b) {
        return a.price == b.price && a.quantity == b.quantity;
    };
    if (same(bid, line.bid) && same(ask, line.ask)) return;
    line.bid = bid, line.ask = ask;
    if ((line.streams & TRADECTL_STREAM_QUOTES) == 0) return;
    auto event = make_event<tradectl_quote_event>();
    event.header.event_time = time.ns();
    event.header.instrument = instrument;
    event.bid_price = bid.price.to_abi();
    event.bid_quantity = bid.quantity.to_abi();
    event.ask_price = ask.price.to_abi();
    event.ask_quantity = ask.quantity.to_abi();
    static_cast<void>(host_.publish(event));
}

void MarketFeed::on_book(std::string_view asset,
                         Timestamp time,
                         std::span<const PriceLevel> bids,
                         std::span<const PriceLevel> asks) {
    tradectl_instrument_handle instrument = 0;
    Line* const found = line(asset, instrument);
    if (found == nullptr) return;
    found->book.set(bids, asks);
    for (const Waiting& each : found->waiting)  // told by another stream before this late book
        if (is_before(time, each.time)) found->book.change(each.side, each.level);
    found->waiting.clear();
    found->missed = Timestamp::none();
    if ((found->streams & TRADECTL_STREAM_BOOK) != 0)
        tell_book(
            TRADECTL_EVENT_BOOK_SNAPSHOT, instrument, time, found->book.bids(), found->book.asks());
    tell_quote(instrument, *found, time);
    if (std::exchange(found->was_cut, false) && on_book_back) on_book_back(instrument);
}

/// Runs of changes of one token become one record each.
void MarketFeed::on_changes(Timestamp time, std::span<const LevelChange> changes) {
    while (!changes.empty()) {
        std::size_t run = 1;
        while (run < changes.size() && changes[run].asset == changes[0].asset)
            ++run;
        apply_run(time, changes.first(run));
        changes = changes.subspan(run);
    }
}

void MarketFeed::keep_waiting(Line& line, Timestamp time, std::span<const LevelChange> changes) {
    if (line.waiting.size() + changes.size() > kWaitingMax) {
        for (const Waiting& each : line.waiting)
            line.missed = std::max(line.missed, each.time);
        line.waiting.clear();
    }
    for (const LevelChange& change : changes)
        line.waiting.push_back({time, change.side, {change.price, change.quantity}});
}

void MarketFeed::apply_run(Timestamp time, std::span<const LevelChange> changes) {
    tradectl_instrument_handle instrument = 0;
    Line* const found = line(changes[0].asset, instrument);
    if (found == nullptr) return;
    if (!found->book.is_valid()) return keep_waiting(*found, time, changes);
    changed_bids_.clear(), changed_asks_.clear();
    for (const LevelChange& change : changes) {
        const PriceLevel level{change.price, change.quantity};
        found->book.change(change.side, level);
        (change.side == Side::Buy ? changed_bids_ : changed_asks_).push_back(level);
    }
    std::stable_sort(changed_bids_.begin(), changed_bids_.end(), [](const auto& a, const auto& b) {
        return a.price > b.price;
    });
    std::stable_sort(changed_asks_.begin(), changed_asks_.end(), [](const auto& a, const auto& b) {
        return a.price < b.price;
    });
    if ((found->streams & TRADECTL_STREAM_BOOK) != 0)
        tell_book(TRADECTL_EVENT_BOOK_DELTA, instrument, time, changed_bids_, changed_asks_);
    tell_quote(instrument, *found, time);
}

void MarketFeed::on_trade(
    std::string_view asset, Timestamp time, Side aggressor, Decimal price, Decimal quantity) {
    tradectl_instrument_handle instrument = 0;
    const Line* const found = line(asset, instrument);
    if (found == nullptr || (found->streams & TRADECTL_STREAM_TRADES) == 0) return;
    auto event = make_event<tradectl_trade_event>();
    event.header.event_time = time.ns();
    event.header.instrument = instrument;
    event.price = price.to_abi();
    event.quantity = quantity.to_abi();
    event.trade_id = ++trade_count_;
    event.aggressor = static_cast<std::uint32_t>(aggressor);
    static_cast<void>(host_.publish(event));
}

void MarketFeed::on_tick(std::string_view asset, Timestamp time, Decimal tick) {
    const auto known = markets_.instrument(asset);
    if (!known || !tick.is_positive()) return;
    Market& market = markets_.entry(*known);
    market.told_tick = tick;
    market.tick_time = time;
    if (!market.tick.is_null()) market.tick = tick;
    change_tick(*known, time, tick);
}

bool MarketFeed::learn_tick(tradectl_instrument_handle instrument, Timestamp time, Decimal tick) {
    if (!tick.is_positive()) return true;
    Market& market = markets_.entry(instrument);
    if (is_before(time, market.tick_time)) return tick == market.told_tick;
    const auto listing = host_.instrument(instrument);
    const Decimal before = market.last_tick(listing ? listing->tick() : tick);
    market.told_tick = tick;
    if (!time.is_none()) market.tick_time = time;
    if (!market.tick.is_null()) market.tick = tick;
    if (tick != before) change_tick(instrument, time, tick);
    return true;
}

void MarketFeed::change_tick(tradectl_instrument_handle instrument, Timestamp time, Decimal tick) {
    if (const auto listing = host_.instrument(instrument)) {
        tradectl_instrument record = listing->raw();
        record.tick = record.price_min = tick.to_abi();
        record.price_max = (1_d - std::min(tick, 1_d)).to_abi();
        tell_instrument(TRADECTL_INSTRUMENT_TICK_CHANGED, record, time);
    }
    const auto found = lines_.find(instrument);
    if (found == lines_.end()) return;
    found->second.book.drop();
    found->second.waiting.clear();
    if (on_book_lost) on_book_lost(instrument);
}

bool MarketFeed::take_read(tradectl_instrument_handle instrument, const BookSnapshot& book) {
    const auto found = lines_.find(instrument);
    if (found == lines_.end() || found->second.book.is_valid()) return true;
    if (is_before(book.time, found->second.missed)) return false;
    LocalBook whole;
    whole.set(book.bids, book.asks);
    Timestamp time = book.time;
    for (const Waiting& each : found->second.waiting) {
        if (is_before(each.time, book.time)) continue;
        whole.change(each.side, each.level);
        time = std::max(time, each.time);
    }
    on_book(book.asset_id, time, whole.bids(), whole.asks());
    return true;
}

void MarketFeed::on_new_market(std::string_view condition, Timestamp) {
    if (on_new_market_told) on_new_market_told(condition);
}

void MarketFeed::on_resolved(std::string_view winner,
                             Timestamp time,
                             std::span<const std::string_view> assets) {
    for (const std::string_view asset : assets) {
        const auto known = markets_.instrument(asset);
        const auto listing = known ? host_.instrument(*known) : std::nullopt;
        if (!listing) continue;
        Market& market = markets_.entry(*known);
        tradectl_instrument record = listing->raw();
        // Without a winner the market may have been split: what it pays is read elsewhere.
        record.status = winner.empty() ? TRADECTL_INSTRUMENT_CLOSED : TRADECTL_INSTRUMENT_RESOLVED;
        if (record.status > market.ended) {
            market.ended = record.status;
            market.pays = winner.empty() ? Decimal::null() : asset == winner ? 1_d : Decimal{};
            keep_end(host_, asset, market);
        }
        if (market.status == TRADECTL_INSTRUMENT_RESOLVED) continue;
        const bool was_over = is_over(market.status);
        market.status = record.status;
        market.close_time = Timestamp{record.close_time};
        tell_instrument(TRADECTL_INSTRUMENT_STATUS_CHANGED, record, time, market.pays);
        if (!was_over && on_ended) on_ended(*known);
    }
    if (winner.empty() && on_end_unclear) on_end_unclear();
}

void MarketFeed::on_problem(std::string_view what) {
    host_.log(LogLevel::Warning, what);
}

void MarketFeed::tell_instrument(std::uint32_t change,
                                 const tradectl_instrument& record,
                                 Timestamp time,
                                 Decimal resolved_price) {
    auto event = make_event<tradectl_instrument_event>();
    event.header.event_time = time.ns();
    event.header.instrument = record.handle;
    event.change = change;
    event.resolved_price = resolved_price.to_abi();
    event.instrument = record;
    static_cast<void>(host_.publish(event));
}

}  // namespace tradectl::polymarket
