/// The account that an exchange says it trades.
#pragma once

#include "host/base/json.hpp"
#include "host/doctor/check.hpp"
#include "host/keys/key_store.hpp"

#include <tradectl/timestamp.hpp>

#include <string>
#include <vector>

namespace tradectl::doctor {

/// "address:NAME": whether the exchange is configured with the address of the key that signs for
/// it. `account`: as an exchange tells it (host/engine/extension.hpp); Unknown when it names no key
/// that could be read.
[[nodiscard]] Check judge_address(const std::string& exchange,
                                  const Json& account,
                                  const std::vector<keys::KeyReport>& keys);

/// "allowances:NAME": what the venue may take of the account. Warns of each that is missing,
/// Unknown when none is and some are not known. `now`: for the ages of what was read.
[[nodiscard]] Check judge_allowances(const std::string& exchange,
                                     const Json& account,
                                     Timestamp now);

}  // namespace tradectl::doctor
