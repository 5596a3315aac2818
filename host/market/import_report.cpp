#include "host/market/import_report.hpp"

#include "host/market/import_format.hpp"

#include <tradectl/decimal.hpp>

namespace tradectl::market {
namespace {

Decimal seconds_of(std::int64_t ns) {
    constexpr std::int64_t kRawPerNs = 1'000'000'000;
    return Decimal::from_raw(static_cast<Decimal::Raw>(ns) * kRawPerNs);
}

Json seconds(std::int64_t ns) {
    return Json::text_of(seconds_of(ns));
}

Json describe(const std::vector<SequenceGap>& gaps) {
    Json list = Json::array();
    for (const SequenceGap& gap : gaps) {
        Json entry = Json::object();
        entry.set("file", Json(gap.place.file));
        entry.set("line", Json(gap.place.line));
        entry.set("expected", Json(gap.expected));
        entry.set("found", Json(gap.found));
        list.push(std::move(entry));
    }
    return list;
}

Json describe(const CaptureReport& capture) {
    Json out = Json::object();
    Json messages = Json::object();
    for (const auto& [type, count] : capture.messages)
        messages.set(type, Json(count));
    out.set("messages_total", Json(capture.messages_total));
    out.set("messages", std::move(messages));
    Json symbols = Json::array();
    for (const std::string& symbol : capture.symbols)
        symbols.push(Json(symbol));
    out.set("symbols", std::move(symbols));
    out.set("symbol", Json(capture.symbol));
    out.set("trades", Json(capture.trades));
    out.set("quotes", Json(capture.quotes));
    out.set("bars_open", Json(capture.bars_open));
    out.set("bars_closed", Json(capture.bars_closed));
    out.set("level_changes", Json(capture.level_changes));
    out.set("snapshots", Json(capture.snapshots));
    if (capture.lag_known) out.set("lag_min_s", seconds(capture.lag_min_ns));
    out.set("differences_applied", Json(capture.differences_applied));
    out.set("differences_old", Json(capture.differences_old));
    out.set("differences_unused", Json(capture.differences_unused));
    out.set("gap_count", Json(capture.gap_count));
    out.set("gaps", describe(capture.gaps));
    out.set("books_crossed", Json(capture.books_crossed));
    out.set("bid_levels", Json(capture.bid_levels));
    out.set("ask_levels", Json(capture.ask_levels));
    return out;
}

}  // namespace

Json describe(const ImportReport& report) {
    Json out = Json::object();
    out.set("rows", Json(report.rows));
    out.set("rows_late", Json(report.rows_late));
    out.set("rows_left_out", Json(report.rows_left_out));
    out.set("rows_without_end", Json(report.rows_without_end));
    out.set("duplicates", Json(report.duplicates));
    if (report.gap_limit_ns > 0) {
        out.set("gap_limit_s", seconds(report.gap_limit_ns));
        out.set("gaps", Json(report.gaps));
    }
    switch (static_cast<DataKind>(report.header.kind)) {
        case DataKind::Trades: break;
        case DataKind::Quotes:
            out.set("quotes_crossed", Json(report.quotes_crossed));
            out.set("quotes_locked", Json(report.quotes_locked));
            out.set("quotes_one_sided", Json(report.quotes_one_sided));
            break;
        case DataKind::Bars:
            out.set("bars_without_volume", Json(report.bars_without_volume));
            break;
        case DataKind::Book:
            out.set("book_events", Json(report.book_events));
            out.set("book_snapshots", Json(report.book_snapshots));
            out.set("book_crossed", Json(report.book_crossed));
            out.set("book_gaps", Json(report.book_gaps));
            if (!report.sequence_gaps.empty())
                out.set("sequence_gaps", describe(report.sequence_gaps));
            break;
    }
    if (report.capture) out.set("capture", describe(*report.capture));
    return out;
}

std::vector<std::string> hints(const ImportReport& report, const ImportOptions& options) {
    constexpr std::uint64_t kBarsMin = 10;  // fewer may be far apart by chance
    std::vector<std::string> lines;
    const DataHeader& header = report.header;
    if (header.record_count >= kBarsMin && report.bar_step_min_ns > header.interval_ns)
        lines.push_back("no two bars are nearer than " +
                        seconds_of(report.bar_step_min_ns).to_string() + " s, but each lasts " +
                        seconds_of(header.interval_ns).to_string() + " s: is --interval right?");
    if (report.quotes_crossed * 2 > header.record_count) {
        const ImportFormat* format = find_import_format(options.format);
        const bool merges = format != nullptr && (format->uses & kUsesConsolidate) != 0 &&
                            options.consolidate == Consolidate::Nbbo;
        lines.push_back(std::to_string(report.quotes_crossed) + " of " +
                        std::to_string(header.record_count) + " quotes are crossed: " +
                        (merges ? "where a recording leaves out that quotes went away, "
                                  "--consolidate fresh helps"
                                : "are bid and ask swapped?"));
    }
    return lines;
}

}  // namespace tradectl::market
