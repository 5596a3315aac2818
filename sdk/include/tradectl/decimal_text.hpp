/// Decimals as text: the parts of decimal.hpp that read and write digits.
#pragma once

#include "decimal_wide.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tradectl::decimal_detail {

enum class ParseFault : std::uint8_t { None, NotANumber, Inexact, OutOfRange };

struct Parsed {
    ParseFault fault = ParseFault::None;
    Int128 raw = 0;
};

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// The parts of `[sign] digits [. digits] [e [sign] digits]`, at least one digit before the `e`.
struct Numeral {
    std::string_view digits;       // with the point inside, leading zeros kept
    std::int64_t digit_count = 0;  // without the point
    std::int64_t decimals = 0;     // digits behind the point, less the exponent
    bool negative = false;
};

/// Reads an exponent; large ones saturate far outside of any range.
constexpr std::optional<std::int64_t> read_exponent(std::string_view text) {
    bool negative = false;
    if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
        negative = text[0] == '-';
        text.remove_prefix(1);
    }
    if (text.empty()) return std::nullopt;
    constexpr std::int64_t kExponentMax = 1'000'000'000'000'000;
    std::int64_t value = 0;
    for (const char c : text) {
        if (!is_digit(c)) return std::nullopt;
        if (value < kExponentMax) value = value * 10 + (c - '0');
    }
    return negative ? -value : value;
}

constexpr std::optional<Numeral> read_numeral(std::string_view text) {
    Numeral out;
    if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
        out.negative = text[0] == '-';
        text.remove_prefix(1);
    }
    std::size_t at = 0;
    bool point = false;
    for (; at < text.size(); ++at) {
        if (text[at] == '.' && !point) {
            point = true;
        } else if (is_digit(text[at])) {
            ++out.digit_count;
            out.decimals += point ? 1 : 0;
        } else {
            break;
        }
    }
    if (out.digit_count == 0) return std::nullopt;
    out.digits = text.substr(0, at);
    if (at == text.size()) return out;
    if (text[at] != 'e' && text[at] != 'E') return std::nullopt;
    const auto exponent = read_exponent(text.substr(at + 1));
    if (!exponent) return std::nullopt;
    out.decimals -= *exponent;
    return out;
}

/// Digits taken into the magnitude, and what the digits behind them amount to.
struct Taken {
    Uint128 value = 0;
    Rest rest = Rest::Zero;
    bool fits = true;
};

/// Takes the first `keep` digits; the others decide the rest.
constexpr Taken take_digits(std::string_view digits, std::int64_t keep) {
    Taken out;
    std::int64_t index = 0;
    for (const char c : digits) {
        if (c == '.') continue;
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (index < keep) {
            if (out.value > kMagnitudeMax / 10) return {0, Rest::Zero, false};
            out.value = out.value * 10 + digit;
        } else if (index == keep) {
            out.rest = digit == 0  ? Rest::Zero
                       : digit < 5 ? Rest::BelowHalf
                       : digit > 5 ? Rest::AboveHalf
                                   : Rest::Half;
        } else if (digit != 0) {
            if (out.rest == Rest::Zero) out.rest = Rest::BelowHalf;
            if (out.rest == Rest::Half) out.rest = Rest::AboveHalf;
        }
        ++index;
    }
    return out;
}

/// Without `rounding` only exact values pass.
constexpr Parsed parse_raw(std::string_view text, std::optional<Rounding> rounding) {
    const auto numeral = read_numeral(text);
    if (!numeral) return {ParseFault::NotANumber};
    const std::int64_t shift = kScale - numeral->decimals;
    const std::int64_t keep = shift < 0 ? numeral->digit_count + shift : numeral->digit_count;
    // When more digits are dropped than there are, the first dropped one is a zero before the text.
    Taken taken = take_digits(numeral->digits, keep < 0 ? -1 : keep);
    if (!taken.fits) return {ParseFault::OutOfRange};
    if (taken.rest != Rest::Zero) {
        if (!rounding) return {ParseFault::Inexact};
        if (rounds_away(*rounding, taken.rest, numeral->negative, (taken.value & 1) != 0))
            ++taken.value;
    } else if (shift > 0 && taken.value != 0) {
        if (shift >= static_cast<std::int64_t>(kPowersOfTen.size()))
            return {ParseFault::OutOfRange};
        const Wide wide = multiply(taken.value, kPowersOfTen[static_cast<std::size_t>(shift)]);
        if ((wide.limb[2] | wide.limb[3]) != 0) return {ParseFault::OutOfRange};
        taken.value = join(wide.limb[1], wide.limb[0]);
    }
    if (taken.value > kMagnitudeMax) return {ParseFault::OutOfRange};
    const auto raw = static_cast<Int128>(taken.value);
    return {ParseFault::None, numeral->negative ? -raw : raw};
}

/// Writes an integer in decimal digits and returns the end.
constexpr char* write_integer(char* out, Uint128 value) {
    char reversed[40] = {};
    int count = 0;
    for (; high(value) != 0; value /= 10)
        reversed[count++] = static_cast<char>('0' + low(value % 10));
    for (std::uint64_t rest = low(value); rest != 0 || count == 0; rest /= 10)
        reversed[count++] = static_cast<char>('0' + rest % 10);
    while (count > 0)
        *out++ = reversed[--count];
    return out;
}

/// Writes `value` (0 <= value < 10^digits) with leading zeros and returns the end.
constexpr char* write_padded(char* out, std::uint64_t value, int digits) {
    for (int i = digits - 1; i >= 0; --i) {
        out[i] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    return out + digits;
}

/// Writes the shortest exact plain form and returns the end: at most 41 characters.
constexpr char* write_plain(char* out, Int128 raw) {
    if (raw < 0) *out++ = '-';
    const Uint128 all = magnitude(raw);
    const Uint128 whole = multiply_scaled(all, 1).value;
    auto fraction = low(all - whole * kOne);
    out = write_integer(out, whole);
    if (fraction == 0) return out;
    int digits = kScale;
    for (; fraction % 10 == 0; fraction /= 10)
        --digits;
    *out++ = '.';
    return write_padded(out, fraction, digits);
}

/// Writes with exactly `decimals` (0..18) digits behind the point and returns the end: at most 41
/// characters. A value that rounds to zero has no sign.
constexpr char* write_fixed(char* out, Int128 raw, int decimals, Rounding rounding) {
    const Uint128 unit = kPowersOfTen[static_cast<std::size_t>(kScale - decimals)];
    const Uint128 all = magnitude(raw);
    Uint128 units = all / unit;
    if (rounds_away(rounding, classify(all % unit, unit), raw < 0, (units & 1) != 0)) ++units;
    if (raw < 0 && units != 0) *out++ = '-';
    const Uint128 one = kPowersOfTen[static_cast<std::size_t>(decimals)];
    out = write_integer(out, units / one);
    if (decimals == 0) return out;
    *out++ = '.';
    return write_padded(out, low(units % one), decimals);
}

}  // namespace tradectl::decimal_detail
