/// A base for strategies that know their own open orders, and what is at stake in them and in
/// positions.
#pragma once

#include "live_orders.hpp"
#include "strategy.hpp"

#include <cstdint>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tradectl {

/// Keeps its open orders under "order/": the put rides in the batch of the order, so that after a
/// crash both are there or neither is. A derived class that overrides a handler named here calls
/// this one. [engine]
class LiveOrderStrategy : public Strategy {
  public:
    void on_order(const OrderUpdate& order) override;
    void on_fill(const Fill& fill) override { grow(fill.order_ref(), fill.filled_qty()); }
    void on_timer(const Timer& timer) override;
    void on_instrument(const InstrumentUpdate& update) override;
    void on_status(const StatusUpdate& status) override;
    void on_turn_end() override;

  protected:
    /// Refs from here on are the host's own orders.
    static constexpr std::uint64_t kHostRefFirst = std::uint64_t{1} << 62;
    /// Timer ids from here on are the derived class's.
    static constexpr std::uint64_t kOwnTimerFirst = std::uint64_t{1} << 63;

    /// For on_start: subscribes to each instrument, and to those listed later, and reads what was
    /// kept.
    Status start_live(std::uint32_t streams);
    /// Once, in the first turn: takes up what the host says of the orders from before a restart.
    /// Comes by itself; whoever looks at orders earlier in a turn calls it.
    void sync();
    /// Takes up an order that was just submitted, and cancels its rest when it is due.
    void add_live(OrderRef ref, LiveOrder order);
    /// A put whose failure is logged.
    bool keep(std::string_view key, std::string_view value);

    /// Cost of the position, and of what may still be bought; null: not known.
    [[nodiscard]] Decimal exposure(InstrumentHandle instrument) const;
    [[nodiscard]] Decimal position_cost(InstrumentHandle instrument) const;
    /// `visit(instrument, notional, owner)`, null where not known. An order of ours that was not
    /// kept is there too, without an owner.
    template <typename Visit>
    void each_open_buy(Visit&& visit) const;
    [[nodiscard]] const LiveOrders& live_orders() const { return live_; }
    /// Of this turn: its snapshot does not have them.
    [[nodiscard]] const std::vector<OrderRef>& fresh_orders() const { return fresh_; }
    /// Whether the host takes no entries, in the instrument or at all.
    [[nodiscard]] bool is_halted(InstrumentHandle instrument) const {
        return halted_.count(kNoHandle) > 0 || halted_.count(instrument) > 0;
    }
    [[nodiscard]] std::string name_of(InstrumentHandle instrument) const;

    /// More of an order of ours was filled; it has its new `filled`.
    virtual void on_owned_fill(const LiveOrder& /*order*/, Decimal /*quantity*/) {}
    /// An order of ours ended, and nothing more of it will fill. Not called for one that ended
    /// while nobody listened: what of it was filled is not known.
    virtual void on_owned_end(const LiveOrder& /*order*/) {}
    /// The market is over: what is kept about it can go.
    virtual void on_market_over(InstrumentHandle /*instrument*/) {}

  private:
    static constexpr std::uint64_t kSyncTimer = kHostRefFirst;  // no order's

    void grow(OrderRef ref, Decimal filled_qty);
    LiveOrder drop(LiveOrders::iterator order);
    void arm(OrderRef ref, Timestamp due);

    std::uint32_t streams_ = 0;
    LiveOrders live_;
    std::vector<OrderRef> fresh_;
    std::set<InstrumentHandle> halted_;
    bool is_synced_ = false;
};

inline Status LiveOrderStrategy::start_live(std::uint32_t streams) {
    streams_ = streams;
    host().each_instrument([&](const Instrument& instrument) {
        if (!subscribe(instrument.handle(), streams_))
            log(LogLevel::Debug, "not ours: " + std::string(instrument.name()));
    });
    const Status read = kv_each("order/", [&](std::string_view key, Bytes value) {
        const auto ref = parse_number<std::uint64_t>(key.substr(6));
        auto order = parse_live_order(host(), as_text(value));
        if (ref && order)
            live_.emplace(OrderRef{*ref}, std::move(*order));
        else
            log(LogLevel::Warning, "kept order cannot be read: " + std::string(key));
    });
    if (!read) return read;
    return set_timer(kSyncTimer, now());  // the snapshot is there in turns only
}

inline void LiveOrderStrategy::sync() {
    if (is_synced_) return;
    is_synced_ = true;
    std::set<OrderRef> open;
    for (const OpenOrder order : open_orders()) {
        open.insert(order.order_ref());
        grow(order.order_ref(), order.filled_qty());
    }
    for (auto order = live_.begin(); order != live_.end();) {
        const auto next = std::next(order);
        if (open.count(order->first) == 0)
            drop(order);
        else
            arm(order->first, order->second.due);
        order = next;
    }
}

inline void LiveOrderStrategy::arm(OrderRef ref, Timestamp due) {
    if (due.is_none()) return;
    if (const Status timed = set_timer(ref.value, due); !timed)
        log(LogLevel::Warning, "order without its time-out: " + timed.error().message);
}

inline void LiveOrderStrategy::grow(OrderRef ref, Decimal filled_qty) {
    const auto found = live_.find(ref);
    if (found == live_.end() || filled_qty.is_null()) return;
    LiveOrder& order = found->second;
    const auto more = checked_sub(filled_qty, order.filled);
    if (!more || !more->is_positive()) return;  // heard before
    order.filled = filled_qty;
    keep("order/" + std::to_string(ref.value), live_order_text(order, name_of(order.instrument)));
    on_owned_fill(order, *more);
}

inline LiveOrder LiveOrderStrategy::drop(LiveOrders::iterator order) {
    keep("order/" + std::to_string(order->first.value), {});
    LiveOrder ended = std::move(order->second);
    live_.erase(order);
    return ended;
}

inline void LiveOrderStrategy::on_order(const OrderUpdate& order) {
    grow(order.order_ref(), order.filled_qty());
    const auto found = live_.find(order.order_ref());
    if (found != live_.end() && !is_open(order.status())) on_owned_end(drop(found));
}

inline void LiveOrderStrategy::on_timer(const Timer& timer) {
    sync();
    const OrderRef ref{timer.timer_id()};
    const auto order = live_.find(ref);
    if (order == live_.end() || order->second.due.is_none() || now() < order->second.due) return;
    if (const Status canceled = cancel(ref); !canceled) {
        log(LogLevel::Warning, "cancel refused: " + canceled.error().message);
        arm(ref, now().plus_ns(kNsPerSecond));
    }
}

inline void LiveOrderStrategy::on_instrument(const InstrumentUpdate& update) {
    const auto instrument = host().instrument(update.instrument());
    if (!instrument) return;
    const std::uint32_t status = instrument->raw().status;
    if (update.change() == TRADECTL_INSTRUMENT_LISTED) {
        static_cast<void>(subscribe(instrument->handle(), streams_));  // refused: not ours
    } else if (status == TRADECTL_INSTRUMENT_CLOSED || status == TRADECTL_INSTRUMENT_RESOLVED) {
        on_market_over(instrument->handle());
    }
}

inline void LiveOrderStrategy::on_status(const StatusUpdate& status) {
    if (status.status() == TRADECTL_STATUS_HALTED || status.status() == TRADECTL_STATUS_REDUCE_ONLY)
        halted_.insert(status.instrument());
    else if (status.status() == TRADECTL_STATUS_ACTIVE)
        halted_.erase(status.instrument());
}

inline void LiveOrderStrategy::on_turn_end() {
    sync();
    fresh_.clear();
}

template <typename Visit>
void LiveOrderStrategy::each_open_buy(Visit&& visit) const {
    const auto hand =
        [&](InstrumentHandle handle, Decimal quantity, Decimal price, std::string_view owner) {
            const auto instrument = host().instrument(handle);
            visit(handle,
                  instrument ? notional_of(*instrument, quantity, price) : Decimal::null(),
                  owner);
        };
    for (const auto& [ref, order] : live_)
        if (order.side == Side::Buy)
            hand(order.instrument, order.leaves(), order.price, order.owner);
    for (const OpenOrder order : open_orders()) {
        const OrderRef ref = order.order_ref();
        if (order.side() != Side::Buy || ref.value >= kHostRefFirst || live_.count(ref) > 0)
            continue;
        const auto leaves = checked_sub(order.order_qty(), order.filled_qty());
        hand(order.instrument(), leaves.value_or(Decimal::null()), order.price(), {});
    }
}

inline Decimal LiveOrderStrategy::position_cost(InstrumentHandle instrument) const {
    const Position held = position(instrument);
    const auto quantity = checked_abs(held.quantity());
    if (quantity && quantity->is_zero()) return {};
    const auto known = host().instrument(instrument);
    if (!quantity || !known) return Decimal::null();
    return notional_of(*known, *quantity, held.average_price());
}

inline Decimal LiveOrderStrategy::exposure(InstrumentHandle instrument) const {
    Decimal sum = position_cost(instrument);
    each_open_buy([&](InstrumentHandle handle, Decimal notional, std::string_view) {
        if (handle == instrument) sum = checked_add(sum, notional).value_or(Decimal::null());
    });
    return sum;
}

inline bool LiveOrderStrategy::keep(std::string_view key, std::string_view value) {
    const Status kept = kv_put(key, value);
    if (!kept) log(LogLevel::Warning, "not kept: " + kept.error().message);
    return kept.has_value();
}

inline std::string LiveOrderStrategy::name_of(InstrumentHandle instrument) const {
    const auto known = host().instrument(instrument);
    return known ? std::string(known->name()) : std::to_string(instrument);
}

inline void LiveOrderStrategy::add_live(OrderRef ref, LiveOrder order) {
    arm(ref, order.due);
    live_.emplace(ref, std::move(order));
    fresh_.push_back(ref);
}

}  // namespace tradectl
