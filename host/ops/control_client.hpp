/// Asks a running instance over its control socket.
#pragma once

#include "host/base/json.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace tradectl::ops {

/// The data of its answer. NotFound when no instance listens at `path`; Unavailable when it did not
/// take the request, OutcomeUnknown when it took it and did not answer in time or said something
/// that is no answer; else what it says. [any]
Expected<Json> ask_control(const std::string& path,
                           std::string_view command,
                           const Json& body,
                           std::int64_t timeout_ns);

}  // namespace tradectl::ops
