#include "host/risk/check_groups.hpp"

#include "host/risk/amount.hpp"

#include <tradectl/abi/commands.h>

namespace tradectl::risk {

namespace {

constexpr std::int64_t kUnitsPerNs = 1'000'000'000;  // of a decimal second

void add_fraction(Result& result, std::uint16_t reason, Decimal value, Decimal limit) {
    if (limit.is_null()) return;
    result.add({reason, !value.is_null() && value <= limit, value, limit});
}

void add_age(
    Result& result, std::uint16_t reason, Timestamp now, Timestamp since, std::int64_t limit_ns) {
    if (limit_ns == 0) return;
    const bool known = !since.is_none();
    const std::int64_t age_ns = known ? now.minus(since) : 0;
    result.add({reason,
                known && age_ns <= limit_ns,
                known ? seconds_of(age_ns) : Decimal::null(),
                seconds_of(limit_ns)});
}

/// |value - base| / base, or (value - base) / base turned so that a cost is positive; rounded up.
/// Null when it cannot be known, a base that is not above zero included.
Decimal distance(Decimal value, Decimal base, std::uint8_t side) {
    if (value.is_null() || !base.is_positive()) return Decimal::null();
    const auto apart =
        side == TRADECTL_SIDE_SELL ? checked_sub(base, value) : checked_sub(value, base);
    const auto size = apart && side == TRADECTL_SIDE_NONE ? checked_abs(*apart) : apart;
    const auto share = size ? checked_div(*size, base, Rounding::Up) : std::nullopt;
    return share.value_or(Decimal::null());
}

void check_book(const MarketLimits& limits, const MarketView& market, Result& result) {
    if (limits.book == BookRule::Off) return;
    if (limits.book == BookRule::Sound && market.bid.is_null() && market.ask.is_null()) return;
    const bool whole = !market.bid.is_null() && !market.ask.is_null();
    result.add({TRADECTL_REASON_NO_BOOK, whole, Decimal::null(), Decimal::null()});
    if (whole && market.bid >= market.ask)
        result.add({TRADECTL_REASON_BOOK_CROSSED, false, market.bid, market.ask});
}

void check_collar(const OrderRequest& order, Decimal collar, Decimal reference, Result& result) {
    if (order.price.is_null()) return;
    const Decimal base = order.stop_price.is_null() ? reference : order.stop_price;
    add_fraction(result,
                 TRADECTL_REASON_PRICE_COLLAR,
                 distance(order.price, base, TRADECTL_SIDE_NONE),
                 collar);
}

void check_depth(const OrderRequest& order,
                 const MarketLimits& limits,
                 const MarketView& market,
                 Result& result) {
    if (limits.depth_min.is_null()) return;
    const auto wanted = checked_mul(order.quantity, limits.depth_min, Rounding::Up);
    const bool passed = wanted && !market.shown.is_null() && market.shown >= *wanted;
    result.add(
        {TRADECTL_REASON_NOT_ENOUGH_DEPTH, passed, market.shown, wanted.value_or(Decimal::null())});
}

void check_close(const OrderRequest& order, std::int64_t window_ns, Timestamp now, Result& result) {
    const Timestamp close{order.instrument->close_time};
    if (close.is_none()) return;
    const std::int64_t left_ns = close.minus(now);
    const bool open = left_ns > 0 && left_ns >= window_ns;
    if (open && window_ns == 0) return;
    result.add(
        {TRADECTL_REASON_INSTRUMENT_NOT_OPEN, open, seconds_of(left_ns), seconds_of(window_ns)});
}

}  // namespace

Decimal seconds_of(std::int64_t ns) {
    return Decimal::from_raw(Decimal::Raw{ns} * kUnitsPerNs);
}

bool takes(const OrderRequest& order, Decimal bid, Decimal ask) {
    if (!order.stop_price.is_null()) return false;
    if (order.price.is_null()) return true;
    if ((order.order_flags & TRADECTL_ORDER_POST_ONLY) != 0) return false;
    if (order.time_in_force == TRADECTL_TIF_IOC || order.time_in_force == TRADECTL_TIF_FOK)
        return true;
    if (order.side == TRADECTL_SIDE_BUY) return !ask.is_null() && order.price >= ask;
    return !bid.is_null() && order.price <= bid;
}

void check_market(const OrderRequest& order,
                  const MarketLimits& limits,
                  const Snapshot& snapshot,
                  Result& result) {
    const MarketView& market = snapshot.market;
    check_close(order, limits.closing_window_ns, snapshot.now, result);
    check_book(limits, market, result);
    add_age(result,
            TRADECTL_REASON_QUOTE_TOO_OLD,
            snapshot.now,
            market.updated,
            limits.quote_age_ns_max);
    check_collar(order, limits.price_collar, snapshot.reference_price, result);
    if (takes(order, market.bid, market.ask)) {
        check_depth(order, limits, market, result);
        if (market.kind >= limits.slippage_from)
            add_fraction(result,
                         TRADECTL_REASON_SLIPPAGE_LIMIT,
                         distance(market.expected_price, snapshot.reference_price, order.side),
                         limits.slippage_max);
    }
    if (order.instrument->kind == TRADECTL_INSTRUMENT_SWAP)
        add_fraction(
            result, TRADECTL_REASON_GAS_PRICE_LIMIT, market.gas_price, limits.gas_price_max);
}

void check_loss(const LossLimits& limits, const Snapshot& snapshot, Result& result) {
    const LossView& loss = snapshot.loss;
    add_fraction(result, TRADECTL_REASON_DAILY_LOSS_LIMIT, loss.daily_loss, limits.daily_loss_max);
    add_fraction(result,
                 TRADECTL_REASON_DAILY_LOSS_LIMIT,
                 loss.daily_loss_total,
                 limits.daily_loss_total_max);
    add_fraction(result, TRADECTL_REASON_DRAWDOWN_LIMIT, loss.drawdown, limits.drawdown_max);
    if (limits.losses_max != 0)
        result.add({TRADECTL_REASON_LOSSES_IN_A_ROW,
                    loss.losses < limits.losses_max,
                    Decimal::from_int(std::int64_t{loss.losses} + 1),
                    Decimal::from_int(limits.losses_max)});
    add_fraction(result, TRADECTL_REASON_REJECT_RATE, loss.reject_rate, limits.reject_rate_max);
    if (limits.unresolved_max != 0)
        result.add({TRADECTL_REASON_UNRESOLVED_LIMIT,
                    loss.unresolved <= limits.unresolved_max,
                    Decimal::from_int(loss.unresolved),
                    Decimal::from_int(limits.unresolved_max)});
    add_age(result,
            TRADECTL_REASON_STREAM_STALE,
            snapshot.now,
            snapshot.market.updated,
            limits.stream_stale_ns_max);
}

std::vector<LossTrip> trips_of(const LossLimits& limits, const LossView& view) {
    using Scope = LossTrip::Scope;
    std::vector<LossTrip> trips;
    const auto add =
        [&](Scope scope, Trip why, std::uint16_t reason, Decimal value, Decimal limit) {
            if (limit.is_null() || value.is_null() || value <= limit) return;
            trips.push_back({scope, why, reason, value, limit});
        };
    const auto count = [](std::uint32_t limit) {
        return limit == 0 ? Decimal::null() : Decimal::from_int(limit);
    };
    add(Scope::Strategy,
        Trip::Loss,
        TRADECTL_REASON_DAILY_LOSS_LIMIT,
        view.daily_loss,
        limits.daily_loss_max);
    add(Scope::All,
        Trip::Loss,
        TRADECTL_REASON_DAILY_LOSS_LIMIT,
        view.daily_loss_total,
        limits.daily_loss_total_max);
    add(Scope::All, Trip::Loss, TRADECTL_REASON_DRAWDOWN_LIMIT, view.drawdown, limits.drawdown_max);
    add(Scope::Strategy,
        Trip::Loss,
        TRADECTL_REASON_LOSSES_IN_A_ROW,
        Decimal::from_int(std::int64_t{view.losses} + 1),
        count(limits.losses_max));
    add(Scope::Strategy,
        Trip::Errors,
        TRADECTL_REASON_REJECT_RATE,
        view.reject_rate,
        limits.reject_rate_max);
    add(Scope::All,
        Trip::Loss,
        TRADECTL_REASON_UNRESOLVED_LIMIT,
        Decimal::from_int(view.unresolved),
        count(limits.unresolved_max));
    return trips;
}

Decimal drawdown_of(Decimal peak, Decimal now) {
    if (now.is_null() || peak.is_null() || !peak.is_positive()) return Decimal::null();
    const auto lost = checked_sub(peak, now);
    const auto share = lost ? checked_div(*lost, peak, Rounding::Up) : std::nullopt;
    return share.value_or(Decimal::null());
}

}  // namespace tradectl::risk
