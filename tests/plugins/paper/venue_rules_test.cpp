// Queues that shrink, and fees.
#include "tests/plugins/paper/venue_fixture.hpp"

#include <utility>

namespace tradectl::paper {
namespace {

// ---- Queue ----

TEST_F(VenueTest, QueueSharesWhatLeavesWithoutTrades) {
    struct Case {
        QueueModel queue;
        Decimal after_twelve, after_six;
    };
    for (const Case& each :
         {Case{QueueModel::Back, 8_d, 6_d}, Case{QueueModel::Share, 4.8_d, 2.4_d}}) {
        MatchingRules rules;
        rules.queue = each.queue;
        open(rules);
        quote(99_d, 10_d, 101_d, 10_d);
        const std::string id = rest(limit(Side::Buy, 1_d, 99_d));
        const auto ahead = [&] { return venue->find_open(id)->ahead; };
        trade(99_d, 2_d, TRADECTL_SIDE_SELL);
        EXPECT_EQ(ahead(), 8_d);
        quote(99_d, 8_d, 101_d, 10_d);  // the trade explains it
        EXPECT_EQ(ahead(), 8_d);
        quote(99_d, 20_d, 101_d, 10_d);  // more came, behind
        EXPECT_EQ(ahead(), 8_d);
        quote(99_d, 12_d, 101_d, 10_d);
        quote(99_d, 12_d, 101_d, 10_d);
        EXPECT_EQ(ahead(), each.after_twelve);
        quote(99_d, 6_d, 101_d, 10_d);
        EXPECT_EQ(ahead(), each.after_six);
    }
}

// ---- Fees ----

TEST_F(VenueTest, FixedFeeIsPaidOnceAnOrderOrWithEachFill) {
    for (const auto& [per, second] :
         {std::pair{FixedFee::PerOrder, 1_d}, std::pair{FixedFee::PerFill, 6_d}}) {
        MatchingRules rules = front();
        rules.fees.taker_rate = 0.01_d;
        rules.fees.maker_rate = 0.01_d;
        rules.fees.fixed = 5_d;
        rules.fees.fixed_per = per;
        open(rules);
        fills.clear();
        rest(limit(Side::Buy, 2_d, 100_d));
        EXPECT_EQ(balance(kAlice, listing.quote).held, 207_d);
        trade(100_d, 1_d);
        trade(100_d, 1_d);
        ASSERT_EQ(fills.size(), 2u);
        EXPECT_EQ(fills[0].fee, 6_d);
        EXPECT_EQ(fills[1].fee, second);
        EXPECT_EQ(balance(kAlice, listing.quote).held, 0_d);
        EXPECT_EQ(balance(kAlice, listing.quote).total, 9794_d - second);
    }
}

TEST(PaperFee, IsRoundedAsTold) {
    FeeRules rules;
    rules.taker_rate = 0.001_d;
    rules.unit = 0.01_d;
    const auto charged = [&](Rounding rounding, Decimal notional) {
        rules.rounding = rounding;
        return fee(notional, Liquidity::Taker, Decimal{}, rules).value_or(Decimal::null());
    };
    EXPECT_EQ(charged(Rounding::Down, 19.99_d), 0.01_d);
    EXPECT_EQ(charged(Rounding::Up, 10.01_d), 0.02_d);
    EXPECT_EQ(charged(Rounding::HalfEven, 15_d), 0.02_d);
    EXPECT_EQ(charged(Rounding::HalfEven, 25_d), 0.02_d);
    EXPECT_EQ(charged(Rounding::HalfEven, 25.01_d), 0.03_d);
}

TEST(PaperFee, RebateIsRoundedTowardZeroAndTheFixedPartStaysOnTop) {
    FeeRules rules;
    rules.maker_rate = -0.001_d;
    rules.unit = 0.01_d;
    rules.fixed = 1_d;
    EXPECT_EQ(fee(19.99_d, Liquidity::Maker, Decimal{}, rules), 0.99_d);
    EXPECT_EQ(fee(19.99_d, Liquidity::Maker, 1_d, rules), -0.01_d);
}

TEST_F(VenueTest, SaleThatDoesNotPayItsFixedFeeDoesNotHappen) {
    MatchingRules rules = front();
    rules.fees.fixed = 11_d;
    open(rules);
    venue->accounts().set(kAlice, listing.quote, {0.99_d, {}});
    trade(100_d, 1_d);
    EXPECT_EQ(submit(market_order(Side::Sell, 0.1_d)), 0);
    EXPECT_TRUE(fills.empty());
    venue->accounts().set(kAlice, listing.quote, {1_d, {}});
    EXPECT_EQ(submit(market_order(Side::Sell, 0.1_d)), 0);
    EXPECT_EQ(balance(kAlice, listing.quote).total, 0_d);
}

}  // namespace
}  // namespace tradectl::paper
