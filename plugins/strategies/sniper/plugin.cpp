#include "sniper.hpp"

#include <tradectl/plugin.hpp>

TRADECTL_STRATEGY_PLUGIN(tradectl::sniper::Sniper,
                         .id = "sniper",
                         .version = "0.1.0",
                         .vendor = "tradectl",
                         .license = "Apache-2.0",
                         .description = "buys once in markets just listed or about to resolve");
