/// Looks for entries by field.
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

}  // namespace tradectl::audit
