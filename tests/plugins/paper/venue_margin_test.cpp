// Positions on margin: what they need and what they bring.
#include "tests/plugins/paper/margin_fixture.hpp"

namespace tradectl::paper {
namespace {

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

TEST_F(MarginVenue, TwoReduceOnlyOrdersAreNotCountedTwice) {
    open_margin();
    price(100_d);
    buy(3_d);
    quote(Decimal::null(), Decimal{}, Decimal::null(), Decimal{});
    rest(reduce(limit(Side::Sell, 3_d, 100_d)));
    rest(reduce(limit(Side::Sell, 3_d, 101_d)));
    OrderTerms whole = limit(Side::Buy, 4_d, 101_d, kBob);
    whole.time_in_force = TimeInForce::Fok;
    EXPECT_EQ(submit(whole), TRADECTL_REASON_NONE);
    EXPECT_EQ(last(whole.client_order_id).reason, TRADECTL_REASON_FOK_NOT_FILLED);
    whole = limit(Side::Buy, 4_d, 101_d, kBob);
    EXPECT_EQ(submit(whole), TRADECTL_REASON_NONE);
    EXPECT_EQ(last(whole.client_order_id).filled, 3_d);
}

}  // namespace
}  // namespace tradectl::paper
