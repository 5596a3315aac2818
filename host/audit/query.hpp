/// Looks for entries: by field, and all that belong to one order.
#pragma once

#include "host/audit/log_reader.hpp"
#include "host/base/json.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::audit {

/// Empty conditions match everything.
struct Filter {
    std::uint64_t first_index = 0;
    std::optional<Timestamp> since;
    std::optional<Timestamp> until;  ///< exclusive
    std::vector<std::string> events;
    std::string actor;
    std::string instrument;
    std::string order;  ///< client or venue order id, whole or its beginning
};

struct FoundEntry {
    std::uint64_t index = 0;
    std::string line;
    Json fields;
};
/// Goes on (true) or stops (false).
using FoundVisitor = std::function<Expected<bool>(FoundEntry entry)>;

/// Entries that match, oldest first. Corrupt for an entry that is not JSON.
Status select(const LogReader& log, const Filter& filter, const FoundVisitor& visitor);

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
/// which also names orders that were denied. The strategy's decisions on the same event are part
/// of the story. InvalidArgument when there is none, or with the candidates when it may mean
/// several.
Expected<Story> tell_story(const LogReader& log, const std::string& order);

}  // namespace tradectl::audit
