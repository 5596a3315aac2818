#include "host/market/import_sink.hpp"

#include "host/base/disk.hpp"
#include "host/base/text_input.hpp"
#include "host/market/record_check.hpp"

#include <algorithm>
#include <cstring>
#include <thread>
#include <utility>

namespace tradectl::market {
namespace {

Status check_paths(Disk& disk, const ImportOptions& options) {
    if (options.inputs.empty()) return fail(ErrorCode::Usage, "import: no input file");
    for (const auto* list : {&options.inputs, &options.ask_inputs})
        for (const std::string& input : *list)
            if (input == options.output)
                return fail(ErrorCode::Usage, "import: " + input + " is both input and output");
    const auto exists = disk.exists(options.output);
    if (!exists) return fail(exists.error());
    if (*exists && options.existing == ExistingFile::Refuse)
        return fail(ErrorCode::Usage, options.output + ": exists already");
    return {};
}

Unexpected refuse(std::string reason) {
    return fail(ErrorCode::Corrupt, std::move(reason));
}

template <typename Record>
bool same(const Record& a, const Record& b) {
    return std::memcmp(&a, &b, sizeof(Record)) == 0;
}

/// One event's levels as `Book` takes them, in `room`.
const tradectl_book_event& book_event(std::span<const BookRecord> levels,
                                      std::vector<std::uint64_t>& room) {
    static_assert(sizeof(tradectl_level) == 2 * sizeof(tradectl_decimal));
    constexpr std::size_t kWords = sizeof(tradectl_level) / sizeof(std::uint64_t);
    tradectl_book_event event{};
    constexpr std::size_t kHeadWords = sizeof(event) / sizeof(std::uint64_t);
    room.resize(kHeadWords + kWords * levels.size());
    std::size_t used = kHeadWords;
    for (const BookRecord& level : levels) {
        if (level.side == TRADECTL_SIDE_NONE) continue;
        ++(level.side == TRADECTL_SIDE_BUY ? event.bid_count : event.ask_count);
        const tradectl_level shown{level.price, level.quantity};
        std::memcpy(room.data() + used, &shown, sizeof(shown));
        used += kWords;
    }
    const BookRecord& first = levels.front();
    event.header.size = static_cast<std::uint32_t>(used * sizeof(room[0]));
    event.header.type = (first.flags & kBookRecordSnapshot) != 0 ? TRADECTL_EVENT_BOOK_SNAPSHOT
                                                                 : TRADECTL_EVENT_BOOK_DELTA;
    event.header.event_time = event.header.host_time = first.time;
    event.book_seq = first.book_seq;
    event.book_seq_prev = first.book_seq_prev;
    event.levels_offset = sizeof(event);
    event.level_stride = sizeof(tradectl_level);
    std::memcpy(room.data(), &event, sizeof(event));
    return *reinterpret_cast<const tradectl_book_event*>(room.data());
}

}  // namespace

unsigned import_jobs(const ImportOptions& options) {
    if (options.jobs > 0) return options.jobs;
    return std::clamp(std::thread::hardware_concurrency(), 1U, 16U);
}

Expected<ImportSink> ImportSink::create(Disk& disk, const ImportOptions& options) {
    if (auto status = check_paths(disk, options); !status) return fail(status.error());
    const bool bars = options.kind == DataKind::Bars;
    // The length of bars may become known with the first row only.
    const std::int64_t interval = bars ? std::max<std::int64_t>(options.interval_ns, 1) : 0;
    auto writer =
        DataFileWriter::create(disk,
                               options.output,
                               {.kind = options.kind,
                                .instrument = options.instrument,
                                .origin = options.origin.empty() ? options.format : options.origin,
                                .interval_ns = interval});
    if (!writer) return fail(writer.error());
    return ImportSink(options, *std::move(writer));
}

ImportSink::ImportSink(const ImportOptions& options, DataFileWriter writer)
    : options_(&options), writer_(std::move(writer)) {
    report_.gap_limit_ns = options.gap_ns > 0 ? options.gap_ns : options.interval_ns;
}

void ImportSink::set_interval(std::int64_t interval_ns) {
    writer_.set_interval(interval_ns);
    if (report_.gap_limit_ns == 0) report_.gap_limit_ns = interval_ns;
}

void ImportSink::set_input(const TextPlace* input,
                           std::uint64_t bytes_before,
                           std::uint64_t bytes_all) {
    input_ = input;
    if (input != nullptr && options_->order == ImportOrder::Sort) paths_.push_back(input->path());
    bytes_before_ = bytes_before;
    bytes_all_ = bytes_all;
}

void ImportSink::note_sequence_gap(std::uint64_t expected, std::uint64_t found) {
    ++report_.book_gaps;
    if (report_.sequence_gaps.size() == CaptureReport::kGapsMax || input_ == nullptr) return;
    report_.sequence_gaps.push_back({{input_->path(), input_->line_number()}, expected, found});
}

void ImportSink::show_progress() {
    if (!options_->progress) return;
    const std::uint64_t done = input_ != nullptr ? input_->bytes_done() : 0;
    options_->progress({report_.rows, bytes_before_ + done, bytes_all_});
}

/// What is wrong with a time that comes next in the input, or null.
const char* ImportSink::note_order(tradectl_time time) {
    if (time >= time_read_) {
        time_read_ = time;
        return nullptr;
    }
    if (options_->order == ImportOrder::Refuse) return "time goes back";
    ++report_.rows_late;
    return nullptr;
}

ImportSink::Place ImportSink::place() const {
    if (input_ == nullptr || paths_.empty()) return {};
    return {static_cast<std::uint32_t>(paths_.size() - 1), input_->line_number()};
}

std::string ImportSink::text_of(const Place& place) const {
    if (place.line == 0) return options_->inputs.back();
    return paths_[place.input] + ":" + std::to_string(place.line);
}

template <typename Record>
Status ImportSink::take(const Record& record, std::vector<Held<Record>>& held) {
    if (const char* fault = note_order(record.time)) return refuse(fault);
    if (options_->order == ImportOrder::Refuse) return write(record);
    held.push_back({record, place()});
    return {};
}

Status ImportSink::add(const TradeRecord& trade) {
    return take(trade, trades_);
}
Status ImportSink::add(const QuoteRecord& quote) {
    return take(quote, quotes_);
}
Status ImportSink::add(const BarRecord& bar) {
    return take(bar, bars_);
}

template <typename Record>
RowReader::Taken ImportSink::add_all(std::span<const Record> records) {
    RowReader::Taken taken;
    for (const Record& record : records) {
        count_row();
        taken.status = add(record);
        if (!taken.status) break;
        ++taken.count;
    }
    return taken;
}

template RowReader::Taken ImportSink::add_all(std::span<const TradeRecord> records);
template RowReader::Taken ImportSink::add_all(std::span<const QuoteRecord> records);
template RowReader::Taken ImportSink::add_all(std::span<const BarRecord> records);

Status ImportSink::add(std::span<const BookRecord> levels) {
    if (levels.empty()) return {};
    if (const char* fault = note_order(levels.front().time)) return refuse(fault);
    if (options_->order == ImportOrder::Refuse) return write(levels);
    events_.push_back({levels_.size(), place()});
    for (std::size_t i = 0; i < levels.size(); ++i) {
        levels_.push_back(levels[i]);
        levels_.back().levels_left = static_cast<std::uint32_t>(levels.size() - 1 - i);
    }
    return {};
}

Expected<ImportSink::Doubled> ImportSink::look_at_doubled(const char* what) {
    if (options_->duplicates == Duplicates::Refuse) return refuse(what);
    ++report_.duplicates;
    return options_->duplicates == Duplicates::Drop ? Doubled::LeaveOut : Doubled::Keep;
}

/// Called for what is written, with the time of the record or event.
void ImportSink::note_time(tradectl_time time) {
    const tradectl_time before = writer_.header().time_last;
    if (report_.gap_limit_ns > 0 && writer_.header().record_count > 0 &&
        time - before > report_.gap_limit_ns)
        ++report_.gaps;
}

Status ImportSink::write(const TradeRecord& trade) {
    // Mere counting is done by the writer.
    if (options_->duplicates != Duplicates::Count && trade.trade_id != 0 &&
        !trade_ids_.add(trade.trade_id)) {
        const auto doubled = look_at_doubled("a trade with this id came before");
        if (!doubled) return fail(doubled.error());
        if (*doubled == Doubled::LeaveOut) return {};
    }
    note_time(trade.time);
    return writer_.add(trade);
}

Status ImportSink::write(const QuoteRecord& quote) {
    if (writer_.header().record_count > 0 && same(quote, quote_last_)) {
        const auto doubled = look_at_doubled("repeats the quote before");
        if (!doubled) return fail(doubled.error());
        if (*doubled == Doubled::LeaveOut) return {};
    }
    quote_last_ = quote;
    const Decimal bid = Decimal::from_abi(quote.bid_price);
    const Decimal ask = Decimal::from_abi(quote.ask_price);
    if (bid.is_null() || ask.is_null())
        ++report_.quotes_one_sided;
    else if (bid == ask)
        ++report_.quotes_locked;
    else if (bid > ask)
        ++report_.quotes_crossed;
    note_time(quote.time);
    return writer_.add(quote);
}

Status ImportSink::write(const BarRecord& bar) {
    if (writer_.header().record_count > 0) {
        if (same(bar, bar_last_)) {
            if (options_->duplicates != Duplicates::Drop) return refuse("repeats the bar before");
            ++report_.duplicates;
            return {};
        }
        if (bar.time == bar_last_.time) return refuse("another bar of the same time");
        if (bar.time - bar_last_.time < writer_.header().interval_ns)
            return refuse("bar begins before the one before it ends");
        const std::int64_t step = bar.time - bar_last_.time;
        std::int64_t& least = report_.bar_step_min_ns;
        least = least == 0 ? step : std::min(least, step);
    }
    bar_last_ = bar;
    if (Decimal::from_abi(bar.volume).is_zero()) ++report_.bars_without_volume;
    note_time(bar.time);
    return writer_.add(bar);
}

Status ImportSink::write(std::span<const BookRecord> levels) {
    const bool repeats =
        std::equal(levels.begin(),
                   levels.end(),
                   event_last_.begin(),
                   event_last_.end(),
                   [](const BookRecord& a, const BookRecord& b) { return same(a, b); });
    if (repeats) {
        if (options_->duplicates != Duplicates::Drop) return refuse("repeats the event before");
        ++report_.duplicates;
        return {};
    }
    event_last_.assign(levels.begin(), levels.end());
    note_time(levels.front().time);
    if (auto status = writer_.add(levels); !status) return status;
    note_event(levels);
    return {};
}

void ImportSink::note_event(std::span<const BookRecord> levels) {
    ++report_.book_events;
    if ((levels.front().flags & kBookRecordSnapshot) != 0) ++report_.book_snapshots;
    if (book_.apply(book_event(levels, event_room_)) == BookResult::Applied && book_.crossed())
        ++report_.book_crossed;
}

template <typename Record>
Status ImportSink::write_sorted(std::vector<Held<Record>>& held) {
    std::stable_sort(held.begin(), held.end(), [](const auto& a, const auto& b) {
        return a.record.time < b.record.time;
    });
    for (const auto& [record, place] : held) {
        writing_ = place;
        if (auto status = write(record); !status) return status;
    }
    held = {};
    return {};
}

/// Events stay whole: their first levels are sorted, with the place where they stand.
Status ImportSink::write_sorted_events() {
    std::stable_sort(events_.begin(), events_.end(), [this](const auto& a, const auto& b) {
        return levels_[a.record].time < levels_[b.record].time;
    });
    for (const auto& [begin, place] : events_) {
        writing_ = place;
        const std::span event(levels_.data() + begin, levels_[begin].levels_left + 1);
        if (auto status = write(std::span<const BookRecord>(event)); !status) return status;
    }
    levels_ = {};
    events_ = {};
    return {};
}

Status ImportSink::write_held() {
    switch (options_->kind) {
        case DataKind::Trades: return write_sorted(trades_);
        case DataKind::Quotes: return write_sorted(quotes_);
        case DataKind::Bars: return write_sorted(bars_);
        case DataKind::Book: return write_sorted_events();
    }
    return {};
}

Expected<ImportReport> ImportSink::finish() {
    if (auto status = write_held(); !status) {
        Error error = status.error();
        if (error.code == ErrorCode::Corrupt)
            error.message = text_of(writing_) + ": sorted by time: " + error.message;
        return fail(std::move(error));
    }
    if (writer_.header().record_count == 0)
        return refuse(options_->inputs.back() + ": no row of data");
    if (auto status = writer_.finish(); !status) return fail(status.error());
    show_progress();
    report_.header = writer_.header();
    if (options_->kind == DataKind::Trades && options_->duplicates == Duplicates::Count)
        report_.duplicates = report_.header.duplicates;
    return report_;
}

}  // namespace tradectl::market
