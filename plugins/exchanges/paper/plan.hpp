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
    Decimal shown;  ///< for FillMarket: the price at which the market offered it
};

/// Where the market's side of a plan comes from.
enum class Source : std::uint8_t {
    Display,  ///< quotes or book, level by level
    Trade,    ///< what is left of the last trade
    Close,    ///< the last bar's close
    InBar,    ///< anywhere inside of the bar that has just ended
};

/// What the market offers, and what is paid for it.
struct Offer {
    Source source = Source::Trade;
    /// All there is, unless the source is Display; a null price is nothing. With Display: the price
    /// instead of that of the best level, or null.
    Level level{Decimal::null(), Decimal{}};
    Decimal spread;          ///< share of the price
    Decimal closing_spread;  ///< the same for what closes a margin position
    Decimal closing;         ///< how much of the order closes one
    std::int64_t ticks = 0;  ///< slippage
};

struct Plan {
    Source source = Source::Trade;
    std::vector<Step> steps;    ///< in the order in which they happen
    Decimal quantity;           ///< sum of the fills
    Decimal cost;               ///< notional and taker fees of the fills
    bool cancel_order = false;  ///< it met its own account and its rest must go

    /// Whether the order would meet anything at all.
    [[nodiscard]] bool takes() const { return !steps.empty() || cancel_order; }
};

/// What a trade of `quantity` lets orders take: their share of it in whole lots.
[[nodiscard]] Decimal share_of(Decimal quantity, const MatchingRules& rules, Decimal lot);
/// What the last trade still lets orders take.
[[nodiscard]] Decimal left_of_trade(const MarketView& view,
                                    const MatchingRules& rules,
                                    Decimal lot);

/// Walks prices from the best, own orders and market together. At one price the market goes first
/// with `QueueModel::Back` and `Share`, our orders with `Front`. Ends at the order's limit, at the
/// end of its quantity or of the liquidity, or where self-trade prevention ends it.
[[nodiscard]] Plan make_plan(const Order& order,
                             const Book& book,
                             const MarketView& view,
                             const Offer& offer,
                             const MatchingRules& rules,
                             const Listing& listing);

}  // namespace tradectl::paper
