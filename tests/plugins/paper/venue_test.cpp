#include "tests/plugins/paper/venue_fixture.hpp"

namespace tradectl::paper {
namespace {

// ---- Priority ----

TEST_F(VenueTest, BetterPriceThenEarlierOrderFillsFirst) {
    open();
    rest(limit(Side::Buy, 1_d, 99_d));         // o1
    rest(limit(Side::Buy, 1_d, 100_d));        // o2
    rest(limit(Side::Buy, 1_d, 100_d, kBob));  // o3
    trade(99_d, 2.5_d);
    EXPECT_EQ(fills_text(), "o2 1@99, o3 1@99, o1 0.5@99");
}

TEST_F(VenueTest, OrdersOfTwoAccountsTradeAtTheRestingPrice) {
    open();
    rest(limit(Side::Sell, 2_d, 100_d));
    EXPECT_EQ(submit(limit(Side::Buy, 1_d, 101_d, kBob)), TRADECTL_REASON_NONE);
    EXPECT_EQ(fills_text(), "o2 1@100, o1 1@100");
    EXPECT_EQ(fills[0].trade, fills[1].trade);
    EXPECT_EQ(fills[0].liquidity, Liquidity::Taker);
    EXPECT_EQ(balance(kBob, listing.quote).total, 9900_d);
    EXPECT_EQ(balance(kAlice, listing.quote).total, 10100_d);
    EXPECT_EQ(balance(kAlice, listing.base).held, 1_d);
}

TEST_F(VenueTest, TradesBetweenOurOrdersDoNotMoveTheLastPrice) {
    open();
    rest(limit(Side::Sell, 1_d, 100_d));
    rest(stop(Side::Sell, 1_d, 150_d));
    EXPECT_EQ(submit(limit(Side::Buy, 1_d, 100_d, kBob)), TRADECTL_REASON_NONE);
    EXPECT_EQ(triggers, 0);
}

// ---- Trades as the only feed ----

TEST_F(VenueTest, MarketOrderTakesNoMoreThanTheLastTrade) {
    open();
    trade(100_d, 1.05_d);
    const OrderTerms order = market_order(Side::Buy, 2_d);
    EXPECT_EQ(submit(order), TRADECTL_REASON_NONE);
    EXPECT_EQ(fills_text(), "o1 1@100");
    EXPECT_EQ(last("o1").status, OrderStatus::Canceled);
    EXPECT_EQ(last("o1").reason, TRADECTL_REASON_NO_LIQUIDITY);
    EXPECT_EQ(submit(market_order(Side::Sell, 1_d)), TRADECTL_REASON_NONE);
    EXPECT_EQ(fills.size(), 1u);  // the trade is used up
}

TEST_F(VenueTest, UnlimitedDepthIgnoresTheQuantityOfATrade) {
    MatchingRules rules = front();
    rules.depth = Depth::Unlimited;
    open(rules);
    trade(100_d, 0.01_d);
    EXPECT_EQ(submit(market_order(Side::Buy, 50_d)), TRADECTL_REASON_NONE);
    EXPECT_EQ(fills_text(), "o1 50@100");
}

TEST_F(VenueTest, ParticipationLimitsAllOfATradesFills) {
    MatchingRules rules = front();
    rules.participation = 0.25_d;
    open(rules);
    rest(limit(Side::Buy, 1_d, 100_d));
    rest(limit(Side::Buy, 1_d, 100_d, kBob));
    trade(100_d, 6_d);  // a quarter is 1.5
    EXPECT_EQ(fills_text(), "o1 1@100, o2 0.5@100");
}

TEST_F(VenueTest, MarketOrderWithoutAnyMarketIsCanceled) {
    open();
    EXPECT_EQ(submit(market_order(Side::Buy, 1_d)), TRADECTL_REASON_NONE);
    EXPECT_EQ(last("o1").reason, TRADECTL_REASON_NO_LIQUIDITY);
}

TEST_F(VenueTest, TradeThroughALimitFillsAtTheTradesPrice) {
    open();
    rest(limit(Side::Buy, 1_d, 100_d));
    trade(99.5_d, 5_d, TRADECTL_SIDE_BUY);  // whoever was the aggressor
    EXPECT_EQ(fills_text(), "o1 1@99.5");
    EXPECT_EQ(balance(kAlice, listing.quote).held, 0_d);
    EXPECT_EQ(balance(kAlice, listing.quote).total, 9900.5_d);
}

struct AggressorCase {
    Side side;
    std::uint32_t aggressor;
    bool fills;
};
class Aggressors : public VenueTest, public ::testing::WithParamInterface<AggressorCase> {};

TEST_P(Aggressors, DecideWhetherATradeAtTheLimitFills) {
    open();
    rest(limit(GetParam().side, 1_d, 100_d));
    trade(100_d, 1_d, GetParam().aggressor);
    EXPECT_EQ(fills.size(), GetParam().fills ? 1u : 0u);
}

INSTANTIATE_TEST_SUITE_P(All,
                         Aggressors,
                         ::testing::Values(AggressorCase{Side::Buy, TRADECTL_SIDE_SELL, true},
                                           AggressorCase{Side::Buy, TRADECTL_SIDE_NONE, true},
                                           AggressorCase{Side::Buy, TRADECTL_SIDE_BUY, false},
                                           AggressorCase{Side::Sell, TRADECTL_SIDE_BUY, true},
                                           AggressorCase{Side::Sell, TRADECTL_SIDE_NONE, true},
                                           AggressorCase{Side::Sell, TRADECTL_SIDE_SELL, false}));

// ---- Quotes and books ----

TEST_F(VenueTest, TakersWalkTheBookLevelByLevel) {
    open();
    MarketView& view = venue->view(market);
    view.clear_book();
    view.set_level(Side::Sell, 101_d, 1_d);
    view.set_level(Side::Sell, 100_d, 0.55_d);
    view.set_level(Side::Sell, 102_d, 9_d);
    EXPECT_EQ(submit(limit(Side::Buy, 3_d, 101_d)), TRADECTL_REASON_NONE);
    EXPECT_EQ(fills_text(), "o1 0.5@100, o1 1@101");
    EXPECT_EQ(last("o1").leaves, 1.5_d);
}

TEST_F(VenueTest, TakenQuantityIsGoneUntilTheNextQuote) {
    open();
    quote(99_d, 1_d, 100_d, 1_d);
    EXPECT_EQ(submit(market_order(Side::Buy, 1_d)), TRADECTL_REASON_NONE);
    EXPECT_EQ(submit(market_order(Side::Buy, 1_d)), TRADECTL_REASON_NONE);
    EXPECT_EQ(fills_text(), "o1 1@100");
    quote(99_d, 1_d, 100_d, 1_d);
    EXPECT_EQ(submit(market_order(Side::Buy, 1_d)), TRADECTL_REASON_NONE);
    EXPECT_EQ(fills_text(), "o1 1@100, o3 1@100");
}

TEST_F(VenueTest, QuoteThatCrossesFillsARestingOrderAtItsOwnPrice) {
    open();
    quote(99_d, 1_d, 101_d, 1_d);
    rest(limit(Side::Buy, 2_d, 100_d));
    quote(98_d, 1_d, 99.5_d, 1.2_d);
    EXPECT_EQ(fills_text(), "o1 1.2@100");
}

TEST_F(VenueTest, QuoteWithoutQuantityHasNoLimit) {
    open();
    quote(99_d, Decimal::null(), 100_d, Decimal::null());
    EXPECT_EQ(submit(market_order(Side::Buy, 50_d)), TRADECTL_REASON_NONE);
    EXPECT_EQ(fills_text(), "o1 50@100");
}

TEST_F(VenueTest, QuotesAreIgnoredOnceABookWasSeen) {
    open();
    venue->view(market).clear_book();
    quote(99_d, 1_d, 100_d, 1_d);
    EXPECT_EQ(submit(market_order(Side::Buy, 1_d)), TRADECTL_REASON_NONE);
    EXPECT_TRUE(fills.empty());
}

// ---- Queue position ----

TEST_F(VenueTest, QuantityAheadTradesFirst) {
    open(MatchingRules{});
    quote(100_d, 3_d, 101_d, 1_d);
    rest(limit(Side::Buy, 1_d, 100_d));
    trade(100_d, 2_d, TRADECTL_SIDE_SELL);
    EXPECT_TRUE(fills.empty());
    trade(100_d, 1.4_d, TRADECTL_SIDE_SELL);
    EXPECT_EQ(fills_text(), "o1 0.4@100");
}

TEST_F(VenueTest, QuantityAheadShrinksWithTheDisplay) {
    open(MatchingRules{});
    quote(100_d, 3_d, 101_d, 1_d);
    rest(limit(Side::Buy, 1_d, 100_d));
    quote(100_d, 0.5_d, 101_d, 1_d);
    quote(100_d, 9_d, 101_d, 1_d);  // who came later stands behind
    trade(100_d, 1_d, TRADECTL_SIDE_SELL);
    EXPECT_EQ(fills_text(), "o1 0.5@100");
}

TEST_F(VenueTest, QuantityAheadIsLearntWhenTheDisplayReachesTheOrder) {
    open(MatchingRules{});
    quote(100_d, 3_d, 101_d, 1_d);
    rest(limit(Side::Buy, 1_d, 99_d));
    quote(99_d, 2_d, 101_d, 1_d);
    trade(99_d, 2_d, TRADECTL_SIDE_SELL);
    EXPECT_TRUE(fills.empty());
    trade(99_d, 1_d, TRADECTL_SIDE_SELL);
    EXPECT_EQ(fills_text(), "o1 1@99");
}

TEST_F(VenueTest, NothingIsAheadOfABetterPrice) {
    open(MatchingRules{});
    quote(99_d, 5_d, 101_d, 1_d);
    rest(limit(Side::Buy, 1_d, 100_d));
    trade(100_d, 1_d, TRADECTL_SIDE_SELL);
    EXPECT_EQ(fills_text(), "o1 1@100");
}

// ---- Order types ----

TEST_F(VenueTest, ImmediateOrCancelDoesNotRest) {
    open();
    trade(100_d, 1_d);
    OrderTerms order = limit(Side::Buy, 3_d, 100_d);
    order.time_in_force = TimeInForce::Ioc;
    EXPECT_EQ(submit(order), TRADECTL_REASON_NONE);
    EXPECT_EQ(last("o1").filled, 1_d);
    EXPECT_EQ(last("o1").reason, TRADECTL_REASON_IOC_REMAINDER);
    EXPECT_EQ(balance(kAlice, listing.quote).held, 0_d);
}

TEST_F(VenueTest, FillOrKillFillsWholeOrNotAtAll) {
    open();
    trade(100_d, 2_d);
    OrderTerms order = limit(Side::Buy, 2.1_d, 100_d);
    order.time_in_force = TimeInForce::Fok;
    EXPECT_EQ(submit(order), TRADECTL_REASON_NONE);
    EXPECT_TRUE(fills.empty());
    EXPECT_EQ(last("o1").reason, TRADECTL_REASON_FOK_NOT_FILLED);
    order = limit(Side::Buy, 2_d, 100_d);
    order.time_in_force = TimeInForce::Fok;
    EXPECT_EQ(submit(order), TRADECTL_REASON_NONE);
    EXPECT_EQ(last("o2").status, OrderStatus::Filled);
}

TEST_F(VenueTest, FillOrKillCountsOurOrdersAndTheMarketTogether) {
    open();
    trade(100_d, 1_d);
    rest(limit(Side::Sell, 1_d, 100.5_d, kBob));
    OrderTerms order = limit(Side::Buy, 2_d, 101_d);
    order.time_in_force = TimeInForce::Fok;
    EXPECT_EQ(submit(order), TRADECTL_REASON_NONE);
    EXPECT_EQ(fills_text(), "o2 1@100, o2 1@100.5, o1 1@100.5");
}

TEST_F(VenueTest, PostOnlyThatWouldTakeIsRejected) {
    open();
    quote(99_d, 1_d, 100_d, 1_d);
    OrderTerms order = limit(Side::Buy, 1_d, 100_d);
    order.flags = TRADECTL_ORDER_POST_ONLY;
    EXPECT_EQ(submit(order), TRADECTL_REASON_POST_ONLY_WOULD_TAKE);
    EXPECT_EQ(last("o1").status, OrderStatus::Rejected);
    order = limit(Side::Buy, 1_d, 99.99_d);
    order.flags = TRADECTL_ORDER_POST_ONLY;
    rest(order);
}

TEST_F(VenueTest, StopBecomesAMarketOrderWhenItsTriggerTrades) {
    open();
    rest(stop(Side::Sell, 1_d, 95_d));
    trade(95.01_d, 9_d);
    EXPECT_EQ(triggers, 0);
    trade(94_d, 9_d);
    EXPECT_EQ(triggers, 1);
    EXPECT_EQ(fills_text(), "o1 1@94");
}

TEST_F(VenueTest, StopLimitRestsAtItsLimitOnceTriggered) {
    open();
    OrderTerms order = stop(Side::Buy, 2_d, 105_d);
    order.type = OrderType::StopLimit;
    order.price = 104_d;
    rest(order);
    trade(105_d, 9_d);
    EXPECT_TRUE(fills.empty());
    EXPECT_FALSE(venue->find_open("o1")->is_waiting());
    trade(104_d, 0.5_d);
    EXPECT_EQ(fills_text(), "o1 0.5@104");
}

TEST_F(VenueTest, StopWhoseTriggerIsReachedActsAtOnce) {
    open();
    trade(100_d, 5_d);
    EXPECT_EQ(submit(stop(Side::Buy, 1_d, 99_d)), TRADECTL_REASON_NONE);
    EXPECT_EQ(fills_text(), "o1 1@100");
}

TEST_F(VenueTest, StopsTriggerByTheTouchWhileNothingTraded) {
    open();
    rest(stop(Side::Buy, 1_d, 101_d));
    quote(99_d, 1_d, 100_d, 1_d);
    EXPECT_EQ(triggers, 0);
    quote(100_d, 1_d, 101_d, 1_d);
    EXPECT_EQ(fills_text(), "o1 1@101");
}

TEST_F(VenueTest, StopBuyWithoutFundsAtItsTriggerIsCanceled) {
    open();
    rest(stop(Side::Buy, 90_d, 100_d));
    trade(200_d, 100_d);
    EXPECT_EQ(last("o1").reason, TRADECTL_REASON_INSUFFICIENT_BALANCE);
    EXPECT_EQ(balance(kAlice, listing.quote).free(), 10000_d);
}

TEST_F(VenueTest, GoodTillDateEndsAtItsTime) {
    open();
    OrderTerms order = limit(Side::Buy, 1_d, 100_d);
    order.time_in_force = TimeInForce::Gtd;
    order.expires = Timestamp{2000};
    rest(order);
    EXPECT_EQ(venue->next_expiry(), Timestamp{2000});
    venue->expire(Timestamp{1999});
    EXPECT_NE(venue->find_open("o1"), nullptr);
    venue->expire(Timestamp{2000});
    EXPECT_EQ(last("o1").status, OrderStatus::Expired);
    EXPECT_TRUE(venue->next_expiry().is_none());
}

// ---- Self-trade ----

TEST_F(VenueTest, NewestOfTwoOwnOrdersGoesByDefault) {
    open();
    rest(limit(Side::Sell, 1_d, 100_d));
    EXPECT_EQ(submit(limit(Side::Buy, 1_d, 100_d)), TRADECTL_REASON_NONE);
    EXPECT_TRUE(fills.empty());
    EXPECT_EQ(last("o2").reason, TRADECTL_REASON_SELF_TRADE);
    EXPECT_NE(venue->find_open("o1"), nullptr);
}

TEST_F(VenueTest, OldestOfTwoOwnOrdersGoesBySetting) {
    MatchingRules rules = front();
    rules.self_trade = SelfTrade::CancelOldest;
    open(rules);
    rest(limit(Side::Sell, 1_d, 100_d));
    rest(limit(Side::Sell, 1_d, 100_d, kBob));
    EXPECT_EQ(submit(limit(Side::Buy, 1_d, 100_d)), TRADECTL_REASON_NONE);
    EXPECT_EQ(last("o1").reason, TRADECTL_REASON_SELF_TRADE);
    EXPECT_EQ(fills_text(), "o3 1@100, o2 1@100");
}

TEST_F(VenueTest, BothOfTwoOwnOrdersGoBySetting) {
    MatchingRules rules = front();
    rules.self_trade = SelfTrade::CancelBoth;
    open(rules);
    rest(limit(Side::Sell, 1_d, 100_d));
    EXPECT_EQ(submit(limit(Side::Buy, 1_d, 100_d)), TRADECTL_REASON_NONE);
    EXPECT_EQ(last("o1").reason, TRADECTL_REASON_SELF_TRADE);
    EXPECT_EQ(last("o2").reason, TRADECTL_REASON_SELF_TRADE);
}

}  // namespace
}  // namespace tradectl::paper
