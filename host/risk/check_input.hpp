/// The input checks of the gate: is the order one that the instrument's venue could take at all?
/// Parts of check.hpp's `check_order`.
#pragma once

#include "host/risk/check.hpp"

namespace tradectl::risk {

/// Denies an order that is not well formed: unknown instrument, bad reference, bad field.
void check_fields(const OrderRequest& order, Timestamp now, Result& result);

/// Tick, lot, bounds and minima of the instrument, for a well-formed order. `value_price` values
/// the order for the minimum notional; null: not known, which denies when there is such a minimum.
void check_grid(const OrderRequest& order, Decimal value_price, Result& result);

}  // namespace tradectl::risk
