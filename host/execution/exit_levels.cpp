#include "host/execution/exit_levels.hpp"

namespace tradectl::execution {

std::optional<Decimal> ExitLevels::trailing_offset(Decimal best) const {
    const auto from = activation();
    if (!from) return std::nullopt;
    if (from->is_null() || gained(best, *from)) return rules_.trailing_offset;
    return rules_.trailing_before.is_positive() ? rules_.trailing_before : Decimal::null();
}

std::optional<Decimal> ExitLevels::trailing(Decimal best) const {
    const auto offset = trailing_offset(best);
    if (!offset || offset->is_null()) return offset;
    const bool of_best = (rules_.rules & TRADECTL_EXIT_TRAILING_OF_BEST) != 0;
    return moved(best, distance(of_best ? best : view_.average_price, *offset), -1);
}

const TargetStep* ExitLevels::step(std::int64_t held_ns) const {
    const TargetStep* found = nullptr;
    for (std::uint32_t i = 0; i < rules_.step_count; ++i)
        if (rules_.steps[i].after_ns <= held_ns) found = &rules_.steps[i];
    return found;
}

/// A long that pays the share f of the notional at entry and at exit gains the share r at
/// entry * (1 + f + r) / (1 - f); a short at entry * (1 - f - r) / (1 + f).
std::optional<Decimal> ExitLevels::target(std::int64_t held_ns) const {
    const TargetStep* in_force = step(held_ns);
    if (rules_.step_count != 0 && in_force == nullptr) return Decimal::null();
    const Decimal offset = in_force != nullptr ? in_force->offset : rules_.target_offset;
    const Decimal entry = view_.average_price;
    const auto gain = distance(entry, offset);
    if (rules_.fee_rate.is_zero()) return moved(entry, gain, 1);
    const auto paid = checked_mul(entry, rules_.fee_rate, Rounding::HalfEven);
    const auto cost = gain && paid ? checked_add(*gain, *paid) : std::nullopt;
    const auto above = moved(entry, cost, 1);
    const Decimal one = Decimal::from_int(1);
    const Decimal left = long_ ? one - rules_.fee_rate : one + rules_.fee_rate;
    return above ? checked_div(*above, left, Rounding::HalfEven) : std::nullopt;
}

}  // namespace tradectl::execution
