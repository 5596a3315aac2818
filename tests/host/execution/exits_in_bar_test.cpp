#include "tests/host/execution/candle_desk.hpp"

#include <utility>

namespace tradectl::execution {
namespace {

/// A signal, the entry candle from 100 to 100, and what follows.
std::vector<Candle> after_entry(std::vector<Candle> rest, int side = 1) {
    std::vector<Candle> all{{100_d, 100_d, 100_d, 100_d, side}, {100_d, 100.5_d, 99.5_d, 100_d}};
    all.insert(all.end(), rest.begin(), rest.end());
    return all;
}

ClosedTrade one(const ExitRules& exits, const std::vector<Candle>& candles) {
    DeskRules rules;
    rules.exits = exits;
    const auto trades = CandleDesk(rules).run(candles);
    EXPECT_EQ(trades.size(), 1u);
    return trades.empty() ? ClosedTrade{} : trades[0];
}

const ExitRules kStop{.rules = TRADECTL_EXIT_STOP, .stop_offset = 0.02_d};
const ExitRules kBoth{.rules = TRADECTL_EXIT_STOP | TRADECTL_EXIT_TARGET,
                      .target_offset = 0.03_d,
                      .stop_offset = 0.02_d};

ExitRules trailing(Decimal offset, Decimal activation = Decimal::null(), Decimal before = 0_d) {
    ExitRules rules{
        .rules = TRADECTL_EXIT_TRAILING | TRADECTL_EXIT_TRAILING_OF_BEST | TRADECTL_EXIT_STOP,
        .stop_offset = 0.5_d,
        .trailing_offset = offset,
        .trailing_activation = activation};
    rules.trailing_before = before;
    return rules;
}

ExitRules steps(std::initializer_list<TargetStep> list, Decimal fee_rate = 0_d) {
    ExitRules rules{.rules = TRADECTL_EXIT_TARGET};
    for (const TargetStep& step : list)
        rules.steps[rules.step_count++] = step;
    rules.fee_rate = fee_rate;
    return rules;
}

void expect_exit(const ClosedTrade& trade, const char* reason, std::size_t closed, Decimal exit) {
    EXPECT_EQ(trade.reason, reason);
    EXPECT_EQ(trade.closed, closed);
    EXPECT_EQ(trade.exit, exit);
}

TEST(ExitsInBar, AStopTradesAtItsPriceWhenTheLowTouchesIt) {
    expect_exit(one(kStop, after_entry({{99_d, 99_d, 98.01_d, 99_d}, {99_d, 99_d, 98_d, 98.5_d}})),
                "stop_loss",
                3,
                98_d);
}

TEST(ExitsInBar, ABarBeyondTheStopTradesAtItsOpen) {
    expect_exit(one(kStop, after_entry({{97_d, 97.9_d, 96_d, 97_d}})), "stop_loss", 2, 97_d);
}

TEST(ExitsInBar, AtItsLevelAStopTradesThereEvenWhereTheWholeBarIsBeyond) {
    for (const bool is_long : {true, false}) {
        const Decimal far = is_long ? 97_d : 103_d;
        ExitBar bar{.open = far, .high = far, .low = far, .close = far, .start = Timestamp{1}};
        ExitView view;
        view.quantity = is_long ? 1_d : -1_d;
        view.average_price = 100_d;
        view.now = Timestamp{2};
        view.bar = &bar;
        Exits exits;
        exits.rules = kStop;
        exits.state.entered = Timestamp{0};
        EXPECT_EQ(evaluate(exits, view)->price, far);
        bar.hits = HitPrice::Level;
        EXPECT_EQ(evaluate(exits, view)->price, is_long ? 98_d : 102_d);
    }
}

TEST(ExitsInBar, TheStopGoesBeforeTheTarget) {
    expect_exit(one(kBoth, after_entry({{100_d, 104_d, 98_d, 103_d}})), "stop_loss", 2, 98_d);
}

TEST(ExitsInBar, ATargetMustBePassedNotTouched) {
    expect_exit(
        one(kBoth, after_entry({{100_d, 103_d, 99_d, 102_d}, {100_d, 103.01_d, 99_d, 102_d}})),
        "roi",
        3,
        103_d);
}

TEST(ExitsInBar, AShortIsTheMirror) {
    expect_exit(one(kBoth, after_entry({{100_d, 102_d, 90_d, 95_d}}, -1)), "stop_loss", 2, 102_d);
    expect_exit(one(kBoth, after_entry({{100_d, 101_d, 96_d, 98_d}}, -1)), "roi", 2, 97_d);
}

TEST(ExitsInBar, TheTrailingStopMovesBeforeTheSameBarsLowIsTested) {
    expect_exit(one(trailing(0.1_d), after_entry({{100_d, 120_d, 108_d, 110_d}})),
                "trailing_stop_loss",
                2,
                108_d);
}

TEST(ExitsInBar, TheTrailingStopStaysWhereItWasWhenTheBarHadReachedIt) {
    // The entry candle moves it to 90.45; the next one falls there first.
    expect_exit(one(trailing(0.1_d), after_entry({{100_d, 200_d, 90_d, 150_d}})),
                "trailing_stop_loss",
                2,
                90.45_d);
}

TEST(ExitsInBar, TrailingStartsWithItsActivation) {
    const auto rules = trailing(0.01_d, 0.05_d);
    expect_exit(
        one(rules, after_entry({{100_d, 104.99_d, 99_d, 100_d}, {100_d, 105_d, 103.95_d, 104_d}})),
        "trailing_stop_loss",
        3,
        103.95_d);
}

TEST(ExitsInBar, BeforeItsActivationItMayTrailByMore) {
    const auto rules = trailing(0.01_d, 0.05_d, 0.04_d);
    expect_exit(
        one(rules, after_entry({{100_d, 102_d, 97.92_d, 99_d}})), "trailing_stop_loss", 2, 97.92_d);
}

TEST(ExitsInBar, ATrailingStopOfTheEntryBarTakesTheLeastFavourableWay) {
    const std::vector<Candle> candles{{100_d, 100_d, 100_d, 100_d, 1}, {100_d, 110_d, 95_d, 100_d}};
    std::vector<Candle> more = candles;
    more.push_back({100_d, 100_d, 100_d, 100_d});
    expect_exit(one(trailing(0.01_d), more), "trailing_stop_loss", 1, 99_d);
    expect_exit(one(trailing(0.01_d, 0.05_d), more), "trailing_stop_loss", 1, 104_d);
    expect_exit(one(trailing(0.06_d), more), "trailing_stop_loss", 1, 95_d);
}

TEST(ExitsInBar, AStepIsInForceFromItsTimeOn) {
    const auto rules = steps({{0, 0.1_d}, {120 * kNsPerMinute, 0.02_d}});
    expect_exit(
        one(rules, after_entry({{100_d, 103_d, 99_d, 101_d}, {101_d, 102.5_d, 100_d, 101_d}})),
        "roi",
        3,
        102_d);
}

TEST(ExitsInBar, AStepThatBeginsWithTheBarTradesAtABetterOpen) {
    const auto rules = steps({{0, 0.1_d}, {120 * kNsPerMinute, 0.02_d}});
    const auto candles = after_entry({{100_d, 103_d, 99_d, 104_d}, {104_d, 104.5_d, 100_d, 101_d}});
    expect_exit(one(rules, candles), "roi", 3, 104_d);
    const auto earlier = steps({{0, 0.1_d}, {119 * kNsPerMinute, 0.02_d}});
    expect_exit(one(earlier, candles), "roi", 3, 102_d);
}

TEST(ExitsInBar, AStepMayTakeALossButNotBelowTheBar) {
    const auto rules = steps({{0, 0.5_d}, {61 * kNsPerMinute, -1_d}});
    expect_exit(
        one(rules, after_entry({{100_d, 103_d, 99_d, 101_d}, {101_d, 101_d, 98.5_d, 99_d}})),
        "roi",
        3,
        98.5_d);
}

TEST(ExitsInBar, TargetsCanBeNetOfFees) {
    // 100 * (1 + 0.01 + 0.02) / (1 - 0.01)
    const auto level = checked_div(103_d, 0.99_d, Rounding::HalfEven).value();
    expect_exit(one(steps({{0, 0.02_d}}, 0.01_d), after_entry({{100_d, 104.05_d, 99_d, 101_d}})),
                "roi",
                2,
                level);
    // Short: 100 * (1 - 0.01 - 0.02) / (1 + 0.01)
    const auto below = checked_div(97_d, 1.01_d, Rounding::HalfEven).value();
    expect_exit(one(steps({{0, 0.02_d}}, 0.01_d), after_entry({{100_d, 101_d, 96_d, 98_d}}, -1)),
                "roi",
                2,
                below);
}

TEST(ExitsInBar, AnEntryBelowTheOpenOfAFallingBarHasNoTargetInIt) {
    DeskRules rules;
    rules.exits = steps({{0, 0.01_d}});
    rules.entry_price = 95_d;
    const auto trades = CandleDesk(rules).run({{100_d, 100_d, 100_d, 100_d, 1},
                                               {100_d, 101_d, 94_d, 95.5_d},
                                               {95.5_d, 97_d, 95_d, 96_d},
                                               {96_d, 96_d, 96_d, 96_d}});
    ASSERT_EQ(trades.size(), 1u);
    expect_exit(trades[0], "roi", 2, 95.95_d);
}

TEST(ExitsInBar, WhatIsOpenAtTheEndIsClosedAtTheLastOpen) {
    expect_exit(
        one(kStop, after_entry({{100_d, 101_d, 99_d, 100_d}, {101.5_d, 102_d, 99_d, 100_d}})),
        "force_exit",
        3,
        101.5_d);
}

TEST(Exits, StepsMustRiseFromZeroAndBeEightAtMost) {
    EXPECT_FALSE(check_rules(steps({{-1, 0.1_d}})));
    EXPECT_FALSE(check_rules(steps({{5, 0.1_d}, {5, 0.2_d}})));
    EXPECT_TRUE(check_rules(steps({{0, 0.1_d}, {5, -0.2_d}})));
    ExitRules rules = steps({{0, 0.1_d}});
    rules.step_count = 9;
    EXPECT_FALSE(check_rules(rules));
    rules = steps({{0, Decimal::null()}});
    EXPECT_FALSE(check_rules(rules));
}

TEST(Exits, SharesHaveTheirRange) {
    ExitRules rules = steps({{0, 0.1_d}}, 1_d);
    EXPECT_FALSE(check_rules(rules));
    rules.fee_rate = 0.99_d;
    EXPECT_TRUE(check_rules(rules));
    rules.fee_rate = -0.01_d;
    EXPECT_FALSE(check_rules(rules));
    EXPECT_FALSE(check_rules(trailing(0.1_d, Decimal::null(), -0.1_d)));
}

TEST(Exits, StepsAndSharesAreKeptAsText) {
    Exits exits;
    exits.rules = steps({{0, 0.1_d}, {5, -0.2_d}}, 0.001_d);
    exits.rules.trailing_before = 0.25_d;
    const auto back = exits_from_text(to_text(exits)).value();
    ASSERT_EQ(back.rules.step_count, 2u);
    EXPECT_EQ(back.rules.steps[1].after_ns, 5);
    EXPECT_EQ(back.rules.steps[1].offset, -0.2_d);
    EXPECT_EQ(back.rules.fee_rate, 0.001_d);
    EXPECT_EQ(back.rules.trailing_before, 0.25_d);
}

TEST(Exits, WhatTheFirstVersionKeptIsStillRead) {
    const auto exits = exits_from_text("1 1 0 0.02 null null null null 0 5 null 0 0");
    ASSERT_TRUE(exits) << exits.error().message;
    EXPECT_EQ(exits->rules.target_offset, 0.02_d);
    EXPECT_EQ(exits->rules.step_count, 0u);
}

}  // namespace
}  // namespace tradectl::execution
