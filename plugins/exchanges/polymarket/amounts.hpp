/// What an order pays and takes: exact decimals, rounded as the venue's newest client does.
#pragma once

#include <tradectl/decimal.hpp>
#include <tradectl/enums.hpp>
#include <tradectl/expected.hpp>

#include <cstdint>
#include <span>

namespace tradectl::polymarket {

/// How many decimals go with a tick.
struct TickRules {
    Decimal tick;
    int price_decimals = 0;
    int amount_decimals = 0;
};
inline constexpr int kSizeDecimals = 2;

/// The rules of 0.1, 0.01, 0.005, 0.0025, 0.001 or 0.0001. InvalidArgument for any other tick.
[[nodiscard]] Expected<TickRules> tick_rules(Decimal tick);

/// In units of 10^-6, of collateral and of shares alike.
struct Amounts {
    std::uint64_t maker = 0;  ///< what the order gives
    std::uint64_t taker = 0;  ///< what it wants for it
};

/// InvalidArgument unless the price is on the grid and in [tick, 1 - tick].
[[nodiscard]] Status check_price(Decimal price, const TickRules& rules);

/// A limit order: `quantity` shares, cut down to two decimals, at `price`. InvalidArgument when
/// nothing is left, or the price is bad.
[[nodiscard]] Expected<Amounts> limit_amounts(Side side,
                                              Decimal price,
                                              Decimal quantity,
                                              const TickRules& rules);

/// Whether the price of a market order is the caller's worst, which no rounding may pass.
enum class PriceBound { Found, Protected };

/// A market order: `amount` is collateral to spend when buying, shares when selling.
[[nodiscard]] Expected<Amounts> market_amounts(
    Side side, Decimal price, Decimal amount, const TickRules& rules, PriceBound bound);

struct PriceLevel {
    Decimal price;
    Decimal quantity;
};

enum class Measure { Shares, Collateral };
enum class Shortfall { Fail, UseWorst };  ///< FOK, and FAK

/// The price to sign for a market order: of the level, best first, at which the sum covers
/// `amount`. NotFound when the book does not cover it, or is empty.
[[nodiscard]] Expected<Decimal> market_price(std::span<const PriceLevel> best_first,
                                             Decimal amount,
                                             Measure measure,
                                             Shortfall shortfall);

/// What a taker pays: shares * rate * (price * (1 - price))^exponent, rounded to five decimals;
/// null when it is out of range.
[[nodiscard]] Decimal taker_fee(Decimal quantity, Decimal price, Decimal rate, int exponent);

}  // namespace tradectl::polymarket
