/// Positions: what fills add up to.
#pragma once

#include <tradectl/abi/types.h>
#include <tradectl/decimal.hpp>
#include <tradectl/expected.hpp>

#include <cstdint>

namespace tradectl::execution {

/// A strategy's position in one instrument. Fees are not part of it.
struct Position {
    Decimal quantity;                         ///< negative is short
    Decimal average_price = Decimal::null();  ///< of the entries; null when flat
    Decimal realized_pnl;                     ///< quote asset
    friend bool operator==(const Position&, const Position&) = default;
};

enum class PositionStep : std::uint8_t {
    Open,    ///< from flat
    Update,  ///< grown or reduced
    Close,   ///< to flat
    Flip,    ///< through zero to the other side
};

struct PositionChange {
    Position after;
    Decimal realized;  ///< by this fill; zero unless it reduced
    PositionStep step{};
};

/// Adds one fill of `side` (TRADECTL_SIDE_BUY or _SELL). `multiplier` is the quote value of one
/// unit at price 1.
///
/// Growing: average price = (|q0| p0 + q p) / (|q0| + q); each product and the quotient are rounded
/// half-even at the 18th decimal. Reducing keeps the average price and realises
/// (p - p0) * reduced * multiplier, sign turned for a short; the product is rounded half-even. A
/// flip closes the old side and opens the new one at the fill's price.
///
/// InvalidArgument: bad side, or price, quantity or multiplier not above zero. Overflow: does not
/// fit.
[[nodiscard]] Expected<PositionChange> apply_fill(const Position& position,
                                                  std::uint8_t side,
                                                  Decimal price,
                                                  Decimal quantity,
                                                  Decimal multiplier = Decimal::from_int(1));

/// (price - average price) * quantity * multiplier, rounded half-even; zero when flat. Overflow
/// when it does not fit or `price` is null.
[[nodiscard]] Expected<Decimal> unrealized_pnl(const Position& position,
                                               Decimal price,
                                               Decimal multiplier = Decimal::from_int(1));

}  // namespace tradectl::execution
