#include "host/execution/position.hpp"

#include <cstdio>
#include <cstdlib>
#include <random>

#include <gtest/gtest.h>

namespace tradectl::execution {
namespace {

constexpr auto kBuy = TRADECTL_SIDE_BUY;
constexpr auto kSell = TRADECTL_SIDE_SELL;

/// A position and verbs for its fills.
struct Trader {
    Position position;
    PositionChange last;

    Trader& trade(std::uint8_t side, Decimal quantity, Decimal price, Decimal multiplier = 1_d) {
        last = apply_fill(position, side, price, quantity, multiplier).value();
        position = last.after;
        return *this;
    }
};

TEST(Position, OpensGrowsReducesAndCloses) {
    Trader trader;
    trader.trade(kBuy, 2_d, 100_d);
    EXPECT_EQ(trader.last.step, PositionStep::Open);
    trader.trade(kBuy, 1_d, 130_d);
    EXPECT_EQ(trader.last.step, PositionStep::Update);
    EXPECT_EQ(trader.position.average_price, 110_d);
    trader.trade(kSell, 1_d, 120_d);
    EXPECT_EQ(trader.last.step, PositionStep::Update);
    EXPECT_EQ(trader.last.realized, 10_d);
    EXPECT_EQ(trader.position.average_price, 110_d);
    trader.trade(kSell, 2_d, 105_d);
    EXPECT_EQ(trader.last.step, PositionStep::Close);
    EXPECT_EQ(trader.last.realized, -10_d);
    EXPECT_TRUE(trader.position.quantity.is_zero());
    EXPECT_TRUE(trader.position.average_price.is_null());
    EXPECT_EQ(trader.position.realized_pnl, 0_d);
}

TEST(Position, EarnsOnAShortWhenThePriceFalls) {
    Trader trader;
    trader.trade(kSell, 3_d, 50_d).trade(kSell, 1_d, 54_d);
    EXPECT_EQ(trader.position.quantity, -4_d);
    EXPECT_EQ(trader.position.average_price, 51_d);
    trader.trade(kBuy, 2_d, 41_d);
    EXPECT_EQ(trader.last.realized, 20_d);
    EXPECT_EQ(trader.position.quantity, -2_d);
}

TEST(Position, FlipsAtTheFillsPrice) {
    Trader trader;
    trader.trade(kBuy, 2_d, 100_d).trade(kSell, 5_d, 90_d);
    EXPECT_EQ(trader.last.step, PositionStep::Flip);
    EXPECT_EQ(trader.last.realized, -20_d);
    EXPECT_EQ(trader.position.quantity, -3_d);
    EXPECT_EQ(trader.position.average_price, 90_d);
    trader.trade(kBuy, 4_d, 80_d);
    EXPECT_EQ(trader.last.step, PositionStep::Flip);
    EXPECT_EQ(trader.last.realized, 30_d);
    EXPECT_EQ(trader.position.quantity, 1_d);
    EXPECT_EQ(trader.position.realized_pnl, 10_d);
}

TEST(Position, CountsTheMultiplierInMoneyOnly) {
    Trader trader;
    trader.trade(kBuy, 2_d, 100_d, 50_d).trade(kSell, 1_d, 101_d, 50_d);
    EXPECT_EQ(trader.position.average_price, 100_d);
    EXPECT_EQ(trader.last.realized, 50_d);
    EXPECT_EQ(*unrealized_pnl(trader.position, 99_d, 50_d), -50_d);
}

TEST(Position, RoundsTheAverageHalfEvenAtTheEighteenthDecimal) {
    Trader trader;
    trader.trade(kBuy, 1_d, 1_d).trade(kBuy, 2_d, 2_d);
    EXPECT_EQ(trader.position.average_price, 1.666666666666666667_d);
}

TEST(Position, HasNoUnrealizedGainWhenFlat) {
    EXPECT_EQ(*unrealized_pnl({}, Decimal::null()), 0_d);
    EXPECT_EQ(unrealized_pnl({1_d, 1_d, 0_d}, Decimal::null()).error().code, ErrorCode::Overflow);
}

TEST(Position, CanBeSoldForNothing) {
    const auto change = apply_fill({2_d, 0.45_d, 0_d}, kSell, 0_d, 2_d);
    ASSERT_TRUE(change);
    EXPECT_TRUE(change->after.quantity.is_zero());
    EXPECT_EQ(change->after.realized_pnl, -0.9_d);
}

TEST(Position, RefusesFillsThatCannotBe) {
    const Position flat;
    for (const Decimal bad : {0_d, -1_d, Decimal::null()}) {
        EXPECT_EQ(apply_fill(flat, kBuy, bad, 1_d).error().code, ErrorCode::InvalidArgument);
        EXPECT_EQ(apply_fill(flat, kBuy, 1_d, bad).error().code, ErrorCode::InvalidArgument);
        EXPECT_EQ(apply_fill(flat, kBuy, 1_d, 1_d, bad).error().code, ErrorCode::InvalidArgument);
    }
    EXPECT_EQ(apply_fill(flat, 0, 1_d, 1_d).error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(apply_fill(flat, 3, 1_d, 1_d).error().code, ErrorCode::InvalidArgument);
}

TEST(Position, FailsRatherThanWrap) {
    const Position full{Decimal::max(), 1_d, 0_d};
    EXPECT_EQ(apply_fill(full, kBuy, 1_d, 1_d).error().code, ErrorCode::Overflow);
    EXPECT_EQ(apply_fill(full, kSell, 3_d, Decimal::max()).error().code, ErrorCode::Overflow);
    const Position rich{1_d, 1_d, Decimal::max()};
    EXPECT_EQ(apply_fill(rich, kSell, 2_d, 1_d).error().code, ErrorCode::Overflow);
    const Position wide{1_d, Decimal::max(), 0_d};
    EXPECT_EQ(apply_fill(wide, kBuy, 1_d, 100_d).error().code, ErrorCode::Overflow);
}

/// realized + unrealized = cash flow + value of the position, for any fills at any mark. The books
/// round each step at the 18th decimal, so the two sides may differ by a few units of it a fill.
TEST(Position, AgreesWithTheCashThatFlowed) {
    const char* text = std::getenv("TRADECTL_TEST_SEED");
    const auto seed = text != nullptr ? std::strtoul(text, nullptr, 10) : std::random_device{}();
    std::printf("TRADECTL_TEST_SEED=%lu\n", static_cast<unsigned long>(seed));
    std::mt19937_64 random(seed);
    const auto pick = [&](int low, int high) {
        return std::uniform_int_distribution<int>(low, high)(random);
    };
    for (int round = 0; round < 500; ++round) {
        Trader trader;
        Decimal cash;
        for (int i = 0; i < 40; ++i) {
            const Decimal quantity = *Decimal::from_mantissa(pick(1, 100'000), 4);
            const Decimal price = *Decimal::from_mantissa(pick(1, 1'000'000), 3);
            const bool buy = pick(0, 1) == 1;
            trader.trade(buy ? kBuy : kSell, quantity, price);
            const Decimal paid = *checked_mul(price, quantity, Rounding::HalfEven);
            cash = buy ? cash - paid : cash + paid;
            const Decimal value = *checked_mul(trader.position.quantity, price, Rounding::HalfEven);
            const Decimal gain =
                trader.position.realized_pnl + *unrealized_pnl(trader.position, price);
            const Decimal gap = *checked_abs(gain - (cash + value));
            ASSERT_LT(gap, 1e-14_d) << gain.to_string() << " and " << (cash + value).to_string();
        }
    }
}

}  // namespace
}  // namespace tradectl::execution
