#include "money.hpp"

#include "market_view.hpp"

#include <algorithm>

namespace tradectl::paper {

std::optional<Decimal> notional(Decimal price, Decimal quantity) {
    return checked_mul(price, quantity, Rounding::Down);
}

std::optional<Decimal> fee(Decimal notional, Liquidity liquidity, const MatchingRules& rules) {
    const Decimal rate =
        liquidity == Liquidity::Maker ? rules.fees.maker_rate : rules.fees.taker_rate;
    return checked_mul(notional, rate, Rounding::Down);
}

std::optional<Decimal> hold_for(const OrderTerms& terms,
                                Decimal quantity,
                                const MatchingRules& rules) {
    if (terms.type == OrderType::Market) return Decimal{};
    if (terms.side == Side::Sell) return quantity;
    const Decimal price = terms.has_limit() ? terms.price : terms.stop_price;
    const auto value = checked_mul(price, quantity, Rounding::Up);
    if (!value) return std::nullopt;
    const Decimal rate = std::max({rules.fees.maker_rate, rules.fees.taker_rate, Decimal{}});
    const auto fee_max = checked_mul(*value, rate, Rounding::Up);
    return fee_max ? checked_add(*value, *fee_max) : std::nullopt;
}

Decimal whole_lots(Decimal quantity, Decimal lot) {
    if (quantity == kUnlimited) return quantity;
    return round_to(quantity, lot, Rounding::Down).value_or(Decimal{});
}

namespace {
std::optional<Settlement> settle_buy(const Order& order,
                                     Settlement out,
                                     Decimal quantity,
                                     const MatchingRules& rules) {
    const auto spent = checked_add(out.notional, out.fee);
    if (!spent) return std::nullopt;
    const Decimal leaves = order.leaves - quantity;
    if (!order.held.is_zero() && !leaves.is_zero()) {
        const auto needed = hold_for(order.terms, leaves, rules);
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
                                 const MatchingRules& rules) {
    const auto value = notional(price, quantity);
    if (!value) return std::nullopt;
    const auto charged = fee(*value, liquidity, rules);
    if (!charged || !checked_add(order.traded_value, *value)) return std::nullopt;
    const Settlement start{base, quote, Decimal{}, *value, *charged};
    return order.terms.side == Side::Buy ? settle_buy(order, start, quantity, rules)
                                         : settle_sell(order, start, quantity);
}

}  // namespace tradectl::paper
