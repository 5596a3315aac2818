/// What orders and fills cost: pure functions, every rounding stated.
#pragma once

#include "types.hpp"

#include <optional>

namespace tradectl::paper {

// Money of a fill is rounded toward zero at the 18th decimal and holds are rounded up. Parts that
// are rounded down never add up to more than a whole that is rounded up, so a hold always covers
// its fills. Each function gives nothing when a value leaves the range of Decimal.

/// price * quantity, toward zero.
[[nodiscard]] std::optional<Decimal> notional(Decimal price, Decimal quantity);

/// Fee in the quote asset, toward zero; negative is a rebate.
[[nodiscard]] std::optional<Decimal> fee(Decimal notional,
                                         Liquidity liquidity,
                                         const MatchingRules& rules);

/// What must be held for `quantity` of an order: the base asset of a sell; for a buy the quote
/// asset at its limit (a stop without limit: at its trigger) with the higher of both fees; nothing
/// for a market order.
[[nodiscard]] std::optional<Decimal> hold_for(const OrderTerms& terms,
                                              Decimal quantity,
                                              const MatchingRules& rules);

/// The part of a quantity that is a whole number of lots; `kUnlimited` stays as it is.
[[nodiscard]] Decimal whole_lots(Decimal quantity, Decimal lot);

/// An account's balances and an order's hold after one execution.
struct Settlement {
    Balance base;
    Balance quote;
    Decimal held;
    Decimal notional;
    Decimal fee;
};

/// Books one side of an execution on copies of both balances; nothing when a value would leave the
/// range of Decimal or a balance would become negative.
[[nodiscard]] std::optional<Settlement> settle(const Order& order,
                                               Liquidity liquidity,
                                               Decimal price,
                                               Decimal quantity,
                                               Balance base,
                                               Balance quote,
                                               const MatchingRules& rules);

}  // namespace tradectl::paper
