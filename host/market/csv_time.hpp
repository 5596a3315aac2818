/// Times of a place in text files.
#pragma once

#include "host/base/time_zone.hpp"
#include "host/market/csv_row.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tradectl::market {

/// A date and a time by the calendar of a place.
struct CivilTime {
    std::int64_t local_ns = 0;             ///< since 1970 by that calendar
    std::optional<std::int32_t> offset_s;  ///< where the text has one: east of UTC
};

/// Reads `YYYY-MM-DD` or `YYYYMMDD`, alone or with a `T` or a blank and `HH:MM[:SS[.fraction]]` or
/// `HHMM[SS[mmm]]`, and then `Z`, `+HH:MM`, `+HHMM` (or `-`) or nothing. Nothing for any other text
/// and for dates that are not in the calendar.
[[nodiscard]] std::optional<CivilTime> parse_civil(std::string_view text);

/// Days since 1970 of `2024-01-31`; nothing for any other text.
[[nodiscard]] std::optional<std::int64_t> parse_date(std::string_view text);
/// The date in a file's name, as `20240131` or `2024-01-31`, when it has exactly one.
[[nodiscard]] std::optional<std::int64_t> date_in_name(const std::string& path);

/// How a file's times are read, which mostly are close to each other. `settle` is called with its
/// first one. [one thread]
struct TimeRule {
    TimeUnit unit = TimeUnit::Milliseconds;
    std::shared_ptr<const TimeZone> zone;  ///< of Civil and DayMs; null: UTC
    DstChoice dst = DstChoice::Refuse;
    static constexpr std::int64_t kNoDate = -1;
    mutable TimeZone::Steady steady = {};  ///< around the time that was read last
    mutable std::string day_text = {};     ///< `YYYY-MM-DD` of the time that was read last
    mutable std::int64_t day = 0;          ///< its number
    std::int64_t date = kNoDate;           ///< of DayMs, in days since 1970

    void settle(std::string_view first_time) { unit = settled_unit(unit, first_time); }
    /// Null and the time in `out`, or what is wrong.
    [[nodiscard]] const char* read(std::string_view text, tradectl_time& out) const {
        if (unit <= TimeUnit::Rfc3339) return read_time(text, unit, out);
        return read_local(text, out);
    }

  private:
    [[nodiscard]] bool read_near(std::string_view text, tradectl_time& local_ns) const;
    [[nodiscard]] const char* read_local(std::string_view text, tradectl_time& out) const;
};

}  // namespace tradectl::market
