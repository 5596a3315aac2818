/// What an order that takes would trade with, worked out before anything moves.
#pragma once

#include "book.hpp"
#include "market_view.hpp"
#include "types.hpp"

#include <vector>

namespace tradectl::paper {

struct Step {
    enum class Kind : std::uint8_t { FillOwn, FillMarket, CancelOwn };
    Kind kind = Kind::FillMarket;
    Order* own = nullptr;  ///< the resting order, but for FillMarket
    Decimal price;
    Decimal quantity;
};

struct Plan {
    std::vector<Step> steps;    ///< in the order in which they happen
    Decimal quantity;           ///< sum of the fills
    Decimal cost;               ///< notional and taker fees of the fills
    bool cancel_order = false;  ///< it met its own account and its rest must go

    /// Whether the order would meet anything at all.
    [[nodiscard]] bool takes() const { return !steps.empty() || cancel_order; }
};

/// What the market lets an order take beyond our own orders, as lots of the last trade; used while
/// the feed shows no quotes.
[[nodiscard]] Decimal left_of_trade(const MarketView& view,
                                    const MatchingRules& rules,
                                    Decimal lot);

/// Walks prices from the best, own orders and market together. At one price the market goes first
/// with `QueueModel::Back`, our orders with `Front`. Ends at the order's limit, at the end of its
/// quantity or of the liquidity, or where self-trade prevention ends it.
[[nodiscard]] Plan make_plan(const Order& order,
                             const Book& book,
                             const MarketView& view,
                             const MatchingRules& rules,
                             Decimal lot);

}  // namespace tradectl::paper
