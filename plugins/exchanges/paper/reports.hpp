/// The venue's orders, fills and balances as records of the plugin border.
#pragma once

#include "directory.hpp"
#include "types.hpp"

#include <tradectl/abi/events.h>
#include <tradectl/abi/exchange.h>

namespace tradectl::paper {

/// Mean price of an order's fills, half-even at the 18th decimal; null when it has none.
[[nodiscard]] Decimal average_price(const Order& order);

[[nodiscard]] tradectl_order_event order_event(const Order& order, const Directory& directory);
[[nodiscard]] tradectl_fill_event fill_event(const Fill& fill,
                                             const Venue& venue,
                                             const Directory& directory);
[[nodiscard]] tradectl_balance_event balance_event(AccountIndex account,
                                                   AssetIndex asset,
                                                   const Venue& venue,
                                                   const Directory& directory,
                                                   Timestamp now);
[[nodiscard]] tradectl_position_event position_event(AccountIndex account,
                                                     MarketIndex market,
                                                     const Venue& venue,
                                                     const Directory& directory,
                                                     Timestamp now);

[[nodiscard]] tradectl_order_report order_report(const Order& order, const Directory& directory);
[[nodiscard]] tradectl_fill_report fill_report(const Fill& fill,
                                               const Venue& venue,
                                               const Directory& directory);
[[nodiscard]] tradectl_balance_report balance_report(AccountIndex account,
                                                     AssetIndex asset,
                                                     const Venue& venue,
                                                     const Directory& directory,
                                                     Timestamp now);

/// Of a margin market.
[[nodiscard]] tradectl_position_report position_report(AccountIndex account,
                                                       MarketIndex market,
                                                       const Venue& venue,
                                                       const Directory& directory,
                                                       Timestamp now);

}  // namespace tradectl::paper
