#include "host/audit/entry_words.hpp"

#include <tradectl/abi/commands.h>
#include <tradectl/abi/exchange.h>
#include <tradectl/abi/types.h>

namespace tradectl::audit {
namespace {

/// A cancel is ours unless the venue gave a reason of its own.
bool is_ours(std::uint16_t reason) {
    return reason == TRADECTL_REASON_NONE || reason == TRADECTL_REASON_CANCELED_BY_STRATEGY ||
           reason == TRADECTL_REASON_CANCELED_BY_OPERATOR ||
           reason == TRADECTL_REASON_CANCELED_ON_SHUTDOWN;
}

std::string_view order_event(const wal::ResultBody& body) {
    switch (body.order_status) {
        case TRADECTL_ORDER_STATUS_PENDING:
        case TRADECTL_ORDER_STATUS_SENT: return "SENT";
        case TRADECTL_ORDER_STATUS_ACKNOWLEDGED: return "NEWO";
        case TRADECTL_ORDER_STATUS_PARTIALLY_FILLED: return "PARF";
        case TRADECTL_ORDER_STATUS_FILLED: return "FILL";
        case TRADECTL_ORDER_STATUS_CANCELED: return is_ours(body.reason) ? "CAME" : "CAMO";
        case TRADECTL_ORDER_STATUS_REJECTED: return "REMO";
        case TRADECTL_ORDER_STATUS_EXPIRED: return "EXPI";
        case TRADECTL_ORDER_STATUS_DENIED: return "DENIED";
        case TRADECTL_ORDER_STATUS_UNRESOLVED: return "AMBIGUOUS";
        default: return "RESULT";
    }
}

}  // namespace

std::string_view word_of(wal::StepKind step) {
    switch (step) {
        case wal::StepKind::BalanceDeduct: return "balance_deduct";
        case wal::StepKind::TradeExecute: return "trade_execute";
        case wal::StepKind::PositionOpen: return "position_open";
        case wal::StepKind::PositionUpdate: return "position_update";
        case wal::StepKind::PositionClose: return "position_close";
        case wal::StepKind::BalanceAdd: return "balance_add";
        case wal::StepKind::OrderReplace: return "order_replace";
        case wal::StepKind::OrderCancel: return "order_cancel";
        case wal::StepKind::Approve: return "approve";
        case wal::StepKind::Redeem: return "redeem";
        case wal::StepKind::Transfer: return "transfer";
        case wal::StepKind::Settle: return "settle";
        case wal::StepKind::Adjust: return "adjust";
    }
    return "unknown";
}

std::string_view word_of(wal::StepStatus status) {
    switch (status) {
        case wal::StepStatus::Pending: return "pending";
        case wal::StepStatus::InProgress: return "in_progress";
        case wal::StepStatus::Completed: return "completed";
        case wal::StepStatus::Failed: return "failed";
        case wal::StepStatus::RolledBack: return "rolled_back";
    }
    return "unknown";
}

std::string_view word_of(wal::Bucket bucket) {
    switch (bucket) {
        case wal::Bucket::Available: return "available";
        case wal::Bucket::Held: return "held";
        case wal::Bucket::Unsettled: return "unsettled";
        case wal::Bucket::Trade: return "trade";
        case wal::Bucket::Fee: return "fee";
        case wal::Bucket::Funding: return "funding";
        case wal::Bucket::Adjustment: return "adjustment";
    }
    return "unknown";
}

std::string_view order_status_word(std::uint32_t status) {
    switch (status) {
        case TRADECTL_ORDER_STATUS_PENDING: return "pending";
        case TRADECTL_ORDER_STATUS_SENT: return "sent";
        case TRADECTL_ORDER_STATUS_ACKNOWLEDGED: return "acknowledged";
        case TRADECTL_ORDER_STATUS_PARTIALLY_FILLED: return "partially_filled";
        case TRADECTL_ORDER_STATUS_FILLED: return "filled";
        case TRADECTL_ORDER_STATUS_CANCELED: return "canceled";
        case TRADECTL_ORDER_STATUS_REJECTED: return "rejected";
        case TRADECTL_ORDER_STATUS_EXPIRED: return "expired";
        case TRADECTL_ORDER_STATUS_DENIED: return "denied";
        case TRADECTL_ORDER_STATUS_UNRESOLVED: return "unresolved";
        default: return "unknown";
    }
}

std::string_view settlement_word(std::uint32_t settlement) {
    switch (settlement) {
        case TRADECTL_SETTLEMENT_MATCHED: return "matched";
        case TRADECTL_SETTLEMENT_MINED: return "mined";
        case TRADECTL_SETTLEMENT_CONFIRMED: return "confirmed";
        case TRADECTL_SETTLEMENT_RETRYING: return "retrying";
        case TRADECTL_SETTLEMENT_FAILED: return "failed";
        default: return "";
    }
}

std::string_view identity_class_word(std::uint32_t identity_class) {
    switch (identity_class) {
        case TRADECTL_CLASS_A_IDEMPOTENT: return "idempotent";
        case TRADECTL_CLASS_B_DUPLICATE_REJECTED: return "duplicate_rejected";
        case TRADECTL_CLASS_C_QUERY_ONLY: return "query_only";
        default: return "";
    }
}

std::string_view fence_word(std::uint32_t fence) {
    switch (fence) {
        case TRADECTL_FENCE_TIME: return "time";
        case TRADECTL_FENCE_BLOCK_HEIGHT: return "block_height";
        case TRADECTL_FENCE_NONCE: return "nonce";
        default: return "";
    }
}

std::string_view event_of(const wal::ResultBody& body) {
    switch (body.step) {
        case wal::StepKind::TradeExecute: return order_event(body);
        case wal::StepKind::OrderReplace:
            return body.status == wal::StepStatus::Completed ? "REME" : "RESULT";
        case wal::StepKind::PositionOpen: return "POSOPEN";
        case wal::StepKind::PositionUpdate: return "POSCHG";
        case wal::StepKind::PositionClose: return "POSCLOSE";
        case wal::StepKind::Settle: return "SETTLE";
        case wal::StepKind::Adjust: return "ADJUST";
        default: return "RESULT";
    }
}

std::string_view event_of(wal::NoteKind kind) {
    switch (kind) {
        case wal::NoteKind::Denied: return "DENIED";
        case wal::NoteKind::Decision: return "DECISION";
        case wal::NoteKind::SessionStart: return "START";
        case wal::NoteKind::SessionEnd: return "END";
        case wal::NoteKind::Config: return "CONFIG";
        case wal::NoteKind::KeyUse: return "KEYUSE";
        case wal::NoteKind::Halt: return "HALT";
        case wal::NoteKind::Resume: return "RESUME";
        case wal::NoteKind::Breaker: return "BREAKER";
        case wal::NoteKind::LimitChange: return "LIMITCHG";
        case wal::NoteKind::EquityMark: return "EQUITY";
        case wal::NoteKind::AccessDenied: return "ACCESS";
        case wal::NoteKind::OperatorAction: return "OPERATOR";
        case wal::NoteKind::VoidOperation: return "VOID";
        case wal::NoteKind::Fault: return "FAULT";
        case wal::NoteKind::Unresolved: return "AMBIGUOUS";
    }
    return "NOTE";
}

}  // namespace tradectl::audit
