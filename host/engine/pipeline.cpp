#include "host/engine/pipeline.hpp"

#include "host/base/assert.hpp"
#include "host/base/log.hpp"
#include "host/wal/client_order_id.hpp"

#include <array>
#include <utility>

namespace tradectl::engine {

Pipeline::Pipeline(Trading& trading)
    : trading_(trading),
      gate_(trading),
      scribe_(trading),
      settler_(trading, gate_, scribe_),
      exits_(trading, scribe_, [this](StrategyRunner& runner, const ExitOrder& exit) {
          submit_exit(runner, exit);
      }) {
    settler_.on_closed = [this](OrderEntry& entry) { exits_.on_closed(entry); };
}

// ---- 2: the gate

void Pipeline::submit(StrategyRunner& runner, const tradectl_submit_command& command) {
    const OrderRef ref{command.order_ref};
    if (ref.value == 0 || ref.value >= wal::kHostOrderRefFirst) {
        return deny_by(
            runner, command, TRADECTL_REASON_BAD_ORDER_REF, "order_ref must be 1 to 2^62 - 1");
    }
    if (runner.refs().insert(ref) != RefSet::Insertion::Added) {
        return deny_by(runner, command, TRADECTL_REASON_DUPLICATE_ORDER_REF, "order_ref was used");
    }
    const auto wait_ns = runner.config().risk.retry_deadline_ns;
    pass_gate(runner,
              command,
              TRADECTL_REASON_NONE,
              {.runner = runner.index(),
               .command = command,
               .deadline = trading_.clock.now().plus_ns(wait_ns)});
}

void Pipeline::submit_exit(StrategyRunner& runner, const ExitOrder& exit) {
    tradectl_submit_command command{};
    command.header.size = sizeof(command);
    command.header.type = TRADECTL_COMMAND_SUBMIT;
    command.header.instrument = exit.instrument;
    command.header.account = runner.account();
    command.order_ref = runner.next_host_ref().value;
    command.side = exit.side;
    command.order_type = TRADECTL_ORDER_MARKET;
    command.time_in_force = TRADECTL_TIF_IOC;
    command.order_flags = TRADECTL_ORDER_REDUCE_ONLY;
    command.quantity = exit.quantity.to_abi();
    command.price = Decimal::null().to_abi();
    command.stop_price = Decimal::null().to_abi();
    command.expire_time = TRADECTL_TIME_NONE;
    pass_gate(runner, command, exit.reason, {});
}

void Pipeline::pass_gate(StrategyRunner& runner,
                         const tradectl_submit_command& command,
                         std::uint16_t exit_reason,
                         const Retry& retry) {
    const auto origin =
        exit_reason == TRADECTL_REASON_NONE ? risk::Origin::Strategy : risk::Origin::HostExit;
    GateAnswer answer = gate_.check(runner, command, origin, false);
    if (answer.result.allowed()) {
        gate_.take(runner, command);
        return start_order(runner, command, exit_reason, answer);
    }
    if (origin == risk::Origin::Strategy && answer.result.only_rate_limited() &&
        retry_later(retry)) {
        return;
    }
    deny(runner, command, answer.result);
}

bool Pipeline::retry_later(Retry retry) {
    const auto due = risk::next_retry(retry.retries, trading_.clock.now(), retry.deadline);
    if (!due) return false;
    ++retry.retries;
    const std::uint64_t id = next_retry_++;
    trading_.scheduler.set(TimerOwner::Host, 0, id, *due);
    retries_[id] = retry;
    return true;
}

void Pipeline::on_retry_timer(std::uint64_t timer_id) {
    const auto found = retries_.find(timer_id);
    if (found == retries_.end()) return;
    const Retry retry = found->second;
    retries_.erase(found);
    pass_gate(*trading_.runners[retry.runner], retry.command, TRADECTL_REASON_NONE, retry);
}

void Pipeline::deny(StrategyRunner& runner,
                    const tradectl_submit_command& command,
                    const risk::Result& result) {
    ++trading_.counters.denied;
    scribe_.denied(runner, command, result);
    TRADECTL_ASSERT(result.denial() != nullptr);
    settler_.tell_denied(runner, command, *result.denial(), {});
}

void Pipeline::deny_by(StrategyRunner& runner,
                       const tradectl_submit_command& command,
                       std::uint16_t reason,
                       std::string_view text) {
    risk::Result result;
    result.add({.reason = reason});
    ++trading_.counters.denied;
    scribe_.denied(runner, command, result);
    settler_.tell_denied(runner, command, *result.denial(), text);
}

// ---- 3: ids, hold, prepare

void Pipeline::start_order(StrategyRunner& runner,
                           const tradectl_submit_command& command,
                           std::uint16_t exit_reason,
                           const GateAnswer& answer) {
    auto entry = std::make_unique<OrderEntry>();
    entry->runner = runner.index();
    entry->exchange = runner.exchange();
    entry->deduct_op = trading_.take_op();
    entry->txn_id = TxnId{entry->deduct_op.value};
    entry->intent_tag = command.intent_tag;
    entry->trigger_seq = command.header.trigger_seq;
    entry->trigger_time = trading_.clock.now();
    entry->exit_reason = exit_reason;
    entry->expire_time = Timestamp{command.expire_time};
    entry->reduces = answer.reduces;
    entry->verdicts = std::make_unique<risk::Result>(answer.result);

    execution::Order& order = entry->order;
    order.op_id = trading_.take_op();
    order.order_ref = OrderRef{command.order_ref};
    order.instrument = command.header.instrument;
    order.account = runner.account();
    order.side = command.side;
    order.order_type = command.order_type;
    order.time_in_force = command.time_in_force;
    order.order_flags = command.order_flags;
    order.price = Decimal::from_abi(command.price);
    order.stop_price = Decimal::from_abi(command.stop_price);
    order.created = trading_.clock.now();
    order.updated = order.created;
    order.reason = exit_reason;
    const auto id = wal::to_text(wal::make_client_order_id(
        trading_.identity.install_id, order.op_id, trading_.identity.epoch, trading_.identity.key));
    order.client_order_id.assign(id.data(), id.size());
    if (auto set = execution::set_quantity(order, Decimal::from_abi(command.quantity)); !set) {
        return scribe_.fail_with(set.error());  // the gate let it pass
    }
    const auto held = execution::hold_order(settler_.book_of(*entry), answer.hold, order.order_qty);
    if (!held) return scribe_.fail_with(held.error());
    entry->hold = held->hold;
    settler_.post(order.account, held->postings);

    OrderEntry& added = trading_.orders.add(std::move(entry));
    ++trading_.counters.orders;
    settler_.show(added);
    tradectl_operation operation{};
    operation.struct_size = sizeof(operation);
    operation.kind = TRADECTL_OPERATION_ORDER;
    operation.op_id = added.order.op_id.value;
    operation.txn_id = added.txn_id.value;
    operation.intent_time = trading_.clock.now().ns();
    operation.instrument = added.order.instrument;
    operation.account = added.order.account;
    operation.side = command.side;
    operation.order_type = command.order_type;
    operation.time_in_force = command.time_in_force;
    operation.order_flags = command.order_flags;
    operation.asset = TRADECTL_HANDLE_NONE;
    operation.quantity = command.quantity;
    operation.price = command.price;
    operation.stop_price = command.stop_price;
    operation.expire_time = command.expire_time;
    put_id(operation.client_order_id, added.order.client_order_id);
    auto& exchange = *trading_.exchanges[added.exchange];
    const Request request{Purpose::PrepareOrder, added.order.client_order_id, {}};
    const auto request_id = exchange.prepare({&operation, 1});
    requests_[request_key(added.exchange, request_id)] = request;
}

// ---- 4: the intent joins the turn's batch

void Pipeline::on_prepared_order(std::uint32_t exchange,
                                 const Request& request,
                                 const exchange::Completion& completion) {
    OrderEntry* entry = trading_.orders.find(request.client_order_id);
    TRADECTL_ASSERT(entry != nullptr);
    if (completion.status != TRADECTL_OK) {
        return settler_.drop(*entry, TRADECTL_REASON_PREPARE_FAILED, completion.text);
    }
    if (completion.prepared.sign_count != 0) {
        trading_.exchanges[exchange]->discard_prepared(completion.request_id);
        return settler_.drop(*entry, TRADECTL_REASON_UNSUPPORTED, "this host has no key store");
    }
    // The same money that was held at the gate, now on record.
    auto hold =
        execution::hold_order(settler_.book_of(*entry), entry->hold, entry->order.order_qty);
    if (!hold) return scribe_.fail_with(hold.error());
    entry->prepare_id = completion.request_id;
    entry->stage = Stage::Logged;
    const auto sequence = scribe_.order_intent(*entry, hold->postings, completion.prepared);
    entry->verdicts.reset();
    awaiting_.push_back({sequence,
                         exchange,
                         completion.request_id,
                         {Purpose::SubmitOrder, entry->order.client_order_id, {}}});
}

void Pipeline::on_prepared_cancel(std::uint32_t exchange,
                                  const Request& request,
                                  const exchange::Completion& completion) {
    OrderEntry* entry = trading_.orders.find(request.client_order_id);
    if (entry == nullptr || completion.status != TRADECTL_OK) {
        if (completion.status == TRADECTL_OK) {
            trading_.exchanges[exchange]->discard_prepared(completion.request_id);
        }
        scribe_.note(wal::NoteKind::VoidOperation, "host", completion.text, request.op_id);
        if (entry != nullptr) entry->cancel_underway = false;
        return;
    }
    const auto sequence = scribe_.cancel_intent(*entry, request.op_id, completion.prepared);
    awaiting_.push_back({sequence,
                         exchange,
                         completion.request_id,
                         {Purpose::SubmitCancel, request.client_order_id, request.op_id}});
}

// ---- 5: durable: out it goes

void Pipeline::on_durable(WalSequence durable) {
    if (awaiting_.empty() || awaiting_.front().sequence > durable) return;
    trading_.halts.refresh();
    while (!awaiting_.empty() && awaiting_.front().sequence <= durable) {
        Awaiting awaiting = std::move(awaiting_.front());
        awaiting_.pop_front();
        release(std::move(awaiting));
    }
}

void Pipeline::release(Awaiting&& awaiting) {
    auto& exchange = *trading_.exchanges[awaiting.exchange];
    if (awaiting.request.purpose == Purpose::SubmitOrder) {
        OrderEntry* entry = trading_.orders.find(awaiting.request.client_order_id);
        TRADECTL_ASSERT(entry != nullptr && entry->stage == Stage::Logged);
        const auto& runner = *trading_.runners[entry->runner];
        const auto state = trading_.halts.state(
            runner.name(), exchange.name(), trading_.instrument_name(entry->order.instrument));
        if (!entry->reduces && state == risk::TradingState::Halted) {
            exchange.discard_prepared(awaiting.prepare_id);
            return settler_.roll_back(*entry, TRADECTL_REASON_HALTED, "never sent: halted");
        }
        entry->stage = Stage::Sent;
        settler_.update(*entry,
                        {.kind = execution::UpdateKind::Sent, .time = trading_.clock.now()});
    }
    const auto request_id = exchange.submit_prepared({&awaiting.prepare_id, 1});
    requests_[request_key(awaiting.exchange, request_id)] = std::move(awaiting.request);
}

// ---- 6: the venue's answers

void Pipeline::on_completion(std::uint32_t exchange, exchange::Completion&& completion) {
    const auto found = requests_.find(request_key(exchange, completion.request_id));
    if (found == requests_.end()) return;
    const Request request = std::move(found->second);
    requests_.erase(found);
    switch (request.purpose) {
        case Purpose::PrepareOrder: return on_prepared_order(exchange, request, completion);
        case Purpose::PrepareCancel: return on_prepared_cancel(exchange, request, completion);
        case Purpose::SubmitOrder: return on_submitted_order(request, completion);
        case Purpose::SubmitCancel: return on_submitted_cancel(request, completion);
    }
}

void Pipeline::on_submitted_order(const Request& request, const exchange::Completion& completion) {
    OrderEntry* entry = trading_.orders.find(request.client_order_id);
    TRADECTL_ASSERT(entry != nullptr);
    execution::Update update;
    update.time =
        completion.as_of == TRADECTL_TIME_NONE ? trading_.clock.now() : Timestamp{completion.as_of};
    update.venue_order_id = completion.venue_order_id;
    switch (completion.status) {
        case TRADECTL_OK: update.kind = execution::UpdateKind::Acknowledged; break;
        case TRADECTL_OUTCOME_UNKNOWN:
        case TRADECTL_INTERNAL:
        case TRADECTL_BAD_STATE:
        case TRADECTL_IO:
        case TRADECTL_CORRUPT: update.kind = execution::UpdateKind::Unresolved; break;
        default:
            update.kind = execution::UpdateKind::Rejected;
            update.reason = static_cast<std::uint16_t>(completion.reason != TRADECTL_REASON_NONE
                                                           ? completion.reason
                                                           : TRADECTL_REASON_VENUE_REJECTED);
            break;
    }
    settler_.update(*entry, update, completion.text);
}

void Pipeline::on_submitted_cancel(const Request& request, const exchange::Completion& completion) {
    OrderEntry* entry = trading_.orders.find(request.client_order_id);
    if (entry == nullptr) return;  // closed and forgotten meanwhile
    entry->cancel_underway = false;
    // Whether the order is canceled is told by its own event; this is the end of the request.
    const bool unknown = completion.status == TRADECTL_OUTCOME_UNKNOWN ||
                         completion.status == TRADECTL_INTERNAL ||
                         completion.status == TRADECTL_BAD_STATE;
    const auto status = completion.status == TRADECTL_OK ? wal::StepStatus::Completed
                        : unknown                        ? wal::StepStatus::InProgress
                                                         : wal::StepStatus::Failed;
    scribe_.cancel_result(*entry, request.op_id, status, completion.text);
}

void Pipeline::on_exchange_event(std::uint32_t /*exchange*/, const tradectl_event& event) {
    if (event.type == TRADECTL_EVENT_FILL) {
        const auto& fill = reinterpret_cast<const tradectl_fill_event&>(event);
        OrderEntry* entry = trading_.orders.find(market::id_text(fill.client_order_id));
        if (entry == nullptr) {
            log(LogLevel::Error,
                "engine",
                "a fill of an order that nobody knows",
                {{"client_order_id", market::id_text(fill.client_order_id)}});
            scribe_.note(
                wal::NoteKind::Fault,
                "host",
                "fill of an unknown order " + std::string(market::id_text(fill.client_order_id)));
            return;
        }
        settler_.fill(*entry, fill);
        exits_.on_fill(*trading_.runners[entry->runner], entry->order.instrument);
    } else if (event.type == TRADECTL_EVENT_ORDER) {
        on_order_event(reinterpret_cast<const tradectl_order_event&>(event));
    } else if (event.type == TRADECTL_EVENT_INSTRUMENT || event.type == TRADECTL_EVENT_STATUS) {
        for (auto& runner : trading_.runners)
            runner->hear(event);
    }
}

void Pipeline::on_order_event(const tradectl_order_event& event) {
    OrderEntry* entry = trading_.orders.find(market::id_text(event.client_order_id));
    if (entry == nullptr) {
        log(LogLevel::Warning,
            "engine",
            "news of an order that nobody knows",
            {{"client_order_id", market::id_text(event.client_order_id)}});
        return;
    }
    execution::Update update;
    update.time = Timestamp{event.header.event_time};
    update.venue_order_id = market::id_text(event.venue_order_id);
    update.reason = static_cast<std::uint16_t>(event.reason);
    switch (event.status) {
        case TRADECTL_ORDER_STATUS_ACKNOWLEDGED:
            update.kind = execution::UpdateKind::Acknowledged;
            break;
        case TRADECTL_ORDER_STATUS_CANCELED: update.kind = execution::UpdateKind::Canceled; break;
        case TRADECTL_ORDER_STATUS_REJECTED: update.kind = execution::UpdateKind::Rejected; break;
        case TRADECTL_ORDER_STATUS_EXPIRED: update.kind = execution::UpdateKind::Expired; break;
        default: return;  // fills speak for themselves
    }
    settler_.update(*entry, update, {event.text.text, event.text.size});
}

// ---- Exits

void Pipeline::on_price(tradectl_instrument_handle instrument) {
    exits_.on_price(instrument);
}

void Pipeline::on_clock() {
    exits_.on_clock();
}

void Pipeline::flatten(StrategyRunner& runner, std::uint16_t reason) {
    for (const auto& position : runner.positions()) {
        const Decimal quantity = Decimal::from_abi(position.quantity);
        const auto size = checked_abs(quantity);
        if (!size || size->is_zero()) continue;
        submit_exit(runner,
                    {.instrument = position.instrument,
                     .side = static_cast<std::uint8_t>(quantity.is_positive() ? TRADECTL_SIDE_SELL
                                                                              : TRADECTL_SIDE_BUY),
                     .quantity = *size,
                     .reason = reason});
    }
}

}  // namespace tradectl::engine
