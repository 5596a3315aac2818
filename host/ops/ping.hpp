/// Tells a monitor on the web that a job ran: the way of healthchecks.io, whose pages describe the
/// forms of the URL, and of whatever speaks like it.
#pragma once

#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <string>

namespace tradectl::ops {

struct PingTarget {
    std::string url;  ///< of the check, a secret; pings go to URL, URL/start, URL/fail, URL/STATUS
    std::string roots;  ///< PEM file in the place of the system's roots; empty: the system's
    std::int64_t timeout_ns = 10 * kNsPerSecond;
};

/// The URL that stands in a file. Permission when others may read it; NotFound, InvalidArgument.
Expected<PingTarget> ping_target_in(const std::string& url_file);

/// The job begins.
Status ping_start(const PingTarget& target);
/// The job ended with that exit status: 0 is success, anything else a failure.
Status ping_exit(const PingTarget& target, int exit_status);
/// The job failed before it could have an exit status.
Status ping_fail(const PingTarget& target);

// A ping that fails says so, and must change nothing for the job: Unavailable when nobody answered
// or the answer was no success, Permission, Authentication, InvalidArgument. Each blocks for at
// most the target's timeout. [any]

}  // namespace tradectl::ops
