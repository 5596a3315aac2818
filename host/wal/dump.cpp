#include "host/wal/dump.hpp"

#include "host/base/hex.hpp"
#include "host/base/utf8.hpp"
#include "host/wal/names.hpp"
#include "host/wal/reader.hpp"

#include <utility>

namespace tradectl::wal {
namespace {

Json json_of(std::string_view text) {
    return Json(valid_utf8(text));
}
Json json_of(std::span<const std::byte> bytes) {
    return Json(to_hex(bytes));
}
Json json_of(const Decimal& value) {
    return value.is_null() ? Json() : Json::text_of(value);
}
Json json_of(const Timestamp& value) {
    return value == Timestamp::none() ? Json() : Json::text_of(value);
}
// Ids are numbers that may need all 64 bits; JSON integers here have a sign.
Json json_of(std::uint64_t value) {
    return Json(std::to_string(value));
}

Json to_json(const Subject& subject) {
    Json json = Json::object();
    json.set("instance", json_of(subject.instance));
    json.set("venue", json_of(subject.venue));
    json.set("account", json_of(subject.account));
    json.set("instrument", json_of(subject.instrument));
    json.set("order_ref", json_of(subject.order_ref.value));
    json.set("client_order_id", json_of(subject.client_order_id));
    json.set("venue_order_id", json_of(subject.venue_order_id));
    return json;
}

Json to_json(const OrderTerms& terms) {
    Json json = Json::object();
    json.set("side", side_name(terms.side));
    json.set("order_type", order_type_name(terms.order_type));
    json.set("time_in_force", time_in_force_name(terms.time_in_force));
    json.set("order_flags", terms.order_flags);
    json.set("quantity", json_of(terms.quantity));
    json.set("price", json_of(terms.price));
    json.set("stop_price", json_of(terms.stop_price));
    json.set("expire_time", json_of(terms.expire_time));
    return json;
}

Json to_json(const Posting& posting) {
    Json json = Json::object();
    json.set("account", json_of(posting.account));
    json.set("asset", json_of(posting.asset));
    json.set("bucket", to_text(posting.bucket));
    json.set("amount", json_of(posting.amount));
    return json;
}

Json to_json(const Verdict& verdict) {
    Json json = Json::object();
    json.set("reason", verdict.reason);
    json.set("passed", verdict.passed);
    json.set("value", json_of(verdict.value));
    json.set("limit", json_of(verdict.limit));
    return json;
}

Json to_json(const Number& number) {
    Json json = Json::object();
    json.set("name", json_of(number.name));
    json.set("value", json_of(number.value));
    return json;
}

Json to_json(const FillBody& fill) {
    Json json = Json::object();
    json.set("trade_id", json_of(fill.trade_id));
    json.set("side", side_name(fill.side));
    json.set("liquidity", liquidity_name(fill.liquidity));
    json.set("settlement", settlement_name(fill.settlement));
    json.set("price", json_of(fill.price));
    json.set("quantity", json_of(fill.quantity));
    json.set("fee", json_of(fill.fee));
    json.set("fee_asset", json_of(fill.fee_asset));
    json.set("venue_time", json_of(fill.venue_time));
    return json;
}

template <typename T, std::size_t N>
Json to_json(const ShortList<T, N>& items) {
    Json json = Json::array();
    for (const T& item : items)
        json.push(to_json(item));
    return json;
}

void add_body(Json& json, const IntentBody& body) {
    json.set("step", to_text(body.step));
    json.set("subject", to_json(body.subject));
    json.set("terms", to_json(body.terms));
    json.set("intent_tag", json_of(body.intent_tag));
    json.set("target_client_order_id", json_of(body.target_client_order_id));
    json.set("identity_class", identity_class_name(body.identity_class));
    json.set("fence", fence_name(body.fence));
    json.set("fence_value", body.fence_value);
    json.set("identity", json_of(body.identity));
    json.set("request_sha256", json_of(std::span<const std::byte>(body.request_sha256)));
    json.set("rebuild", json_of(body.rebuild));
    json.set("trigger_seq", json_of(body.trigger_seq));
    json.set("trigger_time", json_of(body.trigger_time));
    Json& before = json.set("before", Json::object());
    before.set("position_quantity", json_of(body.before.position_quantity));
    before.set("position_average_price", json_of(body.before.position_average_price));
    before.set("available", json_of(body.before.available));
    json.set("postings", to_json(body.postings));
    json.set("compensation", to_json(body.compensation));
    json.set("verdicts", to_json(body.verdicts));
}

void add_body(Json& json, const ResultBody& body) {
    json.set("step", to_text(body.step));
    json.set("status", to_text(body.status));
    json.set("subject", to_json(body.subject));
    json.set("order_status", order_status_name(body.order_status));
    json.set("reason", body.reason);
    json.set("venue_time", json_of(body.venue_time));
    json.set("filled_qty", json_of(body.filled_qty));
    json.set("leaves_qty", json_of(body.leaves_qty));
    json.set("average_price", json_of(body.average_price));
    json.set("fill", body.has_fill ? to_json(body.fill) : Json());
    json.set("position_quantity", json_of(body.position_quantity));
    json.set("position_average_price", json_of(body.position_average_price));
    json.set("position_realized_pnl", json_of(body.position_realized_pnl));
    json.set("text", json_of(body.text));
    json.set("postings", to_json(body.postings));
    json.set("answer_sha256", json_of(std::span<const std::byte>(body.answer_sha256)));
}

void add_body(Json& json, const RollbackBody& body) {
    json.set("step", to_text(body.step));
    json.set("subject", to_json(body.subject));
    json.set("reason", body.reason);
    json.set("text", json_of(body.text));
    json.set("postings", to_json(body.postings));
}

void add_body(Json& json, const ResolveBody& body) {
    json.set("step", to_text(body.step));
    json.set("status", to_text(body.status));
    json.set("subject", to_json(body.subject));
    json.set("evidence", json_of(body.evidence));
    json.set("approver", json_of(body.approver));
    json.set("reason", json_of(body.reason));
}

void add_body(Json& json, const KvBody& body) {
    json.set("instance", json_of(body.instance));
    json.set("key", json_of(body.key));
    json.set("value", json_of(body.value));
}

void add_body(Json& json, const NoteBody& body) {
    json.set("kind", to_text(body.kind));
    json.set("subject", to_json(body.subject));
    json.set("terms", to_json(body.terms));
    json.set("reason", body.reason);
    json.set("trigger_seq", json_of(body.trigger_seq));
    json.set("text", json_of(body.text));
    json.set("numbers", to_json(body.numbers));
    json.set("verdicts", to_json(body.verdicts));
    json.set("event_time", json_of(body.event_time));
}

void add_body(Json& json, const SealBody& body) {
    json.set("next_segment", json_of(body.next_segment));
    json.set("reason", json_of(body.reason));
}

template <typename Body>
Status add_decoded(Json& json, const Expected<Body>& body) {
    if (!body) return fail(body.error());
    add_body(json, *body);
    return {};
}

Status add_body(Json& json, const Record& record) {
    switch (record.header.type) {
        case RecordType::Intent: return add_decoded(json, decode_intent(record));
        case RecordType::Result: return add_decoded(json, decode_result(record));
        case RecordType::Rollback: return add_decoded(json, decode_rollback(record));
        case RecordType::Resolve: return add_decoded(json, decode_resolve(record));
        case RecordType::Kv: return add_decoded(json, decode_kv(record));
        case RecordType::Note: return add_decoded(json, decode_note(record));
        case RecordType::Seal: return add_decoded(json, decode_seal(record));
    }
    return fail(ErrorCode::Unsupported, "wal: a record of an unknown type");
}

bool says_nothing(const Json& value) {
    const auto* text = value.as_text();
    const auto* items = value.as_array();
    return value.is_null() || (text != nullptr && (text->empty() || *text == "0")) ||
           (items != nullptr && items->empty()) || value.as_integer() == 0;
}

// NAME=VALUE for what is set; members of objects as OUTER.INNER.
void append_flat(const Json& value, const std::string& name, std::string& out) {
    if (const auto* members = value.as_object()) {
        for (const JsonMember& member : *members)
            append_flat(member.value, name.empty() ? member.key : name + "." + member.key, out);
        return;
    }
    if (says_nothing(value)) return;
    const auto* text = value.as_text();
    const bool plain = text != nullptr && text->find_first_of(" \t\r\n\"\\=") == std::string::npos;
    out += " " + name + "=" + (plain ? *text : value.dump());
}

}  // namespace

Expected<Json> to_json(const Record& record) {
    const RecordHeader& header = record.header;
    Json json = Json::object();
    json.set("sequence", json_of(header.sequence.value));
    json.set("time", json_of(header.wall));
    json.set("type", to_text(header.type));
    json.set("version", header.version);
    json.set("flags", header.flags);
    json.set("monotonic_ns", header.monotonic_ns);
    json.set("op_id", json_of(header.op_id.value));
    json.set("txn_id", json_of(header.txn_id.value));
    if (auto added = add_body(json, record); !added) return fail(added.error());
    return json;
}

Expected<std::string> to_line(const Record& record, DumpForm form) {
    auto json = to_json(record);
    if (!json) return fail(json.error());
    if (form == DumpForm::JsonLine) return json->dump();
    std::string line = std::to_string(record.header.sequence.value) + " " +
                       record.header.wall.to_string() + " " + to_text(record.header.type);
    constexpr std::size_t kInFront = 3;  // of the members, those that the line began with
    const auto& members = *json->as_object();
    for (std::size_t i = kInFront; i < members.size(); ++i) {
        if (members[i].key == "version" || members[i].key == "monotonic_ns") continue;
        append_flat(members[i].value, members[i].key, line);
    }
    return line;
}

Status dump(Disk& disk,
            const std::string& directory,
            const DumpOptions& options,
            const std::function<Status(std::string_view line)>& sink) {
    auto log = open_log(disk, directory, {.from = options.from});
    // Damage at the end does not keep what stands in front of it from being shown.
    const auto damage = log ? std::nullopt : std::optional<Error>(log.error());
    if (damage && damage->code != ErrorCode::Corrupt) return fail(*damage);
    if (log && log->tail().segment == 0)
        return fail(ErrorCode::NotFound, "wal: there is no log in " + directory);
    auto reader = RecordReader::open(disk, directory, options.from);
    if (!reader) return fail(damage ? *damage : reader.error());
    WalSequence last = log ? log->tail().last_sequence : WalSequence{UINT64_MAX};
    if (options.to.value != 0) last = std::min(last, options.to);
    for (;;) {
        auto record = reader->next(last);
        if (!record) return fail(damage ? *damage : record.error());
        if (!*record) return {};
        auto line = to_line(**record, options.form);
        if (!line) return fail(line.error());
        if (auto taken = sink(*line); !taken) return taken;
    }
}

}  // namespace tradectl::wal
