// The part of Venue that trades: with other orders, with the recorded market, and at triggers.
#include "money.hpp"
#include "venue.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::paper {

// ---- An order that takes ----

Plan Venue::plan_for(const Order& order) const {
    const Market& m = markets_[order.terms.market];
    return make_plan(order, m.book, m.view, rules_, m.listing.lot);
}

/// A stop becomes an ordinary order; one without limit gives its hold back first.
void Venue::activate(Order& order, Timestamp now) {
    markets_[order.terms.market].book.remove(order);
    order.triggered = true;
    order.updated = now;
    journal_.on_trigger(order);
    if (!order.terms.has_limit()) {
        set_hold(order, Decimal{});
        const AssetIndex quote = markets_[order.terms.market].listing.quote;
        if (order.terms.side == Side::Buy &&
            plan_for(order).cost > accounts_.get(order.terms.account, quote).free())
            return close(order, OrderStatus::Canceled, TRADECTL_REASON_INSUFFICIENT_BALANCE, now);
    }
    run(order, now);
}

void Venue::run(Order& order, Timestamp now) {
    const Plan plan = plan_for(order);
    const auto cancel = [&](Reason reason) { close(order, OrderStatus::Canceled, reason, now); };
    if (order.terms.post_only() && plan.takes())
        return cancel(TRADECTL_REASON_POST_ONLY_WOULD_TAKE);
    if (order.terms.time_in_force == TimeInForce::Fok && plan.quantity < order.leaves)
        return cancel(TRADECTL_REASON_FOK_NOT_FILLED);
    execute(order, plan, now);
    if (!order.is_open()) return;
    if (plan.cancel_order) return cancel(TRADECTL_REASON_SELF_TRADE);
    if (!order.terms.has_limit()) return cancel(TRADECTL_REASON_NO_LIQUIDITY);
    if (order.terms.time_in_force == TimeInForce::Ioc) return cancel(TRADECTL_REASON_IOC_REMAINDER);
    rest(order);
}

void Venue::execute(Order& order, const Plan& plan, Timestamp now) {
    Market& m = markets_[order.terms.market];
    const Side other = opposite(order.terms.side);
    for (const Step& step : plan.steps) {
        if (step.kind == Step::Kind::CancelOwn) {
            close(*step.own, OrderStatus::Canceled, TRADECTL_REASON_SELF_TRADE, now);
            continue;
        }
        if (!fill(order, step.own, Liquidity::Taker, step, now)) return;
        if (step.kind != Step::Kind::FillMarket) continue;
        if (m.view.has_quotes()) {
            m.view.take(other, step.price, step.quantity);
            update_queue(m, other);
        } else if (rules_.depth == Depth::Traded) {
            m.view.set_taken(m.view.taken() + step.quantity);
        }
    }
}

void Venue::rest(Order& order) {
    Market& m = markets_[order.terms.market];
    order.ahead = rules_.queue == QueueModel::Front
                      ? Decimal{}
                      : m.view.displayed(order.terms.side, order.terms.price);
    m.book.rest(order);
}

// ---- Executions ----

/// Books an execution of `order` against `maker`, or against the market without one. False, with
/// nothing changed, when money would leave its range.
bool Venue::fill(Order& order, Order* maker, Liquidity liquidity, const Step& step, Timestamp now) {
    const Listing& listing = markets_[order.terms.market].listing;
    const auto settled = [&](const Order& one, Liquidity role) {
        return settle(one,
                      role,
                      step.price,
                      step.quantity,
                      accounts_.get(one.terms.account, listing.base),
                      accounts_.get(one.terms.account, listing.quote),
                      rules_);
    };
    const auto after = settled(order, liquidity);
    if (!after) return false;
    const auto after_maker = maker != nullptr ? settled(*maker, Liquidity::Maker) : std::nullopt;
    if (maker != nullptr && !after_maker) return false;
    ++counters_.trades;
    book_fill(order, liquidity, *after, step, now);
    if (maker != nullptr) book_fill(*maker, Liquidity::Maker, *after_maker, step, now);
    return true;
}

void Venue::book_fill(
    Order& order, Liquidity liquidity, const Settlement& after, const Step& step, Timestamp now) {
    const Listing& listing = markets_[order.terms.market].listing;
    accounts_.set(order.terms.account, listing.base, after.base);
    accounts_.set(order.terms.account, listing.quote, after.quote);
    order.held = after.held;
    order.filled = order.filled + step.quantity;
    order.leaves = order.leaves - step.quantity;
    order.traded_value = order.traded_value + after.notional;
    order.updated = now;
    Fill fill;
    fill.number = ++counters_.fills;
    fill.trade = counters_.trades;
    fill.order = order.number;
    fill.client_order_id = order.terms.client_order_id;
    fill.market = order.terms.market;
    fill.account = order.terms.account;
    fill.side = order.terms.side;
    fill.liquidity = liquidity;
    fill.price = step.price;
    fill.quantity = step.quantity;
    fill.fee = after.fee;
    fill.filled_qty = order.filled;
    fill.leaves_qty = order.leaves;
    fill.time = now;
    journal_.on_fill(fill);
    if (order.leaves.is_zero()) return close(order, OrderStatus::Filled, TRADECTL_REASON_NONE, now);
    order.status = OrderStatus::PartiallyFilled;
    journal_.on_order(order);
}

// ---- A recorded trade ----

void Venue::trade_with_orders(Market& m, std::uint32_t aggressor, Timestamp now) {
    const Decimal price = m.view.last_price();
    const auto touched = [&](Side side) {
        const auto& resting = m.book.resting(side);
        return !resting.empty() && reaches(side, resting.front()->terms.price, price);
    };
    const bool bids = touched(Side::Buy);
    const bool asks = touched(Side::Sell);
    if (bids || asks) {
        const Decimal budget = left_of_trade(m.view, rules_, m.listing.lot);
        Decimal filled;
        if (bids) filled = trade_with_side(m, Side::Buy, aggressor, budget, now);
        const Decimal rest = budget == kUnlimited ? budget : budget - filled;
        if (asks) filled = filled + trade_with_side(m, Side::Sell, aggressor, rest, now);
        if (budget != kUnlimited) m.view.set_taken(filled);
    }
    if (m.book.triggers_any(price, price)) trigger_stops(m, now);
    if (!closed_.empty()) sweep();
}

/// Fills what rests on one side at the trade's price or better, and returns how much that was.
Decimal Venue::trade_with_side(
    Market& m, Side side, std::uint32_t aggressor, Decimal budget, Timestamp now) {
    const Decimal price = m.view.last_price();
    const Decimal traded = m.view.last_quantity();
    const bool same_side = aggressor == static_cast<std::uint32_t>(side);
    Decimal filled;
    // A copy: orders that fill leave the book.
    const std::vector<Order*> resting = m.book.resting(side);
    for (Order* order : resting) {
        if (!reaches(side, order->terms.price, price)) break;
        Decimal left = budget == kUnlimited ? budget : budget - filled;
        if (order->terms.price != price) {
            order->ahead = Decimal{};
        } else {
            if (same_side) break;
            const Decimal ahead = order->ahead.is_null() ? Decimal{} : order->ahead;
            const Decimal used = std::min(ahead, traded);
            order->ahead = ahead - used;
            Decimal behind = traded - used;
            if (rules_.depth == Depth::Unlimited && behind.is_positive()) behind = kUnlimited;
            if (behind != kUnlimited) behind = behind > filled ? behind - filled : Decimal{};
            left = std::min(left, behind);
        }
        const Decimal quantity = std::min(order->leaves, whole_lots(left, m.listing.lot));
        if (quantity.is_zero()) continue;
        // Without quotes nothing but the trade's own price is known to have traded.
        const Decimal at = m.view.has_quotes() ? order->terms.price : price;
        if (fill(
                *order, nullptr, Liquidity::Maker, {Step::Kind::FillMarket, {}, at, quantity}, now))
            filled = filled + quantity;
    }
    return filled;
}

// ---- Displayed quotes and books ----

void Venue::display_to_orders(Market& m, Timestamp now) {
    cross(m, Side::Buy, now);
    cross(m, Side::Sell, now);
    update_queue(m, Side::Buy);
    update_queue(m, Side::Sell);
    if (!m.view.has_trade()) trigger_stops(m, now);
    if (!closed_.empty()) sweep();
}

/// Fills resting orders that the other side's display has reached, at their own price.
void Venue::cross(Market& m, Side side, Timestamp now) {
    const auto& resting = m.book.resting(side);
    const auto& levels = m.view.levels(opposite(side));
    std::size_t index = 0;
    while (!resting.empty() && index < levels.size()) {
        Order& order = *resting.front();
        const Level level = levels[index];
        if (!reaches(side, order.terms.price, level.price)) return;
        const Decimal offered = whole_lots(level.quantity, m.listing.lot);
        const Decimal quantity = std::min(order.leaves, offered);
        if (quantity.is_zero()) {
            ++index;
            continue;
        }
        const Step step{Step::Kind::FillMarket, nullptr, order.terms.price, quantity};
        if (!fill(order, nullptr, Liquidity::Maker, step, now)) return;
        m.view.take(opposite(side), level.price, quantity);
    }
}

/// Nobody can be ahead of an order who is not displayed any more.
void Venue::update_queue(Market& m, Side side) {
    if (rules_.queue == QueueModel::Front) return;
    for (Order* order : m.book.resting(side)) {
        const Decimal shown = m.view.displayed(side, order->terms.price);
        if (shown.is_null()) return;  // behind the display, and so are all that follow
        order->ahead = order->ahead.is_null() ? shown : std::min(order->ahead, shown);
    }
}

// ---- Stops ----

void Venue::trigger_stops(Market& m, Timestamp now) {
    const auto touch = [&](Side side) {
        if (m.view.has_trade()) return m.view.last_price();
        const auto& levels = m.view.levels(opposite(side));
        return levels.empty() ? Decimal::null() : levels.front().price;
    };
    const Decimal buy_price = touch(Side::Buy);
    const Decimal sell_price = touch(Side::Sell);
    if (!m.book.triggers_any(buy_price, sell_price)) return;
    // A copy: triggered orders leave the book.
    const std::vector<Order*> waiting = m.book.waiting();
    for (Order* order : waiting) {
        const bool buys = order->terms.side == Side::Buy;
        const Decimal price = buys ? buy_price : sell_price;
        if (price.is_null()) continue;
        const Decimal trigger = order->terms.stop_price;
        if (buys ? price >= trigger : price <= trigger) activate(*order, now);
    }
}

}  // namespace tradectl::paper
