#include "reference_model.hpp"

#include <algorithm>

namespace tradectl::paper::reference {

namespace {
constexpr Money kValueUnit = 100'000'000;    // 1e-18 in one cent times one quantity unit
constexpr Money kRateUnit = 10'000'000'000;  // cents * units * rate, in 1e-18

Int other(Int side) {
    return is_buy(side) ? TRADECTL_SIDE_SELL : TRADECTL_SIDE_BUY;
}
Money value_of(Int price, Int quantity) {
    return Money{price} * quantity * kValueUnit;
}
Money fee_of(Int price, Int quantity, Int rate) {
    return Money{price} * quantity * rate / kRateUnit;
}
}  // namespace

Int Model::index_of(Int id) const {
    for (std::size_t i = 0; i < open.size(); ++i)
        if (open[i].id == id) return static_cast<Int>(i);
    return kNone;
}

// ---- Money ----

Money Model::hold(const Order& order, Int quantity) const {
    if (order.type == TRADECTL_ORDER_MARKET) return 0;
    if (!is_buy(order.side)) return Money{quantity} * kRateUnit;
    const Int price = has_limit(order) ? order.price : order.stop_price;
    const Int rate = std::max(rules_.maker_rate, rules_.taker_rate);
    const Money fee = (Money{price} * quantity * rate + kRateUnit - 1) / kRateUnit;
    return value_of(price, quantity) + fee;
}

Money Model::held_quote(Int account) const {
    Money sum = 0;
    for (const Order& order : open)
        if (order.account == account && is_buy(order.side)) sum += order.held;
    return sum;
}
Money Model::held_base(Int account) const {
    Money sum = 0;
    for (const Order& order : open)
        if (order.account == account && !is_buy(order.side)) sum += order.held;
    return sum;
}
Money Model::free_for(const Order& order) const {
    const auto account = static_cast<std::size_t>(order.account);
    return is_buy(order.side) ? quote[account] - held_quote(order.account)
                              : base[account] - held_base(order.account);
}

// ---- Requests ----

Int Model::examine(const Order& order, Money freed) const {
    const Money free = free_for(order) + freed;
    const Money whole = Money{order.quantity} * kRateUnit;
    if (order.reduce_only && (is_buy(order.side) || whole > free))
        return TRADECTL_REASON_REDUCE_ONLY;
    Model trial = *this;
    Order copy = order;
    copy.leaves = order.quantity;
    copy.id = 0;
    trial.open.push_back(copy);
    Money needed = hold(order, order.quantity);
    if (order.type == TRADECTL_ORDER_MARKET)
        needed = is_buy(order.side) ? trial.cost_of_taking(0) : whole;
    if (needed > free) return TRADECTL_REASON_INSUFFICIENT_BALANCE;
    if (order.post_only && order.type == TRADECTL_ORDER_LIMIT) {
        const bool met_own = trial.take(0);
        if (met_own || trial.fills.size() > fills.size() || trial.ends.size() > ends.size())
            return TRADECTL_REASON_POST_ONLY_WOULD_TAKE;
    }
    return TRADECTL_REASON_NONE;
}

Int Model::submit(Order order, Int now) {
    if (order.expires != kNone && order.expires <= now) return TRADECTL_REASON_EXPIRED;
    const Int reason = examine(order, 0);
    if (reason == TRADECTL_REASON_NONE) place(order);
    return reason;
}

void Model::place(Order order) {
    order.leaves = order.quantity;
    order.arrival = ++arrivals_;
    order.held = hold(order, order.quantity);
    order.waiting = order.type == TRADECTL_ORDER_STOP || order.type == TRADECTL_ORDER_STOP_LIMIT;
    order.ahead = kNone;
    open.push_back(order);
    if (order.waiting)
        trigger();
    else
        begin(order.id);
}

Int Model::cancel(Int id, Int account) {
    if (index_of(id) == kNone || at(id).account != account) return TRADECTL_REASON_UNKNOWN_ORDER;
    end(id, TRADECTL_ORDER_STATUS_CANCELED, TRADECTL_REASON_NONE);
    return TRADECTL_REASON_NONE;
}

Int Model::replace(Int id, Int account, Int new_id, Int quantity, Int price, Int now) {
    if (index_of(id) == kNone || at(id).account != account) return TRADECTL_REASON_UNKNOWN_ORDER;
    Order order = at(id);
    const Money freed = order.held;
    order.id = new_id;
    order.quantity = quantity == kNone ? order.leaves : quantity;
    if (price != kNone) order.price = price;
    if (!order.waiting && order.type == TRADECTL_ORDER_STOP_LIMIT)
        order.type = TRADECTL_ORDER_LIMIT;
    if (order.expires != kNone && order.expires <= now) return TRADECTL_REASON_EXPIRED;
    const Int reason = examine(order, freed);
    if (reason != TRADECTL_REASON_NONE) return reason;
    end(id, TRADECTL_ORDER_STATUS_CANCELED, TRADECTL_REASON_NONE);
    place(order);
    return TRADECTL_REASON_NONE;
}

void Model::cancel_all(Int account) {
    for (std::size_t i = 0; i < open.size();) {
        if (open[i].account == account)
            end(open[i].id, TRADECTL_ORDER_STATUS_CANCELED, TRADECTL_REASON_NONE);
        else
            ++i;
    }
}

void Model::expire(Int now) {
    for (std::size_t i = 0; i < open.size();) {
        if (open[i].expires != kNone && open[i].expires <= now)
            end(open[i].id, TRADECTL_ORDER_STATUS_EXPIRED, TRADECTL_REASON_EXPIRED);
        else
            ++i;
    }
}

void Model::end(Int id, Int status, Int reason) {
    ends.push_back({id, status, reason});
    open.erase(open.begin() + index_of(id));
}

// ---- An order acts ----

Money Model::cost_of_taking(Int id) const {
    Model trial = *this;
    const auto account = static_cast<std::size_t>(trial.at(id).account);
    trial.take(id);
    return quote[account] - trial.quote[account];
}

/// Acts for the first time, or at the trigger.
void Model::begin(Int id) {
    const Order order = at(id);
    const auto cancel_for = [&](Int reason) { end(id, TRADECTL_ORDER_STATUS_CANCELED, reason); };
    Model trial = *this;
    const bool meets_own = trial.take(id);
    const bool would_fill = trial.index_of(id) == kNone;
    const bool would_act =
        meets_own || trial.fills.size() > fills.size() || trial.ends.size() > ends.size();
    if (order.post_only && would_act) return cancel_for(TRADECTL_REASON_POST_ONLY_WOULD_TAKE);
    if (order.time_in_force == TRADECTL_TIF_FOK && !would_fill)
        return cancel_for(TRADECTL_REASON_FOK_NOT_FILLED);
    take(id);
    if (would_fill) return;
    if (meets_own) return cancel_for(TRADECTL_REASON_SELF_TRADE);
    if (!has_limit(order)) return cancel_for(TRADECTL_REASON_NO_LIQUIDITY);
    if (order.time_in_force == TRADECTL_TIF_IOC) return cancel_for(TRADECTL_REASON_IOC_REMAINDER);
    Order& rested = at(id);
    rested.ahead = rules_.queue_back ? displayed(order.side, order.price) : 0;
}

/// The best that the recorded market offers to an order of `side`.
bool Model::has_offer(Int side, Level& offer) const {
    if (!displays_) {
        offer = {last_price_, trade_left_};
        return last_price_ != kNone && trade_left_ >= rules_.lot;
    }
    bool found = false;
    for (const Level& level : is_buy(side) ? asks_ : bids_) {
        if (level.quantity < rules_.lot) continue;
        if (found && (is_buy(side) ? level.price >= offer.price : level.price <= offer.price))
            continue;
        offer = level;
        found = true;
    }
    return found;
}

/// The id of the resting order of `side` that trades first, or kNone.
Int Model::best_resting(Int side) const {
    const Order* best = nullptr;
    for (const Order& order : open) {
        // What has not arrived (id 0, on trial) or is just acting is on the other side.
        if (order.side != side || order.waiting || !has_limit(order)) continue;
        const bool better =
            best == nullptr ||
            (is_buy(side) ? order.price > best->price : order.price < best->price) ||
            (order.price == best->price && order.arrival < best->arrival);
        if (better) best = &order;
    }
    return best == nullptr ? kNone : best->id;
}

bool Model::take(Int id) {
    for (;;) {
        if (index_of(id) == kNone) return false;
        const Order order = at(id);
        Level offer{};
        const bool market = has_offer(order.side, offer);
        const Int own = best_resting(other(order.side));
        if (!market && own == kNone) return false;
        bool own_first = own != kNone;
        if (market && own != kNone) {
            const Int own_price = at(own).price;
            own_first = is_buy(order.side) ? own_price < offer.price : own_price > offer.price;
            if (own_price == offer.price) own_first = !rules_.queue_back;
        }
        const Int price = own_first ? at(own).price : offer.price;
        if (has_limit(order) && (is_buy(order.side) ? price > order.price : price < order.price))
            return false;
        if (!own_first) {
            const Int quantity = std::min(order.leaves, offer.quantity / rules_.lot * rules_.lot);
            execute(id, price, quantity, false);
            if (displays_) {
                auto& levels = is_buy(order.side) ? asks_ : bids_;
                for (Level& level : levels)
                    if (level.price == price) level.quantity -= quantity;
                std::erase_if(levels, [](const Level& level) { return level.quantity == 0; });
                requeue();
            } else if (!rules_.depth_unlimited) {
                trade_left_ -= quantity;
            }
            continue;
        }
        if (at(own).account == order.account) {
            if (rules_.self_trade != OnSelfTrade::CancelNewest)
                end(own, TRADECTL_ORDER_STATUS_CANCELED, TRADECTL_REASON_SELF_TRADE);
            if (rules_.self_trade != OnSelfTrade::CancelOldest) return true;
            continue;
        }
        const Int quantity = std::min(order.leaves, at(own).leaves);
        execute(own, price, quantity, true);
        execute(id, price, quantity, false);
    }
}

void Model::execute(Int id, Int price, Int quantity, bool maker) {
    Order& order = at(id);
    const auto account = static_cast<std::size_t>(order.account);
    const Int rate = maker ? rules_.maker_rate : rules_.taker_rate;
    const Money fee = fee_of(price, quantity, rate);
    const Money value = value_of(price, quantity);
    const Money whole = Money{quantity} * kRateUnit;
    quote[account] += (is_buy(order.side) ? -value : value) - fee;
    base[account] += is_buy(order.side) ? whole : -whole;
    fees += fee;
    order.leaves -= quantity;
    // A stop without limit holds nothing once it acts.
    order.held = has_limit(order) ? hold(order, order.leaves) : 0;
    fills.push_back({id, order.side, maker ? 1 : 0, price, quantity, fee});
    if (order.leaves == 0) end(id, TRADECTL_ORDER_STATUS_FILLED, TRADECTL_REASON_NONE);
}

}  // namespace tradectl::paper::reference
