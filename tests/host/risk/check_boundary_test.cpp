#include "host/risk/check.hpp"
#include "tests/host/risk/good_order.hpp"

#include <gtest/gtest.h>

namespace tradectl::risk {
namespace {

struct Boundary {
    const char* name;
    std::uint16_t reason;
    Edit passes;
    Edit denied;
    Decimal value;  // of the denial
    Decimal limit;
};

const Boundary kBoundaries[] = {
    {"tick",
     TRADECTL_REASON_PRICE_NOT_ON_TICK,
     [](World& w) { w.order.price = 100.01_d; },
     [](World& w) { w.order.price = 100.005_d; },
     100.005_d,
     0.01_d},
    {"lot",
     TRADECTL_REASON_QUANTITY_NOT_ON_LOT,
     [](World& w) { w.order.quantity = 2.1_d; },
     [](World& w) { w.order.quantity = 2.15_d; },
     2.15_d,
     0.1_d},
    {"quantity min",
     TRADECTL_REASON_QUANTITY_BELOW_MIN,
     [](World& w) { w.order.quantity = 0.5_d; },
     [](World& w) { w.order.quantity = 0.4_d; },
     0.4_d,
     0.5_d},
    {"quantity max",
     TRADECTL_REASON_QUANTITY_ABOVE_MAX,
     [](World& w) {
         w.limits = {};
         w.order.quantity = 50_d;
     },
     [](World& w) {
         w.limits = {};
         w.order.quantity = 50.1_d;
     },
     50.1_d,
     50_d},
    {"notional min",
     TRADECTL_REASON_NOTIONAL_BELOW_MIN,
     [](World& w) { w.order.price = 5_d; },
     [](World& w) { w.order.price = 4.99_d; },
     9.98_d,
     10_d},
    {"price min",
     TRADECTL_REASON_PRICE_OUT_OF_BOUNDS,
     [](World& w) {
         w.order.price = 1_d;
         w.order.quantity = 20_d;
     },
     [](World& w) {
         w.order.price = 0.99_d;
         w.order.quantity = 20_d;
     },
     0.99_d,
     1_d},
    {"price max",
     TRADECTL_REASON_PRICE_OUT_OF_BOUNDS,
     [](World& w) { w.order.price = 500_d; },
     [](World& w) { w.order.price = 500.01_d; },
     500.01_d,
     500_d},
    {"binary price",
     TRADECTL_REASON_PRICE_OUT_OF_BOUNDS,
     [](World& w) {
         w.instrument.kind = TRADECTL_INSTRUMENT_BINARY;
         w.instrument.price_min = w.instrument.notional_min = Decimal::null().to_abi();
         w.order.price = 0.99_d;
     },
     [](World& w) {
         w.instrument.kind = TRADECTL_INSTRUMENT_BINARY;
         w.order.quantity = 20_d;
         w.order.price = 1_d;
     },
     1_d,
     1_d},
    {"balance",
     TRADECTL_REASON_INSUFFICIENT_BALANCE,
     [](World& w) { w.snapshot.free_balance = 200_d; },
     [](World& w) { w.snapshot.free_balance = 199.99_d; },
     200_d,
     199.99_d},
    {"order notional",
     TRADECTL_REASON_NOTIONAL_ABOVE_MAX,
     [](World& w) { w.limits.order_notional_max = 200_d; },
     [](World& w) { w.limits.order_notional_max = 199.99_d; },
     200_d,
     199.99_d},
    {"position",
     TRADECTL_REASON_POSITION_LIMIT,
     [](World& w) {
         w.snapshot.position = 10_d;
         w.snapshot.open_buy_quantity = 8_d;
     },
     [](World& w) {
         w.snapshot.position = 10_d;
         w.snapshot.open_buy_quantity = 8.1_d;
     },
     20.1_d,
     20_d},
    {"short position",
     TRADECTL_REASON_POSITION_LIMIT,
     [](World& w) {
         w.order.side = TRADECTL_SIDE_SELL;
         w.snapshot.position = -18_d;
     },
     [](World& w) {
         w.order.side = TRADECTL_SIDE_SELL;
         w.snapshot.position = -18.1_d;
     },
     20.1_d,
     20_d},
    {"position through zero",
     TRADECTL_REASON_POSITION_LIMIT,
     [](World& w) {
         w.limits.position_quantity_max = 1_d;
         w.order.side = TRADECTL_SIDE_SELL;
         w.snapshot.position = 1_d;
     },
     [](World& w) {
         w.limits.position_quantity_max = 1_d;
         w.order.side = TRADECTL_SIDE_SELL;
         w.snapshot.position = 0.9_d;
     },
     1.1_d,
     1_d},
    {"position notional",
     TRADECTL_REASON_POSITION_LIMIT,
     [](World& w) {
         w.limits.position_notional_max = 300_d;
         w.snapshot.position = 1_d;
     },
     [](World& w) {
         w.limits.position_notional_max = 299.99_d;
         w.snapshot.position = 1_d;
     },
     300_d,
     299.99_d},
    {"exposure of the strategy",
     TRADECTL_REASON_EXPOSURE_LIMIT,
     [](World& w) { w.snapshot.exposure_strategy = 2800_d; },
     [](World& w) { w.snapshot.exposure_strategy = 2800.01_d; },
     3000.01_d,
     3000_d},
    {"exposure at the venue",
     TRADECTL_REASON_EXPOSURE_LIMIT,
     [](World& w) { w.snapshot.exposure_venue = 3800_d; },
     [](World& w) { w.snapshot.exposure_venue = 3800.01_d; },
     4000.01_d,
     4000_d},
    {"exposure in total",
     TRADECTL_REASON_EXPOSURE_LIMIT,
     [](World& w) { w.snapshot.exposure_total = 4800_d; },
     [](World& w) { w.snapshot.exposure_total = 4800.01_d; },
     5000.01_d,
     5000_d},
    {"open orders",
     TRADECTL_REASON_OPEN_ORDERS_LIMIT,
     [](World& w) { w.snapshot.open_orders = 4; },
     [](World& w) { w.snapshot.open_orders = 5; },
     6_d,
     5_d},
    {"positions",
     TRADECTL_REASON_POSITIONS_LIMIT,
     [](World& w) { w.snapshot.other_positions = 2; },
     [](World& w) { w.snapshot.other_positions = 3; },
     4_d,
     3_d},
    {"second position",
     TRADECTL_REASON_DUPLICATE_POSITION,
     [](World& w) { w.limits.second_position = SecondPosition::Deny; },
     [](World& w) {
         w.limits.second_position = SecondPosition::Deny;
         w.snapshot.position = 0.1_d;
     },
     0.1_d,
     0_d},
    {"second entry order",
     TRADECTL_REASON_DUPLICATE_POSITION,
     [](World& w) { w.snapshot.open_buy_quantity = 0.1_d; },
     [](World& w) {
         w.limits.second_position = SecondPosition::Deny;
         w.snapshot.open_buy_quantity = 0.1_d;
     },
     0_d,
     0_d},
    {"strategy's bucket",
     TRADECTL_REASON_RATE_LIMIT,
     [](World& w) {
         w.snapshot.strategy_rate = {kNow, 1'000'000'000, 19675, 0};
     },
     [](World& w) {
         w.snapshot.strategy_rate = {kNow, 999'999'999, 19675, 0};
     },
     11_d,
     10_d},
    {"venue's bucket",
     TRADECTL_REASON_RATE_LIMIT,
     [](World& w) {
         w.snapshot.venue_rate = {kNow, 1'000'000'000, 19675, 0};
     },
     [](World& w) {
         w.snapshot.venue_rate = {kNow, 0, 19675, 0};
     },
     21_d,
     20_d},
    {"strategy's day",
     TRADECTL_REASON_DAILY_ORDER_LIMIT,
     [](World& w) {
         w.snapshot.strategy_rate = {kNow, 1'000'000'000, 19675, 99};
     },
     [](World& w) {
         w.snapshot.strategy_rate = {kNow, 1'000'000'000, 19675, 100};
     },
     101_d,
     100_d},
    {"venue's day",
     TRADECTL_REASON_DAILY_ORDER_LIMIT,
     [](World& w) {
         w.snapshot.venue_rate = {kNow, 1'000'000'000, 19675, 199};
     },
     [](World& w) {
         w.snapshot.venue_rate = {kNow, 1'000'000'000, 19675, 200};
     },
     201_d,
     200_d},
};

TEST(Gate, PassesAtEachBoundary) {
    for (const Boundary& row : kBoundaries) {
        World world;
        row.passes(world);
        const Result result = world.check();
        EXPECT_TRUE(result.allowed()) << row.name << ": denied by reason "
                                      << (result.allowed() ? 0 : result.denial()->reason);
    }
}

TEST(Gate, DeniesJustBeyondEachBoundaryAndSaysWhy) {
    for (const Boundary& row : kBoundaries) {
        World world;
        row.denied(world);
        const Result result = world.check();
        ASSERT_FALSE(result.allowed()) << row.name;
        EXPECT_EQ(result.denial()->reason, row.reason) << row.name;
        EXPECT_EQ(result.denial()->value, row.value) << row.name;
        EXPECT_EQ(result.denial()->limit, row.limit) << row.name;
    }
}

}  // namespace
}  // namespace tradectl::risk
