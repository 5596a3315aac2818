/// How an instance is watched.
#pragma once

#include <tradectl/timestamp.hpp>

#include <cstdint>

namespace tradectl::plugin {

class Watchdog;

inline constexpr std::int64_t kTurnBudgetRealNs = 50 * kNsPerMillisecond;
inline constexpr std::int64_t kTurnBudgetSimulatedNs = 5 * kNsPerSecond;

struct InstanceOptions {
    /// Longest time that one call may take; a longer one faults the instance when it returns.
    /// `create`, `configure`, `start` and `stop` may take 20 times that.
    std::int64_t turn_budget_ns = kTurnBudgetRealNs;
    /// Commands taken in one call; further ones answer QUOTA.
    std::uint32_t turn_commands_max = 4096;
    /// Armed around every call; must outlive the instance. May be null.
    Watchdog* watchdog = nullptr;
};

}  // namespace tradectl::plugin
