#include "host/audit/entry.hpp"

#include "host/audit/entry_line.hpp"
#include "host/audit/event_code.hpp"
#include "host/audit/tile.hpp"
#include "host/base/hex.hpp"
#include "host/base/words.hpp"
#include "host/wal/names.hpp"

#include <tradectl/abi/commands.h>

#include <array>
#include <charconv>

namespace tradectl::audit {
namespace {

/// Each is tried when the one before gave a line that is too long. The last one always fits.
constexpr std::array<TextLimits, 3> kLimits{{{}, {256, 2048}, {64, 256}}};

void put_head(EntryLine& line, const wal::RecordHeader& header, std::string_view event) {
    line.number("wal", header.sequence.value)
        .time("time", header.wall)
        .name("event", event)
        .number_if("op", header.op_id.value)
        .number_if("txn", header.txn_id.value);
}

void put_subject(EntryLine& line, const wal::Subject& subject) {
    line.name("actor", subject.instance)
        .name("venue", subject.venue)
        .name("account", subject.account)
        .name("instrument", subject.instrument)
        .number_if("order_ref", subject.order_ref.value)
        .name("client_order_id", subject.client_order_id)
        .name("venue_order_id", subject.venue_order_id);
}

void put_reason(EntryLine& line, std::uint16_t reason) {
    if (reason == TRADECTL_REASON_NONE) return;
    line.name("reason", reason_name(reason)).number("reason_code", reason);
}

void put_terms(EntryLine& line, const wal::OrderTerms& terms) {
    if (terms.side == TRADECTL_SIDE_NONE && terms.quantity.is_null()) return;
    line.name("side", wal::side_name(terms.side))
        .name("type", wal::order_type_name(terms.order_type))
        .name("time_in_force", wal::time_in_force_name(terms.time_in_force))
        .number_if("flags", terms.order_flags)
        .decimal("quantity", terms.quantity)
        .decimal("price", terms.price)
        .decimal("stop_price", terms.stop_price)
        .time("expires", terms.expire_time);
}

void put_verdicts(EntryLine& line, const wal::Verdicts& verdicts) {
    if (verdicts.empty()) return;
    line.begin_list("verdicts");
    for (const wal::Verdict& verdict : verdicts) {
        line.begin_item().name("check", reason_name(verdict.reason));
        line.boolean("passed", verdict.passed);
        line.decimal("value", verdict.value).decimal("limit", verdict.limit).end_object();
    }
    line.end_list();
}

void put_numbers(EntryLine& line, const wal::Numbers& numbers) {
    if (numbers.empty()) return;
    line.begin_list("numbers");
    for (const wal::Number& number : numbers)
        line.begin_item().name("name", number.name).decimal("value", number.value).end_object();
    line.end_list();
}

void put_postings(EntryLine& line, const wal::Postings& postings) {
    if (postings.empty()) return;
    line.begin_list("postings");
    for (const wal::Posting& posting : postings) {
        line.begin_item().name("account", posting.account).name("asset", posting.asset);
        line.name("bucket", wal::to_text(posting.bucket)).decimal("amount", posting.amount);
        line.end_object();
    }
    line.end_list();
}

void put_fill(EntryLine& line, const wal::FillBody& fill) {
    line.begin_object("fill")
        .name("trade_id", fill.trade_id)
        .name("side", wal::side_name(fill.side))
        .decimal("price", fill.price)
        .decimal("quantity", fill.quantity)
        .decimal("fee", fill.fee)
        .name("fee_asset", fill.fee_asset)
        .name("liquidity", wal::liquidity_name(fill.liquidity))
        .name("settlement", wal::settlement_name(fill.settlement))
        .time("venue_time", fill.venue_time)
        .end_object();
}

void put_digest(EntryLine& line, std::string_view name, const std::array<std::byte, 32>& digest) {
    if (digest != std::array<std::byte, 32>{}) line.name(name, to_hex(digest));
}

/// Steps that only move money between an account's own buckets are the ledger's business.
bool is_bookkeeping(wal::StepKind step) {
    return step == wal::StepKind::BalanceDeduct || step == wal::StepKind::BalanceAdd;
}

void put(EntryLine& line, const wal::RecordHeader& header, const wal::IntentBody& body) {
    const bool leaves = (header.flags & wal::kFlagMayBeSent) != 0;
    put_head(line, header, "INTENT");
    line.name("action", wal::to_text(body.step));
    put_subject(line, body.subject);
    put_terms(line, body.terms);
    // An order that the venue made by itself has an intent that nothing was sent for.
    line.boolean("sent_when_durable", leaves)
        .number_if("trigger", body.trigger_seq)
        .time("trigger_time", body.trigger_time)
        .number_if("intent_tag", body.intent_tag)
        .name("target_client_order_id", body.target_client_order_id)
        .name("identity", body.identity)
        .name("identity_class", wal::identity_class_name(body.identity_class))
        .name("fence", wal::fence_name(body.fence));
    if (body.fence != 0) line.text("fence_value", std::to_string(body.fence_value));
    put_digest(line, "request_sha256", body.request_sha256);
    line.decimal("position_before", body.before.position_quantity);
    put_verdicts(line, body.verdicts);
}

void put(EntryLine& line, const wal::RecordHeader& header, const wal::ResultBody& body) {
    put_head(line, header, event_of(body));
    line.name("action", wal::to_text(body.step)).name("step_status", wal::to_text(body.status));
    put_subject(line, body.subject);
    if (body.order_status != 0) line.name("status", wal::order_status_name(body.order_status));
    put_reason(line, body.reason);
    line.decimal("filled", body.filled_qty)
        .decimal("remaining", body.leaves_qty)
        .decimal("average_price", body.average_price)
        .time("venue_time", body.venue_time);
    if (body.has_fill) put_fill(line, body.fill);
    put_digest(line, "answer_sha256", body.answer_sha256);
    line.decimal("position", body.position_quantity)
        .decimal("position_average_price", body.position_average_price)
        .decimal("position_realized_pnl", body.position_realized_pnl)
        .text("note", body.text);
    put_postings(line, body.postings);
}

void put(EntryLine& line, const wal::RecordHeader& header, const wal::RollbackBody& body) {
    put_head(line, header, "ROLLBACK");
    line.name("action", wal::to_text(body.step));
    put_subject(line, body.subject);
    put_reason(line, body.reason);
    line.text("note", body.text);
    put_postings(line, body.postings);
}

void put(EntryLine& line, const wal::RecordHeader& header, const wal::ResolveBody& body) {
    put_head(line, header, "RESOLVED");
    line.name("action", wal::to_text(body.step)).name("step_status", wal::to_text(body.status));
    put_subject(line, body.subject);
    line.name("approver", body.approver).text("note", body.reason).text("evidence", body.evidence);
}

void put(EntryLine& line, const wal::RecordHeader& header, const wal::NoteBody& body) {
    put_head(line, header, event_of(body.kind));
    put_subject(line, body.subject);
    put_terms(line, body.terms);
    put_reason(line, body.reason);
    line.number_if("trigger", body.trigger_seq)
        .time("venue_time", body.event_time)
        .text("note", body.text);
    put_numbers(line, body.numbers);
    put_verdicts(line, body.verdicts);
}

void put(EntryLine& line, const wal::RecordHeader& header, const wal::SealBody& body) {
    put_head(line, header, "SEAL");
    line.number("next_segment", body.next_segment).text("note", body.reason);
}

template <typename Body>
void write(const wal::Record& record, const Body& body, std::string& out) {
    for (const TextLimits& limits : kLimits) {
        EntryLine line(out, limits);
        put(line, record.header, body);
        line.finish();
        if (out.size() <= kEntryBytesMax) return;
    }
}

template <typename Body>
Expected<bool> write_if(const wal::Record& record,
                        const Expected<Body>& body,
                        bool (*wanted)(const Body&),
                        std::string& out) {
    if (!body) return fail(body.error());
    if (!wanted(*body)) return false;
    write(record, *body, out);
    return true;
}

Expected<bool> project_body(const wal::Record& record, std::string& out) {
    switch (record.header.type) {
        case wal::RecordType::Intent:
            return write_if<wal::IntentBody>(
                record,
                wal::decode_intent(record),
                [](const wal::IntentBody& body) { return !is_bookkeeping(body.step); },
                out);
        case wal::RecordType::Result:
            return write_if<wal::ResultBody>(
                record,
                wal::decode_result(record),
                [](const wal::ResultBody& body) { return !is_bookkeeping(body.step); },
                out);
        case wal::RecordType::Rollback:
            return write_if<wal::RollbackBody>(
                record,
                wal::decode_rollback(record),
                [](const wal::RollbackBody&) { return true; },
                out);
        case wal::RecordType::Resolve:
            return write_if<wal::ResolveBody>(
                record,
                wal::decode_resolve(record),
                [](const wal::ResolveBody&) { return true; },
                out);
        case wal::RecordType::Note:
            return write_if<wal::NoteBody>(
                record,
                wal::decode_note(record),
                [](const wal::NoteBody& body) { return body.kind != wal::NoteKind::EquityMark; },
                out);
        case wal::RecordType::Seal:
            return write_if<wal::SealBody>(
                record, wal::decode_seal(record), [](const wal::SealBody&) { return true; }, out);
        case wal::RecordType::Kv: return false;
    }
    return false;
}

}  // namespace

Expected<bool> project(const wal::Record& record, std::string& out) {
    out.clear();
    auto written = project_body(record, out);
    if (written) return written;
    return fail(ErrorCode::Corrupt,
                "audit: record " + std::to_string(record.header.sequence.value) + ": " +
                    written.error().message);
}

void project_gap(WalSequence applied, WalSequence next, Timestamp time, std::string& out) {
    wal::RecordHeader header;
    header.sequence.value = next.value - 1;
    header.wall = time;
    EntryLine line(out, kLimits.front());
    put_head(line, header, "GAP");
    line.name("actor", "host")
        .text("note",
              "what records " + std::to_string(applied.value + 1) + " to " +
                  std::to_string(next.value - 1) +
                  " said is not in this log: they are not kept any more");
    line.finish();
}

std::optional<WalSequence> wal_sequence_of(std::string_view entry) {
    constexpr std::string_view kStart = "{\"wal\":";
    if (!entry.starts_with(kStart)) return std::nullopt;
    entry.remove_prefix(kStart.size());
    std::uint64_t value = 0;
    const auto done = std::from_chars(entry.data(), entry.data() + entry.size(), value);
    if (done.ec != std::errc{} || done.ptr == entry.data() + entry.size() || *done.ptr != ',')
        return std::nullopt;
    return WalSequence{value};
}

}  // namespace tradectl::audit
