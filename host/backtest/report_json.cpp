// The report as JSON. Times are integers, nanoseconds UTC; decimals are text; figures are reals.
#include "host/backtest/json_fields.hpp"
#include "host/backtest/report.hpp"

#include <tradectl/abi/types.h>

#include <cmath>

namespace tradectl::backtest {
namespace {

Json statistic_json(const Statistic& statistic) {
    Json out = Json::object();
    out.set("key", statistic.key);
    out.set("label", statistic.label);
    out.set("unit", to_string(statistic.unit));
    out.set("value", statistic.value ? Json(*statistic.value) : Json());
    out.set("undefined", statistic.undefined);
    out.set("formula", statistic.formula);
    return out;
}

}  // namespace

Json trade_json(const Trade& trade) {
    Json out = Json::object();
    out.set("number", trade.number);
    out.set("strategy", trade.strategy);
    out.set("instrument", trade.instrument);
    out.set("side", trade.side == TRADECTL_SIDE_BUY ? "long" : "short");
    out.set("quantity", Json::text_of(trade.quantity));
    out.set("entry_time", trade.entry_time.ns());
    out.set("exit_time", trade.exit_time.ns());
    out.set("entry_price", Json::text_of(trade.entry_price));
    out.set("exit_price", Json::text_of(trade.exit_price));
    out.set("profit", Json::text_of(trade.profit));
    out.set("profit_ratio", trade.profit_ratio);
    out.set("fees", Json::text_of(trade.fees));
    out.set("bars", trade.bars);
    out.set("exit_reason", trade.exit_reason);
    out.set("entry_order", trade.entry_order);
    out.set("exit_order", trade.exit_order);
    return out;
}

namespace {

template <typename Enum>
std::string_view word_of(Enum value, const std::array<std::string_view, 2>& words) {
    return words[static_cast<std::size_t>(value)];
}

Json rules_json(const config::ReportConfig& rules) {
    Json out = Json::object();
    out.set("currency", rules.currency);
    out.set("sample_ns", rules.sample_ns);
    out.set("year_days", rules.year_days);
    out.set("returns", word_of(rules.returns, kReturnsWords));
    out.set("risk_free", Json::text_of(rules.risk_free));
    out.set("sortino_target", Json::text_of(rules.sortino_target));
    out.set("drawdown_on", word_of(rules.drawdown_on, kDrawdownWords));
    out.set("trades_on", word_of(rules.trades_on, kTradesOnWords));
    out.set("first_point", word_of(rules.first_point, kFirstPointWords));
    out.set("finalize", word_of(rules.finalize, kFinalizeWords));
    out.set("hold_after", rules.hold_after);
    return out;
}

Json equity_json(const std::vector<EquityPoint>& points) {
    Json out = Json::array();
    for (const EquityPoint& point : points) {
        Json row = Json::array();
        row.push(point.time.ns());
        row.push(point.equity);
        row.push(point.equity_low);
        row.push(point.equity_high);
        row.push(point.drawdown);
        row.push(point.exposure);
        out.push(std::move(row));
    }
    return out;
}

Json prices_json(const std::vector<PriceSeries>& series) {
    Json out = Json::array();
    for (const PriceSeries& one : series) {
        Json bars = Json::array();
        for (const PriceBar& bar : one.bars) {
            Json row = Json::array();
            row.push(bar.time.ns());
            row.push(bar.open);
            row.push(bar.high);
            row.push(bar.low);
            row.push(bar.close);
            bars.push(std::move(row));
        }
        Json entry = Json::object();
        entry.set("instrument", one.instrument);
        entry.set("quote", one.quote);
        entry.set("bars", std::move(bars));
        out.push(std::move(entry));
    }
    return out;
}

Json positions_json(const std::vector<FinalPosition>& positions) {
    Json out = Json::array();
    for (const FinalPosition& position : positions) {
        Json entry = Json::object();
        entry.set("strategy", position.strategy);
        entry.set("instrument", position.instrument);
        entry.set("quantity", Json::text_of(position.quantity));
        entry.set("average_price", Json::text_of(position.average_price));
        entry.set("mark", Json::text_of(position.mark));
        entry.set("realized_pnl", Json::text_of(position.realized_pnl));
        entry.set("unrealized_pnl", Json::text_of(position.unrealized_pnl));
        out.push(std::move(entry));
    }
    return out;
}

template <typename Items, typename Write>
Json list_json(const Items& items, Write write) {
    Json out = Json::array();
    for (const auto& item : items)
        out.push(write(item));
    return out;
}

Json pair_json(const std::pair<std::string, std::string>& pair) {
    Json out = Json::array();
    out.push(pair.first);
    out.push(pair.second);
    return out;
}

void set_run(const Report& report, Json& out) {
    out.set("created", report.created.ns());
    out.set("data_first", report.data_first.ns());
    out.set("data_last", report.data_last.ns());
    out.set("started", report.started.ns());
    out.set("ended", report.ended.ns());
    out.set("wall_ns", report.wall_ns);
    out.set("market_events", report.market_events);
    out.set("orders", report.orders);
    out.set("fills", report.fills);
    out.set("denied", report.denied);
    out.set("rejected", report.rejected);
    out.set("canceled", report.canceled);
}

void set_figures(const Report& report, Json& out) {
    out.set("currency", report.currency);
    out.set("sample_ns", report.sample_ns);
    out.set("rules", rules_json(report.rules));
    out.set("equity_start", Json::text_of(report.equity_start));
    out.set("equity_end", Json::text_of(report.equity_end));
    out.set("statistics", list_json(report.statistics, statistic_json));
    out.set("trades_total", report.trades_total);
    out.set("months", list_json(report.months, [](const MonthReturn& month) {
                Json row = Json::array();
                row.push(month.year);
                row.push(month.month);
                row.push(month.value);
                return row;
            }));
    out.set("denied_by_reason", list_json(report.denied_by_reason, [](const DeniedCount& denied) {
                Json row = Json::array();
                row.push(denied.reason);
                row.push(denied.count);
                return row;
            }));
}

}  // namespace

Json report_json(const Report& report) {
    Json out = Json::object();
    out.set("format", kReportFormat);
    out.set("name", report.name);
    out.set("config_hash", report.config_hash);
    out.set("versions", list_json(report.versions, pair_json));
    out.set("seed", std::to_string(report.seed));  // may not fit a signed number
    set_run(report, out);
    set_figures(report, out);
    Json balances = Json::object();
    for (const auto& [asset, total] : report.balances)
        balances.set(asset, Json::text_of(total));
    out.set("balances", std::move(balances));
    out.set("positions", positions_json(report.positions));
    out.set("warnings",
            list_json(report.warnings, [](const std::string& line) { return Json(line); }));
    out.set("error", report.error);
    out.set("config_values", list_json(report.config_values, pair_json));
    out.set("config_text", report.config_text);
    out.set("open_trades", list_json(report.open_trades, trade_json));
    out.set("trades", list_json(report.trades, trade_json));
    out.set("equity", equity_json(report.equity));
    out.set("prices", prices_json(report.prices));
    return out;
}

}  // namespace tradectl::backtest
