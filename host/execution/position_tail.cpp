#include "host/execution/position_tail.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::execution {

namespace {

PositionStep step_between(const Position& before, const Position& after) {
    if (after.quantity.is_zero()) return PositionStep::Close;
    if (before.quantity.is_zero()) return PositionStep::Open;
    return before.quantity.sign() == after.quantity.sign() ? PositionStep::Update
                                                           : PositionStep::Flip;
}

}  // namespace

void PositionTail::add(const Position& before, Fill fill, const Position& after) {
    if (!fills_.empty() && fills_.back().after != before) fills_.clear();
    if (fills_.empty()) base_ = before;
    fills_.push_back({std::move(fill), after});
    forget_final();
}

void PositionTail::settle(std::string_view name) {
    for (Step& step : fills_)
        if (step.fill.name == name) step.fill.is_final = true;
    forget_final();
}

void PositionTail::forget_final() {
    const auto open = std::find_if(
        fills_.begin(), fills_.end(), [](const Step& step) { return !step.fill.is_final; });
    if (open == fills_.begin()) return;
    base_ = std::prev(open)->after;
    fills_.erase(fills_.begin(), open);
}

Expected<PositionChange> PositionTail::undo(std::string_view name,
                                            const Position& now,
                                            Decimal multiplier) {
    std::vector<Step> left;
    Position position = base_;
    for (const Step& step : fills_) {
        if (step.fill.name == name) continue;
        const auto change =
            apply_fill(position, step.fill.side, step.fill.price, step.fill.quantity, multiplier);
        if (!change) return fail(change.error());
        position = change->after;
        left.push_back({step.fill, position});
    }
    if (left.size() == fills_.size() || fills_.back().after != now)
        return fail(ErrorCode::NotFound, "position: fill " + std::string(name) + " is not known");
    const auto realized = checked_sub(position.realized_pnl, now.realized_pnl);
    if (!realized) return fail(ErrorCode::Overflow, "position: a value is out of range");
    fills_ = std::move(left);
    forget_final();
    return PositionChange{position, *realized, step_between(now, position)};
}

}  // namespace tradectl::execution
