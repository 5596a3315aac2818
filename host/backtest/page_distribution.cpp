// What trades and months returned: the pictures without a time axis.
#include "host/backtest/page_charts.hpp"
#include "host/backtest/page_svg.hpp"
#include "host/backtest/page_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>

namespace tradectl::backtest::page {
namespace {

constexpr double kWidth = 530, kTop = 14, kHeight = 220, kLeft = 52, kRight = 12;
constexpr std::size_t kBinsMax = 24;
/// Above this many the dots are small.
constexpr std::size_t kDotsMax = 300;

std::vector<double> trade_returns(const Report& report) {
    std::vector<double> returns;
    for (const Trade& trade : report.trades)
        if (std::isfinite(trade.profit_ratio)) returns.push_back(trade.profit_ratio);
    return returns;
}

std::string of_how_many(const Report& report) {
    const std::string shown = typeset(std::to_string(report.trades.size()));
    if (report.trades_total <= report.trades.size())
        return shown + (report.trades.size() == 1 ? " trade" : " trades");
    return "the first " + shown + " of " + typeset(std::to_string(report.trades_total)) + " trades";
}

/// Bins of a round width with zero at an edge, so that no bin mixes gains and losses.
struct Bins {
    double width = 0;
    std::int64_t first = 0;  ///< the first begins at first * width
    std::vector<std::size_t> counts;
};

/// One trade in a hundred, on either side, may lie outside: it counts in the bin at the end.
Bins bins_of(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t cut = values.size() / 100;
    const Range range = Range{values[cut], values[values.size() - 1 - cut], false}.widened(0);
    const auto root = static_cast<std::size_t>(std::sqrt(static_cast<double>(values.size())));
    const std::size_t wanted = std::clamp<std::size_t>(2 * root, 6, kBinsMax);
    const auto ticks = value_ticks(0, range.high - range.low, wanted);
    const double width = ticks.size() > 1 ? ticks[1].value : range.high - range.low;
    Bins bins{width, static_cast<std::int64_t>(std::floor(range.low / width)), {}};
    const auto count = static_cast<std::int64_t>(std::floor(range.high / width)) - bins.first + 1;
    bins.counts.resize(static_cast<std::size_t>(std::clamp<std::int64_t>(count, 1, 200)));
    for (const double value : values) {
        const double place = std::floor(value / width) - static_cast<double>(bins.first);
        const double last = static_cast<double>(bins.counts.size() - 1);
        ++bins.counts[static_cast<std::size_t>(std::clamp(place, 0.0, last))];
    }
    return bins;
}

void draw_counts(Picture& picture, const Bins& bins, const Scale& x, const Scale& y) {
    for (std::size_t i = 0; i < bins.counts.size(); ++i) {
        if (bins.counts[i] == 0) continue;
        const double from = static_cast<double>(bins.first + static_cast<std::int64_t>(i));
        const double left = x(from * bins.width) + 0.5, right = x((from + 1) * bins.width) - 0.5;
        const double top = y(static_cast<double>(bins.counts[i]));
        const std::string label = show_percent(from * bins.width, 3) + " to " +
                                  show_percent((from + 1) * bins.width, 3) + ": " +
                                  typeset(std::to_string(bins.counts[i]));
        const double base = y(0);
        picture.path(from < 0 ? "bar loss" : "bar gain",
                     line_path({{left, base}, {left, top}, {right, top}, {right, base}}) + "Z",
                     label);
    }
}

void draw_value_axis(Picture& picture, const Scale& x, TickLabels labels) {
    const double bottom = kTop + kHeight;
    for (const ValueTick& tick : value_ticks(x.from, x.to, 8, labels)) {
        picture.line("grid", {x(tick.value), kTop}, {x(tick.value), bottom});
        picture.text("tick", {x(tick.value), bottom + 17}, Anchor::Middle, tick.label);
    }
    picture.line("axis", {kLeft, bottom}, {kWidth - kRight, bottom});
}

void draw_left_axis(Picture& picture, const Scale& y, std::size_t count, TickLabels labels) {
    for (const ValueTick& tick : value_ticks(y.from, y.to, count, labels)) {
        picture.line("grid", {kLeft, y(tick.value)}, {kWidth - kRight, y(tick.value)});
        picture.text("tick", {kLeft - 8, y(tick.value) + 4}, Anchor::End, tick.label);
    }
}

/// Times that people hold things for: the labels of a logarithmic axis.
constexpr std::array<std::int64_t, 28> kHoldings{kNsPerMillisecond,
                                                 10 * kNsPerMillisecond,
                                                 100 * kNsPerMillisecond,
                                                 kNsPerSecond,
                                                 2 * kNsPerSecond,
                                                 5 * kNsPerSecond,
                                                 10 * kNsPerSecond,
                                                 30 * kNsPerSecond,
                                                 kNsPerMinute,
                                                 2 * kNsPerMinute,
                                                 5 * kNsPerMinute,
                                                 10 * kNsPerMinute,
                                                 30 * kNsPerMinute,
                                                 kNsPerHour,
                                                 2 * kNsPerHour,
                                                 6 * kNsPerHour,
                                                 12 * kNsPerHour,
                                                 kNsPerDay,
                                                 2 * kNsPerDay,
                                                 4 * kNsPerDay,
                                                 7 * kNsPerDay,
                                                 14 * kNsPerDay,
                                                 30 * kNsPerDay,
                                                 60 * kNsPerDay,
                                                 120 * kNsPerDay,
                                                 365 * kNsPerDay,
                                                 5 * 365 * kNsPerDay,
                                                 25 * 365 * kNsPerDay};

double log_of(std::int64_t ns) {
    return std::log10(static_cast<double>(std::max<std::int64_t>(ns, kNsPerMillisecond)));
}

void draw_holding_axis(Picture& picture, const Scale& x) {
    const double bottom = kTop + kHeight;
    double free_from = -1e9;
    for (const std::int64_t each : kHoldings) {
        const double at = x(log_of(each));
        if (at < kLeft - 1 || at > kWidth - kRight + 1) continue;
        if (at < free_from) continue;
        picture.line("grid", {at, kTop}, {at, bottom});
        picture.text("tick", {at, bottom + 17}, Anchor::Middle, show_duration(each));
        free_from = at + 52;
    }
    picture.line("axis", {kLeft, bottom}, {kWidth - kRight, bottom});
}

/// -5 (the worst month) to 5 (the best), by the largest of both.
int heat_of(double value, double largest) {
    if (!(largest > 0) || value == 0 || !std::isfinite(value)) return 0;
    const double share = std::abs(value) / largest;
    const int heat = std::clamp(static_cast<int>(std::ceil(share * 5)), 1, 5);
    return value < 0 ? -heat : heat;
}

std::string month_cell(double value, double largest) {
    const int heat = heat_of(value, largest);
    const std::string css_class =
        heat == 0 ? "" : (heat < 0 ? "loss" : "gain") + std::to_string(std::abs(heat));
    return "<td class=\"" + css_class + "\">" + show_percent(value, 1) + "</td>";
}

}  // namespace

std::string returns_figure(const Report& report) {
    const std::vector<double> returns = trade_returns(report);
    if (returns.empty())
        return page_figure("Returns of trades", "", "<p class=\"none\">No trade was closed.</p>\n");
    const Bins bins = bins_of(returns);
    const double most =
        static_cast<double>(*std::max_element(bins.counts.begin(), bins.counts.end()));
    const Scale x{static_cast<double>(bins.first) * bins.width,
                  static_cast<double>(bins.first + static_cast<std::int64_t>(bins.counts.size())) *
                      bins.width,
                  kLeft,
                  kWidth - kRight};
    const Scale y{0, most * 1.06, kTop + kHeight, kTop};
    Picture picture(kWidth, kTop + kHeight + 26, "", "How many trades had which return");
    const auto whole = static_cast<std::size_t>(std::min(most + 1, 5.0));  // no half trades
    draw_left_axis(picture, y, whole, TickLabels::Plain);
    draw_value_axis(picture, x, TickLabels::Percent);
    draw_counts(picture, bins, x, y);
    return page_figure("Returns of trades",
                       of_how_many(report) + "; the ends hold what lies beyond",
                       std::move(picture).finish());
}

std::string holding_figure(const Report& report) {
    Range times, returns;
    for (const Trade& trade : report.trades) {
        if (!std::isfinite(trade.profit_ratio)) continue;
        times.add(log_of(trade.exit_time.minus(trade.entry_time)));
        returns.add(trade.profit_ratio);
    }
    if (times.is_empty)
        return page_figure("Time held", "", "<p class=\"none\">No trade was closed.</p>\n");
    const Range across = times.widened(0.05), up = returns.widened(0.08);
    const Scale x{across.low, across.high, kLeft, kWidth - kRight};
    const Scale y{up.low, up.high, kTop + kHeight, kTop};
    std::vector<Point> gains, losses;
    for (const Trade& trade : report.trades) {
        if (!std::isfinite(trade.profit_ratio)) continue;
        (trade.profit_ratio > 0 ? gains : losses)
            .push_back({x(log_of(trade.exit_time.minus(trade.entry_time))), y(trade.profit_ratio)});
    }
    Picture picture(kWidth, kTop + kHeight + 26, "", "Time held and return of each trade");
    draw_left_axis(picture, y, 5, TickLabels::Percent);
    draw_holding_axis(picture, x);
    if (up.low < 0 && up.high > 0) picture.line("base", {kLeft, y(0)}, {kWidth - kRight, y(0)});
    const MarkSize size =
        gains.size() + losses.size() <= kDotsMax ? MarkSize::Normal : MarkSize::Small;
    picture.path("dots gain", mark_path(Mark::LongExit, gains, size));
    picture.path("dots loss", mark_path(Mark::ShortExit, losses, size));
    return page_figure(
        "Time held",
        "time from entry to exit, and return; gains are circles, losses are diamonds",
        std::move(picture).finish());
}

std::string months_figure(const Report& report) {
    if (report.months.empty())
        return page_figure(
            "Returns by month", "", "<p class=\"none\">The run has no equity curve.</p>\n");
    std::map<int, std::array<double, 12>> years;
    double largest = 0;
    for (const MonthReturn& each : report.months) {
        if (each.month < 1 || each.month > 12) continue;
        const auto year = years.try_emplace(each.year);
        if (year.second) year.first->second.fill(std::nan(""));
        year.first->second[static_cast<std::size_t>(each.month - 1)] = each.value;
        if (std::isfinite(each.value)) largest = std::max(largest, std::abs(each.value));
    }
    std::string out = "<div class=\"wide\"><table class=\"heat\"><thead><tr><th></th>";
    for (const char* month :
         {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"})
        out += "<th>" + std::string(month) + "</th>";
    out += "<th>Year</th></tr></thead><tbody>\n";
    for (const auto& [year, months] : years) {
        double growth = 1;
        bool is_known = false;
        out += "<tr><th>" + std::to_string(year) + "</th>";
        for (const double value : months) {
            out += std::isnan(value) ? "<td></td>" : month_cell(value, largest);
            if (std::isfinite(value)) growth *= 1 + value;
            is_known = is_known || std::isfinite(value);
        }
        out +=
            "<td class=\"sum\">" + (is_known ? show_percent(growth - 1, 1) : "") + "</td></tr>\n";
    }
    return page_figure("Returns by month",
                       "equity at the end of a month against the month before, UTC",
                       out + "</tbody></table></div>\n");
}

}  // namespace tradectl::backtest::page
