// The part of Pipeline that carries out a strategy's commands, orders apart.
#include "host/base/log.hpp"
#include "host/engine/pipeline.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::engine {

namespace {

/// Whether a command leaves something that the event behind it explains.
bool goes_on_record(const tradectl_command& said) {
    switch (said.type) {
        case TRADECTL_COMMAND_SUBMIT:
        case TRADECTL_COMMAND_SUBMIT_BATCH:
        case TRADECTL_COMMAND_CANCEL:
        case TRADECTL_COMMAND_CANCEL_BATCH:
        case TRADECTL_COMMAND_CANCEL_ALL:
        case TRADECTL_COMMAND_REPLACE:
        case TRADECTL_COMMAND_DECIDE: return true;
        case TRADECTL_COMMAND_EXITS: {
            const auto& exits = reinterpret_cast<const tradectl_exits_command&>(said);
            return (exits.rules & TRADECTL_EXIT_NOW) != 0;
        }
        default: return false;
    }
}

}  // namespace

void Pipeline::take_commands(StrategyRunner& runner) {
    std::uint64_t noted = 0;
    runner.take_commands([&](const tradectl_command& said) {
        if (said.trigger_seq != noted && goes_on_record(said)) {
            noted = said.trigger_seq;
            if (const tradectl_event* event = runner.find_event(noted))
                scribe_.event(runner, *event);
        }
        command(runner, said);
    });
}

void Pipeline::command(StrategyRunner& runner, const tradectl_command& said) {
    Status done;
    switch (said.type) {
        case TRADECTL_COMMAND_SUBMIT:
            return submit(runner, reinterpret_cast<const tradectl_submit_command&>(said));
        case TRADECTL_COMMAND_SUBMIT_BATCH:
            return submit_batch(runner, reinterpret_cast<const tradectl_batch_command&>(said));
        case TRADECTL_COMMAND_CANCEL:
            return cancel_ref(
                runner, OrderRef{reinterpret_cast<const tradectl_cancel_command&>(said).order_ref});
        case TRADECTL_COMMAND_CANCEL_BATCH:
            return cancel_batch(runner, reinterpret_cast<const tradectl_batch_command&>(said));
        case TRADECTL_COMMAND_CANCEL_ALL:
            deny_waiting(runner.index(), TRADECTL_REASON_CANCELED_BY_STRATEGY);
            return trading_.orders.each_open([&](OrderEntry& entry) {
                const bool covered = said.instrument == TRADECTL_HANDLE_NONE ||
                                     said.instrument == entry.order.instrument;
                if (entry.runner == runner.index() && covered) {
                    cancel(entry, TRADECTL_REASON_CANCELED_BY_STRATEGY);
                }
            });
        case TRADECTL_COMMAND_EXITS:
            done = exits_.declare(runner, reinterpret_cast<const tradectl_exits_command&>(said));
            break;
        case TRADECTL_COMMAND_SUBSCRIBE:
            done = subscribe(runner, reinterpret_cast<const tradectl_subscribe_command&>(said));
            break;
        case TRADECTL_COMMAND_TIMER:
            return set_timer(runner, reinterpret_cast<const tradectl_timer_command&>(said));
        case TRADECTL_COMMAND_METRIC: {
            const auto& metric = reinterpret_cast<const tradectl_metric_command&>(said);
            runner.set_metric(market::id_text(metric.name), metric.value);
            return;
        }
        case TRADECTL_COMMAND_DECIDE:
            return scribe_.decision(runner, reinterpret_cast<const tradectl_decide_command&>(said));
        case TRADECTL_COMMAND_KV_PUT:
            return put(runner, reinterpret_cast<const tradectl_kv_put_command&>(said));
        case TRADECTL_COMMAND_REPLACE: {
            // Told as a denial of the new order: the old one stays as it is.
            const auto& replace = reinterpret_cast<const tradectl_replace_command&>(said);
            tradectl_submit_command order{};
            order.header = said;
            order.order_ref = replace.new_order_ref;
            order.quantity = replace.quantity;
            order.price = replace.price;
            order.stop_price = Decimal::null().to_abi();
            order.expire_time = TRADECTL_TIME_NONE;
            return deny_by(runner,
                           order,
                           TRADECTL_REASON_UNSUPPORTED,
                           "replace: not supported by this host; cancel and submit");
        }
        default:
            done = fail(ErrorCode::Unsupported, "command type " + std::to_string(said.type));
            break;
    }
    if (!done) runner.log(LogLevel::Warning, "command refused: " + done.error().message);
}

void Pipeline::submit_batch(StrategyRunner& runner, const tradectl_batch_command& batch) {
    const auto* at = reinterpret_cast<const std::uint8_t*>(&batch) + batch.offset;
    for (std::uint32_t i = 0; i < batch.count; ++i, at += batch.stride) {
        submit(runner, *reinterpret_cast<const tradectl_submit_command*>(at));
    }
}

void Pipeline::cancel_batch(StrategyRunner& runner, const tradectl_batch_command& batch) {
    const auto* at = reinterpret_cast<const std::uint8_t*>(&batch) + batch.offset;
    for (std::uint32_t i = 0; i < batch.count; ++i, at += batch.stride) {
        cancel_ref(runner, OrderRef{*reinterpret_cast<const std::uint64_t*>(at)});
    }
}

/// Markets are followed from the start; what other wallets do is asked of the strategy's own venue,
/// or of every venue that is reached when it trades on paper.
Status Pipeline::subscribe(StrategyRunner& runner, const tradectl_subscribe_command& command) {
    if (auto done = runner.subscribe(command); !done || command.wallet.size == 0) return done;
    tradectl_subscription item{};
    item.struct_size = sizeof(item);
    item.instrument = TRADECTL_HANDLE_NONE;
    item.streams = command.streams;
    item.wallet = {command.wallet.text, command.wallet.size};
    const auto asks = [&](const StrategyRunner& who, std::uint32_t exchange) {
        return exchange == who.exchange() || !trading_.reaches_venue(who.exchange());
    };
    bool asked = false;
    for (std::uint32_t i = 0; i < trading_.exchanges.size(); ++i) {
        if (!trading_.reaches_venue(i) || !asks(runner, i)) continue;
        asked = true;
        // Once for each wallet, and until nobody follows it.
        const bool followed_by_another =
            std::any_of(trading_.runners.begin(), trading_.runners.end(), [&](const auto& other) {
                return other.get() != &runner && asks(*other, i) &&
                       other->wallets().contains(market::id_text(command.wallet));
            });
        if (!followed_by_another) follow(i, {&item, 1});
    }
    if (asked) return {};
    return fail(ErrorCode::Unsupported,
                "subscribe: no exchange of this session can tell what wallet '" +
                    std::string(market::id_text(command.wallet)) + "' does");
}

void Pipeline::cancel_ref(StrategyRunner& runner, OrderRef ref) {
    OrderEntry* entry = trading_.orders.find(runner.index(), ref);
    if (entry != nullptr) return cancel(*entry, TRADECTL_REASON_CANCELED_BY_STRATEGY);
    for (auto at = retries_.begin(); at != retries_.end(); ++at) {
        const Retry& retry = at->second;
        if (retry.runner != runner.index() || retry.command.order_ref != ref.value) continue;
        const auto command = retry.command;
        trading_.scheduler.set(TimerOwner::Host, 0, at->first, Timestamp::none());
        retries_.erase(at);
        return deny_by(runner,
                       command,
                       TRADECTL_REASON_CANCELED_BY_STRATEGY,
                       "canceled while it waited for its rate limit");
    }
    tradectl_submit_command order{};
    order.header.instrument = TRADECTL_HANDLE_NONE;
    order.order_ref = ref.value;
    order.quantity = Decimal::null().to_abi();
    order.price = Decimal::null().to_abi();
    settler_.tell_denied(
        runner, order, {.reason = TRADECTL_REASON_UNKNOWN_ORDER}, "cancel: no such open order");
}

void Pipeline::cancel(OrderEntry& entry, std::uint16_t reason) {
    if (entry.cancel_underway || execution::is_closed(entry.order.status)) return;
    entry.cancel_underway = true;
    entry.cancel_reason = reason;
    const OpId op = trading_.take_op();
    tradectl_operation operation{};
    operation.struct_size = sizeof(operation);
    operation.kind = TRADECTL_OPERATION_CANCEL;
    operation.op_id = op.value;
    operation.txn_id = op.value;
    operation.intent_time = trading_.clock.now().ns();
    operation.instrument = entry.order.instrument;
    operation.account = entry.order.account;
    operation.asset = TRADECTL_HANDLE_NONE;
    operation.quantity = Decimal::null().to_abi();
    operation.price = Decimal::null().to_abi();
    operation.stop_price = Decimal::null().to_abi();
    operation.expire_time = TRADECTL_TIME_NONE;
    put_id(operation.target_client_order_id, entry.order.client_order_id);
    put_id(operation.target_venue_order_id, entry.order.venue_order_id);
    const auto request_id = trading_.exchanges[entry.exchange]->prepare({&operation, 1});
    requests_[request_key(entry.exchange, request_id)] = {
        Purpose::PrepareCancel, entry.order.client_order_id, op};
}

void Pipeline::cancel_all(const StrategyRunner& runner, std::uint16_t reason) {
    deny_waiting(runner.index(), reason);
    trading_.orders.each_open([&](OrderEntry& entry) {
        if (entry.runner == runner.index()) cancel(entry, reason);
    });
}

void Pipeline::set_timer(StrategyRunner& runner, const tradectl_timer_command& command) {
    trading_.scheduler.set(
        TimerOwner::Strategy, runner.index(), command.timer_id, Timestamp{command.due});
    runner.set_interval(command.timer_id,
                        command.due == TRADECTL_TIME_NONE ? 0 : command.interval_ns);
}

void Pipeline::put(StrategyRunner& runner, const tradectl_kv_put_command& command) {
    const auto* at = reinterpret_cast<const char*>(&command) + command.offset;
    scribe_.kv(runner.name(),
               {at, command.key_bytes},
               std::as_bytes(std::span(at + command.key_bytes, command.value_bytes)));
}

}  // namespace tradectl::engine
