/// The JSON that venues mostly send, read in one pass.
#pragma once

#include "host/market/capture_json.hpp"

#include <string_view>
#include <vector>

namespace tradectl::market {

/// Reads an object or array of RFC 8259 whose texts are ASCII without escapes, nested at most 64
/// levels deep, into `nodes`, which grow where they must. False for everything else, sound or not:
/// the full reader (CaptureJson) says what it is. The nodes hold views into `text`. [any]
[[nodiscard]] bool read_plain_json(std::string_view text, std::vector<JsonNode>& nodes);

}  // namespace tradectl::market
