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

/// What a fill costs in the asset that fees are paid in, given its notional in that asset; negative
/// is a rebate. `filled` of the order before: a fixed fee an order is paid with the first fill.
[[nodiscard]] std::optional<Decimal> fee(Decimal notional,
                                         Liquidity liquidity,
                                         Decimal filled,
                                         const FeeRules& rules);

/// The most that fills of a notional can cost, rounded up, with one fixed fee when `filled` says
/// that one is due; never negative.
[[nodiscard]] std::optional<Decimal> fee_max(Decimal notional,
                                             Decimal filled,
                                             const FeeRules& rules);

/// What must be held in a cash market for `quantity` of an order that has `filled` before: the base
/// asset of a sell; for a buy the quote asset at its limit (a stop without limit: at its trigger)
/// with the higher of both fees; nothing for a market order.
[[nodiscard]] std::optional<Decimal> hold_for(const OrderTerms& terms,
                                              Decimal filled,
                                              Decimal quantity,
                                              const FeeRules& rules);

/// What an order that takes pays for an offer at `price`: the spread's share and the ticks more for
/// a buy, less for a sell, half-even at the 18th decimal. Nothing when it would not be above zero.
[[nodiscard]] std::optional<Decimal> taking_price(
    Side side, Decimal price, Decimal spread, std::int64_t ticks, Decimal tick);

/// The part of a quantity that is a whole number of lots; `kUnlimited` stays as it is.
[[nodiscard]] Decimal whole_lots(Decimal quantity, Decimal lot);

/// An account's balances and an order's hold after one execution.
struct Settlement {
    Balance base;   ///< of a cash market
    Balance quote;  ///< of a cash market; of a margin market: the settle asset
    Decimal held;
    Decimal notional;  ///< price * quantity
    Decimal fee;
    Position position;                   ///< of a margin market
    Decimal realized = Decimal::null();  ///< in the settle asset; null for cash
    Decimal lost;                        ///< by an account in the end, beyond what it had
};

/// Books one side of an execution in a cash market on copies of both balances; nothing when a value
/// would leave the range of Decimal or a balance would become negative.
[[nodiscard]] std::optional<Settlement> settle(const Order& order,
                                               Liquidity liquidity,
                                               Decimal price,
                                               Decimal quantity,
                                               Balance base,
                                               Balance quote,
                                               const FeeRules& rules);

}  // namespace tradectl::paper
