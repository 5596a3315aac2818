/// Connections without TLS.
#pragma once

#include "host/net/wire.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace tradectl::net {

class Loop;

/// One try to reach one address; dropping it ends the try without a call. [io]
class TcpTry {
  public:
    virtual ~TcpTry() = default;
};

/// Connects to a textual address and calls `done` later, with Unavailable when it cannot.
[[nodiscard]] std::unique_ptr<TcpTry> connect_tcp(
    Loop& loop,
    const std::string& address,
    std::uint16_t port,
    std::function<void(Expected<std::shared_ptr<Wire>>)> done);

}  // namespace tradectl::net
