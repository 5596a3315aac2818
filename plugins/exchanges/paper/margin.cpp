#include "margin.hpp"

#include "money.hpp"

#include <algorithm>

namespace tradectl::paper {

namespace {
constexpr auto kRounding = Rounding::HalfEven;

/// (price - average) * quantity.
std::optional<Decimal> gain(Decimal average, Decimal price, Decimal quantity) {
    const auto move = checked_sub(price, average);
    return move ? checked_mul(*move, quantity, kRounding) : std::nullopt;
}

/// Mean price of what was held and what was added.
std::optional<Decimal> mean_price(const Position& before, Decimal price, Decimal quantity) {
    const auto held = checked_abs(before.quantity);
    const auto old_cost = held ? checked_mul(*held, before.average_price, kRounding) : std::nullopt;
    const auto new_cost = checked_mul(quantity, price, kRounding);
    const auto size = held ? checked_add(*held, quantity) : std::nullopt;
    if (!old_cost || !new_cost || !size) return std::nullopt;
    const auto cost = checked_add(*old_cost, *new_cost);
    return cost ? checked_div(*cost, *size, kRounding) : std::nullopt;
}

bool add_to(Decimal& sum, std::optional<Decimal> value) {
    const auto total = value ? checked_add(sum, *value) : std::nullopt;
    if (total) sum = *total;
    return total.has_value();
}
}  // namespace

std::optional<PositionChange> change_position(const Position& before,
                                              Side side,
                                              Decimal price,
                                              Decimal quantity) {
    const Decimal signed_quantity = side == Side::Buy ? quantity : -quantity;
    const auto after = checked_add(before.quantity, signed_quantity);
    if (!after) return std::nullopt;
    PositionChange change{before, Decimal{}, true};
    change.after.quantity = *after;
    const int sign = before.quantity.sign();
    if (sign == 0) {
        change.after.average_price = price;
    } else if (sign == signed_quantity.sign()) {
        const auto mean = mean_price(before, price, quantity);
        if (!mean) return std::nullopt;
        change.after.average_price = *mean;
    } else {
        const bool through = after->sign() == -sign;
        const Decimal closed = through ? before.quantity : -signed_quantity;
        const auto realized = gain(before.average_price, price, closed);
        if (!realized) return std::nullopt;
        change.realized = *realized;
        change.opens = through;
        if (through) change.after.average_price = price;
        if (after->is_zero()) change.after.average_price = Decimal::null();
    }
    return change;
}

std::optional<Decimal> settle_notional(const Listing& listing, Decimal quantity, Decimal price) {
    const auto size = checked_abs(quantity);
    if (!size || listing.settles_in_base()) return size;
    return checked_mul(price, *size, kRounding);
}

std::optional<Decimal> in_settle_asset(const Listing& listing,
                                       Decimal quote_amount,
                                       Decimal price) {
    if (!listing.settles_in_base()) return quote_amount;
    return checked_div(quote_amount, price, kRounding);
}

bool add_position(const Listing& listing, const Position& position, Decimal mark, MarginUse& use) {
    const auto profit = gain(position.average_price, mark, position.quantity);
    const auto value = settle_notional(listing, position.quantity, mark);
    if (!profit || !value) return false;
    return add_to(use.unrealized, in_settle_asset(listing, *profit, mark)) &&
           add_to(use.initial, checked_mul(*value, listing.margin_initial, Rounding::Up)) &&
           add_to(use.maintenance, checked_mul(*value, listing.margin_maintenance, Rounding::Up));
}

std::optional<Decimal> margin_hold(const OrderTerms& terms,
                                   Decimal filled,
                                   Decimal quantity,
                                   const Position& position,
                                   const Listing& listing,
                                   const FeeRules& fees) {
    const Decimal opening = quantity - std::min(quantity, reducible(position, terms.side));
    if (terms.type == OrderType::Market || terms.reduce_only() || opening.is_zero())
        return Decimal{};
    const auto value = settle_notional(listing, opening, terms.hold_price());
    const auto margin =
        value ? checked_mul(*value, listing.margin_initial, Rounding::Up) : std::nullopt;
    const auto most = margin ? fee_max(*value, filled, fees) : std::nullopt;
    return most ? checked_add(*margin, *most) : std::nullopt;
}

}  // namespace tradectl::paper
