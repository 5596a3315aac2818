/// The ids that the plugin gives its timers and streams.
#pragma once

#include <cstdint>

namespace tradectl::polymarket {

inline constexpr std::uint64_t kPingTimer = 1;
inline constexpr std::uint64_t kPollTimer = 2;
inline constexpr std::uint64_t kReconnectTimer = 3;
inline constexpr std::uint64_t kHeartbeatTimer = 4;
inline constexpr std::uint64_t kDiscoverTimer = 5;
inline constexpr std::uint64_t kReviewTimer = 6;
inline constexpr std::uint64_t kClockTimer = 7;
inline constexpr std::uint64_t kMarketTimerFirst = 100;  ///< and up: one for each market stream

inline constexpr std::uint64_t kUserStream = 1;
inline constexpr std::uint64_t kMarketStreamFirst = 100;  ///< and up

}  // namespace tradectl::polymarket
