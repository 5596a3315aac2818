// What a position is without a fill that its venue took back: what it would be without it.
#include "host/execution/position_tail.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::execution {
namespace {

constexpr auto kOne = Decimal::from_int(1);

/// A position with its tail, and all its fills for who adds them up anew.
class Tail : public testing::Test {
  protected:
    void fill(const std::string& name, std::uint8_t side, Decimal quantity, Decimal price) {
        const auto change = apply_fill(now, side, price, quantity);
        ASSERT_TRUE(change);
        const PositionTail::Fill fill{name, side, price, quantity, false};
        tail.add(now, fill, change->after);
        now = change->after;
        all.push_back(fill);
    }
    void buy(const std::string& name, Decimal quantity, Decimal price) {
        fill(name, TRADECTL_SIDE_BUY, quantity, price);
    }
    void sell(const std::string& name, Decimal quantity, Decimal price) {
        fill(name, TRADECTL_SIDE_SELL, quantity, price);
    }
    Expected<PositionChange> undo(const std::string& name) {
        auto change = tail.undo(name, now, kOne);
        if (change) {
            now = change->after;
            std::erase_if(all, [&](const auto& each) { return each.name == name; });
        }
        return change;
    }
    Position anew() const {
        Position position;
        for (const auto& each : all)
            position = apply_fill(position, each.side, each.price, each.quantity)->after;
        return position;
    }

    PositionTail tail;
    Position now;
    std::vector<PositionTail::Fill> all;
};

TEST_F(Tail, AnUndoneBuyLeavesTheAverageOfTheOthersToTheLastDigit) {
    buy("a", 3_d, 0.1_d);
    buy("b", 7_d, 0.35_d);
    const Position before = now;
    buy("c", 20_d, 0.6_d);
    ASSERT_TRUE(undo("c"));
    EXPECT_EQ(now, before);
    ASSERT_TRUE(undo("a"));
    EXPECT_EQ(now, (Position{7_d, 0.35_d, {}}));
}

TEST_F(Tail, AnUndoneSaleTakesItsProfitBackAndOpensAtTheOldCost) {
    buy("a", 10_d, 0.5_d);
    sell("b", 10_d, 0.7_d);
    EXPECT_EQ(now.realized_pnl, 2_d);
    const auto change = undo("b");
    ASSERT_TRUE(change);
    EXPECT_EQ(change->after, (Position{10_d, 0.5_d, {}}));
    EXPECT_EQ(change->realized, Decimal::from_int(-2));
    EXPECT_EQ(change->step, PositionStep::Open);
}

TEST_F(Tail, AnUndoneBuyBeforeASaleChangesWhatTheSaleRealised) {
    buy("a", 10_d, 0.4_d);
    buy("b", 10_d, 0.6_d);
    sell("c", 5_d, 0.7_d);
    EXPECT_EQ(now, (Position{15_d, 0.5_d, 1_d}));
    ASSERT_TRUE(undo("b"));
    EXPECT_EQ(now, (Position{5_d, 0.4_d, 1.5_d}));
}

TEST_F(Tail, WhatIsFinalIsForgottenUnlessSomethingBeforeItIsOpen) {
    buy("a", 10_d, 0.4_d);
    buy("b", 10_d, 0.6_d);
    tail.settle("b");
    ASSERT_TRUE(undo("a"));
    EXPECT_EQ(now, (Position{10_d, 0.6_d, {}}));
    EXPECT_TRUE(tail.empty());
    EXPECT_EQ(undo("b").error().code, ErrorCode::NotFound);
}

TEST_F(Tail, WhatSomebodyChangedOtherwiseIsNotKnown) {
    buy("a", 10_d, 0.4_d);
    now.quantity = 12_d;
    EXPECT_EQ(tail.undo("a", now, kOne).error().code, ErrorCode::NotFound);
    buy("b", 10_d, 0.6_d);
    EXPECT_EQ(tail.undo("a", now, kOne).error().code, ErrorCode::NotFound);
    EXPECT_TRUE(tail.undo("b", now, kOne));
}

TEST_F(Tail, AnyFillsUndoneInAnyOrderLeaveWhatTheOthersMake) {
    const char* given = std::getenv("TRADECTL_TEST_SEED");
    const std::uint64_t seed =
        given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::cout << "TRADECTL_TEST_SEED=" << seed << "\n";
    std::mt19937_64 random(seed);
    for (int round = 0; round < 200; ++round) {
        tail = {};
        now = {};
        all.clear();
        for (int i = 0; i < 12; ++i) {
            const auto draw = [&](int limit) {
                return Decimal::from_int(1 + static_cast<int>(random() % limit));
            };
            fill(std::to_string(i),
                 random() % 2 == 0 ? TRADECTL_SIDE_BUY : TRADECTL_SIDE_SELL,
                 draw(7),
                 *checked_div(draw(99), Decimal::from_int(100), Rounding::HalfEven));
            const std::string name = std::to_string(random() % (i + 1));
            if (random() % 3 == 0) tail.settle(name);
            if (random() % 3 == 0) static_cast<void>(undo(name));
            ASSERT_EQ(now, anew()) << "round " << round;
        }
    }
}

}  // namespace
}  // namespace tradectl::execution
