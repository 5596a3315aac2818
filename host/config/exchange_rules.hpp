/// The keys of an item of `exchanges:`.
#pragma once

#include "host/config/config.hpp"
#include "host/config/problem.hpp"
#include "host/config/rule.hpp"

#include <string>

namespace tradectl::config {

[[nodiscard]] Rule exchange_rule();
/// The map must have passed the rules.
[[nodiscard]] ExchangeConfig bind_exchange(const Node& map);
/// What one rule cannot say: addresses and pins that are none. `path` is the item's.
void check_exchange(const Node& map, const std::string& path, Problems& problems);

}  // namespace tradectl::config
