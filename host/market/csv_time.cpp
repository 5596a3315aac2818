#include "host/market/csv_time.hpp"

#include <tradectl/timestamp.hpp>

#include <cstddef>

namespace tradectl::market {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::size_t kDayBytes = 10;
constexpr const char* kTimeRange = "time is outside of 1970 to 2261";

/// Takes a text apart from its front.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool at_end() const { return rest_.empty(); }
    bool take(char c) {
        if (rest_.empty() || rest_[0] != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    /// Exactly `digits` digits as a number.
    bool number(std::size_t digits, std::int64_t& out) {
        if (digits_ahead() < digits) return false;
        out = 0;
        for (std::size_t i = 0; i < digits; ++i)
            out = out * 10 + (rest_[i] - '0');
        rest_.remove_prefix(digits);
        return true;
    }
    /// A fraction of up to nine digits, as billionths.
    bool billionths(std::int64_t& out) {
        const std::size_t digits = digits_ahead();
        if (digits == 0 || digits > 9 || !number(digits, out)) return false;
        for (std::size_t i = digits; i < 9; ++i)
            out *= 10;
        return true;
    }
    [[nodiscard]] std::size_t digits_ahead() const {
        std::size_t count = 0;
        while (count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9')
            ++count;
        return count;
    }

  private:
    std::string_view rest_;
};

std::optional<std::int64_t> take_date(Scanner& scan) {
    std::int64_t year = 0;
    std::int64_t month = 0;
    std::int64_t day = 0;
    if (!scan.number(4, year)) return std::nullopt;
    const bool dashes = scan.take('-');
    if (!scan.number(2, month) || (dashes && !scan.take('-')) || !scan.number(2, day))
        return std::nullopt;
    if (year < 1 || month < 1 || month > 12 || day < 1) return std::nullopt;
    const std::int64_t days = timestamp_detail::days_from_civil(
        year, static_cast<unsigned>(month), static_cast<unsigned>(day));
    const auto back = timestamp_detail::civil_from_days(days);
    if (back.month != month || back.day != day) return std::nullopt;
    return days;
}

/// `HH:MM[:SS[.fraction]]` or `HHMM[SS[mmm]]` as nanoseconds.
std::optional<std::int64_t> take_time_of_day(Scanner& scan) {
    std::int64_t hour = 0;
    std::int64_t minute = 0;
    std::int64_t second = 0;
    std::int64_t fraction = 0;
    if (!scan.number(2, hour)) return std::nullopt;
    if (scan.take(':')) {
        if (!scan.number(2, minute)) return std::nullopt;
        if (scan.take(':')) {
            if (!scan.number(2, second)) return std::nullopt;
            if (scan.take('.') && !scan.billionths(fraction)) return std::nullopt;
        }
    } else {
        if (!scan.number(2, minute)) return std::nullopt;
        if (scan.digits_ahead() > 0 && !scan.number(2, second)) return std::nullopt;
        if (scan.digits_ahead() > 0) {
            if (!scan.number(3, fraction)) return std::nullopt;
            fraction *= kNsPerMillisecond;
        }
    }
    if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
    return hour * kNsPerHour + minute * kNsPerMinute + second * kNsPerSecond + fraction;
}

/// False when there is something that is no offset.
bool take_offset(Scanner& scan, std::optional<std::int32_t>& out) {
    if (scan.at_end()) return true;
    if (scan.take('Z')) {
        out = 0;
        return scan.at_end();
    }
    const bool west = scan.take('-');
    std::int64_t hour = 0;
    std::int64_t minute = 0;
    if (!west && !scan.take('+')) return false;
    if (!scan.number(2, hour)) return false;
    scan.take(':');
    if (!scan.number(2, minute) || hour > 23 || minute > 59 || !scan.at_end()) return false;
    const auto seconds = static_cast<std::int32_t>((hour * 60 + minute) * 60);
    out = west ? -seconds : seconds;
    return true;
}

std::int64_t floor_day(std::int64_t ns) {
    const std::int64_t day = ns / kNsPerDay;
    return day - (ns % kNsPerDay < 0 ? 1 : 0);
}

}  // namespace

std::optional<CivilTime> parse_civil(std::string_view text) {
    Scanner scan(text);
    const auto days = take_date(scan);
    // Beyond these nanoseconds do not fit.
    if (!days || *days < -106'000 || *days > 106'000) return std::nullopt;
    CivilTime out{*days * 24 * kNsPerHour, std::nullopt};
    if (scan.at_end()) return out;
    if (!scan.take('T') && !scan.take(' ')) return std::nullopt;
    const auto time = take_time_of_day(scan);
    if (!time || !take_offset(scan, out.offset_s)) return std::nullopt;
    out.local_ns += *time;
    return out;
}

std::optional<std::int64_t> parse_date(std::string_view text) {
    Scanner scan(text);
    const auto days = take_date(scan);
    return days && scan.at_end() && text.size() == 10 ? days : std::nullopt;
}

std::optional<std::int64_t> date_in_name(const std::string& path) {
    const std::string_view name = std::string_view(path).substr(path.rfind('/') + 1);
    std::optional<std::int64_t> found;
    for (std::size_t at = 0; at < name.size();) {
        Scanner scan(name.substr(at));
        const std::size_t digits = scan.digits_ahead();
        const auto days = digits == 8 || digits == 4 ? take_date(scan) : std::nullopt;
        if (days && scan.digits_ahead() == 0) {
            if (found) return std::nullopt;
            found = days;
            at += digits == 8 ? 8 : 10;
        } else {
            at += digits > 0 ? digits : 1;
        }
    }
    return found;
}

/// `YYYY-MM-DD HH:MM:SS[.fraction]` (or with a T) of the day that was read last.
bool TimeRule::read_near(std::string_view text, tradectl_time& local_ns) const {
    if (text.size() <= kDayBytes || text.substr(0, kDayBytes) != day_text) return false;
    Scanner scan(text.substr(kDayBytes));
    if (!scan.take(' ') && !scan.take('T')) return false;
    const auto time = take_time_of_day(scan);
    if (!time || !scan.at_end()) return false;
    local_ns = day * kNsPerDay + *time;
    return true;
}

const char* TimeRule::read_local(std::string_view text, tradectl_time& out) const {
    CivilTime civil;
    if (unit == TimeUnit::DayMs) {
        std::uint64_t ms = 0;
        if (date == kNoDate) return "a time of day, and no date in the options or the file's name";
        if (read_count(text, ms) != nullptr) return "not milliseconds since midnight";
        // Late prints of a day may carry a time a little behind its end.
        if (ms >= 2 * kDayMs) return "more than two days after midnight";
        civil.local_ns = (date * kDayMs + static_cast<std::int64_t>(ms)) * kNsPerMillisecond;
    } else if (!read_near(text, civil.local_ns)) {
        const auto parsed = parse_civil(text);
        if (!parsed) return "not a date and time";
        civil = *parsed;
        day_text = text.size() >= kDayBytes && text[4] == '-' ? text.substr(0, kDayBytes) : "";
        day = floor_day(civil.local_ns);
    }
    out = civil.local_ns;
    if (civil.offset_s) {
        out -= *civil.offset_s * kNsPerSecond;
    } else if (zone != nullptr && civil.local_ns >= steady.begin_ns &&
               civil.local_ns < steady.end_ns) {
        out -= steady.offset_ns;
    } else if (zone != nullptr) {
        steady = zone->steady_around(civil.local_ns);
        switch (zone->to_utc(civil.local_ns, dst, out)) {
            case LocalTime::Once: break;
            case LocalTime::Skipped: return "no such time: the clocks went forward over it";
            case LocalTime::Twice: return "time is there twice: the clocks went back";
        }
    }
    return out < 0 ? kTimeRange : nullptr;
}

}  // namespace tradectl::market
