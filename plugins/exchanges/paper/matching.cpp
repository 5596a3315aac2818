// The part of Venue that trades: with other orders, with the recorded market, and at triggers.
#include "money.hpp"
#include "venue.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::paper {

// ---- An order that takes ----

namespace {
/// What a trade of `quantity` lets orders take in whole lots.
Decimal share_of(Decimal quantity, const MatchingRules& rules, Decimal lot) {
    if (rules.depth == Depth::Unlimited || quantity == kUnlimited) return kUnlimited;
    const auto share = checked_mul(quantity, rules.participation, Rounding::Down);
    return share ? whole_lots(*share, lot) : Decimal{};
}

/// What the last trade still lets orders take.
Decimal left_of_trade(const MarketView& view, const MatchingRules& rules, Decimal lot) {
    if (!view.has_trade()) return Decimal{};
    const Decimal lots = share_of(view.last_quantity(), rules, lot);
    if (lots == kUnlimited) return lots;
    return lots > view.taken() ? lots - view.taken() : Decimal{};
}
}  // namespace

/// Whether the order comes at the very end of a bar that holds its price.
bool Venue::is_in_bar(const Market& m, const OrderTerms& terms, Timestamp now) const {
    return rules_.bars.in_bar == InBar::Allow && terms.type == OrderType::Limit &&
           terms.time_in_force == TimeInForce::Ioc && m.last_bar.time == now &&
           m.last_bar.bar.low <= terms.price && terms.price <= m.last_bar.bar.high;
}

/// What the market offers to an order; `at` is the price of a stop that a bar has reached, or null.
Offer Venue::offer_for(const Market& m, const Order& order, Decimal at, Timestamp now) const {
    const OrderTerms& terms = order.terms;
    Offer offer;
    if (is_in_bar(m, terms, now)) {
        offer.source = Source::InBar;
        offer.level = {terms.price, m.last_bar.left};
        return offer;
    }
    offer.spread = offer.closing_spread = rules_.spread;
    offer.ticks = rules_.slippage_ticks;
    if (m.listing.is_margin()) {
        offer.closing = reducible(position(terms.account, terms.market), terms.side);
        if (rules_.spread_on == SpreadOn::Entries) offer.closing_spread = Decimal{};
    }
    if (rules_.fill == FillPrice::Close && !order.triggered && !order.by_venue) {
        offer.source = Source::Close;
        offer.level = m.view.close();
    } else if (m.view.has_quotes()) {
        offer.source = Source::Display;
        offer.level.price = at;
    } else {
        offer.level = {at.is_null() ? m.view.last_price() : at,
                       left_of_trade(m.view, rules_, m.listing.lot)};
    }
    return offer;
}

Plan Venue::plan_for(const Order& order, Decimal at, Timestamp now) const {
    const Market& m = markets_[order.terms.market];
    return make_plan(order, m.book, m.view, offer_for(m, order, at, now), rules_, m.listing);
}

/// While the feed shows bars alone, what would take now can be made to wait for the next one.
bool Venue::waits_for_open(const Order& order, const Plan& plan) const {
    if (rules_.fill != FillPrice::NextOpen || order.terms.is_stop()) return false;
    if (markets_[order.terms.market].view.is_fed() || plan.source == Source::InBar) return false;
    return !order.terms.has_limit() || plan.takes();
}

void Venue::release_opening(Market& m, Timestamp now) {
    // A copy: released orders leave the book.
    const std::vector<Order*> opening = m.book.opening();
    for (Order* order : opening) {
        if (!order->is_open()) continue;
        m.book.remove(*order);
        order->opening = false;
        begin_taking(*order, Decimal::null(), now);
    }
}

/// A stop becomes an ordinary order.
void Venue::activate(Order& order, Decimal at, Timestamp now) {
    markets_[order.terms.market].book.remove(order);
    order.triggered = true;
    order.updated = now;
    journal_.on_trigger(order);
    begin_taking(order, at, now);
}

/// An order that has waited acts; one without limit gives its hold back first.
void Venue::begin_taking(Order& order, Decimal at, Timestamp now) {
    if (!order.terms.has_limit()) {
        set_hold(order, Decimal{});
        const Listing& listing = markets_[order.terms.market].listing;
        if (!listing.is_margin() && order.terms.side == Side::Buy &&
            plan_for(order, at, now).cost > free_of(order.terms.account, listing.quote))
            return close(order, OrderStatus::Canceled, TRADECTL_REASON_INSUFFICIENT_BALANCE, now);
    }
    run(order, at, now);
}

void Venue::run(Order& order, Decimal at, Timestamp now) {
    const Plan plan = plan_for(order, at, now);
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
    for (Step step : plan.steps) {
        if (step.own != nullptr && !step.own->is_open()) continue;
        if (step.kind == Step::Kind::CancelOwn) {
            close(*step.own, OrderStatus::Canceled, TRADECTL_REASON_SELF_TRADE, now);
            continue;
        }
        if (step.own != nullptr) step.quantity = std::min(step.quantity, step.own->fillable());
        const bool filled = fill(order, step.own, Liquidity::Taker, step, now);
        if (filled && step.kind == Step::Kind::FillMarket)
            consume(m, order.terms.side, plan.source, step);
        const bool maker_failed = !filled && step.own != nullptr && !step.own->is_open();
        if (!order.is_open() || (!filled && !maker_failed)) return;
    }
}

/// Takes away what an order got from the market.
void Venue::consume(Market& m, Side taker, Source source, const Step& step) {
    const Side other = opposite(taker);
    switch (source) {
        case Source::Display:
            m.view.take(other, step.shown, step.quantity);
            update_queue(m, other);
            break;
        case Source::Trade:
            if (rules_.depth == Depth::Traded && m.view.last_quantity() != kUnlimited)
                m.view.set_taken(m.view.taken() + step.quantity);
            break;
        case Source::Close: m.view.take_close(step.quantity); break;
        case Source::InBar:
            if (m.last_bar.left != kUnlimited) m.last_bar.left = m.last_bar.left - step.quantity;
            break;
    }
}

void Venue::rest(Order& order) {
    Market& m = markets_[order.terms.market];
    const Decimal shown = m.view.displayed(order.terms.side, order.terms.price);
    order.ahead = rules_.queue == QueueModel::Front ? Decimal{} : shown;
    order.shown = shown;
    m.book.rest(order);
}

// ---- Executions ----

std::optional<Settlement> Venue::settlement(const Order& order,
                                            Liquidity role,
                                            const Step& step) const {
    const Listing& listing = markets_[order.terms.market].listing;
    if (listing.is_margin())
        return settle_margin(order,
                             role,
                             step,
                             position(order.terms.account, order.terms.market),
                             accounts_.get(order.terms.account, listing.settle));
    return settle(order,
                  role,
                  step.price,
                  step.quantity,
                  accounts_.get(order.terms.account, listing.base),
                  accounts_.get(order.terms.account, listing.quote),
                  rules_.fees);
}

/// Books an execution of `order` against `maker`, or against the market without one. False, with
/// nothing changed, when money would leave its range; also when a margin account cannot afford its
/// side: then that order is canceled.
bool Venue::fill(Order& order, Order* maker, Liquidity liquidity, const Step& step, Timestamp now) {
    const auto after = settlement(order, liquidity, step);
    if (!after) return false;
    const auto after_maker =
        maker != nullptr ? settlement(*maker, Liquidity::Maker, step) : std::nullopt;
    if (maker != nullptr && !after_maker) return false;
    const auto cannot_afford = [&](Order& one) {
        close(one, OrderStatus::Canceled, TRADECTL_REASON_INSUFFICIENT_BALANCE, now);
        return false;
    };
    if (!margin_allows(order, *after)) return cannot_afford(order);
    if (maker != nullptr && !margin_allows(*maker, *after_maker)) return cannot_afford(*maker);
    ++counters_.trades;
    book_fill(order, liquidity, *after, step, now);
    if (maker != nullptr) book_fill(*maker, Liquidity::Maker, *after_maker, step, now);
    return true;
}

void Venue::book_fill(
    Order& order, Liquidity liquidity, const Settlement& after, const Step& step, Timestamp now) {
    const Listing& listing = markets_[order.terms.market].listing;
    if (!listing.is_margin()) accounts_.set(order.terms.account, listing.base, after.base);
    accounts_.set(order.terms.account, listing.fee_asset(), after.quote);
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
    fill.realized = after.realized;
    fill.by_venue = order.by_venue;
    fill.time = now;
    journal_.on_fill(fill);
    if (order.leaves.is_zero()) {
        const Reason reason = order.by_venue ? TRADECTL_REASON_LIQUIDATION : TRADECTL_REASON_NONE;
        close(order, OrderStatus::Filled, reason, now);
    } else {
        order.status = OrderStatus::PartiallyFilled;
        journal_.on_order(order);
    }
    if (listing.is_margin()) book_position(order, after, now);
}

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
    const auto& levels = m.view.levels(opposite(side));
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
