#include "plan.hpp"

#include "money.hpp"

#include <algorithm>
#include <cstddef>

namespace tradectl::paper {

Decimal share_of(Decimal quantity, const MatchingRules& rules, Decimal lot) {
    if (rules.depth == Depth::Unlimited || quantity == kUnlimited) return kUnlimited;
    const auto share = checked_mul(quantity, rules.participation, Rounding::Down);
    return share ? whole_lots(*share, lot) : Decimal{};
}

Decimal left_of_trade(const MarketView& view, const MatchingRules& rules, Decimal lot) {
    if (!view.has_trade()) return Decimal{};
    const Decimal lots = share_of(view.last_quantity(), rules, lot);
    if (lots == kUnlimited) return lots;
    return lots > view.taken() ? lots - view.taken() : Decimal{};
}

namespace {
/// Steps through what the market offers to one side, at the prices that are paid.
class MarketCursor {
  public:
    MarketCursor(Side taker, const MarketView& view, const Offer& offer, const Listing& listing)
        : side_(taker),
          levels_(view.levels(opposite(taker))),
          offer_(offer),
          listing_(listing),
          closing_(offer.closing) {
        index_ = levels_.size();
        if (offer.source == Source::Display)
            advance_to(0);
        else
            set_level(offer.level);
    }
    [[nodiscard]] bool done() const { return paid_.is_null(); }
    [[nodiscard]] Decimal price() const { return paid_; }
    [[nodiscard]] Decimal shown() const { return shown_; }
    /// What can be had at that price.
    [[nodiscard]] Decimal quantity() const {
        return splits() ? std::min(closing_, now_.quantity) : now_.quantity;
    }
    /// What the order has just got, from the market or from our own orders.
    void use(Decimal quantity, Step::Kind kind) {
        closing_ = closing_ > quantity ? closing_ - quantity : Decimal{};
        if (kind == Step::Kind::FillMarket) {
            if (now_.quantity != kUnlimited) now_.quantity = now_.quantity - quantity;
            if (now_.quantity.is_zero()) return advance_to(index_ + 1);
        }
        if (!done()) set_level(now_);
    }

  private:
    /// Whether a part of the order pays another price than the rest.
    [[nodiscard]] bool splits() const {
        return closing_.is_positive() && offer_.closing_spread != offer_.spread;
    }
    void set_level(Level level) {
        now_ = level;
        const Decimal spread = closing_.is_positive() ? offer_.closing_spread : offer_.spread;
        const bool empty = now_.price.is_null() || now_.quantity.is_zero();
        paid_ = empty ? Decimal::null()
                      : taking_price(side_, now_.price, spread, offer_.ticks, listing_.tick)
                            .value_or(Decimal::null());
    }
    /// Finds the next level that holds at least one lot.
    void advance_to(std::size_t index) {
        paid_ = Decimal::null();
        for (index_ = index; index_ < levels_.size(); ++index_) {
            const Decimal quantity = whole_lots(levels_[index_].quantity, listing_.lot);
            if (quantity.is_zero()) continue;
            shown_ = levels_[index_].price;
            return set_level(
                {offer_.level.price.is_null() ? shown_ : offer_.level.price, quantity});
        }
    }

    Side side_;
    const Ladder levels_;
    const Offer& offer_;
    const Listing& listing_;
    Decimal closing_;
    std::size_t index_ = 0;
    Level now_{Decimal::null(), Decimal{}};
    Decimal paid_ = Decimal::null();
    Decimal shown_ = Decimal::null();
};

/// Adds a fill; false when its money leaves the range, which ends the walk.
bool add_fill(Plan& plan, Step step, const Order& order, const FeeRules& fees) {
    const auto value = notional(step.price, step.quantity);
    const Decimal filled = order.filled + plan.quantity;
    const auto charged = value ? fee(*value, Liquidity::Taker, filled, fees) : std::nullopt;
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

/// What a maker can do once the steps so far have happened.
Decimal left_of(const Order& maker, const Plan& plan) {
    if (maker.reduce_max.is_null()) return maker.leaves;
    Decimal left = maker.reduce_max;
    for (const Step& step : plan.steps)
        if (step.own != nullptr && step.kind == Step::Kind::FillOwn &&
            step.own->terms.account == maker.terms.account)
            left = left > step.quantity ? left - step.quantity : Decimal{};
    return std::min(left, maker.leaves);
}
}  // namespace

Plan make_plan(const Order& order,
               const Book& book,
               const MarketView& view,
               const Offer& offer,
               const MatchingRules& rules,
               const Listing& listing) {
    Plan plan;
    plan.source = offer.source;
    const Side side = order.terms.side;
    const auto& resting = book.resting(opposite(side));
    std::size_t own = 0;
    MarketCursor market(side, view, offer, listing);
    const Decimal wanted = order.fillable();
    while (plan.quantity < wanted && (own < resting.size() || !market.done())) {
        Order* maker = own < resting.size() ? resting[own] : nullptr;
        if (maker != nullptr && !market.done() &&
            !own_goes_first(side, maker->terms.price, market.price(), rules.queue))
            maker = nullptr;
        const Decimal price = maker != nullptr ? maker->terms.price : market.price();
        if (order.terms.has_limit() && !reaches(side, order.terms.price, price)) break;
        const Decimal left = wanted - plan.quantity;
        Step step{Step::Kind::FillMarket, maker, price, left, market.shown()};
        if (maker == nullptr) {
            step.quantity = std::min(left, market.quantity());
        } else if (maker->terms.account != order.terms.account) {
            step.kind = Step::Kind::FillOwn;
            step.quantity = std::min(left, left_of(*maker, plan));
            ++own;
        } else {
            if (rules.self_trade != SelfTrade::CancelNewest)
                plan.steps.push_back(
                    {Step::Kind::CancelOwn, maker, price, maker->leaves, Decimal::null()});
            plan.cancel_order = rules.self_trade != SelfTrade::CancelOldest;
            if (plan.cancel_order) break;
            ++own;
            continue;
        }
        if (step.quantity.is_zero()) continue;
        if (!add_fill(plan, step, order, rules.fees)) break;
        market.use(step.quantity, step.kind);
    }
    return plan;
}

}  // namespace tradectl::paper
