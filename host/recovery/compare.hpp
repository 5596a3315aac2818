/// Our books beside a venue's answers: a pure function, and what to ask before it can decide.
///
/// 1. Absence counts only in a list that is complete; presence counts in any.
/// 2. What a venue contradicts itself about is a gap, never a finding.
/// 3. What is younger than the grace is in flight, and neither.
/// 4. Whatever is missing for a judgement is a gap: no answer is never agreement.
#pragma once

#include "host/recovery/finding.hpp"
#include "host/recovery/match_fills.hpp"
#include "host/recovery/sides.hpp"

#include <tradectl/timestamp.hpp>

#include <string>
#include <vector>

namespace tradectl::recovery {

/// The fills of one account, matched, and the answer that they came by.
struct AccountFills {
    std::string account;
    Coverage coverage;
    const FillMatcher* matcher = nullptr;  ///< finished; null: not asked
};

/// How an order of the venue's stands in our books beyond the open ones.
struct ClosedOrder {
    bool known = false;
    std::uint8_t status = 0;
    Timestamp updated = Timestamp::none();
};
/// By (account, client order id): for orders of theirs that are not open in ours.
using ClosedOrders = std::map<std::pair<std::string, std::string>, ClosedOrder>;

/// Our open orders that the venue's complete list lacks: to be asked for by id.
[[nodiscard]] std::vector<OrderFact> orders_to_ask(const OurSide& ours,
                                                   const TheirSide& theirs,
                                                   const Tolerances& tolerances,
                                                   Timestamp now);

struct Case {
    const OurSide& ours;
    const TheirSide& theirs;
    const ClosedOrders& closed;
    const std::vector<AccountFills>& fills;
    const Tolerances& tolerances;
    Timestamp now;  ///< by our clock
};

/// Findings in the order of kinds, then of topics; the same input gives the same output.
[[nodiscard]] Comparison compare(const Case& what);

}  // namespace tradectl::recovery
