#include "host/market/csv_row.hpp"

#include "host/base/assert.hpp"
#include "host/market/short_decimal.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace tradectl::market {
namespace {

constexpr const char* kNotANumber = "not a decimal number";
constexpr const char* kNumberRange = "out of range (about 1.7e20)";
constexpr const char* kTimeRange = "time is outside of 1970 to 2261";
using short_decimal_detail::kPowers;
constexpr std::size_t kDigits = short_decimal_detail::kDecimals;

std::int64_t unit_ns(TimeUnit unit) {
    switch (unit) {
        case TimeUnit::Seconds: return kNsPerSecond;
        case TimeUnit::Milliseconds: return kNsPerMillisecond;
        case TimeUnit::Microseconds: return kNsPerMicrosecond;
        default: return 1;
    }
}

bool equal_ignoring_case(std::string_view text, std::string_view lower) {
    return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + ('a' - 'A')) : a) == b;
    });
}

/// Half even, to `decimals` of 18.
Decimal::Raw rounded(Decimal::Raw raw, std::size_t decimals) {
    const auto step = static_cast<Decimal::Raw>(kPowers[kDigits - decimals]);
    Decimal::Raw whole = raw / step;
    const Decimal::Raw rest = (raw < 0 ? -raw : raw) % step * 2;
    if (rest > step || (rest == step && whole % 2 != 0)) whole += raw < 0 ? -1 : 1;
    return whole * step;
}

const char* read_time_with_fraction(std::string_view text, std::int64_t unit, tradectl_time& out) {
    const auto value = Decimal::parse(text);
    if (!value) return "not a time in the given unit";
    const auto ns = checked_mul(*value, Decimal::from_int(unit), Rounding::Down);
    if (!ns || ns->is_negative() || *ns > Decimal::from_int(INT64_MAX)) return kTimeRange;
    const Decimal one = Decimal::from_int(1);
    if (!ns->is_multiple_of(one)) return "time is finer than a nanosecond";
    out = static_cast<tradectl_time>(ns->raw() / one.raw());
    return nullptr;
}

/// Calls `at(i)` for each place of `c`, in order.
template <typename At>
void for_each_place(std::string_view text, char c, At at) {
    std::size_t i = 0;
#ifdef __SSE2__
    const __m128i wanted = _mm_set1_epi8(c);
    for (; i + 16 <= text.size(); i += 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + i));
        auto mask = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, wanted)));
        for (; mask != 0; mask &= mask - 1)
            at(i + static_cast<unsigned>(__builtin_ctz(mask)));
    }
#endif
    for (; i < text.size(); ++i)
        if (text[i] == c) at(i);
}

/// A row without quotes, as nearly all are.
std::size_t split_plain(std::string_view row, char delimiter, std::span<std::string_view> out) {
    std::size_t count = 0;
    std::size_t first = 0;
    const auto keep = [&](std::size_t end) {
        if (count < out.size()) out[count] = std::string_view(row.data() + first, end - first);
        ++count;
        first = end + 1;
    };
    for_each_place(row, delimiter, keep);
    keep(row.size());
    return count;
}

std::size_t split_quoted(std::string_view row, char delimiter, std::span<std::string_view> out) {
    std::size_t count = 0;
    const auto keep = [&](std::string_view field) {
        if (count < out.size()) out[count] = field;
        ++count;
    };
    std::size_t at = 0;
    while (true) {
        if (at < row.size() && row[at] == '"') {
            const std::size_t end = row.find('"', at + 1);
            if (end == std::string_view::npos) return 0;
            if (end + 1 < row.size() && row[end + 1] != delimiter) return 0;
            keep(row.substr(at + 1, end - at - 1));
            at = end + 1;
        } else {
            const std::size_t end = std::min(row.find(delimiter, at), row.size());
            keep(row.substr(at, end - at));
            at = end;
        }
        if (at >= row.size()) return count;
        ++at;
    }
}

}  // namespace

std::optional<TimeUnit> time_unit_of(std::string_view name) {
    if (name == "s") return TimeUnit::Seconds;
    if (name == "ms") return TimeUnit::Milliseconds;
    if (name == "us") return TimeUnit::Microseconds;
    if (name == "ns") return TimeUnit::Nanoseconds;
    if (name == "rfc3339") return TimeUnit::Rfc3339;
    if (name == "civil") return TimeUnit::Civil;
    if (name == "day-ms") return TimeUnit::DayMs;
    return std::nullopt;
}

TimeUnit settled_unit(TimeUnit unit, std::string_view text) {
    if (unit < TimeUnit::Guess) return unit;
    if (unit == TimeUnit::DayMsOrText)
        return text.find(' ') == std::string_view::npos ? TimeUnit::DayMs : TimeUnit::Civil;
    const std::string_view whole = text.substr(0, text.find('.'));
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (unit == TimeUnit::GuessOrText) {
        if (whole.empty() || !std::all_of(whole.begin(), whole.end(), is_digit))
            return TimeUnit::Civil;
        if (whole.size() == 8) return TimeUnit::Civil;  // 20240131
        if (whole.size() < 12) return TimeUnit::Seconds;
    }
    // 14 digits are the year 2286 in milliseconds and 1970 in microseconds.
    if (whole.size() < 14) return TimeUnit::Milliseconds;
    return whole.size() < 18 ? TimeUnit::Microseconds : TimeUnit::Nanoseconds;
}

std::size_t split_row(std::string_view row, char delimiter, std::span<std::string_view> out) {
    if (row.find('"') == std::string_view::npos) return split_plain(row, delimiter, out);
    return split_quoted(row, delimiter, out);
}

const char* read_decimal(std::string_view text, tradectl_decimal& out) {
    if (read_short_decimal(text, 0, out)) return nullptr;
    if (text.empty()) return "empty";
    const auto parsed = decimal_detail::parse_raw(text, std::nullopt);
    switch (parsed.fault) {
        case decimal_detail::ParseFault::None: break;
        case decimal_detail::ParseFault::NotANumber: return kNotANumber;
        case decimal_detail::ParseFault::Inexact: return "more than 18 decimals";
        case decimal_detail::ParseFault::OutOfRange: return kNumberRange;
    }
    out = Decimal::from_raw(parsed.raw).to_abi();
    return nullptr;
}

const char* read_decimal(std::string_view text, const NumberRule& rule, tradectl_decimal& out) {
    if (!rule.decimals && read_short_decimal(text, static_cast<std::size_t>(rule.shift), out))
        return nullptr;
    if (rule.shift == 0 && !rule.decimals) return read_decimal(text, out);
    if (text.empty()) return "empty";
    if (rule.decimals) {
        const auto value = Decimal::parse(text, Rounding::HalfEven);
        if (!value) return value.error().code == ErrorCode::Overflow ? kNumberRange : kNotANumber;
        out = value->to_abi();
    } else if (const char* fault = read_decimal(text, out)) {
        return fault;
    }
    Decimal::Raw raw = Decimal::from_abi(out).raw();
    const auto shifted = static_cast<Decimal::Raw>(kPowers[static_cast<std::size_t>(rule.shift)]);
    if (raw % shifted != 0) return "more than 18 decimals";
    raw /= shifted;
    if (rule.decimals) raw = rounded(raw, static_cast<std::size_t>(*rule.decimals));
    out = Decimal::from_raw(raw).to_abi();
    return nullptr;
}

const char* read_above_zero(std::string_view text, tradectl_decimal& out) {
    if (const char* fault = read_decimal(text, out)) return fault;
    return Decimal::from_abi(out).is_positive() ? nullptr : "not above 0";
}

const char* read_not_negative(std::string_view text, tradectl_decimal& out) {
    if (const char* fault = read_decimal(text, out)) return fault;
    return Decimal::from_abi(out).is_negative() ? "negative" : nullptr;
}

const char* read_count(std::string_view text, std::uint64_t& out) {
    if (read_short_number(text, out)) return nullptr;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, out);
    if (error == std::errc::result_out_of_range) return "out of range (64 bits)";
    return error == std::errc{} && stop == end ? nullptr : "not a whole number";
}

const char* read_time(std::string_view text, TimeUnit unit, tradectl_time& out) {
    if (unit == TimeUnit::Rfc3339) {
        const auto time = Timestamp::parse(text);
        if (!time) return "not an RFC 3339 time";
        if (time->ns() < 0) return kTimeRange;
        out = time->ns();
        return nullptr;
    }
    std::uint64_t whole = 0;
    if (read_count(text, whole) != nullptr)
        return read_time_with_fraction(text, unit_ns(unit), out);
    std::int64_t ns = 0;
    if (__builtin_mul_overflow(whole, unit_ns(unit), &ns)) return kTimeRange;
    out = ns;
    return nullptr;
}

const char* read_side(std::string_view text, std::uint32_t& out) {
    if (equal_ignoring_case(text, "buy") || equal_ignoring_case(text, "b")) {
        out = TRADECTL_SIDE_BUY;
    } else if (equal_ignoring_case(text, "sell") || equal_ignoring_case(text, "s")) {
        out = TRADECTL_SIDE_SELL;
    } else if (text.empty() || text == "-" || equal_ignoring_case(text, "none") ||
               equal_ignoring_case(text, "unknown")) {
        out = TRADECTL_SIDE_NONE;
    } else {
        return "not a side (buy, b, sell, s, none)";
    }
    return nullptr;
}

const char* read_buyer_maker(std::string_view text, std::uint32_t& aggressor) {
    if (equal_ignoring_case(text, "true") || text == "1") {
        aggressor = TRADECTL_SIDE_SELL;
    } else if (equal_ignoring_case(text, "false") || text == "0") {
        aggressor = TRADECTL_SIDE_BUY;
    } else {
        return "neither true nor false";
    }
    return nullptr;
}

char* write_time(char* out, Timestamp time, TimeUnit unit) {
    TRADECTL_ASSERT(unit <= TimeUnit::Rfc3339 && time.ns() >= 0);
    if (unit == TimeUnit::Rfc3339) {
        const std::string text = time.to_string();
        return std::copy(text.begin(), text.end(), out);
    }
    const std::int64_t step = unit_ns(unit);
    out = std::to_chars(out, out + 20, time.ns() / step).ptr;
    std::int64_t rest = time.ns() % step;
    if (rest == 0) return out;
    *out++ = '.';
    for (std::int64_t place = step / 10; rest != 0; place /= 10) {
        *out++ = static_cast<char>('0' + rest / place);
        rest %= place;
    }
    return out;
}

}  // namespace tradectl::market
