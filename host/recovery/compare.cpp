#include "host/recovery/compare.hpp"

#include "host/recovery/compare_parts.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace tradectl::recovery {

void set_amounts(Finding& finding, Decimal ours, Decimal theirs, Decimal tolerance) {
    finding.ours = ours;
    finding.theirs = theirs;
    finding.delta = checked_sub(or_zero(theirs), or_zero(ours)).value_or(Decimal::null());
    finding.tolerance = tolerance;
}

Proof judge(const Case& what,
            const std::string& listing,
            const Coverage& coverage,
            Comparison& out) {
    const bool is_old =
        !coverage.as_of.is_none() && what.now.minus(coverage.as_of) > what.tolerances.age_ns_max;
    std::string why;
    if (is_old) {
        why = "the answer is of " + coverage.as_of.to_string() + ", older than reconcile.age_max";
    } else if (coverage.completeness == Completeness::Complete) {
        return Proof::Both;
    } else {
        why = coverage.problem.empty()
                  ? "the answer is not complete: " + std::string(to_string(coverage.completeness))
                  : coverage.problem;
    }
    Topic topic;
    topic.venue = what.ours.venue;
    out.gaps.push_back(make_gap(listing, std::move(topic), std::move(why), coverage));
    const bool nothing = is_old || coverage.completeness == Completeness::Silent;
    return nothing ? Proof::Nothing : Proof::Presence;
}

bool is_before_store(const Case& what, Timestamp ours) {
    const Timestamp since = what.theirs.knows_since;
    return !since.is_none() && !ours.is_none() && ours < since;
}

std::string store_is_new(const Case& what) {
    return "its own store is new (made " + what.theirs.knows_since.to_string() + ")";
}

namespace {

/// Where something that is compared is older than the store that answers.
void tell_new_store(const Case& what, Comparison& out) {
    bool is_older =
        std::any_of(what.ours.orders.begin(), what.ours.orders.end(), [&](const OrderFact& order) {
            return is_before_store(what, order.created);
        });
    for (const AccountFills& fills : what.fills) {
        if (fills.matcher == nullptr) continue;
        for (const FillFact& fill : fills.matcher->only_ours())
            is_older = is_older || is_before_store(what, fill.booked);
    }
    if (!is_older) return;
    Topic topic;
    topic.venue = what.ours.venue;
    out.gaps.push_back(
        make_gap("store",
                 std::move(topic),
                 store_is_new(what) + ": what it does not show of before may have been",
                 {}));
}

}  // namespace

Comparison compare(const Case& what) {
    Comparison out;
    tell_new_store(what, out);
    compare_fills(what, out);
    compare_orders(what, out);
    compare_positions(what, out);
    compare_balances(what, out);
    const auto place = [](const Topic& topic) {
        return std::tie(topic.venue, topic.account, topic.instrument, topic.key);
    };
    std::stable_sort(
        out.findings.begin(), out.findings.end(), [&](const Finding& a, const Finding& b) {
            if (a.kind != b.kind) return a.kind < b.kind;
            return place(a.topic) < place(b.topic);
        });
    return out;
}

}  // namespace tradectl::recovery
