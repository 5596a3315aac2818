// Fills: matched before, judged here.
#include "host/recovery/compare_parts.hpp"

#include <tradectl/abi/types.h>

#include <utility>

namespace tradectl::recovery {

namespace {

Topic topic_of(const Case& what, const FillFact& fill) {
    return {what.ours.venue, fill.account, fill.instrument, fill.trade_id};
}

std::string place_of(const FillFact& fill) {
    return " of order " +
           (fill.client_order_id.empty() ? fill.venue_order_id : fill.client_order_id);
}

void add_only_theirs(const Case& what,
                     const AccountFills& fills,
                     const FillFact& fill,
                     Comparison& out) {
    const bool named = !fill.instrument.empty();
    Finding finding = make_finding(
        named ? FindingKind::MissingFill : FindingKind::UnknownInstrument, topic_of(what, fill));
    set_amounts(finding, Decimal::null(), fill.quantity, Decimal());
    finding.evidence = fills.coverage;
    finding.text =
        "a fill" + place_of(fill) + " at " + fill.price.to_string() +
        (named ? " is not in our books" : " is in an instrument that the config does not name");
    out.findings.push_back(std::move(finding));
}

/// A list that calls itself complete, and lacks a fill that the venue counts in its order, lies.
bool is_counted_elsewhere(const Case& what, const FillFact& fill) {
    const auto asked = what.theirs.by_id.find(fill.client_order_id);
    if (asked == what.theirs.by_id.end() || asked->second.kind != OrderAnswer::Kind::Found)
        return false;
    return or_zero(asked->second.filled) >= fill.quantity;
}

void add_only_ours(const Case& what,
                   const AccountFills& fills,
                   const FillFact& fill,
                   Comparison& out) {
    if (is_counted_elsewhere(what, fill)) {
        out.gaps.push_back(make_gap("fills",
                                    topic_of(what, fill),
                                    "the venue leaves it out of its complete list of fills, and "
                                    "counts it in its order",
                                    fills.coverage));
        return;
    }
    Finding finding = make_finding(FindingKind::MissingFill, topic_of(what, fill));
    set_amounts(finding, fill.quantity, Decimal::null(), Decimal());
    finding.evidence = fills.coverage;
    finding.text = "a fill" + place_of(fill) + " is in our books, and not at the venue";
    out.findings.push_back(std::move(finding));
}

void add_differing(const Case& what,
                   const AccountFills& fills,
                   const FillMatcher::Pair& pair,
                   Comparison& out) {
    Finding finding = make_finding(FindingKind::QuantityDiffers, topic_of(what, pair.ours));
    set_amounts(finding, pair.ours.quantity, pair.theirs.quantity, Decimal());
    finding.evidence = fills.coverage;
    finding.text = "a fill" + place_of(pair.ours) + ": our price " + pair.ours.price.to_string() +
                   ", theirs " + pair.theirs.price.to_string();
    out.findings.push_back(std::move(finding));
}

void add_unsettled(const Case& what,
                   const AccountFills& fills,
                   const FillFact& fill,
                   Comparison& out) {
    Finding finding = make_finding(FindingKind::UnsettledTooLong, topic_of(what, fill));
    set_amounts(finding, fill.quantity, Decimal::null(), Decimal());
    finding.delta = Decimal::null();
    finding.evidence = fills.coverage;
    finding.text = "a fill" + place_of(fill) + " is not final since " + fill.booked.to_string();
    out.findings.push_back(std::move(finding));
}

Decimal signed_sum(Decimal sum, const FillFact& fill, bool add) {
    const auto next = add ? checked_add(sum, fill.quantity) : checked_sub(sum, fill.quantity);
    return next.value_or(sum);
}

}  // namespace

Decimal unmatched_fills_of(const Case& what, const OrderFact& order) {
    Decimal sum;
    for (const AccountFills& fills : what.fills) {
        if (fills.matcher == nullptr || fills.account != order.account) continue;
        for (const FillFact& fill : fills.matcher->only_theirs())
            if (fill.client_order_id == order.client_order_id) sum = signed_sum(sum, fill, true);
        for (const FillFact& fill : fills.matcher->only_ours())
            if (fill.client_order_id == order.client_order_id) sum = signed_sum(sum, fill, false);
        for (const FillMatcher::Pair& pair : fills.matcher->differing()) {
            if (pair.ours.client_order_id != order.client_order_id) continue;
            sum = signed_sum(signed_sum(sum, pair.theirs, true), pair.ours, false);
        }
    }
    return sum;
}

void compare_fills(const Case& what, Comparison& out) {
    for (const AccountFills& fills : what.fills) {
        Comparison of_account;
        const Proof proof = judge(what, "fills", fills.coverage, of_account);
        for (Gap& gap : of_account.gaps) {
            Topic topic{what.ours.venue, fills.account, {}, {}};
            out.gaps.push_back(make_gap("fills", std::move(topic), gap.why, gap.evidence));
        }
        if (fills.matcher == nullptr) continue;
        for (const FillFact& fill : fills.matcher->only_theirs())
            add_only_theirs(what, fills, fill, out);
        for (const FillMatcher::Pair& pair : fills.matcher->differing())
            add_differing(what, fills, pair, out);
        for (const FillFact& fill : fills.matcher->unsettled())
            add_unsettled(what, fills, fill, out);
        if (proof != Proof::Both) continue;
        for (const FillFact& fill : fills.matcher->only_ours())
            add_only_ours(what, fills, fill, out);
    }
}

}  // namespace tradectl::recovery
