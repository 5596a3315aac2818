/// What the keys of one instrument must be to each other.
#pragma once

#include "host/config/problem.hpp"

#include <string>

namespace tradectl::config {

/// `instrument` is an item of `instruments:` that check() returned, complete or not; `path` is its
/// key path.
void check_instrument(const Node& instrument, const std::string& path, Problems& problems);

}  // namespace tradectl::config
