#include "host/config/scalar.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace tradectl::config {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t factor;
};
// Largest first: the formatters take the first that divides.
constexpr std::array<Unit, 7> kDurationUnits{{{"d", 86'400'000'000'000},
                                              {"h", 3'600'000'000'000},
                                              {"m", 60'000'000'000},
                                              {"s", 1'000'000'000},
                                              {"ms", 1'000'000},
                                              {"us", 1'000},
                                              {"ns", 1}}};
constexpr std::array<Unit, 4> kSizeUnits{
    {{"GiB", 1'073'741'824}, {"MiB", 1'048'576}, {"KiB", 1'024}, {"B", 1}}};
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

template <std::size_t Count>
const Unit* find_unit(const std::array<Unit, Count>& units, std::string_view name) {
    for (const Unit& unit : units) {
        if (unit.name == name) return &unit;
    }
    return nullptr;
}

template <std::size_t Count>
std::string format_with(const std::array<Unit, Count>& units, std::int64_t value) {
    for (const Unit& unit : units) {
        if (value % unit.factor == 0)
            return std::to_string(value / unit.factor) + std::string(unit.name);
    }
    return std::to_string(value);
}

Unexpected not_a(std::string_view text, std::string_view what) {
    return fail(ErrorCode::InvalidArgument,
                "'" + std::string(text) + "' is not " + std::string(what));
}

Unexpected too_large(std::string_view text) {
    return fail(ErrorCode::InvalidArgument, "'" + std::string(text) + "' is too large");
}

constexpr std::string_view kDigits = "0123456789";

/// Whole digits at the front; an empty text or one above 2^63 - 1 fails.
Expected<std::int64_t> take_whole(std::string_view digits, std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error == std::errc::result_out_of_range) return too_large(text);
    if (error != std::errc{} || end != digits.data() + digits.size())
        return not_a(text, "a number");
    return value;
}

/// `digits` as a decimal fraction of `factor`; a rest below one is refused.
Expected<std::int64_t> take_fraction(std::string_view digits,
                                     std::int64_t factor,
                                     std::string_view text) {
    constexpr std::size_t kDigitsMax = 18;
    while (!digits.empty() && digits.back() == '0')
        digits.remove_suffix(1);
    if (digits.empty()) return 0;
    __extension__ typedef __int128 Int128;
    Int128 scale = 1;
    Int128 value = 0;
    for (const char digit : digits.substr(0, kDigitsMax)) {
        value = value * 10 + (digit - '0');
        scale *= 10;
    }
    if (digits.size() > kDigitsMax || value * factor % scale != 0)
        return fail(ErrorCode::InvalidArgument,
                    "'" + std::string(text) + "' is finer than a nanosecond");
    return static_cast<std::int64_t>(value * factor / scale);
}

}  // namespace

Expected<std::int64_t> parse_duration(std::string_view text) {
    constexpr std::string_view kWhat = "a duration (a number and ns, us, ms, s, m, h or d: 5ms)";
    if (text == "0") return 0;
    const std::size_t whole_end = text.find_first_not_of(kDigits);
    if (whole_end == 0 || whole_end == std::string_view::npos) return not_a(text, kWhat);
    std::string_view fraction;
    std::size_t unit_at = whole_end;
    if (text[whole_end] == '.') {
        unit_at = text.find_first_not_of(kDigits, whole_end + 1);
        if (unit_at == std::string_view::npos || unit_at == whole_end + 1)
            return not_a(text, kWhat);
        fraction = text.substr(whole_end + 1, unit_at - whole_end - 1);
    }
    const Unit* unit = find_unit(kDurationUnits, text.substr(unit_at));
    if (unit == nullptr) return not_a(text, kWhat);
    const auto whole = take_whole(text.substr(0, whole_end), text);
    if (!whole) return fail(whole.error());
    const auto part = take_fraction(fraction, unit->factor, text);
    if (!part) return fail(part.error());
    if (*whole > (kMax - *part) / unit->factor) return too_large(text);
    return *whole * unit->factor + *part;
}

std::string format_duration(std::int64_t ns) {
    return ns == 0 ? "0s" : format_with(kDurationUnits, ns);
}

Expected<std::uint64_t> parse_size(std::string_view text) {
    constexpr std::string_view kWhat = "a size (a whole number and B, KiB, MiB or GiB: 16MiB)";
    const std::size_t end = std::min(text.find_first_not_of(kDigits), text.size());
    const Unit* unit = find_unit(kSizeUnits, end == text.size() ? "B" : text.substr(end));
    if (end == 0 || unit == nullptr) return not_a(text, kWhat);
    const auto whole = take_whole(text.substr(0, end), text);
    if (!whole) return fail(whole.error());
    if (*whole > kMax / unit->factor) return too_large(text);
    return static_cast<std::uint64_t>(*whole * unit->factor);
}

std::string format_size(std::uint64_t bytes) {
    return bytes == 0 ? "0B" : format_with(kSizeUnits, static_cast<std::int64_t>(bytes));
}

Expected<std::int64_t> parse_integer(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::result_out_of_range) return too_large(text);
    if (error != std::errc{} || end != text.data() + text.size())
        return not_a(text, "a whole number");
    return value;
}

}  // namespace tradectl::config
