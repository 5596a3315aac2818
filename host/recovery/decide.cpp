#include "host/recovery/decide.hpp"

#include "host/base/mutant.hpp"

#include <tradectl/abi/types.h>

#include <array>
#include <utility>

namespace tradectl::recovery {

namespace {

constexpr std::array<std::string_view, 5> kOutcomes{
    "completed", "open", "failed", "rolled_back", "unresolved"};

constexpr const char* kAskOperator = "an operator's decision: wal-recover --resolve";

bool is_closed(std::uint8_t order_status) {
    switch (order_status) {
        case TRADECTL_ORDER_STATUS_FILLED:
        case TRADECTL_ORDER_STATUS_CANCELED:
        case TRADECTL_ORDER_STATUS_REJECTED:
        case TRADECTL_ORDER_STATUS_EXPIRED:
        case TRADECTL_ORDER_STATUS_DENIED: return true;
        default: return false;
    }
}

Verdict unresolved(std::string why, std::string needs, Timestamp ask_again = Timestamp::none()) {
    return {.outcome = Outcome::Unresolved,
            .why = std::move(why),
            .needs = std::move(needs),
            .ask_again = ask_again};
}

Verdict decided(Outcome outcome, std::string why) {
    Verdict verdict;
    verdict.outcome = outcome;
    verdict.why = std::move(why);
    return verdict;
}

/// The latest time that the venue told in any look; none when it told none.
Timestamp last_time(const Evidence& evidence) {
    Timestamp last = Timestamp::none();
    for (const Look& look : evidence.looks) {
        if (!look.venue_time.is_none() && (last.is_none() || look.venue_time > last))
            last = look.venue_time;
    }
    return last;
}

Timestamp soon_after(const Evidence& evidence) {
    const Timestamp last = last_time(evidence);
    return last.is_none() ? last : last.plus_ns(kLooksApartNs);
}

std::string with_problem(std::string text, const Evidence& evidence) {
    if (!evidence.problem.empty()) text += ": " + evidence.problem;
    return text;
}

// ---- What the venue shows ----

/// Nothing when the order is the one that the intent asked for.
std::optional<std::string> check_terms(const Unfinished& operation, const VenueOrder& order) {
    if (!order.client_order_id.empty() && order.client_order_id != operation.client_order_id)
        return "the venue answers with another order, " + order.client_order_id;
    const bool other_side = order.side != 0 && operation.side != 0 && order.side != operation.side;
    const bool other_quantity = !order.order_qty.is_null() && !operation.quantity.is_null() &&
                                order.order_qty != operation.quantity;
    if ((other_side || other_quantity) && !mutant("recovery.terms"))
        return "the venue shows an order of this id with other terms: the id was used again";
    return std::nullopt;
}

/// Nothing when the fills that we know explain what the venue says was filled.
std::optional<std::string> check_fills(const Unfinished& operation,
                                       const VenueOrder& order,
                                       const Evidence& evidence) {
    if (order.filled_qty > operation.quantity)
        return "the venue says filled " + order.filled_qty.to_string() + " of " +
               operation.quantity.to_string();
    if (order.filled_qty < operation.filled_qty)
        return "the venue says filled " + order.filled_qty.to_string() + ", but " +
               operation.filled_qty.to_string() + " is booked";
    if (order.filled_qty == operation.filled_qty || mutant("recovery.fills_agree"))
        return std::nullopt;
    if (evidence.fills.answer != Listing::Answer::Listed || order.filled_qty != evidence.fills_qty)
        return "the venue says filled " + order.filled_qty.to_string() + ", its fills sum to " +
               evidence.fills_qty.to_string();
    return std::nullopt;
}

Verdict decide_found(const Unfinished& operation, const Evidence& evidence) {
    const VenueOrder& order = *evidence.order;
    if (auto wrong = check_terms(operation, order)) return unresolved(*wrong, kAskOperator);
    if (auto wrong = check_fills(operation, order, evidence)) {
        return unresolved(*wrong, "fills and order that agree, read again", soon_after(evidence));
    }
    switch (order.status) {
        case TRADECTL_ORDER_STATUS_FILLED:
            if (order.filled_qty != operation.quantity) break;
            return decided(Outcome::Completed, "filled at the venue");
        case TRADECTL_ORDER_STATUS_CANCELED:
            return decided(Outcome::Completed, "canceled at the venue");
        case TRADECTL_ORDER_STATUS_EXPIRED:
            return decided(Outcome::Completed, "expired at the venue");
        case TRADECTL_ORDER_STATUS_REJECTED:
            if (!order.filled_qty.is_zero()) break;
            return decided(Outcome::Failed, "rejected by the venue");
        case TRADECTL_ORDER_STATUS_ACKNOWLEDGED:
        case TRADECTL_ORDER_STATUS_PARTIALLY_FILLED:
            return decided(Outcome::Open, "open at the venue");
        default: break;
    }
    return unresolved("the venue's status " + std::to_string(order.status) +
                          " does not go with filled " + order.filled_qty.to_string(),
                      kAskOperator);
}

// ---- What the venue does not show ----

/// The moment by venue time after which absence counts; for fences that are not times, from the
/// first look on.
struct Fence {
    Timestamp passes = Timestamp::none();
    bool by_policy = false;
};

/// The fence, or why there is none.
Expected<Fence> fence_of(const Unfinished& operation,
                         const Evidence& evidence,
                         const Policy& policy) {
    switch (operation.fence) {
        case FenceKind::Time: return Fence{.passes = Timestamp{operation.fence_value}};
        case FenceKind::None:
            if (policy.never_arrived_after_ns) {
                return Fence{
                    .passes = operation.intent_time.plus_ns(*policy.never_arrived_after_ns),
                    .by_policy = true};
            }
            return fail(ErrorCode::Unresolved, "this venue's requests have no fence");
        case FenceKind::BlockHeight:
        case FenceKind::Nonce:
            if (evidence.fence_reading && *evidence.fence_reading > operation.fence_value)
                return Fence{};
            return fail(ErrorCode::Unresolved,
                        "the fence (" + std::string(to_string(operation.fence)) + " " +
                            std::to_string(operation.fence_value) + ") has not passed");
    }
    return fail(ErrorCode::Unresolved, "a fence that this version does not know");
}

bool is_behind(const Fence& fence, Timestamp venue_time) {
    if (venue_time.is_none()) return false;
    return fence.passes.is_none() || venue_time > fence.passes || mutant("recovery.fence");
}

/// Nothing when all that the venue tells agrees that an order which was there is at its end.
std::optional<Verdict> check_ended(const Unfinished& operation, const Evidence& evidence) {
    Timestamp first = Timestamp::none();
    Timestamp last = Timestamp::none();
    for (const Look& look : evidence.looks) {
        if (look.answer != Look::Answer::Absent || look.venue_time.is_none()) continue;
        if (first.is_none() || look.venue_time < first) first = look.venue_time;
        if (last.is_none() || look.venue_time > last) last = look.venue_time;
    }
    const auto missing = [&](const std::string& needs) {
        return unresolved(
            with_problem("the venue acknowledged it, and does not show it now", evidence),
            needs,
            first.is_none() ? soon_after(evidence) : first.plus_ns(kEndedApartNs));
    };
    const auto is_late = [first](Timestamp time) {
        return !time.is_none() && time.minus(first) >= kEndedApartNs;
    };
    if (first.is_none()) return missing("an answer of the venue that is complete");
    if (!is_late(last)) return missing("a second look, 4 s later");
    const bool not_open = evidence.open_orders.answer == Listing::Answer::Absent &&
                          is_late(evidence.open_orders.venue_time);
    if (!not_open && !mutant("recovery.ended_orders"))
        return missing("a complete list of open orders without it");
    const bool same_fills = evidence.fills_whole && is_late(evidence.fills.venue_time) &&
                            evidence.fills_qty == operation.filled_qty;
    if (!same_fills && !mutant("recovery.ended_fills"))
        return missing("a complete list of fills that sum to what is booked");
    return std::nullopt;
}

/// Nothing when two looks behind the fence agree that it is not there.
std::optional<Verdict> check_looks(const Fence& fence, const Evidence& evidence) {
    Timestamp first = Timestamp::none();
    Timestamp last = Timestamp::none();
    for (const Look& look : evidence.looks) {
        if (look.answer != Look::Answer::Absent || !is_behind(fence, look.venue_time)) continue;
        if (first.is_none() || look.venue_time < first) first = look.venue_time;
        if (last.is_none() || look.venue_time > last) last = look.venue_time;
    }
    const std::int64_t apart_ns = mutant("recovery.second_look") ? 0 : kLooksApartNs;
    if (!first.is_none() && last.minus(first) >= apart_ns) return std::nullopt;
    if (!first.is_none()) {
        return unresolved("not found once behind its fence",
                          "a second look, 2 s later",
                          first.plus_ns(kLooksApartNs));
    }
    const Timestamp told = last_time(evidence);
    if (told.is_none()) {
        return unresolved(
            with_problem("the venue does not tell what became of it", evidence),
            "an answer of the venue that is complete and says up to what time it holds");
    }
    if (is_behind(fence, told)) {
        return unresolved(with_problem("the venue cannot say whether it has it", evidence),
                          "an answer of the venue that is complete",
                          told.plus_ns(kLooksApartNs));
    }
    return unresolved("it may still arrive: its fence is " + fence.passes.to_string() +
                          ", the venue's clock says " + told.to_string(),
                      "a look behind the fence",
                      fence.passes.plus_ns(1));
}

std::optional<Verdict> check_listing(const Fence& fence,
                                     const Listing& listing,
                                     const std::string& name,
                                     const Evidence& evidence) {
    const std::string needs = "a complete list of " + name + ", read behind the fence";
    switch (listing.answer) {
        case Listing::Answer::Absent:
            if (is_behind(fence, listing.venue_time)) return std::nullopt;
            return unresolved(
                "the list of " + name + " is older than the fence", needs, soon_after(evidence));
        case Listing::Answer::Listed:
            return unresolved("not found by its id, but among the venue's " + name,
                              "sources of the venue that agree",
                              soon_after(evidence));
        default:
            return unresolved(with_problem("the venue's " + name + " are not complete", evidence),
                              needs,
                              soon_after(evidence));
    }
}

Verdict decide_absent(const Unfinished& operation, const Evidence& evidence, const Policy& policy) {
    const bool was_there = operation.filled_qty.is_positive() ||
                           !operation.venue_order_id.empty() ||
                           operation.order_status == TRADECTL_ORDER_STATUS_ACKNOWLEDGED ||
                           operation.order_status == TRADECTL_ORDER_STATUS_PARTIALLY_FILLED;
    for (const Look& look : evidence.looks) {
        if (look.answer == Look::Answer::Found && !mutant("recovery.shown_before"))
            return unresolved("the venue showed it, and then did not know it",
                              "sources of the venue that agree",
                              soon_after(evidence));
    }
    const bool is_older = !evidence.knows_since.is_none() &&
                          operation.order_time < evidence.knows_since &&
                          !mutant("recovery.new_store");
    if (is_older) {
        return unresolved("the exchange does not know it, and its own store is new (made " +
                              evidence.knows_since.to_string() + ")",
                          kAskOperator);
    }
    if (was_there && !mutant("recovery.was_there")) {
        if (auto open = check_ended(operation, evidence)) return *open;
        return decided(Outcome::Completed,
                       "ended at the venue: it was there, is not open any more, and its fills are "
                       "those that are booked");
    }
    const auto fence = fence_of(operation, evidence, policy);
    if (!fence) return unresolved(with_problem(fence.error().message, evidence), kAskOperator);
    if (auto open = check_looks(*fence, evidence)) return *open;
    auto open = check_listing(*fence, evidence.open_orders, "open orders", evidence);
    if (open && !mutant("recovery.open_orders")) return *open;
    open = check_listing(*fence, evidence.fills, "fills", evidence);
    if (open && !mutant("recovery.fills")) return *open;
    Verdict verdict = decided(Outcome::RolledBack,
                              "never arrived: behind its fence the venue has no such order, "
                              "neither open nor filled");
    if (fence->by_policy) {
        verdict.approver = "policy";
        verdict.why += "; the fence is the config's never_arrived_after";
    }
    return verdict;
}

Verdict decide_order(const Unfinished& operation, const Evidence& evidence, const Policy& policy) {
    Look::Answer last = Look::Answer::Silent;
    for (const Look& look : evidence.looks) {
        if (look.answer != Look::Answer::Silent) last = look.answer;
    }
    if (evidence.order && last == Look::Answer::Found) return decide_found(operation, evidence);
    return decide_absent(operation, evidence, policy);
}

/// A cancel is at its end when its order is; the order itself is watched whatever comes out here.
Verdict decide_cancel(const Unfinished& operation, const Evidence& evidence, const Policy& policy) {
    if (is_closed(operation.order_status))
        return decided(Outcome::Completed, "its order is closed");
    if (!evidence.order) {
        // Looked for like the order itself: what never arrived needs no cancel.
        Verdict absent = decide_absent(operation, evidence, policy);
        if (absent.outcome != Outcome::RolledBack) return absent;
        absent.outcome = Outcome::Completed;
        absent.why = "its order " + absent.why;
        return absent;
    }
    if (is_closed(evidence.order->status))
        return decided(Outcome::Completed, "its order is closed at the venue");
    const Timestamp told = last_time(evidence);
    const Timestamp fence{operation.fence_value};
    const bool fenced = operation.fence == FenceKind::Time && !mutant("recovery.cancel_fence");
    if (fenced && (told.is_none() || told <= fence)) {
        return unresolved("it may still arrive: its fence is " + fence.to_string(),
                          "a look behind the fence",
                          fence.plus_ns(1));
    }
    return decided(Outcome::Failed, "its order is still open");
}

/// Its chain decides for good: done, reverted, or another took its nonce.
Verdict decide_transaction(const Evidence& evidence) {
    if (evidence.order) {
        if (evidence.order->status == TRADECTL_ORDER_STATUS_FILLED)
            return decided(Outcome::Completed, "done on the chain");
        if (evidence.order->status == TRADECTL_ORDER_STATUS_REJECTED)
            return decided(Outcome::Failed, "reverted on the chain");
    }
    if (auto open = check_looks(Fence{}, evidence)) return *open;
    return decided(Outcome::RolledBack, "never done: another transaction took its nonce");
}

}  // namespace

std::string_view to_string(Outcome outcome) {
    return kOutcomes[static_cast<std::size_t>(outcome)];
}

bool needs_venue(const Unfinished& operation) {
    if (operation.due == ledger::Due::Compensate) return false;
    if (!operation.may_be_sent && !operation.answered) return false;
    if (operation.step == wal::StepKind::OrderCancel) return !is_closed(operation.order_status);
    return operation.step == wal::StepKind::TradeExecute || is_transaction(operation);
}

bool is_transaction(const Unfinished& operation) {
    return operation.step == wal::StepKind::Redeem || operation.step == wal::StepKind::Approve;
}

Verdict decide(const Unfinished& operation, const Evidence& evidence, const Policy& policy) {
    if (operation.due == ledger::Due::Compensate && !mutant("recovery.compensate"))
        return decided(Outcome::Failed, "failed before: what its intent booked is taken back");
    if (!operation.may_be_sent && !operation.answered && !mutant("recovery.never_sent"))
        return decided(Outcome::RolledBack, "never sent: its intent was not released");
    if (operation.step == wal::StepKind::TradeExecute)
        return decide_order(operation, evidence, policy);
    if (operation.step == wal::StepKind::OrderCancel)
        return decide_cancel(operation, evidence, policy);
    if (is_transaction(operation)) return decide_transaction(evidence);
    return unresolved(
        "this version cannot ask a venue about " + std::string(to_string(operation.step)),
        kAskOperator);
}

}  // namespace tradectl::recovery
