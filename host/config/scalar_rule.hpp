/// One scalar against its rule.
#pragma once

#include "host/config/rule.hpp"

#include <tradectl/expected.hpp>

#include <string>
#include <string_view>

namespace tradectl::config {

/// The text in canonical form: decimals and integers without needless digits, durations and sizes
/// in the largest whole unit. InvalidArgument names the value and what is allowed.
[[nodiscard]] Expected<std::string> canonical_text(const std::string& text, const Rule& rule);

}  // namespace tradectl::config
