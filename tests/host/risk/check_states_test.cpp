// What stops entries, what exits pass, and what is missing.
#include "host/risk/check.hpp"

#include <functional>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::risk {
namespace {

constexpr Timestamp kNow{1'700'000'000 * kNsPerSecond};

struct World {
    tradectl_instrument instrument{};
    OrderRequest order;
    Limits limits;
    Snapshot snapshot;

    World() {
        const tradectl_decimal none = Decimal::null().to_abi();
        instrument.status = TRADECTL_INSTRUMENT_OPEN;
        instrument.close_time = TRADECTL_TIME_NONE;
        instrument.tick = instrument.lot = instrument.quantity_min = instrument.quantity_max = none;
        instrument.notional_min = instrument.price_min = instrument.price_max = none;
        instrument.multiplier = none;
        order = {.instrument = &instrument,
                 .order_ref = OrderRef{1},
                 .side = TRADECTL_SIDE_BUY,
                 .order_type = TRADECTL_ORDER_LIMIT,
                 .time_in_force = TRADECTL_TIF_GTC,
                 .quantity = 2_d,
                 .price = 100_d};
        snapshot.now = kNow;
        snapshot.needed = 200_d;
        snapshot.free_balance = 200_d;
        snapshot.position = 0_d;
    }
    World(const World&) = delete;

    void make_exit() {
        order.side = TRADECTL_SIDE_SELL;
        snapshot.position = 2_d;
        snapshot.needed = 2_d;
        snapshot.free_balance = 2_d;
    }
    [[nodiscard]] std::set<int> denials() const {
        std::set<int> reasons;
        for (const Verdict& verdict : check_order(order, limits, snapshot))
            if (!verdict.passed) reasons.insert(verdict.reason);
        return reasons;
    }
};

using Edit = std::function<void(World&)>;
using Reasons = std::set<int>;

struct Row {
    const char* name;
    int reason;
    Edit edit;
};

const std::vector<Row>& entry_stops() {
    static const std::vector<Row> table = {
        {"halted",
         TRADECTL_REASON_HALTED,
         [](World& w) { w.snapshot.state = TradingState::Halted; }},
        {"reduce-only",
         TRADECTL_REASON_REDUCE_ONLY,
         [](World& w) { w.snapshot.state = TradingState::ReduceOnly; }},
        {"unresolved",
         TRADECTL_REASON_UNRESOLVED_BLOCKS,
         [](World& w) { w.snapshot.unresolved = true; }},
        {"shutting down",
         TRADECTL_REASON_SHUTTING_DOWN,
         [](World& w) { w.snapshot.shutting_down = true; }},
        {"closing",
         TRADECTL_REASON_INSTRUMENT_NOT_OPEN,
         [](World& w) { w.instrument.status = TRADECTL_INSTRUMENT_CLOSING; }},
        {"order notional",
         TRADECTL_REASON_NOTIONAL_ABOVE_MAX,
         [](World& w) { w.limits.order_notional_max = 1_d; }},
        {"position notional",
         TRADECTL_REASON_POSITION_LIMIT,
         [](World& w) {
             w.limits.position_notional_max = 0_d;
             w.snapshot.position = 5_d;
         }},
        {"exposure",
         TRADECTL_REASON_EXPOSURE_LIMIT,
         [](World& w) {
             w.limits.exposure_total_max = 1_d;
             w.snapshot.exposure_total = 5000_d;
         }},
        {"open orders",
         TRADECTL_REASON_OPEN_ORDERS_LIMIT,
         [](World& w) {
             w.limits.open_orders_max = 1;
             w.snapshot.open_orders = 9;
         }},
        {"positions",
         TRADECTL_REASON_POSITIONS_LIMIT,
         [](World& w) {
             w.limits.positions_max = 1;
             w.snapshot.other_positions = 9;
         }},
    };
    return table;
}

TEST(GateStates, StopEntries) {
    for (const Row& row : entry_stops()) {
        World world;
        row.edit(world);
        EXPECT_EQ(world.denials(), Reasons{row.reason}) << row.name;
    }
}

TEST(GateStates, LetExitsPass) {
    for (const Row& row : entry_stops()) {
        World world;
        world.make_exit();
        row.edit(world);
        EXPECT_EQ(world.denials(), Reasons{}) << row.name;
    }
}

const std::vector<Row>& order_stops() {
    static const std::vector<Row> table = {
        {"order_ref used",
         TRADECTL_REASON_DUPLICATE_ORDER_REF,
         [](World& w) { w.snapshot.duplicate_order_ref = true; }},
        {"intent repeated",
         TRADECTL_REASON_DUPLICATE_INTENT,
         [](World& w) { w.snapshot.duplicate_intent = true; }},
        {"backlog", TRADECTL_REASON_WAL_BACKLOG, [](World& w) { w.snapshot.wal_backlog = true; }},
        {"faulted",
         TRADECTL_REASON_INSTANCE_FAULTED,
         [](World& w) { w.snapshot.instance_faulted = true; }},
        {"closed",
         TRADECTL_REASON_INSTRUMENT_NOT_OPEN,
         [](World& w) { w.instrument.status = TRADECTL_INSTRUMENT_CLOSED; }},
        {"resolved",
         TRADECTL_REASON_INSTRUMENT_NOT_OPEN,
         [](World& w) { w.instrument.status = TRADECTL_INSTRUMENT_RESOLVED; }},
        {"balance",
         TRADECTL_REASON_INSUFFICIENT_BALANCE,
         [](World& w) { w.snapshot.free_balance = 1_d; }},
        {"balance not known",
         TRADECTL_REASON_INSUFFICIENT_BALANCE,
         [](World& w) { w.snapshot.free_balance = Decimal::null(); }},
        {"need not known",
         TRADECTL_REASON_INSUFFICIENT_BALANCE,
         [](World& w) { w.snapshot.needed = Decimal::null(); }},
        {"tick",
         TRADECTL_REASON_PRICE_NOT_ON_TICK,
         [](World& w) { w.instrument.tick = (3_d).to_abi(); }},
        {"tick of zero",
         TRADECTL_REASON_PRICE_NOT_ON_TICK,
         [](World& w) { w.instrument.tick = (0_d).to_abi(); }},
        {"notional min",
         TRADECTL_REASON_NOTIONAL_BELOW_MIN,
         [](World& w) { w.instrument.notional_min = (1000_d).to_abi(); }},
    };
    return table;
}

TEST(GateStates, StopEntriesAndExitsAlikeWhereNothingMayPass) {
    for (const Row& row : order_stops()) {
        World entry;
        row.edit(entry);
        EXPECT_EQ(entry.denials(), Reasons{row.reason}) << row.name;
        World exit;
        exit.make_exit();
        row.edit(exit);
        EXPECT_EQ(exit.denials(), Reasons{row.reason}) << row.name;
    }
}

TEST(GateStates, LetTheHostExitForAFaultedInstance) {
    World world;
    world.make_exit();
    world.snapshot.instance_faulted = true;
    world.order.origin = Origin::HostExit;
    EXPECT_EQ(world.denials(), Reasons{});
}

TEST(GateMissing, DeniesEachLimitWhoseInputIsNotKnown) {
    const Row table[] = {
        {"position",
         TRADECTL_REASON_POSITION_LIMIT,
         [](World& w) {
             w.limits.position_quantity_max = 9_d;
             w.snapshot.position = Decimal::null();
         }},
        {"second position",
         TRADECTL_REASON_DUPLICATE_POSITION,
         [](World& w) {
             w.limits.second_position = SecondPosition::Deny;
             w.snapshot.position = Decimal::null();
         }},
        {"strategy",
         TRADECTL_REASON_EXPOSURE_LIMIT,
         [](World& w) { w.limits.exposure_strategy_max = 9000_d; }},
        {"venue",
         TRADECTL_REASON_EXPOSURE_LIMIT,
         [](World& w) { w.limits.exposure_venue_max = 9000_d; }},
        {"total",
         TRADECTL_REASON_EXPOSURE_LIMIT,
         [](World& w) { w.limits.exposure_total_max = 9000_d; }},
        {"price",
         TRADECTL_REASON_NO_PRICE,
         [](World& w) {
             w.order.order_type = TRADECTL_ORDER_MARKET;
             w.order.price = Decimal::null();
         }},
    };
    for (const Row& row : table) {
        World world;
        row.edit(world);
        EXPECT_EQ(world.denials(), Reasons{row.reason}) << row.name;
    }
}

TEST(GateOverflow, DeniesANotionalThatDoesNotFit) {
    World world;
    world.order.quantity = world.order.price = Decimal::max();
    EXPECT_EQ(world.denials(), Reasons{TRADECTL_REASON_OVERFLOW});
}

TEST(GateOverflow, DeniesAPositionThatDoesNotFit) {
    World world;
    world.limits.position_quantity_max = Decimal::max();
    world.snapshot.position = Decimal::max();
    EXPECT_EQ(world.denials(), Reasons{TRADECTL_REASON_OVERFLOW});
}

TEST(GateReduceOnly, DeniesAFlaggedOrderThatWouldNotReduce) {
    const Edit edits[] = {
        [](World& w) { w.snapshot.position = 0_d; },
        [](World& w) { w.snapshot.position = 1.99_d; },            // more than there is
        [](World& w) { w.snapshot.open_sell_quantity = 0.01_d; },  // with what is open
        [](World& w) { w.snapshot.position = -2_d; },              // wrong side
        [](World& w) { w.snapshot.position = Decimal::null(); },
    };
    for (const Edit& edit : edits) {
        World world;
        world.make_exit();
        world.order.order_flags = TRADECTL_ORDER_REDUCE_ONLY;
        EXPECT_EQ(world.denials(), Reasons{});
        edit(world);
        EXPECT_EQ(world.denials(), Reasons{TRADECTL_REASON_REDUCE_ONLY});
    }
}

TEST(GateReduceOnly, TakesABuyForTheExitOfAShort) {
    World world;
    world.snapshot.position = -2_d;
    world.snapshot.state = TradingState::Halted;
    EXPECT_TRUE(reduces(world.order, world.snapshot));
    EXPECT_EQ(world.denials(), Reasons{});
}

TEST(GateRate, BindsEntriesAndPlainExitsButNotFlaggedOnes) {
    const auto empty = [](World& w) {
        w.limits.strategy_rate = {.per_second = 1, .per_day = 1};
        w.snapshot.strategy_rate = {kNow, 0, kNow.ns() / kNsPerDay, 1};
    };
    const Reasons both{TRADECTL_REASON_RATE_LIMIT, TRADECTL_REASON_DAILY_ORDER_LIMIT};
    World world;
    empty(world);
    EXPECT_EQ(world.denials(), both);
    world.make_exit();
    EXPECT_EQ(world.denials(), both);
    world.order.order_flags = TRADECTL_ORDER_REDUCE_ONLY;
    EXPECT_EQ(world.denials(), Reasons{});
    world.order.order_flags = 0;
    world.order.origin = Origin::HostExit;
    EXPECT_EQ(world.denials(), Reasons{});
}

TEST(GateRate, TellsWhetherATokenWasAllThatWasMissing) {
    World world;
    world.limits.strategy_rate = {.per_second = 1};
    EXPECT_FALSE(check_order(world.order, world.limits, world.snapshot).only_rate_limited());
    world.snapshot.strategy_rate = {kNow, 0, 0, 0};
    EXPECT_TRUE(check_order(world.order, world.limits, world.snapshot).only_rate_limited());
    world.snapshot.unresolved = true;
    EXPECT_FALSE(check_order(world.order, world.limits, world.snapshot).only_rate_limited());
}

TEST(GateVerdicts, KeepTheFirstDenialWhenEverythingFails) {
    World world;
    const tradectl_decimal zero = (0_d).to_abi();
    world.instrument.kind = TRADECTL_INSTRUMENT_BINARY;
    world.instrument.status = TRADECTL_INSTRUMENT_CLOSED;
    world.instrument.tick = world.instrument.lot = world.instrument.quantity_max = zero;
    world.instrument.price_max = zero;
    world.instrument.quantity_min = world.instrument.price_min = Decimal::max().to_abi();
    world.instrument.notional_min = Decimal::max().to_abi();
    world.order.order_type = TRADECTL_ORDER_STOP_LIMIT;
    world.order.stop_price = world.order.quantity = world.order.price = Decimal::max();
    world.order.order_flags = TRADECTL_ORDER_REDUCE_ONLY;
    world.limits = {.order_notional_max = 0_d,
                    .position_quantity_max = 0_d,
                    .position_notional_max = 0_d,
                    .exposure_strategy_max = 0_d,
                    .exposure_venue_max = 0_d,
                    .exposure_total_max = 0_d,
                    .open_orders_max = 1,
                    .positions_max = 1,
                    .second_position = SecondPosition::Deny,
                    .market = {.book = BookRule::Required, .quote_age_ns_max = 1},
                    .loss = {.daily_loss_max = 1_d, .daily_loss_total_max = 1_d, .losses_max = 1},
                    .strategy_rate = {1, 0, 1},
                    .venue_rate = {1, 0, 1}};
    Snapshot& snapshot = world.snapshot;
    snapshot.state = TradingState::Halted;
    snapshot.breaker_open = true;
    snapshot.loss.losses = 1;
    world.limits.market.price_collar = world.limits.loss.drawdown_max = 0_d;
    world.limits.loss.reject_rate_max = 0_d;
    world.limits.loss.stream_stale_ns_max = 1;
    snapshot.unresolved = snapshot.duplicate_order_ref = snapshot.duplicate_intent = true;
    snapshot.instance_faulted = snapshot.shutting_down = snapshot.wal_backlog = true;
    snapshot.open_orders = snapshot.other_positions = 1;
    snapshot.free_balance = Decimal::null();
    snapshot.strategy_rate = snapshot.venue_rate = {kNow, 0, kNow.ns() / kNsPerDay, 1};
    const Result result = check_order(world.order, world.limits, snapshot);
    EXPECT_EQ(result.size(), Result::kVerdictsMax);
    ASSERT_FALSE(result.allowed());
    EXPECT_EQ(result.denial()->reason, TRADECTL_REASON_PRICE_NOT_ON_TICK);
}

}  // namespace
}  // namespace tradectl::risk
