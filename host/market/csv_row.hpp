/// One row of a CSV file: its fields, and the values in them.
#pragma once

#include <tradectl/abi/types.h>
#include <tradectl/decimal.hpp>
#include <tradectl/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace tradectl::market {

inline constexpr std::size_t kCsvFieldsMax = 64;

/// How a file writes times. Whole units, or with a fraction that comes to whole nanoseconds.
enum class TimeUnit : std::uint8_t {
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
    Rfc3339,
    Civil,        ///< a date and a time of a place, csv_time.hpp
    DayMs,        ///< milliseconds since midnight of a place
    Guess,        ///< milliseconds, microseconds or nanoseconds, by the size of the first time
    GuessOrText,  ///< any of the above but DayMs, by the look of the first time
    DayMsOrText,  ///< DayMs or Civil, by the look of the first time
};
/// "s", "ms", "us", "ns", "rfc3339", "civil" or "day-ms".
[[nodiscard]] std::optional<TimeUnit> time_unit_of(std::string_view name);
/// What a unit comes to for a file whose first time is `text`; the last three become one of
/// those before them.
[[nodiscard]] TimeUnit settled_unit(TimeUnit unit, std::string_view text);

/// Cuts a row at its delimiters into `out` and returns how many fields it has, which may be more
/// than `out` holds. A field may stand in double quotes, which are taken off; a quote that does
/// not close, or goes on behind its end, gives 0. Quotes inside of a field are left alone.
[[nodiscard]] std::size_t split_row(std::string_view row,
                                    char delimiter,
                                    std::span<std::string_view> out);

/// How a file writes prices or quantities, and what becomes of them.
struct NumberRule {
    int shift = 0;                ///< the text is this many powers of ten too large, 0 to 18
    std::optional<int> decimals;  ///< rounded to these, 0 to 18; none: more than 18 are refused
};

/// Readers of one field: null and the value in `out`, or what is wrong ("not a decimal number").
[[nodiscard]] const char* read_decimal(std::string_view text, tradectl_decimal& out);
/// The same by a rule: divided by 10^shift (exactly), then rounded half even.
[[nodiscard]] const char* read_decimal(std::string_view text,
                                       const NumberRule& rule,
                                       tradectl_decimal& out);
[[nodiscard]] const char* read_above_zero(std::string_view text, tradectl_decimal& out);
[[nodiscard]] const char* read_not_negative(std::string_view text, tradectl_decimal& out);
[[nodiscard]] const char* read_count(std::string_view text, std::uint64_t& out);
/// Times that count from 1970, and Rfc3339; the others are read in csv_time.hpp.
[[nodiscard]] const char* read_time(std::string_view text, TimeUnit unit, tradectl_time& out);
/// "buy", "b", "sell", "s" in any case; empty, "-", "none" and "unknown" are TRADECTL_SIDE_NONE.
[[nodiscard]] const char* read_side(std::string_view text, std::uint32_t& out);
/// "true", "1", "false", "0" in any case: whether the buyer made the price, so that the aggressor
/// sells.
[[nodiscard]] const char* read_buyer_maker(std::string_view text, std::uint32_t& aggressor);

/// Writes a time in a unit, with the fraction that it needs; `out` holds 40 bytes. Returns the end.
char* write_time(char* out, Timestamp time, TimeUnit unit);

}  // namespace tradectl::market
