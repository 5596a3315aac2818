#include "amounts.hpp"

#include <array>
#include <optional>
#include <string>

namespace tradectl::polymarket {

namespace {

constexpr std::array<TickRules, 6> kRules{{{0.1_d, 1, 3},
                                           {0.01_d, 2, 4},
                                           {0.005_d, 3, 5},
                                           {0.0025_d, 4, 6},
                                           {0.001_d, 3, 5},
                                           {0.0001_d, 4, 6}}};

Decimal step_of(int decimals) {
    return Decimal::from_mantissa(1, decimals).value_or(1_d);
}

std::optional<Decimal> cut(Decimal value, int decimals) {
    return round_to(value, step_of(decimals), Rounding::Down);
}

Unexpected out_of_range(Decimal amount) {
    return fail(ErrorCode::InvalidArgument, "amount " + amount.to_string() + " is out of range");
}

/// In units of 10^-6.
std::optional<std::uint64_t> base_units(Decimal amount) {
    constexpr auto kUnit = Decimal::Raw{1'000'000'000'000};
    if (amount.is_null() || amount.is_negative() || amount.raw() % kUnit != 0) return std::nullopt;
    const auto units = amount.raw() / kUnit;
    constexpr auto kMax = static_cast<Decimal::Raw>(UINT64_MAX);
    if (units > kMax) return std::nullopt;
    return static_cast<std::uint64_t>(units);
}

Expected<Amounts> pack(Decimal maker, Decimal taker) {
    const auto gives = base_units(maker);
    const auto takes = base_units(taker);
    if (!gives) return out_of_range(maker);
    if (!takes) return out_of_range(taker);
    if (*gives == 0 || *takes == 0)
        return fail(ErrorCode::InvalidArgument,
                    "nothing is left of the order after rounding: gives " + maker.to_string() +
                        ", takes " + taker.to_string());
    return Amounts{*gives, *takes};
}

}  // namespace

Expected<TickRules> tick_rules(Decimal tick) {
    for (const TickRules& rules : kRules)
        if (rules.tick == tick) return rules;
    return fail(ErrorCode::InvalidArgument,
                "tick " + tick.to_string() + " is none of 0.1, 0.01, 0.005, 0.0025, 0.001, 0.0001");
}

Status check_price(Decimal price, const TickRules& rules) {
    if (price.is_null() || price < rules.tick || price > 1_d - rules.tick)
        return fail(ErrorCode::InvalidArgument,
                    "price " + price.to_string() + " is not in " + rules.tick.to_string() + " .. " +
                        (1_d - rules.tick).to_string());
    if (!price.is_multiple_of(rules.tick))
        return fail(ErrorCode::InvalidArgument,
                    "price " + price.to_string() + " is not on the tick " + rules.tick.to_string());
    return {};
}

Expected<Amounts> limit_amounts(Side side,
                                Decimal price,
                                Decimal quantity,
                                const TickRules& rules) {
    if (Status good = check_price(price, rules); !good) return fail(good.error());
    const auto shares = cut(quantity, kSizeDecimals);
    if (!shares) return out_of_range(quantity);
    const auto product = checked_mul(*shares, price, Rounding::Down);
    const auto collateral = product ? cut(*product, rules.amount_decimals) : std::nullopt;
    if (!collateral) return out_of_range(quantity);
    return side == Side::Buy ? pack(*collateral, *shares) : pack(*shares, *collateral);
}

Expected<Amounts> market_amounts(
    Side side, Decimal price, Decimal amount, const TickRules& rules, PriceBound bound) {
    const auto cut_price = cut(price, rules.price_decimals);
    const auto gives = cut(amount, kSizeDecimals);
    if (!cut_price || !gives) return out_of_range(amount);
    if (*cut_price < rules.tick || *cut_price > 1_d - rules.tick)
        return fail(check_price(*cut_price, rules).error());
    // The direction of both roundings is the same, so that two of them are one.
    const Rounding rounding = bound == PriceBound::Protected ? Rounding::Up : Rounding::Down;
    const auto exact = side == Side::Buy ? checked_div(*gives, *cut_price, rounding)
                                         : checked_mul(*gives, *cut_price, rounding);
    const auto takes =
        exact ? round_to(*exact, step_of(rules.amount_decimals), rounding) : std::nullopt;
    if (!takes) return out_of_range(amount);
    return pack(*gives, *takes);
}

Expected<Decimal> market_price(std::span<const PriceLevel> best_first,
                               Decimal amount,
                               Measure measure,
                               Shortfall shortfall) {
    Decimal sum;
    for (const PriceLevel& level : best_first) {
        const auto part = measure == Measure::Shares
                              ? std::optional(level.quantity)
                              : checked_mul(level.quantity, level.price, Rounding::Down);
        const auto next = part ? checked_add(sum, *part) : std::nullopt;
        if (!next) return fail(ErrorCode::Overflow, "the book's depth is out of range");
        sum = *next;
        if (sum >= amount) return level.price;
    }
    if (best_first.empty() || shortfall == Shortfall::Fail)
        return fail(ErrorCode::NotFound,
                    "the book offers " + sum.to_string() + " of " + amount.to_string());
    return best_first.back().price;
}

Decimal taker_fee(Decimal quantity, Decimal price, Decimal rate, int exponent) {
    if (rate.is_null() || rate.is_zero()) return {};
    auto fee = checked_mul(quantity, rate, Rounding::HalfEven);
    const auto spread = checked_mul(price, 1_d - price, Rounding::HalfEven);
    for (int i = 0; i < exponent && fee && spread; ++i)
        fee = checked_mul(*fee, *spread, Rounding::HalfEven);
    const auto rounded = fee ? round_to(*fee, 0.00001_d, Rounding::HalfUp) : std::nullopt;
    return rounded.value_or(Decimal::null());
}

}  // namespace tradectl::polymarket
