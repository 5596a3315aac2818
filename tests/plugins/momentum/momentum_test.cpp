#include "plugins/strategies/momentum/momentum.hpp"

#include <tradectl/strategy_run.hpp>

#include <initializer_list>
#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace tradectl::momentum {
namespace {

constexpr const char* kSettings = R"({"lookback":3,"threshold":"0.01","quantity":"0.5"})";

class MomentumTest : public testing::Test {
  protected:
    void start(const std::string& settings = kSettings) {
        run.emplace(host, kStrategyApi<Momentum>, settings);
        ASSERT_EQ(run->status(), TRADECTL_OK) << run->error();
    }
    void trades(std::initializer_list<Decimal> prices) {
        for (const Decimal price : prices)
            run->trade(btc, price, 1_d);
    }
    /// Rises 2 % over three trades.
    void rise() { trades({100_d, 100_d, 100_d, 102_d}); }
    std::size_t order_count() { return host.submits().size(); }

    FakeHost host;
    InstrumentHandle btc = host.add_instrument();
    std::optional<StrategyRun> run;
};

TEST_F(MomentumTest, SubscribesToTradesOfEachInstrument) {
    host.add_instrument({.name = "ETH-USD.paper", .base = "ETH"});
    start();
    const auto streams = host.commands_of<tradectl_subscribe_command>(TRADECTL_COMMAND_SUBSCRIBE);
    ASSERT_EQ(streams.size(), 2U);
    EXPECT_EQ(streams[1].streams, TRADECTL_STREAM_TRADES);
    EXPECT_EQ(streams[1].header.instrument, 1U);
}

TEST_F(MomentumTest, BuysWhenTheRiseReachesTheThreshold) {
    start();
    trades({100_d, 100_d, 100_d, 101_d});
    ASSERT_EQ(order_count(), 1U);
    const auto order = host.submits()[0];
    EXPECT_EQ(order.side, TRADECTL_SIDE_BUY);
    EXPECT_EQ(order.order_type, TRADECTL_ORDER_MARKET);
    EXPECT_EQ(Decimal::from_abi(order.quantity), 0.5_d);
    EXPECT_EQ(order.header.trigger_seq, 4U);
    EXPECT_TRUE(host.problems().empty());
}

TEST_F(MomentumTest, StaysOutJustBelowTheThreshold) {
    start();
    trades({100_d, 100_d, 100_d, 100.99_d});
    EXPECT_EQ(order_count(), 0U);
}

TEST_F(MomentumTest, StaysOutBeforeTheLookbackIsFull) {
    start();
    trades({100_d, 110_d, 120_d});
    EXPECT_EQ(order_count(), 0U);
}

TEST_F(MomentumTest, StaysOutOnAFallUnlessShortIsAllowed) {
    start();
    trades({100_d, 100_d, 100_d, 90_d});
    EXPECT_EQ(order_count(), 0U);
}

TEST_F(MomentumTest, SellsOnAFallWhenShortIsAllowed) {
    start(R"({"lookback":3,"threshold":"0.01","quantity":"0.5","allow_short":true})");
    trades({100_d, 100_d, 100_d, 99_d});
    ASSERT_EQ(order_count(), 1U);
    EXPECT_EQ(host.submits()[0].side, TRADECTL_SIDE_SELL);
}

TEST_F(MomentumTest, DeclaresItsExitsBeforeTheEntry) {
    start(R"({"lookback":1,"quantity":"1","target":"0.03","stop":"0.02","trailing":"0.01",
              "trailing_activation":"0.015","hold_max":5000000000})");
    trades({100_d, 102_d});
    const auto exits = host.commands_of<tradectl_exits_command>(TRADECTL_COMMAND_EXITS);
    ASSERT_EQ(exits.size(), 1U);
    EXPECT_EQ(
        exits[0].rules,
        TRADECTL_EXIT_TARGET | TRADECTL_EXIT_STOP | TRADECTL_EXIT_TRAILING | TRADECTL_EXIT_TIME);
    EXPECT_EQ(Decimal::from_abi(exits[0].target_offset), 0.03_d);
    EXPECT_EQ(Decimal::from_abi(exits[0].stop_offset), 0.02_d);
    EXPECT_EQ(Decimal::from_abi(exits[0].trailing_activation), 0.015_d);
    EXPECT_EQ(exits[0].hold_ns_max, 5 * kNsPerSecond);
    EXPECT_EQ(host.commands()[1].type(), TRADECTL_COMMAND_EXITS);
    EXPECT_EQ(host.commands()[2].type(), TRADECTL_COMMAND_SUBMIT);
}

TEST_F(MomentumTest, LeavesOutExitsThatAreOff) {
    start(R"({"lookback":1,"quantity":"1","target":"0","stop":"0.02","hold_max":0})");
    trades({100_d, 102_d});
    const auto exits = host.commands_of<tradectl_exits_command>(TRADECTL_COMMAND_EXITS);
    ASSERT_EQ(exits.size(), 1U);
    EXPECT_EQ(exits[0].rules, TRADECTL_EXIT_STOP);
    EXPECT_TRUE(Decimal::from_abi(exits[0].target_offset).is_null());
}

TEST_F(MomentumTest, SaysWhyWithTheNumbers) {
    start();
    rise();
    const auto notes = host.commands_of<tradectl_decide_command>(TRADECTL_COMMAND_DECIDE);
    ASSERT_EQ(notes.size(), 1U);
    EXPECT_EQ(notes[0].order_ref, host.submits()[0].order_ref);
    ASSERT_EQ(notes[0].number_count, 4U);
    EXPECT_STREQ(notes[0].numbers[0].name, "change");
    EXPECT_EQ(Decimal::from_abi(notes[0].numbers[0].value), 0.02_d);
    EXPECT_EQ(Decimal::from_abi(notes[0].numbers[3].value), 3_d);
}

TEST_F(MomentumTest, SizesByNotionalRoundedDownToTheLot) {
    start(R"({"lookback":1,"notional":"100"})");
    trades({700_d, 777_d});
    ASSERT_EQ(order_count(), 1U);
    EXPECT_EQ(Decimal::from_abi(host.submits()[0].quantity), 0.128_d);
}

TEST_F(MomentumTest, LeavesAnEntryBelowTheLot) {
    start(R"({"lookback":1,"notional":"0.1"})");
    trades({700_d, 777_d, 800_d, 900_d});
    EXPECT_EQ(order_count(), 0U);
    EXPECT_EQ(host.log_lines().size(), 1U);  // the cool-down keeps it from repeating itself
}

TEST_F(MomentumTest, EntersOnceWhileTheEntryIsOnItsWay) {
    start();
    rise();
    trades({103_d, 104_d, 105_d, 106_d});
    EXPECT_EQ(order_count(), 1U);
}

TEST_F(MomentumTest, EntersOnceInATurnOfManyEvents) {
    start();
    for (const Decimal price : {100_d, 100_d, 100_d, 102_d, 103_d, 104_d}) {
        auto record = make_event<tradectl_trade_event>();
        record.header.instrument = btc;
        record.price = price.to_abi();
        record.quantity = (1_d).to_abi();
        run->add(record);
    }
    run->turn();
    EXPECT_EQ(order_count(), 1U);
}

TEST_F(MomentumTest, StaysOutWhileItHoldsAPosition) {
    start();
    rise();
    run->fill(1, 102_d, 0.5_d);
    run->advance(kNsPerHour);
    trades({110_d, 120_d, 130_d, 140_d});
    EXPECT_EQ(order_count(), 1U);
}

TEST_F(MomentumTest, StaysOutWhenTheSnapshotShowsAPosition) {
    start();
    run->set_position(btc, 1_d, 100_d);
    rise();
    EXPECT_EQ(order_count(), 0U);
}

TEST_F(MomentumTest, CoolsDownAfterTheExit) {
    start();
    rise();
    run->fill(1, 102_d, 0.5_d);
    auto flat = make_event<tradectl_position_event>();
    flat.header.instrument = btc;
    run->set_position(btc, 0_d, Decimal::null());
    run->send(flat);
    rise();
    EXPECT_EQ(order_count(), 1U);
    run->advance(kNsPerMinute - 1);
    rise();
    EXPECT_EQ(order_count(), 1U);
    run->advance(1);
    rise();
    EXPECT_EQ(order_count(), 2U);
}

TEST_F(MomentumTest, CoolsDownAfterTheExitOfAPositionFromBeforeARestart) {
    start();
    auto flat = make_event<tradectl_position_event>();
    flat.header.instrument = btc;
    run->send(flat);
    rise();
    EXPECT_EQ(order_count(), 0U);
}

TEST_F(MomentumTest, TakesAFlatPositionAtTheStartForWhatItIs) {
    start();
    auto flat = make_event<tradectl_position_event>();
    flat.header.instrument = btc;
    flat.header.flags = TRADECTL_EVENT_FLAG_SNAPSHOT;
    run->send(flat);
    rise();
    EXPECT_EQ(order_count(), 1U);
}

TEST_F(MomentumTest, CoolsDownAfterADeniedEntry) {
    start();
    rise();
    run->order_status(1, OrderStatus::Denied, TRADECTL_REASON_INSUFFICIENT_BALANCE);
    rise();
    EXPECT_EQ(order_count(), 1U);
    run->advance(kNsPerMinute);
    rise();
    EXPECT_EQ(order_count(), 2U);
}

TEST_F(MomentumTest, KeepsTheCoolDownOverARestart) {
    start();
    rise();
    run->order_status(1, OrderStatus::Rejected);
    run->stop();
    start();  // the same host: its kv is what a restart finds
    rise();
    EXPECT_EQ(order_count(), 1U);
    run->advance(kNsPerMinute);
    rise();
    EXPECT_EQ(order_count(), 2U);
}

TEST_F(MomentumTest, IgnoresAKeptCoolDownThatIsGarbage) {
    host.kv()["cool/BTC-USD.paper"] = {'x'};
    start();
    rise();
    EXPECT_EQ(order_count(), 1U);
    EXPECT_EQ(host.log_lines().size(), 1U);
}

TEST_F(MomentumTest, WantsTheVolumeOverTheLookback) {
    start(R"({"lookback":3,"threshold":"0.01","quantity":"0.5","volume_min":"3.5"})");
    rise();
    EXPECT_EQ(order_count(), 0U);
    run->trade(btc, 103_d, 1.5_d);
    EXPECT_EQ(order_count(), 1U);
}

TEST_F(MomentumTest, WantsThePriceAboveItsAverage) {
    start(R"({"lookback":1,"threshold":"0.01","quantity":"0.5","ema_period":3})");
    trades({100_d, 90_d, 80_d, 82_d});  // up 2.5 %, below the average
    EXPECT_EQ(order_count(), 0U);
    trades({120_d});
    EXPECT_EQ(order_count(), 1U);
}

TEST_F(MomentumTest, TakesBarsOfItsIntervalOnly) {
    start(R"({"source":"bars","lookback":1,"quantity":"1","bar_interval":60000000000})");
    const auto bar = [&](Decimal close, std::int64_t interval) {
        run->bar(
            btc,
            {.open = close, .high = close, .low = close, .close = close, .interval_ns = interval});
    };
    bar(100_d, kNsPerMinute);
    bar(200_d, kNsPerHour);
    run->trade(btc, 300_d, 1_d);
    EXPECT_EQ(order_count(), 0U);
    bar(101_d, kNsPerMinute);
    EXPECT_EQ(order_count(), 1U);
}

TEST_F(MomentumTest, ForgetsThePricesBeforeAGap) {
    start();
    trades({100_d, 100_d, 100_d});
    auto gap = make_event<tradectl_status_event>();
    gap.status = TRADECTL_STATUS_GAP;
    run->send(gap);
    trades({110_d, 110_d, 110_d});
    EXPECT_EQ(order_count(), 0U);
    trades({112_d});
    EXPECT_EQ(order_count(), 1U);
}

TEST_F(MomentumTest, IgnoresPricesAndQuantitiesThatCannotBe) {
    start();
    trades({100_d, 0_d, Decimal::null(), Decimal::min(), -5_d, 100_d, 100_d});
    run->trade(btc, 200_d, -1_d);
    run->trade(btc, 200_d, Decimal::null());
    run->trade(7, 200_d, 1_d);
    EXPECT_EQ(order_count(), 0U);
    trades({102_d});
    EXPECT_EQ(order_count(), 1U);
}

TEST_F(MomentumTest, SurvivesTheLargestNumbers) {
    start();
    for (int i = 0; i < 8; ++i)
        run->trade(btc, i % 2 == 0 ? Decimal::max() : Decimal::from_raw(1), Decimal::max());
    EXPECT_EQ(run->status(), TRADECTL_OK);
}

TEST_F(MomentumTest, CoolsDownWhenTheHostRefusesTheOrder) {
    start();
    host.refuse(TRADECTL_COMMAND_SUBMIT, TRADECTL_QUOTA);
    rise();
    EXPECT_EQ(order_count(), 0U);
    host.refuse(TRADECTL_COMMAND_SUBMIT, TRADECTL_OK);
    rise();
    EXPECT_EQ(order_count(), 0U);
    run->advance(kNsPerMinute);
    rise();
    EXPECT_EQ(order_count(), 1U);
}

TEST_F(MomentumTest, RefusesSettingsThatNeverExitOrNeverBuy) {
    StrategyRun never_exits(
        host, kStrategyApi<Momentum>, R"({"target":"0","stop":"0","hold_max":0})");
    EXPECT_EQ(never_exits.status(), TRADECTL_INVALID_ARGUMENT);
    EXPECT_NE(never_exits.error().find("nothing would ever exit"), std::string::npos);
    StrategyRun never_buys(host, kStrategyApi<Momentum>, R"({"notional":"0"})");
    EXPECT_EQ(never_buys.status(), TRADECTL_INVALID_ARGUMENT);
}

TEST_F(MomentumTest, RefusesALookbackOutOfBounds) {
    StrategyRun zero(host, kStrategyApi<Momentum>, R"({"lookback":0})");
    EXPECT_EQ(zero.status(), TRADECTL_INVALID_ARGUMENT);
    EXPECT_EQ(zero.error(), "configure: setting \"lookback\": 0 is not in 1 .. 65536");
}

}  // namespace
}  // namespace tradectl::momentum
