#include "host/execution/amount_order.hpp"

#include <optional>

namespace tradectl::execution {

bool pays_amount(const Order& order, const tradectl_instrument& instrument) {
    const bool takes = order.order_type == TRADECTL_ORDER_MARKET ||
                       order.time_in_force == TRADECTL_TIF_IOC ||
                       order.time_in_force == TRADECTL_TIF_FOK;
    return takes && order.side == TRADECTL_SIDE_BUY &&
           instrument.kind == TRADECTL_INSTRUMENT_BINARY;
}

void grow_by(Order& order, Decimal price, Decimal quantity, Decimal limit) {
    if (quantity <= order.leaves_qty || !price.is_positive()) return;
    const auto filled = checked_add(order.filled_qty, quantity);
    const auto most = checked_mul(limit, order.order_qty, Rounding::Up);
    const auto before = order.filled_qty.is_zero()
                            ? std::optional<Decimal>(Decimal{})
                            : checked_mul(order.filled_qty, order.average_price, Rounding::Down);
    const auto added = checked_mul(price, quantity, Rounding::Down);
    const auto sum = before && added ? checked_add(*before, *added) : std::nullopt;
    // The average is rounded: what is below a millionth is not money.
    const auto cost = sum ? round_to(*sum, 0.000001_d, Rounding::Down) : std::nullopt;
    if (!filled || !most || !cost || *cost > *most) return;
    order.order_qty = *filled;
    order.leaves_qty = quantity;
}

}  // namespace tradectl::execution
