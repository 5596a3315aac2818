#include "host/backtest/page_scale.hpp"

#include <cmath>
#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace tradectl::backtest::page {
namespace {

std::string labels(const std::vector<ValueTick>& ticks) {
    std::string out;
    for (const ValueTick& tick : ticks)
        out += (out.empty() ? "" : " ") + tick.label;
    return out;
}

/// Labels of the ticks between two times, major ones with a star.
std::string times(const char* first, const char* last, std::size_t count_max) {
    std::string out;
    for (const TimeTick& tick :
         time_ticks(*Timestamp::parse(first), *Timestamp::parse(last), count_max))
        out += (out.empty() ? "" : "|") + tick.label + (tick.is_major ? "*" : "");
    return out;
}

TEST(Scale, MapsTheEnds) {
    const Scale scale{-1, 3, 100, 20};
    EXPECT_EQ(scale(-1), 100);
    EXPECT_EQ(scale(3), 20);
    EXPECT_EQ(scale(1), 60);
}

TEST(Range, TakesFiniteValuesAlone) {
    Range range;
    range.add(std::nan(""));
    range.add(std::numeric_limits<double>::infinity());
    EXPECT_TRUE(range.is_empty);
    range.add(-2);
    range.add(4);
    EXPECT_EQ(range.low, -2);
    EXPECT_EQ(range.high, 4);
    EXPECT_EQ(range.widened(0.5).low, -5);
}

TEST(Range, IsNeverEmptyWhenWidened) {
    for (const double value : {0.0, 5.0, -1e15, 1e-300, 1e300}) {
        Range range;
        range.add(value);
        const Range wide = range.widened(0.05);
        EXPECT_LT(wide.low, wide.high) << value;
        EXPECT_TRUE(std::isfinite(wide.high - wide.low)) << value;
    }
    EXPECT_LT(Range{}.widened(0).low, Range{}.widened(0).high);
    EXPECT_LT((Range{-1e308, 1e308, false}.widened(1).low), 0);
}

TEST(ValueTicks, AreRoundAndTellApart) {
    EXPECT_EQ(labels(value_ticks(0, 1, 5)), "0.0 0.2 0.4 0.6 0.8 1.0");
    EXPECT_EQ(labels(value_ticks(99'000, 112'000, 4)), "100,000 105,000 110,000");
    EXPECT_EQ(labels(value_ticks(-3, 3, 3)), "\u22122 0 2");
    EXPECT_EQ(labels(value_ticks(1.0841, 1.0873, 4)), "1.085 1.086 1.087");
    EXPECT_EQ(labels(value_ticks(0, 45e6, 5)), "0M 10M 20M 30M 40M");
    EXPECT_EQ(
        labels(value_ticks(-0.05, 0, 5, TickLabels::Percent)),
        "\u22125\u00A0% \u22124\u00A0% \u22123\u00A0% \u22122\u00A0% \u22121\u00A0% 0\u00A0%");
}

TEST(ValueTicks, AreNoneWhereThereIsNoSpan) {
    EXPECT_TRUE(value_ticks(1, 1, 5).empty());
    EXPECT_TRUE(value_ticks(2, 1, 5).empty());
    EXPECT_TRUE(value_ticks(0, std::nan(""), 5).empty());
    EXPECT_TRUE(value_ticks(-1e308, 1e308, 5).empty());
    EXPECT_TRUE(value_ticks(1e18, 1e18 + 256, 5).empty());  // lost in the digits
}

TEST(ValueTicks, AreFewForAnySpan) {
    for (double span = 1e-9; span < 1e18; span *= 3.7)
        for (const double low : {0.0, -span / 3, span * 7}) {
            const auto ticks = value_ticks(low, low + span, 6);
            EXPECT_GE(ticks.size(), 2U) << span;
            EXPECT_LE(ticks.size(), 7U) << span;
            for (std::size_t i = 1; i < ticks.size(); ++i)
                EXPECT_NE(ticks[i].label, ticks[i - 1].label) << span;
        }
}

TEST(TimeTicks, AreCalendarTimes) {
    EXPECT_EQ(times("2026-01-01T10:00:00Z", "2026-01-01T10:05:00Z", 6),
              "10:00|10:01|10:02|10:03|10:04|10:05");
    EXPECT_EQ(times("2026-01-01T10:00:01Z", "2026-01-01T10:00:09Z", 5),
              "10:00:02|10:00:04|10:00:06|10:00:08");
    EXPECT_EQ(times("2026-01-01T20:30:00Z", "2026-01-02T05:00:00Z", 4), "21:00|2\u00A0Jan*|03:00");
    EXPECT_EQ(times("2026-01-28", "2026-02-04", 10),
              "28\u00A0Jan|29\u00A0Jan|30\u00A0Jan|31\u00A0Jan|1\u00A0Feb*|2\u00A0Feb|3\u00A0Feb|"
              "4\u00A0Feb");
    EXPECT_EQ(times("2025-11-20", "2026-03-02", 6), "Dec|2026*|Feb|Mar");
    EXPECT_EQ(times("2014-05-01", "2026-02-01", 8), "2016|2018|2020|2022|2024|2026");
}

TEST(TimeTicks, BeginEachMonthAnew) {
    EXPECT_EQ(times("2026-01-15", "2026-02-25", 7),
              "21\u00A0Jan|1\u00A0Feb*|11\u00A0Feb|21\u00A0Feb");
}

TEST(TimeTicks, AreInsideInOrderAndFew) {
    for (std::int64_t span = kNsPerSecond; span < 200 * 365 * kNsPerDay; span = span / 5 * 9) {
        const Timestamp first{-50 * 365 * kNsPerDay + span / 7}, last = first.plus_ns(span);
        const auto ticks = time_ticks(first, last, 8);
        EXPECT_GE(ticks.size(), 1U) << span;
        EXPECT_LE(ticks.size(), 9U) << span;
        for (std::size_t i = 0; i < ticks.size(); ++i) {
            EXPECT_GE(ticks[i].time, i == 0 ? first : ticks[i - 1].time.plus_ns(1)) << span;
            EXPECT_LE(ticks[i].time, last) << span;
        }
    }
}

TEST(TimeTicks, EndAtTheEdgeOfTime) {
    const auto ticks = time_ticks(*Timestamp::parse("2200-01-01"), Timestamp{INT64_MAX}, 5);
    ASSERT_FALSE(ticks.empty());
    EXPECT_LE(ticks.size(), 6U);
    EXPECT_TRUE(time_ticks(Timestamp{10}, Timestamp{5}, 5).empty());
}

}  // namespace
}  // namespace tradectl::backtest::page
