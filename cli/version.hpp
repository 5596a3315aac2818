/// Which build this is.
#pragma once

#include "host/base/json.hpp"

#include <string>

namespace tradectl::cli {

/// "tradectl 0.1.0 (release, gcc 12.2.0, plugin ABI 0.2)".
[[nodiscard]] std::string version_text();
/// {"version", "build", "compiler", "plugin_abi"}.
[[nodiscard]] Json version_json();

}  // namespace tradectl::cli
