#include "host/recovery/operation.hpp"

#include "host/recovery/compare_parts.hpp"

#include <array>

namespace tradectl::recovery {

namespace {

constexpr std::array<std::string_view, 14> kSteps{"",
                                                  "balance_deduct",
                                                  "trade_execute",
                                                  "position_open",
                                                  "position_update",
                                                  "position_close",
                                                  "balance_add",
                                                  "order_replace",
                                                  "order_cancel",
                                                  "approve",
                                                  "redeem",
                                                  "transfer",
                                                  "settle",
                                                  "adjust"};
constexpr std::array<std::string_view, 4> kClasses{
    "unknown", "idempotent_replay", "duplicate_rejected", "query_only"};
constexpr std::array<std::string_view, 4> kFences{"none", "time", "block_height", "nonce"};

template <typename Names, typename Value>
std::string_view name_of(const Names& names, Value value) {
    const auto index = static_cast<std::size_t>(value);
    return index < names.size() ? names[index] : "unknown";
}

}  // namespace

std::string_view to_string(IdentityClass identity_class) {
    return name_of(kClasses, identity_class);
}

std::string_view to_string(FenceKind kind) {
    return name_of(kFences, kind);
}

std::string_view to_string(wal::StepKind step) {
    return name_of(kSteps, step);
}

Expected<Unfinished> unfinished_of(const ledger::UnfinishedOperation& row,
                                   const ledger::OrderRow* order) {
    const auto body = row.body();
    if (!body) return fail(body.error());
    Unfinished out;
    out.op_id = row.header.op_id;
    out.txn_id = row.header.txn_id;
    out.sequence = row.header.sequence;
    out.step = row.step;
    out.status = row.status;
    out.due = row.due;
    out.may_be_sent = row.may_be_sent;
    out.answered = row.answered;
    out.unresolved = row.unresolved;
    out.instance = body->subject.instance;
    out.venue = body->subject.venue;
    out.account = body->subject.account;
    out.instrument = body->subject.instrument;
    out.client_order_id = body->target_client_order_id.empty() ? body->subject.client_order_id
                                                               : body->target_client_order_id;
    out.venue_order_id = body->subject.venue_order_id;
    out.identity = body->identity;
    const bool known_class = body->identity_class < kClasses.size();
    out.identity_class =
        known_class ? static_cast<IdentityClass>(body->identity_class) : IdentityClass::Unknown;
    // A fence that this version does not know never passes: nobody concludes from it.
    out.fence = static_cast<FenceKind>(body->fence);
    out.fence_value = body->fence_value;
    out.intent_time = out.order_time = row.header.wall;
    out.side = body->terms.side;
    out.quantity = body->terms.quantity;
    if (order != nullptr) {
        out.order_status = order->status;
        if (!order->created.is_none()) out.order_time = order->created;
        out.filled_qty = or_zero(order->filled_qty);
        if (!order->venue_order_id.empty()) out.venue_order_id = order->venue_order_id;
    }
    return out;
}

}  // namespace tradectl::recovery
