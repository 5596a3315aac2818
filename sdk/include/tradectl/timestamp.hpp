/// Points in time: UTC nanoseconds since the Unix epoch.
#pragma once

#include "abi/types.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tradectl {

/// A point in time. `Timestamp::none()` means "not known"; arithmetic on it is a bug.
class Timestamp {
  public:
    constexpr Timestamp() = default;
    constexpr explicit Timestamp(std::int64_t ns) : ns_(ns) {}
    [[nodiscard]] static constexpr Timestamp none() { return Timestamp{TRADECTL_TIME_NONE}; }

    [[nodiscard]] constexpr std::int64_t ns() const { return ns_; }
    [[nodiscard]] constexpr bool is_none() const { return ns_ == TRADECTL_TIME_NONE; }
    auto operator<=>(const Timestamp&) const = default;

    [[nodiscard]] constexpr Timestamp plus_ns(std::int64_t ns) const { return Timestamp{ns_ + ns}; }
    [[nodiscard]] constexpr std::int64_t minus(Timestamp other) const { return ns_ - other.ns_; }

    /// RFC 3339 with nine fractional digits and `Z`; "-" for none.
    [[nodiscard]] std::string to_string() const;
    /// Reads RFC 3339 (`2026-01-02T03:04:05[.fraction](Z|+hh:mm|-hh:mm)`, a blank for `T` allowed)
    /// or a date alone (midnight UTC). Nothing on anything else, on impossible dates and outside of
    /// 1678..2261.
    [[nodiscard]] static std::optional<Timestamp> parse(std::string_view text);

  private:
    std::int64_t ns_ = 0;
};

inline constexpr std::int64_t kNsPerMicrosecond = 1'000;
inline constexpr std::int64_t kNsPerMillisecond = 1'000'000;
inline constexpr std::int64_t kNsPerSecond = 1'000'000'000;
inline constexpr std::int64_t kNsPerMinute = 60 * kNsPerSecond;
inline constexpr std::int64_t kNsPerHour = 60 * kNsPerMinute;
inline constexpr std::int64_t kNsPerDay = 24 * kNsPerHour;

namespace timestamp_detail {
/// Days from 1970-01-01 of a proleptic Gregorian date, by counting 400-year eras from March.
constexpr std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day) {
    year -= month <= 2 ? 1 : 0;
    const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
    const auto year_of_era = static_cast<unsigned>(year - era * 400);
    const unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const unsigned day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + static_cast<std::int64_t>(day_of_era) - 719468;
}

struct CivilDate {
    std::int64_t year;
    unsigned month;
    unsigned day;
};

constexpr CivilDate civil_from_days(std::int64_t days) {
    days += 719468;
    const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const auto day_of_era = static_cast<unsigned>(days - era * 146097);
    const unsigned year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const unsigned day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const unsigned month_from_march = (5 * day_of_year + 2) / 153;
    const unsigned day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    const unsigned month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    const std::int64_t year =
        static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2 ? 1 : 0);
    return {year, month, day};
}

constexpr void put_digits(char* out, std::int64_t value, int width) {
    for (int i = width - 1; i >= 0; --i) {
        out[i] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
}

/// Reads exactly `width` digits at `at`, or -1.
constexpr std::int64_t take_digits(std::string_view text, std::size_t at, std::size_t width) {
    if (at + width > text.size()) return -1;
    std::int64_t value = 0;
    for (std::size_t i = at; i < at + width; ++i) {
        if (text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}
}  // namespace timestamp_detail

inline std::string Timestamp::to_string() const {
    if (is_none()) return "-";
    std::int64_t days = ns_ / kNsPerDay;
    std::int64_t rest = ns_ % kNsPerDay;
    if (rest < 0) {
        rest += kNsPerDay;
        --days;
    }
    const auto date = timestamp_detail::civil_from_days(days);
    std::string text = "0000-00-00T00:00:00.000000000Z";
    timestamp_detail::put_digits(&text[0], date.year, 4);
    timestamp_detail::put_digits(&text[5], date.month, 2);
    timestamp_detail::put_digits(&text[8], date.day, 2);
    timestamp_detail::put_digits(&text[11], rest / kNsPerHour, 2);
    timestamp_detail::put_digits(&text[14], rest / kNsPerMinute % 60, 2);
    timestamp_detail::put_digits(&text[17], rest / kNsPerSecond % 60, 2);
    timestamp_detail::put_digits(&text[20], rest % kNsPerSecond, 9);
    return text;
}

inline std::optional<Timestamp> Timestamp::parse(std::string_view text) {
    using timestamp_detail::take_digits;
    const std::int64_t year = take_digits(text, 0, 4);
    const std::int64_t month = take_digits(text, 5, 2);
    const std::int64_t day = take_digits(text, 8, 2);
    if (year < 1678 || year > 2261 || month < 1 || month > 12 || day < 1) return std::nullopt;
    if (text[4] != '-' || text[7] != '-') return std::nullopt;
    const std::int64_t days = timestamp_detail::days_from_civil(
        year, static_cast<unsigned>(month), static_cast<unsigned>(day));
    if (timestamp_detail::civil_from_days(days).month != static_cast<unsigned>(month))
        return std::nullopt;
    std::int64_t ns = days * kNsPerDay;
    if (text.size() == 10) return Timestamp{ns};

    const std::int64_t hour = take_digits(text, 11, 2);
    const std::int64_t minute = take_digits(text, 14, 2);
    const std::int64_t second = take_digits(text, 17, 2);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
        return std::nullopt;
    if ((text[10] != 'T' && text[10] != ' ') || text[13] != ':' || text[16] != ':')
        return std::nullopt;
    ns += hour * kNsPerHour + minute * kNsPerMinute + second * kNsPerSecond;
    std::size_t at = 19;
    if (at < text.size() && text[at] == '.') {
        std::int64_t scale = kNsPerSecond / 10;
        const std::size_t first = ++at;
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10) {
            if (scale == 0) return std::nullopt;  // finer than a nanosecond
            ns += (text[at] - '0') * scale;
        }
        if (at == first) return std::nullopt;
    }
    if (at + 1 == text.size() && text[at] == 'Z') return Timestamp{ns};
    if (at + 6 != text.size() || (text[at] != '+' && text[at] != '-') || text[at + 3] != ':')
        return std::nullopt;
    const std::int64_t offset_hour = take_digits(text, at + 1, 2);
    const std::int64_t offset_minute = take_digits(text, at + 4, 2);
    if (offset_hour < 0 || offset_hour > 23 || offset_minute < 0 || offset_minute > 59)
        return std::nullopt;
    const std::int64_t offset = offset_hour * kNsPerHour + offset_minute * kNsPerMinute;
    return Timestamp{text[at] == '+' ? ns - offset : ns + offset};
}

}  // namespace tradectl
