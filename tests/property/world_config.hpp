/// The config of a session with eight strategies under a model's limits.
#pragma once

#include "tests/property/gate_model.hpp"
#include "tests/property/limits_model.hpp"

#include <string>

namespace tradectl::property {

constexpr std::size_t kStrategies = 8;
constexpr std::size_t kInstruments = 2;
constexpr const char* kBases[kInstruments] = {"BTC", "ETH"};

/// YAML of a backtest over the scripted plugins of tests/scripted.
[[nodiscard]] std::string world_config(const ModelLimits& limits, const MarketLimits& more);

}  // namespace tradectl::property
