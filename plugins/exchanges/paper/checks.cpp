#include "checks.hpp"

#include "money.hpp"

#include <algorithm>

namespace tradectl::paper {

namespace {
std::string against(const char* what, Decimal value, const char* relation, Decimal limit) {
    return std::string(what) + " " + value.to_string() + " " + relation + " " + limit.to_string();
}

bool is_traded(const Listing& listing) {
    switch (listing.kind) {
        case TRADECTL_INSTRUMENT_SPOT:
        case TRADECTL_INSTRUMENT_EQUITY: return true;
        case TRADECTL_INSTRUMENT_BINARY: return !listing.is_margin();
        case TRADECTL_INSTRUMENT_PERPETUAL:
        case TRADECTL_INSTRUMENT_FUTURE: return listing.is_margin();
        default: return false;
    }
}

Refusal check_fields(const OrderTerms& terms, Timestamp now) {
    const auto bad = [](const char* text) { return Refusal{TRADECTL_REASON_BAD_FIELD, text}; };
    if (!is_valid_id(terms.client_order_id))
        return bad("client order id is not printable ASCII without blanks");
    if (terms.side != Side::Buy && terms.side != Side::Sell) return bad("side is unknown");
    if (terms.type < OrderType::Limit || terms.type > OrderType::StopLimit)
        return bad("order type is unknown");
    if (terms.time_in_force < TimeInForce::Gtc || terms.time_in_force > TimeInForce::Gtd)
        return bad("time in force is unknown");
    if (terms.has_limit() == terms.price.is_null())
        return bad(terms.has_limit() ? "price is missing" : "price on an order without limit");
    if (terms.is_stop() == terms.stop_price.is_null())
        return bad(terms.is_stop() ? "stop price is missing" : "stop price on an order without");
    const bool at_once =
        terms.time_in_force == TimeInForce::Ioc || terms.time_in_force == TimeInForce::Fok;
    if (terms.post_only() && (at_once || !terms.has_limit()))
        return bad("post-only on an order that cannot rest");
    if ((terms.time_in_force == TimeInForce::Gtd) == terms.expires.is_none())
        return bad("expiry time and time in force do not fit together");
    if (!terms.expires.is_none() && terms.expires <= now)
        return {TRADECTL_REASON_EXPIRED, "expired before it arrived"};
    return {};
}

Refusal check_price(const char* what, Decimal price, const Listing& listing) {
    if (price.is_null()) return {};
    if (!price.is_positive()) return {TRADECTL_REASON_BAD_FIELD, against(what, price, "<=", {})};
    if (!price.is_multiple_of(listing.tick))
        return {TRADECTL_REASON_PRICE_NOT_ON_TICK,
                against(what, price, "is not a multiple of tick", listing.tick)};
    const auto outside = [&](const char* relation, Decimal limit) {
        return Refusal{TRADECTL_REASON_PRICE_OUT_OF_BOUNDS, against(what, price, relation, limit)};
    };
    if (!listing.price_min.is_null() && price < listing.price_min)
        return outside("<", listing.price_min);
    if (!listing.price_max.is_null() && price > listing.price_max)
        return outside(">", listing.price_max);
    if (listing.kind == TRADECTL_INSTRUMENT_BINARY && price >= Decimal::from_int(1))
        return outside(">=", Decimal::from_int(1));
    return {};
}

Refusal check_quantity(Decimal quantity, const Listing& listing) {
    if (!quantity.is_positive())
        return {TRADECTL_REASON_BAD_FIELD, against("quantity", quantity, "<=", {})};
    if (!quantity.is_multiple_of(listing.lot))
        return {TRADECTL_REASON_QUANTITY_NOT_ON_LOT,
                against("quantity", quantity, "is not a multiple of lot", listing.lot)};
    if (!listing.quantity_min.is_null() && quantity < listing.quantity_min)
        return {TRADECTL_REASON_QUANTITY_BELOW_MIN,
                against("quantity", quantity, "<", listing.quantity_min)};
    if (!listing.quantity_max.is_null() && quantity > listing.quantity_max)
        return {TRADECTL_REASON_QUANTITY_ABOVE_MAX,
                against("quantity", quantity, ">", listing.quantity_max)};
    return {};
}

Refusal check_notional(const OrderTerms& terms, const Listing& listing, Decimal last_price) {
    const Decimal price = terms.has_limit() ? terms.price
                          : terms.is_stop() ? terms.stop_price
                                            : last_price;
    if (price.is_null()) return {};
    const auto value = notional(price, terms.quantity);
    if (!value) return {TRADECTL_REASON_OVERFLOW, "notional is out of range"};
    if (!listing.notional_min.is_null() && *value < listing.notional_min)
        return {TRADECTL_REASON_NOTIONAL_BELOW_MIN,
                against("notional", *value, "<", listing.notional_min)};
    return {};
}
}  // namespace

bool is_valid_id(std::string_view client_order_id) {
    return !client_order_id.empty() && std::all_of(client_order_id.begin(),
                                                   client_order_id.end(),
                                                   [](char c) { return c > ' ' && c < 0x7f; });
}

Refusal check_terms(const OrderTerms& terms,
                    const Listing& listing,
                    Decimal last_price,
                    Timestamp now) {
    if (!is_traded(listing))
        return {TRADECTL_REASON_UNSUPPORTED,
                "paper trades spot, equity and binary, and on margin spot, equity, perpetual and "
                "future"};
    if (listing.status != TRADECTL_INSTRUMENT_OPEN)
        return {TRADECTL_REASON_INSTRUMENT_NOT_OPEN, listing.name + " is not open"};
    Refusal refusal = check_fields(terms, now);
    if (!refusal) refusal = check_quantity(terms.quantity, listing);
    if (!refusal) refusal = check_price("price", terms.price, listing);
    if (!refusal) refusal = check_price("stop price", terms.stop_price, listing);
    if (!refusal) refusal = check_notional(terms, listing, last_price);
    return refusal;
}

}  // namespace tradectl::paper
