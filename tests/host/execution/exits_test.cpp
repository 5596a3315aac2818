#include "host/execution/exits.hpp"

#include <string>

#include <gtest/gtest.h>

namespace tradectl::execution {
namespace {

constexpr Timestamp kEntry{1'000'000};

/// A position of 10 bought (or sold) at 100, and verbs for what the market does.
struct Desk {
    Exits exits;
    ExitView view;
    ExitDecision last;

    explicit Desk(const ExitRules& rules, Decimal quantity = 10_d) {
        EXPECT_TRUE(check_rules(rules));
        exits.rules = rules;
        exits.state.entered = kEntry;
        view.quantity = quantity;
        view.average_price = 100_d;
        view.now = kEntry;
    }
    std::uint16_t look() {
        last = evaluate(exits, view).value();
        exits.state = last.state;
        return last.reason;
    }
    /// The side that closes the position quotes `price`; the other is far off.
    std::uint16_t quote(Decimal price) {
        const bool is_long = view.quantity.is_positive();
        view.bid_price = is_long ? price : 1_d;
        view.ask_price = is_long ? 10'000_d : price;
        return look();
    }
    void finish(Decimal filled) {
        exits.state = finish_exit(exits, filled);
        view.quantity =
            view.quantity.is_positive() ? view.quantity - filled : view.quantity + filled;
    }
};

const ExitRules kTarget{.rules = TRADECTL_EXIT_TARGET, .target_offset = 0.02_d};
const ExitRules kStop{.rules = TRADECTL_EXIT_STOP, .stop_offset = 0.01_d};
const ExitRules kTrailing{.rules = TRADECTL_EXIT_TRAILING, .trailing_offset = 0.01_d};
constexpr std::uint16_t kNothing = TRADECTL_REASON_NONE;

TEST(Exits, TakeProfitWhenTheTargetIsTouched) {
    Desk desk(kTarget);
    EXPECT_EQ(desk.quote(101.99_d), kNothing);
    EXPECT_EQ(desk.quote(102_d), TRADECTL_REASON_EXIT_TARGET);
    EXPECT_EQ(desk.last.side, TRADECTL_SIDE_SELL);
    EXPECT_EQ(desk.last.quantity, 10_d);
    EXPECT_EQ(desk.last.price, 102_d);
    EXPECT_EQ(desk.last.level, 102_d);
}

TEST(Exits, StopALossWhenTheLevelIsTouched) {
    Desk desk(kStop);
    EXPECT_EQ(desk.quote(99.01_d), kNothing);
    EXPECT_EQ(desk.quote(99_d), TRADECTL_REASON_EXIT_STOP);
    EXPECT_EQ(desk.last.level, 99_d);
}

TEST(Exits, MirrorForAShort) {
    Desk target(kTarget, -10_d);
    EXPECT_EQ(target.quote(98.01_d), kNothing);
    EXPECT_EQ(target.quote(98_d), TRADECTL_REASON_EXIT_TARGET);
    EXPECT_EQ(target.last.side, TRADECTL_SIDE_BUY);
    EXPECT_EQ(target.last.quantity, 10_d);
    Desk stop(kStop, -10_d);
    EXPECT_EQ(stop.quote(100.99_d), kNothing);
    EXPECT_EQ(stop.quote(101_d), TRADECTL_REASON_EXIT_STOP);
    Desk trailing(kTrailing, -10_d);
    EXPECT_EQ(trailing.quote(90_d), kNothing);
    EXPECT_EQ(trailing.quote(90.99_d), kNothing);
    EXPECT_EQ(trailing.quote(91_d), TRADECTL_REASON_EXIT_TRAILING);
}

TEST(Exits, TrailTheBestPriceByAStepOfTheEntryPrice) {
    Desk desk(kTrailing);
    EXPECT_EQ(desk.quote(110_d), kNothing);
    EXPECT_EQ(desk.quote(109.01_d), kNothing);
    EXPECT_EQ(desk.quote(120_d), kNothing);
    EXPECT_EQ(desk.quote(119.01_d), kNothing);
    EXPECT_EQ(desk.quote(119_d), TRADECTL_REASON_EXIT_TRAILING);
    EXPECT_EQ(desk.last.level, 119_d);
}

TEST(Exits, TrailOnlyOnceActivated) {
    ExitRules rules = kTrailing;
    rules.trailing_activation = 0.05_d;
    Desk desk(rules);
    EXPECT_EQ(desk.quote(104.99_d), kNothing);
    EXPECT_EQ(desk.quote(90_d), kNothing);
    EXPECT_EQ(desk.quote(105_d), kNothing);
    EXPECT_EQ(desk.exits.state.best_price, 105_d);
    EXPECT_EQ(desk.quote(104_d), TRADECTL_REASON_EXIT_TRAILING);
}

TEST(Exits, CountAbsoluteStepsForBinaryMarkets) {
    Desk desk({.rules = TRADECTL_EXIT_TARGET | TRADECTL_EXIT_STOP,
               .offset_kind = OffsetKind::Absolute,
               .target_offset = 0.05_d,
               .stop_offset = 0.03_d});
    desk.view.average_price = 0.40_d;
    EXPECT_EQ(desk.quote(0.44_d), kNothing);
    EXPECT_EQ(desk.quote(0.38_d), kNothing);
    EXPECT_EQ(desk.quote(0.37_d), TRADECTL_REASON_EXIT_STOP);
    desk.finish(0_d);
    EXPECT_EQ(desk.quote(0.45_d), TRADECTL_REASON_EXIT_TARGET);
}

TEST(Exits, EndWithTheTime) {
    Desk desk({.rules = TRADECTL_EXIT_TIME, .hold_ns_max = 500});
    desk.view.now = kEntry.plus_ns(499);
    EXPECT_EQ(desk.look(), kNothing);
    desk.view.now = kEntry.plus_ns(500);
    EXPECT_EQ(desk.look(), TRADECTL_REASON_EXIT_TIME);
    EXPECT_TRUE(desk.last.price.is_null());
}

TEST(Exits, CountFromTheFirstLookWhenTheEntryIsNotKnown) {
    Desk desk({.rules = TRADECTL_EXIT_TIME, .hold_ns_max = 500});
    desk.exits.state.entered = Timestamp::none();
    EXPECT_EQ(desk.look(), kNothing);
    EXPECT_EQ(desk.exits.state.entered, kEntry);
    desk.view.now = kEntry.plus_ns(500);
    EXPECT_EQ(desk.look(), TRADECTL_REASON_EXIT_TIME);
}

TEST(Exits, AreEvaluatedInTheirFixedOrder) {
    ExitRules all{.rules = TRADECTL_EXIT_NOW | TRADECTL_EXIT_STOP | TRADECTL_EXIT_TRAILING |
                           TRADECTL_EXIT_TARGET | TRADECTL_EXIT_TIME,
                  .target_offset = 0.02_d,
                  .stop_offset = 0.01_d,
                  .trailing_offset = 0.01_d,
                  .hold_ns_max = 1};
    const auto reason = [&all](std::uint32_t dropped, Decimal price, Timestamp close_by) {
        all.rules &= ~dropped;
        Desk desk(all);
        desk.exits.state.best_price = 200_d;
        desk.view.now = kEntry.plus_ns(1);
        desk.view.close_by = close_by;
        return desk.quote(price);
    };
    const Timestamp none = Timestamp::none();
    EXPECT_EQ(reason(0, 90_d, kEntry.plus_ns(1)), TRADECTL_REASON_EXIT_MARKET_CLOSE);
    EXPECT_EQ(reason(0, 90_d, kEntry.plus_ns(2)), TRADECTL_REASON_EXIT_SIGNAL);
    EXPECT_EQ(reason(TRADECTL_EXIT_NOW, 90_d, none), TRADECTL_REASON_EXIT_STOP);
    EXPECT_EQ(reason(0, 150_d, none), TRADECTL_REASON_EXIT_TRAILING);
    EXPECT_EQ(reason(TRADECTL_EXIT_TRAILING, 150_d, none), TRADECTL_REASON_EXIT_TARGET);
    EXPECT_EQ(reason(0, 101_d, none), TRADECTL_REASON_EXIT_TIME);
    EXPECT_EQ(reason(TRADECTL_EXIT_TIME, 101_d, none), kNothing);
}

TEST(Exits, UseTheLastPriceWhenTheirSideIsEmpty) {
    Desk desk(kStop);
    desk.view.ask_price = 98_d;
    EXPECT_EQ(desk.look(), kNothing);
    desk.view.last_price = 98_d;
    EXPECT_EQ(desk.look(), TRADECTL_REASON_EXIT_STOP);
}

TEST(Exits, NeedNoPriceForSignalTimeAndMarketClose) {
    Desk signal({.rules = TRADECTL_EXIT_NOW});
    EXPECT_EQ(signal.look(), TRADECTL_REASON_EXIT_SIGNAL);
    Desk close(ExitRules{});
    close.view.close_by = kEntry;
    EXPECT_EQ(close.look(), TRADECTL_REASON_EXIT_MARKET_CLOSE);
}

TEST(Exits, DecideNothingWhileOneIsInFlightButKeepTheBestPrice) {
    Desk desk(kTrailing);
    desk.quote(110_d);
    EXPECT_EQ(desk.quote(109_d), TRADECTL_REASON_EXIT_TRAILING);
    EXPECT_EQ(desk.quote(108_d), kNothing);
    EXPECT_EQ(desk.quote(130_d), kNothing);
    desk.finish(0_d);
    EXPECT_EQ(desk.quote(129.5_d), kNothing);
    EXPECT_EQ(desk.quote(129_d), TRADECTL_REASON_EXIT_TRAILING);
}

TEST(Exits, SellTheirPartOnceAndOnTheLotGrid) {
    ExitRules rules = kTarget;
    rules.quantity_fraction = 0.25_d;
    Desk desk(rules);
    desk.view.lot = 1_d;
    EXPECT_EQ(desk.quote(102_d), TRADECTL_REASON_EXIT_TARGET);
    EXPECT_EQ(desk.last.quantity, 2_d);
    desk.finish(2_d);
    EXPECT_EQ(desk.quote(103_d), kNothing);
    desk.view.close_by = kEntry;
    EXPECT_EQ(desk.look(), TRADECTL_REASON_EXIT_MARKET_CLOSE);
    EXPECT_EQ(desk.last.quantity, 8_d);
}

TEST(Exits, TryAPartAgainThatDidNotFill) {
    ExitRules rules = kTarget;
    rules.quantity_fraction = 0.5_d;
    Desk desk(rules);
    desk.quote(102_d);
    desk.finish(0_d);
    EXPECT_EQ(desk.quote(102_d), TRADECTL_REASON_EXIT_TARGET);
}

TEST(Exits, GoOnUntilFlatWhenAllWasToGo) {
    ExitRules rules = kStop;
    rules.quantity_fraction = 1_d;
    Desk desk(rules);
    desk.quote(99_d);
    desk.finish(4_d);
    EXPECT_EQ(desk.quote(99_d), TRADECTL_REASON_EXIT_STOP);
    EXPECT_EQ(desk.last.quantity, 6_d);
    desk.finish(6_d);
    EXPECT_EQ(desk.quote(99_d), kNothing);
}

TEST(Exits, TakeEverythingWhenAPartIsLessThanALot) {
    ExitRules rules = kTarget;
    rules.quantity_fraction = 0.01_d;
    Desk desk(rules, 3_d);
    desk.view.lot = 1_d;
    desk.quote(102_d);
    EXPECT_EQ(desk.last.quantity, 3_d);
}

TEST(Exits, FailRatherThanMissALevelThatDoesNotFit) {
    Desk desk({.rules = TRADECTL_EXIT_TARGET, .target_offset = Decimal::max()});
    desk.view.bid_price = 100_d;
    EXPECT_EQ(evaluate(desk.exits, desk.view).error().code, ErrorCode::Overflow);
}

TEST(ExitRules, AreCheckedWhenDeclared) {
    const auto refused = [](const ExitRules& rules) {
        const Status status = check_rules(rules);
        return !status && status.error().code == ErrorCode::InvalidArgument;
    };
    EXPECT_TRUE(refused({.rules = TRADECTL_EXIT_TARGET}));
    EXPECT_TRUE(refused({.rules = TRADECTL_EXIT_STOP, .stop_offset = 0_d}));
    EXPECT_TRUE(refused({.rules = TRADECTL_EXIT_STOP, .stop_offset = 1_d}));
    EXPECT_FALSE(refused(
        {.rules = TRADECTL_EXIT_STOP, .offset_kind = OffsetKind::Absolute, .stop_offset = 1_d}));
    EXPECT_TRUE(refused({.rules = TRADECTL_EXIT_TRAILING, .trailing_offset = -1_d}));
    EXPECT_TRUE(refused({.rules = TRADECTL_EXIT_TIME}));
    EXPECT_TRUE(refused({.rules = 128}));
    EXPECT_TRUE(refused({.rules = TRADECTL_EXIT_CLEAR}));
    EXPECT_TRUE(refused({.trailing_activation = -0.1_d}));
    EXPECT_TRUE(refused({.quantity_fraction = 0_d}));
    EXPECT_TRUE(refused({.quantity_fraction = 1.01_d}));
    EXPECT_FALSE(refused({.quantity_fraction = 1_d}));
}

TEST(ExitsText, CarriesRulesAndStateOverARestart) {
    ExitRules rules = kTrailing;
    rules.quantity_fraction = 0.5_d;
    rules.hold_ns_max = 77;
    Desk desk(rules);
    desk.quote(110_d);
    desk.quote(109_d);
    const std::string text = to_text(desk.exits);
    const Exits back = exits_from_text(text).value();
    EXPECT_EQ(to_text(back), text);
    EXPECT_EQ(text, "2 4 0 null null 0.01 null 0.5 77 0 0 0 1000000 110 0 98");
    EXPECT_EQ(back.state.in_flight, TRADECTL_REASON_EXIT_TRAILING);
}

TEST(ExitsText, RefusesEveryCutAndEveryChangeOfForm) {
    const std::string text = "1 4 0 null null 0.01 null 0.5 77 1000000 110 0 98";
    ASSERT_TRUE(exits_from_text(text));
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::string_view cut = std::string_view(text).substr(0, i);
        if (cut == text.substr(0, text.size() - 1)) continue;  // "... 9" is a whole line too
        EXPECT_FALSE(exits_from_text(cut)) << cut;
    }
    for (const char* bad : {"",
                            " ",
                            "2 4 0 null null 0.01 null 0.5 77 1000000 110 0 98",
                            "1 4 0 null null 0.01 null 0.5 77 1000000 110 0 98 ",
                            "1 4 0 null null 0.01 null 0.5 77 1000000 110 0 98 1",
                            "1 4 2 null null 0.01 null 0.5 77 1000000 110 0 98",
                            "1 4 0 null null x null 0.5 77 1000000 110 0 98",
                            "1 4 0 null null null null 0.5 77 1000000 110 0 98",
                            "1 4  0 null null 0.01 null 0.5 77 1000000 110 0 98",
                            "1 4 0 null null 0.01 null 0.5 77 1000000 110 0 98000"})
        EXPECT_EQ(exits_from_text(bad).error().code, ErrorCode::Corrupt) << bad;
}

}  // namespace
}  // namespace tradectl::execution
