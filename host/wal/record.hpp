/// The shared vocabulary of WAL, ledger and audit log: what a record says. Byte layout:
/// tradectl-wal(5).
///
/// Bodies are views: text and bytes point into the caller's memory when encoding and into the
/// decoded buffer after decoding. Nothing here allocates. Secrets and signatures never enter a
/// record.
#pragma once

#include "host/base/short_list.hpp"

#include <tradectl/abi/types.h>
#include <tradectl/decimal.hpp>
#include <tradectl/expected.hpp>
#include <tradectl/ids.hpp>
#include <tradectl/timestamp.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace tradectl::wal {

enum class RecordType : std::uint8_t {
    Intent = 1,
    Result = 2,
    Rollback = 3,
    Resolve = 4,
    Kv = 5,
    Note = 6,
    Seal = 7,
};

/// Flags of RecordHeader.
inline constexpr std::uint16_t kFlagMayBeSent =
    1;  ///< INTENT: the request may leave once this is durable

/// Kinds of operation. One order is one transaction of several steps.
enum class StepKind : std::uint8_t {
    BalanceDeduct = 1,  ///< reserve
    TradeExecute = 2,   ///< the pivot: the order at the venue
    PositionOpen = 3,
    PositionUpdate = 4,
    PositionClose = 5,
    BalanceAdd = 6,  ///< release or credit
    OrderReplace = 7,
    OrderCancel = 8,
    Approve = 9,
    Redeem = 10,
    Transfer = 11,
    Settle = 12,
    Adjust = 13,  ///< opening balances and adopted differences, with evidence and approver
};

enum class StepStatus : std::uint8_t {
    Pending = 1,
    InProgress = 2,
    Completed = 3,
    Failed = 4,
    RolledBack = 5,
};

/// Where an amount sits. Every transaction's postings sum to zero for each asset.
enum class Bucket : std::uint8_t {
    Available = 1,
    Held = 2,
    Unsettled = 3,
    Trade = 4,    ///< contra of what was exchanged with the market
    Fee = 5,      ///< fees paid so far
    Funding = 6,  ///< contra of opening balances, deposits and withdrawals
    Adjustment = 7,
};

struct Posting {
    std::string_view account;
    std::string_view asset;
    Bucket bucket = Bucket::Available;
    Decimal amount;
};

using Postings = ShortList<Posting, 12>;

/// One check of the risk gate.
struct Verdict {
    std::uint16_t reason = 0;  ///< TRADECTL_REASON_... that it stands for
    bool passed = false;
    Decimal value;  ///< what the check saw; null when it has none
    Decimal limit;
};
using Verdicts = ShortList<Verdict, 40>;

/// Order refs from here up are the host's own (exits, flattening); a strategy's are below.
inline constexpr std::uint64_t kHostOrderRefFirst = std::uint64_t{1} << 62;

/// Whose record it is. Names, not handles: a record must be readable without the process that wrote
/// it.
struct Subject {
    std::string_view instance;  ///< strategy instance, or "host", "operator"
    std::string_view venue;     ///< exchange instance
    std::string_view account;
    std::string_view instrument;
    OrderRef order_ref;
    std::string_view client_order_id;
    std::string_view venue_order_id;
};

/// What the order asked for.
struct OrderTerms {
    std::uint8_t side = TRADECTL_SIDE_NONE;
    std::uint8_t order_type = 0;
    std::uint8_t time_in_force = 0;
    std::uint32_t order_flags = 0;
    Decimal quantity = Decimal::null();
    Decimal price = Decimal::null();
    Decimal stop_price = Decimal::null();
    Timestamp expire_time = Timestamp::none();
};

/// Values before the step, for rollback.
struct BeforeValues {
    Decimal position_quantity = Decimal::null();
    Decimal position_average_price = Decimal::null();
    Decimal available = Decimal::null();
};

struct IntentBody {
    StepKind step{};
    Subject subject;
    OrderTerms terms;
    std::uint64_t intent_tag = 0;
    std::string_view target_client_order_id;  ///< replace, cancel, built anew
    std::uint8_t identity_class = 0;          ///< TRADECTL_CLASS_...
    std::uint8_t fence = 0;                   ///< TRADECTL_FENCE_...
    std::int64_t fence_value = 0;
    std::string_view identity;                   ///< what the venue will know it by
    std::array<std::byte, 32> request_sha256{};  ///< of the encoded request, zero when none
    std::span<const std::byte> rebuild;          ///< inputs to build the request again
    std::uint64_t trigger_seq = 0;               ///< event that caused it
    Timestamp trigger_time = Timestamp::none();
    BeforeValues before;
    Postings postings;      ///< applied with this record
    Postings compensation;  ///< what undoes them
    Verdicts verdicts;      ///< of the risk gate, TradeExecute only
};

/// One execution.
struct FillBody {
    std::string_view trade_id;
    std::uint8_t side = TRADECTL_SIDE_NONE;
    std::uint8_t liquidity = 0;
    std::uint8_t settlement = 0;
    Decimal price;
    Decimal quantity;
    Decimal fee;
    std::string_view fee_asset;
    Timestamp venue_time = Timestamp::none();
};

struct ResultBody {
    StepKind step{};
    StepStatus status{};
    Subject subject;
    std::uint8_t order_status = 0;  ///< TRADECTL_ORDER_STATUS_..., TradeExecute
    std::uint16_t reason = 0;       ///< TRADECTL_REASON_...
    Timestamp venue_time = Timestamp::none();
    Decimal filled_qty = Decimal::null();
    Decimal leaves_qty = Decimal::null();
    Decimal average_price = Decimal::null();
    bool has_fill = false;
    FillBody fill;
    Decimal position_quantity = Decimal::null();  ///< after the step, Position steps
    Decimal position_average_price = Decimal::null();
    Decimal position_realized_pnl = Decimal::null();
    std::string_view text;
    Postings postings;
    std::array<std::byte, 32> answer_sha256{};  ///< of the answer that told it, zero when none
};

struct RollbackBody {
    StepKind step{};
    Subject subject;
    std::uint16_t reason = 0;
    std::string_view text;
    Postings postings;  ///< the compensation
};

/// How an unresolved step was decided, and on what evidence.
struct ResolveBody {
    StepKind step{};
    StepStatus status{};
    Subject subject;
    std::string_view evidence;
    std::string_view approver;  ///< operator, or "host"
    std::string_view reason;
};

/// A strategy's durable value; empty deletes.
struct KvBody {
    std::string_view instance;
    std::string_view key;
    std::span<const std::byte> value;
};

enum class NoteKind : std::uint8_t {
    Denied = 1,  ///< an order that the gate refused, with all verdicts
    Decision = 2,
    SessionStart = 3,
    SessionEnd = 4,
    Config = 5,
    KeyUse = 6,
    Halt = 7,
    Resume = 8,
    Breaker = 9,
    LimitChange = 10,
    EquityMark = 11,
    AccessDenied = 12,
    OperatorAction = 13,
    VoidOperation = 14,  ///< an op id whose prepare failed: it will never be used
    Fault = 15,
    Unresolved = 16,
    Orphan = 17,     ///< an order at the venue with our id, of which the log knows nothing
    Event = 18,      ///< what a strategy heard before it ordered, canceled or decided
    Sent = 19,       ///< a request was handed to the exchange plugin
    Recovered = 20,  ///< what a start made of an operation that an earlier run left unfinished
    Triggered = 21,  ///< an exit that the host watches has hit
};

struct Number {
    std::string_view name;
    Decimal value;
};
using Numbers = ShortList<Number, 8>;

struct NoteBody {
    NoteKind kind{};
    Subject subject;
    OrderTerms terms;
    std::uint16_t reason = 0;
    std::uint64_t trigger_seq = 0;
    std::string_view text;
    Numbers numbers;
    Verdicts verdicts;
    Timestamp event_time = Timestamp::none();  ///< Event: by the venue's or the recording's clock
};

struct SealBody {
    std::uint64_t next_segment = 0;
    std::string_view reason;
};

struct RecordHeader {
    RecordType type{};
    std::uint8_t version = 1;
    std::uint16_t flags = 0;
    WalSequence sequence;
    Timestamp wall;
    std::int64_t monotonic_ns = 0;
    OpId op_id;
    TxnId txn_id;
};

/// A record as it stands in the log. `body` is decoded by the functions below.
struct Record {
    RecordHeader header;
    std::span<const std::byte> body;
};

/// Appends the encoded record (header, body, padding) to `out`. InvalidArgument when a text is
/// above 65,535 bytes, an enumeration has no value, or the record is larger than the largest batch;
/// `out` is then as before. `header.type` must fit the body.
Status encode(const RecordHeader& header, const IntentBody& body, std::vector<std::byte>& out);
Status encode(const RecordHeader& header, const ResultBody& body, std::vector<std::byte>& out);
Status encode(const RecordHeader& header, const RollbackBody& body, std::vector<std::byte>& out);
Status encode(const RecordHeader& header, const ResolveBody& body, std::vector<std::byte>& out);
Status encode(const RecordHeader& header, const KvBody& body, std::vector<std::byte>& out);
Status encode(const RecordHeader& header, const NoteBody& body, std::vector<std::byte>& out);
Status encode(const RecordHeader& header, const SealBody& body, std::vector<std::byte>& out);

/// Reads one record from the front of `bytes` and moves `bytes` behind it. Corrupt when it is not
/// whole or not valid; Unsupported when its type or version is newer than this program.
Expected<Record> decode(std::span<const std::byte>& bytes);

/// Text and bytes of a body point into the record. Corrupt when a field does not fit;
/// InvalidArgument when the record is of another type.
Expected<IntentBody> decode_intent(const Record& record);
Expected<ResultBody> decode_result(const Record& record);
Expected<RollbackBody> decode_rollback(const Record& record);
Expected<ResolveBody> decode_resolve(const Record& record);
Expected<KvBody> decode_kv(const Record& record);
Expected<NoteBody> decode_note(const Record& record);
Expected<SealBody> decode_seal(const Record& record);

}  // namespace tradectl::wal
