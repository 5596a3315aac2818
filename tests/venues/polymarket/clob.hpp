/// The CLOB's REST interface.
#pragma once

#include "tests/venues/polymarket/world.hpp"

namespace polysim {

Response serve_clob(World& world, const Request& request, LoggedRequest& entry);
/// Public calls; nothing for a path that is not one.
std::optional<Response> serve_public(World& world, const Request& request);
/// A page of `rows` from the cursor in the query.
Json page_of(const World& world, const std::vector<Json>& rows, const std::string& cursor);

}  // namespace polysim
