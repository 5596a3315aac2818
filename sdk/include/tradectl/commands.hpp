/// What a strategy tells the host, as option structs, and the writer of their records.
#pragma once

#include "abi/commands.h"
#include "host.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl {

/// One order. The type follows from the prices: none is MARKET, `price` is LIMIT, `stop_price` is
/// STOP, both are STOP_LIMIT.
struct OrderOptions {
    Decimal quantity = Decimal::null();
    Decimal price = Decimal::null();
    Decimal stop_price = Decimal::null();
    TimeInForce time_in_force = TimeInForce::Gtc;
    bool post_only = false;
    bool reduce_only = false;
    Timestamp expire_time = Timestamp::none();  ///< for Gtd
    OrderRef order_ref = {};                    ///< 0: the next free one
    std::uint64_t intent_tag = 0;               ///< key of the duplicate-order window; 0: none
    AccountHandle account = kNoHandle;          ///< none: the instance's default
};

/// One order of a batch; `submit_batch` writes the chosen `order_ref` back.
struct OrderSpec {
    InstrumentHandle instrument = kNoHandle;
    Side side = Side::None;
    OrderOptions order;
};

/// What an order shall become; null: as it was.
struct ReplaceOptions {
    Decimal quantity = Decimal::null();
    Decimal price = Decimal::null();
};

/// A target that is in force from `after_ns` after the entry on; may be 0 or negative.
struct TargetStep {
    std::int64_t after_ns = 0;
    Decimal offset;
};

/// What a trailing stop's offsets are fractions of.
enum class TrailingOf : std::uint8_t { Entry, Best };

/// How the host closes a position. Offsets are from the average entry price: a fraction of it
/// (0.01 is 1 %), or an absolute price step for binary instruments; null or 0: no such rule.
struct Exits {
    Decimal target = Decimal::null();
    Decimal stop = Decimal::null();
    Decimal trailing = Decimal::null();
    Decimal trailing_activation = Decimal::null();  ///< gain at which trailing starts
    Decimal quantity_fraction = Decimal::null();    ///< of the position; null: all
    std::int64_t hold_ns_max = 0;                   ///< 0: no limit of time
    Decimal trailing_before;                        ///< trails by this until the activation; 0: no
    TrailingOf trailing_of = TrailingOf::Entry;
    Decimal fee_rate;  ///< targets are net of this share paid at entry and exit; 0: gross
    /// By rising time; at most 8. When there are any they replace `target`.
    std::vector<TargetStep> target_steps{};
};

/// A number of a `decide` note; the name is cut at 23 bytes.
struct DecideNumber {
    std::string_view name;
    Decimal value;
};

/// Writes command records and hands them to the host, which copies them. An error means that the
/// host did not take the command; the verdict on one it took comes as an order event. [engine]
class Commands {
  public:
    explicit Commands(const Host& host) : host_(&host) {}

    /// `seq` of the event that the commands from here on answer; 0: none.
    void set_trigger(std::uint64_t seq) { trigger_seq_ = seq; }

    Expected<OrderRef> submit(InstrumentHandle instrument, Side side, OrderOptions order);
    /// One WAL batch: all are made durable together. At most `kBatchOrdersMax`.
    Status submit_batch(std::span<OrderSpec> orders);
    /// Gives the order's new ref.
    Expected<OrderRef> replace(OrderRef order, const ReplaceOptions& options);
    Status cancel(OrderRef order);
    Status cancel_batch(std::span<const OrderRef> orders);
    /// All of this instance's orders, or those in one instrument.
    Status cancel_all(InstrumentHandle instrument = kNoHandle);

    /// Declares the exits of a position; replaces what was declared before.
    Status exits(InstrumentHandle instrument, const Exits& exits);
    Status clear_exits(InstrumentHandle instrument) {
        return exit_rules(instrument, {}, TRADECTL_EXIT_CLEAR);
    }
    /// Closes the position now.
    Status close_position(InstrumentHandle instrument) {
        return exit_rules(instrument, {}, TRADECTL_EXIT_NOW);
    }

    /// `streams`: TRADECTL_STREAM_QUOTES ..., or-ed; 0 unsubscribes.
    Status subscribe(InstrumentHandle instrument,
                     std::uint32_t streams,
                     std::int64_t bar_interval_ns = 0);
    /// What a wallet does.
    Status follow_wallet(std::string_view wallet);
    /// Fires at `due`, and then each `interval_ns` when that is above 0. The same id moves it.
    Status set_timer(std::uint64_t timer_id, Timestamp due, std::int64_t interval_ns = 0);
    Status cancel_timer(std::uint64_t timer_id) { return set_timer(timer_id, Timestamp::none()); }

    Status metric(std::string_view name, double value);
    /// Why: the audit log keeps it with the order. The note is cut at 127 bytes; at most 8 numbers.
    Status decide(std::string_view note,
                  std::initializer_list<DecideNumber> numbers,
                  OrderRef order = {});

    /// Durable with this turn's commands. An empty value deletes.
    Status kv_put(std::string_view key, Bytes value);
    Status kv_put(std::string_view key, std::string_view value) {
        return kv_put(key, as_bytes(value));
    }
    Status kv_erase(std::string_view key) { return kv_put(key, Bytes{}); }

    [[nodiscard]] OrderRef next_order_ref() const {
        return {host_->raw()->next_order_ref(host_->raw())};
    }

    static constexpr std::size_t kBatchOrdersMax =
        (TRADECTL_COMMAND_BYTES_MAX - sizeof(tradectl_batch_command)) /
        sizeof(tradectl_submit_command);
    static constexpr std::size_t kBatchCancelsMax =
        (TRADECTL_COMMAND_BYTES_MAX - sizeof(tradectl_batch_command)) / sizeof(std::uint64_t);

  private:
    template <typename Record>
    [[nodiscard]] Record make(std::uint16_t type, InstrumentHandle instrument) const {
        Record record{};
        record.header = header(sizeof(Record), type, instrument);
        return record;
    }
    [[nodiscard]] tradectl_command header(std::size_t size,
                                          std::uint16_t type,
                                          InstrumentHandle instrument) const {
        return {static_cast<std::uint32_t>(size), type, 0, instrument, kNoHandle, trigger_seq_};
    }
    [[nodiscard]] tradectl_submit_command make_submit(InstrumentHandle instrument,
                                                      Side side,
                                                      const OrderOptions& order) const;
    Status exit_rules(InstrumentHandle instrument, const Exits& exits, std::uint32_t rules);
    Status emit(const tradectl_command& command, std::string_view what) {
        return to_status(host_->raw()->emit(host_->raw(), &command), what);
    }
    /// A zeroed block for a record with a tail; kept, so that it is allocated once.
    [[nodiscard]] std::uint8_t* scratch(std::size_t bytes) {
        scratch_.assign((bytes + 7) / 8, 0);
        return reinterpret_cast<std::uint8_t*>(scratch_.data());
    }
    [[nodiscard]] const tradectl_command& scratch_command() const {
        return *reinterpret_cast<const tradectl_command*>(scratch_.data());
    }
    Status emit_batch(std::uint16_t type, std::size_t count, std::size_t stride);

    const Host* host_;
    std::uint64_t trigger_seq_ = 0;
    std::vector<std::uint64_t> scratch_;
};

inline tradectl_submit_command Commands::make_submit(InstrumentHandle instrument,
                                                     Side side,
                                                     const OrderOptions& order) const {
    auto record = make<tradectl_submit_command>(TRADECTL_COMMAND_SUBMIT, instrument);
    const bool has_price = !order.price.is_null();
    const bool has_stop = !order.stop_price.is_null();
    const OrderType type = has_stop ? (has_price ? OrderType::StopLimit : OrderType::Stop)
                                    : (has_price ? OrderType::Limit : OrderType::Market);
    record.header.account = order.account;
    record.order_ref = order.order_ref.value;
    record.intent_tag = order.intent_tag;
    record.side = static_cast<std::uint8_t>(side);
    record.order_type = static_cast<std::uint8_t>(type);
    record.time_in_force = static_cast<std::uint8_t>(order.time_in_force);
    record.order_flags = (order.post_only ? TRADECTL_ORDER_POST_ONLY : 0) |
                         (order.reduce_only ? TRADECTL_ORDER_REDUCE_ONLY : 0);
    record.quantity = order.quantity.to_abi();
    record.price = order.price.to_abi();
    record.stop_price = order.stop_price.to_abi();
    record.expire_time = order.expire_time.ns();
    return record;
}

inline Expected<OrderRef> Commands::submit(InstrumentHandle instrument,
                                           Side side,
                                           OrderOptions order) {
    if (order.order_ref.value == 0) order.order_ref = next_order_ref();
    const auto record = make_submit(instrument, side, order);
    if (const Status taken = emit(record.header, "submit"); !taken) return fail(taken.error());
    return order.order_ref;
}

inline Status Commands::emit_batch(std::uint16_t type, std::size_t count, std::size_t stride) {
    auto& batch = *reinterpret_cast<tradectl_batch_command*>(scratch_.data());
    batch.header = header(scratch_.size() * sizeof(std::uint64_t), type, kNoHandle);
    batch.count = static_cast<std::uint32_t>(count);
    batch.stride = static_cast<std::uint32_t>(stride);
    batch.offset = sizeof(tradectl_batch_command);
    return emit(batch.header, "batch");
}

inline Status Commands::submit_batch(std::span<OrderSpec> orders) {
    if (orders.size() > kBatchOrdersMax)
        return fail(ErrorCode::InvalidArgument,
                    "submit_batch: " + std::to_string(orders.size()) + " orders are over " +
                        std::to_string(kBatchOrdersMax));
    constexpr std::size_t kItem = sizeof(tradectl_submit_command);
    std::uint8_t* at = scratch(sizeof(tradectl_batch_command) + orders.size() * kItem);
    at += sizeof(tradectl_batch_command);
    for (OrderSpec& spec : orders) {
        if (spec.order.order_ref.value == 0) spec.order.order_ref = next_order_ref();
        const auto record = make_submit(spec.instrument, spec.side, spec.order);
        std::memcpy(at, &record, kItem);
        at += kItem;
    }
    return emit_batch(TRADECTL_COMMAND_SUBMIT_BATCH, orders.size(), kItem);
}

inline Expected<OrderRef> Commands::replace(OrderRef order, const ReplaceOptions& options) {
    auto record = make<tradectl_replace_command>(TRADECTL_COMMAND_REPLACE, kNoHandle);
    record.order_ref = order.value;
    record.new_order_ref = next_order_ref().value;
    record.quantity = options.quantity.to_abi();
    record.price = options.price.to_abi();
    if (const Status taken = emit(record.header, "replace"); !taken) return fail(taken.error());
    return OrderRef{record.new_order_ref};
}

inline Status Commands::cancel(OrderRef order) {
    auto record = make<tradectl_cancel_command>(TRADECTL_COMMAND_CANCEL, kNoHandle);
    record.order_ref = order.value;
    return emit(record.header, "cancel");
}

inline Status Commands::cancel_batch(std::span<const OrderRef> orders) {
    if (orders.size() > kBatchCancelsMax)
        return fail(ErrorCode::InvalidArgument,
                    "cancel_batch: " + std::to_string(orders.size()) + " orders are over " +
                        std::to_string(kBatchCancelsMax));
    std::uint8_t* at =
        scratch(sizeof(tradectl_batch_command) + orders.size() * sizeof(std::uint64_t));
    at += sizeof(tradectl_batch_command);
    for (const OrderRef order : orders) {
        std::memcpy(at, &order.value, sizeof order.value);
        at += sizeof order.value;
    }
    return emit_batch(TRADECTL_COMMAND_CANCEL_BATCH, orders.size(), sizeof(std::uint64_t));
}

inline Status Commands::cancel_all(InstrumentHandle instrument) {
    return emit(header(sizeof(tradectl_command), TRADECTL_COMMAND_CANCEL_ALL, instrument),
                "cancel_all");
}

inline Status Commands::exits(InstrumentHandle instrument, const Exits& exits) {
    std::uint32_t rules = 0;
    if (exits.target_steps.size() > TRADECTL_EXIT_STEPS_MAX)
        return fail(ErrorCode::InvalidArgument,
                    "exits: " + std::to_string(exits.target_steps.size()) + " steps are over " +
                        std::to_string(TRADECTL_EXIT_STEPS_MAX));
    if (exits.target.is_positive() || !exits.target_steps.empty()) rules |= TRADECTL_EXIT_TARGET;
    if (exits.stop.is_positive()) rules |= TRADECTL_EXIT_STOP;
    if (exits.trailing.is_positive()) rules |= TRADECTL_EXIT_TRAILING;
    if (exits.trailing.is_positive() && exits.trailing_of == TrailingOf::Best)
        rules |= TRADECTL_EXIT_TRAILING_OF_BEST;
    if (exits.hold_ns_max > 0) rules |= TRADECTL_EXIT_TIME;
    if (rules == 0) return fail(ErrorCode::InvalidArgument, "exits: no rule given");
    return exit_rules(instrument, exits, rules);
}

inline Status Commands::exit_rules(InstrumentHandle instrument,
                                   const Exits& exits,
                                   std::uint32_t rules) {
    const auto offset = [rules](std::uint32_t rule, Decimal value) {
        return ((rules & rule) != 0 ? value : Decimal::null()).to_abi();
    };
    auto record = make<tradectl_exits_command>(TRADECTL_COMMAND_EXITS, instrument);
    record.rules = rules;
    record.target_offset = offset(TRADECTL_EXIT_TARGET, exits.target);
    record.stop_offset = offset(TRADECTL_EXIT_STOP, exits.stop);
    record.trailing_offset = offset(TRADECTL_EXIT_TRAILING, exits.trailing);
    record.trailing_activation = offset(TRADECTL_EXIT_TRAILING, exits.trailing_activation);
    record.quantity_fraction = exits.quantity_fraction.to_abi();
    record.hold_ns_max = exits.hold_ns_max;
    record.trailing_before = exits.trailing_before.to_abi();
    record.fee_rate = exits.fee_rate.to_abi();
    for (const TargetStep& step : exits.target_steps)
        record.steps[record.step_count++] = {step.after_ns, step.offset.to_abi()};
    return emit(record.header, "exits");
}

inline Status Commands::subscribe(InstrumentHandle instrument,
                                  std::uint32_t streams,
                                  std::int64_t bar_interval_ns) {
    auto record = make<tradectl_subscribe_command>(TRADECTL_COMMAND_SUBSCRIBE, instrument);
    record.streams = streams;
    record.bar_interval_ns = bar_interval_ns;
    return emit(record.header, "subscribe");
}

inline Status Commands::follow_wallet(std::string_view wallet) {
    auto record = make<tradectl_subscribe_command>(TRADECTL_COMMAND_SUBSCRIBE, kNoHandle);
    record.streams = TRADECTL_STREAM_ACTIVITY;
    record.wallet = to_id(wallet);
    return emit(record.header, "follow_wallet");
}

inline Status Commands::set_timer(std::uint64_t timer_id, Timestamp due, std::int64_t interval_ns) {
    auto record = make<tradectl_timer_command>(TRADECTL_COMMAND_TIMER, kNoHandle);
    record.timer_id = timer_id;
    record.due = due.ns();
    record.interval_ns = interval_ns;
    return emit(record.header, "timer");
}

inline Status Commands::metric(std::string_view name, double value) {
    auto record = make<tradectl_metric_command>(TRADECTL_COMMAND_METRIC, kNoHandle);
    record.value = value;
    record.name = to_id(name);
    return emit(record.header, "metric");
}

inline Status Commands::decide(std::string_view note,
                               std::initializer_list<DecideNumber> numbers,
                               OrderRef order) {
    auto record = make<tradectl_decide_command>(TRADECTL_COMMAND_DECIDE, kNoHandle);
    if (numbers.size() > TRADECTL_DECIDE_NUMBERS_MAX)
        return fail(ErrorCode::InvalidArgument, "decide: more than 8 numbers");
    record.order_ref = order.value;
    record.note = to_text(note);
    for (const DecideNumber& number : numbers) {
        auto& slot = record.numbers[record.number_count++];
        const std::size_t bytes = std::min(number.name.size(), sizeof slot.name - 1);
        if (bytes > 0) std::memcpy(slot.name, number.name.data(), bytes);
        slot.value = number.value.to_abi();
    }
    return emit(record.header, "decide");
}

inline Status Commands::kv_put(std::string_view key, Bytes value) {
    if (key.empty() || key.size() > TRADECTL_KV_KEY_BYTES_MAX ||
        value.size() > TRADECTL_KV_VALUE_BYTES_MAX)
        return fail(ErrorCode::InvalidArgument,
                    "kv_put: key of " + std::to_string(key.size()) +
                        " bytes (1 .. 255), value of " + std::to_string(value.size()) +
                        " (0 .. 61440)");
    std::uint8_t* at = scratch(sizeof(tradectl_kv_put_command) + key.size() + value.size());
    auto& record = *reinterpret_cast<tradectl_kv_put_command*>(at);
    record.header =
        header(scratch_.size() * sizeof(std::uint64_t), TRADECTL_COMMAND_KV_PUT, kNoHandle);
    record.key_bytes = static_cast<std::uint32_t>(key.size());
    record.value_bytes = static_cast<std::uint32_t>(value.size());
    record.offset = sizeof(tradectl_kv_put_command);
    std::memcpy(at + record.offset, key.data(), key.size());
    if (!value.empty()) std::memcpy(at + record.offset + key.size(), value.data(), value.size());
    return emit(scratch_command(), "kv_put");
}

}  // namespace tradectl
