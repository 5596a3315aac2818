#include "host/backtest/json_fields.hpp"
#include "host/backtest/report.hpp"

#include <tradectl/abi/types.h>

#include <charconv>

namespace tradectl::backtest {
namespace {

Unit unit_of(std::string_view name, JsonFailure& failure) {
    for (const Unit unit :
         {Unit::Count, Unit::Number, Unit::Fraction, Unit::Money, Unit::Seconds}) {
        if (to_string(unit) == name) return unit;
    }
    if (failure.what.empty()) failure.what = "unit: unknown: " + std::string(name);
    return Unit::Number;
}

Statistic read_statistic(const Json& json, JsonFailure& failure) {
    const JsonFields fields(json, failure);
    Statistic statistic;
    statistic.key = fields.text("key");
    statistic.label = fields.text("label");
    statistic.unit = unit_of(fields.text("unit"), failure);
    const Json* value = fields.find("value");
    if (value != nullptr && !value->is_null()) statistic.value = fields.real("value");
    statistic.undefined = fields.text("undefined");
    statistic.formula = fields.text("formula");
    return statistic;
}

Trade read_trade(const Json& json, JsonFailure& failure) {
    const JsonFields fields(json, failure);
    Trade trade;
    trade.number = fields.integer<std::uint64_t>("number");
    trade.strategy = fields.text("strategy");
    trade.instrument = fields.text("instrument");
    const std::string side = fields.text("side");
    if (side != "long" && side != "short") fields.note("side", "side");
    trade.side = side == "short" ? TRADECTL_SIDE_SELL : TRADECTL_SIDE_BUY;
    trade.quantity = fields.decimal("quantity");
    trade.entry_time = fields.time("entry_time");
    trade.exit_time = fields.time("exit_time");
    trade.entry_price = fields.decimal("entry_price");
    trade.exit_price = fields.decimal("exit_price");
    trade.profit = fields.decimal("profit");
    trade.profit_ratio = fields.real("profit_ratio");
    trade.fees = fields.decimal("fees");
    trade.bars = fields.integer<std::uint32_t>("bars");
    trade.exit_reason = fields.text("exit_reason");
    trade.entry_order = fields.text("entry_order");
    trade.exit_order = fields.text("exit_order");
    return trade;
}

config::ReportConfig read_rules(const Json& json, JsonFailure& failure) {
    const JsonFields fields(json, failure);
    config::ReportConfig rules;
    rules.currency = fields.text("currency");
    rules.sample_ns = fields.integer("sample_ns");
    rules.year_days = fields.integer<std::uint32_t>("year_days");
    rules.returns = fields.word<config::ReturnsKind>("returns", kReturnsWords);
    rules.risk_free = fields.decimal("risk_free");
    rules.sortino_target = fields.decimal("sortino_target");
    rules.drawdown_on = fields.word<config::DrawdownBase>("drawdown_on", kDrawdownWords);
    rules.trades_on = fields.word<config::TradeMeasure>("trades_on", kTradesOnWords);
    rules.first_point = fields.word<config::FirstPoint>("first_point", kFirstPointWords);
    rules.finalize = fields.word<config::OpenTrades>("finalize", kFinalizeWords);
    rules.hold_after = fields.integer<std::uint32_t>("hold_after");
    return rules;
}

void read_run(const JsonFields& fields, Report& report) {
    report.created = fields.time("created");
    report.data_first = fields.time("data_first");
    report.data_last = fields.time("data_last");
    report.started = fields.time("started");
    report.ended = fields.time("ended");
    report.wall_ns = fields.integer("wall_ns");
    report.market_events = fields.integer<std::uint64_t>("market_events");
    report.orders = fields.integer<std::uint64_t>("orders");
    report.fills = fields.integer<std::uint64_t>("fills");
    report.denied = fields.integer<std::uint64_t>("denied");
    report.rejected = fields.integer<std::uint64_t>("rejected");
    report.canceled = fields.integer<std::uint64_t>("canceled");
    const std::string seed = fields.text("seed");
    const auto end = seed.data() + seed.size();
    if (std::from_chars(seed.data(), end, report.seed).ptr != end) fields.note("seed", "number");
}

void read_figures(const JsonFields& fields, JsonFailure& failure, Report& report) {
    report.currency = fields.text("currency");
    report.sample_ns = fields.integer("sample_ns");
    const Json* rules = fields.find("rules");
    if (rules == nullptr) fields.note("rules", "object");
    if (rules != nullptr) report.rules = read_rules(*rules, failure);
    report.equity_start = fields.decimal("equity_start");
    report.equity_end = fields.decimal("equity_end");
    for (const Json& item : fields.list("statistics"))
        report.statistics.push_back(read_statistic(item, failure));
    report.trades_total = fields.integer<std::uint64_t>("trades_total");
    for (const Json& item : fields.list("months")) {
        const JsonRow row(item, failure);
        report.months.push_back({.year = static_cast<int>(row.integer(0)),
                                 .month = static_cast<int>(row.integer(1)),
                                 .value = row.real(2)});
    }
    for (const Json& item : fields.list("denied_by_reason")) {
        const JsonRow row(item, failure);
        report.denied_by_reason.push_back(
            {.reason = row.text(0), .count = static_cast<std::uint64_t>(row.integer(1))});
    }
}

void read_curves(const JsonFields& fields, JsonFailure& failure, Report& report) {
    for (const Json& item : fields.list("equity")) {
        const JsonRow row(item, failure);
        report.equity.push_back({Timestamp{row.integer(0)},
                                 row.real(1),
                                 row.real(2),
                                 row.real(3),
                                 row.real(4),
                                 row.real(5)});
    }
    for (const Json& item : fields.list("prices")) {
        const JsonFields one(item, failure);
        PriceSeries series{
            .instrument = one.text("instrument"), .quote = one.text("quote"), .bars = {}};
        for (const Json& bar : one.list("bars")) {
            const JsonRow row(bar, failure);
            series.bars.push_back(
                {Timestamp{row.integer(0)}, row.real(1), row.real(2), row.real(3), row.real(4)});
        }
        report.prices.push_back(std::move(series));
    }
}

void read_end(const JsonFields& fields, JsonFailure& failure, Report& report) {
    const Json* balances = fields.find("balances");
    if (balances == nullptr || balances->as_object() == nullptr) {
        fields.note("balances", "object");
    } else {
        const JsonFields totals(*balances, failure);
        for (const JsonMember& member : *balances->as_object())
            report.balances[member.key] = totals.decimal(member.key);
    }
    for (const Json& item : fields.list("positions")) {
        const JsonFields one(item, failure);
        report.positions.push_back({.strategy = one.text("strategy"),
                                    .instrument = one.text("instrument"),
                                    .quantity = one.decimal("quantity"),
                                    .average_price = one.decimal("average_price"),
                                    .mark = one.decimal("mark"),
                                    .realized_pnl = one.decimal("realized_pnl"),
                                    .unrealized_pnl = one.decimal("unrealized_pnl")});
    }
    for (const Json& item : fields.list("warnings")) {
        if (item.as_text() != nullptr) report.warnings.push_back(*item.as_text());
    }
    report.error = fields.text("error");
}

}  // namespace

Expected<Report> report_from_json(const Json& json) {
    JsonFailure failure;
    const JsonFields fields(json, failure);
    const auto format = fields.integer("format");
    if (failure.what.empty() && format > kReportFormat) {
        return fail(ErrorCode::Unsupported,
                    "report format " + std::to_string(format) + ", this version reads " +
                        std::to_string(kReportFormat));
    }
    Report report;
    report.name = fields.text("name");
    report.config_hash = fields.text("config_hash");
    report.config_text = fields.text("config_text");
    for (const Json& item : fields.list("versions")) {
        const JsonRow row(item, failure);
        report.versions.emplace_back(row.text(0), row.text(1));
    }
    for (const Json& item : fields.list("config_values")) {
        const JsonRow row(item, failure);
        report.config_values.emplace_back(row.text(0), row.text(1));
    }
    read_run(fields, report);
    read_figures(fields, failure, report);
    for (const Json& item : fields.list("open_trades"))
        report.open_trades.push_back(read_trade(item, failure));
    for (const Json& item : fields.list("trades"))
        report.trades.push_back(read_trade(item, failure));
    read_curves(fields, failure, report);
    read_end(fields, failure, report);
    if (!failure.what.empty()) return fail(ErrorCode::Corrupt, "report: " + failure.what);
    return report;
}

}  // namespace tradectl::backtest
