// A sweep for a terminal.
#include "host/backtest/sweep_file.hpp"
#include "host/backtest/sweep_view.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

namespace tradectl::backtest {
namespace {

using Row = std::vector<std::string>;

std::string clock_text(Timestamp time) {
    return time.to_string().substr(0, 16) + "Z";
}

/// Columns two blanks apart, all to the right.
std::string columns_text(const std::vector<Row>& rows) {
    std::vector<std::size_t> widths;
    for (const Row& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], row[i].size());
    }
    std::string out;
    for (const Row& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            out += i == 0 ? "" : "  ";
            out.append(widths[i] - row[i].size(), ' ').append(row[i]);
        }
        out += '\n';
    }
    return out;
}

/// The last word of a path, or more of it where last words are the same.
Row short_names(const std::vector<SweepAxis>& axes) {
    Row out;
    for (const SweepAxis& axis : axes) {
        std::size_t at = axis.key.rfind('.');
        const auto is_clash = [&](std::size_t from) {
            return std::count_if(axes.begin(), axes.end(), [&](const SweepAxis& other) {
                       const std::string tail = axis.key.substr(from);
                       return other.key.size() >= tail.size() &&
                              other.key.substr(other.key.size() - tail.size()) == tail;
                   }) > 1;
        };
        while (at != std::string::npos && at > 0 && is_clash(at))
            at = axis.key.rfind('.', at - 1);
        out.push_back(at == std::string::npos ? axis.key : axis.key.substr(at + 1));
    }
    return out;
}

Expected<std::string> table_text(const SweepResult& result, std::size_t rows_max) {
    const bool extra = result.rank != "return" && result.rank != "sharpe" &&
                       result.rank != "max_drawdown" && result.rank != "trades";
    std::vector<Row> rows = {{"#"}};
    for (std::string& name : short_names(result.axes))
        rows[0].push_back(std::move(name));
    if (extra) rows[0].push_back(result.rank);
    rows[0].insert(rows[0].end(), {"return", "sharpe", "max drawdown", "trades"});
    std::string errors;
    for (std::size_t i = 0; i < std::min(rows_max, result.points.size()); ++i) {
        const auto found = row_at(result, i);
        if (!found) return fail(found.error());
        Row& row = rows.emplace_back();
        row.push_back(std::to_string(i + 1));
        row.insert(row.end(), found->values.begin(), found->values.end());
        if (!found->error.empty()) {
            row.emplace_back("failed");
            continue;
        }
        if (extra) row.push_back(shown(result.rank, found->rank));
        row.insert(row.end(),
                   {shown("return", found->total_return),
                    shown("sharpe", found->sharpe),
                    shown("max_drawdown", found->max_drawdown),
                    shown("trades", found->trades)});
    }
    std::string out = columns_text(rows);
    if (rows_max < result.points.size())
        out += "and " + std::to_string(result.points.size() - rows_max) + " more in sweep.csv\n";
    return out;
}

struct Color {
    int red;
    int green;
    int blue;
};

/// From dark blue over teal to a light yellow: brightness alone tells the order.
Color color_at(double share) {
    constexpr std::array<Color, 3> kStops = {{{24, 40, 92}, {32, 130, 140}, {250, 232, 120}}};
    const double place = std::clamp(share, 0.0, 1.0) * 2;
    const std::size_t from = place < 1 ? 0 : 1;
    const double rest = place - static_cast<double>(from);
    const auto mix = [&](int a, int b) { return a + static_cast<int>((b - a) * rest); };
    const Color& a = kStops[from];
    const Color& b = kStops[from + 1];
    return {mix(a.red, b.red), mix(a.green, b.green), mix(a.blue, b.blue)};
}

std::string colored(const std::string& text, double share) {
    const Color color = color_at(share);
    const char* ink = share > 0.55 ? "16" : "231";
    std::array<char, 64> start{};
    std::snprintf(start.data(),
                  start.size(),
                  "\x1b[48;2;%d;%d;%dm\x1b[38;5;%sm",
                  color.red,
                  color.green,
                  color.blue,
                  ink);
    return start.data() + text + "\x1b[0m";
}

std::string padded(const std::string& text, std::size_t width) {
    return std::string(width > text.size() ? width - text.size() : 0, ' ') + text;
}

std::string ended_text(const SweepResult& result) {
    std::array<char, 32> seconds{};
    std::snprintf(
        seconds.data(), seconds.size(), "%.1f s", static_cast<double>(result.wall_ns) / 1e9);
    std::string out = "sweep " + result.name + ", " + std::to_string(result.points_total) +
                      " points by " + result.rank + ", " + seconds.data();
    if (result.found_before > 0)
        out += ", " + std::to_string(result.found_before) + " runs were there already";
    if (result.failed > 0) out += ", " + std::to_string(result.failed) + " failed";
    return out + "\n";
}

}  // namespace

std::string map_text(const SweepMap& map, std::string_view rank, const SweepTextOptions& options) {
    const std::size_t width = map.across.values.size();
    std::size_t cell = 0;
    std::size_t label = 0;
    for (const std::string& value : map.across.values)
        cell = std::max(cell, value.size());
    for (const auto& value : map.cells)
        cell = std::max(cell, shown(rank, value).size());
    for (const std::string& value : map.down.values)
        label = std::max(label, value.size());
    cell += 2;
    const Row names = short_names({map.down, map.across});
    std::string out = std::string(rank) + ": " + names[0] + " down, " + names[1] + " across\n";
    if (label + width * cell > options.columns) return out + "too wide for here: see sweep.html\n";
    out += std::string(label, ' ');
    for (const std::string& value : map.across.values)
        out += padded(value, cell);
    out += '\n';
    const double span = map.high > map.low ? map.high - map.low : 1;
    for (std::size_t row = 0; row < map.down.values.size(); ++row) {
        out += padded(map.down.values[row], label);
        for (std::size_t column = 0; column < width; ++column) {
            const auto value = map.cells[row * width + column];
            std::string text = shown(rank, value);
            // Without colours the best one needs a mark of its own.
            if (map.best == row * width + column) text = "*" + text;
            text = padded(text, cell);
            out += value && options.colors == Colors::Full
                       ? colored(text, (*value - map.low) / span)
                       : text;
        }
        out += '\n';
    }
    return out;
}

std::string walk_text(const SweepResult& result) {
    const WalkForward& walk = *result.walk;
    std::vector<Row> rows = {{"test from", "until"}};
    for (std::string& name : short_names(result.axes))
        rows[0].push_back(std::move(name));

    rows[0].insert(rows[0].end(), {result.rank + " in", "out", "return in", "out"});
    for (const WalkStep& step : walk.steps) {
        Row& row = rows.emplace_back();
        row = {clock_text(step.window.test_from), clock_text(step.window.test_until)};
        row.insert(row.end(), step.values.begin(), step.values.end());
        row.resize(2 + result.axes.size(), "-");
        row.insert(row.end(),
                   {shown(result.rank, step.train_rank),
                    shown(result.rank, step.test_rank),
                    shown("return", step.train_return),
                    shown("return", step.test_return)});
    }
    std::string out = columns_text(rows) + "\n";
    if (walk.equity.empty())
        return out + "nothing was tested: no training has a point with a " + result.rank + "\n";
    std::vector<Row> figures = {{"", "out of sample", "in sample, mean"}};
    for (std::size_t i = 0; i < walk.test.size(); ++i) {
        figures.push_back({walk.test[i].label,
                           walk.test[i].value ? format_value(walk.test[i]) : "-",
                           shown(walk.test[i].key, walk.train[i])});
    }
    return out + columns_text(figures);
}

std::string honesty_text(const SweepResult& result) {
    if (result.points_total == 1 && !result.walk) return "1 point was tried\n";
    std::string out = std::to_string(result.points_total) +
                      (result.points_total == 1 ? " point was tried" : " points were tried");
    if (result.walk) {
        return out + " in each of " + std::to_string(result.walk->steps.size()) +
               " windows; only figures out of sample were not chosen\n";
    }
    out += ", and the best of many looks good by chance alone\n";
    if (!result.luck) return out;
    return out + "as many without skill, their Sharpe ratios spread like these, would show " +
           shown("sharpe", result.luck) + "\n";
}

Expected<std::string> sweep_text(const SweepResult& result, const SweepTextOptions& options) {
    std::string out = ended_text(result);
    if (result.walk) {
        out += "\n" + walk_text(result);
    } else if (!result.points.empty()) {
        const auto table = table_text(result, options.rows_max);
        if (!table) return fail(table.error());
        out += "\n" + *table;
        if (std::isnan(result.points.front().rank))
            out += "no point has a " + result.rank +
                   ": the order is that of their numbers; --rank "
                   "return always has one\n";
        if (const auto map = sweep_map(result)) out += "\n" + map_text(*map, result.rank, options);
    }
    if (result.signal != 0) {
        return out + "\nstopped by signal " + std::to_string(result.signal) +
               ": the same command goes on where it was\nkept in " + result.directory + "\n";
    }
    out += "\n" + honesty_text(result);
    return out + "kept in " + result.directory + "\n";
}

}  // namespace tradectl::backtest
