/// Who is calling: L1 wallet signatures and L2 HMACs.
#pragma once

#include "tests/venues/polymarket/world.hpp"

namespace polysim {

Response json_answer(const Json& body, int status = 200);
Response error_answer(int status, const std::string& text);

/// `POST /auth/api-key` and `GET /auth/derive-api-key`, by L1 headers.
Response create_key(World& world, const Request& request, LoggedRequest& entry);
Response derive_key(World& world, const Request& request, LoggedRequest& entry);
/// The key whose HMAC, passphrase, address and time fit this very request; null and a reason in
/// `entry` otherwise.
const ApiKey* check_hmac(World& world, const Request& request, LoggedRequest& entry);

}  // namespace polysim
