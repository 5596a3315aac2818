// Open orders.
#include "host/recovery/compare_parts.hpp"

#include <tradectl/abi/events.h>
#include <tradectl/abi/types.h>

#include <map>
#include <utility>

namespace tradectl::recovery {

namespace {

using OrderKey = std::pair<std::string, std::string>;  // account, client order id
using ByKey = std::map<OrderKey, const OrderFact*>;

ByKey by_key(const std::vector<OrderFact>& orders) {
    ByKey out;
    for (const OrderFact& order : orders) {
        if (!order.client_order_id.empty())
            out.emplace(OrderKey{order.account, order.client_order_id}, &order);
    }
    return out;
}

bool may_trade(std::uint8_t status) {
    return status == TRADECTL_ORDER_STATUS_PENDING || status == TRADECTL_ORDER_STATUS_SENT ||
           status == TRADECTL_ORDER_STATUS_ACKNOWLEDGED ||
           status == TRADECTL_ORDER_STATUS_PARTIALLY_FILLED;
}

bool in_flight(const OrderFact& order, const Tolerances& tolerances, Timestamp now) {
    return !order.updated.is_none() && now.minus(order.updated) < tolerances.grace_ns;
}

Topic topic_of(const Case& what, const OrderFact& order) {
    return {what.ours.venue,
            order.account,
            order.instrument,
            order.client_order_id.empty() ? order.venue_order_id : order.client_order_id};
}

void add_ghost(const Case& what, const OrderFact& ours, Comparison& out) {
    const auto asked = what.theirs.by_id.find(ours.client_order_id);
    const OrderAnswer answer = asked == what.theirs.by_id.end() ? OrderAnswer{} : asked->second;
    if (answer.kind == OrderAnswer::Kind::Found && may_trade(answer.status)) {
        out.gaps.push_back(make_gap("order",
                                    topic_of(what, ours),
                                    "the venue leaves it out of its complete list of open orders, "
                                    "and says by id that it is open",
                                    what.theirs.orders_coverage));
        return;
    }
    if (answer.kind != OrderAnswer::Kind::Found && is_before_store(what, ours.created)) {
        out.gaps.push_back(make_gap("order",
                                    topic_of(what, ours),
                                    "the venue does not show it, and " + store_is_new(what),
                                    what.theirs.orders_coverage));
        return;
    }
    Finding finding = make_finding(FindingKind::GhostOrder, topic_of(what, ours));
    set_amounts(finding, ours.quantity, Decimal::null(), Decimal());
    finding.evidence = what.theirs.orders_coverage;
    switch (answer.kind) {
        case OrderAnswer::Kind::Found:
            finding.text = "open in our books; the venue says that it is closed, filled " +
                           or_zero(answer.filled).to_string();
            break;
        case OrderAnswer::Kind::Absent:
            finding.text = "open in our books; the venue does not know it";
            break;
        case OrderAnswer::Kind::Silent:
            finding.text = "open in our books; not in the venue's complete list of open orders";
            break;
    }
    out.findings.push_back(std::move(finding));
}

/// Both know it. A difference that unmatched fills explain is theirs to tell; one that a complete
/// list of fills does not explain is the venue's own contradiction.
void compare_order(const Case& what,
                   const OrderFact& ours,
                   const OrderFact& theirs,
                   Comparison& out) {
    if (in_flight(ours, what.tolerances, what.now) || in_flight(theirs, what.tolerances, what.now))
        return;
    if (!theirs.quantity.is_null() && !theirs.quantity.is_zero() &&
        theirs.quantity != ours.quantity) {
        Finding finding = make_finding(FindingKind::QuantityDiffers, topic_of(what, ours));
        set_amounts(finding, ours.quantity, theirs.quantity, Decimal());
        finding.text = "ordered quantity";
        finding.evidence = what.theirs.orders_coverage;
        out.findings.push_back(std::move(finding));
        return;
    }
    const Decimal filled = or_zero(theirs.filled);
    if (filled == or_zero(ours.filled)) return;
    const auto explained = checked_add(or_zero(ours.filled), unmatched_fills_of(what, ours));
    if (explained && *explained == filled) return;
    for (const AccountFills& fills : what.fills) {
        if (fills.account != ours.account || fills.coverage.completeness != Completeness::Complete)
            continue;
        out.gaps.push_back(make_gap("order",
                                    topic_of(what, ours),
                                    "the venue says filled " + filled.to_string() +
                                        ", and its complete list of fills says otherwise",
                                    what.theirs.orders_coverage));
        return;
    }
    Finding finding = make_finding(FindingKind::QuantityDiffers, topic_of(what, ours));
    set_amounts(finding, ours.filled, filled, Decimal());
    finding.text = "filled quantity";
    finding.evidence = what.theirs.orders_coverage;
    out.findings.push_back(std::move(finding));
}

void add_orphan(const Case& what, const OrderFact& theirs, Comparison& out) {
    if (in_flight(theirs, what.tolerances, what.now)) return;
    const auto found = what.closed.find({theirs.account, theirs.client_order_id});
    const ClosedOrder closed = found == what.closed.end() ? ClosedOrder{} : found->second;
    if (closed.known && !closed.updated.is_none() &&
        what.now.minus(closed.updated) < what.tolerances.grace_ns)
        return;
    const bool named = !theirs.instrument.empty();
    Finding finding = make_finding(
        named ? FindingKind::OrphanOrder : FindingKind::UnknownInstrument, topic_of(what, theirs));
    set_amounts(finding, Decimal::null(), theirs.quantity, Decimal());
    finding.evidence = what.theirs.orders_coverage;
    finding.client_order_id = theirs.client_order_id;
    finding.venue_order_id = theirs.venue_order_id;
    if (!named) {
        finding.text = "open at the venue, in an instrument that the config does not name";
    } else if (closed.known) {
        finding.text = "open at the venue, closed in our books";
    } else {
        finding.text = "open at the venue, never in our books";
    }
    out.findings.push_back(std::move(finding));
}

void add_unresolved(const Case& what, const OrderFact& ours, Comparison& out) {
    out.gaps.push_back(make_gap("order",
                                topic_of(what, ours),
                                "unresolved: nobody knows what became of it (tradectl wal-recover)",
                                what.theirs.orders_coverage));
}

bool is_listed_once(const Case& what, Comparison& out) {
    std::map<OrderKey, int> count;
    for (const OrderFact& order : what.theirs.orders) {
        const std::string& id =
            order.client_order_id.empty() ? order.venue_order_id : order.client_order_id;
        if (++count[{order.account, id}] < 2 || id.empty()) continue;
        out.gaps.push_back(make_gap("order",
                                    topic_of(what, order),
                                    "the venue lists it twice among its open orders",
                                    what.theirs.orders_coverage));
        return false;
    }
    return true;
}

}  // namespace

std::vector<OrderFact> orders_to_ask(const OurSide& ours,
                                     const TheirSide& theirs,
                                     const Tolerances& tolerances,
                                     Timestamp now) {
    std::vector<OrderFact> out;
    if (theirs.orders_coverage.completeness != Completeness::Complete) return out;
    const ByKey listed = by_key(theirs.orders);
    for (const OrderFact& order : ours.orders) {
        if (!may_trade(order.status) || in_flight(order, tolerances, now)) continue;
        if (listed.count({order.account, order.client_order_id}) == 0) out.push_back(order);
    }
    return out;
}

void compare_orders(const Case& what, Comparison& out) {
    const Proof proof = judge(what, "open_orders", what.theirs.orders_coverage, out);
    if (proof == Proof::Nothing) return;
    if (!is_listed_once(what, out)) return;
    const ByKey ours = by_key(what.ours.orders);
    const ByKey theirs = by_key(what.theirs.orders);
    for (const OrderFact& order : what.ours.orders) {
        if (order.instrument.empty()) continue;
        if (order.status == TRADECTL_ORDER_STATUS_UNRESOLVED) {
            add_unresolved(what, order, out);
            continue;
        }
        const auto there = theirs.find({order.account, order.client_order_id});
        if (there != theirs.end()) {
            compare_order(what, order, *there->second, out);
        } else if (proof == Proof::Both && !in_flight(order, what.tolerances, what.now)) {
            add_ghost(what, order, out);
        }
    }
    for (const OrderFact& order : what.theirs.orders) {
        if (ours.count({order.account, order.client_order_id}) == 0) add_orphan(what, order, out);
    }
}

}  // namespace tradectl::recovery
