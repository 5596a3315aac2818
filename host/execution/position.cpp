#include "host/execution/position.hpp"

#include <optional>
#include <string>

namespace tradectl::execution {

namespace {

constexpr auto kRounding = Rounding::HalfEven;

Unexpected overflow() {
    return fail(ErrorCode::Overflow, "position: a value is out of range");
}

/// (price - entry) * quantity * multiplier.
std::optional<Decimal> gain(Decimal entry, Decimal price, Decimal quantity, Decimal multiplier) {
    const auto move = checked_sub(price, entry);
    if (!move) return std::nullopt;
    const auto units = checked_mul(quantity, multiplier, kRounding);
    return units ? checked_mul(*move, *units, kRounding) : std::nullopt;
}

Status check_input(std::uint8_t side, Decimal price, Decimal quantity, Decimal multiplier) {
    if (side != TRADECTL_SIDE_BUY && side != TRADECTL_SIDE_SELL)
        return fail(ErrorCode::InvalidArgument, "fill: side is " + std::to_string(side));
    if (!price.is_positive() && !(price.is_zero() && side == TRADECTL_SIDE_SELL))
        return fail(ErrorCode::InvalidArgument, "fill: price is " + price.to_string());
    if (!quantity.is_positive())
        return fail(ErrorCode::InvalidArgument, "fill: quantity is " + quantity.to_string());
    if (!multiplier.is_positive())
        return fail(ErrorCode::InvalidArgument, "fill: multiplier is " + multiplier.to_string());
    return {};
}

/// Average price after growing from `before` (not flat) by `quantity` to `after`.
std::optional<Decimal> average_after(const Position& before,
                                     Decimal price,
                                     Decimal quantity,
                                     Decimal after) {
    const auto old_size = checked_abs(before.quantity);
    const auto new_size = checked_abs(after);
    if (!old_size || !new_size) return std::nullopt;
    const auto old_cost = checked_mul(*old_size, before.average_price, kRounding);
    const auto new_cost = checked_mul(quantity, price, kRounding);
    if (!old_cost || !new_cost) return std::nullopt;
    const auto cost = checked_add(*old_cost, *new_cost);
    return cost ? checked_div(*cost, *new_size, kRounding) : std::nullopt;
}

}  // namespace

Expected<PositionChange> apply_fill(const Position& position,
                                    std::uint8_t side,
                                    Decimal price,
                                    Decimal quantity,
                                    Decimal multiplier) {
    if (const Status valid = check_input(side, price, quantity, multiplier); !valid)
        return fail(valid.error());
    const Decimal signed_quantity = side == TRADECTL_SIDE_BUY ? quantity : -quantity;
    const auto after = checked_add(position.quantity, signed_quantity);
    if (!after) return overflow();
    PositionChange change{position, Decimal{}, PositionStep::Update};
    change.after.quantity = *after;

    const int before_sign = position.quantity.sign();
    if (before_sign == 0) {
        change.step = PositionStep::Open;
        change.after.average_price = price;
        return change;
    }
    if (before_sign == signed_quantity.sign()) {
        const auto average = average_after(position, price, quantity, *after);
        if (!average) return overflow();
        change.after.average_price = *average;
        return change;
    }
    const bool through = after->sign() != before_sign;                       // to zero or beyond
    const Decimal reduced = through ? position.quantity : -signed_quantity;  // sign of the position
    const auto realized = gain(position.average_price, price, reduced, multiplier);
    const auto total =
        realized ? checked_add(position.realized_pnl, *realized) : std::optional<Decimal>{};
    if (!total) return overflow();
    change.realized = *realized;
    change.after.realized_pnl = *total;
    if (after->is_zero()) {
        change.step = PositionStep::Close;
        change.after.average_price = Decimal::null();
    } else if (through) {
        change.step = PositionStep::Flip;
        change.after.average_price = price;
    }
    return change;
}

Expected<Decimal> unrealized_pnl(const Position& position, Decimal price, Decimal multiplier) {
    if (position.quantity.is_zero()) return Decimal{};
    const auto out = gain(position.average_price, price, position.quantity, multiplier);
    if (!out) return overflow();
    return *out;
}

}  // namespace tradectl::execution
