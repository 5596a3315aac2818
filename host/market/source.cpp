#include "host/market/source.hpp"

#include "host/market/data_file.hpp"
#include "host/market/record_check.hpp"

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>

namespace tradectl::market {
namespace {

void fill(tradectl_trade_event& event, const TradeRecord& record) {
    event.price = record.price;
    event.quantity = record.quantity;
    event.trade_id = record.trade_id != 0 ? record.trade_id : event.header.seq;
    event.aggressor = record.aggressor;
}

void fill(tradectl_quote_event& event, const QuoteRecord& record) {
    event.bid_price = record.bid_price;
    event.bid_quantity = record.bid_quantity;
    event.ask_price = record.ask_price;
    event.ask_quantity = record.ask_quantity;
}

void fill(tradectl_bar_event& event, const BarRecord& record) {
    event.open = record.open;
    event.high = record.high;
    event.low = record.low;
    event.close = record.close;
    event.volume = record.volume;
    event.trade_count = record.trade_count;
}

}  // namespace

FileSource::FileSource(std::shared_ptr<const DataFile> file,
                       tradectl_instrument_handle instrument,
                       std::uint32_t source)
    : file_(std::move(file)), instrument_(instrument), source_(source) {}

FileSource::~FileSource() = default;

Status FileSource::seek(Timestamp time) {
    const auto found = file_->find(time);
    if (!found) {
        failure_ = found.error();
        return fail(found.error());
    }
    next_ = *found;
    block_end_ = next_;
    last_ = Timestamp::none();
    return {};
}

/// Makes sure that the record `next_` stands in a checked block.
bool FileSource::enter_block() {
    if (failure_ || next_ >= file_->size()) return false;
    if (next_ < block_end_) return true;
    const std::uint64_t block = next_ / kDataBlockRecords;
    if (auto status = file_->check_block(block); !status) {
        failure_ = status.error();
        return false;
    }
    block_end_ = file_->block_end(block);
    return true;
}

std::optional<Timestamp> FileSource::next_time() {
    if (!enter_block()) return std::nullopt;
    return file_->time(next_);
}

Expected<std::size_t> FileSource::read(Timestamp limit, std::size_t events_max, EventBuffer& out) {
    std::size_t given = 0;
    while (given < events_max && enter_block()) {
        const std::size_t room = events_max - given;
        std::size_t more = 0;
        switch (file_->kind()) {
            case DataKind::Trades:
                more = read_block<TradeRecord, tradectl_trade_event>(
                    TRADECTL_EVENT_TRADE, limit, room, out);
                break;
            case DataKind::Quotes:
                more = read_block<QuoteRecord, tradectl_quote_event>(
                    TRADECTL_EVENT_QUOTE, limit, room, out);
                break;
            case DataKind::Bars:
                more =
                    read_block<BarRecord, tradectl_bar_event>(TRADECTL_EVENT_BAR, limit, room, out);
                break;
            case DataKind::Book: more = read_book_event(limit, out); break;
        }
        given += more;
        if (more == 0) break;
    }
    if (failure_ && given == 0) return fail(*failure_);
    return given;
}

/// Decodes records of the checked block; stops at its end, the limit, the count, or damage.
template <typename Record, typename Event>
std::size_t FileSource::read_block(std::uint16_t type,
                                   Timestamp limit,
                                   std::size_t events_max,
                                   EventBuffer& out) {
    const std::uint64_t first = next_;
    const std::uint64_t end = std::min<std::uint64_t>(block_end_, first + events_max);
    for (; next_ < end; ++next_) {
        const Record& record = file_->as<Record>(next_);
        const Timestamp time{record.time};
        if (time > limit) break;
        const char* fault = time < last_ ? "time goes back" : record_fault(record);
        if (fault != nullptr) {
            failure_ = file_->damage(next_, fault);
            break;
        }
        last_ = time;
        Event& event = out.emplace<Event>(type);
        stamp(event.header, time);
        fill(event, record);
        if constexpr (std::is_same_v<Event, tradectl_bar_event>)
            event.interval_ns = file_->header().interval_ns;
    }
    return next_ - first;
}

void FileSource::stamp(tradectl_event& header, Timestamp time) {
    header.seq = ++sequence_;
    header.event_time = time.ns();
    header.host_time = time.ns();
    header.instrument = instrument_;
    header.source = source_;
}

/// Puts the records of one book event together; they may go on in the next block. Gives 1, or 0 at
/// the limit and on damage.
std::size_t FileSource::read_book_event(Timestamp limit, EventBuffer& out) {
    const std::uint64_t begin = next_;
    const BookRecord& first = file_->as<BookRecord>(begin);
    if (Timestamp{first.time} > limit) return 0;
    const char* fault = Timestamp{first.time} < last_ ? "time goes back" : record_fault(first);
    if (fault != nullptr) {
        failure_ = file_->damage(begin, fault);
        return 0;
    }
    tradectl_book_event event{};
    constexpr std::size_t kWord = sizeof(scratch_[0]);
    const std::size_t levels_max = std::size_t{first.levels_left} + 1;
    const std::size_t bytes_max = sizeof(event) + levels_max * sizeof(tradectl_level);
    if (scratch_.size() * kWord < bytes_max) scratch_.resize(bytes_max / kWord);
    scratch_used_ = sizeof(event) / kWord;
    for (std::uint32_t left = first.levels_left;; --left) {
        fault = enter_block() ? nullptr : "levels of an event are missing";
        if (failure_) return 0;
        if (fault == nullptr) fault = add_level(first, left, event);
        if (fault != nullptr) {
            failure_ = file_->damage(next_, fault);
            return 0;
        }
        ++next_;
        if (left == 0) break;
    }
    last_ = Timestamp{first.time};
    stamp(event.header, last_);
    event.header.size = static_cast<std::uint32_t>(scratch_used_ * kWord);
    event.header.type = (first.flags & kBookRecordSnapshot) != 0 ? TRADECTL_EVENT_BOOK_SNAPSHOT
                                                                 : TRADECTL_EVENT_BOOK_DELTA;
    event.book_seq = first.book_seq;
    event.book_seq_prev = first.book_seq_prev;
    event.levels_offset = sizeof(event);
    event.level_stride = sizeof(tradectl_level);
    std::memcpy(scratch_.data(), &event, sizeof(event));
    out.append(*reinterpret_cast<const tradectl_event*>(scratch_.data()));
    return 1;
}

/// Takes the record `next_` into the event in `scratch_`; says what is wrong with it, or null.
const char* FileSource::add_level(const BookRecord& first,
                                  std::uint32_t left,
                                  tradectl_book_event& event) {
    const BookRecord& record = file_->as<BookRecord>(next_);
    if (const char* fault = record_fault(record)) return fault;
    if (record.levels_left != left || record.time != first.time)
        return "levels of an event are missing";
    if (record.side == TRADECTL_SIDE_NONE) return nullptr;
    const bool bid = record.side == TRADECTL_SIDE_BUY;
    if (bid && event.ask_count > 0) return "a bid behind the asks";
    ++(bid ? event.bid_count : event.ask_count);
    const tradectl_level level{record.price, record.quantity};
    std::memcpy(scratch_.data() + scratch_used_, &level, sizeof(level));
    scratch_used_ += sizeof(level) / sizeof(scratch_[0]);
    return nullptr;
}

MergedSource::MergedSource(std::vector<std::unique_ptr<Source>> sources)
    : sources_(std::move(sources)), ended_(sources_.size(), 0) {}

MergedSource::~MergedSource() = default;

/// The source whose event is due first, and until when it stays so. Notes sources that ended and
/// keeps the first failure.
MergedSource::Due MergedSource::due() {
    Due due;
    for (std::size_t i = 0; i < sources_.size() && !failure_; ++i) {
        if (ended_[i] != 0) continue;
        const auto time = sources_[i]->next_time();
        if (!time) {
            EventBuffer nothing;
            const auto end = sources_[i]->read(Timestamp::none(), 1, nothing);
            if (!end) failure_ = end.error();
            ended_[i] = 1;
        } else if (due.source == nullptr || *time < due.time) {
            // The one that led so far is due at its own time at the latest, and goes first then.
            if (due.source != nullptr) due.until = due.time.plus_ns(-1);
            due.source = sources_[i].get();
            due.time = *time;
        } else {
            due.until = std::min(due.until, *time);
        }
    }
    return failure_ ? Due{} : due;
}

std::optional<Timestamp> MergedSource::next_time() {
    if (sources_.size() == 1) return sources_.front()->next_time();
    const Due first = due();
    if (first.source == nullptr) return std::nullopt;
    return first.time;
}

Expected<std::size_t> MergedSource::read(Timestamp limit,
                                         std::size_t events_max,
                                         EventBuffer& out) {
    if (sources_.size() == 1) return sources_.front()->read(limit, events_max, out);
    std::size_t given = 0;
    while (given < events_max) {
        const Due first = due();
        if (first.source == nullptr || first.time > limit) break;
        const auto more = first.source->read(std::min(limit, first.until), events_max - given, out);
        if (!more) {
            failure_ = more.error();
            break;
        }
        given += *more;
    }
    if (failure_ && given == 0) return fail(*failure_);
    return given;
}

}  // namespace tradectl::market
