/// What assets are worth at their venue's own market.
#pragma once

#include "host/engine/desk_exchange.hpp"

#include <tradectl/decimal.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace tradectl::engine {

struct Mid {
    Decimal price;      ///< half way between best bid and best ask
    std::string quote;  ///< the asset that the price is in
};

/// Asks a connected exchange for the market of each open instrument whose base is one of `assets`,
/// and waits until both sides of all are known, `wait_ns` at the most. By asset; one without a
/// market, or with one side empty, is not there: nothing is guessed. [engine]
std::map<std::string, Mid> read_mids(Trading& trading,
                                     DeskExchange& desk,
                                     exchange::ExchangeRuntime& runtime,
                                     const std::set<std::string>& assets,
                                     std::int64_t wait_ns);

}  // namespace tradectl::engine
