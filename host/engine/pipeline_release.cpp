// The part of Pipeline that lets go of what is durable (5).
#include "host/base/assert.hpp"
#include "host/base/mutant.hpp"
#include "host/engine/pipeline.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace tradectl::engine {

void Pipeline::on_durable(WalSequence durable) {
    tell_states();
    if (mutant("engine.send_early")) durable.value = UINT64_MAX;
    outbox_.close_groups(durable);
    if (!outbox_.can_take(durable)) return;
    if (!mutant("engine.halt_at_send")) trading_.halts.refresh();
    for (auto group = outbox_.take(durable); !group.empty(); group = outbox_.take(durable))
        release(group);
}

/// After the request has left: what goes on record here delays nothing that is on its way.
void Pipeline::note_sent(const Request& request) {
    const OrderEntry* entry = trading_.orders.find(request.client_order_id);
    if (entry == nullptr) return;  // a cancel of an order that closed meanwhile
    if (request.purpose == Purpose::SubmitOrder) {
        scribe_.sent(*entry, entry->order.op_id, entry->txn_id);
    } else {
        scribe_.sent(*entry, request.op_id, TxnId{request.op_id.value});
    }
}

/// Why an order whose intent is durable does not leave after all; nothing when it does.
std::optional<Pipeline::Recall> Pipeline::recall(const OrderEntry& entry,
                                                 const exchange::ExchangeRuntime& exchange,
                                                 std::uint64_t prepare_id) const {
    const auto& runner = *trading_.runners[entry.runner];
    if (exchange.sign_state(prepare_id) == exchange::SignState::Refused) {
        return Recall{TRADECTL_REASON_PREPARE_FAILED,
                      "never sent: not signed: " + exchange.refusal(prepare_id)};
    }
    // Its cancel found nothing at the venue.
    if (entry.is_renewed && entry.cancel_reason != TRADECTL_REASON_NONE)
        return Recall{entry.cancel_reason, "canceled before it was sent again"};
    if (entry.reduces) return std::nullopt;
    if (trading_.shutting_down)
        return Recall{TRADECTL_REASON_SHUTTING_DOWN, "never sent: shutting down"};
    const auto state = trading_.halts.state(
        runner.name(), exchange.name(), trading_.instrument_name(entry.order.instrument));
    if (state == risk::TradingState::Halted)
        return Recall{TRADECTL_REASON_HALTED, "never sent: halted"};
    if (state != risk::TradingState::Active)
        return Recall{TRADECTL_REASON_REDUCE_ONLY, "never sent: reduce-only"};
    if (breakers_.is_open(runner))
        return Recall{TRADECTL_REASON_BREAKER_OPEN, "never sent: a breaker is open"};
    return std::nullopt;
}

/// The order as it leaves; nothing when it is recalled.
std::optional<OpId> Pipeline::clear_order(const OutgoingStep& step) {
    auto& exchange = *trading_.exchanges[step.exchange];
    OrderEntry* entry = trading_.orders.find(step.client_order_id);
    TRADECTL_ASSERT(entry != nullptr && entry->stage == Stage::Logged);
    if (const auto recalled = recall(*entry, exchange, step.prepare_id)) {
        exchange.discard_prepared(step.prepare_id);
        if (entry->is_renewed)
            give_up(*entry, recalled->reason, recalled->text);
        else
            settler_.roll_back(*entry, recalled->reason, recalled->text);
        return std::nullopt;
    }
    entry->stage = Stage::Sent;
    settler_.update(*entry, {.kind = execution::UpdateKind::Sent, .time = trading_.clock.now()});
    return entry->order.op_id;
}

std::optional<OpId> Pipeline::clear_cancel(const OutgoingStep& step) {
    auto& exchange = *trading_.exchanges[step.exchange];
    if (exchange.sign_state(step.prepare_id) != exchange::SignState::Refused) return step.op_id;
    const std::string why = "not signed: " + exchange.refusal(step.prepare_id);
    exchange.discard_prepared(step.prepare_id);
    if (OrderEntry* entry = trading_.orders.find(step.client_order_id)) {
        entry->cancel_underway = false;
        scribe_.cancel_result(*entry, step.op_id, wal::StepStatus::Failed, why, {});
    } else {
        scribe_.note(wal::NoteKind::VoidOperation, "host", why, step.op_id);
    }
    return std::nullopt;
}

/// One call for all of them: what a venue takes together its plugin sends together.
void Pipeline::release(std::span<const OutgoingStep> group) {
    const std::uint32_t index = group.front().exchange;
    auto& exchange = *trading_.exchanges[index];
    std::vector<std::uint64_t> prepare_ids;
    std::vector<Request> requests;
    for (const OutgoingStep& step : group) {
        const bool is_order = step.kind == OutgoingStep::Kind::Order;
        const auto cleared = is_order ? clear_order(step) : clear_cancel(step);
        if (!cleared) continue;
        exchange.allow_step(*cleared);
        prepare_ids.push_back(step.prepare_id);
        requests.push_back({is_order ? Purpose::SubmitOrder : Purpose::SubmitCancel,
                            step.client_order_id,
                            step.op_id});
    }
    if (prepare_ids.empty()) return;
    std::uint64_t request_id = exchange.submit_prepared(prepare_ids);
    for (Request& request : requests) {
        note_sent(request);
        requests_[request_key(index, request_id++)] = std::move(request);
    }
}

}  // namespace tradectl::engine
