/// The keys under `keys:`: where the keys are with which requests are signed.
#pragma once

#include "host/config/config.hpp"
#include "host/config/problem.hpp"
#include "host/config/rule.hpp"

#include <string>

namespace tradectl::config {

/// One item of the list.
[[nodiscard]] Rule key_rule();
/// The item must have passed the rules.
[[nodiscard]] KeyConfig bind_key(const Node& item);
/// What one key of the item alone cannot show: that it has one source, and what goes with it.
void check_key(const Node& item, const std::string& path, Problems& problems);

}  // namespace tradectl::config
