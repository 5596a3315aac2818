/// Error codes by name, where they leave the process.
#pragma once

#include <tradectl/expected.hpp>

#include <optional>
#include <string_view>

namespace tradectl {

/// "invalid_argument"; "unknown" for a number that is no code.
[[nodiscard]] std::string_view name_of(ErrorCode code);
[[nodiscard]] std::optional<ErrorCode> error_code_of(std::string_view name);

}  // namespace tradectl
