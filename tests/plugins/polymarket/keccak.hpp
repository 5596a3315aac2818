// A real Keccak-256 for the fake host.
#pragma once

#include "plugins/exchanges/polymarket/bytes.hpp"

#include <tradectl/exchange_run.hpp>

namespace tradectl::polymarket {

[[nodiscard]] Word keccak256(Bytes bytes);
[[nodiscard]] Word hmac_sha256(std::string_view key, std::string_view message);
/// The fake host computes real hashes from here on.
void use_real_hashes(FakeExchangeHost& host);

}  // namespace tradectl::polymarket
