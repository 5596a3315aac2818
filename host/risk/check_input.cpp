#include "host/risk/check_input.hpp"

#include "host/risk/amount.hpp"

namespace tradectl::risk {

namespace {

constexpr std::uint32_t kKnownFlags = TRADECTL_ORDER_POST_ONLY | TRADECTL_ORDER_REDUCE_ONLY;

void deny(Result& result, std::uint16_t reason, Decimal value = Decimal::null()) {
    result.add({reason, false, value, Decimal::null()});
}

bool needs_price(const OrderRequest& order) {
    return order.order_type == TRADECTL_ORDER_LIMIT ||
           order.order_type == TRADECTL_ORDER_STOP_LIMIT;
}

bool needs_stop_price(const OrderRequest& order) {
    return order.order_type == TRADECTL_ORDER_STOP || order.order_type == TRADECTL_ORDER_STOP_LIMIT;
}

/// A price stands where the type wants one, above zero, and nowhere else.
bool price_fits(Decimal price, bool wanted) {
    return wanted ? price.is_positive() : price.is_null();
}

bool codes_are_known(const OrderRequest& order) {
    return (order.side == TRADECTL_SIDE_BUY || order.side == TRADECTL_SIDE_SELL) &&
           order.order_type >= TRADECTL_ORDER_LIMIT &&
           order.order_type <= TRADECTL_ORDER_STOP_LIMIT &&
           order.time_in_force >= TRADECTL_TIF_GTC && order.time_in_force <= TRADECTL_TIF_GTD &&
           (order.order_flags & ~kKnownFlags) == 0;
}

bool expiry_fits(const OrderRequest& order, Timestamp now) {
    if (order.time_in_force != TRADECTL_TIF_GTD) return order.expire_time.is_none();
    return order.expire_time > now;  // "none" is the lowest time there is
}

/// Post-only rests: a limit order that is not to trade at once.
bool post_only_fits(const OrderRequest& order) {
    if ((order.order_flags & TRADECTL_ORDER_POST_ONLY) == 0) return true;
    return order.order_type == TRADECTL_ORDER_LIMIT && order.time_in_force != TRADECTL_TIF_IOC &&
           order.time_in_force != TRADECTL_TIF_FOK;
}

void add_minimum(Result& result, std::uint16_t reason, const Amount& value, Decimal minimum) {
    if (minimum.is_null()) return;
    const bool passed = value.state() == Amount::State::Known && value.value() >= minimum;
    if (value.state() == Amount::State::TooLarge) reason = TRADECTL_REASON_OVERFLOW;
    result.add({reason, passed, value.value(), minimum});
}

void add_maximum(Result& result, std::uint16_t reason, Decimal value, Decimal maximum) {
    if (!maximum.is_null()) result.add({reason, value <= maximum, value, maximum});
}

void add_multiple(Result& result, std::uint16_t reason, Decimal value, Decimal step) {
    if (!step.is_null()) result.add({reason, value.is_multiple_of(step), value, step});
}

void check_price(const tradectl_instrument& instrument, Decimal price, Result& result) {
    if (price.is_null()) return;
    constexpr std::uint16_t kBounds = TRADECTL_REASON_PRICE_OUT_OF_BOUNDS;
    add_multiple(
        result, TRADECTL_REASON_PRICE_NOT_ON_TICK, price, Decimal::from_abi(instrument.tick));
    add_minimum(result, kBounds, price, Decimal::from_abi(instrument.price_min));
    add_maximum(result, kBounds, price, Decimal::from_abi(instrument.price_max));
    if (instrument.kind == TRADECTL_INSTRUMENT_BINARY)
        result.add({kBounds, price < 1_d, price, 1_d});  // above 0 is sure by now
}

}  // namespace

void check_fields(const OrderRequest& order, Timestamp now, Result& result) {
    if (order.instrument == nullptr) deny(result, TRADECTL_REASON_UNKNOWN_INSTRUMENT);
    if (order.order_ref.value == 0) deny(result, TRADECTL_REASON_BAD_ORDER_REF);
    if (!codes_are_known(order) || now.is_none()) deny(result, TRADECTL_REASON_BAD_FIELD);
    if (!order.quantity.is_positive()) deny(result, TRADECTL_REASON_BAD_FIELD, order.quantity);
    if (!price_fits(order.price, needs_price(order)))
        deny(result, TRADECTL_REASON_BAD_FIELD, order.price);
    if (!price_fits(order.stop_price, needs_stop_price(order)))
        deny(result, TRADECTL_REASON_BAD_FIELD, order.stop_price);
    if (!expiry_fits(order, now) || !post_only_fits(order)) deny(result, TRADECTL_REASON_BAD_FIELD);
}

void check_grid(const OrderRequest& order, Decimal value_price, Result& result) {
    const tradectl_instrument& instrument = *order.instrument;
    check_price(instrument, order.price, result);
    check_price(instrument, order.stop_price, result);
    add_multiple(result,
                 TRADECTL_REASON_QUANTITY_NOT_ON_LOT,
                 order.quantity,
                 Decimal::from_abi(instrument.lot));
    add_minimum(result,
                TRADECTL_REASON_QUANTITY_BELOW_MIN,
                order.quantity,
                Decimal::from_abi(instrument.quantity_min));
    add_maximum(result,
                TRADECTL_REASON_QUANTITY_ABOVE_MAX,
                order.quantity,
                Decimal::from_abi(instrument.quantity_max));
    const Decimal minimum = Decimal::from_abi(instrument.notional_min);
    if (minimum.is_null()) return;
    const Decimal multiplier = Decimal::from_abi(instrument.multiplier);
    const Amount notional =
        Amount(value_price) * order.quantity * (multiplier.is_null() ? 1_d : multiplier);
    add_minimum(result, TRADECTL_REASON_NOTIONAL_BELOW_MIN, notional, minimum);
}

}  // namespace tradectl::risk
