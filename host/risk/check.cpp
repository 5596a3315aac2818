#include "host/risk/check.hpp"

#include "host/base/assert.hpp"
#include "host/risk/amount.hpp"
#include "host/risk/check_groups.hpp"
#include "host/risk/check_input.hpp"

#include <algorithm>

namespace tradectl::risk {

namespace {

struct Context {
    const OrderRequest& order;
    const Limits& limits;
    const Snapshot& snapshot;
    Result& result;
    Decimal value_price;  // what a unit may be worth; null: not known
    Decimal multiplier;
};

void deny(Context& at, std::uint16_t reason) {
    at.result.add({reason, false, Decimal::null(), Decimal::null()});
}

/// One limit: what is not known denies, and so does what does not fit.
void add_limit(Context& at, std::uint16_t reason, const Amount& value, Decimal limit) {
    if (limit.is_null()) return;
    const bool passed = value.state() == Amount::State::Known && value.value() <= limit;
    if (value.state() == Amount::State::TooLarge) reason = TRADECTL_REASON_OVERFLOW;
    at.result.add({reason, passed, value.value(), limit});
}

void add_count(Context& at, std::uint16_t reason, std::uint64_t value, std::uint32_t limit) {
    if (limit == 0) return;
    at.result.add({reason,
                   value <= limit,
                   Decimal::from_int(static_cast<std::int64_t>(value)),
                   Decimal::from_int(limit)});
}

/// What a unit of the order is valued at. A sell may trade above its limit price.
Decimal value_price_of(const OrderRequest& order, Decimal reference) {
    const Decimal own = order.price.is_null() ? order.stop_price : order.price;
    if (own.is_null()) return reference;
    return order.side == TRADECTL_SIDE_SELL ? std::max(own, reference) : own;
}

/// What holds for exits as well.
void check_ability(Context& at) {
    const Snapshot& snapshot = at.snapshot;
    if (snapshot.duplicate_order_ref) deny(at, TRADECTL_REASON_DUPLICATE_ORDER_REF);
    if (snapshot.duplicate_intent) deny(at, TRADECTL_REASON_DUPLICATE_INTENT);
    if (snapshot.wal_backlog) deny(at, TRADECTL_REASON_WAL_BACKLOG);
    if (snapshot.instance_faulted && at.order.origin == Origin::Strategy)
        deny(at, TRADECTL_REASON_INSTANCE_FAULTED);
    if (at.order.instrument->status != TRADECTL_INSTRUMENT_OPEN &&
        at.order.instrument->status != TRADECTL_INSTRUMENT_CLOSING)
        deny(at, TRADECTL_REASON_INSTRUMENT_NOT_OPEN);
}

void check_balance(Context& at) {
    const Snapshot& snapshot = at.snapshot;
    const bool passed = !snapshot.needed.is_null() && !snapshot.free_balance.is_null() &&
                        snapshot.needed <= snapshot.free_balance;
    at.result.add(
        {TRADECTL_REASON_INSUFFICIENT_BALANCE, passed, snapshot.needed, snapshot.free_balance});
}

void check_states(Context& at) {
    const Snapshot& snapshot = at.snapshot;
    if (snapshot.state == TradingState::Halted) deny(at, TRADECTL_REASON_HALTED);
    if (snapshot.state == TradingState::ReduceOnly) deny(at, TRADECTL_REASON_REDUCE_ONLY);
    if (snapshot.shutting_down) deny(at, TRADECTL_REASON_SHUTTING_DOWN);
    if (snapshot.unresolved) deny(at, TRADECTL_REASON_UNRESOLVED_BLOCKS);
    if (at.order.instrument->status == TRADECTL_INSTRUMENT_CLOSING)
        deny(at, TRADECTL_REASON_INSTRUMENT_NOT_OPEN);
    if (at.value_price.is_null()) deny(at, TRADECTL_REASON_NO_PRICE);
}

/// The position as it would be when this order and all open ones on its side were filled.
Amount worst_position(const Context& at) {
    const bool buy = at.order.side == TRADECTL_SIDE_BUY;
    const Amount open = buy ? at.snapshot.open_buy_quantity : at.snapshot.open_sell_quantity;
    const Amount added = open + at.order.quantity;
    return (buy ? Amount(at.snapshot.position) + added : Amount(at.snapshot.position) - added)
        .magnitude();
}

void check_exposure(Context& at) {
    const Limits& limits = at.limits;
    const Snapshot& snapshot = at.snapshot;
    const Amount unit = at.value_price * Amount(at.multiplier);
    const Amount notional = unit * at.order.quantity;
    if (notional.state() == Amount::State::TooLarge) deny(at, TRADECTL_REASON_OVERFLOW);
    const Amount position = worst_position(at);
    add_limit(at, TRADECTL_REASON_NOTIONAL_ABOVE_MAX, notional, limits.order_notional_max);
    add_limit(at, TRADECTL_REASON_POSITION_LIMIT, position, limits.position_quantity_max);
    add_limit(at, TRADECTL_REASON_POSITION_LIMIT, position * unit, limits.position_notional_max);
    const auto add_exposure = [&](Decimal exposure, Decimal limit) {
        add_limit(at, TRADECTL_REASON_EXPOSURE_LIMIT, Amount(exposure) + notional, limit);
    };
    add_exposure(snapshot.exposure_strategy, limits.exposure_strategy_max);
    add_exposure(snapshot.exposure_venue, limits.exposure_venue_max);
    add_exposure(snapshot.exposure_total, limits.exposure_total_max);
}

void check_counts(Context& at) {
    const Limits& limits = at.limits;
    const Snapshot& snapshot = at.snapshot;
    add_count(at,
              TRADECTL_REASON_OPEN_ORDERS_LIMIT,
              std::uint64_t{snapshot.open_orders} + 1,
              limits.open_orders_max);
    add_count(at,
              TRADECTL_REASON_POSITIONS_LIMIT,
              std::uint64_t{snapshot.other_positions} + 1,
              limits.positions_max);
    if (limits.second_position == SecondPosition::Allow) return;
    const Decimal open = at.order.side == TRADECTL_SIDE_BUY ? snapshot.open_buy_quantity
                                                            : snapshot.open_sell_quantity;
    const bool passed = snapshot.position.is_zero() && open.is_zero();
    at.result.add({TRADECTL_REASON_DUPLICATE_POSITION, passed, snapshot.position, Decimal{}});
}

/// Values read as "orders in the window, this one counted".
void check_rate(Context& at, const RateState& state, const RateLimit& limit) {
    const RateState current = advance(state, limit, at.snapshot.now);
    if (limit.per_second != 0) {
        const std::int64_t size = limit.burst != 0 ? limit.burst : limit.per_second;
        const std::int64_t left = std::min(available(current), size);
        at.result.add({TRADECTL_REASON_RATE_LIMIT,
                       left >= 1,
                       Decimal::from_int(size - left + 1),
                       Decimal::from_int(size)});
    }
    add_count(at,
              TRADECTL_REASON_DAILY_ORDER_LIMIT,
              std::uint64_t{current.orders_today} + 1,
              limit.per_day);
}

bool must_reduce(const OrderRequest& order) {
    return (order.order_flags & TRADECTL_ORDER_REDUCE_ONLY) != 0 ||
           order.origin == Origin::HostExit;
}

}  // namespace

void Result::add(const Verdict& verdict) {
    const std::size_t at = verdicts_.size();
    if (!verdicts_.push(verdict)) {
        TRADECTL_ASSERT(!allowed());  // fewer limits exist than the list is long
        return;
    }
    if (!verdict.passed && allowed()) first_failed_ = at;
}

bool Result::only_rate_limited() const {
    return !allowed() && std::all_of(begin(), end(), [](const Verdict& verdict) {
        return verdict.passed || verdict.reason == TRADECTL_REASON_RATE_LIMIT;
    });
}

bool reduces(const OrderRequest& order, const Snapshot& snapshot) {
    if (!order.quantity.is_positive()) return false;
    const bool sell = order.side == TRADECTL_SIDE_SELL;
    if (!sell && order.side != TRADECTL_SIDE_BUY) return false;
    if (snapshot.position.sign() != (sell ? 1 : -1)) return false;
    const Decimal open = sell ? snapshot.open_sell_quantity : snapshot.open_buy_quantity;
    const auto closing = checked_add(open, order.quantity);
    const auto position = checked_abs(snapshot.position);
    return closing && position && *closing <= *position;
}

Result check_order(const OrderRequest& order, const Limits& limits, const Snapshot& snapshot) {
    Result result;
    check_fields(order, snapshot.now, result);
    if (!result.allowed()) return result;

    const Decimal multiplier = Decimal::from_abi(order.instrument->multiplier);
    Context at{order,
               limits,
               snapshot,
               result,
               value_price_of(order, snapshot.reference_price),
               multiplier.is_null() ? 1_d : multiplier};
    const Decimal own = order.price.is_null() ? order.stop_price : order.price;
    check_grid(order, own.is_null() ? snapshot.reference_price : own, result);
    check_ability(at);
    check_balance(at);
    const bool exit = reduces(order, snapshot);
    if (must_reduce(order) && !exit)
        result.add({TRADECTL_REASON_REDUCE_ONLY, false, order.quantity, snapshot.position});
    if (!exit) {
        check_states(at);
        check_market(order, limits.market, snapshot, result);
        check_exposure(at);
        check_counts(at);
        check_loss(limits.loss, snapshot, result);
        // After what opened it, when that is still so: it says more.
        if (snapshot.breaker_open) deny(at, TRADECTL_REASON_BREAKER_OPEN);
    }
    if (!exit || !must_reduce(order)) {
        check_rate(at, snapshot.strategy_rate, limits.strategy_rate);
        check_rate(at, snapshot.venue_rate, limits.venue_rate);
    }
    return result;
}

}  // namespace tradectl::risk
