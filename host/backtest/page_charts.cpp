#include "host/backtest/page_charts.hpp"

#include "host/backtest/page_svg.hpp"
#include "host/backtest/page_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <numeric>

namespace tradectl::backtest::page {
namespace {

// The script draws the same pictures at the reader's width: these are its numbers too.
constexpr double kEquityTop = 30, kEquityHeight = 230;
constexpr double kDrawdownTop = 296, kDrawdownHeight = 84;
constexpr double kExposureTop = 416, kExposureHeight = 74;
constexpr double kPriceTop = 14, kPriceHeight = 286;
constexpr double kAxisHeight = 26;
/// Up to here each trade has a line from its entry to its exit; above, marks are small.
constexpr std::size_t kTradeLinesMax = 150;

/// Points of one value of each item.
template <typename Items, typename Value>
std::vector<Point> curve(const Items& items, TimeSpan span, const Scale& y, Value value) {
    std::vector<Point> points;
    points.reserve(items.size());
    for (const auto& each : items)
        points.push_back({time_x(each.time, span.first, span.last), y(value(each))});
    return points;
}

/// A line; a dot where there is only one point.
void draw_line(Picture& picture, std::string_view name, const std::vector<Point>& points) {
    picture.path(std::string("line ").append(name), line_path(thin(points)));
    if (points.size() == 1) picture.path("mark dot", mark_path(Mark::LongExit, points));
}

/// A line with the area between it and `base_y`.
void draw_curve(Picture& picture,
                std::string_view name,
                const std::vector<Point>& points,
                double base_y) {
    picture.path(std::string("area ").append(name),
                 area_path(thin_to_one(points, OfColumn::Last), base_y));
    draw_line(picture, name, points);
}

/// The space between the lowest and the highest values.
template <typename Items>
void draw_band(Picture& picture,
               std::string_view name,
               const Items& items,
               TimeSpan span,
               const Scale& y,
               double std::decay_t<decltype(items.front())>::*low,
               double std::decay_t<decltype(items.front())>::*high) {
    const auto lows = curve(items, span, y, [&](const auto& each) { return each.*low; });
    const auto highs = curve(items, span, y, [&](const auto& each) { return each.*high; });
    picture.path(
        std::string("band ").append(name),
        band_path(thin_to_one(lows, OfColumn::Lowest), thin_to_one(highs, OfColumn::Highest)));
}

void draw_equity(Picture& picture, const Report& report) {
    Range range;
    for (const EquityPoint& point : report.equity)
        for (const double value : {point.equity, point.equity_low, point.equity_high})
            range.add(value);
    const Panel panel{kEquityTop,
                      kEquityHeight,
                      range.widened(0.06),
                      TickLabels::Plain,
                      report.currency.empty() ? "Equity" : "Equity, " + report.currency};
    draw_panel(picture, panel);
    const Scale y = panel.scale();
    const double start = y(report.equity_start.to_double());
    if (start > panel.top && start < panel.top + panel.height)
        picture.line("base", {kMarginLeft, start}, {kPictureWidth - kMarginRight, start});
    const TimeSpan span = time_span(report);
    const auto line =
        curve(report.equity, span, y, [](const EquityPoint& each) { return each.equity; });
    draw_band(picture,
              "equity",
              report.equity,
              span,
              y,
              &EquityPoint::equity_low,
              &EquityPoint::equity_high);
    draw_curve(picture, "equity", line, panel.top + panel.height);
}

void draw_drawdown(Picture& picture, const Report& report) {
    Range range;
    range.add(0);
    for (const EquityPoint& point : report.equity)
        range.add(-point.drawdown);
    if (range.low == 0) range.low = -0.01;
    range.low *= 1.08;
    const Panel panel{
        kDrawdownTop, kDrawdownHeight, range, TickLabels::Percent, "Drawdown from the peak"};
    draw_panel(picture, panel);
    const auto line =
        curve(report.equity, time_span(report), panel.scale(), [](const EquityPoint& each) {
            return -each.drawdown;
        });
    draw_curve(picture, "drawdown", line, panel.top);
}

void draw_exposure(Picture& picture, const Report& report) {
    Range range;
    range.add(0);
    for (const EquityPoint& point : report.equity)
        range.add(point.exposure);
    if (range.high == 0) range.high = 1;
    range.high *= 1.08;
    const Panel panel{kExposureTop,
                      kExposureHeight,
                      range,
                      TickLabels::Plain,
                      report.currency.empty() ? "Exposure" : "Exposure, " + report.currency};
    draw_panel(picture, panel);
    const auto line =
        curve(report.equity, time_span(report), panel.scale(), [](const EquityPoint& each) {
            return each.exposure;
        });
    draw_curve(picture, "exposure", line, panel.top + panel.height);
}

/// Entries and exits on one side of the trades in an instrument.
void draw_trades(Picture& picture,
                 const Report& report,
                 const PriceSeries& series,
                 const Scale& y) {
    const TimeSpan span = time_span(report);
    std::array<std::vector<Point>, 4> marks;
    std::string won, lost;
    std::size_t count = 0;
    for (const Trade& trade : marked_trades(report)) {
        if (trade.instrument != series.instrument) continue;
        const bool is_long = trade.side == TRADECTL_SIDE_BUY;
        const Point entry{time_x(trade.entry_time, span.first, span.last),
                          y(drawn(trade.entry_price))};
        const Point exit{time_x(trade.exit_time, span.first, span.last),
                         y(drawn(trade.exit_price))};
        marks[static_cast<std::size_t>(is_long ? Mark::LongEntry : Mark::ShortEntry)].push_back(
            entry);
        marks[static_cast<std::size_t>(is_long ? Mark::LongExit : Mark::ShortExit)].push_back(exit);
        (trade.profit.sign() > 0 ? won : lost) += line_path({entry, exit});
        ++count;
    }
    if (count <= kTradeLinesMax) {
        picture.path("trade won", won);
        picture.path("trade lost", lost);
    }
    const MarkSize size = count <= kTradeLinesMax ? MarkSize::Normal : MarkSize::Small;
    for (const Mark mark : {Mark::LongExit, Mark::ShortExit, Mark::LongEntry, Mark::ShortEntry})
        picture.path(class_of(mark), mark_path(mark, marks[static_cast<std::size_t>(mark)], size));
}

Range price_range(const Report& report, const PriceSeries& series) {
    Range range;
    for (const PriceBar& bar : series.bars)
        for (const double value : {bar.low, bar.high, bar.close})
            range.add(value);
    for (const Trade& trade : marked_trades(report)) {
        if (trade.instrument != series.instrument) continue;
        range.add(drawn(trade.entry_price));
        range.add(drawn(trade.exit_price));
    }
    return range.widened(0.08);
}

/// What the marks mean, drawn with the marks themselves.
std::string legend() {
    std::string out;
    const auto item = [&](Mark mark, double y, std::string_view label) {
        out +=
            "<span class=\"key\"><svg viewBox=\"-7 -7 14 14\" aria-hidden=\"true\"><path class=\"";
        out.append(class_of(mark)).append("\" d=\"");
        out += mark_path(mark, {{0, y}}) + "\"/></svg>";
        out.append(label).append("</span>");
    };
    item(Mark::LongEntry, -7, "long entry");
    item(Mark::LongExit, 0, "long exit");
    item(Mark::ShortEntry, 7, "short entry");
    item(Mark::ShortExit, 0, "short exit");
    return out;
}

}  // namespace

std::span<const Trade> marked_trades(const Report& report) {
    return std::span(report.trades).first(std::min(report.trades.size(), kPageMarksMax));
}

TimeSpan time_span(const Report& report) {
    Timestamp first = Timestamp::none(), last = Timestamp::none();
    const auto add = [&](Timestamp time) {
        if (time.is_none()) return;
        first = first.is_none() ? time : std::min(first, time);
        last = last.is_none() ? time : std::max(last, time);
    };
    for (const PriceSeries& series : report.prices) {
        if (series.bars.empty()) continue;
        add(series.bars.front().time);
        add(series.bars.back().time);
    }
    if (!report.equity.empty()) {
        add(report.equity.front().time);
        add(report.equity.back().time);
    }
    if (first.is_none()) add(Timestamp{0});
    // Longer than a difference of times can be: only a damaged report is.
    const double length = static_cast<double>(last.ns()) - static_cast<double>(first.ns());
    if (length > 9e18) last = Timestamp{first.ns() / 2};
    if (last <= first) return {Timestamp{first.ns() - kNsPerSecond}, first.plus_ns(kNsPerSecond)};
    return {first, last};
}

std::vector<std::size_t> drawn_prices(const Report& report) {
    std::map<std::string_view, std::size_t> counts;
    for (const Trade& trade : report.trades)
        ++counts[trade.instrument];
    std::vector<std::size_t> order(report.prices.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return counts[report.prices[a].instrument] > counts[report.prices[b].instrument];
    });
    std::erase_if(order, [&](std::size_t each) { return report.prices[each].bars.empty(); });
    if (order.size() > kPagePricesMax) order.resize(kPagePricesMax);
    return order;
}

std::string equity_figure(const Report& report) {
    if (report.equity.empty())
        return page_figure("Equity", "", "<p class=\"none\">The run has no equity curve.</p>\n");
    const double bottom = kExposureTop + kExposureHeight;
    Picture picture(
        kPictureWidth, bottom + kAxisHeight, "equity", "Equity, drawdown and exposure over time");
    const TimeSpan span = time_span(report);
    draw_time_axis(picture, span.first, span.last, kEquityTop, bottom);
    draw_equity(picture, report);
    draw_drawdown(picture, report);
    draw_exposure(picture, report);
    return page_figure("Equity",
                       "<span class=\"zoom\" hidden>drag to zoom, double-click to leave "
                       "<button type=\"button\" disabled>Show all</button></span>",
                       std::move(picture).finish());
}

std::string price_figure(const Report& report, std::size_t index) {
    const PriceSeries& series = report.prices[index];
    const Panel panel{kPriceTop, kPriceHeight, price_range(report, series), TickLabels::Plain, ""};
    Picture picture(kPictureWidth,
                    kPriceTop + kPriceHeight + kAxisHeight,
                    "price-" + std::to_string(index),
                    "Price of " + series.instrument + " with the trades marked");
    const TimeSpan span = time_span(report);
    draw_time_axis(picture, span.first, span.last, kPriceTop, kPriceTop + kPriceHeight);
    draw_panel(picture, panel);
    const Scale y = panel.scale();
    draw_band(picture, "price", series.bars, span, y, &PriceBar::low, &PriceBar::high);
    const auto closes = curve(series.bars, span, y, [](const PriceBar& bar) { return bar.close; });
    draw_line(picture, "price", closes);
    draw_trades(picture, report, series, y);
    const std::string title = series.instrument + (series.quote.empty() ? "" : ", " + series.quote);
    std::string note = legend();
    if (report.trades_total > kPageMarksMax)
        note += "of the first " + typeset(std::to_string(kPageMarksMax)) + " trades";
    return page_figure(title, note, std::move(picture).finish());
}

}  // namespace tradectl::backtest::page
