#include "copy_trader.hpp"

#include <tradectl/plugin.hpp>

TRADECTL_STRATEGY_PLUGIN(tradectl::copy_trader::CopyTrader,
                         .id = "copy-trader",
                         .version = "0.1.0",
                         .vendor = "tradectl",
                         .license = "Apache-2.0",
                         .description = "copies the trades of wallets, by rules of size and risk");
