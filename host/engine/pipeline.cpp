#include "host/engine/pipeline.hpp"

#include "host/base/assert.hpp"
#include "host/base/log.hpp"
#include "host/base/mutant.hpp"
#include "host/engine/answer_digest.hpp"
#include "host/wal/client_order_id.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::engine {

Pipeline::Pipeline(Trading& trading)
    : trading_(trading),
      scribe_(trading),
      listings_(trading, scribe_),
      breakers_(trading, scribe_),
      watch_(trading, scribe_),
      intents_(trading, scribe_),
      states_(trading, breakers_),
      gate_(trading, breakers_, watch_, intents_),
      settler_(trading, gate_, scribe_),
      exits_(trading,
             scribe_,
             [this](StrategyRunner& runner, const ExitOrder& exit) {
                 return submit_exit(runner, exit);
             }),
      outbox_([this](const OutgoingStep& step) {
          return trading_.exchanges[step.exchange]->sign_state(step.prepare_id) ==
                 exchange::SignState::Awaited;  // the signer rings
      }) {
    settler_.on_closed = [this](OrderEntry& entry) { exits_.on_closed(entry); };
    settler_.on_filled = [this](const OrderEntry& entry,
                                const wal::FillBody& fill,
                                const execution::PositionChange& change) {
        watch_.on_fill(entry, fill, change);
        breakers_.on_good_order(entry);
        judge(*trading_.runners[entry.runner], Occasion::Look);
    };
    trading_.add_instrument = [this](std::uint32_t exchange,
                                     const tradectl_instrument& record,
                                     tradectl_instrument_handle& out) {
        return listings_.add(exchange, record, out);
    };
    breakers_.on_reset = [this](const std::string& scope) { watch_.start_anew(scope); };
}

// ---- 2: the gate

void Pipeline::submit(StrategyRunner& runner, const tradectl_submit_command& command) {
    const OrderRef ref{command.order_ref};
    if (ref.value == 0 || ref.value >= wal::kHostOrderRefFirst) {
        return deny_by(
            runner, command, TRADECTL_REASON_BAD_ORDER_REF, "order_ref must be 1 to 2^62 - 1");
    }
    if (runner.refs().insert(ref) != RefSet::Insertion::Added && !mutant("engine.order_ref")) {
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

/// False when the gate denied it. What most often stands in the way is a resting order that reduces
/// the same position: it is canceled, and the caller tries again.
bool Pipeline::submit_exit(StrategyRunner& runner, const ExitOrder& exit) {
    tradectl_submit_command command{};
    command.header.size = sizeof(command);
    command.header.type = TRADECTL_COMMAND_SUBMIT;
    command.header.instrument = exit.instrument;
    command.header.account = runner.account();
    const OrderRef ref = exit.order_ref.value != 0 ? exit.order_ref : runner.next_host_ref();
    command.order_ref = ref.value;
    command.header.trigger_seq = exit.trigger_seq;
    command.side = exit.side;
    command.order_type = exit.price.is_null() ? TRADECTL_ORDER_MARKET : TRADECTL_ORDER_LIMIT;
    command.time_in_force = TRADECTL_TIF_IOC;
    command.order_flags = TRADECTL_ORDER_REDUCE_ONLY;
    command.quantity = exit.quantity.to_abi();
    command.price = exit.price.to_abi();
    command.stop_price = Decimal::null().to_abi();
    command.expire_time = TRADECTL_TIME_NONE;
    if (pass_gate(runner, command, exit.reason, {}) == Passage::Started) {
        denied_exits_.erase({runner.index(), exit.instrument});
        return true;
    }
    trading_.orders.each_open([&](OrderEntry& entry) {
        if (entry.runner == runner.index() && entry.order.instrument == exit.instrument &&
            entry.order.side == exit.side && entry.exit_reason == TRADECTL_REASON_NONE) {
            cancel(entry, exit.reason);
        }
    });
    return false;
}

Pipeline::Passage Pipeline::pass_gate(StrategyRunner& runner,
                                      const tradectl_submit_command& command,
                                      std::uint16_t exit_reason,
                                      const Retry& retry) {
    const auto origin =
        exit_reason == TRADECTL_REASON_NONE ? risk::Origin::Strategy : risk::Origin::HostExit;
    GateAnswer answer = gate_.check(runner, command, origin, false);
    if (answer.result.allowed() &&
        gate_.take(runner, command, answer) == Gate::Taken::RateLimited) {
        answer.result.add({.reason = TRADECTL_REASON_RATE_LIMIT});
    }
    if (answer.result.allowed()) {
        if (!answer.reduces) breakers_.take_entry(runner);
        start_order(runner, command, exit_reason, answer);
        return Passage::Started;
    }
    if (origin == risk::Origin::Strategy && answer.result.only_rate_limited() &&
        retry_later(retry)) {
        return Passage::Waiting;
    }
    deny(runner, command, answer.result);
    judge(runner, Occasion::Denial);
    return Passage::Denied;
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
    if (timer_id == kTimerBreaker) {
        breakers_.set_timer();
        return states_.tell_changes(States::Look::Again);
    }
    const auto found = retries_.find(timer_id);
    if (found == retries_.end()) return;
    const Retry retry = found->second;
    retries_.erase(found);
    pass_gate(*trading_.runners[retry.runner], retry.command, TRADECTL_REASON_NONE, retry);
}

void Pipeline::deny_waiting(std::optional<std::uint32_t> runner, std::uint16_t reason) {
    for (auto at = retries_.begin(); at != retries_.end();) {
        if (runner && at->second.runner != *runner) {
            ++at;
            continue;
        }
        const Retry retry = at->second;
        trading_.scheduler.set(TimerOwner::Host, 0, at->first, Timestamp::none());
        at = retries_.erase(at);
        deny_by(*trading_.runners[retry.runner],
                retry.command,
                reason,
                "given up while it waited for its rate limit");
    }
}

void Pipeline::deny(StrategyRunner& runner,
                    const tradectl_submit_command& command,
                    const risk::Result& result) {
    ++trading_.counters.denied;
    scribe_.denied(runner, command, result);
    TRADECTL_ASSERT(result.denial() != nullptr);
    if (command.order_ref >= wal::kHostOrderRefFirst)
        denied_exits_[{runner.index(), command.header.instrument}] = *result.denial();
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

/// "Reduce only" speaks of the strategy's position, and the gate has seen to it. A venue knows the
/// account's net position, and none at all where instruments are traded for cash: it is told only
/// when the order reduces that one, too, or it would refuse what closes a short or one of two
/// strategies that hold against each other.
std::uint32_t Pipeline::venue_flags(const execution::Order& order) const {
    const auto* instrument = trading_.table.instrument(order.instrument);
    if ((order.order_flags & TRADECTL_ORDER_REDUCE_ONLY) == 0) return order.order_flags;
    const Decimal net = trading_.margin.position(order.account, order.instrument).quantity;
    const int reduced = order.side == TRADECTL_SIDE_SELL ? 1 : -1;
    const bool reduces = is_margin(*instrument) && net.sign() == reduced &&
                         order.order_qty <= checked_abs(net).value_or(Decimal());
    return reduces ? order.order_flags : order.order_flags & ~TRADECTL_ORDER_REDUCE_ONLY;
}

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
    const auto held = execution::hold_amount(settler_.book_of(*entry), answer.hold, answer.needed);
    if (!held) return scribe_.fail_with(held.error());
    entry->hold = held->hold;
    entry->admission = std::make_unique<Admission>(Admission{answer.result, held->postings});
    settler_.post(order.account, held->postings);

    OrderEntry& added = trading_.orders.add(std::move(entry));
    ++trading_.counters.orders;
    settler_.show(added);
    prepare(added);
}

void Pipeline::prepare(OrderEntry& entry) {
    const execution::Order& order = entry.order;
    entry.stage = Stage::Preparing;
    tradectl_operation operation{};
    operation.struct_size = sizeof(operation);
    operation.kind = TRADECTL_OPERATION_ORDER;
    operation.op_id = order.op_id.value;
    operation.txn_id = entry.txn_id.value;
    operation.intent_time = trading_.clock.now().ns();
    operation.instrument = order.instrument;
    operation.account = order.account;
    operation.side = order.side;
    operation.order_type = order.order_type;
    operation.time_in_force = order.time_in_force;
    operation.order_flags = venue_flags(order);
    operation.asset = TRADECTL_HANDLE_NONE;
    operation.quantity = order.order_qty.to_abi();
    operation.price = order.price.to_abi();
    operation.stop_price = order.stop_price.to_abi();
    operation.expire_time = entry.expire_time.ns();
    put_id(operation.client_order_id, order.client_order_id);
    auto& exchange = *trading_.exchanges[entry.exchange];
    const Request request{Purpose::PrepareOrder, order.client_order_id, {}};
    const auto request_id = exchange.prepare({&operation, 1});
    requests_[request_key(entry.exchange, request_id)] = request;
}

/// The venue refused how it was built, and not the order: it is built once more. False when that
/// was done, or when it may not leave any more.
bool Pipeline::build_again(OrderEntry& entry, const exchange::Completion& completion) {
    if (entry.is_renewed || entry.order.status != execution::OrderStatus::Sent ||
        recall(entry, *trading_.exchanges[entry.exchange], entry.prepare_id))
        return false;
    entry.is_renewed = true;
    scribe_.withdraw({.entry = entry,
                      .venue_time = Timestamp{completion.as_of},
                      .text = completion.text,
                      .answer = answer_digest(completion)});
    prepare(entry);
    return true;
}

/// Why an order that was not sent ends here.
void Pipeline::give_up(OrderEntry& entry, std::uint16_t reason, const std::string& text) {
    if (!entry.is_renewed) return settler_.drop(entry, reason, text);
    const execution::Update update{
        .kind = execution::UpdateKind::Rejected, .time = trading_.clock.now(), .reason = reason};
    settler_.update(entry, update, "refused as it was built; then: " + text);
}

// ---- 4: the intent joins the turn's batch

void Pipeline::on_prepared_order(std::uint32_t exchange,
                                 const Request& request,
                                 const exchange::Completion& completion) {
    OrderEntry* entry = trading_.orders.find(request.client_order_id);
    TRADECTL_ASSERT(entry != nullptr);
    if (completion.status != TRADECTL_OK) {
        breakers_.on_failed_order(*entry, completion.text);
        return give_up(*entry, TRADECTL_REASON_PREPARE_FAILED, completion.text);
    }
    if (completion.prepared.sign_count != 0) {
        trading_.exchanges[exchange]->discard_prepared(completion.request_id);
        return give_up(*entry, TRADECTL_REASON_UNSUPPORTED, "this host has no key store");
    }
    entry->prepare_id = completion.request_id;
    entry->stage = Stage::Logged;
    const auto sequence = entry->is_renewed ? scribe_.renewed_intent(*entry, completion.prepared)
                                            : scribe_.order_intent(*entry, completion.prepared);
    entry->admission.reset();
    outbox_.add({.sequence = sequence,
                 .exchange = exchange,
                 .prepare_id = completion.request_id,
                 .client_order_id = entry->order.client_order_id,
                 .op_id = {}});
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
    outbox_.add({.sequence = sequence,
                 .exchange = exchange,
                 .prepare_id = completion.request_id,
                 .kind = OutgoingStep::Kind::Cancel,
                 .client_order_id = request.client_order_id,
                 .op_id = request.op_id});
}

}  // namespace tradectl::engine
