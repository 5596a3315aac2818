#include "host/backtest/sweep_axis.hpp"

#include <gtest/gtest.h>

namespace tradectl::backtest {
namespace {

using Values = std::vector<std::string>;

Values values_of(std::string_view text) {
    const auto axis = parse_axis(text);
    if (!axis) ADD_FAILURE() << axis.error().message;
    return axis ? axis->values : Values();
}

std::string refusal_of(std::string_view text) {
    const auto axis = parse_axis(text);
    EXPECT_FALSE(axis) << text;
    if (axis) return "";
    EXPECT_EQ(axis.error().code, ErrorCode::Usage);
    return axis.error().message;
}

TEST(SweepAxis, ARangeCountsExactly) {
    EXPECT_EQ(values_of("a=1..5:2"), (Values{"1", "3", "5"}));
    EXPECT_EQ(values_of("a=0.1..0.3:0.1"), (Values{"0.1", "0.2", "0.3"}));
    EXPECT_EQ(values_of("a=-1..1:0.75"), (Values{"-1", "-0.25", "0.5"}));
    EXPECT_EQ(values_of("a=7..7:1"), Values{"7"});
}

TEST(SweepAxis, ARangeOfDurationsStaysInDurations) {
    EXPECT_EQ(values_of("a=30s..2m:30s"), (Values{"30s", "1m", "90s", "2m"}));
    EXPECT_EQ(values_of("a=0..2ms:1ms"), (Values{"0s", "1ms", "2ms"}));
}

TEST(SweepAxis, AListKeepsItsOrderAndItsBrackets) {
    EXPECT_EQ(values_of("a=b,a,c"), (Values{"b", "a", "c"}));
    EXPECT_EQ(values_of("a=[x,y],[z]"), (Values{"[x,y]", "[z]"}));
    EXPECT_EQ(values_of("a={k: 1, l: 2}"), Values{"{k: 1, l: 2}"});
    EXPECT_EQ(parse_axis("s.m.settings.a=1")->key, "s.m.settings.a");
}

TEST(SweepAxis, BadOnesAreRefusedByName) {
    for (const char* text : {"",
                             "a",
                             "=1",
                             "a=",
                             "a=1,",
                             "a=1..2",
                             "a=1..:1",
                             "a=..2:1",
                             "a=1..2:",
                             "a=x..y:1",
                             "a=1..2:x",
                             "a=1..2:1:1"}) {
        EXPECT_NE(refusal_of(text).find("'" + std::string(text) + "'"), std::string::npos);
    }
    EXPECT_NE(refusal_of("a=1..5:0").find("step is not above 0"), std::string::npos);
    EXPECT_NE(refusal_of("a=1..5:-1").find("step is not above 0"), std::string::npos);
    EXPECT_NE(refusal_of("a=5..1:1").find("begins above its end"), std::string::npos);
    EXPECT_NE(refusal_of("a=1s..5:1").find("mixes"), std::string::npos);
    EXPECT_NE(refusal_of("a=1,2,1").find("'1' stands twice"), std::string::npos);
}

TEST(SweepAxis, AMillionValuesAreTheLimit) {
    EXPECT_EQ(values_of("a=1..1000000:1").size(), 1'000'000U);
    EXPECT_NE(refusal_of("a=0..1000000:1").find("more than 1000000"), std::string::npos);
    EXPECT_NE(refusal_of("a=-1e20..1e20:1e-18").find("more than 1000000"), std::string::npos);
}

TEST(SweepGrid, TurnsTheLastAxisFastest) {
    const auto grid = SweepGrid::of({{"a", {"1", "2"}}, {"b", {"x", "y", "z"}}});
    ASSERT_TRUE(grid);
    EXPECT_EQ(grid->size(), 6U);
    EXPECT_EQ(grid->values(0), (Values{"1", "x"}));
    EXPECT_EQ(grid->values(1), (Values{"1", "y"}));
    EXPECT_EQ(grid->values(3), (Values{"2", "x"}));
    EXPECT_EQ(grid->places(5), (std::vector<std::size_t>{1, 2}));
}

TEST(SweepGrid, RefusesNothingTwiceAndTooMuch) {
    EXPECT_FALSE(SweepGrid::of({}));
    EXPECT_FALSE(SweepGrid::of({{"a", {"1"}}, {"a", {"2"}}}));
    const SweepAxis thousand = *parse_axis("a=1..1000:1");
    const SweepAxis more = *parse_axis("b=1..1001:1");
    EXPECT_TRUE(SweepGrid::of({thousand, *parse_axis("b=1..1000:1")}));
    const auto grid = SweepGrid::of({thousand, more});
    ASSERT_FALSE(grid);
    EXPECT_NE(grid.error().message.find("more than 1000000 points"), std::string::npos);
}

}  // namespace
}  // namespace tradectl::backtest
