/// The words of tradectl-wal(5) for what a record holds as numbers.
#pragma once

#include "host/wal/record.hpp"

#include <cstdint>
#include <string>

namespace tradectl::wal {

/// "intent", "balance_deduct", "in_progress", "available", "session_start", ...
[[nodiscard]] const char* to_text(RecordType type);
[[nodiscard]] const char* to_text(StepKind step);
[[nodiscard]] const char* to_text(StepStatus status);
[[nodiscard]] const char* to_text(Bucket bucket);
[[nodiscard]] const char* to_text(NoteKind kind);

/// Names of the SDK's constants ("buy", "limit", "gtc", "partially_filled", ...); a number that has
/// none is written as such, 0 as an empty text where 0 says nothing.
[[nodiscard]] std::string side_name(std::uint8_t side);
[[nodiscard]] std::string order_type_name(std::uint8_t type);
[[nodiscard]] std::string time_in_force_name(std::uint8_t time_in_force);
[[nodiscard]] std::string order_status_name(std::uint8_t status);
[[nodiscard]] std::string liquidity_name(std::uint8_t liquidity);
[[nodiscard]] std::string settlement_name(std::uint8_t settlement);
[[nodiscard]] std::string identity_class_name(std::uint8_t identity_class);
[[nodiscard]] std::string fence_name(std::uint8_t fence);

}  // namespace tradectl::wal
