/// Prices at which exits hit: arithmetic in the direction of a position's gain.
#pragma once

#include "host/execution/exits.hpp"

#include <optional>

namespace tradectl::execution {

/// Levels of one position. Every product is rounded half-even at the 18th decimal; nothing when it
/// does not fit. References must outlive it.
class ExitLevels {
  public:
    ExitLevels(const ExitRules& rules, const ExitView& view)
        : rules_(rules), view_(view), long_(view.quantity.is_positive()) {}

    [[nodiscard]] bool is_long() const { return long_; }
    /// Whether `price` is at `level` or beyond it on the side of the gain.
    [[nodiscard]] bool gained(Decimal price, Decimal level) const {
        return long_ ? price >= level : price <= level;
    }
    [[nodiscard]] std::optional<Decimal> stop() const {
        return moved(view_.average_price, distance(view_.average_price, rules_.stop_offset), -1);
    }
    /// Where a trailing stop stands behind the best price; null when it does not trail yet.
    [[nodiscard]] std::optional<Decimal> trailing(Decimal best) const;
    /// The gain at which trailing starts, or changes to its own offset; null: from the start.
    [[nodiscard]] std::optional<Decimal> activation() const {
        if (rules_.trailing_activation.is_null()) return Decimal::null();
        return moved(
            view_.average_price, distance(view_.average_price, rules_.trailing_activation), 1);
    }
    /// The target in force `held_ns` after the entry; null when none is.
    [[nodiscard]] std::optional<Decimal> target(std::int64_t held_ns) const;
    /// The step in force, or null when there are no steps or none has begun.
    [[nodiscard]] const TargetStep* step(std::int64_t held_ns) const;
    /// The offset by which a stop trails now.
    [[nodiscard]] std::optional<Decimal> trailing_offset(Decimal best) const;

  private:
    [[nodiscard]] std::optional<Decimal> distance(Decimal of, Decimal offset) const {
        if (rules_.offset_kind == OffsetKind::Absolute) return offset;
        return checked_mul(of, offset, Rounding::HalfEven);
    }
    /// `from` moved by `step` toward gain (1) or loss (-1).
    [[nodiscard]] std::optional<Decimal> moved(Decimal from,
                                               std::optional<Decimal> step,
                                               int toward) const {
        if (!step) return std::nullopt;
        return (toward > 0) == long_ ? checked_add(from, *step) : checked_sub(from, *step);
    }

    const ExitRules& rules_;
    const ExitView& view_;
    bool long_;
};

/// The exit inside a bar, if one hits: reason, price and level of `out`. `state` follows the best
/// price. Nothing on overflow.
[[nodiscard]] std::optional<bool> find_in_bar(const ExitRules& rules,
                                              const ExitView& view,
                                              ExitState& state,
                                              ExitDecision& out);

}  // namespace tradectl::execution
