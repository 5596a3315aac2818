/// From a host's name to a connection that may be spoken on.
#pragma once

#include <tradectl/expected.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace tradectl::net {

class Loop;
class Trust;
class Wire;

struct HostPort {
    std::string host;  ///< a name or an address, without brackets
    std::uint16_t port = 0;
};

struct DialOrder {
    HostPort to;
    std::optional<HostPort> proxy;       ///< asked to CONNECT (RFC 9110, 9.3.6)
    std::shared_ptr<const Trust> trust;  ///< of a TLS connection; null: without TLS
    std::int64_t timeout_ns = 0;         ///< for all of it, the name's lookup included
};

/// A connection in the making. Dropping it ends the making without a call. [io]
class Dial {
  public:
    virtual ~Dial() = default;
};

/// Looks the name up, tries its addresses of both families, each 250 ms behind the one before it or
/// when that failed (after RFC 8305), lets the proxy connect, shakes hands; then calls `done`,
/// never from within this call. Unavailable, or Authentication for a certificate that does not
/// hold.
[[nodiscard]] std::unique_ptr<Dial> dial(Loop& loop,
                                         DialOrder order,
                                         std::function<void(Expected<std::shared_ptr<Wire>>)> done);

}  // namespace tradectl::net
