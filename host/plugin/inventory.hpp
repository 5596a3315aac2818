/// What `plugin list` and `plugin info` show. No plugin code runs.
#pragma once

#include "host/base/json.hpp"
#include "host/plugin/find.hpp"
#include "host/plugin/manifest.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tradectl::plugin {

struct InventoryItem {
    Candidate candidate;
    std::string sha256;                ///< hexadecimal; empty when the file could not be read
    std::optional<EntryHeader> entry;  ///< when the file has one, even of a wrong version
    std::optional<Manifest> manifest;  ///< when the plugin may load
    std::string refused;               ///< why it may not load; empty: it may
    std::string warning;               ///< of the version rule; empty: none
};

/// Reads one file.
[[nodiscard]] InventoryItem inspect(const Candidate& candidate);
/// Reads every candidate on the path, in its order.
[[nodiscard]] std::vector<InventoryItem> take_inventory(const SearchPath& path);

/// {"name","path","origin","shadowed_by","sha256","abi","id","kind","version","vendor","license",
/// "description","capabilities","settings","refused","warning"}; what is not known is null.
[[nodiscard]] Json to_json(const InventoryItem& item);

}  // namespace tradectl::plugin
