/// What an answer, or none, means for whoever asked: one table.
#pragma once

#include "host/net/venue_net.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>

namespace tradectl::net {

/// The classes of TRADING.md, each of which has one behaviour.
enum class Outcome : std::uint8_t {
    Answered,        ///< 2xx, and what redirects: read it
    Retryable,       ///< nothing happened: the same request may go out again
    Rejected,        ///< the venue says no: the same request will be refused again
    RateLimited,     ///< too many: again after the time that it names
    Ambiguous,       ///< it may have happened: ask before doing it again
    Authentication,  ///< not believed: credentials, clock or certificate
    Maintenance,     ///< the venue is not there for a while: nothing happened, try later
};

/// By HTTP status (RFC 9110, 15; RFC 6585; RFC 8470 for 425). [any]
[[nodiscard]] Outcome outcome_of_status(int status, Deed deed);
/// By the error of a Failure.
[[nodiscard]] Outcome outcome_of_error(ErrorCode code);
/// The code that crosses the plugin border for an outcome other than Answered.
[[nodiscard]] ErrorCode code_of(Outcome outcome);

}  // namespace tradectl::net
