// What an exit does inside a bar, where only four prices are known.
#include "host/execution/exit_levels.hpp"

#include <algorithm>

namespace tradectl::execution {

namespace {

class BarLook {
  public:
    BarLook(const ExitRules& rules, const ExitView& view, ExitState& state)
        : rules_(rules), view_(view), bar_(*view.bar), state_(state), levels_(rules, view) {
        best_ = levels_.is_long() ? bar_.high : bar_.low;
        worst_ = levels_.is_long() ? bar_.low : bar_.high;
        held_ns_ = bar_.start.minus(state.entered);
    }

    [[nodiscard]] std::optional<bool> find(ExitDecision& out) {
        if (!move_stop()) return std::nullopt;
        const bool stopped = !stop_.is_null() && levels_.gained(stop_, worst_);
        if (stopped && !trails_) return take(out, TRADECTL_REASON_EXIT_STOP, stop_price());
        if (is_on(TRADECTL_EXIT_TARGET)) {
            const auto level = levels_.target(held_ns_);
            if (!level) return std::nullopt;
            if (!level->is_null() && best_ != *level && levels_.gained(best_, *level) &&
                !against_entry(*level))
                return take(out, TRADECTL_REASON_EXIT_TARGET, target_price(*level));
        }
        if (stopped) return take(out, TRADECTL_REASON_EXIT_TRAILING, stop_price());
        return false;
    }

  private:
    [[nodiscard]] bool is_on(std::uint32_t rule) const {
        return (rules_.rules & rule) != 0 && (state_.fired & rule) == 0;
    }
    [[nodiscard]] static bool take(ExitDecision& out, std::uint16_t reason, Decimal price) {
        out.reason = reason;
        out.price = price;
        out.level = price;
        return true;
    }
    /// The price that gains less, or more.
    [[nodiscard]] Decimal worse(Decimal a, Decimal b) const { return levels_.gained(a, b) ? b : a; }
    [[nodiscard]] Decimal better(Decimal a, Decimal b) const {
        return levels_.gained(a, b) ? a : b;
    }

    /// The stop in force, moved to this bar's best price unless it was hit before.
    [[nodiscard]] bool move_stop() {
        if (is_on(TRADECTL_EXIT_STOP)) {
            const auto level = levels_.stop();
            if (!level) return false;
            stop_ = *level;
        }
        if (!is_on(TRADECTL_EXIT_TRAILING)) return true;
        if (!state_.best_price.is_null() && !raise_to(state_.best_price)) return false;
        if (!stop_.is_null() && levels_.gained(stop_, worst_)) return true;
        const Decimal best = state_.best_price.is_null() ? best_ : better(best_, state_.best_price);
        const auto offset = levels_.trailing_offset(best);
        if (!offset) return false;
        if (offset->is_null()) return true;
        state_.best_price = best;
        return raise_to(best);
    }
    [[nodiscard]] bool raise_to(Decimal best) {
        const auto level = levels_.trailing(best);
        if (!level) return false;
        if (level->is_null() || (!stop_.is_null() && levels_.gained(stop_, *level))) return true;
        stop_ = *level;
        trails_ = true;
        return true;
    }

    [[nodiscard]] Decimal stop_price() const {
        if (bar_.hits == HitPrice::InBar && !levels_.gained(best_, stop_)) return bar_.open;
        if (!trails_ || !bar_.entry) return stop_;
        return better(entry_bar_price(), worst_);
    }
    /// The least favourable way: just far enough to arm the stop, then straight back to it.
    [[nodiscard]] Decimal entry_bar_price() const {
        const bool armed_late =
            rules_.trailing_before.is_zero() && rules_.trailing_activation.is_positive();
        const Decimal offset = levels_.trailing_offset(state_.best_price).value_or(Decimal{});
        const Decimal gain = armed_late ? rules_.trailing_activation - offset : -offset;
        const auto step = rules_.offset_kind == OffsetKind::Absolute
                              ? std::optional(gain)
                              : checked_mul(bar_.open, gain, Rounding::HalfEven);
        return levels_.is_long() ? bar_.open + step.value_or(Decimal{})
                                 : bar_.open - step.value_or(Decimal{});
    }

    /// An entry below the open of a bar that fell says nothing about the way up before it.
    [[nodiscard]] bool against_entry(Decimal level) const {
        if (!bar_.entry) return false;
        const auto ahead = [&](Decimal a, Decimal b) { return a != b && levels_.gained(a, b); };
        return ahead(bar_.open, bar_.close) && ahead(bar_.open, view_.average_price) &&
               ahead(level, bar_.close);
    }
    [[nodiscard]] Decimal target_price(Decimal level) const {
        if (bar_.hits == HitPrice::Level) return level;
        const TargetStep* step = levels_.step(held_ns_);
        const bool begins = step != nullptr && held_ns_ > 0 && step->after_ns == held_ns_;
        if (begins && levels_.gained(bar_.open, level)) return bar_.open;
        return worse(better(level, worst_), best_);
    }

    const ExitRules& rules_;
    const ExitView& view_;
    const ExitBar& bar_;
    ExitState& state_;
    ExitLevels levels_;
    Decimal best_;
    Decimal worst_;
    Decimal stop_ = Decimal::null();
    bool trails_ = false;
    std::int64_t held_ns_ = 0;
};

}  // namespace

std::optional<bool> find_in_bar(const ExitRules& rules,
                                const ExitView& view,
                                ExitState& state,
                                ExitDecision& out) {
    return BarLook(rules, view, state).find(out);
}

}  // namespace tradectl::execution
