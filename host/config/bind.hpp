/// From a checked tree to the typed configuration.
#pragma once

#include "host/config/config.hpp"

namespace tradectl::config {

/// `merged` has passed check() and cross_check(); anything it lacks is a bug.
[[nodiscard]] Config bind(const Node& merged);

}  // namespace tradectl::config
