/// Puts together all that belongs to one order.
#pragma once

#include "host/audit/query.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace tradectl::audit {

/// An order as the log names it: a strategy's own name for it is unique.
struct OrderName {
    std::string actor;
    std::uint64_t order_ref = 0;
    std::string client_order_id;  ///< empty for one that was denied
    bool operator==(const OrderName&) const = default;
};

/// All that is on record about one order.
struct Story {
    OrderName order;
    std::vector<FoundEntry> entries;  ///< in the log's order
};

/// `order` is a client or venue order id or the beginning of one, an op id, or "ACTOR/ORDER_REF",
/// which also names orders that were denied.
///
/// Part of the story are, beside the order's own entries: the start of the session in which it
/// begins, with the digest of its configuration, and of later ones while it lived; the event that
/// it answers and the strategy's decisions on that; and what operators, halts, breakers and faults
/// did between its first entry and its last. InvalidArgument when there is none, or with the
/// candidates when it may mean several.
Expected<Story> tell_story(const LogReader& log, const std::string& order);

}  // namespace tradectl::audit
