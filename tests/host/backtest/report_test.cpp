#include "host/backtest/report.hpp"

#include "host/backtest/compare.hpp"

#include <tradectl/abi/types.h>

#include <sstream>

#include <gtest/gtest.h>

namespace tradectl::backtest {
namespace {

Trade some_trade(std::uint64_t number_of) {
    Trade trade;
    trade.number = number_of;
    trade.strategy = "a strategy with a name that is quite long, as names may be";
    trade.instrument = "BTC-USD.x";
    trade.side = TRADECTL_SIDE_SELL;
    trade.quantity = Decimal::parse("0.25").value();
    trade.entry_time = Timestamp{1'000'000'000};
    trade.exit_time = Timestamp{2'000'000'001};
    trade.entry_price = Decimal::parse("100.5").value();
    trade.exit_price = Decimal::parse("99.123456789012345678").value();
    trade.profit = Decimal::parse("0.3").value();
    trade.profit_ratio = 0.1;
    trade.fees = Decimal::parse("0.01").value();
    trade.bars = 3;
    trade.exit_reason = "target";
    trade.entry_order = "in";
    trade.exit_order = "out";
    return trade;
}

Report some_report() {
    Report report;
    report.name = "demo";
    report.config_hash = std::string(64, 'a');
    report.config_text = "name: demo\n";
    report.config_values = {{"name", "demo"}, {"seed", "1"}};
    report.versions = {{"tradectl", "1"}};
    report.seed = 18'000'000'000'000'000'000u;
    report.created = Timestamp{5};
    report.data_first = Timestamp{1'000'000'000};
    report.data_last = Timestamp{9'000'000'000};
    report.market_events = 1'234'567;
    report.wall_ns = 2'000'000'000;
    report.currency = "USD";
    report.sample_ns = 60;
    report.rules.returns = config::ReturnsKind::Geometric;
    report.rules.finalize = config::OpenTrades::Mark;
    report.rules.risk_free = Decimal::parse("0.02").value();
    report.statistics = {{.key = "return", .label = "Return", .unit = Unit::Fraction, .value = 0.5},
                         {.key = "sharpe",
                          .label = "Sharpe ratio",
                          .unit = Unit::Number,
                          .value = std::nullopt,
                          .undefined = "returns do not vary",
                          .formula = "x / y"}};
    report.equity = {{Timestamp{1}, 100, 99, 101, 0.01, 50}, {Timestamp{2}, 0.1, 0.1, 0.2, 0, 0}};
    report.prices = {{"BTC-USD.x", "USD", {{Timestamp{1}, 1, 2, 0.5, 1.5}}}};
    report.trades = {some_trade(1), some_trade(2)};
    report.trades_total = 7;
    report.open_trades = {some_trade(0)};
    report.months = {{2026, 1, 0.25}};
    report.denied_by_reason = {{"position_limit", 12}};
    report.balances = {{"USD", Decimal::from_int(5)}};
    report.positions = {{.strategy = "s", .instrument = "i", .quantity = Decimal::from_int(1)}};
    report.warnings = {"one\"two"};
    report.error = "stopped";
    return report;
}

TEST(ReportJson, ReadsBackWhatItWrote) {
    const Json json = report_json(some_report());
    const auto parsed = parse_json(json.dump());
    ASSERT_TRUE(parsed) << parsed.error().message;
    const auto report = report_from_json(*parsed);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report_json(*report).dump(), json.dump());
    EXPECT_EQ(report->seed, some_report().seed);
    EXPECT_EQ(report->rules.returns, config::ReturnsKind::Geometric);
    EXPECT_FALSE(report->find("sharpe")->value);
    EXPECT_TRUE(report->positions[0].mark.is_null());
}

TEST(ReportJson, EveryMissingMemberIsCorrupt) {
    const Json whole = report_json(some_report());
    for (const JsonMember& member : *whole.as_object()) {
        Json::Object rest;
        for (const JsonMember& other : *whole.as_object()) {
            if (other.key != member.key) rest.push_back(other);
        }
        const auto report = report_from_json(Json(rest));
        ASSERT_FALSE(report) << member.key;
        EXPECT_EQ(report.error().code, ErrorCode::Corrupt);
        EXPECT_NE(report.error().message.find(member.key), std::string::npos);
    }
}

TEST(ReportJson, EveryMemberOfAnotherKindIsCorrupt) {
    const Json whole = report_json(some_report());
    for (const JsonMember& member : *whole.as_object()) {
        Json changed = whole;
        changed.set(member.key, Json(true));
        EXPECT_FALSE(report_from_json(changed)) << member.key;
    }
    EXPECT_FALSE(report_from_json(Json()));
    EXPECT_FALSE(report_from_json(Json(5)));
}

TEST(ReportText, FitsEightyColumns) {
    Report report = some_report();
    report.warnings.push_back(std::string(300, 'w') + " and words behind it");
    report.positions[0].strategy = std::string(94, 's');
    report.denied_by_reason.push_back({std::string(94, 'r'), UINT64_MAX});
    report.balances[std::string(94, 'b')] = Decimal::max();
    for (const double huge : {1e300, -1e300, 1e-300, 123456789.123})
        for (const Unit unit :
             {Unit::Count, Unit::Number, Unit::Fraction, Unit::Money, Unit::Seconds})
            report.statistics.push_back(
                {.key = "k", .label = "Average drawdown duration", .unit = unit, .value = huge});
    std::stringstream text(report_text(report));
    for (std::string line; std::getline(text, line);)
        EXPECT_LE(line.size(), 80u) << line;
}

TEST(ReportText, ValuesReadLikeAPersonWouldWriteThem) {
    const auto shown = [](Unit unit, double value) {
        return format_value({.unit = unit, .value = value});
    };
    EXPECT_EQ(shown(Unit::Count, 1234567), "1,234,567");
    EXPECT_EQ(shown(Unit::Fraction, 0.12345), "12.35 %");
    EXPECT_EQ(shown(Unit::Fraction, -0.5), "-50.00 %");
    EXPECT_EQ(shown(Unit::Money, -123456.789), "-123,456.79");
    EXPECT_EQ(shown(Unit::Money, 0.00012345), "0.00012345");
    EXPECT_EQ(shown(Unit::Money, 0), "0.00");
    EXPECT_EQ(shown(Unit::Number, 1.23456), "1.235");
    EXPECT_EQ(shown(Unit::Seconds, 90), "1m 30s");
    EXPECT_EQ(shown(Unit::Seconds, 3661), "1h 1m");
    EXPECT_EQ(shown(Unit::Seconds, 86400 * 584.0), "584d");
    EXPECT_EQ(format_value({.unit = Unit::Money}), "not defined");
}

TEST(ReportText, AnEmptyRunHasAReport) {
    const std::string text = report_text(Report{.name = "none"});
    EXPECT_NE(text.find("no market event"), std::string::npos);
}

TEST(Compare, TheSameRunsHaveNoDifferences) {
    const Comparison same = compare(some_report(), some_report(), "a", "b");
    EXPECT_TRUE(same.config.empty());
    EXPECT_FALSE(same.trade);
    EXPECT_TRUE(same.trades_cut) << "two of seven trades are in the reports";
    EXPECT_EQ(same.statistics[0].delta(), 0);
    EXPECT_FALSE(same.statistics[1].delta());
}

TEST(Compare, KeysAndFiguresThatOnlyOneSideHasAreNamed) {
    Report right = some_report();
    right.statistics[0].value = 0.25;
    right.statistics.push_back({.key = "new", .label = "New", .value = 3});
    right.config_values = {{"name", "other"}, {"speed", "1"}};
    const Comparison found = compare(some_report(), right, "a", "b");
    EXPECT_EQ(found.statistics[0].delta(), -0.25);
    EXPECT_EQ(found.statistics.back().key, "new");
    ASSERT_EQ(found.config.size(), 3u);
    EXPECT_EQ(found.config[0].path, "name");
    EXPECT_FALSE(found.config[1].right);
    EXPECT_EQ(found.config[2].right, "1");
    const std::string text = comparison_text(found);
    EXPECT_NE(text.find("-25.00 %"), std::string::npos) << text;
    EXPECT_NE(text.find("seed: 1 -> (not set)"), std::string::npos) << text;
}

TEST(Compare, TheFirstTradeThatDiffersIsShown) {
    Report right = some_report();
    right.trades[1].exit_price = Decimal::from_int(1);
    right.trades[1].exit_order = "any";
    right.trades[0].entry_order = "ids of orders are of their run";
    const Comparison found = compare(some_report(), right, "a", "b");
    ASSERT_TRUE(found.trade);
    EXPECT_EQ(found.trade->number, 2u);
    EXPECT_EQ(found.trade->what, "exit_price");
    EXPECT_EQ(comparison_json(found).find("first_trade_that_differs")->find_text("differs_in"),
              "exit_price");
}

TEST(Compare, ATradeThatOneRunDoesNotHave) {
    Report left = some_report();
    left.trades_total = 2;
    Report right = left;
    right.trades.pop_back();
    right.trades_total = 1;
    const Comparison found = compare(left, right, "a", "b");
    ASSERT_TRUE(found.trade);
    EXPECT_EQ(found.trade->what, "missing");
    EXPECT_FALSE(found.trade->right);
    EXPECT_NE(comparison_text(found).find("no such trade"), std::string::npos);
}

}  // namespace
}  // namespace tradectl::backtest
