/* The layout and the constants of abi/strategy.h, frozen as numbers. */
#include "freeze.h"

#include <tradectl/abi/strategy.h>

SIZE(tradectl_strategy_api, 56);
OFFSET(tradectl_strategy_api, struct_size, 0);
OFFSET(tradectl_strategy_api, reserved, 4);
OFFSET(tradectl_strategy_api, create, 8);
OFFSET(tradectl_strategy_api, configure, 16);
OFFSET(tradectl_strategy_api, start, 24);
OFFSET(tradectl_strategy_api, on_events, 32);
OFFSET(tradectl_strategy_api, stop, 40);
OFFSET(tradectl_strategy_api, destroy, 48);
