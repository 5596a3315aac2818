/// The handle that tests turn: `POST /control/NAME` with a JSON object, `GET /control/ledger`.
#pragma once

#include "tests/venues/polymarket/world.hpp"

namespace polysim {

/// Creates a market or changes one; followers are told.
Response control_market(World& world, const Json& body);
Response control_resolve(World& world, const Json& body);
Response control_settings(World& world, const Json& body);
/// What happens to open WebSocket sessions.
Response control_session(World& world, const Json& body);
/// Everything that the venue has seen and done. `?requests=0` leaves the requests out.
Json ledger_json(const World& world, const Query& query);

}  // namespace polysim
