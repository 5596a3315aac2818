// The part of Venue that acts by itself: its own orders, and what a market pays at its end.
#include "venue.hpp"

#include <string>

namespace tradectl::paper {

Order& Venue::own_order(std::string_view kind,
                        AccountIndex account,
                        MarketIndex market,
                        Timestamp now) {
    const std::uint64_t number = ++counters_.orders;
    Order& order = orders_[number];
    order.number = number;
    order.by_venue = true;
    order.updated = now;
    order.terms.client_order_id = own_id(kind);
    order.terms.market = market;
    order.terms.account = account;
    order.terms.type = OrderType::Market;
    order.terms.time_in_force = TimeInForce::Ioc;
    numbers_[order.terms.client_order_id] = number;
    return order;
}

/// An id that no order of the store has.
std::string Venue::own_id(std::string_view kind) {
    for (;;) {
        std::string id = std::string(kind) + std::to_string(++counters_.liquidations);
        if (!is_known(id)) return id;
    }
}

void Venue::pay_out(MarketIndex market, Decimal pays, Timestamp now) {
    const Listing& listing = markets_[market].listing;
    if (listing.is_margin()) return;
    for (auto& [number, order] : orders_)
        if (order.is_open() && order.terms.market == market)
            close(order, OrderStatus::Canceled, TRADECTL_REASON_INSTRUMENT_NOT_OPEN, now);
    for (AccountIndex account = 0; account < accounts_.account_count(); ++account) {
        const Decimal owned = accounts_.get(account, listing.base).free();
        if (!owned.is_positive()) continue;
        Order& order = own_order("payout-", account, market, now);
        order.terms.side = Side::Sell;
        order.terms.quantity = order.leaves = owned;
        const Step whole{Step::Kind::FillMarket, nullptr, pays, owned, Decimal::null()};
        if (!fill(order, nullptr, Liquidity::Taker, whole, now))
            close(order, OrderStatus::Canceled, TRADECTL_REASON_OVERFLOW, now);
    }
    sweep();
}

}  // namespace tradectl::paper
