#include "host/recovery/match_fills.hpp"

#include "host/base/mutant.hpp"

#include <tradectl/abi/types.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace tradectl::recovery {

namespace {

/// Venues list fills late; and clocks of their machines differ.
constexpr std::int64_t kOverlapNs = 10 * kNsPerMinute;

std::string key_of(const FillFact& fill) {
    std::string key;
    key.reserve(fill.account.size() + fill.instrument.size() + fill.trade_id.size() +
                fill.venue_order_id.size() + 5);
    for (const std::string* part :
         {&fill.account, &fill.instrument, &fill.trade_id, &fill.venue_order_id}) {
        key += *part;
        key += '\n';
    }
    if (!mutant("recovery.fill_side")) key += static_cast<char>('0' + fill.side);
    return key;
}

Timestamp earlier(Timestamp a, Timestamp b) {
    if (a.is_none()) return b;
    return b.is_none() ? a : std::min(a, b);
}

bool is_final(const FillFact& fill) {
    return fill.settlement == 0 || fill.settlement == TRADECTL_SETTLEMENT_CONFIRMED ||
           fill.settlement == TRADECTL_SETTLEMENT_FAILED;
}

}  // namespace

FillMatcher::FillMatcher(FillCursor from, std::vector<FillFact> ours, Older older, Timestamp opened)
    : from_(from), opened_(opened), older_(std::move(older)), cursor_(from) {
    Timestamp oldest = from.since;
    ours_.reserve(ours.size());
    for (FillFact& fill : ours) {
        if (!from.since.is_none()) oldest = earlier(oldest, fill.time);
        std::string key = key_of(fill);
        ours_.insert_or_assign(std::move(key), Mine{std::move(fill), false});
    }
    if (!oldest.is_none()) since_ = oldest.plus_ns(-kOverlapNs);
}

Status FillMatcher::take(const FillFact& theirs) {
    ++taken_;
    if (!theirs.time.is_none() && (newest_.is_none() || newest_ < theirs.time))
        newest_ = theirs.time;
    std::optional<FillFact> old;
    const FillFact* known = nullptr;
    if (const auto found = ours_.find(key_of(theirs)); found != ours_.end()) {
        found->second.matched = true;
        known = &found->second.fact;
    } else {
        auto looked = older_(theirs);
        if (!looked) return fail(looked.error());
        old = std::move(*looked);
        if (old) known = &*old;
        // One of ours in an instrument that is not listed any more comes without its name.
        const auto mine = old ? ours_.find(key_of(*old)) : ours_.end();
        if (mine != ours_.end()) mine->second.matched = true;
    }
    if (known == nullptr) {
        if (is_before_us(theirs)) return {};
        candidates_.push_back(theirs);
    } else if (known->quantity != theirs.quantity || known->price != theirs.price) {
        differing_.push_back({*known, theirs});
    }
    return {};
}

bool FillMatcher::is_before_us(const FillFact& theirs) const {
    return !opened_.is_none() && !theirs.time.is_none() && theirs.time < opened_ &&
           theirs.client_order_id.empty() && is_final(theirs);
}

void FillMatcher::finish(const Coverage& coverage, Timestamp now, const Tolerances& tolerances) {
    const bool is_complete = coverage.completeness == Completeness::Complete;
    const Timestamp venue_now = coverage.as_of.is_none() ? now : coverage.as_of;
    cursor_.since = newest_.is_none() ? earlier(from_.since, venue_now) : newest_;
    if (!from_.since.is_none() && cursor_.since < from_.since) cursor_.since = from_.since;
    cursor_.sequence = from_.sequence;
    for (const auto& [key, mine] : ours_)
        cursor_.sequence = std::max(cursor_.sequence, mine.fact.sequence);
    look_at_theirs(venue_now, tolerances);
    look_at_ours(coverage, now, tolerances);
    for (const Pair& pair : differing_)
        cursor_.since = earlier(cursor_.since, pair.theirs.time);
    if (!is_complete && !mutant("recovery.cursor")) cursor_ = from_;
}

void FillMatcher::look_at_theirs(Timestamp venue_now, const Tolerances& tolerances) {
    std::unordered_set<std::string> seen;
    for (FillFact& fill : candidates_) {
        // What the account did where we are not is told once.
        const bool is_foreign = fill.instrument.empty() && fill.client_order_id.empty();
        if (!is_foreign) cursor_.since = earlier(cursor_.since, fill.time);
        const bool in_flight =
            !fill.time.is_none() && venue_now.minus(fill.time) < tolerances.grace_ns;
        if (!in_flight && seen.insert(key_of(fill)).second) only_theirs_.push_back(std::move(fill));
    }
    candidates_.clear();
}

void FillMatcher::look_at_ours(const Coverage& coverage,
                               Timestamp now,
                               const Tolerances& tolerances) {
    const auto hold_back = [this](const FillFact& fill) {
        if (cursor_.sequence.value >= fill.sequence.value)
            cursor_.sequence.value = fill.sequence.value - 1;
    };
    for (auto& [key, mine] : ours_) {
        const FillFact& fill = mine.fact;
        if (!is_final(fill)) {
            hold_back(fill);
            if (now.minus(fill.booked) > tolerances.unsettled_ns_max) unsettled_.push_back(fill);
        }
        // What the venue undid it need not show any more.
        if (mine.matched || fill.settlement == TRADECTL_SETTLEMENT_FAILED) continue;
        hold_back(fill);
        if (coverage.completeness != Completeness::Complete) continue;
        // What was booked after the answer was made cannot be in it.
        const bool in_flight = now.minus(fill.booked) < tolerances.grace_ns;
        if (!in_flight) only_ours_.push_back(fill);
    }
    const auto by_sequence = [](const FillFact& a, const FillFact& b) {
        return a.sequence < b.sequence;
    };
    std::sort(only_ours_.begin(), only_ours_.end(), by_sequence);
    std::sort(unsettled_.begin(), unsettled_.end(), by_sequence);
}

}  // namespace tradectl::recovery
