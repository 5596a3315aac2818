/// Scalars of the file: durations, sizes, integers, with their canonical texts.
#pragma once

#include <tradectl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace tradectl::config {

/// Digits with an optional fraction and one of ns us ms s m h d; "0" needs no unit. Whole
/// nanoseconds below 2^63, or InvalidArgument.
[[nodiscard]] Expected<std::int64_t> parse_duration(std::string_view text);
/// In the largest unit that makes it whole: "5ms", "90s", "0s".
[[nodiscard]] std::string format_duration(std::int64_t ns);

/// Digits and one of B KiB MiB GiB; without a unit, bytes. Below 2^63, or InvalidArgument.
[[nodiscard]] Expected<std::uint64_t> parse_size(std::string_view text);
/// In the largest unit that makes it whole: "16MiB", "1000B".
[[nodiscard]] std::string format_size(std::uint64_t bytes);

/// An optional minus and digits, no blanks, or InvalidArgument.
[[nodiscard]] Expected<std::int64_t> parse_integer(std::string_view text);

}  // namespace tradectl::config
