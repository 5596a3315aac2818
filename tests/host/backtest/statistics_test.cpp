#include "host/backtest/statistics.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace tradectl::backtest {
namespace {

constexpr Timestamp kStart{1'577'836'800LL * kNsPerSecond};  // 2020-01-01
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

config::ReportConfig year_of_365_days() {
    config::ReportConfig rules;
    rules.year_days = 365;
    return rules;
}

/// A curve of one point a day; the first one is the start.
CurveMeter curve(const std::vector<double>& equity,
                 const config::ReportConfig& rules = year_of_365_days()) {
    CurveMeter meter(rules, kNsPerDay);
    for (std::size_t i = 0; i < equity.size(); ++i) {
        const Timestamp time = kStart.plus_ns(static_cast<std::int64_t>(i) * kNsPerDay);
        meter.add({.time = time, .equity = equity[i], .exposure = 0, .benchmark = kNone});
    }
    return meter;
}

Statistic figure(const CurveMeter& meter, std::string_view key) {
    std::vector<Statistic> all;
    meter.append(meter.drawdowns(), all);
    const Statistic* found = find_statistic(all, key);
    EXPECT_NE(found, nullptr) << key;
    return found != nullptr ? *found : Statistic{};
}

double value(const CurveMeter& meter, std::string_view key) {
    const Statistic statistic = figure(meter, key);
    EXPECT_TRUE(statistic.value) << key << ": " << statistic.undefined;
    return statistic.value.value_or(kNone);
}

Trade trade(const char* profit, double ratio, std::int64_t seconds = 60) {
    Trade out;
    out.profit = Decimal::parse(profit).value();
    out.profit_ratio = ratio;
    out.entry_time = kStart;
    out.exit_time = kStart.plus_ns(seconds * kNsPerSecond);
    out.fees = Decimal::from_int(1);
    return out;
}

TradeMeter meter_of(const std::vector<Trade>& trades, const config::ReportConfig& rules = {}) {
    TradeMeter meter(rules);
    for (const Trade& one : trades)
        meter.add(one);
    return meter;
}

Statistic figure(const TradeMeter& meter, std::string_view key) {
    std::vector<Statistic> all;
    meter.append(1000, all);
    const Statistic* found = find_statistic(all, key);
    EXPECT_NE(found, nullptr) << key;
    return found != nullptr ? *found : Statistic{};
}

double value(const TradeMeter& meter, std::string_view key) {
    const Statistic statistic = figure(meter, key);
    EXPECT_TRUE(statistic.value) << key << ": " << statistic.undefined;
    return statistic.value.value_or(kNone);
}

// Returns 10 %, -10 %, 20 %: mean 1/15, squared deviations sum to 7/150.
const std::vector<double> kThreeReturns{100, 110, 99, 118.8};

TEST(CurveMeter, SimpleRatiosAreTheTextbookOnes) {
    const CurveMeter meter = curve(kThreeReturns);
    const double mean = 1.0 / 15;
    const double deviation = std::sqrt(7.0 / 300);
    EXPECT_NEAR(value(meter, "return"), 0.188, 1e-12);
    EXPECT_NEAR(value(meter, "annual_return"), mean * 365, 1e-12);
    EXPECT_NEAR(value(meter, "annual_volatility"), deviation * std::sqrt(365.0), 1e-12);
    EXPECT_NEAR(value(meter, "sharpe"), mean / deviation * std::sqrt(365.0), 1e-12);
    EXPECT_NEAR(value(meter, "sortino"), mean / std::sqrt(0.01 / 3) * std::sqrt(365.0), 1e-12);
    EXPECT_NEAR(value(meter, "max_drawdown"), 0.1, 1e-12);
    EXPECT_NEAR(value(meter, "calmar"), mean * 365 / 0.1, 1e-10);
}

TEST(CurveMeter, RiskFreeAndTargetAreTakenOffAYearsReturn) {
    config::ReportConfig rules = year_of_365_days();
    rules.risk_free = Decimal::parse("0.05").value();
    rules.sortino_target = Decimal::parse("3.65").value();  // 1 % a day
    const CurveMeter meter = curve(kThreeReturns, rules);
    const double mean = 1.0 / 15;
    EXPECT_NEAR(value(meter, "sharpe"),
                (mean * 365 - 0.05) / (std::sqrt(7.0 / 300) * std::sqrt(365.0)),
                1e-12);
    EXPECT_NEAR(value(meter, "sortino"),
                (mean * 365 - 3.65) / (std::sqrt(0.11 * 0.11 / 3) * std::sqrt(365.0)),
                1e-12);
}

TEST(CurveMeter, GeometricReturnCompoundsToTheCurve) {
    config::ReportConfig rules;
    rules.returns = config::ReturnsKind::Geometric;
    rules.year_days = 3;  // as many periods as returns: the year is the run
    const CurveMeter meter = curve(kThreeReturns, rules);
    EXPECT_NEAR(value(meter, "annual_return"), 0.188, 1e-12);
    const double step = std::pow(1.188, 2.0 / 3);
    const double variance = std::pow(7.0 / 300 + step, 3) - std::pow(step, 3);
    EXPECT_NEAR(value(meter, "annual_volatility"), std::sqrt(variance), 1e-12);
}

TEST(CurveMeter, CagrOfADoubleInTwoYearsIsRootTwo) {
    CurveMeter meter({}, kNsPerDay);
    meter.start(kStart, 100);
    meter.add(
        {.time = kStart.plus_ns(static_cast<std::int64_t>(2 * 365.25) * kNsPerDay + kNsPerDay / 2),
         .equity = 200,
         .benchmark = kNone});
    const double years =
        (static_cast<double>(static_cast<std::int64_t>(2 * 365.25)) + 0.5) / 365.25;
    EXPECT_NEAR(value(meter, "cagr"), std::pow(2.0, 1 / years) - 1, 1e-12);
    EXPECT_NEAR(value(meter, "cagr"), std::sqrt(2.0) - 1, 1e-9);
}

TEST(CurveMeter, AShortRunHasNoYearlyReturnAndSaysSo) {
    CurveMeter meter({}, kNsPerMinute);
    meter.start(kStart, 100);
    meter.add({.time = kStart.plus_ns(kNsPerMinute), .equity = 101, .benchmark = kNone});
    EXPECT_FALSE(figure(meter, "cagr").value);
    EXPECT_EQ(figure(meter, "cagr").undefined, "the run is shorter than a day");
}

TEST(CurveMeter, MinutesSayNothingAboutAYear) {
    for (const auto kind : {config::ReturnsKind::Simple, config::ReturnsKind::Geometric}) {
        config::ReportConfig rules;
        rules.returns = kind;
        CurveMeter meter(rules, kNsPerMinute);
        for (int i = 0; i < 4; ++i)
            meter.add({.time = kStart.plus_ns(i * kNsPerMinute),
                       .equity = kThreeReturns[static_cast<std::size_t>(i)],
                       .benchmark = kNone});
        for (const char* key :
             {"annual_return", "annual_volatility", "sharpe", "sortino", "calmar"})
            EXPECT_EQ(figure(meter, key).undefined, "the run is shorter than a day") << key;
    }
}

/// A market that is open on weekdays: how finely the time between is cut must not matter.
TEST(CurveMeter, ClosedHoursDoNotCountAsPeriods) {
    const auto sampled_every = [](std::int64_t sample_ns) {
        config::ReportConfig rules;
        rules.sortino_target = Decimal::parse("0.05").value();
        CurveMeter meter(rules, sample_ns);
        double equity = 100;
        for (int day = 0; day < 364; ++day) {
            if (day % 7 >= 5) continue;
            equity *= day % 3 == 0 ? 0.995 : 1.004;
            meter.add({.time = kStart.plus_ns(day * kNsPerDay),
                       .equity = equity,
                       .exposure = 0,
                       .benchmark = kNone});
        }
        return meter;
    };
    const CurveMeter days = sampled_every(kNsPerDay);
    const CurveMeter minutes = sampled_every(kNsPerMinute);
    for (const char* key : {"annual_return", "annual_volatility", "sharpe", "sortino", "calmar"})
        EXPECT_EQ(value(days, key), value(minutes, key)) << key;
    // 259 returns in 361 days (the last one is a Friday), each a weekday's or a weekend's.
    double sum = 0;
    for (int day = 1; day < 364; ++day) {
        if (day % 7 < 5) sum += day % 3 == 0 ? -0.005 : 0.004;
    }
    EXPECT_NEAR(value(days, "annual_return"), sum / (361 / 365.25), 1e-12);
}

TEST(CurveMeter, NothingIsDefinedWithoutPoints) {
    const CurveMeter meter({}, kNsPerDay);
    std::vector<Statistic> all;
    meter.append(meter.drawdowns(), all);
    for (const Statistic& statistic : all) {
        EXPECT_FALSE(statistic.value) << statistic.key;
        EXPECT_FALSE(statistic.undefined.empty()) << statistic.key;
        EXPECT_FALSE(statistic.formula.empty()) << statistic.key;
    }
}

TEST(CurveMeter, AFlatCurveHasNoRatios) {
    const CurveMeter meter = curve({100, 100, 100});
    EXPECT_EQ(figure(meter, "sharpe").undefined, "returns do not vary");
    EXPECT_EQ(figure(meter, "sortino").undefined, "no return below the target");
    EXPECT_EQ(figure(meter, "calmar").undefined, "no drawdown");
    EXPECT_EQ(value(meter, "max_drawdown"), 0);
    EXPECT_EQ(figure(meter, "average_drawdown").undefined, "no drawdown");
}

TEST(CurveMeter, ARuinedAccountHasNoGrowthRate) {
    config::ReportConfig rules;
    rules.returns = config::ReturnsKind::Geometric;
    const CurveMeter meter = curve({100, 50, 0, -20, -20}, rules);
    EXPECT_EQ(value(meter, "return"), -1.2);
    EXPECT_EQ(figure(meter, "cagr").undefined, "equity was not above zero");
    EXPECT_EQ(figure(meter, "annual_return").undefined, "equity was not above zero");
    EXPECT_NEAR(value(meter, "max_drawdown"), 1.2, 1e-12);
}

TEST(CurveMeter, TheMarketsBetaIsOneAgainstItself) {
    CurveMeter meter({}, kNsPerDay);
    const std::vector<double> prices{50, 55, 44, 66, 60};
    for (std::size_t i = 0; i < prices.size(); ++i) {
        const Timestamp time = kStart.plus_ns(static_cast<std::int64_t>(i) * kNsPerDay);
        meter.add({.time = time, .equity = prices[i] * 2, .benchmark = prices[i]});
    }
    EXPECT_NEAR(value(meter, "beta"), 1, 1e-12);
    EXPECT_NEAR(value(meter, "alpha"), 0, 1e-12);
    EXPECT_NEAR(value(meter, "buy_and_hold"), 0.2, 1e-12);
}

TEST(CurveMeter, BuyAndHoldWaitsForTheWarmUp) {
    config::ReportConfig rules;
    rules.hold_after = 2;
    CurveMeter meter(rules, kNsPerDay);
    for (int day = 0; day < 4; ++day)
        meter.add({.time = kStart.plus_ns(day * kNsPerDay),
                   .equity = 100,
                   .benchmark = 10.0 * (day + 1)});
    EXPECT_NEAR(value(meter, "buy_and_hold"), 40.0 / 30 - 1, 1e-12);
}

TEST(CurveMeter, TimeInMarketCountsSamples) {
    CurveMeter meter({}, kNsPerDay);
    for (int day = 0; day < 4; ++day)
        meter.add({.time = kStart.plus_ns(day * kNsPerDay),
                   .equity = 100,
                   .exposure = day == 1 ? 50.0 : 0.0,
                   .benchmark = kNone,
                   .in_market = day == 1});
    EXPECT_EQ(value(meter, "exposure_time"), 0.25);
    EXPECT_EQ(value(meter, "average_exposure"), 0.125);
}

TEST(DrawdownMeter, AFallEndsAtTheNextPointAsHigh) {
    DrawdownMeter meter;
    const std::vector<double> equity{100, 90, 80, 100, 120, 60, 90, 119, 118};
    for (std::size_t i = 0; i < equity.size(); ++i)
        meter.add(kStart.plus_ns(static_cast<std::int64_t>(i) * kNsPerDay), equity[i]);
    const auto falls = meter.falls();
    EXPECT_EQ(falls.depth.count(), 2u);
    EXPECT_NEAR(falls.depth.mean(), (0.2 + 0.5) / 2, 1e-12);
    EXPECT_NEAR(falls.duration.mean(), (3 + 4) / 2.0 * 86400, 1e-6);
    EXPECT_EQ(falls.longest_s, 4 * 86400.0);
    EXPECT_EQ(meter.deepest(), 0.5);
    EXPECT_EQ(meter.peak(), 120);
}

TEST(TradeMeter, FiguresOfFourTradesByHand) {
    const TradeMeter meter = meter_of(
        {trade("10", 0.1, 60), trade("-5", -0.05, 120), trade("30", 0.3, 180), trade("0", 0, 0)});
    EXPECT_EQ(value(meter, "trades"), 4);
    EXPECT_EQ(value(meter, "win_rate"), 0.5);
    EXPECT_NEAR(value(meter, "profit_factor"), 8, 1e-12);
    EXPECT_NEAR(value(meter, "expectancy"), 8.75, 1e-12);
    EXPECT_NEAR(value(meter, "average_trade"), 0.0875, 1e-12);
    EXPECT_EQ(value(meter, "best_trade"), 0.3);
    EXPECT_EQ(value(meter, "worst_trade"), -0.05);
    const double deviation =
        std::sqrt((1.25 * 1.25 + 13.75 * 13.75 + 21.25 * 21.25 + 8.75 * 8.75) / 3);
    EXPECT_NEAR(value(meter, "sqn"), 2 * 8.75 / deviation, 1e-12);
    EXPECT_NEAR(value(meter, "kelly"), 0.5 - 0.5 / (20.0 / 5), 1e-12);
    EXPECT_EQ(value(meter, "max_trade_duration"), 180);
    EXPECT_NEAR(value(meter, "average_trade_duration"), 90, 1e-9);
    EXPECT_EQ(value(meter, "losing_streak"), 1);
    EXPECT_EQ(value(meter, "fees"), 4);
}

TEST(TradeMeter, RatiosAreMeasuredWhenAsked) {
    config::ReportConfig rules;
    rules.trades_on = config::TradeMeasure::Ratio;
    rules.returns = config::ReturnsKind::Geometric;
    const TradeMeter meter = meter_of({trade("100", 0.5), trade("-10", -0.2)}, rules);
    EXPECT_NEAR(value(meter, "profit_factor"), 2.5, 1e-12);
    EXPECT_NEAR(value(meter, "expectancy"), 0.15, 1e-12);
    EXPECT_NEAR(value(meter, "average_trade"), std::sqrt(1.5 * 0.8) - 1, 1e-12);
}

TEST(TradeMeter, WhatNoTradeDefinesHasAReason) {
    const TradeMeter none({});
    EXPECT_EQ(value(none, "trades"), 0);
    EXPECT_EQ(figure(none, "win_rate").undefined, "no round trip");
    EXPECT_EQ(figure(none, "profit_factor").undefined, "no round trip");
    const TradeMeter winner = meter_of({trade("1", 0.1)});
    EXPECT_EQ(figure(winner, "profit_factor").undefined, "no losing trade");
    EXPECT_EQ(figure(winner, "sqn").undefined, "fewer than two trades");
    EXPECT_EQ(figure(winner, "kelly").undefined, "wants both winning and losing trades");
}

TEST(TradeMeter, TurnoverIsNotionalOverMeanEquity) {
    TradeMeter meter({});
    meter.add_notional(500);
    meter.add_notional(1500);
    EXPECT_EQ(value(meter, "turnover"), 2);
}

}  // namespace
}  // namespace tradectl::backtest
