#include "host/ledger/projection.hpp"

#include "host/ledger/columns.hpp"
#include "host/ledger/note_text.hpp"
#include "host/ledger/projection_sql.hpp"
#include "host/ledger/renewal.hpp"

#include <tradectl/abi/types.h>

namespace tradectl::ledger {
namespace {

using wal::NoteKind;
using wal::StepKind;
using wal::StepStatus;

Status unknown(std::string_view what, OpId op_id) {
    return fail(ErrorCode::Corrupt,
                std::string(what) + " of operation " + std::to_string(op_id.value) +
                    ", which has no intent");
}

bool is_terminal(StepStatus status) {
    return status != StepStatus::Pending && status != StepStatus::InProgress;
}

/// Columns of the order's own place in the world.
void add_subject(ColumnWriter& row, const wal::Subject& subject) {
    row.add(subject.instance).add(subject.venue).add(subject.account).add(subject.instrument);
    row.add(subject.order_ref.value);
}

}  // namespace

Expected<Projection> Projection::open(Database& database) {
    auto books = Books::open(database);
    if (!books) return fail(books.error());
    Projection projection(database, std::move(*books));
    for (const char* sql : kProjectionSql) {
        auto statement = database.prepare(sql);
        if (!statement) return fail(statement.error());
        projection.statements_.push_back(std::move(*statement));
    }
    return projection;
}

Status Projection::apply(const wal::Record& record) {
    const auto decoded = [&](const auto& body, auto apply_body) -> Status {
        if (!body) return fail(body.error());
        return apply_body(*body);
    };
    const wal::RecordHeader& header = record.header;
    switch (header.type) {
        case wal::RecordType::Intent:
            return decoded(wal::decode_intent(record),
                           [&](const auto& body) { return apply_intent(record, body); });
        case wal::RecordType::Result:
            return decoded(wal::decode_result(record),
                           [&](const auto& body) { return apply_result(header, body); });
        case wal::RecordType::Rollback:
            return decoded(wal::decode_rollback(record),
                           [&](const auto& body) { return apply_rollback(header, body); });
        case wal::RecordType::Resolve:
            return decoded(wal::decode_resolve(record),
                           [&](const auto& body) { return apply_resolve(header, body); });
        case wal::RecordType::Kv:
            return decoded(wal::decode_kv(record),
                           [&](const auto& body) { return apply_kv(body); });
        case wal::RecordType::Note:
            return decoded(wal::decode_note(record),
                           [&](const auto& body) { return apply_note(header, body); });
        case wal::RecordType::Seal: return {};
    }
    return fail(ErrorCode::Corrupt,
                "unknown record type " + std::to_string(static_cast<int>(header.type)));
}

// ---- INTENT ----

Status Projection::apply_intent(const wal::Record& record, const wal::IntentBody& body) {
    see_order_ref(body.subject);
    if (is_renewal(body)) return renew_step(record);
    if (auto done = insert_step(record, body); !done) return done;
    const bool replaces = body.step == StepKind::OrderReplace &&
                          !body.subject.client_order_id.empty() &&
                          body.subject.client_order_id != body.target_client_order_id;
    if (body.step == StepKind::TradeExecute || replaces) {
        if (auto done = insert_order(record.header, body); !done) return done;
    }
    return books_.book(record.header, body.subject.venue, body.postings);
}

Status Projection::insert_step(const wal::Record& record, const wal::IntentBody& body) {
    const wal::RecordHeader& header = record.header;
    ColumnWriter row(statement(ProjectionSql::InsertStep));
    row.add(header.op_id.value).add(header.txn_id.value).add(static_cast<int>(body.step));
    row.add(static_cast<int>(StepStatus::Pending)).add(body.compensation.empty() ? 0 : 1);
    row.add(header.sequence.value).add(header.version).add(header.flags);
    row.add(header.wall.ns()).add(header.monotonic_ns).add(record.body);
    return row.run();
}

/// The order is the one that it was; what it is known by, and whether it may have left, are new.
Status Projection::renew_step(const wal::Record& record) {
    const wal::RecordHeader& header = record.header;
    ColumnWriter row(statement(ProjectionSql::RenewStep));
    row.add(header.op_id.value).add(header.sequence.value).add(header.version).add(header.flags);
    row.add(header.wall.ns()).add(header.monotonic_ns).add(record.body);
    if (auto done = row.run(); !done) return done;
    return database_->changes() > 0 ? Status() : unknown("second intent", header.op_id);
}

Status Projection::insert_order(const wal::RecordHeader& header, const wal::IntentBody& body) {
    const wal::OrderTerms& terms = body.terms;
    ColumnWriter row(statement(ProjectionSql::InsertOrder));
    row.add(header.op_id.value).add(header.txn_id.value);
    add_subject(row, body.subject);
    row.add(body.subject.client_order_id).add(body.subject.venue_order_id);
    row.add(terms.side).add(terms.order_type).add(terms.time_in_force).add(terms.order_flags);
    row.add(terms.quantity).add(terms.price).add(terms.stop_price).add(terms.quantity);
    row.add(terms.expire_time).add(header.wall).add(header.wall);
    return row.run();
}

// ---- RESULT ----

Status Projection::apply_result(const wal::RecordHeader& header, const wal::ResultBody& body) {
    if (auto done = update_step(header, body); !done) return done;
    Status done;
    switch (body.step) {
        case StepKind::TradeExecute:
        case StepKind::OrderReplace: done = update_order(header, body); break;
        case StepKind::PositionOpen:
        case StepKind::PositionUpdate:
        case StepKind::PositionClose: done = upsert_position(header, body); break;
        case StepKind::Settle: done = settle_fill(body); break;
        default: break;
    }
    if (!done) return done;
    if (body.has_fill && body.step != StepKind::Settle) {
        if (done = insert_fill(header, body); !done) return done;
    }
    return books_.book(header, body.subject.venue, body.postings);
}

// A step without an intent (a position, an adjustment) has no row: nothing is left to do about it.
Status Projection::update_step(const wal::RecordHeader& header, const wal::ResultBody& body) {
    const bool undone = body.status == StepStatus::Completed ||
                        (is_terminal(body.status) && !body.postings.empty());
    const bool unresolved = body.order_status == TRADECTL_ORDER_STATUS_UNRESOLVED;
    ColumnWriter row(statement(ProjectionSql::UpdateStep));
    row.add(header.op_id.value).add(static_cast<int>(body.status));
    row.add(undone ? 1 : 0).add(unresolved ? 1 : 0);
    return row.run();
}

Status Projection::update_order(const wal::RecordHeader& header, const wal::ResultBody& body) {
    const wal::Subject& subject = body.subject;
    const auto update = [&](std::uint64_t op_id) {
        ColumnWriter row(statement(ProjectionSql::UpdateOrder));
        row.add(op_id).add(body.order_status).add(body.reason).add(subject.venue_order_id);
        row.add(body.filled_qty).add(body.leaves_qty).add(body.average_price);
        row.add(header.wall).add(body.venue_time).add(body.text);
        return row.run();
    };
    if (auto done = update(header.op_id.value); !done) return done;
    if (database_->changes() > 0) return {};
    // A replacement that the venue made in place has no order of its own.
    if (body.step == StepKind::OrderReplace) return {};

    Statement& find = statement(ProjectionSql::FindOrder);
    find.bind(1, subject.venue);
    find.bind(2, subject.account);
    find.bind(3, subject.client_order_id);
    const auto found = find.step();
    const auto op_id = static_cast<std::uint64_t>(found && *found ? find.integer(0) : 0);
    find.reset();
    if (!found) return fail(found.error());
    if (!*found) return unknown("result", header.op_id);
    return update(op_id);
}

Status Projection::insert_fill(const wal::RecordHeader& header, const wal::ResultBody& body) {
    const wal::FillBody& fill = body.fill;
    if (fill.price.is_null() || fill.quantity.is_null())
        return fail(ErrorCode::Corrupt,
                    "fill " + std::string(fill.trade_id) + " without price or quantity");
    ColumnWriter row(statement(ProjectionSql::InsertFill));
    row.add(header.sequence.value).add(header.op_id.value).add(header.txn_id.value);
    add_subject(row, body.subject);
    row.add(body.subject.client_order_id).add(body.subject.venue_order_id).add(fill.trade_id);
    row.add(fill.side).add(fill.liquidity).add(fill.settlement);
    row.add(fill.price).add(fill.quantity).add(fill.fee).add(fill.fee_asset);
    row.add(header.wall).add(fill.venue_time);
    const Status done = row.run();
    if (!done && done.error().code == ErrorCode::BadState) {
        return fail(ErrorCode::Corrupt,
                    "fill " + std::string(fill.trade_id) + " of order " +
                        std::string(body.subject.client_order_id) + " is booked already");
    }
    return done;
}

Status Projection::settle_fill(const wal::ResultBody& body) {
    if (!body.has_fill) return {};
    ColumnWriter row(statement(ProjectionSql::SettleFill));
    row.add(body.fill.settlement).add(body.subject.venue).add(body.subject.account);
    row.add(body.subject.instrument).add(body.fill.trade_id).add(body.subject.venue_order_id);
    row.add(body.fill.side);
    if (auto done = row.run(); !done) return done;
    if (database_->changes() > 0) return {};
    return fail(ErrorCode::Corrupt,
                "settlement of fill " + std::string(body.fill.trade_id) + ", which is not booked");
}

Status Projection::upsert_position(const wal::RecordHeader& header, const wal::ResultBody& body) {
    if (body.position_quantity.is_null()) return {};
    const wal::Subject& subject = body.subject;
    ColumnWriter row(statement(ProjectionSql::UpsertPosition));
    row.add(subject.instance).add(subject.venue).add(subject.account).add(subject.instrument);
    row.add(body.position_quantity).add(body.position_average_price);
    row.add(body.position_realized_pnl).add(header.wall).add(static_cast<int>(body.step));
    return row.run();
}

// ---- ROLLBACK, RESOLVE, KV ----

Status Projection::apply_rollback(const wal::RecordHeader& header, const wal::RollbackBody& body) {
    ColumnWriter step(statement(ProjectionSql::RollBackStep));
    if (auto done = step.add(header.op_id.value).run(); !done) return done;
    if (database_->changes() == 0) return unknown("rollback", header.op_id);
    ColumnWriter order(statement(ProjectionSql::CancelOrder));
    order.add(body.reason).add(header.wall).add(body.text).add(header.op_id.value);
    if (auto done = order.run(); !done) return done;
    return books_.book(header, body.subject.venue, body.postings);
}

Status Projection::apply_resolve(const wal::RecordHeader& header, const wal::ResolveBody& body) {
    ColumnWriter step(statement(ProjectionSql::UpdateStep));
    step.add(header.op_id.value).add(static_cast<int>(body.status));
    step.add(body.status == StepStatus::Completed ? 1 : 0).add(0);
    if (auto done = step.run(); !done) return done;
    if (database_->changes() == 0) return unknown("resolution", header.op_id);
    ColumnWriter row(statement(ProjectionSql::InsertResolution));
    row.add(header.sequence.value).add(header.wall).add(header.op_id.value);
    row.add(static_cast<int>(body.status)).add(body.evidence).add(body.approver).add(body.reason);
    return row.run();
}

Status Projection::apply_kv(const wal::KvBody& body) {
    ColumnWriter row(
        statement(body.value.empty() ? ProjectionSql::DeleteKv : ProjectionSql::PutKv));
    row.add(body.instance).add(body.key);
    if (!body.value.empty()) row.add(body.value);
    return row.run();
}

// ---- NOTE ----

Status Projection::apply_note(const wal::RecordHeader& header, const wal::NoteBody& body) {
    see_order_ref(body.subject);
    if (body.kind == NoteKind::Denied) return insert_denied(header, body);
    if (body.kind == NoteKind::EquityMark) return insert_equity(header, body);
    // They explain an order, which is what the audit log is for.
    if (body.kind == NoteKind::Event || body.kind == NoteKind::Sent) return {};
    if (body.kind == NoteKind::Unresolved) {
        if (auto done = mark_unresolved(header); !done) return done;
    }
    return insert_note(header, body);
}

Status Projection::insert_denied(const wal::RecordHeader& header, const wal::NoteBody& body) {
    const wal::OrderTerms& terms = body.terms;
    write_verdicts(body.verdicts, text_);
    ColumnWriter row(statement(ProjectionSql::InsertDenied));
    row.add(header.sequence.value).add(header.wall);
    add_subject(row, body.subject);
    row.add(terms.side).add(terms.order_type).add(terms.time_in_force).add(terms.order_flags);
    row.add(terms.quantity).add(terms.price).add(terms.stop_price);
    row.add(body.reason).add(body.trigger_seq).add(body.text).add(std::string_view(text_));
    return row.run();
}

Status Projection::insert_equity(const wal::RecordHeader& header, const wal::NoteBody& body) {
    const wal::Subject& subject = body.subject;
    text_ = write_numbers(body.numbers);
    ColumnWriter row(statement(ProjectionSql::InsertEquity));
    row.add(header.sequence.value).add(header.wall).add(subject.instance).add(subject.venue);
    row.add(subject.account).add(subject.instrument).add(std::string_view(text_));
    return row.run();
}

Status Projection::insert_note(const wal::RecordHeader& header, const wal::NoteBody& body) {
    text_ = write_numbers(body.numbers);
    ColumnWriter row(statement(ProjectionSql::InsertNote));
    row.add(header.sequence.value).add(header.wall).add(header.op_id.value);
    row.add(static_cast<int>(body.kind));
    add_subject(row, body.subject);
    row.add(body.reason).add(body.trigger_seq).add(body.text).add(std::string_view(text_));
    return row.run();
}

Status Projection::mark_unresolved(const wal::RecordHeader& header) {
    for (const auto sql : {ProjectionSql::MarkStepUnresolved, ProjectionSql::MarkOrderUnresolved}) {
        ColumnWriter row(statement(sql));
        if (auto done = row.add(header.op_id.value).run(); !done) return done;
    }
    return {};
}

// ---- what is kept in memory ----

void Projection::see_order_ref(const wal::Subject& subject) {
    if (subject.order_ref.value == 0) return;
    // The host's own refs are counted apart, or a strategy would start above them.
    std::string of_host;
    std::string_view name = subject.instance;
    if (subject.order_ref.value >= wal::kHostOrderRefFirst) {
        of_host = "host:" + std::string(name);
        name = of_host;
    }
    auto found = refs_.find(name);
    if (found == refs_.end()) found = refs_.emplace(std::string(name), RefMax{}).first;
    if (subject.order_ref.value <= found->second.value) return;
    found->second = {subject.order_ref.value, true};
}

Status Projection::flush() {
    for (auto& [instance, ref] : refs_) {
        if (!ref.changed) continue;
        ColumnWriter row(statement(ProjectionSql::PutInstance));
        if (auto done = row.add(instance).add(ref.value).run(); !done) return done;
        ref.changed = false;
    }
    return books_.flush();
}

Status Projection::reload() {
    refs_.clear();
    Statement& select = statement(ProjectionSql::SelectInstances);
    for (;;) {
        const auto row = select.step();
        if (!row || !*row) {
            select.reset();
            if (!row) return fail(row.error());
            return books_.reload();
        }
        refs_[std::string(select.text(0))] = {static_cast<std::uint64_t>(select.integer(1)), false};
    }
}

}  // namespace tradectl::ledger
