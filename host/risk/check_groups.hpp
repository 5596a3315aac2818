/// The groups of checks that bind entries alone. Parts of check.hpp's `check_order`.
#pragma once

#include "host/risk/check.hpp"

namespace tradectl::risk {

/// Book, age, collar, depth, slippage, close of the market, gas.
void check_market(const OrderRequest& order,
                  const MarketLimits& limits,
                  const Snapshot& snapshot,
                  Result& result);

/// Losses, rejects, unresolved orders, a silent stream.
void check_loss(const LossLimits& limits, const Snapshot& snapshot, Result& result);

/// A time as the verdicts show it: seconds.
[[nodiscard]] Decimal seconds_of(std::int64_t ns);

/// Whether the order is to trade against what is shown: at market, at once or not at all, or at a
/// price that the other side reaches.
[[nodiscard]] bool takes(const OrderRequest& order, Decimal bid, Decimal ask);

}  // namespace tradectl::risk
