// Booking what recovery decided.
#include "host/base/log.hpp"
#include "host/base/mutant.hpp"
#include "host/engine/recover.hpp"

#include <utility>

namespace tradectl::engine {

namespace {

using recovery::Outcome;

wal::StepStatus status_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::Completed: return wal::StepStatus::Completed;
        case Outcome::Failed: return wal::StepStatus::Failed;
        case Outcome::RolledBack: return wal::StepStatus::RolledBack;
        default: return wal::StepStatus::InProgress;
    }
}

}  // namespace

Status Recovery::book_report(const Hearing& hearing, OrderEntry& entry, Pipeline& pipeline) {
    const tradectl_order_report& report = *hearing.report;
    execution::Update update;
    update.time = Timestamp{report.updated};
    update.venue_order_id = market::id_text(report.venue_order_id);
    update.kind = execution::UpdateKind::Acknowledged;
    if (report.status != TRADECTL_ORDER_STATUS_REJECTED)
        pipeline.settler().update(entry, update, "found by query");
    for (const auto& fill : hearing.fills) {
        if (mutant("engine.found_fills")) break;
        pipeline.settler().fill(entry, replayed_fill(fill));
    }
    update.reason = static_cast<std::uint16_t>(report.reason);
    switch (report.status) {
        case TRADECTL_ORDER_STATUS_CANCELED: update.kind = execution::UpdateKind::Canceled; break;
        case TRADECTL_ORDER_STATUS_EXPIRED: update.kind = execution::UpdateKind::Expired; break;
        case TRADECTL_ORDER_STATUS_REJECTED: update.kind = execution::UpdateKind::Rejected; break;
        default: return {};
    }
    pipeline.settler().update(entry, update, "found by query");
    return {};
}

Status Recovery::book_order(const Hearing& hearing, Pipeline& pipeline) {
    OrderEntry* entry = trading_.orders.find(hearing.operation.client_order_id);
    if (entry == nullptr || execution::is_closed(entry->order.status)) return {};
    const auto& verdict = hearing.verdict;
    switch (verdict.outcome) {
        case Outcome::Unresolved:
            if (entry->order.status == execution::OrderStatus::Unresolved) return {};
            pipeline.settler().update(
                *entry,
                {.kind = execution::UpdateKind::Unresolved, .time = trading_.clock.now()},
                verdict.why);
            return {};
        case Outcome::RolledBack: {
            pipeline.scribe().begin_group();
            pipeline.settler().roll_back(*entry, TRADECTL_REASON_NONE, verdict.why);
            pipeline.scribe().resolved(hearing.operation, status_of(verdict.outcome), verdict);
            return {};
        }
        default: break;
    }
    if (hearing.evidence.order) return book_report(hearing, *entry, pipeline);
    // Nothing shows it any more: at its end, with the fills that are booked.
    pipeline.settler().update(
        *entry,
        {.kind = execution::UpdateKind::Canceled, .time = trading_.clock.now()},
        verdict.why);
    return {};
}

/// The operator's word stands for the venue's: at its end there, refused, or never there.
Status Recovery::book_decision(const Hearing& hearing,
                               const OperatorDecision& decision,
                               Pipeline& pipeline) {
    const auto& operation = hearing.operation;
    recovery::Verdict verdict = hearing.verdict;
    verdict.why = decision.evidence;
    verdict.needs = decision.reason;
    pipeline.scribe().begin_group();
    Status done;
    if (operation.step == wal::StepKind::TradeExecute) {
        close_by_decision(hearing, pipeline);
    } else if (operation.step == wal::StepKind::OrderCancel) {
        done = book_cancel(hearing, pipeline);
    } else {
        done = book_other(hearing, pipeline);
    }
    // Last: what it explains is never without it, and it is never without what it explains.
    pipeline.scribe().resolved(operation, status_of(decision.outcome), verdict);
    return done;
}

void Recovery::close_by_decision(const Hearing& hearing, Pipeline& pipeline) {
    OrderEntry* entry = trading_.orders.find(hearing.operation.client_order_id);
    if (entry == nullptr || execution::is_closed(entry->order.status)) return;
    const std::string& text = hearing.verdict.why;
    if (hearing.verdict.outcome == Outcome::RolledBack)
        return pipeline.settler().roll_back(*entry, TRADECTL_REASON_NONE, text);
    const bool failed = hearing.verdict.outcome == Outcome::Failed;
    pipeline.settler().update(
        *entry,
        {.kind = failed ? execution::UpdateKind::Rejected : execution::UpdateKind::Canceled,
         .time = trading_.clock.now()},
        text);
}

Status Recovery::book_cancel(const Hearing& hearing, Pipeline& pipeline) {
    const auto& row = rows_.at(hearing.operation.op_id);
    auto body = row.body();
    if (!body) return fail(body.error());
    // Its order was booked before it: what that one became decides.
    const OrderEntry* entry = trading_.orders.find(hearing.operation.client_order_id);
    const bool closed = entry == nullptr || execution::is_closed(entry->order.status);
    if (!closed && hearing.verdict.outcome == Outcome::Unresolved) return {};
    if (hearing.verdict.outcome == Outcome::RolledBack && !closed) {
        pipeline.scribe().undo(row.header, *body, hearing.verdict.why);
        return {};
    }
    pipeline.scribe().finish_step(row.header.op_id,
                                  *body,
                                  closed ? wal::StepStatus::Completed : wal::StepStatus::Failed,
                                  closed ? "its order is closed" : hearing.verdict.why);
    return {};
}

/// A transaction is done, or was reverted: what it moved is booked with its end.
Status Recovery::book_transaction(const Hearing& hearing, Pipeline& pipeline) {
    const OpId op = hearing.operation.op_id;
    const auto body = rows_.at(op).body();
    if (!body) return fail(body.error());
    if (hearing.verdict.outcome == Outcome::Failed) {
        pipeline.scribe().finish_step(op, *body, wal::StepStatus::Failed, hearing.verdict.why);
        return {};
    }
    auto booked = pipeline.settler().redeem({.op = op,
                                             .intent = *body,
                                             .account = hearing.account,
                                             .moved = hearing.moved,
                                             .text = hearing.verdict.why});
    if (!booked) return booked;
    for (const auto& row : hearing.moved) {
        for (const auto& runner : trading_.runners) {
            const bool concerned =
                row.instrument != TRADECTL_HANDLE_NONE && runner->account() == hearing.account;
            if (concerned) pipeline.exits().on_fill(*runner, row.instrument);
        }
    }
    return {};
}

/// Once, while nobody knows its end.
void Recovery::block_by(const Hearing& hearing, Pipeline& pipeline) {
    if (hearing.account == TRADECTL_HANDLE_NONE) return;
    const bool is_told = trading_.unresolved_told.contains(hearing.operation.op_id);
    const bool is_unresolved = hearing.verdict.outcome == Outcome::Unresolved;
    if (is_unresolved && !is_told) pipeline.gate().block(hearing.account, hearing.instrument);
    if (is_unresolved || !is_told) return;
    pipeline.gate().unblock(hearing.account, hearing.instrument);
    trading_.unresolved_told.erase(hearing.operation.op_id);
}

/// Steps that are no order: what the intent booked is taken back, or nobody can tell.
Status Recovery::book_other(const Hearing& hearing, Pipeline& pipeline) {
    const auto& operation = hearing.operation;
    const Outcome outcome = hearing.verdict.outcome;
    block_by(hearing, pipeline);
    if (outcome == Outcome::Unresolved) return {};
    if (recovery::is_transaction(operation) && outcome != Outcome::RolledBack)
        return book_transaction(hearing, pipeline);
    if (outcome == Outcome::Completed) return {};
    const auto& row = rows_.at(operation.op_id);
    auto body = row.body();
    if (!body) return fail(body.error());
    pipeline.scribe().undo(row.header, *body, hearing.verdict.why);
    for (const auto& posting : body->compensation) {
        const auto account = trading_.table.find_account(operation.venue, posting.account);
        const auto asset = trading_.table.add_asset(posting.asset);
        if (!account) continue;
        if (!asset) return fail(asset.error());
        if (auto posted = trading_.balances->post(*account, *asset, posting.bucket, posting.amount);
            !posted) {
            return posted;
        }
    }
    return {};
}

void Recovery::book_orphan(const Orphan& orphan, Pipeline& pipeline) {
    const std::string id(market::id_text(orphan.report.client_order_id));
    const std::string name(trading_.instrument_name(orphan.report.instrument));
    const std::string text = "order " + id +
                             (orphan.seen == Orphan::Seen::Open ? " is open" : " was filled") +
                             " at exchange '" + trading_.exchanges[orphan.exchange]->name() +
                             "' with our id, and the log does not know it";
    log(LogLevel::Error, "recovery", "orphan: " + text, {{"client_order_id", id}});
    trading_.alert_orphan(id, name, text);
    pipeline.scribe().note(wal::NoteKind::Orphan, "host", text, orphan.op_id);
    const Halt halt{.scope = name.empty()
                                 ? "exchange:" + trading_.exchanges[orphan.exchange]->name()
                                 : "instrument:" + name,
                    .since = trading_.clock.now(),
                    .actor = "host",
                    .reason = "orphan: " + text};
    if (mutant("engine.orphan_halt")) return;
    if (auto latched = trading_.halts.add(halt); !latched)
        log(LogLevel::Error, "halt", latched.error().message);
}

void Recovery::tell_unresolved(const Hearing& hearing) {
    const auto& operation = hearing.operation;
    const std::string why = hearing.verdict.why + "; it needs " + hearing.verdict.needs;
    log(LogLevel::Warning,
        "recovery",
        "unresolved: " + why,
        {{"op_id", std::to_string(operation.op_id.value)},
         {"client_order_id", operation.client_order_id}});
    trading_.alert_unresolved(operation.op_id,
                              operation.instrument,
                              std::string(recovery::to_string(operation.step)) + " of order " +
                                  operation.client_order_id + ": " + why);
}

Status Recovery::book(const RecoveryReport& report,
                      const RecoverOptions& options,
                      Pipeline& pipeline) {
    for (const Hearing& hearing : report.operations) {
        const auto& operation = hearing.operation;
        const auto decision = options.decisions.find(operation.op_id);
        // What stays open is on record once, where it became unresolved.
        if (hearing.verdict.outcome != Outcome::Unresolved)
            pipeline.scribe().recovered(operation, hearing.verdict);
        Status done;
        if (decision != options.decisions.end()) {
            done = book_decision(hearing, decision->second, pipeline);
        } else if (operation.step == wal::StepKind::TradeExecute) {
            done = book_order(hearing, pipeline);
        } else if (operation.step == wal::StepKind::OrderCancel) {
            done = book_cancel(hearing, pipeline);
        } else {
            done = book_other(hearing, pipeline);
        }
        if (!done) return done;
        if (const auto& failure = pipeline.scribe().failure()) return fail(*failure);
        if (hearing.verdict.outcome == Outcome::Unresolved) tell_unresolved(hearing);
    }
    for (const Orphan& orphan : report.orphans)
        book_orphan(orphan, pipeline);
    return {};
}

}  // namespace tradectl::engine
