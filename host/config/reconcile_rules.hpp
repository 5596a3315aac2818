/// The keys under `reconcile:`.
#pragma once

#include "host/config/config.hpp"
#include "host/config/rule.hpp"

namespace tradectl::config {

[[nodiscard]] Rule reconcile_rule();
/// The map must have passed the rules.
[[nodiscard]] ReconcileConfig bind_reconcile(const Node& map);

}  // namespace tradectl::config
