#include "host/execution/exit_levels.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace tradectl::execution {

namespace {

constexpr std::uint32_t kKnownRules = TRADECTL_EXIT_TARGET | TRADECTL_EXIT_STOP |
                                      TRADECTL_EXIT_TRAILING | TRADECTL_EXIT_TIME |
                                      TRADECTL_EXIT_NOW | TRADECTL_EXIT_TRAILING_OF_BEST;

Status check_offset(const ExitRules& rules, std::uint32_t rule, Decimal offset, const char* name) {
    if ((rules.rules & rule) == 0 || offset.is_positive()) return {};
    return fail(ErrorCode::InvalidArgument,
                std::string("exits: ") + name + " is " + offset.to_string() + ", must be above 0");
}

std::uint32_t rule_of(std::uint16_t reason) {
    switch (reason) {
        case TRADECTL_REASON_EXIT_SIGNAL: return TRADECTL_EXIT_NOW;
        case TRADECTL_REASON_EXIT_STOP: return TRADECTL_EXIT_STOP;
        case TRADECTL_REASON_EXIT_TRAILING: return TRADECTL_EXIT_TRAILING;
        case TRADECTL_REASON_EXIT_TARGET: return TRADECTL_EXIT_TARGET;
        case TRADECTL_REASON_EXIT_TIME: return TRADECTL_EXIT_TIME;
        default: return 0;
    }
}

/// One look at one position. Prices are judged in the direction of its gain.
class Look {
  public:
    Look(const ExitRules& rules, const ExitState& state, const ExitView& view)
        : rules_(rules),
          state_(state),
          view_(view),
          levels_(rules_, view_),
          long_(view.quantity.is_positive()) {
        const Decimal quoted = long_ ? view.bid_price : view.ask_price;
        price_ = quoted.is_null() ? view.last_price : quoted;
        if (state_.entered.is_none())
            state_.entered = view.bar != nullptr ? view.bar->start : view.now;
    }

    [[nodiscard]] Expected<ExitDecision> decide() {
        if (view_.bar == nullptr && !follow_best_price()) return overflow();
        ExitDecision out;
        if (state_.in_flight == TRADECTL_REASON_NONE) find_reason(out);
        if (overflow_) return overflow();
        if (out.reason != TRADECTL_REASON_NONE) {
            out.side = long_ ? TRADECTL_SIDE_SELL : TRADECTL_SIDE_BUY;
            out.quantity = quantity_for(out.reason);
            state_.in_flight = out.reason;
        }
        out.state = state_;
        return out;
    }

  private:
    static Unexpected overflow() {
        return fail(ErrorCode::Overflow, "exits: a price level is out of range");
    }

    [[nodiscard]] bool is_on(std::uint32_t rule) const {
        return (rules_.rules & rule) != 0 && (state_.fired & rule) == 0;
    }
    [[nodiscard]] bool is_priced() const { return price_.is_positive(); }
    /// Arms the trailing stop and keeps the best price since. False on overflow.
    [[nodiscard]] bool follow_best_price() {
        if (!is_on(TRADECTL_EXIT_TRAILING) || !is_priced()) return true;
        if (!state_.best_price.is_null()) {
            if (levels_.gained(price_, state_.best_price)) state_.best_price = price_;
            return true;
        }
        const auto offset = levels_.trailing_offset(price_);
        if (!offset) return false;
        if (!offset->is_null()) state_.best_price = price_;
        return true;
    }

    /// In the order that the header promises.
    void find_reason(ExitDecision& out) {
        if (!view_.close_by.is_none() && view_.now >= view_.close_by) {
            out.reason = TRADECTL_REASON_EXIT_MARKET_CLOSE;
        } else if (is_on(TRADECTL_EXIT_NOW)) {
            out.reason = TRADECTL_REASON_EXIT_SIGNAL;
        } else if (!find_price_reason(out) && is_on(TRADECTL_EXIT_TIME) && time_is_up()) {
            out.reason = TRADECTL_REASON_EXIT_TIME;
        }
    }

    [[nodiscard]] bool find_price_reason(ExitDecision& out) {
        if (view_.bar != nullptr) {
            const auto hit = find_in_bar(rules_, view_, state_, out);
            overflow_ = !hit;
            return hit.value_or(false);
        }
        if (!is_priced()) return false;
        if (is_on(TRADECTL_EXIT_STOP)) {
            const auto level = levels_.stop();
            if (hits(level, Toward::Loss)) return take(out, TRADECTL_REASON_EXIT_STOP, *level);
        }
        if (is_on(TRADECTL_EXIT_TRAILING) && !state_.best_price.is_null()) {
            const auto level = levels_.trailing(state_.best_price);
            if (hits(level, Toward::Loss)) return take(out, TRADECTL_REASON_EXIT_TRAILING, *level);
        }
        if (is_on(TRADECTL_EXIT_TARGET)) {
            const auto level = levels_.target(held_ns());
            if (level && level->is_null()) return false;
            if (hits(level, Toward::Gain)) return take(out, TRADECTL_REASON_EXIT_TARGET, *level);
        }
        return false;
    }

    enum class Toward { Gain, Loss };
    [[nodiscard]] bool hits(std::optional<Decimal> level, Toward toward) {
        if (!level) {
            overflow_ = true;
            return false;
        }
        return toward == Toward::Gain ? levels_.gained(price_, *level)
                                      : levels_.gained(*level, price_);
    }
    [[nodiscard]] bool take(ExitDecision& out, std::uint16_t reason, Decimal level) const {
        out.reason = reason;
        out.price = price_;
        out.level = level;
        return true;
    }

    [[nodiscard]] std::int64_t held_ns() const {
        std::int64_t held = 0;
        const Timestamp now = view_.bar != nullptr ? view_.bar->start : view_.now;
        const bool over = __builtin_sub_overflow(now.ns(), state_.entered.ns(), &held);
        return over ? INT64_MAX : held;
    }
    [[nodiscard]] bool time_is_up() const { return held_ns() >= rules_.hold_ns_max; }

    /// The declared part on the lot grid, or everything.
    [[nodiscard]] Decimal quantity_for(std::uint16_t reason) const {
        const Decimal all = long_ ? view_.quantity : -view_.quantity;
        if (rules_.quantity_fraction.is_null() || reason == TRADECTL_REASON_EXIT_MARKET_CLOSE)
            return all;
        auto part = checked_mul(all, rules_.quantity_fraction, Rounding::Down);
        if (part && view_.lot.is_positive()) part = round_to(*part, view_.lot, Rounding::Down);
        if (!part || !part->is_positive()) return all;
        return std::min(*part, all);
    }

    const ExitRules& rules_;
    ExitState state_;
    const ExitView& view_;
    ExitLevels levels_;
    bool long_;
    Decimal price_;
    bool overflow_ = false;
};

Status check_steps(const ExitRules& rules) {
    if (rules.step_count > rules.steps.size())
        return fail(ErrorCode::InvalidArgument,
                    "exits: " + std::to_string(rules.step_count) + " steps are over " +
                        std::to_string(rules.steps.size()));
    std::int64_t before = -1;
    for (std::uint32_t i = 0; i < rules.step_count; ++i) {
        const TargetStep& step = rules.steps[i];
        if (step.after_ns <= before)
            return fail(ErrorCode::InvalidArgument,
                        "exits: step " + std::to_string(i) + " begins after " +
                            std::to_string(step.after_ns) + " ns, must be 0 or more and rise");
        if (step.offset.is_null())
            return fail(ErrorCode::InvalidArgument,
                        "exits: step " + std::to_string(i) + " has no offset");
        before = step.after_ns;
    }
    return {};
}

Status check_shares(const ExitRules& rules) {
    if (rules.trailing_before.is_null() || rules.trailing_before.is_negative())
        return fail(ErrorCode::InvalidArgument,
                    "exits: trailing_before is " + rules.trailing_before.to_string() +
                        ", must not be below 0");
    if (rules.fee_rate.is_null() || rules.fee_rate.is_negative() ||
        rules.fee_rate >= Decimal::from_int(1))
        return fail(
            ErrorCode::InvalidArgument,
            "exits: fee_rate is " + rules.fee_rate.to_string() + ", must be 0 or more and below 1");
    return {};
}

}  // namespace

Status check_rules(const ExitRules& rules) {
    if ((rules.rules & ~kKnownRules) != 0)
        return fail(ErrorCode::InvalidArgument,
                    "exits: rules " + std::to_string(rules.rules) + " hold an unknown flag");
    for (const Status& each :
         {rules.step_count != 0
              ? Status{}
              : check_offset(rules, TRADECTL_EXIT_TARGET, rules.target_offset, "target_offset"),
          check_offset(rules, TRADECTL_EXIT_STOP, rules.stop_offset, "stop_offset"),
          check_offset(rules, TRADECTL_EXIT_TRAILING, rules.trailing_offset, "trailing_offset")})
        if (!each) return each;
    for (const Status& each : {check_steps(rules), check_shares(rules)})
        if (!each) return each;
    if ((rules.rules & TRADECTL_EXIT_STOP) != 0 && rules.offset_kind == OffsetKind::Fraction &&
        rules.stop_offset >= Decimal::from_int(1))
        return fail(ErrorCode::InvalidArgument,
                    "exits: stop_offset is " + rules.stop_offset.to_string() +
                        ", a fraction of the price must be below 1");
    if (!rules.trailing_activation.is_null() && rules.trailing_activation.is_negative())
        return fail(ErrorCode::InvalidArgument,
                    "exits: trailing_activation is " + rules.trailing_activation.to_string() +
                        ", must not be below 0");
    if ((rules.rules & TRADECTL_EXIT_TIME) != 0 && rules.hold_ns_max <= 0)
        return fail(
            ErrorCode::InvalidArgument,
            "exits: hold_ns_max is " + std::to_string(rules.hold_ns_max) + ", must be above 0");
    const Decimal fraction = rules.quantity_fraction;
    if (!fraction.is_null() && (!fraction.is_positive() || fraction > Decimal::from_int(1)))
        return fail(ErrorCode::InvalidArgument,
                    "exits: quantity_fraction is " + fraction.to_string() +
                        ", must be above 0 and at most 1");
    return {};
}

Expected<ExitDecision> evaluate(const Exits& exits, const ExitView& view) {
    if (view.quantity.sign() == 0) {
        ExitDecision nothing;
        nothing.state = exits.state;
        return nothing;
    }
    return Look(exits.rules, exits.state, view).decide();
}

ExitState finish_exit(const Exits& exits, Decimal filled_qty) {
    ExitState out = exits.state;
    const Decimal fraction = exits.rules.quantity_fraction;
    if (!fraction.is_null() && fraction < Decimal::from_int(1) && filled_qty.is_positive())
        out.fired |= rule_of(out.in_flight);
    out.in_flight = TRADECTL_REASON_NONE;
    return out;
}

}  // namespace tradectl::execution
