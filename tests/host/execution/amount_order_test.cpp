// Orders that pay an amount grow with what it brings, and with nothing else.
#include "host/execution/amount_order.hpp"

#include <gtest/gtest.h>

namespace tradectl::execution {
namespace {

/// Ten at 0.6 each: six to spend.
struct Purchase {
    Order order;
    Purchase() {
        order.client_order_id = "c-1";
        order.side = TRADECTL_SIDE_BUY;
        order.time_in_force = TRADECTL_TIF_IOC;
        order.price = 0.6_d;
        EXPECT_TRUE(set_quantity(order, 10_d));
    }
    Expected<Change> fill(const char* trade_id, Decimal quantity, Decimal price) {
        grow_by(order, price, quantity, order.price);
        auto change = apply(order,
                            {.kind = UpdateKind::Fill,
                             .time = Timestamp{1},
                             .trade_id = trade_id,
                             .price = price,
                             .quantity = quantity});
        EXPECT_EQ(order.order_qty, order.filled_qty + order.leaves_qty);
        return change;
    }
};

TEST(AmountOrder, StaysAsItIsWhileItsQuantityLasts) {
    Purchase life;
    EXPECT_EQ(life.fill("t1", 4_d, 0.5_d)->after, OrderStatus::PartiallyFilled);
    EXPECT_EQ(life.fill("t2", 6_d, 0.6_d)->after, OrderStatus::Filled);
    EXPECT_EQ(life.order.order_qty, 10_d);
}

TEST(AmountOrder, GrowsWithWhatTheAmountBrings) {
    Purchase life;
    EXPECT_EQ(life.fill("t1", 8_d, 0.5_d)->after, OrderStatus::PartiallyFilled);
    EXPECT_EQ(life.fill("t2", 4_d, 0.45_d)->after, OrderStatus::Filled);
    EXPECT_EQ(life.order.order_qty, 12_d);
    EXPECT_EQ(life.order.filled_qty, 12_d);
    EXPECT_TRUE(life.fill("t3", 0.4_d, 0.5_d)->late_fill);
    EXPECT_EQ(life.order.order_qty, 12.4_d);
}

TEST(AmountOrder, RefusesWhatCostsMore) {
    Purchase life;
    EXPECT_TRUE(life.fill("t1", 8_d, 0.5_d));
    EXPECT_EQ(life.fill("t2", 4_d, 0.51_d).error().message,
              "fill of order c-1: quantity 4 is more than what is left, 2");
    EXPECT_EQ(life.order.order_qty, 10_d);
    EXPECT_FALSE(life.fill("t3", 4_d, Decimal::max()));
    EXPECT_FALSE(life.fill("t3", Decimal::max(), 0.1_d));
}

TEST(AmountOrder, SpendsItAllWhereTheAverageDoesNotComeOutEven) {
    Purchase life;
    EXPECT_TRUE(life.fill("t1", 7_d, 0.3_d));
    EXPECT_TRUE(life.fill("t2", 6_d, 0.65_d)) << "6 for 13";
}

TEST(AmountOrder, IsATakingBuyOfABinaryInstrumentAlone) {
    tradectl_instrument binary{};
    binary.kind = TRADECTL_INSTRUMENT_BINARY;
    tradectl_instrument spot{};
    spot.kind = TRADECTL_INSTRUMENT_SPOT;
    Order order = Purchase().order;
    EXPECT_TRUE(pays_amount(order, binary));
    EXPECT_FALSE(pays_amount(order, spot));
    order.time_in_force = TRADECTL_TIF_FOK;
    EXPECT_TRUE(pays_amount(order, binary));
    order.time_in_force = TRADECTL_TIF_GTC;
    EXPECT_FALSE(pays_amount(order, binary));
    order.order_type = TRADECTL_ORDER_MARKET;
    EXPECT_TRUE(pays_amount(order, binary));
    order.side = TRADECTL_SIDE_SELL;
    EXPECT_FALSE(pays_amount(order, binary));
}

}  // namespace
}  // namespace tradectl::execution
