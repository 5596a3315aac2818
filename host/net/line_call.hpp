/// One question to a LineServer.
#pragma once

#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace tradectl::net {

struct LineCall {
    std::string path;  ///< of the socket
    std::string line;  ///< without a newline
    std::int64_t timeout_ns = 5 * kNsPerSecond;
    std::size_t answer_bytes_max = 4u << 20;
};

/// Sends the line and waits for the answer, which comes without its newline. NotFound when nobody
/// listens; Permission; Unavailable when the line did not get out in time; OutcomeUnknown when it
/// did and no answer came; Quota when the answer is too long. [any]
Expected<std::string> call_line(const LineCall& call);

}  // namespace tradectl::net
