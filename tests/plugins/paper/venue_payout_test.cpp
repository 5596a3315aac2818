// What a market pays at its end.
#include "tests/plugins/paper/margin_fixture.hpp"
#include "tests/plugins/paper/paper_host.hpp"
#include "tests/plugins/paper/venue_fixture.hpp"

#include <cstring>

namespace tradectl::paper {
namespace {

using PayoutTest = VenueTest;

TEST_F(PayoutTest, TakesWhatEachAccountHasAndPaysItWithoutAFee) {
    MatchingRules rules = front();
    rules.fees.taker_rate = 0.01_d;
    rules.fees.fixed = 1_d;
    open(rules);
    venue->accounts().set(kBob, listing.base, {3.25_d, {}});
    venue->pay_out(market, 0.5_d, now);
    EXPECT_EQ(fills_text(), "payout-1 100@0.5, payout-2 3.25@0.5");
    EXPECT_TRUE(fills[0].by_venue);
    EXPECT_TRUE(fills[0].fee.is_zero());
    EXPECT_EQ(balance(kAlice, listing.quote).total, 10050_d);
    EXPECT_EQ(balance(kBob, listing.quote).total, 10001.625_d);
    EXPECT_TRUE(balance(kAlice, listing.base).total.is_zero());
    EXPECT_EQ(last("payout-1").status, OrderStatus::Filled);
    EXPECT_EQ(last("payout-1").reason, TRADECTL_REASON_EXIT_MARKET_CLOSE);
    EXPECT_TRUE(venue->orders().empty());
}

TEST_F(PayoutTest, WhatPaysNothingIsGoneToo) {
    open();
    venue->pay_out(market, 0_d, now);
    EXPECT_EQ(fills.size(), 2U);
    EXPECT_EQ(balance(kAlice, listing.quote).total, 10000_d);
    EXPECT_TRUE(balance(kAlice, listing.base).total.is_zero());
}

TEST_F(PayoutTest, OpenOrdersAreCanceledFirst) {
    open();
    const std::string sale = rest(limit(Side::Sell, 40_d, 120_d));
    const std::string purchase = rest(limit(Side::Buy, 10_d, 80_d));
    venue->pay_out(market, 1_d, now);
    for (const std::string& id : {sale, purchase}) {
        EXPECT_EQ(last(id).status, OrderStatus::Canceled);
        EXPECT_EQ(last(id).reason, TRADECTL_REASON_INSTRUMENT_NOT_OPEN);
    }
    EXPECT_EQ(fills_text(), "payout-1 100@1, payout-2 100@1");
    EXPECT_EQ(balance(kAlice, listing.quote).total, 10100_d);
    EXPECT_TRUE(balance(kAlice, listing.quote).held.is_zero());
}

TEST_F(PayoutTest, ASecondTimeThereIsNothingToPay) {
    open();
    venue->pay_out(market, 1_d, now);
    venue->pay_out(market, 1_d, now);
    EXPECT_EQ(fills.size(), 2U);
}

TEST_F(PayoutTest, OrdersOfOtherMarketsStay) {
    open();
    Listing other = listing;
    other.name = "ETH-USD";
    other.base = venue->accounts().asset("ETH");
    const MarketIndex second = venue->add_market(other);
    OrderTerms terms = limit(Side::Buy, 1_d, 10_d);
    terms.market = second;
    rest(terms);
    venue->pay_out(market, 1_d, now);
    EXPECT_EQ(venue->orders().size(), 1U);
}

TEST_F(MarginVenue, PositionsOnMarginArePaidByNobody) {
    open_margin();
    price(100_d);
    buy(10_d);
    venue->pay_out(market, 1_d, now);
    EXPECT_EQ(position().quantity, 10_d);
}

TEST(Paper, ResolvedNewsPayOutOnceAndOutliveARestart) {
    PaperHost host(R"({"balances":{"USD":"1000"}})");
    ASSERT_EQ(host.start(), TRADECTL_OK);
    host.quote(0.4_d, 0.5_d, 100_d);
    host.submit({.id = "a", .quantity = 10_d});
    host.resolve(Decimal::null());
    ASSERT_EQ(host.fill_events.size(), 1U);
    host.resolve(0_d);
    ASSERT_EQ(host.fill_events.size(), 2U);
    const tradectl_fill_event& fill = host.fill_events.back();
    EXPECT_EQ(fill.header.flags, TRADECTL_EVENT_FLAG_VENUE_ORDER);
    EXPECT_EQ(view(fill.client_order_id), "payout-1");
    EXPECT_TRUE(Decimal::from_abi(fill.price).is_zero());
    const std::string before = host.state();
    ASSERT_EQ(host.restart(), TRADECTL_OK) << host.last_log;
    EXPECT_EQ(host.state(), before);
    EXPECT_EQ(host.query("payout-1").orders.at(0).reason,
              static_cast<std::uint32_t>(TRADECTL_REASON_EXIT_MARKET_CLOSE));
    host.resolve(1_d);
    EXPECT_EQ(host.fill_events.size(), 3U) << "told again by the start, not paid again";
}

TEST(Paper, WhatTheVenueDidByItselfIsToldAgainAtEachStart) {
    PaperHost host(R"({"balances":{"USD":"1000"}})");
    ASSERT_EQ(host.start(), TRADECTL_OK);
    host.quote(0.4_d, 0.5_d, 100_d);
    host.submit({.id = "a", .quantity = 10_d});
    host.resolve(1_d);
    ASSERT_EQ(host.fill_events.size(), 2U);
    tradectl_fill_event told = host.fill_events.back();
    for (int i = 0; i < 2; ++i) {
        host.fill_events.clear();
        ASSERT_EQ(host.restart(), TRADECTL_OK) << host.last_log;
        ASSERT_EQ(host.fill_events.size(), 1U) << "nothing of our own order";
        told.header.flags = TRADECTL_EVENT_FLAG_VENUE_ORDER | TRADECTL_EVENT_FLAG_REPLAYED;
        EXPECT_EQ(std::memcmp(&host.fill_events[0], &told, sizeof told), 0);
    }
}

TEST(Paper, WhatTheVenueDidByItselfIsToldAgainAsLongAsItIsKept) {
    PaperHost host(R"({"balances":{"USD":"1000"},"history":2})");
    ASSERT_EQ(host.start(), TRADECTL_OK);
    host.quote(0.4_d, 0.5_d, 100_d);
    host.submit({.id = "a", .quantity = 10_d});
    host.resolve(1_d);
    EXPECT_EQ(host.kv.count("y/00000000000000000002"), 1U);
    host.submit({.id = "b", .quantity = 10_d});
    host.submit({.id = "c", .quantity = 10_d});
    EXPECT_EQ(host.kv.count("y/00000000000000000002"), 0U);
    host.fill_events.clear();
    ASSERT_EQ(host.restart(), TRADECTL_OK) << host.last_log;
    EXPECT_TRUE(host.fill_events.empty());
}

}  // namespace
}  // namespace tradectl::paper
