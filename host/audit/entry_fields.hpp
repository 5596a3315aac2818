/// An entry that was read back: its fields by name.
#pragma once

#include "host/base/json.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <string_view>

namespace tradectl::audit {

/// Corrupt when the line is no JSON object.
[[nodiscard]] Expected<Json> parse_fields(std::uint64_t index, std::string_view line);

/// Empty when there is none.
[[nodiscard]] std::string_view text_in(const Json& fields, std::string_view key);
/// 0 when there is none.
[[nodiscard]] std::uint64_t number_in(const Json& fields, std::string_view key);
/// Whether the order's id, or that of the order acted upon, begins so.
[[nodiscard]] bool names_order(const Json& fields, std::string_view order);

}  // namespace tradectl::audit
