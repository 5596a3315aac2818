// The report for a terminal: 80 columns, figures in two of them.
#include "host/backtest/report.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace tradectl::backtest {
namespace {

constexpr std::size_t kColumns = 80;
constexpr std::size_t kLabel = 25;
constexpr std::size_t kCell = 38;

void add_line(std::string& out, std::string_view line) {
    if (line.size() > kColumns) {
        out.append(line.substr(0, kColumns - 3)).append("...\n");
    } else {
        out.append(line).append("\n");
    }
}

/// Breaks at blanks.
void add_wrapped(std::string& out, std::string_view text, std::string_view indent) {
    while (!text.empty()) {
        const std::size_t room = kColumns - indent.size();
        std::size_t end = text.size();
        if (end > room) {
            end = text.rfind(' ', room);
            if (end == std::string_view::npos || end == 0) end = room;
        }
        add_line(out, std::string(indent).append(text.substr(0, end)));
        text.remove_prefix(std::min(text.size(), text.find_first_not_of(' ', end)));
    }
}

std::string cell(std::string_view label, std::string_view value, std::size_t width = kCell) {
    std::string text(label);
    text.resize(std::max(kLabel, text.size()), ' ');
    if (text.size() + value.size() < width) text.append(width - text.size() - value.size(), ' ');
    if (text.size() + value.size() > width) text += ' ';
    return text.append(value);
}

/// To the second, in UTC.
std::string time_text(Timestamp time) {
    return time.is_none() ? "-" : time.to_string().substr(0, 19) + "Z";
}

std::string count_text(std::uint64_t value) {
    return format_value({.unit = Unit::Count, .value = static_cast<double>(value)});
}

void add_head(const Report& report, std::string& out) {
    add_line(out, "backtest " + report.name);
    if (report.data_first.is_none()) {
        add_line(out, "  data      none: no market event");
    } else {
        add_line(
            out,
            "  data      " + time_text(report.data_first) + " to " + time_text(report.data_last));
    }
    std::array<char, 64> speed{};
    const double seconds = static_cast<double>(report.wall_ns) / 1e9;
    std::snprintf(speed.data(), speed.size(), "%.3g s", seconds);
    std::string events = "  events    " + count_text(report.market_events) + " in " + speed.data();
    if (seconds > 0) {
        events += ", " +
                  count_text(static_cast<std::uint64_t>(static_cast<double>(report.market_events) /
                                                        seconds)) +
                  " a second";
    }
    add_line(out, events);
    add_line(out,
             "  orders    " + count_text(report.orders) + " sent, " + count_text(report.fills) +
                 " fills, " + count_text(report.canceled) + " canceled, " +
                 count_text(report.rejected) + " rejected, " + count_text(report.denied) +
                 " denied");
    add_line(out,
             "  figures   in " + report.currency + ", from samples every " +
                 format_value({.unit = Unit::Seconds,
                               .value = static_cast<double>(report.sample_ns) / 1e9}));
    add_line(out,
             "  config    " + report.config_hash.substr(0, 16) + ", seed " +
                 std::to_string(report.seed));
}

void add_statistics(const Report& report, std::string& out) {
    std::vector<std::string> cells;
    for (const Statistic& statistic : report.statistics) {
        cells.push_back(cell(statistic.label, format_value(statistic)));
    }
    const std::size_t rows = (cells.size() + 1) / 2;
    for (std::size_t row = 0; row < rows; ++row) {
        const bool alone = row + rows >= cells.size();
        if (alone || cells[row].size() > kCell || cells[row + rows].size() > kCell) {
            add_line(out, cells[row]);
            if (!alone) add_line(out, cells[row + rows]);
            continue;
        }
        add_line(out, cells[row] + "    " + cells[row + rows]);
    }
}

void add_end_state(const Report& report, std::string& out) {
    if (!report.positions.empty()) out += "\npositions at the end\n";
    for (const FinalPosition& position : report.positions) {
        add_line(out,
                 "  " + position.strategy + "  " + position.instrument + "  " +
                     position.quantity.to_string() + " at " + position.average_price.to_string() +
                     ", unrealized " + position.unrealized_pnl.to_string());
    }
    if (!report.balances.empty()) out += "\nbalances at the end\n";
    for (const auto& [asset, total] : report.balances)
        add_line(out, "  " + cell(asset, total.to_string(), kCell + 2));
}

}  // namespace

std::string report_text(const Report& report) {
    std::string out;
    add_head(report, out);
    out += '\n';
    add_statistics(report, out);
    if (!report.denied_by_reason.empty()) out += "\ndenied orders\n";
    for (const DeniedCount& denied : report.denied_by_reason)
        add_line(out, "  " + cell(denied.reason, count_text(denied.count), kCell + 2));
    add_end_state(report, out);
    if (!report.warnings.empty() || !report.error.empty()) out += '\n';
    for (const std::string& warning : report.warnings)
        add_wrapped(out, "warning: " + warning, "");
    if (!report.error.empty()) add_wrapped(out, "stopped by an error: " + report.error, "");
    return out;
}

}  // namespace tradectl::backtest
