/// The keys under `reconcile:`.
#pragma once

#include "host/config/config.hpp"
#include "host/config/rule.hpp"

#include <optional>
#include <string_view>

namespace tradectl::config {

[[nodiscard]] Rule reconcile_rule();
/// The map must have passed the rules.
[[nodiscard]] ReconcileConfig bind_reconcile(const Node& map);

/// "report", "halt", "adopt", "cancel" or "flatten".
[[nodiscard]] std::string_view to_string(DriftPolicy policy);
/// The policy of that word, when that kind of finding may have it.
[[nodiscard]] std::optional<DriftPolicy> drift_policy_of(std::string_view kind,
                                                         std::string_view word);

}  // namespace tradectl::config
