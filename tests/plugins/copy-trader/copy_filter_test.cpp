// Each filter and each cap of a purchase, on both sides of its boundary.
#include "tests/plugins/copy-trader/copy_trader_fixture.hpp"

namespace tradectl::copy_trader {
namespace {

TEST_F(CopyTraderTest, WantsAFillYoungEnough) {
    start(R"("age_max":5000000000)");
    EXPECT_EQ(orders_for({.id = "a", .age_ns = 5 * kNsPerSecond}), 1U);
    EXPECT_EQ(orders_for({.id = "b", .age_ns = 5 * kNsPerSecond + 1}), 0U);
    EXPECT_EQ(last_note(), "skipped, too old: b");
}

TEST_F(CopyTraderTest, DoesNotBelieveAFillOfTheFuture) {
    start();
    EXPECT_EQ(orders_for({.id = "a", .age_ns = -kNsPerMinute}), 1U);
    EXPECT_EQ(orders_for({.id = "b", .age_ns = -kNsPerMinute - 1}), 0U);
    run->advance(kNsPerMinute);
    book(0.49_d, 0.50_d);
    EXPECT_EQ(orders_for({.id = "c"}), 1U);  // nor does it hide what follows
}

TEST_F(CopyTraderTest, WantsThePriceNearTheirs) {
    start(R"("drift_max":"0.03","slippage":"0.5")");
    book(0.51_d, 0.53_d);
    EXPECT_EQ(orders_for({.id = "a"}), 1U);
    book(0.51_d, 0.54_d);
    EXPECT_EQ(orders_for({.id = "b"}), 0U);
    EXPECT_EQ(last_note(), "skipped, drift: b");
    book(0.40_d, 0.46_d);
    EXPECT_EQ(orders_for({.id = "c"}), 0U);
    book(0.40_d, 0.47_d);
    EXPECT_EQ(orders_for({.id = "d"}), 1U);
}

TEST_F(CopyTraderTest, WantsThePriceNearTheirsAsAShareOfIt) {
    start(R"("drift_share_max":"0.1","slippage":"0.5")");
    book(0.51_d, 0.55_d);
    EXPECT_EQ(orders_for({.id = "a"}), 1U);
    book(0.51_d, 0.56_d);
    EXPECT_EQ(orders_for({.id = "b"}), 0U);
}

TEST_F(CopyTraderTest, PaysNoMoreThanTheSlippageAllows) {
    start(R"("slippage":"0.02","slippage_share":"0.02")");
    book(0.51_d, 0.53_d);
    EXPECT_EQ(orders_for({.id = "a"}), 1U);
    EXPECT_EQ(price_of(0), 0.53_d);
    book(0.51_d, 0.54_d);
    EXPECT_EQ(orders_for({.id = "b"}), 0U);
    EXPECT_EQ(last_note(), "skipped, slippage: b");
}

TEST_F(CopyTraderTest, RestsBelowAnOfferThatALimitOrderDoesNotReach) {
    start(R"("order_type":"limit","slippage":"0")");
    EXPECT_EQ(orders_for({.price = 0.45_d}), 1U);
    EXPECT_EQ(price_of(0), 0.45_d);
}

TEST_F(CopyTraderTest, WantsThePriceInItsBand) {
    start(R"("price_min":"0.10","price_max":"0.60","slippage":"0.5")");
    const auto at = [&](const char* id, Decimal ask) {
        book(0.05_d, ask);
        return orders_for({.id = id, .price = ask});
    };
    EXPECT_EQ(at("a", 0.10_d), 1U);
    EXPECT_EQ(at("b", 0.09_d), 0U);
    EXPECT_EQ(last_note(), "skipped, price too low: b");
    EXPECT_EQ(at("c", 0.60_d), 1U);
    EXPECT_EQ(price_of(1), 0.60_d);  // the slippage stays in the band
    EXPECT_EQ(at("d", 0.61_d), 0U);
    EXPECT_EQ(last_note(), "skipped, price too high: d");
}

TEST_F(CopyTraderTest, PaysNoMoreThanTheInstrumentAllows) {
    start();
    book(0.97_d, 0.98_d);
    EXPECT_EQ(orders_for({.price = 0.98_d}), 1U);
    EXPECT_EQ(price_of(0), 0.99_d);
}

TEST_F(CopyTraderTest, WantsASpreadNarrowEnough) {
    start(R"("spread_max":"0.04")");
    book(0.46_d, 0.50_d);
    EXPECT_EQ(orders_for({.id = "a"}), 1U);
    book(0.45_d, 0.50_d);
    EXPECT_EQ(orders_for({.id = "b"}), 0U);
    EXPECT_EQ(last_note(), "skipped, spread: b");
    book(Decimal::null(), 0.50_d);
    EXPECT_EQ(orders_for({.id = "c"}), 0U);
    EXPECT_EQ(last_note(), "skipped, spread not known: c");
}

TEST_F(CopyTraderTest, WantsDepthAtTheOffer) {
    start(R"("depth_min":"50")");
    book(0.49_d, 0.50_d, 100_d);
    EXPECT_EQ(orders_for({.id = "a"}), 1U);
    book(0.49_d, 0.50_d, 99.99_d);
    EXPECT_EQ(orders_for({.id = "b"}), 0U);
    EXPECT_EQ(last_note(), "skipped, depth: b");
    book(0.49_d, 0.50_d, Decimal::null());
    EXPECT_EQ(orders_for({.id = "c"}), 1U);  // null takes the bid's 1000
}

TEST_F(CopyTraderTest, WantsABookThatIsFreshAndSound) {
    start(R"("quote_age_max":10000000000)");
    run->advance(10 * kNsPerSecond);
    EXPECT_EQ(orders_for({.id = "a"}), 1U);
    run->advance(1);
    EXPECT_EQ(orders_for({.id = "b"}), 0U);
    EXPECT_EQ(last_note(), "skipped, book too old: b");
    book(0.50_d, 0.50_d);
    EXPECT_EQ(orders_for({.id = "c"}), 0U);
    EXPECT_EQ(last_note(), "skipped, book crossed: c");
    book(0.49_d, Decimal::null());
    EXPECT_EQ(orders_for({.id = "d"}), 0U);
    EXPECT_EQ(last_note(), "skipped, no offer: d");
}

TEST_F(CopyTraderTest, StaysAwayFromTheClose) {
    start(R"("close_margin":3600000000000)");
    const std::int64_t left = host.instrument(yes).close_time - host.now().ns();
    run->advance(left - kNsPerHour);
    book(0.49_d, 0.50_d);
    EXPECT_EQ(orders_for({.id = "a"}), 1U);
    run->advance(1);
    book(0.49_d, 0.50_d);
    EXPECT_EQ(orders_for({.id = "b"}), 0U);
    EXPECT_EQ(last_note(), "skipped, close is near: b");
}

TEST_F(CopyTraderTest, StaysAwayFromAMarketThatIsNotOpen) {
    start();
    host.set_instrument_status(yes, TRADECTL_INSTRUMENT_CLOSING);
    EXPECT_EQ(orders_for({}), 0U);
    EXPECT_EQ(last_note(), "skipped, market not open: f1");
}

TEST_F(CopyTraderTest, KeepsToTheListsOfMarkets) {
    start(R"("allow":["will-it-*"],"deny":["*-no.poly"])");
    EXPECT_EQ(orders_for({.id = "a"}), 1U);
    run->quote(no, {.bid = 0.49_d, .ask = 0.50_d});
    run->send(event_of({.id = "b"}, no));
    EXPECT_EQ(last_note(), "skipped, market denied: b");
    restart(R"("allow":["snow*"])");
    EXPECT_EQ(orders_for({.id = "c"}), 0U);
    EXPECT_EQ(last_note(), "skipped, market not allowed: c");
}

TEST_F(CopyTraderTest, BuysNothingWhileHalted) {
    start();
    run->status_event(TRADECTL_STATUS_HALTED);
    EXPECT_EQ(orders_for({.id = "a"}), 0U);
    EXPECT_EQ(last_note(), "skipped, halted: a");
    run->status_event(TRADECTL_STATUS_REDUCE_ONLY);
    EXPECT_EQ(orders_for({.id = "b"}), 0U);
    run->status_event(TRADECTL_STATUS_ACTIVE);
    EXPECT_EQ(orders_for({.id = "c"}), 1U);
}

TEST_F(CopyTraderTest, CoolsDownInOneMarket) {
    start(R"("cooldown":60000000000)");
    EXPECT_EQ(orders_for({.id = "a"}), 1U);
    run->quote(no, {.bid = 0.49_d, .ask = 0.50_d, .quantity = 1000_d});
    run->send(event_of({.id = "other"}, no));
    EXPECT_EQ(orders().size(), 2U);
    run->advance(kNsPerMinute - 1);
    book(0.49_d, 0.50_d);
    EXPECT_EQ(orders_for({.id = "b"}), 0U);
    EXPECT_EQ(last_note(), "skipped, cool-down: b");
    run->advance(1);
    EXPECT_EQ(orders_for({.id = "c"}), 1U);
}

TEST_F(CopyTraderTest, CountsTheEntriesOfADayOverARestart) {
    start(R"("trades_per_day_max":2)");
    EXPECT_EQ(orders_for({.id = "a"}), 1U);
    restart(R"("trades_per_day_max":2)");
    EXPECT_EQ(orders_for({.id = "b"}), 1U);
    EXPECT_EQ(orders_for({.id = "c"}), 0U);
    EXPECT_EQ(last_note(), "skipped, entries of the day: c");
    run->advance(kNsPerDay - host.now().ns() % kNsPerDay);
    book(0.49_d, 0.50_d);
    EXPECT_EQ(orders_for({.id = "d"}), 1U);
}

TEST_F(CopyTraderTest, BuysNothingWhileTheCountOfTheDayIsNotKnown) {
    host.kv()["day"] = {'?'};
    start(R"("trades_per_day_max":2)");
    EXPECT_EQ(orders_for({}), 0U);
    EXPECT_EQ(last_note(), "skipped, entries of the day not known: f1");
}

TEST_F(CopyTraderTest, OpensNoMorePositionsThanAllowed) {
    start(R"("positions_max":1)");
    EXPECT_EQ(orders_for({.id = "a"}), 1U);  // counts while it is open
    run->quote(no, {.bid = 0.49_d, .ask = 0.50_d, .quantity = 1000_d});
    run->send(event_of({.id = "b"}, no));
    EXPECT_EQ(last_note(), "skipped, positions: b");
    fill_last();
    run->send(event_of({.id = "c"}, no));
    EXPECT_EQ(last_note(), "skipped, positions: c");
    EXPECT_EQ(orders_for({.id = "d"}), 1U);  // more of the same is no new one
}

TEST_F(CopyTraderTest, BuysNothingWhileTheBalanceIsNotKnown) {
    start();
    host.asset("pUSD");
    run.reset();
    start_all(R"({"wallets":["0xa11ce"],"sizing":"fixed"})");
    book(0.49_d, 0.50_d);
    EXPECT_EQ(orders_for({}), 0U);
    EXPECT_EQ(last_note(), "skipped, balance: f1");
}

TEST_F(CopyTraderTest, BuysNoMoreThanTheBalancePaysInOneTurn) {
    start();
    run->set_balance("pUSD", 15_d);
    for (const char* id : {"a", "b", "c"})
        run->add(event_of({.id = id}, yes));
    run->turn();
    ASSERT_EQ(orders().size(), 2U);
    EXPECT_EQ(quantity_of(0), 19.23_d);
    EXPECT_EQ(quantity_of(1), 9.61_d);  // of the 5.0004 that are left
    EXPECT_EQ(last_note(), "skipped, below the least quantity: c");
}

TEST_F(CopyTraderTest, BuysNothingWhileTheCostOfAPositionIsNotKnown) {
    start(R"("exposure_max":"100")");
    run->set_position(no, 5_d, Decimal::null());
    EXPECT_EQ(orders_for({}), 0U);
    EXPECT_EQ(last_note(), "skipped, exposure: f1");
}

TEST_F(CopyTraderTest, LeavesRoomForWhatIsHeldAndWhatIsOpen) {
    start(R"("exposure_max":"25")");
    EXPECT_EQ(orders_for({.id = "a"}), 1U);
    fill_last();
    EXPECT_EQ(orders_for({.id = "b"}), 1U);
    EXPECT_EQ(orders_for({.id = "c"}), 1U);
    EXPECT_EQ(quantity_of(2), 9.61_d);  // 25 less 19.9992, at 0.52
    EXPECT_EQ(orders_for({.id = "d"}), 0U);
    run->order_status(orders()[1].order_ref, OrderStatus::Canceled);
    EXPECT_EQ(orders_for({.id = "e"}), 1U);
}

TEST_F(CopyTraderTest, CapsOneMarket) {
    start(R"("market_exposure_max":"10")");
    EXPECT_EQ(orders_for({.id = "a"}), 1U);
    EXPECT_EQ(orders_for({.id = "b"}), 0U);
    run->quote(no, {.bid = 0.49_d, .ask = 0.50_d, .quantity = 1000_d});
    run->send(event_of({.id = "c"}, no));
    EXPECT_EQ(orders().size(), 2U);
}

TEST_F(CopyTraderTest, CapsOneWallet) {
    start(R"("wallet_exposure_max":"10")");
    EXPECT_EQ(orders_for({.id = "a"}), 1U);
    fill_last();
    EXPECT_EQ(orders_for({.id = "b"}), 0U);
    EXPECT_EQ(orders_for({.wallet = kBob, .id = "b"}), 1U);
}

TEST_F(CopyTraderTest, CountsWhatIsNobodysForEachWallet) {
    start(R"("wallet_exposure_max":"10")");
    run->set_position(no, 20_d, 0.5_d);
    EXPECT_EQ(orders_for({.id = "a"}), 0U);
    EXPECT_EQ(last_note(), "skipped, wallet exposure: a");
    EXPECT_EQ(orders_for({.wallet = kBob, .id = "a"}), 0U);
}

TEST_F(CopyTraderTest, CountsAnOpenOrderThatItDoesNotKnow) {
    start(R"("wallet_exposure_max":"10")");
    tradectl_open_order open{};
    open.order_ref = 77;
    open.instrument = no;
    open.side = TRADECTL_SIDE_BUY;
    open.order_qty = (20_d).to_abi();
    open.price = (0.5_d).to_abi();
    run->set_open_order(open);
    EXPECT_EQ(orders_for({.id = "a"}), 0U);
}

}  // namespace
}  // namespace tradectl::copy_trader
