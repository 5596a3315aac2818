#include "host/base/posix_zone.hpp"

#include <tradectl/timestamp.hpp>

#include <algorithm>
#include <limits>

namespace tradectl {
namespace {
constexpr std::int64_t kFirstYear = 1970;
constexpr std::int64_t kLastYear = 2262;
constexpr std::int64_t kDaySeconds = 86'400;

bool is_leap(std::int64_t year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}
}  // namespace

class PosixZoneParser {
  public:
    explicit PosixZoneParser(std::string_view text) : rest_(text) {}

    std::optional<PosixZone> parse() {
        PosixZone zone;
        if (!take_name() || !take_time(zone.standard_s_)) return std::nullopt;
        zone.standard_s_ = -zone.standard_s_;  // POSIX counts west of UTC
        if (rest_.empty()) return zone;
        zone.has_summer_ = true;
        if (!take_name()) return std::nullopt;
        zone.summer_s_ = zone.standard_s_ + 3600;
        if (!rest_.empty() && rest_[0] != ',') {
            if (!take_time(zone.summer_s_)) return std::nullopt;
            zone.summer_s_ = -zone.summer_s_;
        }
        if (!take(',') || !take_day(zone.summer_begins_)) return std::nullopt;
        if (!take(',') || !take_day(zone.summer_ends_)) return std::nullopt;
        return rest_.empty() ? std::optional(zone) : std::nullopt;
    }

  private:
    bool take(char c) {
        if (rest_.empty() || rest_[0] != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    /// Letters, or anything in angle brackets.
    bool take_name() {
        std::size_t length = 0;
        if (take('<')) {
            length = rest_.find('>');
            if (length == std::string_view::npos) return false;
            rest_.remove_prefix(length + 1);
        } else {
            while (length < rest_.size() && ((rest_[length] >= 'A' && rest_[length] <= 'Z') ||
                                             (rest_[length] >= 'a' && rest_[length] <= 'z')))
                ++length;
            rest_.remove_prefix(length);
        }
        return length >= 3;
    }
    bool take_number(std::int32_t min, std::int32_t max, std::int32_t& out) {
        std::size_t digits = 0;
        out = 0;
        while (digits < rest_.size() && digits < 4 && rest_[digits] >= '0' && rest_[digits] <= '9')
            out = out * 10 + (rest_[digits++] - '0');
        rest_.remove_prefix(digits);
        return digits > 0 && out >= min && out <= max;
    }
    /// `[+-]hh[:mm[:ss]]` in seconds.
    bool take_time(std::int32_t& out) {
        const bool negative = take('-');
        if (!negative) take('+');
        std::int32_t minute = 0;
        std::int32_t second = 0;
        if (!take_number(0, 167, out)) return false;
        if (take(':') && !take_number(0, 59, minute)) return false;
        if (take(':') && !take_number(0, 59, second)) return false;
        out = (out * 60 + minute) * 60 + second;
        if (negative) out = -out;
        return true;
    }
    bool take_day(PosixZone::Day& out) {
        using Kind = PosixZone::Day::Kind;
        if (take('M')) {
            out.kind = Kind::WeekDay;
            if (!take_number(1, 12, out.month) || !take('.') || !take_number(1, 5, out.week) ||
                !take('.') || !take_number(0, 6, out.day))
                return false;
        } else if (take('J')) {
            out.kind = Kind::JulianNoLeap;
            if (!take_number(1, 365, out.day)) return false;
        } else {
            out.kind = Kind::Ordinal;
            if (!take_number(0, 365, out.day)) return false;
        }
        return !take('/') || take_time(out.time_s);
    }

    std::string_view rest_;
};

std::optional<PosixZone> PosixZone::parse(std::string_view text) {
    return PosixZoneParser(text).parse();
}

/// Of a day in a year, in seconds by the zone's own clock.
std::int64_t PosixZone::moment(const Day& day, std::int64_t year) {
    using timestamp_detail::days_from_civil;
    std::int64_t days = days_from_civil(year, 1, 1);
    switch (day.kind) {
        case Day::Kind::Ordinal: days += day.day; break;
        case Day::Kind::JulianNoLeap:
            days += day.day - 1 + (is_leap(year) && day.day >= 60 ? 1 : 0);
            break;
        case Day::Kind::WeekDay: {
            days = days_from_civil(year, static_cast<unsigned>(day.month), 1);
            const std::int64_t next =
                day.month == 12 ? days_from_civil(year + 1, 1, 1)
                                : days_from_civil(year, static_cast<unsigned>(day.month) + 1, 1);
            // 1970-01-01 was a Thursday.
            const std::int64_t week_day = (days % 7 + 7 + 4) % 7;
            days += (day.day - week_day + 7) % 7 + 7 * (day.week - 1);
            while (days >= next)  // week 5 is the last one
                days -= 7;
            break;
        }
    }
    return days * kDaySeconds + day.time_s;
}

std::vector<std::pair<std::int64_t, std::int32_t>> PosixZone::changes() const {
    std::vector<std::pair<std::int64_t, std::int32_t>> out;
    if (!has_summer_) {
        out.emplace_back(std::numeric_limits<std::int64_t>::min(), standard_s_);
        return out;
    }
    for (std::int64_t year = kFirstYear; year <= kLastYear; ++year) {
        out.emplace_back(moment(summer_begins_, year) - standard_s_, summer_s_);
        out.emplace_back(moment(summer_ends_, year) - summer_s_, standard_s_);
    }
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace tradectl
