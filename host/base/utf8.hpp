/// Text that came from outside, made fit for formats that take UTF-8 only.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tradectl {

/// Bytes of the well-formed UTF-8 character that `text` begins with (Unicode 15, table 3-7); 0 when
/// it begins with none.
[[nodiscard]] std::size_t utf8_bytes(std::string_view text);
/// The text with U+FFFD for each byte that is not part of a well-formed character.
[[nodiscard]] std::string valid_utf8(std::string_view text);

}  // namespace tradectl
