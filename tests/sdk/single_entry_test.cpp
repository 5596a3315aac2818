#include <tradectl/single_entry.hpp>
#include <tradectl/strategy_run.hpp>

#include <gtest/gtest.h>

namespace tradectl {
namespace {

/// Enters at each trade that it may enter at.
class Eager final : public SingleEntryStrategy {
  public:
    Status on_start() override {
        start_entries({.cooldown_ns = kNsPerSecond, .streams = TRADECTL_STREAM_TRADES});
        return {};
    }
    void on_trade(const Trade& trade) override {
        const InstrumentHandle handle = trade.instrument();
        if (!may_enter(handle)) return;
        const Decimal quantity =
            entry_quantity(*host().instrument(handle), trade.price(), 0_d, 100_d);
        enter(handle,
              {.side = Side::Buy, .order = {.quantity = quantity}, .exits = {.stop = 0.1_d}},
              {{"price", trade.price()}});
    }
};

Decimal entry_of(Decimal price, Decimal quantity, Decimal notional, Decimal least) {
    FakeHost host;
    tradectl_instrument record = host.instrument(host.add_instrument());
    record.quantity_min = least.to_abi();
    return entry_quantity(Instrument{record}, price, quantity, notional);
}

TEST(EntryQuantity, IsRoundedDownToTheLot) {
    EXPECT_EQ(entry_of(777_d, 0_d, 100_d, Decimal::null()), 0.128_d);
    EXPECT_EQ(entry_of(777_d, 0.9999_d, 100_d, Decimal::null()), 0.999_d);
}

TEST(EntryQuantity, IsZeroWhereNothingIsLeft) {
    EXPECT_EQ(entry_of(777_d, 0_d, 100_d, 0.129_d), 0_d);
    EXPECT_EQ(entry_of(777_d, 0_d, 100_d, 0.128_d), 0.128_d);
    EXPECT_EQ(entry_of(777_d, 0_d, 0.7_d, Decimal::null()), 0_d);
    EXPECT_EQ(entry_of(0_d, 0_d, 100_d, Decimal::null()), 0_d);
    EXPECT_EQ(entry_of(Decimal::from_raw(1), 0_d, Decimal::max(), Decimal::null()), 0_d);
}

TEST(SingleEntryStrategy, EntersEachInstrumentOnce) {
    FakeHost host;
    const auto btc = host.add_instrument();
    const auto eth = host.add_instrument({.name = "ETH-USD.paper", .base = "ETH"});
    StrategyRun run(host, kStrategyApi<Eager>);
    for (int i = 0; i < 3; ++i) {
        run.trade(btc, 100_d, 1_d);
        run.trade(eth, 10_d, 1_d);
    }
    ASSERT_EQ(host.submits().size(), 2U);
    EXPECT_EQ(host.submits()[1].header.instrument, eth);
}

TEST(SingleEntryStrategy, KeepsItsSlotWhileAPartOfTheEntryIsFilled) {
    FakeHost host;
    const auto btc = host.add_instrument();
    StrategyRun run(host, kStrategyApi<Eager>);
    run.trade(btc, 100_d, 1_d);
    run.fill(1, 100_d, 0.4_d);
    run.order_status(1, OrderStatus::Canceled);
    run.advance(kNsPerMinute);
    run.trade(btc, 100_d, 1_d);
    EXPECT_EQ(host.submits().size(), 1U);
}

TEST(SingleEntryStrategy, PausesAfterAnEntryWithoutAFill) {
    FakeHost host;
    const auto btc = host.add_instrument();
    StrategyRun run(host, kStrategyApi<Eager>);
    run.trade(btc, 100_d, 1_d);
    run.order_status(1, OrderStatus::Expired);
    run.advance(kNsPerSecond - 1);
    run.trade(btc, 100_d, 1_d);
    EXPECT_EQ(host.submits().size(), 1U);
    run.advance(1);
    run.trade(btc, 100_d, 1_d);
    EXPECT_EQ(host.submits().size(), 2U);
}

TEST(SingleEntryStrategy, SubmitsNothingWhenTheExitsAreRefused) {
    FakeHost host;
    const auto btc = host.add_instrument();
    host.refuse(TRADECTL_COMMAND_EXITS, TRADECTL_INVALID_ARGUMENT);
    StrategyRun run(host, kStrategyApi<Eager>);
    run.trade(btc, 100_d, 1_d);
    EXPECT_EQ(host.submits().size(), 0U);
    EXPECT_EQ(host.log_lines().size(), 1U);
    EXPECT_EQ(host.kv().count("cool/BTC-USD.paper"), 1U);
}

TEST(SingleEntryStrategy, LeavesAnInstrumentItHasNoSlotForAlone) {
    FakeHost host;
    host.add_instrument();
    StrategyRun run(host, kStrategyApi<Eager>);
    run.trade(5, 100_d, 1_d);
    auto position = make_event<tradectl_position_event>();
    position.header.instrument = 5;
    run.send(position);
    auto order = make_event<tradectl_order_event>();
    order.header.instrument = 5;
    order.status = TRADECTL_ORDER_STATUS_CANCELED;
    run.send(order);
    EXPECT_EQ(run.status(), TRADECTL_OK);
    EXPECT_TRUE(host.submits().empty());
}

}  // namespace
}  // namespace tradectl
