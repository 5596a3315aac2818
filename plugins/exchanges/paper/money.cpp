#include "money.hpp"

#include "market_view.hpp"

#include <algorithm>

namespace tradectl::paper {

std::optional<Decimal> notional(Decimal price, Decimal quantity) {
    return checked_mul(price, quantity, Rounding::Down);
}

namespace {
Decimal fixed_fee(Decimal filled, const FeeRules& rules) {
    const bool due = rules.fixed_per == FixedFee::PerFill || filled.is_zero();
    return due ? rules.fixed : Decimal{};
}

std::optional<Decimal> rounded(std::optional<Decimal> value, Decimal unit, Rounding rounding) {
    // Most fees are kept to the last decimal, and need no division.
    if (!value || unit == Decimal::from_raw(1)) return value;
    return round_to(*value, unit, rounding);
}
}  // namespace

std::optional<Decimal> fee(Decimal notional,
                           Liquidity liquidity,
                           Decimal filled,
                           const FeeRules& rules) {
    const Decimal rate = liquidity == Liquidity::Maker ? rules.maker_rate : rules.taker_rate;
    const auto share =
        rounded(checked_mul(notional, rate, rules.rounding), rules.unit, rules.rounding);
    return share ? checked_add(*share, fixed_fee(filled, rules)) : std::nullopt;
}

std::optional<Decimal> fee_max(Decimal notional, Decimal filled, const FeeRules& rules) {
    const Decimal rate = std::max({rules.maker_rate, rules.taker_rate, Decimal{}});
    const auto share = rounded(checked_mul(notional, rate, Rounding::Up), rules.unit, Rounding::Up);
    return share ? checked_add(*share, fixed_fee(filled, rules)) : std::nullopt;
}

std::optional<Decimal> hold_for(const OrderTerms& terms,
                                Decimal filled,
                                Decimal quantity,
                                const FeeRules& rules) {
    if (terms.type == OrderType::Market) return Decimal{};
    if (terms.side == Side::Sell) return quantity;
    const auto value = checked_mul(terms.hold_price(), quantity, Rounding::Up);
    const auto fees = value ? fee_max(*value, filled, rules) : std::nullopt;
    return fees ? checked_add(*value, *fees) : std::nullopt;
}

std::optional<Decimal> taking_price(
    Side side, Decimal price, Decimal spread, std::int64_t ticks, Decimal tick) {
    if (spread.is_zero() && ticks == 0) return price;
    const Decimal one = Decimal::from_int(1);
    const Decimal factor = side == Side::Buy ? one + spread : one - spread;
    const auto spread_price = checked_mul(price, factor, Rounding::HalfEven);
    const auto slip = checked_mul(tick, Decimal::from_int(ticks), Rounding::HalfEven);
    if (!spread_price || !slip) return std::nullopt;
    const auto out =
        side == Side::Buy ? checked_add(*spread_price, *slip) : checked_sub(*spread_price, *slip);
    return out && out->is_positive() ? out : std::nullopt;
}

Decimal whole_lots(Decimal quantity, Decimal lot) {
    if (quantity == kUnlimited) return quantity;
    return round_to(quantity, lot, Rounding::Down).value_or(Decimal{});
}

namespace {
std::optional<Settlement> settle_buy(const Order& order,
                                     Settlement out,
                                     Decimal quantity,
                                     const FeeRules& rules) {
    const auto spent = checked_add(out.notional, out.fee);
    if (!spent) return std::nullopt;
    const Decimal leaves = order.leaves - quantity;
    if (!order.held.is_zero() && !leaves.is_zero()) {
        const auto needed = hold_for(order.terms, order.filled + quantity, leaves, rules);
        if (!needed) return std::nullopt;
        // Below zero only when fees rose since the order came: then the free balance pays.
        out.held = std::max(Decimal{}, std::min(*needed, order.held - *spent));
    }
    const auto base_total = checked_add(out.base.total, quantity);
    const auto quote_total = checked_sub(out.quote.total, *spent);
    if (!base_total || !quote_total) return std::nullopt;
    out.base.total = *base_total;
    out.quote.total = *quote_total;
    out.quote.held = out.quote.held - order.held + out.held;
    if (out.quote.held.is_negative() || out.quote.held > out.quote.total) return std::nullopt;
    return out;
}

std::optional<Settlement> settle_sell(const Order& order, Settlement out, Decimal quantity) {
    const auto gained = checked_sub(out.notional, out.fee);
    if (!gained) return std::nullopt;
    const auto quote_total = checked_add(out.quote.total, *gained);
    const auto base_total = checked_sub(out.base.total, quantity);
    if (!base_total || !quote_total) return std::nullopt;
    // A fixed fee may be above what the sale brings.
    if (gained->is_negative() && *quote_total < out.quote.held) return std::nullopt;
    if (!order.held.is_zero()) out.held = order.leaves - quantity;
    out.quote.total = *quote_total;
    out.base.total = *base_total;
    out.base.held = out.base.held - order.held + out.held;
    if (out.base.held.is_negative() || out.base.held > out.base.total) return std::nullopt;
    return out;
}
}  // namespace

std::optional<Settlement> settle(const Order& order,
                                 Liquidity liquidity,
                                 Decimal price,
                                 Decimal quantity,
                                 Balance base,
                                 Balance quote,
                                 const FeeRules& rules) {
    const auto value = notional(price, quantity);
    if (!value) return std::nullopt;
    const auto charged = fee(*value, liquidity, order.filled, rules);
    if (!charged || !checked_add(order.traded_value, *value)) return std::nullopt;
    Settlement start;
    start.base = base;
    start.quote = quote;
    start.notional = *value;
    start.fee = *charged;
    return order.terms.side == Side::Buy ? settle_buy(order, start, quantity, rules)
                                         : settle_sell(order, start, quantity);
}

}  // namespace tradectl::paper
