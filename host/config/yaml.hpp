/// YAML as far as configurations need it: maps, lists and scalars, nothing clever.
#pragma once

#include "host/config/load.hpp"

#include <string>
#include <string_view>

namespace tradectl::config {

/// The tree of the one document in `text`; Null when it is empty. Refused, each with its place:
/// anchors, aliases, merge keys, tags, keys that are not plain text, duplicate keys, a second
/// document, depth above kConfigDepthMax, size above kConfigBytesMax, bytes that are not UTF-8,
/// control characters.
///
/// `place` gives name, source and directory of every origin.
[[nodiscard]] Node read_yaml(std::string_view text, const Origin& place, Problems& problems);

}  // namespace tradectl::config
