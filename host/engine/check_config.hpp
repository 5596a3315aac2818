/// Looks at the plugins that a config names, without running any of their code.
#pragma once

#include "host/config/config.hpp"
#include "host/config/problem.hpp"

#include <string>
#include <vector>

namespace tradectl::engine {

/// What is wrong with the plugins of a config: missing, refused, of the wrong kind, or settings
/// that their schema does not allow. `plugin_files` are looked at before the search path.
[[nodiscard]] config::Problems check_plugins(const config::Config& config,
                                             const std::vector<std::string>& plugin_files);

}  // namespace tradectl::engine
