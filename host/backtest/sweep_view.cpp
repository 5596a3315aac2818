#include "host/backtest/sweep_view.hpp"

#include "host/backtest/report.hpp"
#include "host/backtest/statistics.hpp"
#include "host/backtest/sweep_file.hpp"
#include "host/backtest/sweep_plan.hpp"
#include "host/base/assert.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tradectl::backtest {
namespace {

/// All statistics that a report has, without values.
const std::vector<Statistic>& known_statistics() {
    static const std::vector<Statistic> all = [] {
        std::vector<Statistic> out;
        const CurveMeter curve({}, kNsPerDay);
        curve.append(curve.drawdowns(), out);
        TradeMeter({}).append(0, out);
        return out;
    }();
    return all;
}

Json or_null(std::optional<double> value) {
    return value ? Json(*value) : Json();
}

Json values_json(const std::vector<std::string>& values) {
    Json out = Json::array();
    for (const std::string& value : values)
        out.push(value);
    return out;
}

Json row_json(const SweepRow& row) {
    Json out = Json::object();
    out.set("point", row.point);
    out.set("values", values_json(row.values));
    if (!row.error.empty()) {
        out.set("error", row.error);
        return out;
    }
    out.set("rank", or_null(row.rank));
    out.set("return", or_null(row.total_return));
    out.set("sharpe", or_null(row.sharpe));
    out.set("max_drawdown", or_null(row.max_drawdown));
    out.set("trades", or_null(row.trades));
    return out;
}

Json step_json(const WalkStep& step) {
    Json out = Json::object();
    out.set("train_from", Json::text_of(step.window.train_from));
    out.set("test_from", Json::text_of(step.window.test_from));
    out.set("test_until", Json::text_of(step.window.test_until));
    out.set("point", step.point ? Json(*step.point) : Json());
    out.set("values", values_json(step.values));
    out.set("train_rank", or_null(step.train_rank));
    out.set("test_rank", or_null(step.test_rank));
    out.set("train_return", or_null(step.train_return));
    out.set("test_return", or_null(step.test_return));
    if (!step.error.empty()) out.set("error", step.error);
    return out;
}

Json walk_json(const WalkForward& walk) {
    Json out = Json::object();
    Json& steps = out.set("windows", Json::array());
    for (const WalkStep& step : walk.steps)
        steps.push(step_json(step));
    Json& statistics = out.set("statistics", Json::array());
    for (std::size_t i = 0; i < walk.test.size(); ++i) {
        Json& entry = statistics.push(Json::object());
        entry.set("key", walk.test[i].key);
        entry.set("test", or_null(walk.test[i].value));
        entry.set("train_mean", or_null(walk.train[i]));
    }
    Json& equity = out.set("equity", Json::array());
    for (const WalkSample& sample : walk.equity) {
        Json& entry = equity.push(Json::array());
        entry.push(Json::text_of(sample.time));
        entry.push(sample.equity);
    }
    return out;
}

}  // namespace

std::string shown(std::string_view statistic, std::optional<double> value) {
    if (!value) return "-";
    const Statistic* known = find_statistic(known_statistics(), statistic);
    Statistic filled = known != nullptr ? *known : Statistic{};
    filled.value = value;
    return format_value(filled);
}

Expected<SweepRow> row_at(const SweepResult& result, std::size_t place) {
    TRADECTL_ASSERT(place < result.points.size());
    const auto line = result.file->read(result.points[place].line);
    if (!line) return fail(line.error());
    SweepRow row;
    row.point = result.points[place].point;
    const Json* values = line->find("values");
    for (std::size_t i = 0; i < result.axes.size(); ++i) {
        const Json::Array* texts = values == nullptr ? nullptr : values->as_array();
        const std::string* text =
            texts == nullptr || i >= texts->size() ? nullptr : (*texts)[i].as_text();
        row.values.push_back(text == nullptr ? "-" : *text);
    }
    row.error = line->find_text("error").value_or("");
    row.rank = figure_in(*line, result.rank);
    row.total_return = figure_in(*line, "return");
    row.sharpe = figure_in(*line, "sharpe");
    row.max_drawdown = figure_in(*line, "max_drawdown");
    row.trades = figure_in(*line, "trades");
    return row;
}

std::optional<SweepMap> sweep_map(const SweepResult& result) {
    if (result.axes.size() < 2 || result.points.empty()) return std::nullopt;
    const auto grid = SweepGrid::of(result.axes);
    if (!grid) return std::nullopt;
    SweepMap map{.down = result.axes[0], .across = result.axes[1]};
    const std::size_t width = map.across.values.size();
    if (map.down.values.size() > kMapValuesMax || width > kMapValuesMax) return std::nullopt;
    map.cells.resize(map.down.values.size() * width);
    // Points are in order, so the first one of a cell is its best.
    for (const SweepPoint& point : result.points) {
        if (point.failed || std::isnan(point.rank)) continue;
        const auto places = grid->places(point.point);
        const std::size_t index = places[0] * width + places[1];
        if (!map.best) {
            map.best = index;
            map.low = map.high = point.rank;
        }
        if (map.cells[index]) continue;
        map.cells[index] = point.rank;
        map.low = std::min(map.low, point.rank);
        map.high = std::max(map.high, point.rank);
    }
    if (!map.best) return std::nullopt;
    return map;
}

Expected<Json> sweep_json(const SweepResult& result, std::size_t rows_max) {
    Json out = Json::object();
    out.set("name", result.name);
    out.set("config_hash", result.config_hash);
    out.set("directory", result.directory);
    out.set("rank", result.rank);
    out.set("points", result.points_total);
    out.set("points_done", result.points.size());
    out.set("failed", result.failed);
    out.set("found_before", result.found_before);
    out.set("wall_ns", result.wall_ns);
    out.set("best_by_luck", or_null(result.luck));
    Json& axes = out.set("axes", Json::array());
    for (const SweepAxis& axis : result.axes) {
        Json& entry = axes.push(Json::object());
        entry.set("key", axis.key);
        entry.set("values", values_json(axis.values));
    }
    Json rows = Json::array();
    for (std::size_t i = 0; i < std::min(rows_max, result.points.size()); ++i) {
        const auto row = row_at(result, i);
        if (!row) return fail(row.error());
        rows.push(row_json(*row));
    }
    out.set("best", std::move(rows));
    out.set("walk_forward", result.walk ? walk_json(*result.walk) : Json());
    return out;
}

}  // namespace tradectl::backtest
