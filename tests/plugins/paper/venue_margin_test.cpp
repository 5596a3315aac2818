// Positions on margin: what they need, what they bring, and their end.
#include "tests/plugins/paper/venue_fixture.hpp"

namespace tradectl::paper {
namespace {

class MarginVenue : public VenueTest {
  protected:
    /// One market with leverage 10, half of it to maintain, 10,000 USD and no BTC each.
    void open_margin(MatchingRules rules = front()) {
        open(rules);
        margin = listing;
        margin.name = "BTC-PERP";
        margin.kind = TRADECTL_INSTRUMENT_PERPETUAL;
        margin.accounting = Accounting::Margin;
        margin.settle = listing.quote;
        margin.margin_initial = 0.1_d;
        margin.margin_maintenance = 0.05_d;
        market = venue->add_market(margin);
    }
    /// The same with profit paid in BTC.
    void open_inverse(MatchingRules rules = front()) {
        open_margin(rules);
        margin.name = "BTC-INVERSE";
        margin.settle = listing.base;
        market = venue->add_market(margin);
    }
    void buy(Decimal quantity) { EXPECT_EQ(submit(market_order(Side::Buy, quantity)), 0); }
    void sell(Decimal quantity) { EXPECT_EQ(submit(market_order(Side::Sell, quantity)), 0); }
    /// Shows one price on both sides, with all the quantity that there can be.
    void price(Decimal value) { quote(value, Decimal::null(), value, Decimal::null()); }
    Decimal money() { return balance(kAlice, listing.quote).total; }
    Decimal free() { return venue->free_of(kAlice, listing.quote, Venue::Profit::Unrealized); }
    const Position& position() { return venue->position(kAlice, market); }
    OrderTerms reduce(OrderTerms terms) {
        terms.flags = TRADECTL_ORDER_REDUCE_ONLY;
        return terms;
    }

    Listing margin;
};

// ---- Positions and profit ----

TEST_F(MarginVenue, ShortSaleNeedsNoStockAndItsProfitIsPaidWhenItIsBoughtBack) {
    open_margin();
    price(100_d);
    sell(5_d);
    EXPECT_EQ(position().quantity, -5_d);
    EXPECT_EQ(money(), 10000_d);
    EXPECT_EQ(balance(kAlice, listing.base).total, 100_d);
    price(90_d);
    buy(5_d);
    EXPECT_TRUE(position().is_flat());
    EXPECT_EQ(fills[0].realized, 0_d);
    EXPECT_EQ(fills[1].realized, 50_d);
    EXPECT_EQ(money(), 10050_d);
}

TEST_F(MarginVenue, PriceIsTheMeanOfWhatWasAddedAndStaysWhenReduced) {
    open_margin();
    price(100_d);
    buy(1_d);
    price(130_d);
    buy(2_d);
    EXPECT_EQ(position().average_price, 120_d);
    sell(1_d);
    EXPECT_EQ(position().average_price, 120_d);
    EXPECT_EQ(fills[2].realized, 10_d);
}

TEST_F(MarginVenue, FillThroughZeroClosesAndOpensAtItsPrice) {
    open_margin();
    price(100_d);
    buy(2_d);
    price(110_d);
    sell(5_d);
    EXPECT_EQ(position().quantity, -3_d);
    EXPECT_EQ(position().average_price, 110_d);
    EXPECT_EQ(money(), 10020_d);
}

TEST_F(MarginVenue, FeesArePaidInTheSettleAsset) {
    MatchingRules rules = front();
    rules.fees.taker_rate = 0.001_d;
    open_inverse(rules);
    price(50_d);
    buy(10_d);
    EXPECT_EQ(fills[0].fee, 0.01_d);  // of 10 BTC
    EXPECT_EQ(balance(kAlice, listing.base).total, 99.99_d);
    EXPECT_EQ(money(), 10000_d);
}

TEST_F(MarginVenue, ProfitInTheBaseIsDividedByTheFillPrice) {
    open_inverse();
    price(50_d);
    buy(10_d);
    price(80_d);
    sell(10_d);
    EXPECT_EQ(fills[1].realized, 3.75_d);  // 300 USD at 80
    EXPECT_EQ(balance(kAlice, listing.base).total, 103.75_d);
}

TEST_F(MarginVenue, ProfitInTheBaseIsDividedByTheMarkWhenToldSo) {
    MatchingRules rules = front();
    rules.conversion = Conversion::Mark;
    rules.mark = Mark::Mid;
    open_inverse(rules);
    price(50_d);
    buy(10_d);
    quote(80_d, Decimal::null(), 120_d, Decimal::null());
    sell(10_d);
    EXPECT_EQ(fills[1].realized, 3_d);  // 300 USD at 100
}

// ---- Margin ----

TEST_F(MarginVenue, InitialMarginIsTheLimit) {
    open_margin();
    price(100_d);
    EXPECT_EQ(submit(market_order(Side::Buy, 1000.1_d)), TRADECTL_REASON_INSUFFICIENT_BALANCE);
    buy(1000_d);
    EXPECT_EQ(free(), 0_d);
    EXPECT_EQ(submit(market_order(Side::Buy, 0.1_d)), TRADECTL_REASON_INSUFFICIENT_BALANCE);
}

TEST_F(MarginVenue, FeeAndSpreadCountAgainstTheMargin) {
    MatchingRules rules = front();
    rules.fees.taker_rate = 0.001_d;
    rules.spread = 0.01_d;
    open_margin(rules);
    price(100_d);
    // 10,000 = q * (10 + 1 + 0.101): margin at the mark, spread lost at once, fee.
    EXPECT_EQ(submit(market_order(Side::Buy, 900.9_d)), TRADECTL_REASON_INSUFFICIENT_BALANCE);
    buy(900.8_d);
    EXPECT_GE(free(), 0_d);
    EXPECT_LT(free(), 1.12_d);
}

TEST_F(MarginVenue, RestingOrderHoldsItsMarginAndGivesItBack) {
    open_margin();
    price(100_d);
    rest(limit(Side::Buy, 10_d, 90_d));
    EXPECT_EQ(balance(kAlice, listing.quote).held, 90_d);
    EXPECT_EQ(free(), 9910_d);
    EXPECT_EQ(submit(limit(Side::Sell, 991_d, 100.01_d)), TRADECTL_REASON_INSUFFICIENT_BALANCE);
    EXPECT_FALSE(venue->cancel("o1", kAlice, now));
    EXPECT_EQ(balance(kAlice, listing.quote).held, 0_d);
}

TEST_F(MarginVenue, FillGivesItsShareOfTheHoldBack) {
    open_margin();
    rest(limit(Side::Buy, 10_d, 90_d));
    trade(90_d, 4_d);
    EXPECT_EQ(position().quantity, 4_d);
    EXPECT_EQ(balance(kAlice, listing.quote).held, 54_d);
}

TEST_F(MarginVenue, OrderThatClosesHoldsNothingWhateverTheLoss) {
    open_margin();
    price(100_d);
    buy(1000_d);
    price(96_d);  // equity 6,000, margin 9,600
    EXPECT_LT(free(), 0_d);
    rest(limit(Side::Sell, 1000_d, 97_d));
    EXPECT_EQ(balance(kAlice, listing.quote).held, 0_d);
    sell(0.1_d);
    EXPECT_EQ(submit(market_order(Side::Buy, 0.1_d)), TRADECTL_REASON_INSUFFICIENT_BALANCE);
}

TEST_F(MarginVenue, RestingOrderThatCannotBeAffordedAnyMoreIsCanceled) {
    open_margin();
    price(100_d);
    buy(400_d);
    rest(limit(Side::Buy, 550_d, 95_d));
    price(94_d);  // 7,600 of equity are less than the margin of 950 at 94
    EXPECT_EQ(last("o2").status, OrderStatus::Canceled);
    EXPECT_EQ(last("o2").reason, TRADECTL_REASON_INSUFFICIENT_BALANCE);
    EXPECT_EQ(position().quantity, 400_d);
}

TEST_F(MarginVenue, CashOrdersCannotSpendTheMargin) {
    open_margin();
    price(100_d);
    buy(900_d);
    market = 0;
    price(100_d);
    EXPECT_EQ(submit(market_order(Side::Buy, 10.1_d)), TRADECTL_REASON_INSUFFICIENT_BALANCE);
    EXPECT_EQ(submit(market_order(Side::Buy, 10_d)), TRADECTL_REASON_NONE);
}

TEST_F(MarginVenue, ProfitThatIsNotBookedBuysNothingForCash) {
    open_margin();
    const MarketIndex first = market;
    price(100_d);
    buy(500_d);
    price(110_d);  // 5,000 of profit, 5,500 of margin
    EXPECT_EQ(free(), 9500_d);
    market = 0;
    price(100_d);
    EXPECT_EQ(submit(market_order(Side::Buy, 45.1_d)), TRADECTL_REASON_INSUFFICIENT_BALANCE);
    EXPECT_EQ(submit(market_order(Side::Buy, 45_d)), TRADECTL_REASON_NONE);
    market = first;
    EXPECT_EQ(submit(limit(Side::Buy, 500_d, 100_d)), TRADECTL_REASON_NONE);
}

// ---- Reduce-only ----

TEST_F(MarginVenue, ReduceOnlyIsOfTheRealPosition) {
    open_margin();
    price(100_d);
    EXPECT_EQ(submit(reduce(limit(Side::Sell, 1_d, 110_d))), TRADECTL_REASON_REDUCE_ONLY);
    sell(3_d);
    EXPECT_EQ(submit(reduce(limit(Side::Sell, 1_d, 110_d))), TRADECTL_REASON_REDUCE_ONLY);
    EXPECT_EQ(submit(reduce(limit(Side::Buy, 3.1_d, 90_d))), TRADECTL_REASON_REDUCE_ONLY);
    EXPECT_EQ(submit(reduce(limit(Side::Buy, 3_d, 90_d))), TRADECTL_REASON_NONE);
}

TEST_F(MarginVenue, ReduceOnlyFillsNoMoreThanIsLeft) {
    open_margin();
    price(100_d);
    buy(3_d);
    const std::string exit = rest(reduce(limit(Side::Sell, 3_d, 110_d)));
    sell(1_d);
    price(110_d);
    EXPECT_TRUE(position().is_flat());
    EXPECT_EQ(last(exit).filled, 2_d);
    EXPECT_EQ(last(exit).reason, TRADECTL_REASON_REDUCE_ONLY);
}

TEST_F(MarginVenue, ReduceOnlyStopEndsWhenThePositionDoes) {
    open_margin();
    price(100_d);
    buy(3_d);
    const std::string guard = rest(reduce(stop(Side::Sell, 3_d, 90_d)));
    sell(1_d);
    price(90_d);
    EXPECT_TRUE(position().is_flat());
    EXPECT_EQ(last(guard).filled, 2_d);
    EXPECT_EQ(last(guard).reason, TRADECTL_REASON_REDUCE_ONLY);
}

TEST_F(MarginVenue, ReduceOnlyGoesWithThePosition) {
    open_margin();
    price(100_d);
    buy(3_d);
    const std::string exit = rest(reduce(limit(Side::Sell, 3_d, 110_d)));
    OrderTerms trigger = reduce(stop(Side::Sell, 3_d, 90_d));
    rest(trigger);
    sell(3_d);
    EXPECT_EQ(last(exit).status, OrderStatus::Canceled);
    EXPECT_EQ(last(trigger.client_order_id).reason, TRADECTL_REASON_REDUCE_ONLY);
    EXPECT_TRUE(venue->orders().empty());
}

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
