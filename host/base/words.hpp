/// The words for codes, as commands, logs, exports and the audit log print them. A word once given
/// is never changed: entries of the audit log are made again from the WAL, and must come out the
/// same.
#pragma once

#include <cstdint>
#include <string_view>

namespace tradectl {

/// "insufficient_balance" for TRADECTL_REASON_INSUFFICIENT_BALANCE; "none" for 0; "unknown"
/// otherwise.
[[nodiscard]] std::string_view reason_name(std::uint32_t reason);
/// "buy", "sell" or "none".
[[nodiscard]] std::string_view side_name(std::uint32_t side);
/// "limit", "market", "stop", "stop_limit" or "unknown".
[[nodiscard]] std::string_view order_type_name(std::uint32_t type);
/// "gtc", "ioc", "fok", "gtd" or "unknown".
[[nodiscard]] std::string_view time_in_force_name(std::uint32_t time_in_force);
/// "maker", "taker" or "none".
[[nodiscard]] std::string_view liquidity_name(std::uint32_t liquidity);

}  // namespace tradectl
