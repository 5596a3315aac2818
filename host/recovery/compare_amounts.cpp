// Positions and balances.
#include "host/recovery/compare_parts.hpp"

#include <tradectl/abi/types.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace tradectl::recovery {

namespace {

using Place = std::pair<std::string, std::string>;  // account, instrument or asset

bool within(Decimal delta, Decimal tolerance) {
    const auto size = checked_abs(delta);
    return size && *size <= tolerance;
}

Topic topic_of(const Case& what, const PositionFact& position) {
    return {what.ours.venue, position.account, position.instrument, {}};
}

/// Positions of the venue; nothing when it contradicts itself.
std::optional<std::map<Place, PositionFact>> their_positions(const Case& what, Comparison& out) {
    std::map<Place, PositionFact> there;
    for (const PositionFact& position : what.theirs.positions) {
        const auto [at, fresh] =
            there.emplace(Place{position.account, position.instrument}, position);
        const bool same = fresh || (at->second.quantity == position.quantity);
        if (same && !position.quantity.is_null()) continue;
        if (position.instrument.empty()) continue;  // several unknown ones look alike
        out.gaps.push_back(make_gap("positions",
                                    topic_of(what, position),
                                    "the venue tells two quantities of it, or none",
                                    what.theirs.positions_coverage));
        return std::nullopt;
    }
    return there;
}

/// A holding whose asset is among the balances is compared there, once.
bool is_a_balance(const Case& what, const PositionFact& position) {
    if (position.asset.empty()) return false;
    if (what.theirs.balances_coverage.completeness == Completeness::Complete &&
        what.ours.accounts.count(position.account) == 0)
        return true;  // nothing of the account is booked yet
    return std::any_of(
        what.theirs.balances.begin(), what.theirs.balances.end(), [&](const BalanceFact& balance) {
            return balance.account == position.account && balance.asset == position.asset;
        });
}

/// A holding may stand among balances that were not told, or not all of them: it is not gone then.
bool may_be_a_balance(const Case& what, const PositionFact& position) {
    return !position.asset.empty() &&
           what.theirs.balances_coverage.completeness != Completeness::Complete;
}

void compare_price(const Case& what,
                   const PositionFact& ours,
                   const PositionFact& theirs,
                   Comparison& out) {
    if (ours.average_price.is_null() || theirs.average_price.is_null()) return;
    const auto delta = checked_sub(theirs.average_price, ours.average_price);
    const auto size = checked_abs(ours.average_price);
    const auto limit =
        size ? checked_mul(*size, what.tolerances.average_price, Rounding::HalfEven) : std::nullopt;
    if (delta && limit && within(*delta, *limit)) return;
    Finding finding = make_finding(FindingKind::AveragePriceDiffers, topic_of(what, ours));
    set_amounts(finding, ours.average_price, theirs.average_price, limit.value_or(Decimal()));
    finding.evidence = what.theirs.positions_coverage;
    finding.text = "average price of the position";
    out.findings.push_back(std::move(finding));
}

void compare_position(const Case& what,
                      const PositionFact& ours,
                      const PositionFact& theirs,
                      Comparison& out) {
    const auto delta = checked_sub(theirs.quantity, ours.quantity);
    if (delta && within(*delta, what.tolerances.quantity)) {
        if (!ours.quantity.is_zero() && ours.asset.empty()) compare_price(what, ours, theirs, out);
        return;
    }
    FindingKind kind = FindingKind::QuantityDiffers;
    if (ours.quantity.is_zero()) kind = FindingKind::OrphanPosition;
    if (theirs.quantity.is_zero()) kind = FindingKind::GhostPosition;
    Finding finding = make_finding(kind, topic_of(what, ours));
    set_amounts(finding, ours.quantity, theirs.quantity, what.tolerances.quantity);
    finding.evidence = what.theirs.positions_coverage;
    finding.text = kind == FindingKind::OrphanPosition  ? "flat in our books"
                   : kind == FindingKind::GhostPosition ? "flat at the venue"
                                                        : "quantity of the position";
    out.findings.push_back(std::move(finding));
}

void add_unknown_positions(const Case& what, Comparison& out) {
    for (const PositionFact& position : what.theirs.positions) {
        if (!position.instrument.empty() || or_zero(position.quantity).is_zero()) continue;
        Topic topic = topic_of(what, position);
        topic.key = "position";
        Finding finding = make_finding(FindingKind::UnknownInstrument, std::move(topic));
        set_amounts(finding, Decimal::null(), position.quantity, Decimal());
        finding.evidence = what.theirs.positions_coverage;
        finding.text = "a position in an instrument that the config does not name";
        out.findings.push_back(std::move(finding));
        return;  // they have no name to tell them apart
    }
}

void add_states(const Case& what, const PositionFact& ours, Comparison& out) {
    if (ours.quantity.is_zero()) return;
    const auto add = [&](FindingKind kind, const char* text) {
        Finding finding = make_finding(kind, topic_of(what, ours));
        finding.ours = ours.quantity;
        finding.text = text;
        finding.evidence = what.theirs.positions_coverage;
        out.findings.push_back(std::move(finding));
    };
    if (what.theirs.resolved.count(ours.instrument) != 0)
        add(FindingKind::ResolvedNotRedeemed, "the market is resolved, and it is not redeemed");
    if (what.tolerances.protection == Protection::Off || ours.has_exit) return;
    const bool has_order =
        std::any_of(what.ours.orders.begin(), what.ours.orders.end(), [&](const OrderFact& order) {
            return order.reduce_only && order.account == ours.account &&
                   order.instrument == ours.instrument;
        });
    if (!has_order)
        add(FindingKind::UnprotectedPosition, "no exit is watched, and no order would close it");
}

std::map<Place, Decimal> totals_of(const std::vector<BalanceFact>& balances) {
    std::map<Place, Decimal> out;
    for (const BalanceFact& balance : balances)
        out.emplace(Place{balance.account, balance.asset}, balance.total);
    return out;
}

bool is_unsettled(const Case& what, const Place& place) {
    return std::any_of(
        what.ours.balances.begin(), what.ours.balances.end(), [&](const BalanceFact& balance) {
            return balance.is_unsettled && balance.account == place.first &&
                   balance.asset == place.second;
        });
}

bool is_told_once(const Case& what, const std::map<Place, Decimal>& there, Comparison& out) {
    for (const BalanceFact& balance : what.theirs.balances) {
        const Decimal known = there.at({balance.account, balance.asset});
        if (!balance.total.is_null() && known == balance.total) continue;
        out.gaps.push_back(make_gap("balances",
                                    {what.ours.venue, balance.account, {}, balance.asset},
                                    "the venue tells two totals of it, or none",
                                    what.theirs.balances_coverage));
        return false;
    }
    return true;
}

}  // namespace

void compare_positions(const Case& what, Comparison& out) {
    for (const PositionFact& position : what.ours.positions)
        add_states(what, position, out);
    const Proof proof = judge(what, "positions", what.theirs.positions_coverage, out);
    if (proof == Proof::Nothing) return;
    const auto there = their_positions(what, out);
    if (!there) return;
    std::set<Place> done;
    for (const PositionFact& ours : what.ours.positions) {
        done.insert({ours.account, ours.instrument});
        if (is_a_balance(what, ours)) continue;
        const auto found = there->find({ours.account, ours.instrument});
        PositionFact flat = ours;
        flat.quantity = Decimal();
        if (found != there->end()) {
            compare_position(what, ours, found->second, out);
        } else if (proof == Proof::Both && !may_be_a_balance(what, ours)) {
            compare_position(what, ours, flat, out);
        }
    }
    for (const auto& [place, theirs] : *there) {
        if (done.count(place) != 0 || place.second.empty() || is_a_balance(what, theirs)) continue;
        PositionFact ours = theirs;
        ours.quantity = Decimal();
        compare_position(what, ours, theirs, out);
    }
    add_unknown_positions(what, out);
}

void compare_balances(const Case& what, Comparison& out) {
    const Coverage& coverage = what.theirs.balances_coverage;
    const Proof proof = judge(what, "balances", coverage, out);
    if (proof == Proof::Nothing) return;
    const auto there = totals_of(what.theirs.balances);
    if (!is_told_once(what, there, out)) return;
    const auto here = totals_of(what.ours.balances);
    std::set<Place> places;
    for (const auto& [place, total] : there)
        places.insert(place);
    for (const auto& [place, total] : here)
        if (proof == Proof::Both) places.insert(place);
    for (const Place& place : places) {
        if (what.ours.accounts.count(place.first) == 0) continue;
        const auto ours = here.find(place);
        const auto theirs = there.find(place);
        const auto limit = what.tolerances.balance.find(place.second);
        Finding finding = make_finding(FindingKind::BalanceDrift,
                                       {what.ours.venue, place.first, {}, place.second});
        set_amounts(finding,
                    ours == here.end() ? Decimal() : ours->second,
                    theirs == there.end() ? Decimal() : theirs->second,
                    limit == what.tolerances.balance.end() ? Decimal() : limit->second);
        if (!finding.delta.is_null() && within(finding.delta, finding.tolerance)) continue;
        if (is_unsettled(what, place)) {
            out.gaps.push_back(make_gap("balances",
                                        {what.ours.venue, place.first, {}, place.second},
                                        "fills that move it are not settled yet",
                                        coverage));
            continue;
        }
        finding.text = "total of " + place.second;
        finding.evidence = coverage;
        out.findings.push_back(std::move(finding));
    }
}

}  // namespace tradectl::recovery
