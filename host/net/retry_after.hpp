/// When a venue wants to be asked again.
#pragma once

#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace tradectl::net {

/// Longest wait that a venue is believed.
inline constexpr std::int64_t kRetryAfterNsMax = kNsPerDay;

/// The three forms of an HTTP date (RFC 9110, 5.6.7); a year of two digits is the one nearest to
/// `now`. [any]
[[nodiscard]] std::optional<Timestamp> parse_http_date(std::string_view text, Timestamp now);
/// Retry-After (RFC 9110, 10.2.3), seconds or a date, as a time from `now`: 0 for a date that has
/// passed, at most `kRetryAfterNsMax`; nothing for anything else. [any]
[[nodiscard]] std::optional<std::int64_t> parse_retry_after(std::string_view text, Timestamp now);

}  // namespace tradectl::net
