// The part of Venue in which orders take and executions are booked.
#include "money.hpp"
#include "venue.hpp"

#include <algorithm>
#include <optional>

namespace tradectl::paper {

// ---- An order that takes ----

/// Whether the order comes at the very end of a bar and may have its price there.
bool Venue::is_in_bar(const Market& m, const OrderTerms& terms, Timestamp now) const {
    if (rules_.bars.in_bar == InBar::Refuse || terms.type != OrderType::Limit ||
        terms.time_in_force != TimeInForce::Ioc || m.last_bar.time != now)
        return false;
    const bool buys = terms.side == Side::Buy;
    const bool below = terms.price <= m.last_bar.bar.high;
    const bool above = m.last_bar.bar.low <= terms.price;
    if (rules_.bars.in_bar == InBar::Level) return true;
    if (rules_.bars.in_bar == InBar::Reached) return buys ? above : below;
    return above && below;
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
    } else if (m.view.has_quotes() || m.view.is_lost()) {
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
            plan_for(order, at, now).cost >
                free_of(order.terms.account, listing.quote, Profit::Booked))
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
                  order.by_venue ? FeeRules{} : rules_.fees);
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
        const Reason own =
            listing.is_margin() ? TRADECTL_REASON_LIQUIDATION : TRADECTL_REASON_EXIT_MARKET_CLOSE;
        close(order, OrderStatus::Filled, order.by_venue ? own : TRADECTL_REASON_NONE, now);
    } else {
        order.status = OrderStatus::PartiallyFilled;
        journal_.on_order(order);
    }
    if (listing.is_margin()) book_position(order, after, now);
}

}  // namespace tradectl::paper
