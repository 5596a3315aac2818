// The end of positions on margin, and the prices that decide about it.
#include "tests/plugins/paper/margin_fixture.hpp"

namespace tradectl::paper {
namespace {

// ---- Liquidation ----

TEST_F(MarginVenue, IsLiquidatedBelowItsMaintenanceNotAtIt) {
    MatchingRules rules = front();
    rules.mark = Mark::Last;
    open_margin(rules);
    trade(100_d, 1000_d);
    buy(1000_d);
    trade(94.74_d, 1000_d);  // equity 4,740, maintenance 4,737
    EXPECT_EQ(position().quantity, 1000_d);
    trade(94.73_d, 1000_d);  // equity 4,730, maintenance 4,736.5
    EXPECT_TRUE(position().is_flat());
    ASSERT_EQ(fills.size(), 2u);
    EXPECT_TRUE(fills[1].by_venue);
    EXPECT_EQ(fills[1].client_order_id, "liquidation-1");
    EXPECT_EQ(fills[1].price, 94.73_d);
    EXPECT_EQ(money(), 4730_d);
    EXPECT_EQ(last("liquidation-1").reason, TRADECTL_REASON_LIQUIDATION);
}

TEST_F(MarginVenue, EqualityOfEquityAndMaintenanceIsEnough) {
    open_margin();
    price(100_d);
    buy(950_d);
    price(94.21_d);  // equity 4,499.5 and maintenance 4,474.975
    EXPECT_EQ(position().quantity, 950_d);
    venue->accounts().set(kAlice, listing.quote, {9975.475_d, {}});
    price(94.21_d);  // equity 4,474.975
    EXPECT_EQ(position().quantity, 950_d);
    venue->accounts().set(kAlice, listing.quote, {9975.474999999999999999_d, {}});
    price(94.21_d);
    EXPECT_TRUE(position().is_flat());
}

TEST_F(MarginVenue, LiquidationCancelsFirstThenFillsOnceAtTheMeanPrice) {
    MatchingRules rules = front();
    rules.fees.liquidation_rate = 0.01_d;
    open_margin(rules);
    price(100_d);
    buy(1000_d);
    const std::string open_order = rest(limit(Side::Sell, 1_d, 120_d));
    quote(94_d, 400_d, 95_d, 400_d);  // 600 find nobody: they go at the mark
    ASSERT_EQ(fills.size(), 2u);
    EXPECT_EQ(last(open_order).reason, TRADECTL_REASON_LIQUIDATION);
    EXPECT_EQ(fills[1].quantity, 1000_d);
    EXPECT_EQ(fills[1].price, 94_d);
    EXPECT_EQ(fills[1].fee, 940_d);
    EXPECT_EQ(money(), 3060_d);
}

TEST_F(MarginVenue, LossBeyondZeroIsTheVenuesAndIsReported) {
    open_margin();
    price(100_d);
    buy(1000_d);
    price(85_d);
    EXPECT_EQ(money(), 0_d);
    EXPECT_EQ(fills[1].realized, -10000_d);
    EXPECT_EQ(lost, 5000_d);
}

TEST_F(MarginVenue, LossBeyondZeroIsKeptWhenToldSo) {
    MatchingRules rules = front();
    rules.negative_balance = NegativeBalance::Keep;
    open_margin(rules);
    price(100_d);
    buy(1000_d);
    price(85_d);
    EXPECT_EQ(money(), -5000_d);
    EXPECT_EQ(fills[1].realized, -15000_d);
    EXPECT_EQ(lost, 5000_d);
    EXPECT_EQ(submit(market_order(Side::Buy, 0.1_d)), TRADECTL_REASON_INSUFFICIENT_BALANCE);
}

TEST_F(MarginVenue, MarketsOfOneSettleAssetStandForEachOther) {
    open_margin();
    const MarketIndex first = market;
    margin.name = "ETH-PERP";
    const MarketIndex second = venue->add_market(margin);
    price(100_d);
    buy(500_d);
    market = second;
    price(100_d);
    buy(500_d);
    EXPECT_EQ(free(), 0_d);
    price(120_d);  // profit of one
    market = first;
    price(90_d);  // loss of the other
    EXPECT_EQ(position().quantity, 500_d);
    market = second;
    price(90_d);
    EXPECT_TRUE(venue->position(kAlice, first).is_flat());
    EXPECT_TRUE(venue->position(kAlice, second).is_flat());
    EXPECT_EQ(money(), 0_d);
}

TEST_F(MarginVenue, EquityIsCountedForEachSettleAsset) {
    open_inverse();
    const MarketIndex inverse = market;
    price(100_d);
    buy(1000_d);  // 100 BTC of margin
    market = inverse - 1;
    price(100_d);
    buy(1000_d);
    price(85_d);
    EXPECT_EQ(money(), 0_d);
    EXPECT_EQ(venue->position(kAlice, inverse).quantity, 1000_d);
}

TEST_F(MarginVenue, LiquidationTakesAnIdThatNobodyHas) {
    open_margin();
    OrderTerms own = limit(Side::Buy, 0.1_d, 1_d, kBob);
    own.client_order_id = "liquidation-1";
    rest(own);
    price(100_d);
    buy(1000_d);
    price(90_d);
    EXPECT_EQ(fills[1].client_order_id, "liquidation-2");
}

// ---- Marks and spread ----

TEST_F(MarginVenue, MarkIsWhatWasAskedForOrTheNextThereIs) {
    MarketView view;
    EXPECT_TRUE(view.mark(Side::Sell, Mark::Touch).is_null());
    view.set_trade(7_d, 1_d);
    EXPECT_EQ(view.mark(Side::Sell, Mark::Mid), 7_d);
    view.set_quote({8_d, 1_d}, {10_d, 1_d});
    EXPECT_EQ(view.mark(Side::Sell, Mark::Touch), 8_d);
    EXPECT_EQ(view.mark(Side::Buy, Mark::Touch), 10_d);
    EXPECT_EQ(view.mark(Side::Buy, Mark::Mid), 9_d);
    EXPECT_EQ(view.mark(Side::Buy, Mark::Last), 7_d);
}

TEST_F(MarginVenue, SpreadOnEntriesLeavesTheClosingPartAtThePlainPrice) {
    MatchingRules rules = front();
    rules.spread = 0.01_d;
    rules.spread_on = SpreadOn::Entries;
    open_margin(rules);
    price(100_d);
    buy(2_d);
    sell(5_d);
    EXPECT_EQ(fills_text(), "o1 2@101, o2 2@100, o2 3@99");
}

TEST_F(MarginVenue, SpreadOnAllIsPaidBothWays) {
    MatchingRules rules = front();
    rules.spread = 0.01_d;
    rules.slippage_ticks = 2;
    open_margin(rules);
    price(100_d);
    buy(2_d);
    sell(2_d);
    EXPECT_EQ(fills_text(), "o1 2@101.02, o2 2@98.98");
}

}  // namespace
}  // namespace tradectl::paper
