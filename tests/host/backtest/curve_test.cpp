#include "host/backtest/curve.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace tradectl::backtest {
namespace {

Timestamp at(const char* text) {
    return Timestamp::parse(text).value();
}

EquityPoint point(std::int64_t time, double equity) {
    return {Timestamp{time}, equity, equity, equity, 0, equity};
}

TEST(EquityCurve, KeepsEveryPointWhileThereIsRoom) {
    EquityCurve curve(4, {});
    for (int i = 0; i < 4; ++i)
        curve.add(point(i, i));
    EXPECT_EQ(curve.points().size(), 4u);
}

TEST(EquityCurve, NeverHoldsMoreAndLosesNoExtreme) {
    for (const std::size_t room : {2u, 3u, 4u, 7u}) {
        EquityCurve curve(room, {});
        for (int i = 0; i < 1000; ++i) {
            curve.add(point(i, i == 517 ? -5 : i == 3 ? 9999 : i));
            ASSERT_LE(curve.points().size(), room);
            ASSERT_EQ(curve.points().back().time, Timestamp{i});
        }
        double low = 1;
        double high = 1;
        Timestamp before{-1};
        for (const EquityPoint& kept : curve.points()) {
            low = std::min(low, kept.equity_low);
            high = std::max(high, kept.equity_high);
            EXPECT_GT(kept.time, before);
            before = kept.time;
        }
        EXPECT_EQ(low, -5) << room;
        EXPECT_EQ(high, 9999) << room;
        EXPECT_GE(curve.points().size(), room / 2);
    }
}

TEST(PriceCurve, MergedBarsAreBars) {
    PriceCurve curve(2, {});
    const std::vector<double> prices{10, 30, 5, 20, 25};
    for (std::size_t i = 0; i < prices.size(); ++i)
        curve.add(
            {Timestamp{static_cast<std::int64_t>(i)}, prices[i], prices[i], prices[i], prices[i]});
    ASSERT_EQ(curve.points().size(), 2u);
    EXPECT_EQ(curve.points()[0].open, 10);
    EXPECT_EQ(curve.points()[0].high, 30);
    EXPECT_EQ(curve.points()[0].low, 5);
    EXPECT_EQ(curve.points()[0].close, 20);
    EXPECT_EQ(curve.points()[1].close, 25);
}

TEST(MonthReturns, MonthsFollowEachOther) {
    MonthReturns months;
    months.start(at("2026-01-01T00:00:00Z"), 100);
    months.add(at("2026-01-15T00:00:00Z"), 110);
    months.add(at("2026-02-01T00:00:00Z"), 120);  // the end of January
    months.add(at("2026-02-28T12:00:00Z"), 60);
    months.add(at("2026-04-01T00:00:01Z"), 90);
    const auto all = months.months();
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[0].month, 1);
    EXPECT_DOUBLE_EQ(all[0].value, 0.2);
    EXPECT_DOUBLE_EQ(all[1].value, -0.5);
    EXPECT_EQ(all[2].month, 4);
    EXPECT_DOUBLE_EQ(all[2].value, 0.5);
}

TEST(MonthReturns, BeforeTheEpochAndWithoutAStart) {
    MonthReturns months;
    months.add(at("1969-12-31T23:00:00Z"), 50);
    months.add(at("1969-12-31T23:30:00Z"), 75);
    const auto all = months.months();
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].year, 1969);
    EXPECT_EQ(all[0].month, 12);
    EXPECT_DOUBLE_EQ(all[0].value, 0.5);
}

TEST(MonthReturns, NoMonthIsBeforeTheStart) {
    // The first event comes as a month begins: its interval is the one that ends then.
    for (const double equity : {100.0, std::numeric_limits<double>::quiet_NaN()}) {
        MonthReturns months;
        months.start(at("2024-02-01T00:00:00Z"), equity);
        months.add(at("2024-02-01T00:00:00Z"), 100);
        months.add(at("2024-02-02T00:00:00Z"), 150);
        const auto all = months.months();
        ASSERT_EQ(all.size(), 1u);
        EXPECT_EQ(all[0].month, 2);
        EXPECT_DOUBLE_EQ(all[0].value, 0.5);
    }
}

TEST(MonthReturns, NothingHeardIsNoMonth) {
    EXPECT_TRUE(MonthReturns().months().empty());
}

}  // namespace
}  // namespace tradectl::backtest
