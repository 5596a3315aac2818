#include "host/net/retry_after.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace tradectl::net {

namespace {

/// Takes the date apart from left to right; what does not fit makes it false for good.
class DateReader {
  public:
    explicit DateReader(std::string_view text) : text_(text) {}

    unsigned number(std::size_t digits) {
        unsigned value = 0;
        const std::string_view part = text_.substr(0, digits);
        const auto read = std::from_chars(part.data(), part.data() + part.size(), value);
        is_good_ = is_good_ && part.size() == digits && read.ec == std::errc() &&
                   read.ptr == part.data() + part.size();
        text_.remove_prefix(part.size());
        return value;
    }
    void literal(std::string_view wanted) {
        is_good_ = is_good_ && text_.starts_with(wanted);
        text_.remove_prefix(std::min(wanted.size(), text_.size()));
    }
    /// Index of the word that stands here, all of the same length.
    template <std::size_t N>
    unsigned word(const std::array<std::string_view, N>& words) {
        const auto found = std::find_if(words.begin(), words.end(), [this](std::string_view word) {
            return text_.starts_with(word);
        });
        is_good_ = is_good_ && found != words.end();
        if (found != words.end()) text_.remove_prefix(found->size());
        return static_cast<unsigned>(found - words.begin());
    }
    [[nodiscard]] bool next_is(char c) const { return text_.starts_with(c); }
    [[nodiscard]] bool is_done() const { return is_good_ && text_.empty(); }

  private:
    std::string_view text_;
    bool is_good_ = true;
};

constexpr std::array<std::string_view, 12> kMonths = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kDays = {
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
constexpr std::array<std::string_view, 7> kShortDays = {
    "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

struct Parts {
    std::int64_t year = 0;
    unsigned month = 0;
    unsigned day = 0;
    unsigned hour = 0;
    unsigned minute = 0;
    unsigned second = 0;
};

void read_time(DateReader& in, Parts& date) {
    date.hour = in.number(2);
    in.literal(":");
    date.minute = in.number(2);
    in.literal(":");
    date.second = in.number(2);
}

std::optional<Timestamp> timestamp_of(const Parts& date) {
    using namespace timestamp_detail;
    if (date.hour > 23 || date.minute > 59 || date.second > 60) return std::nullopt;
    const std::int64_t days = days_from_civil(date.year, date.month, date.day);
    const CivilDate back = civil_from_days(days);
    if (back.month != date.month || back.day != date.day) return std::nullopt;
    if (date.year < 1700 || date.year > 2250) return std::nullopt;
    const std::int64_t seconds =
        ((days * 24 + date.hour) * 60 + date.minute) * 60 + std::min(date.second, 59u);
    return Timestamp(seconds * kNsPerSecond);
}

/// "Sun, 06 Nov 1994 08:49:37 GMT"
std::optional<Timestamp> read_fixed(std::string_view text) {
    DateReader in(text);
    Parts date;
    in.word(kShortDays);
    in.literal(", ");
    date.day = in.number(2);
    in.literal(" ");
    date.month = in.word(kMonths) + 1;
    in.literal(" ");
    date.year = in.number(4);
    in.literal(" ");
    read_time(in, date);
    in.literal(" GMT");
    return in.is_done() ? timestamp_of(date) : std::nullopt;
}

/// "Sunday, 06-Nov-94 08:49:37 GMT"
std::optional<Timestamp> read_old(std::string_view text, Timestamp now) {
    DateReader in(text);
    Parts date;
    in.word(kDays);
    in.literal(", ");
    date.day = in.number(2);
    in.literal("-");
    date.month = in.word(kMonths) + 1;
    in.literal("-");
    const std::int64_t this_year = timestamp_detail::civil_from_days(now.ns() / kNsPerDay).year;
    date.year = this_year - this_year % 100 + in.number(2);
    // More than fifty years ahead is the century before.
    if (date.year > this_year + 50) date.year -= 100;
    in.literal(" ");
    read_time(in, date);
    in.literal(" GMT");
    return in.is_done() ? timestamp_of(date) : std::nullopt;
}

/// "Sun Nov  6 08:49:37 1994"
std::optional<Timestamp> read_asctime(std::string_view text) {
    DateReader in(text);
    Parts date;
    in.word(kShortDays);
    in.literal(" ");
    date.month = in.word(kMonths) + 1;
    in.literal(" ");
    const bool is_short = in.next_is(' ');
    if (is_short) in.literal(" ");
    date.day = in.number(is_short ? 1 : 2);
    in.literal(" ");
    read_time(in, date);
    in.literal(" ");
    date.year = in.number(4);
    return in.is_done() ? timestamp_of(date) : std::nullopt;
}

}  // namespace

std::optional<Timestamp> parse_http_date(std::string_view text, Timestamp now) {
    if (const auto date = read_fixed(text)) return date;
    if (const auto date = read_old(text, now)) return date;
    return read_asctime(text);
}

std::optional<std::int64_t> parse_retry_after(std::string_view text, Timestamp now) {
    const bool is_number =
        !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
    if (is_number) {
        std::int64_t seconds = 0;
        const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
        if (read.ec != std::errc()) return kRetryAfterNsMax;
        return std::min(seconds, kRetryAfterNsMax / kNsPerSecond) * kNsPerSecond;
    }
    const auto date = parse_http_date(text, now);
    if (!date) return std::nullopt;
    return std::clamp<std::int64_t>(date->minus(now), 0, kRetryAfterNsMax);
}

}  // namespace tradectl::net
