#include "host/wal/record.hpp"

#include "host/wal/codec.hpp"
#include "host/wal/format.hpp"

#include <string>

namespace tradectl::wal {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr auto kLastStep = StepKind::Adjust;
constexpr auto kLastStatus = StepStatus::RolledBack;
constexpr auto kLastBucket = Bucket::Adjustment;
constexpr auto kLastNote = NoteKind::Triggered;

// The bytes on disk in front of a body. `bytes` counts header and body, not the padding.
struct RawRecordHeader {
    std::uint32_t bytes;
    std::uint8_t type;
    std::uint8_t version;
    std::uint16_t flags;
    std::uint64_t sequence;
    std::int64_t wall_ns;
    std::int64_t monotonic_ns;
    std::uint64_t op_id;
    std::uint64_t txn_id;
};
static_assert(sizeof(RawRecordHeader) == kRecordHeaderBytes);
static_assert(offsetof(RawRecordHeader, type) == 4 && offsetof(RawRecordHeader, flags) == 6);
static_assert(offsetof(RawRecordHeader, sequence) == 8 && offsetof(RawRecordHeader, op_id) == 32);

constexpr std::size_t padded(std::size_t bytes) {
    return (bytes + kRecordAlignment - 1) / kRecordAlignment * kRecordAlignment;
}

// Each list of fields below stands in the order of tradectl-wal(5). `Body` is const when writing.
template <typename Fields, typename Item>
void each_posting(Fields& fields, Item& posting) {
    fields.field(posting.account);
    fields.field(posting.asset);
    fields.choice(posting.bucket, kLastBucket);
    fields.field(posting.amount);
}

template <typename Fields, typename Item>
void each_verdict(Fields& fields, Item& verdict) {
    fields.field(verdict.reason);
    fields.field(verdict.passed);
    fields.field(verdict.value);
    fields.field(verdict.limit);
}

template <typename Fields, typename List>
void postings_fields(Fields& fields, List& postings) {
    fields.list(postings, [](auto& f, auto& item) { each_posting(f, item); });
}

template <typename Fields, typename List>
void verdicts_fields(Fields& fields, List& verdicts) {
    fields.list(verdicts, [](auto& f, auto& item) { each_verdict(f, item); });
}

template <typename Fields, typename Part>
void subject_fields(Fields& fields, Part& subject) {
    fields.field(subject.instance);
    fields.field(subject.venue);
    fields.field(subject.account);
    fields.field(subject.instrument);
    fields.field(subject.order_ref);
    fields.field(subject.client_order_id);
    fields.field(subject.venue_order_id);
}

template <typename Fields, typename Part>
void terms_fields(Fields& fields, Part& terms) {
    fields.field(terms.side);
    fields.field(terms.order_type);
    fields.field(terms.time_in_force);
    fields.field(terms.order_flags);
    fields.field(terms.quantity);
    fields.field(terms.price);
    fields.field(terms.stop_price);
    fields.field(terms.expire_time);
}

template <typename Fields, typename Part>
void fill_fields(Fields& fields, Part& fill) {
    fields.field(fill.trade_id);
    fields.field(fill.side);
    fields.field(fill.liquidity);
    fields.field(fill.settlement);
    fields.field(fill.price);
    fields.field(fill.quantity);
    fields.field(fill.fee);
    fields.field(fill.fee_asset);
    fields.field(fill.venue_time);
}

template <typename Fields, typename Body>
void intent_fields(Fields& fields, Body& body) {
    fields.choice(body.step, kLastStep);
    subject_fields(fields, body.subject);
    terms_fields(fields, body.terms);
    fields.field(body.intent_tag);
    fields.field(body.target_client_order_id);
    fields.field(body.identity_class);
    fields.field(body.fence);
    fields.field(body.fence_value);
    fields.field(body.identity);
    fields.field(body.request_sha256);
    fields.field(body.rebuild);
    fields.field(body.trigger_seq);
    fields.field(body.trigger_time);
    fields.field(body.before.position_quantity);
    fields.field(body.before.position_average_price);
    fields.field(body.before.available);
    postings_fields(fields, body.postings);
    postings_fields(fields, body.compensation);
    verdicts_fields(fields, body.verdicts);
}

template <typename Fields, typename Body>
void result_fields(Fields& fields, Body& body) {
    fields.choice(body.step, kLastStep);
    fields.choice(body.status, kLastStatus);
    subject_fields(fields, body.subject);
    fields.field(body.order_status);
    fields.field(body.reason);
    fields.field(body.venue_time);
    fields.field(body.filled_qty);
    fields.field(body.leaves_qty);
    fields.field(body.average_price);
    fields.field(body.has_fill);
    if (body.has_fill) fill_fields(fields, body.fill);
    fields.field(body.position_quantity);
    fields.field(body.position_average_price);
    fields.field(body.position_realized_pnl);
    fields.field(body.text);
    postings_fields(fields, body.postings);
    fields.optional(body.answer_sha256);
}

template <typename Fields, typename Body>
void rollback_fields(Fields& fields, Body& body) {
    fields.choice(body.step, kLastStep);
    subject_fields(fields, body.subject);
    fields.field(body.reason);
    fields.field(body.text);
    postings_fields(fields, body.postings);
}

template <typename Fields, typename Body>
void resolve_fields(Fields& fields, Body& body) {
    fields.choice(body.step, kLastStep);
    fields.choice(body.status, kLastStatus);
    subject_fields(fields, body.subject);
    fields.field(body.evidence);
    fields.field(body.approver);
    fields.field(body.reason);
}

template <typename Fields, typename Body>
void kv_fields(Fields& fields, Body& body) {
    fields.field(body.instance);
    fields.field(body.key);
    fields.field(body.value);
}

template <typename Fields, typename Body>
void note_fields(Fields& fields, Body& body) {
    fields.choice(body.kind, kLastNote);
    subject_fields(fields, body.subject);
    terms_fields(fields, body.terms);
    fields.field(body.reason);
    fields.field(body.trigger_seq);
    fields.field(body.text);
    fields.list(body.numbers, [](auto& f, auto& number) {
        f.field(number.name);
        f.field(number.value);
    });
    verdicts_fields(fields, body.verdicts);
    fields.optional(body.event_time);
}

template <typename Fields, typename Body>
void seal_fields(Fields& fields, Body& body) {
    fields.field(body.next_segment);
    fields.field(body.reason);
}

std::string name_of(const RecordHeader& header) {
    return "wal: record " + std::to_string(header.sequence.value);
}

/// A body is put together here and copied out once: a vector that grows by fields costs more than
/// the fields.
std::span<std::byte> body_room() {
    static thread_local std::vector<std::byte> room(kBatchBytesMax);
    return room;
}

template <typename Body>
Status encode_body(const RecordHeader& header,
                   const Body& body,
                   void (*list)(FieldWriter&, const Body&),
                   std::vector<std::byte>& out) {
    const std::span<std::byte> room = body_room();
    FieldWriter writer(room);
    list(writer, body);
    const std::size_t bytes = sizeof(RawRecordHeader) + writer.bytes();
    if (!writer.ok() || padded(bytes) > kBatchBytesMax) {
        return fail(ErrorCode::InvalidArgument,
                    name_of(header) + ": a field is out of range, or the record is above " +
                        std::to_string(kBatchBytesMax) + " bytes");
    }
    const RawRecordHeader raw{.bytes = static_cast<std::uint32_t>(bytes),
                              .type = static_cast<std::uint8_t>(header.type),
                              .version = header.version,
                              .flags = header.flags,
                              .sequence = header.sequence.value,
                              .wall_ns = header.wall.ns(),
                              .monotonic_ns = header.monotonic_ns,
                              .op_id = header.op_id.value,
                              .txn_id = header.txn_id.value};
    const auto* head = reinterpret_cast<const std::byte*>(&raw);
    out.insert(out.end(), head, head + sizeof(raw));
    out.insert(out.end(), room.data(), room.data() + writer.bytes());
    out.resize(out.size() + padded(bytes) - bytes);
    return {};
}

template <typename Body>
Expected<Body> decode_body(const Record& record,
                           RecordType type,
                           void (*list)(FieldReader&, Body&)) {
    if (record.header.type != type) {
        return fail(ErrorCode::InvalidArgument, name_of(record.header) + ": not of the type asked");
    }
    Body body;
    FieldReader reader(record.body);
    list(reader, body);
    if (!reader.ok())
        return fail(ErrorCode::Corrupt,
                    name_of(record.header) + ": a field does not fit or is out of range");
    if (reader.left() != 0) {
        return fail(ErrorCode::Corrupt,
                    name_of(record.header) + ": " + std::to_string(reader.left()) +
                        " bytes behind the last field");
    }
    return body;
}

}  // namespace

Expected<Record> decode(std::span<const std::byte>& bytes) {
    RawRecordHeader raw;
    if (bytes.size() < sizeof(raw))
        return fail(ErrorCode::Corrupt,
                    "wal: " + std::to_string(bytes.size()) + " bytes are no record");
    std::memcpy(&raw, bytes.data(), sizeof(raw));
    const auto refuse = [&raw](ErrorCode code, const std::string& why) {
        return fail(code, "wal: record " + std::to_string(raw.sequence) + ": " + why);
    };
    if (raw.bytes < sizeof(raw) || padded(raw.bytes) > bytes.size()) {
        return refuse(ErrorCode::Corrupt,
                      "length " + std::to_string(raw.bytes) + " is outside of its batch");
    }
    if (!is_zero(bytes.subspan(raw.bytes, padded(raw.bytes) - raw.bytes)))
        return refuse(ErrorCode::Corrupt, "padding is not zero");
    const auto type = static_cast<RecordType>(raw.type);
    if (type < RecordType::Intent || type > RecordType::Seal || raw.version != kVersion) {
        return refuse(ErrorCode::Unsupported,
                      "type " + std::to_string(raw.type) + " version " +
                          std::to_string(raw.version) + " is not known to this program");
    }
    Record record{.header = {.type = type,
                             .version = raw.version,
                             .flags = raw.flags,
                             .sequence = {raw.sequence},
                             .wall = Timestamp{raw.wall_ns},
                             .monotonic_ns = raw.monotonic_ns,
                             .op_id = {raw.op_id},
                             .txn_id = {raw.txn_id}},
                  .body = bytes.subspan(sizeof(raw), raw.bytes - sizeof(raw))};
    bytes = bytes.subspan(padded(raw.bytes));
    return record;
}

Status encode(const RecordHeader& header, const IntentBody& body, std::vector<std::byte>& out) {
    return encode_body(header, body, intent_fields<FieldWriter, const IntentBody>, out);
}
Status encode(const RecordHeader& header, const ResultBody& body, std::vector<std::byte>& out) {
    return encode_body(header, body, result_fields<FieldWriter, const ResultBody>, out);
}
Status encode(const RecordHeader& header, const RollbackBody& body, std::vector<std::byte>& out) {
    return encode_body(header, body, rollback_fields<FieldWriter, const RollbackBody>, out);
}
Status encode(const RecordHeader& header, const ResolveBody& body, std::vector<std::byte>& out) {
    return encode_body(header, body, resolve_fields<FieldWriter, const ResolveBody>, out);
}
Status encode(const RecordHeader& header, const KvBody& body, std::vector<std::byte>& out) {
    return encode_body(header, body, kv_fields<FieldWriter, const KvBody>, out);
}
Status encode(const RecordHeader& header, const NoteBody& body, std::vector<std::byte>& out) {
    return encode_body(header, body, note_fields<FieldWriter, const NoteBody>, out);
}
Status encode(const RecordHeader& header, const SealBody& body, std::vector<std::byte>& out) {
    return encode_body(header, body, seal_fields<FieldWriter, const SealBody>, out);
}

Expected<IntentBody> decode_intent(const Record& record) {
    return decode_body(record, RecordType::Intent, intent_fields<FieldReader, IntentBody>);
}
Expected<ResultBody> decode_result(const Record& record) {
    return decode_body(record, RecordType::Result, result_fields<FieldReader, ResultBody>);
}
Expected<RollbackBody> decode_rollback(const Record& record) {
    return decode_body(record, RecordType::Rollback, rollback_fields<FieldReader, RollbackBody>);
}
Expected<ResolveBody> decode_resolve(const Record& record) {
    return decode_body(record, RecordType::Resolve, resolve_fields<FieldReader, ResolveBody>);
}
Expected<KvBody> decode_kv(const Record& record) {
    return decode_body(record, RecordType::Kv, kv_fields<FieldReader, KvBody>);
}
Expected<NoteBody> decode_note(const Record& record) {
    return decode_body(record, RecordType::Note, note_fields<FieldReader, NoteBody>);
}
Expected<SealBody> decode_seal(const Record& record) {
    return decode_body(record, RecordType::Seal, seal_fields<FieldReader, SealBody>);
}

}  // namespace tradectl::wal
