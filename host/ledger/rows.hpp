/// What the ledger's queries return: plain rows that own their text.
#pragma once

#include "host/wal/record.hpp"

#include <tradectl/decimal.hpp>
#include <tradectl/ids.hpp>
#include <tradectl/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tradectl::ledger {

/// One order: one TradeExecute step. Quantities that nobody told yet are null.
struct OrderRow {
    OpId op_id;
    TxnId txn_id;
    std::string instance;
    std::string venue;
    std::string account;
    std::string instrument;
    OrderRef order_ref;
    std::string client_order_id;
    std::string venue_order_id;
    std::uint8_t side = 0;           ///< TRADECTL_SIDE_...
    std::uint8_t order_type = 0;     ///< TRADECTL_ORDER_...
    std::uint8_t time_in_force = 0;  ///< TRADECTL_TIF_...
    std::uint32_t order_flags = 0;
    std::uint8_t status = 0;   ///< TRADECTL_ORDER_STATUS_...
    std::uint16_t reason = 0;  ///< TRADECTL_REASON_... of the last change
    Decimal quantity;
    Decimal price;
    Decimal stop_price;
    Decimal filled_qty;
    Decimal leaves_qty;
    Decimal average_price;
    Timestamp expire_time;
    Timestamp created;     ///< of the intent
    Timestamp updated;     ///< of the last record about it
    Timestamp venue_time;  ///< as the venue said last
    std::string text;
};

struct FillRow {
    WalSequence sequence;
    OpId op_id;  ///< of the order
    TxnId txn_id;
    std::string instance;
    std::string venue;
    std::string account;
    std::string instrument;
    OrderRef order_ref;
    std::string client_order_id;
    std::string venue_order_id;
    std::string trade_id;
    std::uint8_t side = 0;
    std::uint8_t liquidity = 0;   ///< TRADECTL_LIQUIDITY_...
    std::uint8_t settlement = 0;  ///< TRADECTL_SETTLEMENT_...
    Decimal price;
    Decimal quantity;
    Decimal fee;
    std::string fee_asset;
    Timestamp time;  ///< of the record
    Timestamp venue_time;
};

/// What tells a fill from others, and what a venue may say otherwise.
struct FillKeyRow {
    WalSequence sequence;
    std::string instrument;
    std::string trade_id;
    std::string venue_order_id;
    std::string client_order_id;
    std::uint8_t side = 0;
    std::uint8_t settlement = 0;  ///< TRADECTL_SETTLEMENT_...
    Decimal price;
    Decimal quantity;
    Timestamp time;  ///< of the record
    Timestamp venue_time;
};

/// One strategy's position. Closed ones stay, with quantity zero.
struct PositionRow {
    std::string instance;
    std::string venue;
    std::string account;
    std::string instrument;
    Decimal quantity;  ///< negative when short
    Decimal average_price;
    Decimal realized_pnl;
    Timestamp opened;
    Timestamp updated;
};

struct BalanceRow {
    std::string venue;
    std::string account;
    std::string asset;
    wal::Bucket bucket{};
    Decimal amount;  ///< the sum of this bucket's postings
};

struct NamedNumber {
    std::string name;
    Decimal value;
};

/// An equity mark as the engine wrote it.
struct EquityRow {
    WalSequence sequence;
    Timestamp time;
    std::string instance;
    std::string venue;
    std::string account;
    std::vector<NamedNumber> numbers;
};

/// An order that the risk gate refused.
struct DeniedRow {
    WalSequence sequence;
    Timestamp time;
    std::string instance;
    std::string venue;
    std::string account;
    std::string instrument;
    OrderRef order_ref;
    std::uint8_t side = 0;
    std::uint8_t order_type = 0;
    Decimal quantity;
    Decimal price;
    std::uint16_t reason = 0;
    std::uint64_t trigger_seq = 0;
    std::string text;
    std::vector<wal::Verdict> verdicts;
};

struct NoteRow {
    WalSequence sequence;
    Timestamp time;
    OpId op_id;
    wal::NoteKind kind{};
    std::string instance;
    std::string venue;
    std::string account;
    std::string instrument;
    OrderRef order_ref;
    std::uint16_t reason = 0;
    std::string text;
    std::vector<NamedNumber> numbers;
};

struct KvRow {
    std::string key;
    std::vector<std::byte> value;
};

/// What an operation still needs.
enum class Due : std::uint8_t {
    Resolve = 1,     ///< no terminal result: at the venue perhaps, or never sent
    Compensate = 2,  ///< failed, and what its intent booked is not undone
};

/// A step whose intent has no end yet. `intent` holds the whole intent: subject, terms, identity,
/// fence, rebuild inputs, before-values, compensation.
struct UnfinishedOperation {
    wal::RecordHeader header;  ///< of the INTENT
    wal::StepKind step{};
    wal::StepStatus status{};
    Due due{};
    bool may_be_sent = false;
    bool answered = false;    ///< a RESULT came: the venue knows it
    bool unresolved = false;  ///< a NOTE or RESULT said that nobody can tell
    std::vector<std::byte> intent;

    /// The intent's body; views into `intent`.
    [[nodiscard]] Expected<wal::IntentBody> body() const {
        return wal::decode_intent(wal::Record{header, intent});
    }
};

struct InstanceRow {
    std::string instance;
    OrderRef order_ref_max;
};

}  // namespace tradectl::ledger
