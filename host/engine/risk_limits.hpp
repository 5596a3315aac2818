/// The limits of a config as the risk gate wants them.
#pragma once

#include "host/config/config.hpp"
#include "host/risk/check.hpp"

namespace tradectl::engine {

[[nodiscard]] risk::Limits limits_of(const config::RiskConfig& config);
[[nodiscard]] risk::BreakerLimits breaker_limits_of(const config::RiskConfig& config);

}  // namespace tradectl::engine
