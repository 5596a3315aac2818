/// Everything that can be looked at before a run, without changing anything.
#pragma once

#include "host/config/config.hpp"
#include "host/doctor/check.hpp"

#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace tradectl::doctor {

struct DoctorOptions {
    std::vector<std::string> plugin_files;        ///< --plugin
    std::int64_t timeout_ns = 15 * kNsPerSecond;  ///< for each answer of a venue or a run
};

/// What concerns the machine alone.
[[nodiscard]] Checks examine_machine();
/// The state directory, records, plugins and venues of a config.
[[nodiscard]] Checks examine_config(const config::Config& config, const DoctorOptions& options);

}  // namespace tradectl::doctor
