#include "plan.hpp"

#include "money.hpp"

#include <algorithm>
#include <cstddef>

namespace tradectl::paper {

Decimal left_of_trade(const MarketView& view, const MatchingRules& rules, Decimal lot) {
    if (!view.has_trade()) return Decimal{};
    if (rules.depth == Depth::Unlimited) return kUnlimited;
    const auto share = checked_mul(view.last_quantity(), rules.participation, Rounding::Down);
    if (!share) return Decimal{};
    const Decimal lots = whole_lots(*share, lot);
    return lots > view.taken() ? lots - view.taken() : Decimal{};
}

namespace {
/// Steps through what the market offers to one side.
class MarketCursor {
  public:
    MarketCursor(Side taker, const MarketView& view, const MatchingRules& rules, Decimal lot)
        : levels_(view.levels(opposite(taker))), lot_(lot) {
        if (view.has_quotes()) {
            advance_to(0);
        } else if (view.has_trade()) {
            now_ = {view.last_price(), left_of_trade(view, rules, lot)};
            index_ = levels_.size();
            drop_if_empty();
        }
    }
    [[nodiscard]] bool done() const { return now_.price.is_null(); }
    [[nodiscard]] const Level& level() const { return now_; }
    void next() { advance_to(index_ + 1); }

  private:
    /// Finds the next level that holds at least one lot.
    void advance_to(std::size_t index) {
        for (index_ = index; index_ < levels_.size(); ++index_) {
            now_ = {levels_[index_].price, whole_lots(levels_[index_].quantity, lot_)};
            if (!now_.quantity.is_zero()) return;
        }
        now_ = {Decimal::null(), Decimal{}};
    }
    void drop_if_empty() {
        if (now_.quantity.is_zero()) now_.price = Decimal::null();
    }

    const std::vector<Level>& levels_;
    Decimal lot_;
    std::size_t index_ = 0;
    Level now_{Decimal::null(), Decimal{}};
};

/// Adds a fill; false when its money leaves the range, which ends the walk.
bool add_fill(Plan& plan, Step step, const MatchingRules& rules) {
    const auto value = notional(step.price, step.quantity);
    const auto charged = value ? fee(*value, Liquidity::Taker, rules) : std::nullopt;
    const auto price = charged ? checked_add(*value, *charged) : std::nullopt;
    const auto cost = price ? checked_add(plan.cost, *price) : std::nullopt;
    if (!cost) return false;
    plan.cost = *cost;
    plan.quantity = plan.quantity + step.quantity;
    plan.steps.push_back(step);
    return true;
}

bool own_goes_first(Side side, Decimal own, Decimal market, QueueModel queue) {
    if (own == market) return queue == QueueModel::Front;
    return ranks_before(opposite(side), own, market);
}
}  // namespace

Plan make_plan(const Order& order,
               const Book& book,
               const MarketView& view,
               const MatchingRules& rules,
               Decimal lot) {
    Plan plan;
    const Side side = order.terms.side;
    const auto& resting = book.resting(opposite(side));
    std::size_t own = 0;
    MarketCursor market(side, view, rules, lot);
    while (plan.quantity < order.leaves && (own < resting.size() || !market.done())) {
        Order* maker = own < resting.size() ? resting[own] : nullptr;
        if (maker != nullptr && !market.done() &&
            !own_goes_first(side, maker->terms.price, market.level().price, rules.queue))
            maker = nullptr;
        const Decimal price = maker != nullptr ? maker->terms.price : market.level().price;
        if (order.terms.has_limit() && !reaches(side, order.terms.price, price)) break;
        const Decimal wanted = order.leaves - plan.quantity;
        if (maker == nullptr) {
            const Decimal quantity = std::min(wanted, market.level().quantity);
            if (!add_fill(plan, {Step::Kind::FillMarket, nullptr, price, quantity}, rules)) break;
            market.next();
        } else if (maker->terms.account != order.terms.account) {
            const Decimal quantity = std::min(wanted, maker->leaves);
            if (!add_fill(plan, {Step::Kind::FillOwn, maker, price, quantity}, rules)) break;
            ++own;
        } else {
            if (rules.self_trade != SelfTrade::CancelNewest)
                plan.steps.push_back({Step::Kind::CancelOwn, maker, price, maker->leaves});
            plan.cancel_order = rules.self_trade != SelfTrade::CancelOldest;
            if (plan.cancel_order) break;
            ++own;
        }
    }
    return plan;
}

}  // namespace tradectl::paper
