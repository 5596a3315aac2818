#include "host/market/capture_import.hpp"

#include "host/base/disk.hpp"
#include "host/market/capture_book.hpp"
#include "host/market/capture_decoder.hpp"
#include "host/market/capture_lines.hpp"
#include "host/market/data_file.hpp"
#include "host/market/import_sink.hpp"
#include "host/market/record_check.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace tradectl::market {
namespace {

/// Reads the lines, decodes them, and gives what is wanted of the symbol to the sink.
class CaptureImporter {
  public:
    CaptureImporter(const ImportOptions& options, const CaptureFormat& format, ImportSink sink);

    Expected<ImportReport> run();

  private:
    Status take_line(const CaptureLine& line);
    Status decode(const CaptureLine& line);
    Status take_unit(const CaptureUnit& unit);
    bool choose(std::string_view symbol);
    void note_lag(const CaptureUnit& unit);
    Expected<tradectl_time> time_of(const CaptureUnit& unit);
    Status take(const CaptureUnit& unit, TradeRecord trade);
    Status take(const CaptureUnit& unit, QuoteRecord quote);
    Status take(const CaptureUnit& unit, const BarState& state);
    Status take(const CaptureUnit& unit, const BookChange& change);
    template <typename Record>
    Status add(const Record& record);
    Status at_line(Status status) const;
    Status check_symbols() const;
    Status check_book() const;
    [[nodiscard]] bool wants(DataKind kind) const { return options_.kind == kind; }

    const ImportOptions& options_;
    CaptureClock clock_;
    CaptureLines lines_;
    CaptureJson json_;
    std::unique_ptr<CaptureDecoder> decoder_;
    ImportSink sink_;
    CaptureReport report_;
    CaptureBook book_;
    CaptureMessage own_message_;  ///< of a line that came undecoded
    CaptureView message_;         ///< that is being taken
    tradectl_time received_ = TRADECTL_TIME_NONE;
    tradectl_time exchange_time_ = TRADECTL_TIME_NONE;  ///< last one known
    tradectl_time answer_time_ = TRADECTL_TIME_NONE;    ///< of the last snapshot on the side
    std::set<std::string, std::less<>> symbols_;
    std::string last_symbol_;
    std::optional<CapturePlace> unnamed_;    ///< first message of the book without a symbol
    std::optional<std::size_t> book_input_;  ///< the input that told about the book last
    std::optional<std::size_t> counted_input_;
    std::string trade_type_;
    std::int64_t interval_ns_ = 0;
};

CaptureImporter::CaptureImporter(const ImportOptions& options,
                                 const CaptureFormat& format,
                                 ImportSink sink)
    : options_(options),
      clock_(options.capture.clock),
      lines_(options.inputs,
             options.zip_member,
             format.frame,
             {.venue = format.venue,
              .jobs = import_jobs(options),
              .block_bytes = options.block_bytes}),
      decoder_(make_capture_decoder(format.venue)),
      sink_(std::move(sink)),
      book_(options.capture.book_rule,
            report_,
            sink_.book(),
            [this](std::span<const BookRecord> levels) { return sink_.add(levels); }),
      interval_ns_(options.interval_ns) {
    report_.symbol = options.capture.symbol;
    if (clock_ == CaptureClock::Default)
        clock_ = format.frame == CaptureFrame::Bare ? CaptureClock::Exchange : CaptureClock::Local;
}

Expected<ImportReport> CaptureImporter::run() {
    if (auto status = lines_.open(); !status) return fail(status.error());
    while (true) {
        const auto line = lines_.next();
        if (!line) return fail(line.error());
        if (!*line) break;
        if (auto status = take_line(**line); !status) return fail(status.error());
    }
    book_.finish();
    if (auto status = check_symbols(); !status) return fail(status.error());
    if (auto status = check_book(); !status) return fail(status.error());
    ImportReport& report = sink_.report();
    report.book_gaps = report_.gap_count;
    report.sequence_gaps = report_.gaps;
    report.capture = std::move(report_);
    return sink_.finish();
}

Status CaptureImporter::take_line(const CaptureLine& line) {
    if (line.type == CaptureLine::Type::Note) return {};
    if (line.type == CaptureLine::Type::Connected) {
        if (!wants(DataKind::Book) || book_input_ != lines_.input()) return {};
        return at_line(book_.reconnect(received_, lines_.place()));
    }
    if (counted_input_ != lines_.input()) {
        counted_input_ = lines_.input();
        sink_.set_input(&lines_.text(), lines_.bytes_of_others(), lines_.bytes_all());
    }
    sink_.count_row();
    ++report_.messages_total;
    received_ = line.received;
    if (auto status = decode(line); !status) return status;
    const auto counted = report_.messages.find(message_.type);
    if (counted == report_.messages.end())
        report_.messages.emplace(message_.type, 1);
    else
        ++counted->second;
    for (const CaptureUnit& unit : message_.units)
        if (auto status = take_unit(unit); !status) return status;
    return {};
}

/// Where nobody did it before.
Status CaptureImporter::decode(const CaptureLine& line) {
    if (line.message) {
        message_ = *line.message;
        return {};
    }
    const auto json = json_.parse(line.json);
    if (!json) return lines_.damage(json.error().message);
    auto status = at_line(decoder_->decode(line.url, *json, own_message_));
    message_ = CaptureView(own_message_);
    return status;
}

Status CaptureImporter::take_unit(const CaptureUnit& unit) {
    if (!choose(unit.symbol)) return {};
    note_lag(unit);
    return std::visit([this, &unit](const auto& what) { return take(unit, what); }, unit.what);
}

/// Whether a message of that symbol is wanted. Without a choice it is until there are two.
bool CaptureImporter::choose(std::string_view symbol) {
    if (symbol.empty()) {
        if (!unnamed_) unnamed_ = lines_.place();
        return true;
    }
    if (symbol != last_symbol_) {
        last_symbol_ = symbol;
        if (symbols_.emplace(symbol).second) report_.symbols.emplace_back(symbol);
        if (report_.symbol.empty()) report_.symbol = symbol;
    }
    if (options_.capture.symbol.empty() && symbols_.size() > 1) return false;
    return symbol == report_.symbol;
}

void CaptureImporter::note_lag(const CaptureUnit& unit) {
    if (received_ == TRADECTL_TIME_NONE || unit.event_time == TRADECTL_TIME_NONE) return;
    if (std::holds_alternative<QuoteRecord>(unit.what)) return;
    const std::int64_t lag = received_ - unit.event_time;
    if (!report_.lag_known || lag < report_.lag_min_ns) report_.lag_min_ns = lag;
    report_.lag_known = true;
}

/// The time of what is taken out, by the clock that was asked for.
Expected<tradectl_time> CaptureImporter::time_of(const CaptureUnit& unit) {
    if (clock_ == CaptureClock::Local) return received_;
    tradectl_time time = unit.event_time;
    if (time == TRADECTL_TIME_NONE) time = unit.sent_time;
    const auto* change = std::get_if<BookChange>(&unit.what);
    if (time == TRADECTL_TIME_NONE && change != nullptr &&
        change->type != BookChange::Type::Difference)
        time = exchange_time_;  // a snapshot holds what was known then
    if (time == TRADECTL_TIME_NONE)
        return lines_.damage("no exchange time in a message of type " + std::string(message_.type));
    exchange_time_ = std::max(exchange_time_, time);
    if (change == nullptr) return time;
    // By the venue's clock an answer may be ahead of what the stream tells next.
    if (change->type == BookChange::Type::Answer) answer_time_ = std::max(answer_time_, time);
    return std::max(time, answer_time_);
}

Status CaptureImporter::take(const CaptureUnit& unit, TradeRecord trade) {
    ++report_.trades;
    if (!wants(DataKind::Trades)) return {};
    constexpr std::string_view kAggregated = "aggTrade";
    if (trade_type_.empty()) trade_type_ = message_.type;
    if ((message_.type == kAggregated) != (trade_type_ == kAggregated))
        return lines_.damage("trades and aggregated trades in one recording");
    const auto time = time_of(unit);
    if (!time) return fail(time.error());
    trade.time = *time;
    return add(trade);
}

Status CaptureImporter::take(const CaptureUnit& unit, QuoteRecord quote) {
    ++report_.quotes;
    if (!wants(DataKind::Quotes)) return {};
    const auto time = time_of(unit);
    if (!time) return fail(time.error());
    quote.time = *time;
    return add(quote);
}

Status CaptureImporter::take(const CaptureUnit&, const BarState& state) {
    const bool closed = state.type == BarState::Type::Closed;
    ++(closed ? report_.bars_closed : report_.bars_open);
    if (!wants(DataKind::Bars) || !closed) return {};
    if (state.interval_ns <= 0) return lines_.damage("a bar without a fixed length");
    if (interval_ns_ == 0) {
        interval_ns_ = state.interval_ns;
        sink_.set_interval(interval_ns_);
    }
    if (state.interval_ns == interval_ns_) return add(state.bar);
    if (options_.interval_ns > 0) return {};
    return lines_.damage("bars of several lengths need their interval");
}

Status CaptureImporter::take(const CaptureUnit& unit, const BookChange& change) {
    const auto levels = message_.levels_of(change);
    const bool difference =
        change.type == BookChange::Type::Difference || change.type == BookChange::Type::Lost;
    if (difference) {
        report_.level_changes += levels.size();
    } else {
        ++report_.snapshots;
        if (levels.empty()) ++report_.snapshots_empty;
    }
    if (!wants(DataKind::Book)) return {};
    book_input_ = lines_.input();
    const auto time = time_of(unit);
    if (!time) return fail(time.error());
    return at_line(book_.take(change, levels, *time, lines_.place()));
}

template <typename Record>
Status CaptureImporter::add(const Record& record) {
    if (const char* fault = record_fault(record)) return lines_.damage(fault);
    return at_line(sink_.add(record));
}

/// Says where, when it is the input's fault.
Status CaptureImporter::at_line(Status status) const {
    if (status || status.error().code != ErrorCode::Corrupt) return status;
    return lines_.damage(status.error().message);
}

Status CaptureImporter::check_symbols() const {
    constexpr std::size_t kNamesMax = 50;
    std::string names;
    for (std::size_t i = 0; i < report_.symbols.size() && i < kNamesMax; ++i)
        names += (i > 0 ? ", " : "") + report_.symbols[i];
    if (report_.symbols.size() > kNamesMax) names += ", ...";
    const std::string& chosen = options_.capture.symbol;
    const std::string& file = options_.inputs.back();
    if (chosen.empty() && symbols_.size() > 1)
        return fail(ErrorCode::Corrupt,
                    file + ": messages of several symbols (" + names + "), choose a symbol");
    if (!chosen.empty() && !symbols_.empty() && symbols_.count(chosen) == 0)
        return fail(ErrorCode::Corrupt,
                    file + ": no message of symbol " + chosen + ", but of " + names);
    if (unnamed_ && symbols_.size() > 1)
        return fail(ErrorCode::Corrupt,
                    unnamed_->file + ":" + std::to_string(unnamed_->line) +
                        ": a snapshot of no symbol, in a recording of several: " + names);
    return {};
}

Status CaptureImporter::check_book() const {
    if (!wants(DataKind::Book) || options_.capture.book_rule == BookRule::FileOrder) return {};
    if (report_.snapshots > 0 || report_.differences_unused == 0) return {};
    return fail(ErrorCode::Corrupt,
                options_.inputs.back() + ": no snapshot of " + report_.symbol + ": its " +
                    std::to_string(report_.differences_unused) +
                    " differences make no book by the venue's rule");
}

Status check_options(const CaptureOptions& wanted, const CaptureFormat* format, ImportOrder order) {
    if (format == nullptr)
        return fail(ErrorCode::Usage, "import: unknown format \"" + wanted.format + "\"");
    if (!gives(*format, wanted.kind))
        return fail(
            ErrorCode::Usage,
            "import: " + wanted.format + " gives no " + std::string(kind_name(wanted.kind)));
    if (wanted.clock == CaptureClock::Local && format->frame == CaptureFrame::Bare)
        return fail(ErrorCode::Unsupported, "import: " + wanted.format + " has no receive times");
    if (wanted.kind == DataKind::Book && order == ImportOrder::Sort)
        return fail(ErrorCode::Usage, "import: the changes of a book cannot be sorted by time");
    return {};
}

}  // namespace

Expected<ImportReport> import_capture(Disk& disk, const ImportOptions& given) {
    const CaptureFormat* format = find_capture_format(given.capture.format);
    if (auto status = check_options(given.capture, format, given.order); !status)
        return fail(status.error());
    ImportOptions options = given;
    options.format = given.capture.format;
    options.kind = given.capture.kind;
    auto sink = ImportSink::create(disk, options);
    if (!sink) return fail(sink.error());
    return CaptureImporter(options, *format, *std::move(sink)).run();
}

}  // namespace tradectl::market
