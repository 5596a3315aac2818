#include "tests/plugins/scalping/scalping_fixture.hpp"

namespace tradectl::scalping {
namespace {

TEST_F(ScalpingTest, BidsAtTheTouchWhenThePriceStraysBelowTheMean) {
    start();
    dip();
    ASSERT_EQ(orders().size(), 1U);
    EXPECT_EQ(orders()[0].side, TRADECTL_SIDE_BUY);
    EXPECT_EQ(orders()[0].order_type, TRADECTL_ORDER_LIMIT);
    EXPECT_EQ(orders()[0].order_flags, TRADECTL_ORDER_POST_ONLY);
    EXPECT_EQ(price_of(0), 97.95_d);
    EXPECT_EQ(Decimal::from_abi(orders()[0].quantity), 0.5_d);
    EXPECT_TRUE(host.problems().empty());
}

TEST_F(ScalpingTest, StaysOutJustInsideTheOffset) {
    start();
    touch(98.5_d, 98.55_d);
    trades({100_d, 98.53_d});  // 0.49 % below the mean of 99.02
    EXPECT_EQ(orders().size(), 0U);
}

TEST_F(ScalpingTest, StaysOutBeforeTheMeanIsReady) {
    start(R"("volume_min":"0")");
    touch(97.95_d, 98.00_d);
    trades({98_d});
    EXPECT_EQ(orders().size(), 0U);
}

TEST_F(ScalpingTest, StaysOutWithoutABook) {
    start();
    trades({100_d, 98_d});
    touch(97.95_d, Decimal::null());
    trades({97_d});
    EXPECT_EQ(orders().size(), 0U);
}

TEST_F(ScalpingTest, StaysOutOfACrossedBook) {
    start();
    touch(98.05_d, 98.00_d);
    trades({100_d, 98_d});
    EXPECT_EQ(orders().size(), 0U);
}

TEST_F(ScalpingTest, StaysOutWhenTheSpreadIsTooWide) {
    start(R"("spread_max":"0.0005")");
    dip();  // a spread of 0.00051
    EXPECT_EQ(orders().size(), 0U);
    touch(97.96_d, 98.00_d);
    trades({97_d});
    EXPECT_EQ(orders().size(), 1U);
}

TEST_F(ScalpingTest, WantsALowIndexForALong) {
    start(R"("rsi_period":2,"rsi_entry":"30")");
    touch(97.95_d, 98.00_d);
    trades({97_d, 100_d, 98_d});  // gained 3, lost 2: 60
    EXPECT_EQ(orders().size(), 0U);
    touch(89.95_d, 90.00_d);
    trades({90_d});  // 1.5 gained, 5 lost on average: 23
    EXPECT_EQ(orders().size(), 1U);
}

TEST_F(ScalpingTest, WaitsForTheIndexToBeReady) {
    start(R"("rsi_period":5,"rsi_entry":"50")");
    dip();
    EXPECT_EQ(orders().size(), 0U);
}

TEST_F(ScalpingTest, WantsTheVolumeOverTheWindow) {
    start(R"("volume_min":"2.5")");
    dip();
    EXPECT_EQ(orders().size(), 0U);
    run->trade(btc, 96_d, 1.5_d);
    EXPECT_EQ(orders().size(), 1U);
}

TEST_F(ScalpingTest, WantsQuantityBehindItsSideOfTheTouch) {
    start(R"("imbalance_min":"0.6")");
    dip();  // equal quantities
    EXPECT_EQ(orders().size(), 0U);
    run->quote(btc, {.bid = 97.95_d, .ask = 98_d, .quantity = 3_d, .ask_quantity = 2_d});
    trades({97_d});
    EXPECT_EQ(orders().size(), 1U);
}

TEST_F(ScalpingTest, DeclaresItsExitsBeforeTheEntry) {
    start(R"("target":"0.002","stop":"0.004","hold_max":30000000000)");
    dip();
    const auto exits = host.commands_of<tradectl_exits_command>(TRADECTL_COMMAND_EXITS);
    ASSERT_EQ(exits.size(), 1U);
    EXPECT_EQ(exits[0].rules, TRADECTL_EXIT_TARGET | TRADECTL_EXIT_STOP | TRADECTL_EXIT_TIME);
    EXPECT_EQ(Decimal::from_abi(exits[0].target_offset), 0.002_d);
    EXPECT_EQ(Decimal::from_abi(exits[0].stop_offset), 0.004_d);
    EXPECT_EQ(exits[0].hold_ns_max, 30 * kNsPerSecond);
}

TEST_F(ScalpingTest, SaysWhyWithTheNumbers) {
    start();
    dip();
    const auto notes = host.commands_of<tradectl_decide_command>(TRADECTL_COMMAND_DECIDE);
    ASSERT_EQ(notes.size(), 1U);
    EXPECT_EQ(notes[0].order_ref, orders()[0].order_ref);
    ASSERT_EQ(notes[0].number_count, 7U);
    EXPECT_STREQ(notes[0].numbers[0].name, "offset");
    EXPECT_EQ(Decimal::from_abi(notes[0].numbers[0].value), 0.006757_d);
    EXPECT_TRUE(Decimal::from_abi(notes[0].numbers[1].value).is_null());  // no index
    EXPECT_EQ(Decimal::from_abi(notes[0].numbers[3].value), 0.5_d);
    EXPECT_EQ(Decimal::from_abi(notes[0].numbers[4].value), 2_d);
}

TEST_F(ScalpingTest, HoldsAfterAFillAndCoolsDownAfterTheExit) {
    start();
    dip();
    run->fill(1, 97.95_d, 0.5_d);
    run->advance(kNsPerMinute);
    dip();
    EXPECT_EQ(orders().size(), 1U);
    EXPECT_EQ(cancel_count(), 0U);
    flat(btc);
    dip();
    EXPECT_EQ(orders().size(), 1U);
    run->advance(10 * kNsPerSecond);
    dip();
    EXPECT_EQ(orders().size(), 2U);
}

TEST_F(ScalpingTest, KeepsWhatAPartFilledBeforeTheTouchMoved) {
    start();
    dip();
    run->fill(1, 97.95_d, 0.2_d);
    touch(97.96_d, 98.00_d);
    EXPECT_EQ(cancel_count(), 1U);
    run->order_status(1, OrderStatus::Canceled, TRADECTL_REASON_CANCELED_BY_STRATEGY);
    dip();
    EXPECT_EQ(orders().size(), 1U);
}

TEST_F(ScalpingTest, StaysOutOfARiseUnlessShortIsAllowed) {
    start();
    rise();
    EXPECT_EQ(orders().size(), 0U);
}

TEST_F(ScalpingTest, OffersWhatTheAccountHasWhenShortIsAllowed) {
    start(R"("allow_short":true)");
    rise();
    EXPECT_EQ(orders().size(), 0U);
    run->set_balance("BTC", 0.5_d);
    rise();
    ASSERT_EQ(orders().size(), 1U);
    EXPECT_EQ(orders()[0].side, TRADECTL_SIDE_SELL);
    EXPECT_EQ(price_of(0), 102_d);
    touch(101.90_d, 101.95_d);
    EXPECT_EQ(cancel_count(), 1U);
}

TEST_F(ScalpingTest, SellsAPerpetualShortWithoutItsBase) {
    btc = host.add_instrument({.name = "BTC-PERP.paper", .kind = TRADECTL_INSTRUMENT_PERPETUAL});
    start(R"("allow_short":true,"rsi_period":1,"rsi_entry":"20")");
    rise();
    ASSERT_EQ(orders().size(), 1U);
    EXPECT_EQ(orders()[0].side, TRADECTL_SIDE_SELL);
    EXPECT_EQ(orders()[0].header.instrument, btc);
}

TEST_F(ScalpingTest, PullsAnOrderFromBeforeARestart) {
    start();
    dip();
    auto left = tradectl_open_order{};
    left.order_ref = orders()[0].order_ref;
    left.instrument = btc;
    left.status = TRADECTL_ORDER_STATUS_ACKNOWLEDGED;
    run->stop();
    run.emplace(host, kStrategyApi<Scalping>, with(""));
    run->set_open_order(left);
    run->advance(0);
    ASSERT_EQ(cancel_count(), 1U);
    run->order_status(left.order_ref, OrderStatus::Canceled);
    dip();  // and pauses
    EXPECT_EQ(orders().size(), 1U);
}

TEST_F(ScalpingTest, LeavesTheOrdersOfTheHostAlone) {
    run.emplace(host, kStrategyApi<Scalping>, with(""));
    auto exit = tradectl_open_order{};
    exit.order_ref = std::uint64_t{1} << 62;
    exit.instrument = btc;
    exit.status = TRADECTL_ORDER_STATUS_ACKNOWLEDGED;
    run->set_open_order(exit);
    run->advance(0);
    EXPECT_EQ(cancel_count(), 0U);
}

TEST_F(ScalpingTest, KeepsThePauseOverARestart) {
    start();
    dip();
    run->order_status(1, OrderStatus::Rejected);
    run->stop();
    start();
    dip();
    EXPECT_EQ(orders().size(), 1U);
    run->advance(10 * kNsPerSecond);
    dip();
    EXPECT_EQ(orders().size(), 2U);
}

TEST_F(ScalpingTest, ForgetsThePricesBeforeAGap) {
    start();
    touch(97.95_d, 98.00_d);
    trades({100_d, 100_d});
    run->status_event(TRADECTL_STATUS_GAP);
    trades({98_d});
    EXPECT_EQ(orders().size(), 0U);
}

TEST_F(ScalpingTest, KeepsInstrumentsApart) {
    const auto eth = host.add_instrument({.name = "ETH-USD.paper", .base = "ETH"});
    start();
    dip();
    run->quote(eth, {.bid = 97.95_d, .ask = 98.00_d});
    run->trade(eth, 100_d, 1_d);
    run->trade(eth, 98_d, 1_d);
    ASSERT_EQ(orders().size(), 2U);
    EXPECT_EQ(orders()[1].header.instrument, eth);
}

TEST_F(ScalpingTest, IgnoresPricesAndQuantitiesThatCannotBe) {
    start();
    touch(97.95_d, 98.00_d);
    trades({100_d, 0_d, Decimal::null(), Decimal::min()});
    run->trade(btc, 98_d, 0_d);
    run->trade(btc, 98_d, Decimal::null());
    run->trade(7, 98_d, 1_d);
    EXPECT_EQ(orders().size(), 0U);
    trades({98_d});
    EXPECT_EQ(orders().size(), 1U);
}

TEST_F(ScalpingTest, SurvivesTheLargestNumbers) {
    start(R"("allow_short":true,"rsi_period":2)");
    for (int i = 0; i < 8; ++i) {
        touch(Decimal::from_raw(1), i % 2 == 0 ? Decimal::max() : Decimal::from_raw(2));
        run->trade(btc, i % 2 == 0 ? Decimal::max() : Decimal::from_raw(1), Decimal::max());
    }
    EXPECT_EQ(run->status(), TRADECTL_OK);
}

TEST_F(ScalpingTest, PausesWhenAnEntryIsBelowTheLot) {
    start_all(R"({"ema_period":2,"entry_offset":"0.005","rsi_period":0,"notional":"0.01"})");
    dip();
    dip();
    EXPECT_EQ(orders().size(), 0U);
    EXPECT_EQ(host.log_lines().size(), 1U);
}

TEST_F(ScalpingTest, RefusesSettingsThatNeverExitOrNeverBuy) {
    StrategyRun never_exits(
        host, kStrategyApi<Scalping>, R"({"target":"0","stop":"0","hold_max":0})");
    EXPECT_EQ(never_exits.status(), TRADECTL_INVALID_ARGUMENT);
    EXPECT_NE(never_exits.error().find("nothing would ever exit"), std::string::npos);
    StrategyRun never_buys(host, kStrategyApi<Scalping>, R"({"notional":"0"})");
    EXPECT_EQ(never_buys.status(), TRADECTL_INVALID_ARGUMENT);
    StrategyRun odd_index(host, kStrategyApi<Scalping>, R"({"rsi_entry":"50.1"})");
    EXPECT_EQ(odd_index.status(), TRADECTL_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace tradectl::scalping
