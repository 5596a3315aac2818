/// Orders and trades as REST answers and user-channel frames show them.
#pragma once

#include "tests/venues/polymarket/world.hpp"

namespace polysim {

std::string status_text(const Order& order);
const char* status_text(TradeStatus status);

Json order_json(const World& world, const Order& order);
/// As the owner of `api_key` sees it: taker, or one of the makers.
Json trade_json(const World& world, const Trade& trade, const std::string& api_key);
bool takes_part(const Trade& trade, const std::string& api_key);

/// `type` is PLACEMENT, UPDATE or CANCELLATION.
void report_order(World& world, const Order& order, const char* type);
/// To everyone who took part.
void report_trade(World& world, const Trade& trade);

}  // namespace polysim
