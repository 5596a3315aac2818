/// The plugins that a config names.
#pragma once

#include "host/config/config.hpp"
#include "host/doctor/check.hpp"

#include <string>
#include <vector>

namespace tradectl::doctor {

/// One check for each plugin, once: found, fit by the version rule, trusted (where that is
/// required; else a warning), loaded. No code runs of one that must not be loaded.
[[nodiscard]] Checks check_plugins(const config::Config& config,
                                   const std::vector<std::string>& plugin_files);

}  // namespace tradectl::doctor
