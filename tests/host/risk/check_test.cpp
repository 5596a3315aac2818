#include "host/risk/check.hpp"

#include "tests/host/risk/good_order.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace tradectl::risk {
namespace {

TEST(Gate, PassesAGoodOrderAndRecordsEachLimit) {
    World world;
    const Result result = world.check();
    EXPECT_TRUE(result.allowed());
    EXPECT_EQ(result.denial(), nullptr);
    EXPECT_EQ(result.size(), 20U);
    for (const Verdict& verdict : result)
        EXPECT_TRUE(verdict.passed) << verdict.reason;
}

TEST(Gate, ChecksOnlyTheBalanceWhenEveryLimitIsOff) {
    World world;
    world.limits = {};
    world.instrument.tick = world.instrument.lot = world.instrument.quantity_min =
        world.instrument.quantity_max = world.instrument.notional_min = world.instrument.price_min =
            world.instrument.price_max = Decimal::null().to_abi();
    const Result result = world.check();
    EXPECT_TRUE(result.allowed());
    ASSERT_EQ(result.size(), 1U);
    EXPECT_EQ(result[0].reason, TRADECTL_REASON_INSUFFICIENT_BALANCE);
}

struct Denial {
    const char* name;
    std::uint16_t reason;
    Edit edit;
};

TEST(Gate, DeniesWhatIsNotWellFormedAndLooksNoFurther) {
    const Denial table[] = {
        {"instrument", TRADECTL_REASON_UNKNOWN_INSTRUMENT, [](World& w) { w.known = false; }},
        {"order_ref", TRADECTL_REASON_BAD_ORDER_REF, [](World& w) { w.order.order_ref = {}; }},
        {"no side", TRADECTL_REASON_BAD_FIELD, [](World& w) { w.order.side = 0; }},
        {"side 3", TRADECTL_REASON_BAD_FIELD, [](World& w) { w.order.side = 3; }},
        {"type 0", TRADECTL_REASON_BAD_FIELD, [](World& w) { w.order.order_type = 0; }},
        {"type 5", TRADECTL_REASON_BAD_FIELD, [](World& w) { w.order.order_type = 5; }},
        {"tif 0", TRADECTL_REASON_BAD_FIELD, [](World& w) { w.order.time_in_force = 0; }},
        {"tif 5", TRADECTL_REASON_BAD_FIELD, [](World& w) { w.order.time_in_force = 5; }},
        {"flag 4", TRADECTL_REASON_BAD_FIELD, [](World& w) { w.order.order_flags = 4; }},
        {"no time",
         TRADECTL_REASON_BAD_FIELD,
         [](World& w) { w.snapshot.now = Timestamp::none(); }},
        {"no quantity",
         TRADECTL_REASON_BAD_FIELD,
         [](World& w) { w.order.quantity = Decimal::null(); }},
        {"zero quantity", TRADECTL_REASON_BAD_FIELD, [](World& w) { w.order.quantity = 0_d; }},
        {"negative quantity", TRADECTL_REASON_BAD_FIELD, [](World& w) { w.order.quantity = -1_d; }},
        {"no price", TRADECTL_REASON_BAD_FIELD, [](World& w) { w.order.price = Decimal::null(); }},
        {"zero price", TRADECTL_REASON_BAD_FIELD, [](World& w) { w.order.price = 0_d; }},
        {"negative price", TRADECTL_REASON_BAD_FIELD, [](World& w) { w.order.price = -0.01_d; }},
        {"price at market",
         TRADECTL_REASON_BAD_FIELD,
         [](World& w) { w.order.order_type = TRADECTL_ORDER_MARKET; }},
        {"stop without trigger",
         TRADECTL_REASON_BAD_FIELD,
         [](World& w) { w.order.order_type = TRADECTL_ORDER_STOP_LIMIT; }},
        {"limit with trigger",
         TRADECTL_REASON_BAD_FIELD,
         [](World& w) { w.order.stop_price = 90_d; }},
        {"expired",
         TRADECTL_REASON_BAD_FIELD,
         [](World& w) {
             w.order.time_in_force = TRADECTL_TIF_GTD;
             w.order.expire_time = kNow;
         }},
        {"good till nothing",
         TRADECTL_REASON_BAD_FIELD,
         [](World& w) { w.order.time_in_force = TRADECTL_TIF_GTD; }},
        {"expiry of a GTC",
         TRADECTL_REASON_BAD_FIELD,
         [](World& w) { w.order.expire_time = kNow.plus_ns(1); }},
        {"post-only IOC",
         TRADECTL_REASON_BAD_FIELD,
         [](World& w) {
             w.order.order_flags = TRADECTL_ORDER_POST_ONLY;
             w.order.time_in_force = TRADECTL_TIF_IOC;
         }},
    };
    for (const Denial& row : table) {
        World world;
        row.edit(world);
        const Result result = world.check();
        ASSERT_FALSE(result.allowed()) << row.name;
        EXPECT_EQ(result.denial()->reason, row.reason) << row.name;
        for (const Verdict& verdict : result)
            EXPECT_FALSE(verdict.passed) << row.name;
    }
}

TEST(Gate, TakesEveryWellFormedKindOfOrder) {
    const std::vector<Edit> table = {
        [](World& w) {
            w.order.order_type = TRADECTL_ORDER_MARKET;
            w.order.price = Decimal::null();
        },
        [](World& w) {
            w.order.order_type = TRADECTL_ORDER_STOP;
            w.order.stop_price = 110_d;
            w.order.price = Decimal::null();
        },
        [](World& w) {
            w.order.order_type = TRADECTL_ORDER_STOP_LIMIT;
            w.order.stop_price = 110_d;
        },
        [](World& w) {
            w.order.time_in_force = TRADECTL_TIF_GTD;
            w.order.expire_time = kNow.plus_ns(1);
        },
        [](World& w) { w.order.order_flags = TRADECTL_ORDER_POST_ONLY; },
    };
    for (std::size_t i = 0; i < table.size(); ++i) {
        World world;
        table[i](world);
        EXPECT_TRUE(world.check().allowed()) << i;
    }
}

}  // namespace
}  // namespace tradectl::risk
