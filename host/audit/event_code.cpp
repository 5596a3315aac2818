#include "host/audit/event_code.hpp"

#include <tradectl/abi/commands.h>
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
        case wal::NoteKind::Orphan: return "ORPHAN";
        case wal::NoteKind::Event: return "EVENT";
        case wal::NoteKind::Sent: return "SENT";
        case wal::NoteKind::Recovered: return "RECOVER";
        case wal::NoteKind::Triggered: return "TRIG";
    }
    return "NOTE";
}

}  // namespace tradectl::audit
