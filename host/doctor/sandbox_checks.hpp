/// What this kernel offers to shut a plugin in. Asks only: nothing is restricted.
#pragma once

#include "host/doctor/check.hpp"

namespace tradectl::doctor {

/// Whether seccomp filters can be set. seccomp(2), SECCOMP_GET_ACTION_AVAIL.
[[nodiscard]] Check check_seccomp();
/// The version of landlock's ABI. landlock_create_ruleset(2).
[[nodiscard]] Check check_landlock();

}  // namespace tradectl::doctor
