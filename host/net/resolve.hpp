/// Addresses of a host, within a time.
#pragma once

#include <tradectl/expected.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace tradectl::net {

/// Textual IP addresses, in the order in which they should be tried. `give_up` is asked every
/// 50 ms. Unavailable when there is none, or when time is up: the lookup is then left to itself,
/// for the system's resolver cannot be interrupted. [any]
Expected<std::vector<std::string>> resolve(const std::string& host,
                                           std::int64_t timeout_ns,
                                           const std::function<bool()>& give_up);
/// The same without waiting: `done` is called once, from a thread of its own, whenever the system's
/// resolver is ready; at once and on the calling thread for what is an address already. [any]
void resolve_later(const std::string& host,
                   std::function<void(Expected<std::vector<std::string>>)> done);

}  // namespace tradectl::net
