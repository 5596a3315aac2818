/// TLS on a connection.
#pragma once

#include "host/net/wire.hpp"

#include <tradectl/expected.hpp>

#include <functional>
#include <memory>
#include <string>

namespace tradectl::net {

class Loop;
class Trust;

/// Shakes hands over `plain`, which is given up for it, and calls `done` later: Authentication when
/// the certificate does not hold for `host` ("certificate: is for X, not Y"), else Unavailable.
/// Closing the answer of this call ends it with an error. [io]
std::shared_ptr<Wire> shake_hands(Loop& loop,
                                  Wire& plain,
                                  std::shared_ptr<const Trust> trust,
                                  const std::string& host,
                                  std::function<void(Status)> done);

}  // namespace tradectl::net
