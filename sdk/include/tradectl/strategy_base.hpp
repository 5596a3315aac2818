/// The base of a strategy plugin: events in, commands out.
///
/// Include strategy.hpp, derive, write the handlers you need, and end one .cpp with
/// TRADECTL_STRATEGY_PLUGIN (plugin.hpp). A public member `settings`, an aggregate of settings
/// (settings.hpp), becomes the settings schema and is filled before `on_configure`.
#pragma once

#include "commands.hpp"
#include "host.hpp"
#include "records.hpp"
#include "snapshot.hpp"

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tradectl {

/// All calls into one instance are serialised. A view that a handler is given lives until it
/// returns. An exception out of a handler, or an error out of `on_start`, faults the instance.
/// Nothing here allocates for an event. [engine]
class Strategy {
  public:
    Strategy() = default;
    virtual ~Strategy() = default;
    Strategy(const Strategy&) = delete;
    Strategy& operator=(const Strategy&) = delete;

    // Life cycle. The host is there from on_configure on, not yet in the constructor.
    virtual Status on_configure() { return {}; }  ///< settings are read; check what depends on more
    virtual Status on_start() { return {}; }      ///< the place to subscribe and to set timers
    virtual Status on_stop() { return {}; }

    // Events, one at a time, in the order in which the host saw them.
    virtual void on_quote(const Quote&) {}
    virtual void on_trade(const Trade&) {}
    virtual void on_bar(const Bar&) {}
    virtual void on_book(const Book&) {}
    virtual void on_order(const OrderUpdate&) {}
    virtual void on_fill(const Fill&) {}
    virtual void on_position(const PositionUpdate&) {}
    virtual void on_balance(const BalanceUpdate&) {}
    virtual void on_timer(const Timer&) {}
    virtual void on_wake(const Event&) {}
    virtual void on_instrument(const InstrumentUpdate&) {}
    virtual void on_status(const StatusUpdate&) {}
    virtual void on_activity(const Activity&) {}
    virtual void on_ext(const Ext&) {}
    /// After the last event of a turn.
    virtual void on_turn_end() {}

    [[nodiscard]] std::string_view instance_name() const { return instance_name_; }

    /// The glue's: gives the instance its host, once, before anything else.
    void attach(const tradectl_host* table, std::string_view instance_name) {
        host_ = std::make_unique<Host>(table);
        commands_ = std::make_unique<Commands>(*host_);
        instance_name_ = instance_name;
    }
    /// The glue's: delivers one turn. InvalidArgument, as the ABI's number, for a record that
    /// cannot be read. Unknown types are skipped.
    tradectl_status deliver(const tradectl_turn& turn);

  protected:
    [[nodiscard]] const Host& host() const { return *host_; }
    [[nodiscard]] Timestamp now() const { return turn_ ? Timestamp{turn_->now} : host_->now(); }
    [[nodiscard]] std::uint64_t random() const { return host_->random(); }
    Status wake() const { return host_->wake(); }
    void log(LogLevel level, std::string_view text) const { host_->log(level, text); }

    // Reads as of this turn; outside of one nothing is known.
    [[nodiscard]] Snapshot snapshot() const { return turn_ ? Snapshot{*turn_} : Snapshot{}; }
    [[nodiscard]] BookTop top(InstrumentHandle instrument) const {
        return snapshot().top(instrument);
    }
    [[nodiscard]] Position position(InstrumentHandle instrument) const {
        return snapshot().position(instrument);
    }
    [[nodiscard]] Balance balance(AssetHandle asset) const { return snapshot().balance(asset); }
    [[nodiscard]] auto open_orders() const { return snapshot().open_orders(); }
    [[nodiscard]] std::optional<Bytes> kv_get(std::string_view key) const {
        return host_->kv_get(key);
    }
    Status kv_each(std::string_view prefix,
                   const std::function<void(std::string_view, Bytes)>& visit) const {
        return host_->kv_each(prefix, visit);
    }

    // Commands; see Commands. They never block: the verdict on an order comes to `on_order`.
    [[nodiscard]] Commands& commands() { return *commands_; }
    Expected<OrderRef> buy(InstrumentHandle instrument, const OrderOptions& order) {
        return commands_->submit(instrument, Side::Buy, order);
    }
    Expected<OrderRef> sell(InstrumentHandle instrument, const OrderOptions& order) {
        return commands_->submit(instrument, Side::Sell, order);
    }
    Expected<OrderRef> submit(InstrumentHandle instrument, Side side, const OrderOptions& order) {
        return commands_->submit(instrument, side, order);
    }
    Status submit_batch(std::span<OrderSpec> orders) { return commands_->submit_batch(orders); }
    Expected<OrderRef> replace(OrderRef order, const ReplaceOptions& options) {
        return commands_->replace(order, options);
    }
    Status cancel(OrderRef order) { return commands_->cancel(order); }
    Status cancel_batch(std::span<const OrderRef> orders) {
        return commands_->cancel_batch(orders);
    }
    Status cancel_all(InstrumentHandle instrument = kNoHandle) {
        return commands_->cancel_all(instrument);
    }
    Status exits(InstrumentHandle instrument, const Exits& rules) {
        return commands_->exits(instrument, rules);
    }
    Status clear_exits(InstrumentHandle instrument) { return commands_->clear_exits(instrument); }
    Status close_position(InstrumentHandle instrument) {
        return commands_->close_position(instrument);
    }
    Status subscribe(InstrumentHandle instrument,
                     std::uint32_t streams,
                     std::int64_t bar_interval_ns = 0) {
        return commands_->subscribe(instrument, streams, bar_interval_ns);
    }
    Status set_timer(std::uint64_t timer_id, Timestamp due, std::int64_t interval_ns = 0) {
        return commands_->set_timer(timer_id, due, interval_ns);
    }
    Status cancel_timer(std::uint64_t timer_id) { return commands_->cancel_timer(timer_id); }
    Status metric(std::string_view name, double value) { return commands_->metric(name, value); }
    Status decide(std::string_view note,
                  std::initializer_list<DecideNumber> numbers,
                  OrderRef order = {}) {
        return commands_->decide(note, numbers, order);
    }
    Status kv_put(std::string_view key, Bytes value) { return commands_->kv_put(key, value); }
    Status kv_put(std::string_view key, std::string_view value) {
        return commands_->kv_put(key, value);
    }
    Status kv_erase(std::string_view key) { return commands_->kv_erase(key); }
    [[nodiscard]] OrderRef next_order_ref() const { return commands_->next_order_ref(); }

  private:
    /// False for a record that is too short for its type.
    bool deliver_event(const tradectl_event& event);
    template <typename View>
    bool hand(const tradectl_event& event, void (Strategy::*handler)(const View&)) {
        if (event.size < sizeof(typename View::Record)) return false;
        (this->*handler)(View{reinterpret_cast<const typename View::Record&>(event)});
        return true;
    }
    bool hand_book(const tradectl_event& event) {
        if (event.size < sizeof(tradectl_book_event)) return false;
        const Book book{reinterpret_cast<const tradectl_book_event&>(event)};
        if (!book.is_well_formed()) return false;
        on_book(book);
        return true;
    }

    std::unique_ptr<Host> host_;
    std::unique_ptr<Commands> commands_;
    const tradectl_turn* turn_ = nullptr;
    std::string instance_name_;
};

inline bool Strategy::deliver_event(const tradectl_event& event) {
    switch (event.type) {
        case TRADECTL_EVENT_QUOTE: return hand(event, &Strategy::on_quote);
        case TRADECTL_EVENT_TRADE: return hand(event, &Strategy::on_trade);
        case TRADECTL_EVENT_BAR: return hand(event, &Strategy::on_bar);
        case TRADECTL_EVENT_BOOK_SNAPSHOT:
        case TRADECTL_EVENT_BOOK_DELTA: return hand_book(event);
        case TRADECTL_EVENT_ORDER: return hand(event, &Strategy::on_order);
        case TRADECTL_EVENT_FILL: return hand(event, &Strategy::on_fill);
        case TRADECTL_EVENT_POSITION: return hand(event, &Strategy::on_position);
        case TRADECTL_EVENT_BALANCE: return hand(event, &Strategy::on_balance);
        case TRADECTL_EVENT_TIMER: return hand(event, &Strategy::on_timer);
        case TRADECTL_EVENT_WAKE: on_wake(Event{event}); return true;
        case TRADECTL_EVENT_INSTRUMENT: return hand(event, &Strategy::on_instrument);
        case TRADECTL_EVENT_STATUS: return hand(event, &Strategy::on_status);
        case TRADECTL_EVENT_ACTIVITY: return hand(event, &Strategy::on_activity);
        case TRADECTL_EVENT_EXT: return hand(event, &Strategy::on_ext);
        default: return true;
    }
}

inline tradectl_status Strategy::deliver(const tradectl_turn& turn) {
    if (turn.struct_size < sizeof(tradectl_turn)) return TRADECTL_INVALID_ARGUMENT;
    // Ends the turn on every way out, exceptions included.
    struct TurnEnd {
        Strategy& self;
        ~TurnEnd() {
            self.turn_ = nullptr;
            self.commands_->set_trigger(0);
        }
    } turn_end{*this};
    turn_ = &turn;
    bool is_readable = true;
    const tradectl_status walked =
        each_event(turn.events, turn.events_bytes, turn.event_count, [&](const auto& event) {
            if (!is_readable) return;
            commands_->set_trigger(event.seq);
            is_readable = deliver_event(event);
        });
    if (walked != TRADECTL_OK) return walked;
    if (!is_readable) return TRADECTL_INVALID_ARGUMENT;
    on_turn_end();
    return TRADECTL_OK;
}

}  // namespace tradectl
