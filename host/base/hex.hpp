/// Bytes as hexadecimal text.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl {

/// Two lower-case digits for each byte.
[[nodiscard]] std::string to_hex(std::span<const std::byte> bytes);
/// Reads digits of either case; nothing when the count is odd or another character is in it.
[[nodiscard]] std::optional<std::vector<std::byte>> from_hex(std::string_view text);

}  // namespace tradectl
