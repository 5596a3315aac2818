/// The venue without sockets: requests in, answers and pushes out.
#pragma once

#include "tests/venues/polymarket/world.hpp"

namespace polysim {

/// Serves one request. The path says which service: /gamma, /data-api, /rpc, /control, and the
/// CLOB for all else. `delivery` is what a fault does to the answer on its way.
Response serve(World& world, const Request& request, Delivery& delivery);

/// The other services; paths come without their prefix.
Response serve_gamma(World& world, const Request& request);
Response serve_data_api(World& world, const Request& request);
Response serve_rpc(World& world, const Request& request);
Response serve_control(World& world, const Request& request);

}  // namespace polysim
