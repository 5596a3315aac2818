// A sweep as one page of HTML, and as CSV.
#include "host/backtest/page_style.hpp"
#include "host/backtest/page_svg.hpp"
#include "host/backtest/page_text.hpp"
#include "host/backtest/sweep_file.hpp"
#include "host/backtest/sweep_view.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tradectl::backtest {
namespace {

using namespace page;

constexpr std::size_t kPageRowsMax = 500;
constexpr int kShades = 10;

/// Ten shades whose brightness tells the order, light and dark alike.
constexpr std::string_view kShadeStyle = R"css(
svg .s0 { fill: #18285c; } svg .s1 { fill: #1a3866; } svg .s2 { fill: #1b4d71; }
svg .s3 { fill: #1d637b; } svg .s4 { fill: #1f7886; } svg .s5 { fill: #388d8a; }
svg .s6 { fill: #68a586; } svg .s7 { fill: #99bb81; } svg .s8 { fill: #c9d27d; }
svg .s9 { fill: #fae878; } svg .s-none { fill: none; stroke: var(--rule); }
svg .s-best { fill: none; stroke: var(--loss); stroke-width: 2.5; }
svg text.on-dark { fill: #ffffff; } svg text.on-light { fill: #14181f; }
)css";

std::string rectangle(double x, double y, double width, double height) {
    return "M" + plain_number(x, 7) + " " + plain_number(y, 7) + "h" + plain_number(width, 7) +
           "v" + plain_number(height, 7) + "h" + plain_number(-width, 7) + "z";
}

struct MapLayout {
    double left = 110;
    double top = 8;
    double cell_width = 0;
    double cell_height = 0;
    [[nodiscard]] Point corner(std::size_t column, std::size_t row) const {
        return {left + cell_width * static_cast<double>(column),
                top + cell_height * static_cast<double>(row)};
    }
};

void draw_cell(Picture& picture,
               const MapLayout& layout,
               Point at,
               const std::string& title,
               double share,
               const std::string& label) {
    const std::string box = rectangle(at.x, at.y, layout.cell_width - 1, layout.cell_height - 1);
    if (std::isnan(share)) return picture.path("s-none", box, title);
    const int shade = std::clamp(static_cast<int>(share * kShades), 0, kShades - 1);
    picture.path("s" + std::to_string(shade), box, title);
    // A label that does not fit would be read as its neighbour's.
    if (static_cast<double>(label.size()) * 7 > layout.cell_width || layout.cell_height < 14)
        return;
    picture.text(shade < 6 ? "on-dark" : "on-light",
                 {at.x + layout.cell_width / 2, at.y + layout.cell_height / 2 + 4},
                 Anchor::Middle,
                 label);
}

/// Labels of an axis, thinned so that they do not touch.
std::size_t label_step(double cell, double needed) {
    return static_cast<std::size_t>(std::max(1.0, std::ceil(needed / cell)));
}

std::string map_figure(const SweepMap& map, std::string_view rank) {
    const std::size_t columns = map.across.values.size();
    const std::size_t rows = map.down.values.size();
    MapLayout layout;
    layout.cell_width = (kPictureWidth - layout.left - kMarginRight) / static_cast<double>(columns);
    layout.cell_height = std::clamp(480.0 / static_cast<double>(rows), 4.0, 34.0);
    const double bottom = layout.corner(0, rows).y;
    Picture picture(kPictureWidth, bottom + 44, "", std::string(rank) + " by two keys");
    const double span = map.high > map.low ? map.high - map.low : 1;
    for (std::size_t i = 0; i < map.cells.size(); ++i) {
        const std::string value = shown(rank, map.cells[i]);
        draw_cell(
            picture,
            layout,
            layout.corner(i % columns, i / columns),
            map.down.values[i / columns] + ", " + map.across.values[i % columns] + ": " + value,
            map.cells[i] ? (*map.cells[i] - map.low) / span : std::nan(""),
            value);
    }
    const Point best = layout.corner(*map.best % columns, *map.best / columns);
    picture.path("s-best",
                 rectangle(best.x, best.y, layout.cell_width - 1, layout.cell_height - 1));
    for (std::size_t row = 0; row < rows; row += label_step(layout.cell_height, 13)) {
        const Point at = layout.corner(0, row);
        picture.text("",
                     {layout.left - 8, at.y + layout.cell_height / 2 + 4},
                     Anchor::End,
                     map.down.values[row]);
    }
    for (std::size_t column = 0; column < columns; column += label_step(layout.cell_width, 56)) {
        const Point at = layout.corner(column, rows);
        picture.text("",
                     {at.x + layout.cell_width / 2, bottom + 16},
                     Anchor::Middle,
                     map.across.values[column]);
    }
    picture.text("panel",
                 {layout.left - 8, bottom + 36},
                 Anchor::Start,
                 map.down.key + " down, " + map.across.key + " across");
    return page_figure("Map of " + std::string(rank),
                       "lighter is higher, the frame is the best point; with more than two keys, "
                       "the best over the others",
                       std::move(picture).finish());
}

/// The statistic over the values of the only key.
std::string line_figure(const SweepResult& result) {
    const auto& values = result.axes[0].values;
    Range range;
    for (const SweepPoint& point : result.points)
        range.add(point.rank);
    if (range.is_empty || values.size() < 2) return "";
    Panel panel{.top = 24, .height = 240, .range = range.widened(0.06), .title = result.rank};
    Picture picture(kPictureWidth, 310, "", result.rank + " by " + result.axes[0].key);
    draw_panel(picture, panel);
    const double width = kPictureWidth - kMarginLeft - kMarginRight;
    const double step = width / static_cast<double>(values.size() - 1);
    std::vector<Point> line(values.size(), {0, std::nan("")});
    for (const SweepPoint& point : result.points) {
        line[point.point] = {kMarginLeft + step * static_cast<double>(point.point),
                             panel.scale()(point.rank)};
    }
    picture.path("line equity", line_path(line));
    for (std::size_t i = 0; i < values.size(); i += label_step(step, 64)) {
        picture.text(
            "", {kMarginLeft + step * static_cast<double>(i), 286}, Anchor::Middle, values[i]);
    }
    return page_figure(result.rank + " by " + result.axes[0].key, "", std::move(picture).finish());
}

std::string table_head(const std::vector<std::string>& titles) {
    std::string out = "<div class=\"tall\"><table><thead><tr>";
    for (const std::string& title : titles)
        out += "<th class=\"n\">" + escape_html(title) + "</th>";
    return out + "</tr></thead><tbody>\n";
}

std::string table_row(const std::vector<std::string>& cells) {
    std::string out = "<tr>";
    for (const std::string& cell : cells)
        out += "<td class=\"n\">" + escape_html(cell) + "</td>";
    return out + "</tr>\n";
}

std::string card(std::string_view title, std::string_view note, const std::string& body) {
    return "<section class=\"card\"><div class=\"head\"><h2>" + escape_html(title) + "</h2><p>" +
           escape_html(note) + "</p></div>\n" + body + "</section>\n";
}

Expected<std::string> points_card(const SweepResult& result) {
    std::vector<std::string> titles = {"#"};
    for (const SweepAxis& axis : result.axes)
        titles.push_back(axis.key);
    const bool by_return = result.rank == "return";
    titles.push_back(result.rank);
    if (!by_return) titles.emplace_back("return");
    titles.insert(titles.end(), {"max drawdown", "trades"});
    std::string out = table_head(titles);
    const std::size_t count = std::min(kPageRowsMax, result.points.size());
    for (std::size_t i = 0; i < count; ++i) {
        const auto row = row_at(result, i);
        if (!row) return fail(row.error());
        std::vector<std::string> cells = {std::to_string(i + 1)};
        cells.insert(cells.end(), row->values.begin(), row->values.end());
        if (row->error.empty()) {
            cells.push_back(shown(result.rank, row->rank));
            if (!by_return) cells.push_back(shown("return", row->total_return));
            cells.insert(cells.end(),
                         {shown("max_drawdown", row->max_drawdown), shown("trades", row->trades)});
        } else {
            cells.push_back("failed: " + row->error);
        }
        out += table_row(cells);
    }
    std::string note = "best first by " + result.rank;
    if (count < result.points.size())
        note += ", " + std::to_string(result.points.size() - count) + " more in sweep.csv";
    return card("Points", note, out + "</tbody></table></div>\n");
}

std::string walk_figure(const WalkForward& walk) {
    Range range;
    for (const WalkSample& sample : walk.equity)
        range.add(sample.equity);
    if (walk.equity.size() < 2 || range.is_empty) return "";
    const Timestamp first = walk.steps.front().window.test_from;
    const Timestamp last = walk.equity.back().time;
    if (last <= first) return "";
    range.add(1);
    const Panel panel{.top = 24, .height = 280, .range = range.widened(0.05), .title = "equity"};
    Picture picture(kPictureWidth, 350, "", "equity out of sample");
    draw_panel(picture, panel);
    draw_time_axis(picture, first, last, panel.top, panel.top + panel.height);
    for (const WalkStep& step : walk.steps) {
        const double x = time_x(step.window.test_from, first, last);
        picture.line("base", {x, panel.top}, {x, panel.top + panel.height});
    }
    std::vector<Point> line = {{time_x(first, first, last), panel.scale()(1)}};
    for (const WalkSample& sample : walk.equity)
        line.push_back({time_x(sample.time, first, last), panel.scale()(sample.equity)});
    picture.path("line equity", line_path(thin(line)));
    return page_figure("Equity out of sample",
                       "tests one behind the other, 1 at the start; a dotted line begins a test",
                       std::move(picture).finish());
}

std::string walk_cards(const SweepResult& result) {
    const WalkForward& walk = *result.walk;
    std::vector<std::string> titles = {"train from", "test from", "test until"};
    for (const SweepAxis& axis : result.axes)
        titles.push_back(axis.key);
    titles.insert(
        titles.end(),
        {result.rank + " in sample", "out of sample", "return in sample", "out of sample"});
    std::string windows = table_head(titles);
    for (const WalkStep& step : walk.steps) {
        std::vector<std::string> cells = {show_time(step.window.train_from),
                                          show_time(step.window.test_from),
                                          show_time(step.window.test_until)};
        cells.insert(cells.end(), step.values.begin(), step.values.end());
        cells.resize(3 + result.axes.size(), "-");
        cells.insert(cells.end(),
                     {shown(result.rank, step.train_rank),
                      shown(result.rank, step.test_rank),
                      shown("return", step.train_return),
                      shown("return", step.test_return)});
        windows += table_row(cells);
    }
    std::string figures = table_head({"", "out of sample", "in sample, mean of the chosen"});
    for (std::size_t i = 0; i < walk.test.size(); ++i) {
        figures += table_row({walk.test[i].label,
                              walk.test[i].value ? format_value(walk.test[i]) : "-",
                              shown(walk.test[i].key, walk.train[i])});
    }
    const std::string end = "</tbody></table></div>\n";
    return walk_figure(walk) + card("Figures", "of the stitched tests", figures + end) +
           card("Windows", "what was best in training, and how it did next", windows + end);
}

std::string page_head(const SweepResult& result) {
    std::string out =
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"referrer\" content=\"no-referrer\">\n"
        "<link rel=\"icon\" href=\"data:,\">\n<title>" +
        escape_html(result.name) + " \u2013 sweep</title>\n<style>";
    out.append(page_style()).append(kShadeStyle).append("</style></head>\n<body><main>\n");
    out += "<header><div class=\"over\">Sweep</div><h1>" + escape_html(result.name) + "</h1><p>" +
           std::to_string(result.points_total) + " points by " + escape_html(result.rank);
    if (result.failed > 0) out += " &middot; " + std::to_string(result.failed) + " failed";
    out += "</p>\n<div class=\"notice\">";
    for (const char c : escape_html(honesty_text(result)))
        out += c == '\n' ? std::string("<br>") : std::string(1, c);
    out += "</div></header>\n";
    return out;
}

}  // namespace

Expected<std::string> sweep_page(const SweepResult& result) {
    std::string out = page_head(result);
    if (result.walk) {
        out += walk_cards(result);
    } else {
        const auto map = sweep_map(result);
        if (map) out += map_figure(*map, result.rank);
        if (result.axes.size() == 1) out += line_figure(result);
        const auto points = points_card(result);
        if (!points) return fail(points.error());
        out += *points;
    }
    return out + "<footer>tradectl &middot; config " +
           page::escape_html(result.config_hash.substr(0, 16)) +
           "</footer>\n</main></body></html>\n";
}

}  // namespace tradectl::backtest
