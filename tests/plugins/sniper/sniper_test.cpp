#include "tests/plugins/sniper/sniper_fixture.hpp"

namespace tradectl::sniper {
namespace {

TEST_F(SniperTest, BuysAFavouriteBeforeTheClose) {
    start();
    book(yes, 0.95_d);
    ASSERT_EQ(orders().size(), 1U);
    EXPECT_EQ(price_of(0), 0.96_d);
    EXPECT_EQ(quantity_of(0), 10.41_d);
    EXPECT_EQ(orders()[0].time_in_force, TRADECTL_TIF_IOC);
    EXPECT_NE(orders()[0].intent_tag, 0U);
    EXPECT_EQ(last_note(), "shot, near resolution: rain-yes.poly");
}

TEST_F(SniperTest, KnowsAFavouriteByItsPrice) {
    start(R"("favourite_min":"0.90","favourite_max":"0.98","once_per":"instrument")");
    book(yes, 0.89_d);
    EXPECT_EQ(last_note(), "left, not a favourite: rain-yes.poly");
    book(yes, 0.90_d);
    EXPECT_EQ(orders().size(), 1U);
    book(no, 0.99_d);
    EXPECT_EQ(last_note(), "left, too dear: rain-no.poly");
    book(no, 0.98_d);
    ASSERT_EQ(orders().size(), 2U);
    EXPECT_EQ(price_of(1), 0.98_d);  // the slippage does not go beyond
}

TEST_F(SniperTest, WaitsUntilTheCloseIsNear) {
    start(R"("close_within":1800000000000)");
    run->advance(30 * kNsPerMinute - kNsPerSecond);
    book(yes, 0.95_d);
    EXPECT_TRUE(orders().empty());
    EXPECT_EQ(note_count(), 0U);
    run->advance(kNsPerSecond);
    book(yes, 0.95_d);
    EXPECT_EQ(orders().size(), 1U);
}

TEST_F(SniperTest, LooksAgainAtAMarketThatDoesNotMove) {
    start(R"("close_within":1800000000000,"quote_age_max":0)");
    book(yes, 0.95_d);
    run->advance(30 * kNsPerMinute - kNsPerSecond);
    EXPECT_TRUE(orders().empty());
    run->advance(kNsPerSecond);
    EXPECT_EQ(orders().size(), 1U);
}

TEST_F(SniperTest, LeavesWhatIsOverOrHasNoClose) {
    start(R"("quote_age_max":0)");
    run->advance(kNsPerHour - 1);
    run->quote(no, {.bid = 0.1_d, .ask = 0.2_d});
    run->advance(1);
    book(yes, 0.95_d);
    EXPECT_TRUE(orders().empty());
    const auto open = host.add_instrument({.name = "x-yes.poly", .quote = "pUSD"});
    book(open, 0.95_d);
    EXPECT_TRUE(orders().empty());
}

TEST_F(SniperTest, ShootsOnceAtAMarket) {
    start();
    book(yes, 0.95_d);
    book(yes, 0.96_d);
    book(no, 0.95_d);
    restart();
    book(yes, 0.95_d);
    book(no, 0.95_d);
    EXPECT_EQ(orders().size(), 1U);
    EXPECT_TRUE(keeps("done/rain"));
}

TEST_F(SniperTest, ShootsOnceAtAnInstrumentWhenAsked) {
    start(R"("once_per":"instrument")");
    book(yes, 0.95_d);
    book(yes, 0.95_d);
    book(no, 0.95_d);
    EXPECT_EQ(orders().size(), 2U);
    EXPECT_NE(orders()[0].intent_tag, orders()[1].intent_tag);
}

TEST_F(SniperTest, ShootsOnceEvenWhenDenied) {
    start();
    book(yes, 0.95_d);
    run->order_status(orders()[0].order_ref, OrderStatus::Denied);
    book(yes, 0.95_d);
    EXPECT_EQ(orders().size(), 1U);
}

TEST_F(SniperTest, TakesBackAShotThatTheHostRefused) {
    start();
    host.refuse(TRADECTL_COMMAND_SUBMIT, TRADECTL_QUOTA);
    book(yes, 0.95_d);
    EXPECT_FALSE(keeps("done/rain"));
    EXPECT_FALSE(keeps("spent"));
    host.refuse(TRADECTL_COMMAND_SUBMIT, TRADECTL_OK);
    book(yes, 0.95_d);
    EXPECT_EQ(orders().size(), 1U);
}

TEST_F(SniperTest, DoesNotShootWhatItCannotKeep) {
    start();
    host.refuse(TRADECTL_COMMAND_KV_PUT, TRADECTL_QUOTA);
    book(yes, 0.95_d);
    EXPECT_TRUE(orders().empty());
    EXPECT_EQ(last_note(), "left, could not be kept: rain-yes.poly");
}

TEST_F(SniperTest, KeepsTheShotBeforeTheOrderOfItsTurn) {
    start();
    host.forget_commands();
    book(yes, 0.95_d);
    ASSERT_FALSE(host.commands().empty());
    EXPECT_EQ(host.commands().front().type(), TRADECTL_COMMAND_KV_PUT);
    EXPECT_EQ(host.commands().back().type(), TRADECTL_COMMAND_SUBMIT);
}

TEST_F(SniperTest, NotesAReasonOnce) {
    start(R"("spread_max":"0.005")");
    for (int i = 0; i < 5; ++i)
        book(yes, 0.95_d);
    EXPECT_EQ(note_count(), 1U);
    EXPECT_EQ(last_note(), "left, spread: rain-yes.poly");
    book(no, 0.95_d);
    EXPECT_EQ(note_count(), 2U);
}

TEST_F(SniperTest, BuysWhatWasJustListed) {
    start(R"("mode":"new-market")");
    book(yes, 0.95_d);
    const auto fresh = add("snow-yes.poly", 30 * kNsPerDay);
    tell(fresh, TRADECTL_INSTRUMENT_LISTED);
    EXPECT_EQ(last_note(), "left, no offer: snow-yes.poly");
    book(fresh, 0.30_d);
    ASSERT_EQ(orders().size(), 1U);
    EXPECT_EQ(price_of(0), 0.31_d);
    EXPECT_EQ(last_note(), "shot, new market: snow-yes.poly");
}

TEST_F(SniperTest, SubscribesToWhatIsListed) {
    start();
    const auto before =
        host.commands_of<tradectl_subscribe_command>(TRADECTL_COMMAND_SUBSCRIBE).size();
    tell(add("snow-yes.poly"), TRADECTL_INSTRUMENT_LISTED);
    EXPECT_EQ(host.commands_of<tradectl_subscribe_command>(TRADECTL_COMMAND_SUBSCRIBE).size(),
              before + 1);
}

TEST_F(SniperTest, LeavesAListingThatIsOld) {
    start(R"("mode":"new-market","listing_age_max":60000000000)");
    const auto a = add("snow-yes.poly"), b = add("hail-yes.poly");
    tell(a, TRADECTL_INSTRUMENT_LISTED);
    tell(b, TRADECTL_INSTRUMENT_LISTED);
    run->advance(kNsPerMinute);
    book(a, 0.30_d);
    EXPECT_EQ(orders().size(), 1U);
    run->advance(1);
    book(b, 0.30_d);
    EXPECT_EQ(orders().size(), 1U);
}

TEST_F(SniperTest, KnowsOverARestartWhenAMarketWasListed) {
    start(R"("mode":"new-market")");
    const auto fresh = add("snow-yes.poly");
    tell(fresh, TRADECTL_INSTRUMENT_LISTED);
    run->advance(kNsPerMinute);
    restart(R"("mode":"new-market")");
    tell(fresh, TRADECTL_INSTRUMENT_LISTED);  // told again
    run->advance(4 * kNsPerMinute);
    book(fresh, 0.30_d);
    EXPECT_EQ(orders().size(), 1U);
    EXPECT_TRUE(keeps("listed/snow-yes.poly"));
}

TEST_F(SniperTest, LeavesWhatWasThereAtTheStart) {
    start(R"("mode":"new-market")");
    tell(yes, TRADECTL_INSTRUMENT_LISTED, TRADECTL_EVENT_FLAG_SNAPSHOT);
    book(yes, 0.95_d);
    EXPECT_TRUE(orders().empty());
}

TEST_F(SniperTest, SpendsNoMoreThanItsBudget) {
    start(R"("budget":"15","once_per":"instrument","slippage":"0")");
    book(yes, 0.95_d);
    book(no, 0.95_d);
    ASSERT_EQ(orders().size(), 2U);
    EXPECT_EQ(quantity_of(0), 10.52_d);
    EXPECT_EQ(quantity_of(1), 5.26_d);  // of the 5.006 that are left
    book(add("snow-yes.poly"), 0.95_d);
    EXPECT_EQ(orders().size(), 2U);
}

TEST_F(SniperTest, TakesBackIntoTheBudgetWhatDidNotFill) {
    start(R"("budget":"10","once_per":"instrument","slippage":"0","trade_notional_max":"9.5")");
    book(yes, 0.95_d);
    run->fill(orders()[0].order_ref, 0.95_d, 4_d);
    run->order_status(orders()[0].order_ref, OrderStatus::Canceled);
    EXPECT_EQ(as_text(host.kv().at("spent")), "3.8");
    book(no, 0.95_d);
    ASSERT_EQ(orders().size(), 2U);
    EXPECT_EQ(quantity_of(1), 6.52_d);
}

TEST_F(SniperTest, KeepsTheBudgetOfAnOrderThatEndedUnheard) {
    start(R"("budget":"10","slippage":"0")");
    book(yes, 0.95_d);
    restart(R"("budget":"10","slippage":"0")");  // the order is in no snapshot any more
    EXPECT_FALSE(keeps("order/1"));
    EXPECT_EQ(as_text(host.kv().at("spent")), "9.994");
}

TEST_F(SniperTest, SpendsNothingWhileWhatWasSpentIsNotKnown) {
    host.kv()["spent"] = {'?'};
    start();
    book(yes, 0.95_d);
    EXPECT_TRUE(orders().empty());
    EXPECT_EQ(last_note(), "left, budget: rain-yes.poly");
}

TEST_F(SniperTest, OpensNoMorePositionsThanAllowed) {
    start(R"("positions_max":1,"once_per":"instrument")");
    book(yes, 0.95_d);
    run->fill(orders()[0].order_ref, 0.95_d, quantity_of(0));
    book(no, 0.95_d);
    EXPECT_EQ(orders().size(), 1U);
    EXPECT_EQ(last_note(), "left, positions: rain-no.poly");
}

TEST_F(SniperTest, APositionThatWaitsToBePaidCountsNoMore) {
    start(R"("positions_max":1,"exposure_max":"10","once_per":"instrument")");
    book(yes, 0.95_d);
    run->fill(orders()[0].order_ref, 0.95_d, quantity_of(0));
    resolve(yes);
    book(no, 0.95_d);
    EXPECT_EQ(orders().size(), 2U);
}

TEST_F(SniperTest, ShootsNothingWhileHalted) {
    start();
    run->status_event(TRADECTL_STATUS_HALTED);
    book(yes, 0.95_d);
    EXPECT_TRUE(orders().empty());
    EXPECT_EQ(last_note(), "left, halted: rain-yes.poly");
    run->status_event(TRADECTL_STATUS_ACTIVE);
    book(yes, 0.95_d);
    EXPECT_EQ(orders().size(), 1U);
}

TEST_F(SniperTest, KeepsToTheListsOfMarketsAndToDepth) {
    start(R"("deny":["rain-no*"],"depth_min":"950.01","once_per":"instrument")");
    book(no, 0.95_d);
    EXPECT_EQ(last_note(), "left, market denied: rain-no.poly");
    book(yes, 0.95_d);
    EXPECT_EQ(last_note(), "left, depth: rain-yes.poly");
    book(yes, 0.96_d);
    EXPECT_EQ(orders().size(), 1U);
}

TEST_F(SniperTest, KeepsItsDistanceFromTheClose) {
    start(R"("close_margin":600000000000)");
    run->advance(50 * kNsPerMinute + 1);
    book(yes, 0.95_d);
    EXPECT_EQ(last_note(), "left, close is near: rain-yes.poly");
    restart(R"("close_margin":599999999999)");
    book(yes, 0.95_d);
    EXPECT_EQ(orders().size(), 1U);
}

TEST_F(SniperTest, DeclaresTheExitsThatAreSet) {
    start(R"("target":"0.03","stop":"0.2","hold_max":3600000000000)");
    book(yes, 0.95_d);
    const auto exits = host.commands_of<tradectl_exits_command>(TRADECTL_COMMAND_EXITS);
    ASSERT_EQ(exits.size(), 1U);
    EXPECT_EQ(exits[0].rules, TRADECTL_EXIT_TARGET | TRADECTL_EXIT_STOP | TRADECTL_EXIT_TIME);
    EXPECT_EQ(exits[0].hold_ns_max, kNsPerHour);
}

TEST_F(SniperTest, ADryRunUsesUpNoShotOfTheRealOne) {
    start(R"("dry_run":true)");
    book(yes, 0.95_d);
    book(yes, 0.95_d);
    EXPECT_TRUE(orders().empty());
    EXPECT_EQ(note_count(), 1U);
    EXPECT_FALSE(keeps("spent"));
    restart();
    book(yes, 0.95_d);
    EXPECT_EQ(orders().size(), 1U);
}

TEST_F(SniperTest, ForgetsAShotWhenTheMarketHasResolved) {
    start();
    book(yes, 0.95_d);
    host.set_instrument_status(yes, TRADECTL_INSTRUMENT_CLOSED);
    tell(yes, TRADECTL_INSTRUMENT_STATUS_CHANGED);
    EXPECT_TRUE(keeps("done/rain"));
    resolve(yes);
    EXPECT_FALSE(keeps("done/rain"));
}

TEST_F(SniperTest, RefusesSettingsThatContradictThemselves) {
    for (const char* bad : {R"({"favourite_min":"0.99","favourite_max":"0.98"})",
                            R"({"trade_notional_max":"0"})",
                            R"({"mode":"later"})"}) {
        StrategyRun other(host, kStrategyApi<Sniper>, bad);
        EXPECT_EQ(other.status(), TRADECTL_INVALID_ARGUMENT) << bad;
    }
}

}  // namespace
}  // namespace tradectl::sniper
