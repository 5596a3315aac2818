#include "momentum.hpp"

#include <tradectl/plugin.hpp>

TRADECTL_STRATEGY_PLUGIN(tradectl::momentum::Momentum,
                         .id = "momentum",
                         .version = "0.1.0",
                         .vendor = "tradectl",
                         .license = "Apache-2.0",
                         .description = "enters on the rate of change over a lookback");
