/// The words of host/base/words.hpp under the engine's name.
#pragma once

#include "host/base/words.hpp"

namespace tradectl::engine {

using tradectl::liquidity_name;
using tradectl::order_type_name;
using tradectl::reason_name;
using tradectl::side_name;
using tradectl::time_in_force_name;

}  // namespace tradectl::engine
