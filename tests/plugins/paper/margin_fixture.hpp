/// A venue with a market on margin beside the cash market of the other tests.
#pragma once

#include "tests/plugins/paper/venue_fixture.hpp"

namespace tradectl::paper {

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

}  // namespace tradectl::paper
