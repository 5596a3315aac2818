/// Bytes as base64 text: the standard alphabet with padding (RFC 4648, section 4).
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl {

[[nodiscard]] std::string to_base64(std::span<const std::byte> bytes);
/// Nothing unless the text is exactly what `to_base64` writes: no line breaks, full padding, unused
/// bits zero.
[[nodiscard]] std::optional<std::vector<std::byte>> from_base64(std::string_view text);

}  // namespace tradectl
