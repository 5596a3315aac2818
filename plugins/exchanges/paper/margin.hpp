/// Margin accounting: what fills do to a position, and what positions keep back. Pure functions;
/// the formulas are in tradectl-paper(7).
#pragma once

#include "types.hpp"

#include <optional>

namespace tradectl::paper {

// Everything is rounded half-even at the 18th decimal but for margins, which are rounded up. Each
// function gives nothing when a value leaves the range of Decimal.

/// A position after a fill, and what the fill realised in the quote asset.
struct PositionChange {
    Position after;
    Decimal realized;  ///< (price - average price) * what was closed, negative for a short
    /// Whether the position grew or changed its side.
    bool opens = false;
};
[[nodiscard]] std::optional<PositionChange> change_position(const Position& before,
                                                            Side side,
                                                            Decimal price,
                                                            Decimal quantity);

/// |quantity| * price in the asset that the listing settles in.
[[nodiscard]] std::optional<Decimal> settle_notional(const Listing& listing,
                                                     Decimal quantity,
                                                     Decimal price);
/// An amount of the quote asset in the asset that the listing settles in: divided by the price when
/// that is the base.
[[nodiscard]] std::optional<Decimal> in_settle_asset(const Listing& listing,
                                                     Decimal quote_amount,
                                                     Decimal price);

/// Positions of an account in the markets of one settle asset, at their marks.
struct MarginUse {
    Decimal unrealized;
    Decimal initial;
    Decimal maintenance;
};
/// Adds a position; false, with `use` in part changed, when a value leaves the range.
[[nodiscard]] bool add_position(const Listing& listing,
                                const Position& position,
                                Decimal mark,
                                MarginUse& use);

/// What an open order holds of the settle asset: initial margin and the most fees of the part of
/// `quantity` that does not reduce the position; nothing for a market order.
[[nodiscard]] std::optional<Decimal> margin_hold(const OrderTerms& terms,
                                                 Decimal filled,
                                                 Decimal quantity,
                                                 const Position& position,
                                                 const Listing& listing,
                                                 const FeeRules& fees);

}  // namespace tradectl::paper
