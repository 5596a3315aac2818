/// Whether the places that an exchange's settings name can be reached.
#pragma once

#include "host/config/config.hpp"
#include "host/doctor/check.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tradectl::doctor {

/// How an exchange reaches its places.
struct EndpointScope {
    std::string exchange;
    std::vector<std::string> hosts;  ///< "host" or "host:port" that it may speak to
    config::NetworkConfig network;
    std::int64_t timeout_ns = 0;  ///< for each
};

/// A check "endpoint:EXCHANGE:HOST" for each host of the http, https, ws and wss URLs among
/// `settings`, with lists: Ok when it answers HTTP in any way, Fail when it is not among the hosts
/// or its certificate does not hold, Unknown when it does not answer, Skip behind a proxy. Of a URL
/// the host alone is sent and told: what follows may be a secret. Blocks. [any]
[[nodiscard]] Checks check_endpoints(const EndpointScope& scope, const Json& settings);

}  // namespace tradectl::doctor
