#include "host/engine/scribe.hpp"

#include "host/base/assert.hpp"
#include "host/base/hash.hpp"
#include "host/base/log.hpp"

namespace tradectl::engine {

namespace {

wal::Postings to_wal(const execution::Postings& postings) {
    wal::Postings out;
    for (const auto& posting : postings) {
        const bool pushed = out.push({.account = posting.account,
                                      .asset = posting.asset,
                                      .bucket = static_cast<wal::Bucket>(posting.bucket),
                                      .amount = posting.amount});
        TRADECTL_ASSERT(pushed);
    }
    return out;
}

wal::Verdicts to_wal(const risk::Result& result) {
    wal::Verdicts out;
    for (const auto& verdict : result) {
        const bool pushed =
            out.push({verdict.reason, verdict.passed, verdict.value, verdict.limit});
        TRADECTL_ASSERT(pushed);
    }
    return out;
}

wal::OrderTerms terms_of(const OrderEntry& entry) {
    const auto& order = entry.order;
    return {.side = order.side,
            .order_type = order.order_type,
            .time_in_force = order.time_in_force,
            .order_flags = order.order_flags,
            .quantity = order.order_qty,
            .price = order.price,
            .stop_price = order.stop_price,
            .expire_time = entry.expire_time};
}

wal::OrderTerms terms_of(const tradectl_submit_command& command) {
    return {.side = command.side,
            .order_type = command.order_type,
            .time_in_force = command.time_in_force,
            .order_flags = command.order_flags,
            .quantity = Decimal::from_abi(command.quantity),
            .price = Decimal::from_abi(command.price),
            .stop_price = Decimal::from_abi(command.stop_price),
            .expire_time = Timestamp{command.expire_time}};
}

wal::ResultBody position_body(const execution::PositionChange& change) {
    wal::ResultBody body;
    switch (change.step) {
        case execution::PositionStep::Open: body.step = wal::StepKind::PositionOpen; break;
        case execution::PositionStep::Close: body.step = wal::StepKind::PositionClose; break;
        default: body.step = wal::StepKind::PositionUpdate; break;
    }
    body.status = wal::StepStatus::Completed;
    body.position_quantity = change.after.quantity;
    body.position_average_price = change.after.average_price;
    body.position_realized_pnl = change.after.realized_pnl;
    return body;
}

void set_prepared(wal::IntentBody& body, const exchange::Prepared& prepared) {
    body.identity_class = static_cast<std::uint8_t>(prepared.identity_class);
    body.fence = static_cast<std::uint8_t>(prepared.fence);
    body.fence_value = prepared.fence_value;
    body.identity = prepared.identity;
    if (!prepared.request.empty()) body.request_sha256 = sha256(prepared.request);
    body.rebuild = prepared.rebuild;
}

}  // namespace

void Scribe::fail_with(Error error) {
    if (failure_) return;
    log(LogLevel::Error, "engine", "stopping: " + error.message);
    failure_ = std::move(error);
}

void Scribe::begin_group() {
    // Three or four records with all their texts, verdicts and what a plugin wants kept.
    constexpr std::size_t kGroupBytesMax = 24 * 1024;
    if (auto room = trading_.journal->make_room(kGroupBytesMax); !room) fail_with(room.error());
}

wal::Subject Scribe::subject(const OrderEntry& entry) const {
    const auto& runner = *trading_.runners[entry.runner];
    return {.instance = runner.name(),
            .venue = runner.config().exchange,
            .account = trading_.account_name(entry.order.account),
            .instrument = trading_.instrument_name(entry.order.instrument),
            .order_ref = entry.order.order_ref,
            .client_order_id = entry.order.client_order_id,
            .venue_order_id = entry.order.venue_order_id};
}

WalSequence Scribe::order_intent(const OrderEntry& entry, const exchange::Prepared& prepared) {
    TRADECTL_ASSERT(entry.admission != nullptr);
    const execution::Postings& hold = entry.admission->hold;
    begin_group();
    wal::IntentBody deduct;
    deduct.step = wal::StepKind::BalanceDeduct;
    deduct.subject = subject(entry);
    deduct.trigger_seq = entry.trigger_seq;
    deduct.trigger_time = entry.trigger_time;
    deduct.postings = to_wal(hold);
    if (const auto undo = execution::reversed(hold)) deduct.compensation = to_wal(*undo);
    write({entry.deduct_op, entry.txn_id}, deduct);

    wal::ResultBody deducted;
    deducted.step = wal::StepKind::BalanceDeduct;
    deducted.status = wal::StepStatus::Completed;
    deducted.subject = deduct.subject;
    write({entry.deduct_op, entry.txn_id}, deducted);

    wal::IntentBody body = execute_intent(entry);
    set_prepared(body, prepared);
    return write({entry.order.op_id, entry.txn_id}, body, wal::kFlagMayBeSent);
}

WalSequence Scribe::renewed_intent(const OrderEntry& entry, const exchange::Prepared& prepared) {
    begin_group();
    wal::IntentBody body = execute_intent(entry);
    body.target_client_order_id = body.subject.client_order_id;
    set_prepared(body, prepared);
    return write({entry.order.op_id, entry.txn_id}, body, wal::kFlagMayBeSent);
}

void Scribe::venue_order(const OrderEntry& entry) {
    begin_group();
    write({entry.order.op_id, entry.txn_id}, execute_intent(entry));
}

wal::IntentBody Scribe::execute_intent(const OrderEntry& entry) const {
    const auto& position = trading_.runners[entry.runner]->position(entry.order.instrument);
    wal::IntentBody body;
    body.step = wal::StepKind::TradeExecute;
    body.subject = subject(entry);
    body.terms = terms_of(entry);
    body.intent_tag = entry.intent_tag;
    body.trigger_seq = entry.trigger_seq;
    body.trigger_time = entry.trigger_time;
    body.before.position_quantity = Decimal::from_abi(position.quantity);
    body.before.position_average_price = Decimal::from_abi(position.average_price);
    if (entry.admission) body.verdicts = to_wal(entry.admission->verdicts);
    return body;
}

WalSequence Scribe::cancel_intent(const OrderEntry& entry,
                                  OpId op,
                                  const exchange::Prepared& prepared) {
    wal::IntentBody body;
    body.step = wal::StepKind::OrderCancel;
    body.subject = subject(entry);
    body.target_client_order_id = entry.order.client_order_id;
    set_prepared(body, prepared);
    return write({op, TxnId{op.value}}, body, wal::kFlagMayBeSent);
}

WalSequence Scribe::lone_intent(OpId op, wal::IntentBody body, const exchange::Prepared& prepared) {
    set_prepared(body, prepared);
    return write({op, TxnId{op.value}}, body, wal::kFlagMayBeSent);
}

void Scribe::cancel_result(const OrderEntry& entry,
                           OpId op,
                           wal::StepStatus status,
                           std::string_view text,
                           const Sha256Digest& answer) {
    wal::ResultBody body;
    body.step = wal::StepKind::OrderCancel;
    body.status = status;
    body.subject = subject(entry);
    body.text = text;
    body.answer_sha256 = answer;
    write({op, TxnId{op.value}}, body);
}

void Scribe::finish_step(OpId op,
                         const wal::IntentBody& intent,
                         wal::StepStatus status,
                         std::string_view text,
                         const execution::Postings& postings) {
    wal::ResultBody body;
    body.step = intent.step;
    body.status = status;
    body.subject = intent.subject;
    body.text = text;
    body.postings = to_wal(postings);
    write({op, TxnId{op.value}}, body);
}

wal::Subject Scribe::subject(const recovery::Unfinished& operation) {
    return {.instance = operation.instance,
            .venue = operation.venue,
            .account = operation.account,
            .instrument = operation.instrument,
            .client_order_id = operation.client_order_id,
            .venue_order_id = operation.venue_order_id};
}

void Scribe::resolved(const recovery::Unfinished& operation,
                      wal::StepStatus status,
                      const recovery::Verdict& verdict) {
    wal::ResolveBody body;
    body.step = operation.step;
    body.status = status;
    body.subject = subject(operation);
    body.evidence = verdict.why;
    body.approver = verdict.approver;
    body.reason = verdict.needs;
    write({operation.op_id, operation.txn_id}, body);
}

void Scribe::undo(const wal::RecordHeader& intent,
                  const wal::IntentBody& body,
                  std::string_view text) {
    wal::RollbackBody out;
    out.step = body.step;
    out.subject = body.subject;
    out.text = text;
    out.postings = body.compensation;
    write({intent.op_id, intent.txn_id}, out);
}

void Scribe::order_result(const OrderNews& news, wal::StepStatus status) {
    const auto& order = news.entry.order;
    wal::ResultBody body;
    body.step = wal::StepKind::TradeExecute;
    body.status = status;
    body.subject = subject(news.entry);
    body.order_status = static_cast<std::uint8_t>(order.status);
    body.reason = order.reason;
    body.venue_time = news.venue_time;
    body.filled_qty = order.filled_qty;
    body.leaves_qty = order.leaves_qty;
    body.average_price = order.average_price;
    body.text = news.text;
    if (news.fill != nullptr) {
        body.has_fill = true;
        body.fill = *news.fill;
    }
    body.answer_sha256 = news.answer;
    write({order.op_id, news.entry.txn_id}, body);
}

void Scribe::position_result(const OrderEntry& entry, const execution::PositionChange& change) {
    wal::ResultBody body = position_body(change);
    body.subject = subject(entry);
    write({trading_.take_op(), entry.txn_id}, body);
}

void Scribe::position_result(const StrategyRunner& runner,
                             tradectl_instrument_handle instrument,
                             TxnId txn,
                             const execution::PositionChange& change) {
    wal::ResultBody body = position_body(change);
    body.subject = {.instance = runner.name(),
                    .venue = runner.config().exchange,
                    .account = trading_.account_name(runner.account()),
                    .instrument = trading_.instrument_name(instrument)};
    write({trading_.take_op(), txn}, body);
}

void Scribe::balance_result(const OrderEntry& entry, const execution::Postings& postings) {
    if (postings.empty()) return;
    wal::ResultBody body;
    body.step = wal::StepKind::BalanceAdd;
    body.status = wal::StepStatus::Completed;
    body.subject = subject(entry);
    body.postings = to_wal(postings);
    write({trading_.take_op(), entry.txn_id}, body);
}

void Scribe::settlement(const OrderEntry& entry,
                        std::string_view venue_order_id,
                        const wal::FillBody& fill,
                        wal::StepStatus status,
                        const execution::Postings& postings) {
    wal::ResultBody body;
    body.step = wal::StepKind::Settle;
    body.status = status;
    body.subject = subject(entry);
    body.subject.venue_order_id = venue_order_id;  // the ledger finds the fill by it
    body.venue_time = fill.venue_time;
    body.has_fill = true;
    body.fill = fill;
    body.postings = to_wal(postings);
    write({trading_.take_op(), entry.txn_id}, body);
}

void Scribe::roll_back(const OrderEntry& entry,
                       std::uint16_t reason,
                       std::string_view text,
                       const execution::Postings& postings) {
    wal::RollbackBody body;
    body.step = wal::StepKind::TradeExecute;
    body.subject = subject(entry);
    body.reason = reason;
    body.text = text;
    body.postings = to_wal(postings);
    write({entry.order.op_id, entry.txn_id}, body);
}

void Scribe::opening(std::uint32_t exchange,
                     tradectl_account_handle account,
                     const execution::Postings& postings,
                     std::string_view evidence) {
    wal::ResultBody body;
    body.step = wal::StepKind::Adjust;
    body.status = wal::StepStatus::Completed;
    body.subject = {.instance = "host",
                    .venue = trading_.exchanges[exchange]->name(),
                    .account = trading_.account_name(account)};
    body.text = evidence;
    body.postings = to_wal(postings);
    const OpId op = trading_.take_op();
    write({op, TxnId{op.value}}, body);
}

void Scribe::denied(const StrategyRunner& runner,
                    const tradectl_submit_command& command,
                    const risk::Result& result) {
    wal::NoteBody body;
    body.kind = wal::NoteKind::Denied;
    body.subject = {.instance = runner.name(),
                    .venue = runner.config().exchange,
                    .account = trading_.account_name(runner.account()),
                    .instrument = trading_.instrument_name(command.header.instrument),
                    .order_ref = OrderRef{command.order_ref}};
    body.terms = terms_of(command);
    if (const auto* denial = result.denial()) body.reason = denial->reason;
    body.trigger_seq = command.header.trigger_seq;
    body.verdicts = to_wal(result);
    write({}, body);
}

void Scribe::decision(const StrategyRunner& runner, const tradectl_decide_command& command) {
    wal::NoteBody body;
    body.kind = wal::NoteKind::Decision;
    body.subject = {.instance = runner.name(),
                    .venue = runner.config().exchange,
                    .account = trading_.account_name(runner.account()),
                    .instrument = trading_.instrument_name(command.header.instrument),
                    .order_ref = OrderRef{command.order_ref}};
    body.trigger_seq = command.header.trigger_seq;
    body.text = {command.note.text, command.note.size};
    for (std::uint32_t i = 0; i < command.number_count; ++i) {
        const auto& number = command.numbers[i];
        const std::string_view name(number.name, strnlen(number.name, sizeof(number.name)));
        const bool pushed = body.numbers.push({name, Decimal::from_abi(number.value)});
        TRADECTL_ASSERT(pushed);
    }
    write({}, body);
}

void Scribe::kv(std::string_view instance, std::string_view key, std::span<const std::byte> value) {
    write({}, wal::KvBody{.instance = instance, .key = key, .value = value});
}

void Scribe::note(wal::NoteKind kind, std::string_view instance, std::string_view text, OpId op) {
    wal::NoteBody body;
    body.kind = kind;
    body.subject.instance = instance;
    body.text = text;
    write({op, TxnId{op.value}}, body);
}

void Scribe::order_note(wal::NoteKind kind, const OrderEntry& entry, std::string_view text) {
    wal::NoteBody body;
    body.kind = kind;
    body.subject = subject(entry);
    body.text = text;
    write({entry.order.op_id, entry.txn_id}, body);
}

void Scribe::equity(std::uint32_t exchange,
                    tradectl_account_handle account,
                    const wal::Numbers& numbers) {
    wal::NoteBody body;
    body.kind = wal::NoteKind::EquityMark;
    body.subject = {.instance = "host",
                    .venue = trading_.exchanges[exchange]->name(),
                    .account = trading_.account_name(account)};
    body.numbers = numbers;
    write({}, body);
}

}  // namespace tradectl::engine
