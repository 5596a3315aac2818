// Each limit of the market and loss groups at its boundary, from both sides, and off.
#include "host/risk/check_groups.hpp"
#include "tests/host/risk/good_order.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace tradectl::risk {
namespace {

struct Boundary {
    const char* name;
    std::uint16_t reason;
    Edit on;      ///< switches the limit on
    Edit passes;  ///< the last value that passes
    Edit denied;  ///< the first that does not
    Decimal value;
    Decimal limit;
};

void PrintTo(const Boundary& row, std::ostream* out) {
    *out << row.name;
}

void take(World& world) {
    world.order.order_type = TRADECTL_ORDER_MARKET;
    world.order.price = Decimal::null();
}

const Boundary kBoundaries[] = {
    {"book",
     TRADECTL_REASON_BOOK_CROSSED,
     [](World& w) { w.limits.market.book = BookRule::Sound; },
     [](World& w) { w.snapshot.market.ask = 99.02_d; },
     [](World& w) { w.snapshot.market.ask = 99.01_d; },
     99.01_d,
     99.01_d},
    {"quote_age",
     TRADECTL_REASON_QUOTE_TOO_OLD,
     [](World& w) { w.limits.market.quote_age_ns_max = 10 * kNsPerSecond; },
     [](World& w) { w.snapshot.market.updated = kNow.plus_ns(-10 * kNsPerSecond); },
     [](World& w) { w.snapshot.market.updated = kNow.plus_ns(-10 * kNsPerSecond - 1); },
     10.000000001_d,
     10_d},
    {"collar_above",
     TRADECTL_REASON_PRICE_COLLAR,
     [](World& w) { w.limits.market.price_collar = 0.02_d; },
     [](World& w) { w.order.price = 102_d; },
     [](World& w) { w.order.price = 102.01_d; },
     0.0201_d,
     0.02_d},
    {"collar_below",
     TRADECTL_REASON_PRICE_COLLAR,
     [](World& w) { w.limits.market.price_collar = 0.02_d; },
     [](World& w) { w.order.price = 98_d; },
     [](World& w) { w.order.price = 97.99_d; },
     0.0201_d,
     0.02_d},
    {"collar_of_a_stop",
     TRADECTL_REASON_PRICE_COLLAR,
     [](World& w) {
         w.limits.market.price_collar = 0.02_d;
         w.order.order_type = TRADECTL_ORDER_STOP_LIMIT;
         w.order.stop_price = 200_d;
     },
     [](World& w) { w.order.price = 204_d; },
     [](World& w) { w.order.price = 204.01_d; },
     0.02005_d,
     0.02_d},
    {"depth",
     TRADECTL_REASON_NOT_ENOUGH_DEPTH,
     [](World& w) {
         w.limits.market.depth_min = 3_d;
         take(w);
     },
     [](World& w) { w.snapshot.market.shown = 6_d; },
     [](World& w) { w.snapshot.market.shown = 5.9_d; },
     5.9_d,
     6_d},
    {"slippage_of_a_buy",
     TRADECTL_REASON_SLIPPAGE_LIMIT,
     [](World& w) {
         w.limits.market.slippage_max = 0.005_d;
         take(w);
     },
     [](World& w) { w.snapshot.market.expected_price = 100.5_d; },
     [](World& w) { w.snapshot.market.expected_price = 100.51_d; },
     0.0051_d,
     0.005_d},
    {"slippage_of_a_sell",
     TRADECTL_REASON_SLIPPAGE_LIMIT,
     [](World& w) {
         w.limits.market.slippage_max = 0.005_d;
         w.order.side = TRADECTL_SIDE_SELL;
         take(w);
     },
     [](World& w) { w.snapshot.market.expected_price = 99.5_d; },
     [](World& w) { w.snapshot.market.expected_price = 99.49_d; },
     0.0051_d,
     0.005_d},
    {"closing_window",
     TRADECTL_REASON_INSTRUMENT_NOT_OPEN,
     [](World& w) { w.limits.market.closing_window_ns = 60 * kNsPerSecond; },
     [](World& w) { w.instrument.close_time = kNow.plus_ns(60 * kNsPerSecond).ns(); },
     [](World& w) { w.instrument.close_time = kNow.plus_ns(59 * kNsPerSecond).ns(); },
     59_d,
     60_d},
    {"gas",
     TRADECTL_REASON_GAS_PRICE_LIMIT,
     [](World& w) {
         w.limits.market.gas_price_max = 50_d;
         w.instrument.kind = TRADECTL_INSTRUMENT_SWAP;
     },
     [](World& w) { w.snapshot.market.gas_price = 50_d; },
     [](World& w) { w.snapshot.market.gas_price = 50.1_d; },
     50.1_d,
     50_d},
    {"daily_loss",
     TRADECTL_REASON_DAILY_LOSS_LIMIT,
     [](World& w) { w.limits.loss.daily_loss_max = 100_d; },
     [](World& w) { w.snapshot.loss.daily_loss = 100_d; },
     [](World& w) { w.snapshot.loss.daily_loss = 100.01_d; },
     100.01_d,
     100_d},
    {"daily_loss_total",
     TRADECTL_REASON_DAILY_LOSS_LIMIT,
     [](World& w) { w.limits.loss.daily_loss_total_max = 100_d; },
     [](World& w) { w.snapshot.loss.daily_loss_total = 100_d; },
     [](World& w) { w.snapshot.loss.daily_loss_total = 100.01_d; },
     100.01_d,
     100_d},
    {"drawdown",
     TRADECTL_REASON_DRAWDOWN_LIMIT,
     [](World& w) { w.limits.loss.drawdown_max = 0.1_d; },
     [](World& w) { w.snapshot.loss.drawdown = drawdown_of(1000_d, 900_d); },
     [](World& w) { w.snapshot.loss.drawdown = drawdown_of(1000_d, 899_d); },
     0.101_d,
     0.1_d},
    {"losses_in_a_row",
     TRADECTL_REASON_LOSSES_IN_A_ROW,
     [](World& w) { w.limits.loss.losses_max = 3; },
     [](World& w) { w.snapshot.loss.losses = 2; },
     [](World& w) { w.snapshot.loss.losses = 3; },
     4_d,
     3_d},
    {"reject_rate",
     TRADECTL_REASON_REJECT_RATE,
     [](World& w) { w.limits.loss.reject_rate_max = 0.25_d; },
     [](World& w) { w.snapshot.loss.reject_rate = 0.25_d; },
     [](World& w) { w.snapshot.loss.reject_rate = 0.3_d; },
     0.3_d,
     0.25_d},
    {"unresolved",
     TRADECTL_REASON_UNRESOLVED_LIMIT,
     [](World& w) { w.limits.loss.unresolved_max = 2; },
     [](World& w) { w.snapshot.loss.unresolved = 2; },
     [](World& w) { w.snapshot.loss.unresolved = 3; },
     3_d,
     2_d},
    {"stale_stream",
     TRADECTL_REASON_STREAM_STALE,
     [](World& w) { w.limits.loss.stream_stale_ns_max = 5 * kNsPerSecond; },
     [](World& w) { w.snapshot.market.updated = kNow.plus_ns(-5 * kNsPerSecond); },
     [](World& w) { w.snapshot.market.updated = kNow.plus_ns(-5 * kNsPerSecond - 1); },
     5.000000001_d,
     5_d},
};

/// A world in which the market shows a quote around the order's price.
struct MarketWorld : World {
    MarketWorld() {
        limits = {};
        instrument.close_time = TRADECTL_TIME_NONE;
        snapshot.market = {.kind = BookKind::Quotes, .bid = 99.01_d, .ask = 101_d, .updated = kNow};
        snapshot.market.shown = 100_d;
        snapshot.market.expected_price = 100_d;
    }
};

class Groups : public testing::TestWithParam<Boundary> {};

TEST_P(Groups, PassesAtTheLimitOnRecord) {
    MarketWorld world;
    GetParam().on(world);
    GetParam().passes(world);
    const Result result = world.check();
    EXPECT_TRUE(result.allowed());
    if (GetParam().reason == TRADECTL_REASON_BOOK_CROSSED) return;  // recorded as its being there
    EXPECT_TRUE(std::any_of(result.begin(), result.end(), [](const Verdict& verdict) {
        return verdict.passed && verdict.reason == GetParam().reason;
    }));
}

TEST_P(Groups, DeniesBeyondItWithValueAndLimit) {
    MarketWorld world;
    GetParam().on(world);
    GetParam().denied(world);
    const Result result = world.check();
    ASSERT_FALSE(result.allowed());
    EXPECT_EQ(result.denial()->reason, GetParam().reason);
    EXPECT_EQ(result.denial()->value, GetParam().value);
    EXPECT_EQ(result.denial()->limit, GetParam().limit);
}

TEST_P(Groups, SaysNothingWhenTheLimitIsOff) {
    MarketWorld world;
    GetParam().denied(world);
    EXPECT_TRUE(world.check().allowed());
}

TEST_P(Groups, LetsAnExitPass) {
    MarketWorld world;
    GetParam().on(world);
    GetParam().denied(world);
    world.instrument.price_max = Decimal::null().to_abi();
    const bool sell = world.order.side == TRADECTL_SIDE_SELL;
    world.snapshot.position = sell ? 10_d : -10_d;
    EXPECT_TRUE(world.check().allowed());
}

INSTANTIATE_TEST_SUITE_P(Limits, Groups, testing::ValuesIn(kBoundaries), [](const auto& test) {
    return test.param.name;
});

struct Unknown {
    const char* name;
    std::uint16_t reason;
    Edit edit;
};

const Unknown kUnknowns[] = {
    {"no book",
     TRADECTL_REASON_NO_BOOK,
     [](World& w) {
         w.limits.market.book = BookRule::Required;
         w.snapshot.market.bid = w.snapshot.market.ask = Decimal::null();
     }},
    {"one side",
     TRADECTL_REASON_NO_BOOK,
     [](World& w) {
         w.limits.market.book = BookRule::Sound;
         w.snapshot.market.ask = Decimal::null();
     }},
    {"never heard",
     TRADECTL_REASON_QUOTE_TOO_OLD,
     [](World& w) {
         w.limits.market.quote_age_ns_max = kNsPerSecond;
         w.snapshot.market.updated = Timestamp::none();
     }},
    {"collar without a middle",
     TRADECTL_REASON_PRICE_COLLAR,
     [](World& w) {
         w.limits.market.price_collar = 0.1_d;
         w.snapshot.reference_price = Decimal::null();
     }},
    {"collar around zero",
     TRADECTL_REASON_PRICE_COLLAR,
     [](World& w) {
         w.limits.market.price_collar = 0.1_d;
         w.snapshot.reference_price = 0_d;
     }},
    {"no depth",
     TRADECTL_REASON_NOT_ENOUGH_DEPTH,
     [](World& w) {
         take(w);
         w.limits.market.depth_min = 1_d;
         w.snapshot.market.shown = Decimal::null();
     }},
    {"no expected price",
     TRADECTL_REASON_SLIPPAGE_LIMIT,
     [](World& w) {
         take(w);
         w.limits.market.slippage_max = 0.1_d;
         w.snapshot.market.expected_price = Decimal::null();
     }},
    {"no gas price",
     TRADECTL_REASON_GAS_PRICE_LIMIT,
     [](World& w) {
         w.limits.market.gas_price_max = 50_d;
         w.instrument.kind = TRADECTL_INSTRUMENT_SWAP;
     }},
    {"loss not known",
     TRADECTL_REASON_DAILY_LOSS_LIMIT,
     [](World& w) { w.limits.loss.daily_loss_max = 1_d; }},
    {"drawdown not known",
     TRADECTL_REASON_DRAWDOWN_LIMIT,
     [](World& w) { w.limits.loss.drawdown_max = 0.1_d; }},
    {"closed by time, without any limit",
     TRADECTL_REASON_INSTRUMENT_NOT_OPEN,
     [](World& w) { w.instrument.close_time = kNow.ns(); }},
    {"breaker", TRADECTL_REASON_BREAKER_OPEN, [](World& w) { w.snapshot.breaker_open = true; }},
};

TEST(GateGroups, WhatIsNotKnownDenies) {
    for (const Unknown& row : kUnknowns) {
        MarketWorld world;
        row.edit(world);
        const Result result = world.check();
        ASSERT_FALSE(result.allowed()) << row.name;
        EXPECT_EQ(result.denial()->reason, row.reason) << row.name;
    }
}

TEST(GateGroups, ABookThatIsNotFedIsSound) {
    MarketWorld world;
    world.limits.market.book = BookRule::Sound;
    world.snapshot.market.bid = world.snapshot.market.ask = Decimal::null();
    EXPECT_TRUE(world.check().allowed());
}

TEST(GateGroups, SlippageThatNeedsDepthIsNotAskedOfQuotes) {
    MarketWorld world;
    take(world);
    world.limits.market.slippage_max = 0.001_d;
    world.limits.market.slippage_from = BookKind::Depth;
    world.snapshot.market.expected_price = 200_d;
    EXPECT_TRUE(world.check().allowed());
    world.snapshot.market.kind = BookKind::Depth;
    EXPECT_FALSE(world.check().allowed());
}

TEST(GateGroups, OnlyWhatTakesIsHeldAgainstDepth) {
    MarketWorld world;
    world.limits.market.depth_min = 1_d;
    world.snapshot.market.shown = 0_d;
    EXPECT_TRUE(world.check().allowed()) << "rests below the ask";
    world.order.price = 101_d;
    EXPECT_FALSE(world.check().allowed()) << "reaches the ask";
    world.order.order_flags = TRADECTL_ORDER_POST_ONLY;
    EXPECT_TRUE(world.check().allowed()) << "never takes";
    world.order.order_flags = 0;
    world.order.price = 100_d;
    world.order.time_in_force = TRADECTL_TIF_IOC;
    EXPECT_FALSE(world.check().allowed()) << "at once or not at all";
}

TEST(GateGroups, GasIsAskedOfSwapsAlone) {
    MarketWorld world;
    world.limits.market.gas_price_max = 50_d;
    EXPECT_TRUE(world.check().allowed());
}

TEST(Drawdown, IsAFractionOfThePeakRoundedUp) {
    EXPECT_EQ(drawdown_of(3_d, 2_d), 0.333333333333333334_d);
    EXPECT_EQ(drawdown_of(3_d, 4_d), -0.333333333333333334_d);
    EXPECT_TRUE(drawdown_of(0_d, 0_d).is_null());
    EXPECT_TRUE(drawdown_of(-1_d, -2_d).is_null());
    EXPECT_TRUE(drawdown_of(Decimal::null(), 1_d).is_null());
    EXPECT_TRUE(drawdown_of(1_d, Decimal::null()).is_null());
}

}  // namespace
}  // namespace tradectl::risk
