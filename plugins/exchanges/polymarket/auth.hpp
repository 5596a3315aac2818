/// The two levels of authentication at the venue: a wallet's signature for an API key (L1), an HMAC
/// for everything private (L2).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tradectl::polymarket {

/// What the wallet signs (EIP-712, "ClobAuthDomain") to create or derive an API key.
[[nodiscard]] std::string l1_typed_data_json(std::string_view address,
                                             std::uint64_t chain_id,
                                             std::uint64_t timestamp_s,
                                             std::uint64_t nonce);

/// What the HMAC is over: seconds, method, the path without query, and the body as it is sent.
[[nodiscard]] std::string l2_message(std::uint64_t timestamp_s,
                                     std::string_view method,
                                     std::string_view path,
                                     std::string_view body);

}  // namespace tradectl::polymarket
