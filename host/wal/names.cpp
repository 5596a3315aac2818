#include "host/wal/names.hpp"

#include <tradectl/abi/exchange.h>

#include <span>

namespace tradectl::wal {
namespace {

// `names` begins with the name of 1.
std::string name_of(std::uint8_t number, std::span<const char* const> names) {
    if (number == 0) return "";
    return number <= names.size() ? names[number - 1] : std::to_string(number);
}

}  // namespace

const char* to_text(RecordType type) {
    switch (type) {
        case RecordType::Intent: return "intent";
        case RecordType::Result: return "result";
        case RecordType::Rollback: return "rollback";
        case RecordType::Resolve: return "resolve";
        case RecordType::Kv: return "kv";
        case RecordType::Note: return "note";
        case RecordType::Seal: return "seal";
    }
    return "unknown";
}

const char* to_text(StepKind step) {
    switch (step) {
        case StepKind::BalanceDeduct: return "balance_deduct";
        case StepKind::TradeExecute: return "trade_execute";
        case StepKind::PositionOpen: return "position_open";
        case StepKind::PositionUpdate: return "position_update";
        case StepKind::PositionClose: return "position_close";
        case StepKind::BalanceAdd: return "balance_add";
        case StepKind::OrderReplace: return "order_replace";
        case StepKind::OrderCancel: return "order_cancel";
        case StepKind::Approve: return "approve";
        case StepKind::Redeem: return "redeem";
        case StepKind::Transfer: return "transfer";
        case StepKind::Settle: return "settle";
        case StepKind::Adjust: return "adjust";
    }
    return "unknown";
}

const char* to_text(StepStatus status) {
    switch (status) {
        case StepStatus::Pending: return "pending";
        case StepStatus::InProgress: return "in_progress";
        case StepStatus::Completed: return "completed";
        case StepStatus::Failed: return "failed";
        case StepStatus::RolledBack: return "rolled_back";
    }
    return "unknown";
}

const char* to_text(Bucket bucket) {
    switch (bucket) {
        case Bucket::Available: return "available";
        case Bucket::Held: return "held";
        case Bucket::Unsettled: return "unsettled";
        case Bucket::Trade: return "trade";
        case Bucket::Fee: return "fee";
        case Bucket::Funding: return "funding";
        case Bucket::Adjustment: return "adjustment";
    }
    return "unknown";
}

const char* to_text(NoteKind kind) {
    switch (kind) {
        case NoteKind::Denied: return "denied";
        case NoteKind::Decision: return "decision";
        case NoteKind::SessionStart: return "session_start";
        case NoteKind::SessionEnd: return "session_end";
        case NoteKind::Config: return "config";
        case NoteKind::KeyUse: return "key_use";
        case NoteKind::Halt: return "halt";
        case NoteKind::Resume: return "resume";
        case NoteKind::Breaker: return "breaker";
        case NoteKind::LimitChange: return "limit_change";
        case NoteKind::EquityMark: return "equity_mark";
        case NoteKind::AccessDenied: return "access_denied";
        case NoteKind::OperatorAction: return "operator_action";
        case NoteKind::VoidOperation: return "void_operation";
        case NoteKind::Fault: return "fault";
        case NoteKind::Unresolved: return "unresolved";
        case NoteKind::Orphan: return "orphan";
        case NoteKind::Event: return "event";
        case NoteKind::Sent: return "sent";
        case NoteKind::Recovered: return "recovered";
        case NoteKind::Triggered: return "triggered";
    }
    return "unknown";
}

std::string side_name(std::uint8_t side) {
    static constexpr const char* kNames[] = {"buy", "sell"};
    return name_of(side, kNames);
}

std::string order_type_name(std::uint8_t type) {
    static constexpr const char* kNames[] = {"limit", "market", "stop", "stop_limit"};
    return name_of(type, kNames);
}

std::string time_in_force_name(std::uint8_t time_in_force) {
    static constexpr const char* kNames[] = {"gtc", "ioc", "fok", "gtd"};
    return name_of(time_in_force, kNames);
}

std::string order_status_name(std::uint8_t status) {
    static constexpr const char* kNames[] = {"pending",
                                             "sent",
                                             "acknowledged",
                                             "partially_filled",
                                             "filled",
                                             "canceled",
                                             "rejected",
                                             "expired",
                                             "denied",
                                             "unresolved"};
    return name_of(status, kNames);
}

std::string liquidity_name(std::uint8_t liquidity) {
    static constexpr const char* kNames[] = {"maker", "taker"};
    return name_of(liquidity, kNames);
}

std::string settlement_name(std::uint8_t settlement) {
    static constexpr const char* kNames[] = {"matched", "mined", "confirmed", "retrying", "failed"};
    return name_of(settlement, kNames);
}

std::string identity_class_name(std::uint8_t identity_class) {
    static constexpr const char* kNames[] = {"idempotent", "duplicate_rejected", "query_only"};
    return name_of(identity_class, kNames);
}

std::string fence_name(std::uint8_t fence) {
    static constexpr const char* kNames[] = {"time", "block_height", "nonce"};
    return name_of(fence, kNames);
}

}  // namespace tradectl::wal
