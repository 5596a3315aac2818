#include "scalping.hpp"

#include <tradectl/plugin.hpp>

TRADECTL_STRATEGY_PLUGIN(tradectl::scalping::Scalping,
                         .id = "scalping",
                         .version = "0.1.0",
                         .vendor = "tradectl",
                         .license = "Apache-2.0",
                         .description = "quotes at the touch when the price strays from its mean");
