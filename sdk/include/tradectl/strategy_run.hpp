/// Drives one strategy through its C table, turn by turn, over a FakeHost.
#pragma once

#include "abi/strategy.h"
#include "fake_host.hpp"
#include "records.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tradectl {

struct FakeQuote {
    Decimal bid = Decimal::null();
    Decimal ask = Decimal::null();
    Decimal quantity = 1_d;                  ///< on the bid, and the ask
    Decimal ask_quantity = Decimal::null();  ///< when it differs
};

struct FakeBar {
    Decimal open;
    Decimal high;
    Decimal low;
    Decimal close;
    Decimal volume = 1_d;
    std::int64_t interval_ns = kNsPerMinute;
};

/// One instance of a strategy under test. It keeps what the turn's snapshot shows: tops from quotes
/// and trades, positions from `fill`, open orders from submits and from `order_status`.
///
///     FakeHost host;
///     const auto btc = host.add_instrument();
///     StrategyRun run(host, kStrategyApi<Momentum>, R"({"lookback":3})");
///     run.trade(btc, 100_d, 1_d);
///     EXPECT_EQ(host.submits().size(), 1U);
class StrategyRun {
  public:
    /// Creates, configures and starts; `status()` and `error()` say how that went.
    StrategyRun(FakeHost& host,
                const tradectl_strategy_api& api,
                std::string_view settings = "{}",
                std::string_view instance_name = "test");
    ~StrategyRun() { api_.destroy(self_); }
    StrategyRun(const StrategyRun&) = delete;
    StrategyRun& operator=(const StrategyRun&) = delete;

    /// Of the last call into the plugin.
    [[nodiscard]] tradectl_status status() const { return status_; }
    /// What create or configure wrote.
    [[nodiscard]] const std::string& error() const { return error_; }

    // Each sends one turn with one event, at the host's time.
    void trade(InstrumentHandle instrument,
               Decimal price,
               Decimal quantity,
               Side aggressor = Side::Buy);
    void quote(InstrumentHandle instrument, const FakeQuote& quote);
    void bar(InstrumentHandle instrument, const FakeBar& bar);
    /// Turns an open order's state; a closed one leaves the snapshot.
    void order_status(std::uint64_t order_ref,
                      OrderStatus status,
                      Reason reason = TRADECTL_REASON_NONE);
    /// Fills an order: fill, order and position event in one turn.
    void fill(std::uint64_t order_ref, Decimal price, Decimal quantity);
    void status_event(std::uint32_t status);
    template <typename Record>
    void send(Record record) {
        append(record.header, &record, sizeof record);
        turn();
    }

    /// Adds an event to the next turn; `turn` sends what was added.
    template <typename Record>
    void add(Record record) {
        append(record.header, &record, sizeof record);
    }
    void turn();
    /// Sends one turn of bytes as they are, good or bad.
    void raw_turn(const std::uint8_t* events, std::uint64_t bytes, std::uint32_t count);

    /// Moves the clock and fires the timers that fall due on the way, in order.
    void advance(std::int64_t ns);
    void stop() { status_ = api_.stop(self_); }

    void set_balance(std::string_view asset, Decimal free);
    void set_position(InstrumentHandle instrument, Decimal quantity, Decimal average_price);
    /// An order that the snapshot shows without a submit of this run: one from before a restart.
    void set_open_order(const tradectl_open_order& order) { open_orders_.push_back(order); }
    [[nodiscard]] Decimal position(InstrumentHandle instrument) {
        return Decimal::from_abi(state(instrument).quantity);
    }

  private:
    struct TimerState {
        Timestamp due;
        std::int64_t interval_ns;
    };

    void append(tradectl_event& header, const void* record, std::size_t bytes);
    void watch_commands();
    void open_order(const tradectl_submit_command& submit);
    tradectl_position_state& state(InstrumentHandle instrument);
    [[nodiscard]] std::vector<tradectl_open_order>::iterator find_order(std::uint64_t order_ref);
    [[nodiscard]] tradectl_order_event order_event(const tradectl_open_order& order) const;
    [[nodiscard]] tradectl_book_top& top(InstrumentHandle instrument);

    FakeHost& host_;
    const tradectl_strategy_api& api_;
    tradectl_strategy* self_ = nullptr;
    tradectl_status status_ = TRADECTL_OK;
    std::string error_;
    std::vector<std::uint64_t> events_;
    std::uint32_t event_count_ = 0;
    std::uint64_t seq_ = 0;
    std::uint64_t turn_seq_ = 0;
    std::uint64_t fill_count_ = 0;
    std::uint64_t commands_seen_ = 0;
    std::vector<tradectl_book_top> tops_;
    std::vector<tradectl_position_state> positions_;
    std::vector<tradectl_balance_state> balances_;
    std::vector<tradectl_open_order> open_orders_;
    std::map<std::uint64_t, TimerState> timers_;
};

inline StrategyRun::StrategyRun(FakeHost& host,
                                const tradectl_strategy_api& api,
                                std::string_view settings,
                                std::string_view instance_name)
    : host_(host), api_(api), commands_seen_(host.commands_total()) {
    char text[512];
    tradectl_error_text error{sizeof error, sizeof text, 0, 0, text};
    status_ = api_.create(host_.table(), to_str(instance_name), &self_, &error);
    if (status_ == TRADECTL_OK) status_ = api_.configure(self_, to_str(settings), &error);
    error_.assign(text, error.size);
    if (status_ != TRADECTL_OK) return;
    status_ = api_.start(self_);
    watch_commands();
}

/// `header` is part of `record`: its seq, times and size are completed before the copy.
inline void StrategyRun::append(tradectl_event& header, const void* record, std::size_t bytes) {
    header.seq = ++seq_;
    header.host_time = host_.now().ns();
    if (header.event_time == TRADECTL_TIME_NONE) header.event_time = header.host_time;
    const std::size_t at = events_.size();
    events_.resize(at + (bytes + 7) / 8);
    std::memcpy(&events_[at], record, bytes);
    ++event_count_;
}

inline void StrategyRun::turn() {
    std::vector<std::uint64_t> events;
    events.swap(events_);
    const std::uint32_t count = std::exchange(event_count_, 0);
    raw_turn(reinterpret_cast<const std::uint8_t*>(events.data()),
             events.size() * sizeof(std::uint64_t),
             count);
}

inline void StrategyRun::raw_turn(const std::uint8_t* events,
                                  std::uint64_t bytes,
                                  std::uint32_t count) {
    if (host_.instrument_count() > 0)
        static_cast<void>(state(static_cast<InstrumentHandle>(host_.instrument_count() - 1)));
    tradectl_turn turn{};
    turn.struct_size = sizeof turn;
    turn.event_count = count;
    turn.events = events;
    turn.events_bytes = bytes;
    turn.now = host_.now().ns();
    turn.turn_seq = ++turn_seq_;
    turn.tops = tops_.data();
    turn.top_count = static_cast<std::uint32_t>(tops_.size());
    turn.top_stride = sizeof(tradectl_book_top);
    turn.positions = positions_.data();
    turn.position_count = static_cast<std::uint32_t>(positions_.size());
    turn.position_stride = sizeof(tradectl_position_state);
    turn.balances = balances_.data();
    turn.balance_count = static_cast<std::uint32_t>(balances_.size());
    turn.balance_stride = sizeof(tradectl_balance_state);
    turn.open_orders = open_orders_.data();
    turn.open_order_count = static_cast<std::uint32_t>(open_orders_.size());
    turn.open_order_stride = sizeof(tradectl_open_order);
    status_ = api_.on_events(self_, &turn);
    watch_commands();
}

inline tradectl_book_top& StrategyRun::top(InstrumentHandle instrument) {
    const tradectl_decimal null = Decimal::null().to_abi();
    if (tops_.size() <= instrument)
        tops_.resize(instrument + 1, {null, null, null, null, null, TRADECTL_TIME_NONE});
    return tops_[instrument];
}

inline tradectl_position_state& StrategyRun::state(InstrumentHandle instrument) {
    static_cast<void>(top(instrument));
    while (positions_.size() <= instrument)
        positions_.push_back({static_cast<InstrumentHandle>(positions_.size()),
                              0,
                              {},
                              Decimal::null().to_abi(),
                              {}});
    return positions_[instrument];
}

inline void StrategyRun::trade(InstrumentHandle instrument,
                               Decimal price,
                               Decimal quantity,
                               Side aggressor) {
    auto record = make_event<tradectl_trade_event>();
    record.header.instrument = instrument;
    record.price = price.to_abi();
    record.quantity = quantity.to_abi();
    record.trade_id = seq_ + 1;
    record.aggressor = static_cast<std::uint32_t>(aggressor);
    top(instrument).last_price = record.price;
    top(instrument).updated = host_.now().ns();
    send(record);
}

inline void StrategyRun::quote(InstrumentHandle instrument, const FakeQuote& quote) {
    auto record = make_event<tradectl_quote_event>();
    record.header.instrument = instrument;
    record.bid_price = quote.bid.to_abi();
    record.bid_quantity = quote.quantity.to_abi();
    record.ask_price = quote.ask.to_abi();
    record.ask_quantity =
        (quote.ask_quantity.is_null() ? quote.quantity : quote.ask_quantity).to_abi();
    top(instrument) = {record.bid_price,
                       record.bid_quantity,
                       record.ask_price,
                       record.ask_quantity,
                       top(instrument).last_price,
                       host_.now().ns()};
    send(record);
}

inline void StrategyRun::bar(InstrumentHandle instrument, const FakeBar& bar) {
    auto record = make_event<tradectl_bar_event>();
    record.header.instrument = instrument;
    record.open = bar.open.to_abi();
    record.high = bar.high.to_abi();
    record.low = bar.low.to_abi();
    record.close = bar.close.to_abi();
    record.volume = bar.volume.to_abi();
    record.interval_ns = bar.interval_ns;
    top(instrument).last_price = record.close;
    send(record);
}

inline void StrategyRun::status_event(std::uint32_t status) {
    auto record = make_event<tradectl_status_event>();
    record.status = status;
    send(record);
}

inline std::vector<tradectl_open_order>::iterator StrategyRun::find_order(std::uint64_t order_ref) {
    return std::find_if(open_orders_.begin(), open_orders_.end(), [&](const auto& order) {
        return order.order_ref == order_ref;
    });
}

inline tradectl_order_event StrategyRun::order_event(const tradectl_open_order& order) const {
    const Decimal quantity = Decimal::from_abi(order.order_qty);
    auto record = make_event<tradectl_order_event>();
    record.header.instrument = order.instrument;
    record.order_ref = order.order_ref;
    record.status = order.status;
    record.side = order.side;
    record.order_type = order.order_type;
    record.time_in_force = order.time_in_force;
    record.account = order.account;
    record.price = order.price;
    record.order_qty = order.order_qty;
    record.filled_qty = order.filled_qty;
    record.leaves_qty = (quantity - Decimal::from_abi(order.filled_qty)).to_abi();
    record.average_price = record.limit = record.value = Decimal::null().to_abi();
    return record;
}

inline void StrategyRun::order_status(std::uint64_t order_ref, OrderStatus status, Reason reason) {
    const auto order = find_order(order_ref);
    if (order == open_orders_.end()) return;
    order->status = static_cast<std::uint32_t>(status);
    auto record = order_event(*order);
    record.reason = reason;
    if (!is_open(status)) open_orders_.erase(order);
    send(record);
}

inline void StrategyRun::fill(std::uint64_t order_ref, Decimal price, Decimal quantity) {
    const auto order = find_order(order_ref);
    if (order == open_orders_.end()) return;
    const auto side = static_cast<Side>(order->side);
    const Decimal filled = Decimal::from_abi(order->filled_qty) + quantity;
    const bool is_full = filled == Decimal::from_abi(order->order_qty);
    order->filled_qty = filled.to_abi();
    order->status = is_full ? TRADECTL_ORDER_STATUS_FILLED : TRADECTL_ORDER_STATUS_PARTIALLY_FILLED;
    tradectl_position_state& held = state(order->instrument);
    book_fake_fill(held, side, price, quantity);

    auto fill = make_event<tradectl_fill_event>();
    fill.header.instrument = order->instrument;
    fill.order_ref = order_ref;
    fill.side = order->side;
    fill.liquidity = TRADECTL_LIQUIDITY_TAKER;
    fill.settlement = TRADECTL_SETTLEMENT_CONFIRMED;
    fill.price = price.to_abi();
    fill.quantity = quantity.to_abi();
    fill.filled_qty = order->filled_qty;
    fill.leaves_qty = (Decimal::from_abi(order->order_qty) - filled).to_abi();
    fill.trade_id = to_id("fake-" + std::to_string(++fill_count_));
    add(fill);
    add(order_event(*order));
    auto position = make_event<tradectl_position_event>();
    position.header.instrument = order->instrument;
    position.quantity = held.quantity;
    position.average_price = held.average_price;
    position.realized_pnl = held.realized_pnl;
    add(position);
    if (is_full) open_orders_.erase(order);
    turn();
}

inline void StrategyRun::open_order(const tradectl_submit_command& submit) {
    tradectl_open_order order{};
    order.order_ref = submit.order_ref;
    order.instrument = submit.header.instrument;
    order.status = TRADECTL_ORDER_STATUS_PENDING;
    order.side = submit.side;
    order.order_type = submit.order_type;
    order.time_in_force = submit.time_in_force;
    order.price = submit.price;
    order.order_qty = submit.quantity;
    open_orders_.push_back(order);
}

/// Takes up what the last call emitted: new orders and timers.
inline void StrategyRun::watch_commands() {
    const auto& commands = host_.commands();
    const auto news = std::min<std::uint64_t>(host_.commands_total() - commands_seen_,
                                              commands.size());  // a test may forget some
    commands_seen_ = host_.commands_total();
    for (std::size_t i = commands.size() - news; i < commands.size(); ++i) {
        const FakeCommand& command = commands[i];
        for (const auto& submit : command.submits())
            open_order(submit);
        if (command.type() != TRADECTL_COMMAND_TIMER) continue;
        const auto& timer = command.as<tradectl_timer_command>();
        timers_.erase(timer.timer_id);
        if (timer.due != TRADECTL_TIME_NONE)
            timers_[timer.timer_id] = {Timestamp{timer.due}, timer.interval_ns};
    }
}

inline void StrategyRun::advance(std::int64_t ns) {
    const Timestamp end = host_.now().plus_ns(ns);
    for (;;) {
        const auto next =
            std::min_element(timers_.begin(), timers_.end(), [](const auto& a, const auto& b) {
                return a.second.due < b.second.due;
            });
        if (next == timers_.end() || next->second.due > end) break;
        const auto [id, timer] = *next;
        timers_.erase(next);
        if (timer.interval_ns > 0)
            timers_[id] = {timer.due.plus_ns(timer.interval_ns), timer.interval_ns};
        host_.set_now(std::max(host_.now(), timer.due));
        auto record = make_event<tradectl_timer_event>();
        record.timer_id = id;
        record.due = timer.due.ns();
        send(record);
    }
    host_.set_now(end);
}

inline void StrategyRun::set_balance(std::string_view asset, Decimal free) {
    const AssetHandle handle = host_.asset(asset);
    std::erase_if(balances_, [&](const auto& balance) { return balance.asset == handle; });
    balances_.push_back({0, handle, free.to_abi(), free.to_abi(), {}, {}});
}

inline void StrategyRun::set_position(InstrumentHandle instrument,
                                      Decimal quantity,
                                      Decimal average_price) {
    state(instrument).quantity = quantity.to_abi();
    state(instrument).average_price = average_price.to_abi();
}

}  // namespace tradectl
