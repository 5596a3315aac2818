// The part of Venue that hears of the recorded market: trades, displays and triggers.
#include "money.hpp"
#include "venue.hpp"

#include <algorithm>

namespace tradectl::paper {

// ---- A recorded trade ----

void Venue::on_trade_with_orders(Market& m, std::uint32_t aggressor, Timestamp now) {
    if (!m.book.opening().empty()) release_opening(m, now);
    trade_with_resting(m, aggressor, now);
    const Decimal price = m.view.last_price();
    if (m.book.triggers_any(price, price)) trigger_stops(m, now);
    if (!closed_.empty()) sweep();
}

void Venue::trade_with_resting(Market& m, std::uint32_t aggressor, Timestamp now) {
    const Decimal price = m.view.last_price();
    const auto touched = [&](Side side) {
        const auto& resting = m.book.resting(side);
        return !resting.empty() && reaches(side, resting.front()->terms.price, price);
    };
    const bool bids = touched(Side::Buy);
    const bool asks = touched(Side::Sell);
    if (!bids && !asks) return;
    const Decimal budget = left_of_trade(m.view, rules_, m.listing.lot);
    Decimal filled;
    if (bids) filled = trade_with_side(m, Side::Buy, aggressor, budget, now);
    const Decimal rest = budget == kUnlimited ? budget : budget - filled;
    if (asks) filled = filled + trade_with_side(m, Side::Sell, aggressor, rest, now);
    if (budget != kUnlimited) m.view.set_taken(m.view.taken() + filled);
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
        if (!order->is_open()) continue;
        if (!is_reached(m, *order, price)) break;
        Decimal left = budget == kUnlimited ? budget : budget - filled;
        if (order->terms.price != price) {
            order->ahead = Decimal{};
        } else {
            if (same_side) break;
            const Decimal ahead = order->ahead.is_null() ? Decimal{} : order->ahead;
            const Decimal used = std::min(ahead, traded);
            order->ahead = ahead - used;
            if (!order->shown.is_null())
                order->shown = order->shown > traded ? order->shown - traded : Decimal{};
            Decimal behind = traded - used;
            if (rules_.depth == Depth::Unlimited && behind.is_positive()) behind = kUnlimited;
            if (behind != kUnlimited) behind = behind > filled ? behind - filled : Decimal{};
            left = std::min(left, behind);
        }
        const Decimal quantity = std::min(order->fillable(), whole_lots(left, m.listing.lot));
        if (quantity.is_zero()) continue;
        const Step step{
            Step::Kind::FillMarket, nullptr, resting_price(m, *order, price), quantity, price};
        if (fill(*order, nullptr, Liquidity::Maker, step, now)) filled = filled + quantity;
    }
    return filled;
}

/// What a resting order gets when the market trades at, or displays, a price that reaches it.
Decimal Venue::resting_price(const Market& m, const Order& order, Decimal traded) const {
    const Decimal own = order.terms.price;
    if (m.moment != Moment::NoBar && rules_.bars.limit_fill != LimitFill::Trade) {
        const bool opens_better =
            m.moment == Moment::Open && rules_.bars.limit_fill == LimitFill::OpenOrBetter;
        return opens_better ? traded : own;
    }
    // Without quotes nothing but the trade's own price is known to have traded.
    return m.view.has_quotes() ? own : traded;
}

bool Venue::is_reached(const Market& m, const Order& order, Decimal price) const {
    const bool through =
        m.moment != Moment::NoBar && rules_.bars.limit_touch == LimitTouch::Through;
    if (through && order.terms.price == price) return false;
    return reaches(order.terms.side, order.terms.price, price);
}

// ---- Displayed quotes and books ----

void Venue::on_display_with_orders(Market& m, Timestamp now) {
    if (!m.book.opening().empty()) release_opening(m, now);
    cross(m, Side::Buy, now);
    cross(m, Side::Sell, now);
    update_queue(m, Side::Buy);
    update_queue(m, Side::Sell);
    if (!m.view.has_trade()) trigger_stops(m, now);
    if (!closed_.empty()) sweep();
}

/// Fills resting orders that the other side's display has reached.
void Venue::cross(Market& m, Side side, Timestamp now) {
    const auto& resting = m.book.resting(side);
    const Ladder levels = m.view.levels(opposite(side));
    std::size_t index = 0;
    while (!resting.empty() && index < levels.size()) {
        Order& order = *resting.front();
        const Level level = levels[index];
        if (!is_reached(m, order, level.price)) return;
        const Decimal offered = whole_lots(level.quantity, m.listing.lot);
        const Decimal quantity = std::min(order.fillable(), offered);
        if (quantity.is_zero()) {
            ++index;
            continue;
        }
        const Decimal price = resting_price(m, order, level.price);
        const Step step{Step::Kind::FillMarket, nullptr, price, quantity, level.price};
        const bool filled = fill(order, nullptr, Liquidity::Maker, step, now);
        if (!filled && order.is_open()) return;
        if (filled) m.view.take(opposite(side), level.price, quantity);
    }
}

namespace {
/// Where an order stands once `shown` is displayed at its price.
Decimal place_after(const Order& order, Decimal shown, QueueModel queue) {
    if (order.ahead.is_null()) return shown;
    Decimal ahead = order.ahead;
    const bool shrank = !order.shown.is_null() && shown < order.shown;
    if (queue == QueueModel::Share && shrank && ahead.is_positive()) {
        // Two divisions keep the product in range.
        const auto kept = checked_div(shown, order.shown, Rounding::HalfEven);
        ahead = kept ? checked_mul(ahead, *kept, Rounding::HalfEven).value_or(ahead) : ahead;
    }
    // Nobody can be ahead of it who is not displayed any more.
    return std::min(ahead, shown);
}
}  // namespace

void Venue::update_queue(Market& m, Side side) {
    if (rules_.queue == QueueModel::Front) return;
    for (Order* order : m.book.resting(side)) {
        const Decimal shown = m.view.displayed(side, order->terms.price);
        if (shown.is_null()) return;  // behind the display, and so are all that follow
        order->ahead = place_after(*order, shown, rules_.queue);
        order->shown = shown;
    }
}

// ---- Stops ----

void Venue::trigger_stops(Market& m, Timestamp now) {
    const auto touch = [&](Side side) {
        if (m.view.has_trade()) return m.view.last_price();
        const Ladder levels = m.view.levels(opposite(side));
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
        if (price.is_null() || !order->is_open()) continue;
        const Decimal trigger = order->terms.stop_price;
        if (buys ? price >= trigger : price <= trigger)
            activate(*order, stop_price(m, *order), now);
    }
}

/// What a stop that a bar has reached acts at; null: the touch.
Decimal Venue::stop_price(const Market& m, const Order& order) const {
    if (m.moment == Moment::NoBar || rules_.bars.stop_fill == StopFill::Trade)
        return Decimal::null();
    const bool opens_worse =
        m.moment == Moment::Open && rules_.bars.stop_fill == StopFill::OpenOrWorse;
    return opens_worse ? Decimal::null() : order.terms.stop_price;
}

}  // namespace tradectl::paper
