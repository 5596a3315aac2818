#include "host/backtest/sweep_walk.hpp"

#include "host/backtest/statistics.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace tradectl::backtest {
namespace {

constexpr std::int64_t kDay = kNsPerDay;

Timestamp day(std::int64_t number) {
    return Timestamp{number * kDay};
}

TEST(SweepWalk, ReadsASplit) {
    const auto two = parse_walk("30d:10d");
    ASSERT_TRUE(two);
    EXPECT_EQ(two->train_ns, 30 * kDay);
    EXPECT_EQ(two->test_ns, 10 * kDay);
    EXPECT_EQ(two->step_ns, 10 * kDay);
    EXPECT_EQ(parse_walk("1h:10m:1d")->step_ns, kDay);
}

TEST(SweepWalk, RefusesSplitsThatMeanNothing) {
    for (const char* text :
         {"", "30d", "30d:", ":10d", "0s:10d", "30d:0s", "a:b", "1d:1d:1d:1d", "30d:10d:9d"}) {
        const auto split = parse_walk(text);
        ASSERT_FALSE(split) << text;
        EXPECT_EQ(split.error().code, ErrorCode::Usage);
    }
}

TEST(SweepWalk, WindowsFollowEachOtherAndTheLastTestIsCut) {
    const auto windows =
        walk_windows({.train_ns = 4 * kDay, .test_ns = 2 * kDay, .step_ns = 2 * kDay},
                     day(0),
                     day(9).plus_ns(-1));
    ASSERT_TRUE(windows);
    ASSERT_EQ(windows->size(), 3U);
    EXPECT_EQ((*windows)[0].train_from, day(0));
    EXPECT_EQ((*windows)[0].test_from, day(4));
    EXPECT_EQ((*windows)[0].test_until, day(6));
    EXPECT_EQ((*windows)[1].test_from, day(6));
    EXPECT_EQ((*windows)[2].test_from, day(8));
    EXPECT_EQ((*windows)[2].test_until, day(9));
}

TEST(SweepWalk, ATestMustBeginInsideOfTheData) {
    const WalkSplit split{.train_ns = 4 * kDay, .test_ns = 2 * kDay, .step_ns = 2 * kDay};
    EXPECT_FALSE(walk_windows(split, day(0), day(4).plus_ns(-1)));
    // One event at the very start of the test is enough.
    const auto windows = walk_windows(split, day(0), day(4));
    ASSERT_TRUE(windows);
    ASSERT_EQ(windows->size(), 1U);
    EXPECT_EQ(windows->front().test_until, day(4).plus_ns(1));
}

TEST(SweepWalk, StepsBeyondTheTestLeaveGaps) {
    const auto windows =
        walk_windows({.train_ns = kDay, .test_ns = kDay, .step_ns = 5 * kDay}, day(0), day(20));
    ASSERT_TRUE(windows);
    ASSERT_EQ(windows->size(), 4U);
    EXPECT_EQ((*windows)[3].test_from, day(16));
}

TEST(SweepWalk, TooManyWindowsAreRefused) {
    const auto windows = walk_windows({.train_ns = 1, .test_ns = 1, .step_ns = 1}, day(0), day(1));
    ASSERT_FALSE(windows);
    EXPECT_NE(windows.error().message.find("more than 10000 windows"), std::string::npos);
}

TEST(SweepWalk, TestsAreStitchedByGrowth) {
    // 100 -> 110 is +10 %, 200 -> 100 is -50 %: 1 -> 1.1 -> 0.55.
    const auto curve = stitch(
        {{.start = day(0), .equity_start = 100, .samples = {{day(1), 110, 55}}},
         {.start = day(1), .equity_start = 0, .samples = {{day(1), 9, 9}}},
         {.start = day(1), .equity_start = 50, .samples = {}},
         {.start = day(1), .equity_start = 200, .samples = {{day(2), 300, 0}, {day(3), 100, 0}}}});
    ASSERT_EQ(curve.size(), 3U);
    EXPECT_DOUBLE_EQ(curve[0].equity, 1.1);
    EXPECT_DOUBLE_EQ(curve[0].exposure, 0.55);
    EXPECT_DOUBLE_EQ(curve[1].equity, 1.65);
    EXPECT_DOUBLE_EQ(curve[2].equity, 0.55);
}

TEST(SweepWalk, StatisticsAreThoseOfTheStitchedCurve) {
    const std::vector<WalkSample> curve = {{day(1), 1.1, 0}, {day(2), 0.55, 1}, {day(3), 0.6, 0}};
    const auto all = walk_statistics(curve, day(0), {}, kDay);
    ASSERT_NE(find_statistic(all, "return"), nullptr);
    EXPECT_NEAR(*find_statistic(all, "return")->value, -0.4, 1e-12);
    EXPECT_NEAR(*find_statistic(all, "max_drawdown")->value, 0.5, 1e-12);
    EXPECT_TRUE(find_statistic(all, "sharpe")->value);
    EXPECT_EQ(find_statistic(all, "alpha"), nullptr);
    EXPECT_EQ(find_statistic(all, "equity_end"), nullptr);
}

}  // namespace
}  // namespace tradectl::backtest
