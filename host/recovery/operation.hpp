/// What is unfinished: an operation whose intent has no end yet, with what a decision needs.
#pragma once

#include "host/ledger/rows.hpp"

#include <tradectl/decimal.hpp>
#include <tradectl/expected.hpp>
#include <tradectl/ids.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace tradectl::recovery {

/// What may be done after an ambiguous submit, as the exchange plugin said in `prepare`. An unknown
/// class counts as QueryOnly.
enum class IdentityClass : std::uint8_t {
    Unknown = 0,
    IdempotentReplay = 1,   ///< A: the identical bytes may be sent again, by a live session alone
    DuplicateRejected = 2,  ///< B: a duplicate is refused, and so proves that the first one exists
    QueryOnly = 3,          ///< C: never sent again
};
/// "idempotent_replay", "duplicate_rejected", "query_only", "unknown".
[[nodiscard]] std::string_view to_string(IdentityClass identity_class);

/// After what a request can no longer execute.
enum class FenceKind : std::uint8_t {
    None = 0,
    Time = 1,         ///< venue time, ns
    BlockHeight = 2,  ///< height of the chain
    Nonce = 3,        ///< nonce of the sender
};
/// "none", "time", "block_height", "nonce".
[[nodiscard]] std::string_view to_string(FenceKind kind);

/// "balance_deduct", "trade_execute", ... as tradectl-wal(5) writes them.
[[nodiscard]] std::string_view to_string(wal::StepKind step);

/// One unfinished operation: facts of its intent, and how far the log knows it came.
struct Unfinished {
    OpId op_id;
    TxnId txn_id;
    WalSequence sequence;  ///< of the INTENT
    wal::StepKind step{};
    wal::StepStatus status{};
    ledger::Due due{};
    bool may_be_sent = false;
    bool answered = false;    ///< a RESULT came: the venue knows it
    bool unresolved = false;  ///< somebody looked before, and could not tell
    std::string instance;
    std::string venue;
    std::string account;
    std::string instrument;
    std::string client_order_id;  ///< of a cancel: its target's
    std::string venue_order_id;   ///< empty: never told
    std::string identity;
    IdentityClass identity_class = IdentityClass::Unknown;
    FenceKind fence = FenceKind::None;
    std::int64_t fence_value = 0;
    Timestamp intent_time;          ///< by our clock
    Timestamp order_time;           ///< of its order's intent: earlier than a cancel's own
    std::uint8_t side = 0;          ///< TRADECTL_SIDE_...
    std::uint8_t order_status = 0;  ///< TRADECTL_ORDER_STATUS_... in the books; 0: no order
    Decimal quantity;               ///< ordered; null for what is not an order
    Decimal filled_qty;             ///< booked so far
};

/// The facts of a row of `ledger::Reader::unfinished_operations`; `order` is its order's row, or
/// null when it has none. Corrupt when the intent cannot be read.
Expected<Unfinished> unfinished_of(const ledger::UnfinishedOperation& row,
                                   const ledger::OrderRow* order);

}  // namespace tradectl::recovery
