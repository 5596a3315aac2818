/// A venue with two accounts and one market, for tests of single rules.
#pragma once

#include "plugins/exchanges/paper/venue.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::paper {

class VenueTest : public ::testing::Test, private Journal {
  protected:
    static constexpr AccountIndex kAlice = 0;
    static constexpr AccountIndex kBob = 1;

    void open(const MatchingRules& rules = front()) {
        venue.emplace(rules, static_cast<Journal&>(*this));
        for (const char* name : {"alice", "bob"})
            venue->accounts().account(name);
        listing.name = "BTC-USD";
        listing.base = venue->accounts().asset("BTC");
        listing.quote = venue->accounts().asset("USD");
        listing.tick = 0.01_d;
        listing.lot = 0.1_d;
        market = venue->add_market(listing);
        for (const AccountIndex account : {kAlice, kBob}) {
            venue->accounts().set(account, listing.base, {100_d, {}});
            venue->accounts().set(account, listing.quote, {10000_d, {}});
        }
    }
    /// Rules under which a trade's quantity alone decides.
    static MatchingRules front() {
        MatchingRules rules;
        rules.queue = QueueModel::Front;
        return rules;
    }

    OrderTerms limit(Side side, Decimal quantity, Decimal price, AccountIndex account = kAlice) {
        OrderTerms terms;
        terms.client_order_id = "o" + std::to_string(++ids_);
        terms.market = market;
        terms.account = account;
        terms.side = side;
        terms.quantity = quantity;
        terms.price = price;
        return terms;
    }
    OrderTerms market_order(Side side, Decimal quantity, AccountIndex account = kAlice) {
        OrderTerms terms = limit(side, quantity, Decimal::null(), account);
        terms.type = OrderType::Market;
        return terms;
    }
    OrderTerms stop(Side side, Decimal quantity, Decimal trigger) {
        OrderTerms terms = market_order(side, quantity);
        terms.type = OrderType::Stop;
        terms.stop_price = trigger;
        return terms;
    }

    /// The reason of the refusal, or 0.
    Reason submit(const OrderTerms& terms) { return venue->submit(terms, now).reason; }
    /// Submits and returns the id.
    std::string rest(const OrderTerms& terms) {
        EXPECT_EQ(submit(terms), TRADECTL_REASON_NONE);
        EXPECT_NE(venue->find_open(terms.client_order_id), nullptr);
        return terms.client_order_id;
    }
    void trade(Decimal price, Decimal quantity, std::uint32_t aggressor = TRADECTL_SIDE_NONE) {
        venue->on_trade(market, price, quantity, aggressor, now);
    }
    void quote(Decimal bid, Decimal bid_quantity, Decimal ask, Decimal ask_quantity) {
        venue->on_quote(market, {bid, bid_quantity}, {ask, ask_quantity}, now);
    }
    Balance balance(AccountIndex account, AssetIndex asset) {
        return venue->accounts().get(account, asset);
    }
    /// "price x quantity" of each fill so far, in order, of takers and makers alike.
    std::string fills_text() const {
        std::string text;
        for (const Fill& fill : fills)
            text += (text.empty() ? "" : ", ") + fill.client_order_id + " " +
                    fill.quantity.to_string() + "@" + fill.price.to_string();
        return text;
    }
    /// The last that was heard of an order.
    const Order& last(const std::string& id) const {
        for (auto at = reports.rbegin(); at != reports.rend(); ++at)
            if (at->terms.client_order_id == id) return *at;
        ADD_FAILURE() << "nothing heard of " << id;
        return reports.front();
    }

    Listing listing;
    std::optional<Venue> venue;
    MarketIndex market = 0;
    Timestamp now{1000};
    std::vector<Fill> fills;
    std::vector<Order> reports;
    int triggers = 0;
    Decimal lost;  ///< by accounts that went bankrupt

  private:
    void on_order(const Order& order) override {
        reports.push_back(order);
        if (!order.is_open()) closed_.insert(order.terms.client_order_id);
    }
    void on_trigger(const Order&) override { ++triggers; }
    void on_fill(const Fill& fill) override { fills.push_back(fill); }
    void on_bankruptcy(AccountIndex, AssetIndex, Decimal loss) override { lost = lost + loss; }
    bool was_closed(std::string_view id) const override {
        return closed_.count(std::string(id)) != 0;
    }

    std::set<std::string> closed_;
    int ids_ = 0;
};

}  // namespace tradectl::paper
