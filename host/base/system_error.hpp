/// errno as an Error.
#pragma once

#include <tradectl/expected.hpp>

#include <string>
#include <string_view>

namespace tradectl {

/// "PATH: WHAT: REASON", with the code that tells the caller what to do: NoSpace for a full device
/// or quota, Permission, NotFound, Locked, BadState for what is there and should not be, else Io.
[[nodiscard]] Unexpected system_failure(int error_number,
                                        const std::string& path,
                                        std::string_view what);

}  // namespace tradectl
