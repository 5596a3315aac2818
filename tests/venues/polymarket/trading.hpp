/// What happens to orders: placing, matching, cancelling, settling, time passing.
#pragma once

#include "tests/venues/polymarket/posted_order.hpp"
#include "tests/venues/polymarket/world.hpp"

namespace polysim {

/// Checks and places one posted order. The answer has the protocol's members in either case.
struct Placed {
    Refusal refusal;
    Json answer;
};
Placed place(World& world, const ApiKey& key, const Json& posted);
/// The house's own order: rests without a signature and without limits on its balance.
void rest_house(World& world, Token& token, Side side, Micro price, Micro size);
/// The house as taker; returns what it got.
Micro trade_house(World& world, Token& token, Side side, Micro limit, Micro size);
Address house();
/// A delayed order whose time has come.
void run_delayed(World& world, Order& order);

void cancel_order(World& world, Order& order, const std::string& reason);
/// `{"canceled": [...], "not_canceled": {...}}` for orders of this key.
Json cancel_all(World& world, const ApiKey& key, const std::vector<std::string>& ids);
std::vector<std::string> open_ids(const World& world, const std::string& api_key);

/// Moves a trade to `status`: balances follow, everyone is told.
void settle(World& world, Trade& trade, TradeStatus status);
/// Expirations, delays, heartbeats, automatic settlement.
void pass_time(World& world);
/// Millisecond of the venue's clock at which `pass_time` has work.
std::int64_t next_due_ms(const World& world);

/// Taker's fee: shares * rate * (p * (1 - p))^exponent, to five decimals.
Micro fee_of(const Market& market, Micro price, Micro size);
Micro notional_of(Micro price, Micro size);

}  // namespace polysim
