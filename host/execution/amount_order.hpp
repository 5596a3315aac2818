/// Orders that pay an amount: a taking buy of a binary instrument spends collateral at its venue,
/// and at better prices than its own brings more than its quantity.
#pragma once

#include "host/execution/order.hpp"

#include <tradectl/abi/types.h>
#include <tradectl/decimal.hpp>

namespace tradectl::execution {

/// Whether the order is bound by what it may cost, and not by its quantity.
[[nodiscard]] bool pays_amount(const Order& order, const tradectl_instrument& instrument);

/// Lets the quantity of such an order grow to what a fill of `quantity` at `price` makes it, as
/// long as all its fills together cost no more than its quantity at `limit`, its own price.
/// Otherwise it stays, and the fill is refused by `apply` as more than what is left.
void grow_by(Order& order, Decimal price, Decimal quantity, Decimal limit);

}  // namespace tradectl::execution
