/// What plugins tell the host beyond the records of the ABI: ext events whose payload is JSON.
#pragma once

#include "host/base/json.hpp"

#include <tradectl/abi/events.h>

#include <optional>
#include <string_view>

namespace tradectl::engine {

/// How one kind of an exchange's news arrives; members in tradectl-control(5).
inline constexpr std::string_view kFlowExtension = "tradectl.flow/1";
/// Whose account an exchange trades, and what the venue may take of it: `key`, `address`, and
/// `allowances` with `asset`, `contract`, `spender`, `state`, `amount` and `read` (our time, ns).
inline constexpr std::string_view kAccountExtension = "tradectl.account/1";

/// The payload of an event of that name; nothing for any other event, and for what is no JSON
/// object.
[[nodiscard]] std::optional<Json> told_json(const tradectl_event& event, std::string_view name);

}  // namespace tradectl::engine
