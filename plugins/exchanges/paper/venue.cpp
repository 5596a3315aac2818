#include "venue.hpp"

#include "money.hpp"

#include <utility>

namespace tradectl::paper {

MarketIndex Venue::add_market(Listing listing) {
    if (listing.is_margin()) accounts_.allow_debt(listing.settle);
    markets_.emplace_back();
    markets_.back().listing = std::move(listing);
    return static_cast<MarketIndex>(markets_.size() - 1);
}

void Venue::update_market(MarketIndex market, Listing listing) {
    markets_[market].listing = std::move(listing);
}

// ---- Submit ----

bool Venue::is_known(std::string_view client_order_id) const {
    return find_open(client_order_id) != nullptr || journal_.was_closed(client_order_id);
}

const Order* Venue::find_open(std::string_view client_order_id) const {
    const auto found = numbers_.find(std::string(client_order_id));
    return found == numbers_.end() ? nullptr : &orders_.at(found->second);
}

Refusal Venue::submit(const OrderTerms& terms, Timestamp now) {
    if (is_known(terms.client_order_id))
        return {TRADECTL_REASON_DUPLICATE_ORDER_REF,
                "duplicate client order id " + terms.client_order_id};
    const Refusal refusal = examine(terms, nullptr, now);
    if (refusal)
        refuse(terms, refusal, now);
    else
        place(terms, now);
    sweep();
    if (!refusal) check_margins(markets_[terms.market], now);
    return refusal;
}

/// `replaced` gives its hold back before the order comes.
Refusal Venue::examine(const OrderTerms& terms, const Order* replaced, Timestamp now) const {
    if (terms.market >= markets_.size())
        return {TRADECTL_REASON_UNKNOWN_INSTRUMENT, "instrument is not traded here"};
    if (terms.account >= accounts_.account_count())
        return {TRADECTL_REASON_BAD_FIELD, "account is not known here; see setting accounts"};
    const Market& m = markets_[terms.market];
    Refusal refusal = check_terms(terms, m.listing, m.view.last_price(), now);
    if (refusal) return refusal;
    Order order;
    order.terms = terms;
    order.leaves = terms.quantity;
    if (m.listing.is_margin() && terms.reduce_only())
        order.reduce_max = reducible(position(terms.account, terms.market), terms.side);
    const Plan plan = terms.is_stop() ? Plan{} : plan_for(order, Decimal::null(), now);
    order.opening = waits_for_open(order, plan);
    refusal = m.listing.is_margin() ? check_margin_funds(order, plan, replaced)
                                    : check_funds(order, plan, replaced);
    if (!refusal && terms.post_only() && plan.takes())
        return {TRADECTL_REASON_POST_ONLY_WOULD_TAKE, "post-only order would trade at once"};
    return refusal;
}

namespace {
Refusal not_enough(const std::string& asset, Decimal needed, Decimal free) {
    return {TRADECTL_REASON_INSUFFICIENT_BALANCE,
            asset + " needed " + needed.to_string() + " free " + free.to_string()};
}
}  // namespace

Refusal Venue::check_funds(const Order& order, const Plan& plan, const Order* replaced) const {
    const OrderTerms& terms = order.terms;
    const Listing& listing = markets_[terms.market].listing;
    const bool sells = terms.side == Side::Sell;
    const AssetIndex asset = listing.hold_asset(terms.side);
    const Decimal freed = replaced == nullptr ? Decimal{} : replaced->held;
    const Decimal free = free_of(terms.account, asset, Profit::Booked) + freed;
    if (terms.reduce_only() && (!sells || terms.quantity > free))
        return {TRADECTL_REASON_REDUCE_ONLY, "reduce-only order would not reduce the position"};
    const auto hold = hold_for(terms, Decimal{}, terms.quantity, rules_.fees);
    if (!hold) return {TRADECTL_REASON_OVERFLOW, "hold is out of range"};
    Decimal needed = *hold;
    if (terms.type == OrderType::Market) {
        // What the next open costs is not known yet.
        const Decimal cost = order.opening ? Decimal{} : plan.cost;
        needed = sells ? terms.quantity : cost;
    }
    if (needed > free) return not_enough(accounts_.asset_name(asset), needed, free);
    return {};
}

void Venue::refuse(const OrderTerms& terms, const Refusal& refusal, Timestamp now) {
    Order order;
    order.terms = terms;
    order.status = OrderStatus::Rejected;
    order.reason = refusal.reason;
    order.leaves = terms.quantity;
    order.updated = now;
    journal_.on_order(order);
}

void Venue::place(const OrderTerms& terms, Timestamp now) {
    const std::uint64_t number = ++counters_.orders;
    Order& order = orders_[number];
    order.terms = terms;
    order.number = number;
    order.leaves = terms.quantity;
    order.updated = now;
    numbers_[terms.client_order_id] = number;
    if (!terms.expires.is_none()) expiries_.insert({terms.expires, number});
    Market& m = markets_[terms.market];
    if (m.listing.is_margin() && terms.reduce_only())
        order.reduce_max = reducible(position(terms.account, terms.market), terms.side);
    if (rules_.fill == FillPrice::NextOpen && !order.is_waiting())
        order.opening = waits_for_open(order, plan_for(order, Decimal::null(), now));
    set_hold(order, hold_of(order).value_or(Decimal{}));
    journal_.on_order(order);
    if (order.is_waiting()) {
        m.book.wait(order);
        trigger_stops(m, now);
    } else if (order.opening) {
        m.book.queue_for_open(order);
    } else {
        run(order, Decimal::null(), now);
    }
}

// ---- Cancel, replace, expire ----

Order* Venue::find_of(std::string_view client_order_id, AccountIndex account) {
    const auto found = numbers_.find(std::string(client_order_id));
    if (found == numbers_.end()) return nullptr;
    Order& order = orders_.at(found->second);
    return order.terms.account == account ? &order : nullptr;
}

Refusal Venue::unknown_order(std::string_view client_order_id) const {
    const bool closed = journal_.was_closed(client_order_id);
    return {TRADECTL_REASON_UNKNOWN_ORDER,
            "order " + std::string(client_order_id) +
                (closed ? " is closed" : " is not known for this account")};
}

Refusal Venue::cancel(std::string_view client_order_id, AccountIndex account, Timestamp now) {
    Order* order = find_of(client_order_id, account);
    if (order == nullptr) return unknown_order(client_order_id);
    close(*order, OrderStatus::Canceled, TRADECTL_REASON_NONE, now);
    sweep();
    return {};
}

Refusal Venue::replace(std::string_view target,
                       AccountIndex account,
                       const std::string& client_order_id,
                       Decimal quantity,
                       Decimal price,
                       Timestamp now) {
    if (is_known(client_order_id))
        return {TRADECTL_REASON_DUPLICATE_ORDER_REF,
                "duplicate client order id " + client_order_id};
    Order* old = find_of(target, account);
    if (old == nullptr) return unknown_order(target);
    OrderTerms terms = old->terms;
    terms.client_order_id = client_order_id;
    terms.quantity = quantity.is_null() ? old->leaves : quantity;
    if (!price.is_null()) terms.price = price;
    // A stop-limit whose trigger has traded is a limit order from then on.
    if (old->triggered) {
        terms.type = OrderType::Limit;
        terms.stop_price = Decimal::null();
    }
    const Refusal refusal = examine(terms, old, now);
    if (refusal) {
        refuse(terms, refusal, now);
    } else {
        close(*old, OrderStatus::Canceled, TRADECTL_REASON_NONE, now);
        place(terms, now);
    }
    sweep();
    if (!refusal) check_margins(markets_[terms.market], now);
    return refusal;
}

void Venue::cancel_all(AccountIndex account, MarketIndex market, Timestamp now) {
    for (auto& [number, order] : orders_) {
        if (order.terms.account != account) continue;
        if (market != kNoIndex && order.terms.market != market) continue;
        if (!order.is_open()) continue;
        close(order, OrderStatus::Canceled, TRADECTL_REASON_NONE, now);
    }
    sweep();
}

void Venue::expire(Timestamp now) {
    while (!expiries_.empty() && expiries_.begin()->first <= now)
        close(orders_.at(expiries_.begin()->second),
              OrderStatus::Expired,
              TRADECTL_REASON_EXPIRED,
              now);
    sweep();
}

/// What an open order has to hold as it stands; a market order that waits for an open holds what it
/// sells.
std::optional<Decimal> Venue::hold_of(const Order& order) const {
    const OrderTerms& terms = order.terms;
    const Listing& listing = markets_[terms.market].listing;
    if (listing.is_margin())
        return margin_hold(terms,
                           order.filled,
                           order.leaves,
                           position(terms.account, terms.market),
                           listing,
                           rules_.fees);
    if (order.opening && terms.type == OrderType::Market && terms.side == Side::Sell)
        return order.leaves;
    return hold_for(terms, order.filled, order.leaves, rules_.fees);
}

void Venue::set_hold(Order& order, Decimal held) {
    const AssetIndex asset = markets_[order.terms.market].listing.hold_asset(order.terms.side);
    if (held == order.held) return;
    Balance balance = accounts_.get(order.terms.account, asset);
    balance.held = balance.held - order.held + held;
    accounts_.set(order.terms.account, asset, balance);
    order.held = held;
}

void Venue::close(Order& order, OrderStatus status, Reason reason, Timestamp now) {
    markets_[order.terms.market].book.remove(order);
    set_hold(order, Decimal{});
    order.status = status;
    order.reason = reason;
    order.updated = now;
    if (!order.terms.expires.is_none()) expiries_.erase({order.terms.expires, order.number});
    numbers_.erase(order.terms.client_order_id);
    closed_.push_back(order.number);
    journal_.on_order(order);
}

/// Callers up the stack may still hold a reference to an order that closed: it goes at the end.
void Venue::sweep() {
    for (const std::uint64_t number : closed_)
        orders_.erase(number);
    closed_.clear();
}

void Venue::restore(Order order) {
    const std::uint64_t number = order.number;
    numbers_[order.terms.client_order_id] = number;
    if (!order.terms.expires.is_none()) expiries_.insert({order.terms.expires, number});
    Order& kept = orders_[number] = std::move(order);
    Market& m = markets_[kept.terms.market];
    Book& book = m.book;
    if (m.listing.is_margin() && kept.terms.reduce_only())
        kept.reduce_max =
            reducible(position(kept.terms.account, kept.terms.market), kept.terms.side);
    if (kept.is_waiting())
        book.wait(kept);
    else if (kept.opening)
        book.queue_for_open(kept);
    else
        book.rest(kept);
}

}  // namespace tradectl::paper
