#include "host/execution/order.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::execution {
namespace {

constexpr Timestamp kNow{1000};

/// An order of 10 and verbs for its news.
struct Life {
    Order order;
    Life() {
        order.client_order_id = "c-1";
        EXPECT_TRUE(set_quantity(order, 10_d));
    }

    Expected<Change> hear(UpdateKind kind, std::uint16_t reason = 0) {
        return checked(apply(order, {.kind = kind, .time = kNow, .reason = reason}));
    }
    Expected<Change> fill(const char* trade_id, Decimal quantity, Decimal price = 100_d) {
        return checked(apply(order,
                             {.kind = UpdateKind::Fill,
                              .time = kNow,
                              .venue_order_id = "v-1",
                              .trade_id = trade_id,
                              .price = price,
                              .quantity = quantity}));
    }
    Expected<Change> checked(Expected<Change> change) {
        EXPECT_EQ(order.order_qty, order.filled_qty + order.leaves_qty);
        return change;
    }
};

TEST(Order, GoesItsUsualWay) {
    Life life;
    EXPECT_EQ(life.hear(UpdateKind::Sent)->after, OrderStatus::Sent);
    EXPECT_EQ(life.hear(UpdateKind::Acknowledged)->after, OrderStatus::Acknowledged);
    EXPECT_EQ(life.fill("t1", 4_d, 100_d)->after, OrderStatus::PartiallyFilled);
    const auto last = life.fill("t2", 6_d, 101_d);
    EXPECT_EQ(last->before, OrderStatus::PartiallyFilled);
    EXPECT_EQ(last->after, OrderStatus::Filled);
    EXPECT_EQ(last->fill_quantity, 6_d);
    EXPECT_FALSE(last->late_fill);
    EXPECT_EQ(life.order.average_price, 100.6_d);
    EXPECT_TRUE(life.order.leaves_qty.is_zero());
    EXPECT_EQ(life.order.venue_order_id, "v-1");
}

TEST(Order, RefusesAQuantityThatIsNone) {
    Order order;
    EXPECT_FALSE(set_quantity(order, 0_d));
    EXPECT_FALSE(set_quantity(order, -1_d));
    EXPECT_FALSE(set_quantity(order, Decimal::null()));
}

TEST(Order, KeepsTheReasonOfItsEnd) {
    Life life;
    EXPECT_TRUE(life.hear(UpdateKind::Sent));
    EXPECT_EQ(life.hear(UpdateKind::Canceled, 69)->after, OrderStatus::Canceled);
    EXPECT_EQ(life.order.reason, 69);
    EXPECT_EQ(life.order.leaves_qty, 10_d);
}

TEST(Order, TakesAnAcknowledgementAfterAFillForLate) {
    Life life;
    EXPECT_TRUE(life.hear(UpdateKind::Sent));
    EXPECT_TRUE(life.fill("t1", 4_d));
    const auto late = life.hear(UpdateKind::Acknowledged);
    EXPECT_EQ(late->outcome, Outcome::Late);
    EXPECT_EQ(life.order.status, OrderStatus::PartiallyFilled);
}

TEST(Order, LearnsTheVenueOrderIdEvenFromLateNews) {
    Life life;
    EXPECT_TRUE(life.hear(UpdateKind::Canceled));
    const auto late =
        apply(life.order, {.kind = UpdateKind::Acknowledged, .venue_order_id = "v-9"});
    EXPECT_EQ(late->outcome, Outcome::Late);
    EXPECT_EQ(life.order.venue_order_id, "v-9");
    EXPECT_TRUE(apply(life.order, {.kind = UpdateKind::Acknowledged, .venue_order_id = "v-10"}));
    EXPECT_EQ(life.order.venue_order_id, "v-9");
}

TEST(Order, CountsATradeIdOnce) {
    Life life;
    EXPECT_TRUE(life.fill("t1", 4_d));
    const auto again = life.fill("t1", 4_d);
    EXPECT_EQ(again->outcome, Outcome::Duplicate);
    EXPECT_TRUE(again->fill_quantity.is_zero());
    EXPECT_EQ(life.order.filled_qty, 4_d);
    EXPECT_EQ(life.fill("t2", 4_d)->outcome, Outcome::Applied);
}

TEST(Order, CountsATradeIdOnceEvenAfterItIsFilled) {
    Life life;
    EXPECT_TRUE(life.fill("t1", 10_d));
    EXPECT_EQ(life.fill("t1", 10_d)->outcome, Outcome::Duplicate);
}

TEST(Order, CountsAFillThatCrossedACancel) {
    Life life;
    EXPECT_TRUE(life.fill("t1", 4_d));
    EXPECT_TRUE(life.hear(UpdateKind::Canceled));
    const auto late = life.fill("t2", 2_d);
    EXPECT_EQ(late->outcome, Outcome::Applied);
    EXPECT_TRUE(late->late_fill);
    EXPECT_EQ(life.order.status, OrderStatus::Canceled);
    EXPECT_EQ(life.order.filled_qty, 6_d);
    EXPECT_EQ(life.fill("t3", 4_d)->after, OrderStatus::Filled);
}

TEST(Order, CountsAFillAfterARejectionBecauseFillsAreTheTruth) {
    Life life;
    EXPECT_TRUE(life.hear(UpdateKind::Rejected));
    EXPECT_TRUE(life.fill("t1", 1_d)->late_fill);
    EXPECT_EQ(life.order.status, OrderStatus::Rejected);
}

TEST(Order, IgnoresEveryStatusAfterItsEnd) {
    for (const UpdateKind end : {UpdateKind::Canceled, UpdateKind::Expired, UpdateKind::Rejected}) {
        for (const UpdateKind late : {UpdateKind::Sent,
                                      UpdateKind::Acknowledged,
                                      UpdateKind::Canceled,
                                      UpdateKind::Expired,
                                      UpdateKind::Rejected,
                                      UpdateKind::Unresolved}) {
            Life life;
            const OrderStatus status = life.hear(end, 5)->after;
            EXPECT_EQ(life.hear(late, 6)->outcome, Outcome::Late);
            EXPECT_EQ(life.order.status, status);
            EXPECT_EQ(life.order.reason, 5);
        }
    }
}

TEST(Order, IgnoresACancelAfterItFilled) {
    Life life;
    EXPECT_TRUE(life.fill("t1", 10_d));
    EXPECT_EQ(life.hear(UpdateKind::Canceled)->outcome, Outcome::Late);
    EXPECT_EQ(life.order.status, OrderStatus::Filled);
}

TEST(Order, IsResolvedByAnyProof) {
    const auto unresolved = [] {
        Life life;
        EXPECT_TRUE(life.hear(UpdateKind::Sent));
        EXPECT_TRUE(life.hear(UpdateKind::Unresolved));
        EXPECT_EQ(life.order.status, OrderStatus::Unresolved);
        EXPECT_EQ(life.hear(UpdateKind::Sent)->outcome, Outcome::Late);
        return life;
    };
    EXPECT_EQ(unresolved().hear(UpdateKind::Acknowledged)->after, OrderStatus::Acknowledged);
    EXPECT_EQ(unresolved().fill("t1", 1_d)->after, OrderStatus::PartiallyFilled);
    EXPECT_EQ(unresolved().fill("t1", 10_d)->after, OrderStatus::Filled);
    EXPECT_EQ(unresolved().hear(UpdateKind::Rejected)->after, OrderStatus::Rejected);
    EXPECT_EQ(unresolved().hear(UpdateKind::Canceled)->after, OrderStatus::Canceled);
}

TEST(Order, IsPartiallyFilledWhenResolvedWithFills) {
    Life life;
    EXPECT_TRUE(life.fill("t1", 1_d));
    EXPECT_TRUE(life.hear(UpdateKind::Unresolved));
    EXPECT_EQ(life.hear(UpdateKind::Acknowledged)->after, OrderStatus::PartiallyFilled);
}

TEST(Order, RefusesContradictions) {
    Life filled;
    EXPECT_TRUE(filled.fill("t1", 1_d));
    EXPECT_EQ(filled.hear(UpdateKind::Rejected).error().code, ErrorCode::BadState);
    EXPECT_EQ(filled.order.status, OrderStatus::PartiallyFilled);
    Life sent;
    EXPECT_TRUE(sent.hear(UpdateKind::Sent));
    EXPECT_EQ(sent.hear(UpdateKind::Denied).error().code, ErrorCode::BadState);
    Life denied;
    EXPECT_TRUE(denied.hear(UpdateKind::Denied));
    EXPECT_EQ(denied.fill("t1", 1_d).error().code, ErrorCode::BadState);
    EXPECT_EQ(denied.hear(UpdateKind::Denied)->outcome, Outcome::Late);
}

TEST(Order, RefusesFillsThatCannotBe) {
    Life life;
    EXPECT_TRUE(life.fill("t1", 9_d));
    const Decimal null = Decimal::null();
    EXPECT_EQ(life.fill("t2", 1.000000000000000001_d).error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(life.fill("", 1_d).error().code, ErrorCode::InvalidArgument);
    for (const Decimal bad : {0_d, -1_d, null}) {
        EXPECT_EQ(life.fill("t3", bad).error().code, ErrorCode::InvalidArgument);
        EXPECT_EQ(life.fill("t3", 1_d, bad).error().code, ErrorCode::InvalidArgument);
    }
    EXPECT_EQ(life.fill("t4", 1_d, Decimal::max()).error().code, ErrorCode::Overflow);
    EXPECT_EQ(life.order.filled_qty, 9_d);
    EXPECT_EQ(life.order.average_price, 100_d);
    EXPECT_EQ(life.fill("t4", 1_d)->after, OrderStatus::Filled);
}

TEST(Order, NamesWhatItRefuses) {
    Life life;
    EXPECT_EQ(life.fill("t1", 11_d).error().message,
              "fill of order c-1: quantity 11 is more than what is left, 10");
}

/// The same news in any order and with repeats end in the same sums.
TEST(Order, CountsFillsAlikeInWhateverOrderTheyCome) {
    const char* text = std::getenv("TRADECTL_TEST_SEED");
    const auto seed = text != nullptr ? std::strtoul(text, nullptr, 10) : std::random_device{}();
    std::printf("TRADECTL_TEST_SEED=%lu\n", static_cast<unsigned long>(seed));
    std::mt19937_64 random(seed);
    const std::vector<int> news = {0, 1, 2, 3, 4, 5, 6, 7, 3, 5, 7};
    for (int round = 0; round < 2000; ++round) {
        std::vector<int> shuffled = news;
        std::shuffle(shuffled.begin(), shuffled.end(), random);
        Life life;
        for (const int each : shuffled) {
            const std::string trade_id = std::to_string(each);
            const auto change = each == 0   ? life.hear(UpdateKind::Sent)
                                : each == 1 ? life.hear(UpdateKind::Acknowledged)
                                : each == 2
                                    ? life.hear(UpdateKind::Canceled)
                                    : life.fill(trade_id.c_str(), 1_d, Decimal::from_int(each));
            ASSERT_TRUE(change);
        }
        ASSERT_EQ(life.order.filled_qty, 5_d);
        ASSERT_EQ(life.order.average_price, 5_d);
        ASSERT_EQ(life.order.status, OrderStatus::Canceled);
    }
}

TEST(OrderStatus, HasAWordForEach) {
    EXPECT_EQ(to_string(OrderStatus::PartiallyFilled), "partially_filled");
    for (unsigned status = 1; status <= 10; ++status)
        EXPECT_NE(to_string(static_cast<OrderStatus>(status)), "unknown");
    EXPECT_EQ(to_string(static_cast<OrderStatus>(11)), "unknown");
    EXPECT_FALSE(is_closed(OrderStatus::Unresolved));
    EXPECT_TRUE(is_closed(OrderStatus::Denied));
}

}  // namespace
}  // namespace tradectl::execution
