// Cancel, replace and what orders and fills do to balances.
#include "tests/plugins/paper/venue_fixture.hpp"

namespace tradectl::paper {
namespace {

// ---- Cancel and replace ----

TEST_F(VenueTest, CancelGivesTheHoldBack) {
    open();
    rest(limit(Side::Buy, 2_d, 100_d));
    EXPECT_EQ(balance(kAlice, listing.quote).held, 200_d);
    EXPECT_FALSE(venue->cancel("o1", kAlice, now));
    EXPECT_EQ(balance(kAlice, listing.quote).held, 0_d);
    EXPECT_EQ(last("o1").status, OrderStatus::Canceled);
}

TEST_F(VenueTest, CancelSaysWhyItCannot) {
    open();
    trade(100_d, 1_d);
    EXPECT_EQ(submit(market_order(Side::Buy, 1_d)), TRADECTL_REASON_NONE);
    EXPECT_EQ(venue->cancel("o1", kAlice, now).text, "order o1 is closed");
    rest(limit(Side::Buy, 1_d, 90_d));
    EXPECT_EQ(venue->cancel("o2", kBob, now).reason, TRADECTL_REASON_UNKNOWN_ORDER);
    EXPECT_EQ(venue->cancel("nobody", kAlice, now).reason, TRADECTL_REASON_UNKNOWN_ORDER);
}

TEST_F(VenueTest, ReplaceUsesTheFundsOfItsTarget) {
    open();
    rest(limit(Side::Buy, 90_d, 100_d));
    EXPECT_FALSE(venue->replace("o1", kAlice, "new", 99_d, 101_d, now));
    EXPECT_EQ(balance(kAlice, listing.quote).held, 9999_d);
    EXPECT_EQ(last("o1").status, OrderStatus::Canceled);
}

TEST_F(VenueTest, RefusedReplaceLeavesItsTargetAlone) {
    open();
    rest(limit(Side::Buy, 90_d, 100_d));
    EXPECT_EQ(venue->replace("o1", kAlice, "new", 101_d, Decimal::null(), now).reason,
              TRADECTL_REASON_INSUFFICIENT_BALANCE);
    EXPECT_NE(venue->find_open("o1"), nullptr);
    EXPECT_EQ(last("new").status, OrderStatus::Rejected);
    EXPECT_EQ(balance(kAlice, listing.quote).held, 9000_d);
}

TEST_F(VenueTest, ReplacedOrderStandsBehindAllOthers) {
    open();
    rest(limit(Side::Buy, 1_d, 100_d));
    rest(limit(Side::Buy, 1_d, 100_d, kBob));
    EXPECT_FALSE(venue->replace("o1", kAlice, "new", Decimal::null(), Decimal::null(), now));
    trade(100_d, 1_d);
    EXPECT_EQ(fills_text(), "o2 1@100");
}

TEST_F(VenueTest, CancelAllTakesOneAccountsOrdersAlone) {
    open();
    rest(limit(Side::Buy, 1_d, 100_d));
    rest(stop(Side::Sell, 1_d, 90_d));
    rest(limit(Side::Buy, 1_d, 100_d, kBob));
    venue->cancel_all(kAlice, market, now);
    EXPECT_EQ(venue->orders().size(), 1u);
    EXPECT_NE(venue->find_open("o3"), nullptr);
}

// ---- Money ----

TEST_F(VenueTest, FeesFollowLiquidityAndAreRoundedTowardZero) {
    MatchingRules rules = front();
    rules.fees.maker_rate = 0.000000000000000003_d;
    rules.fees.taker_rate = 0.000000000000000007_d;
    open(rules);
    rest(limit(Side::Sell, 0.1_d, 3.33_d));  // notional 0.333
    EXPECT_EQ(submit(limit(Side::Buy, 0.1_d, 3.33_d, kBob)), TRADECTL_REASON_NONE);
    EXPECT_EQ(fills[0].fee, 0.000000000000000002_d);  // 2.331 units
    EXPECT_EQ(fills[1].fee, 0_d);                     // 0.999 units
}

TEST_F(VenueTest, HoldOfABuyCoversTheHigherFee) {
    MatchingRules rules = front();
    rules.fees.taker_rate = 0.001_d;
    open(rules);
    EXPECT_EQ(submit(limit(Side::Buy, 100_d, 100_d)), TRADECTL_REASON_INSUFFICIENT_BALANCE);
    rest(limit(Side::Buy, 99.9_d, 100_d));
    EXPECT_EQ(balance(kAlice, listing.quote).held, 9999.99_d);
}

TEST_F(VenueTest, RebateIsPaidToTheMaker) {
    MatchingRules rules = front();
    rules.fees.maker_rate = -0.001_d;
    rules.fees.taker_rate = 0.002_d;
    open(rules);
    rest(limit(Side::Buy, 1_d, 100_d));
    trade(100_d, 1_d);
    EXPECT_EQ(fills[0].fee, -0.1_d);
    EXPECT_EQ(balance(kAlice, listing.quote).total, 9900.1_d);
    EXPECT_EQ(balance(kAlice, listing.quote).held, 0_d);
}

TEST_F(VenueTest, BalanceAtTheEndOfItsRangeStopsTheFillNotTheProcess) {
    open();
    venue->accounts().set(kAlice, listing.quote, {Decimal::max(), {}});
    rest(limit(Side::Sell, 1_d, 100_d));
    trade(100_d, 1_d);
    EXPECT_TRUE(fills.empty());
    EXPECT_NE(venue->find_open("o1"), nullptr);
}

}  // namespace
}  // namespace tradectl::paper
