/// Exact decimal numbers for money, prices and quantities.
#pragma once

#include "abi/types.h"
#include "decimal_text.hpp"
#include "decimal_wide.hpp"
#include "expected.hpp"

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tradectl {

/// A signed number with 18 fixed decimals, or null ("not known").
///
/// The value is a 128-bit integer in units of 1e-18; the range is symmetric, about +-1.7e20
/// (`max()`). 16 bytes, trivially copyable, laid out as `tradectl_decimal`. Nothing here wraps: a
/// checked function returns nothing when an operand is null, the result does not fit, or the
/// divisor is zero; an operator stops the process in the same cases. [any]
class Decimal {
  public:
    using Raw = decimal_detail::Int128;
    /// Most characters that `write` and `to_string` produce.
    static constexpr std::size_t kTextBytesMax = 41;

    constexpr Decimal() = default;  ///< zero
    [[nodiscard]] static constexpr Decimal null() {
        return from_abi({TRADECTL_DECIMAL_NULL_LO, TRADECTL_DECIMAL_NULL_HI});
    }
    [[nodiscard]] static constexpr Decimal max() {
        return from_raw(static_cast<Raw>(decimal_detail::kMagnitudeMax));
    }
    [[nodiscard]] static constexpr Decimal min() {
        return from_raw(-static_cast<Raw>(decimal_detail::kMagnitudeMax));
    }
    /// Every int64 fits.
    [[nodiscard]] static constexpr Decimal from_int(std::int64_t value) {
        return from_raw(static_cast<Raw>(value) * static_cast<Raw>(decimal_detail::kOne));
    }
    /// `raw` units of 1e-18; the lowest 128-bit value is null.
    [[nodiscard]] static constexpr Decimal from_raw(Raw raw) {
        return from_abi({static_cast<std::uint64_t>(raw), static_cast<std::int64_t>(raw >> 64)});
    }
    [[nodiscard]] static constexpr Decimal from_abi(tradectl_decimal value) {
        Decimal out;
        out.lo_ = value.lo;
        out.hi_ = value.hi;
        return out;
    }
    /// mantissa * 10^-decimals. InvalidArgument unless `decimals` is in 0..18.
    [[nodiscard]] static Expected<Decimal> from_mantissa(std::int64_t mantissa, int decimals);

    /// Reads `[+-] digits [. digits] [e [+-] digits]`, as "12.5", ".5", "5." or "1.5e-8", exactly.
    /// InvalidArgument for anything else (blank, NaN, infinity, hexadecimal, separators) and for a
    /// value that needs more than 18 decimals; Overflow outside of the range.
    [[nodiscard]] static Expected<Decimal> parse(std::string_view text);
    /// The same, but digits behind the 18th decimal are rounded away.
    [[nodiscard]] static Expected<Decimal> parse(std::string_view text, Rounding rounding);

    [[nodiscard]] constexpr Raw raw() const {
        return static_cast<Raw>(decimal_detail::join(static_cast<std::uint64_t>(hi_), lo_));
    }
    [[nodiscard]] constexpr tradectl_decimal to_abi() const { return {lo_, hi_}; }

    [[nodiscard]] constexpr bool is_null() const {
        return hi_ == TRADECTL_DECIMAL_NULL_HI && lo_ == TRADECTL_DECIMAL_NULL_LO;
    }
    [[nodiscard]] constexpr bool is_zero() const { return hi_ == 0 && lo_ == 0; }
    /// -1, 0 or 1; 0 for null.
    [[nodiscard]] constexpr int sign() const {
        if (is_null() || is_zero()) return 0;
        return hi_ < 0 ? -1 : 1;
    }
    [[nodiscard]] constexpr bool is_positive() const { return sign() > 0; }
    [[nodiscard]] constexpr bool is_negative() const { return sign() < 0; }
    /// Whether the value is a whole number of steps. False for a null value and for a step that is
    /// not above zero.
    [[nodiscard]] constexpr bool is_multiple_of(Decimal step) const;

    /// Writes the shortest exact plain form ("-0.5", "12", "null") and returns its end; `out` holds
    /// `kTextBytesMax` bytes. Allocates nothing, writes no terminator.
    constexpr char* write(char* out) const;
    /// The same text as a string. Reading it back gives the same value, but for "null".
    [[nodiscard]] std::string to_string() const;
    /// With exactly `decimals` digits behind the point; `decimals` is held to 0..18.
    [[nodiscard]] std::string to_string(int decimals, Rounding rounding = Rounding::HalfEven) const;
    /// The nearest double, a tie to the even one: for indicators and pictures, never for money.
    /// Null gives a quiet NaN.
    [[nodiscard]] constexpr double to_double() const;

    /// Null equals null alone, and orders before every number, so that sorting is total. Ask
    /// `is_null` before an order is to mean anything.
    friend constexpr bool operator==(Decimal a, Decimal b) {
        return a.lo_ == b.lo_ && a.hi_ == b.hi_;
    }
    friend constexpr std::strong_ordering operator<=>(Decimal a, Decimal b) {
        return a.hi_ != b.hi_ ? a.hi_ <=> b.hi_ : a.lo_ <=> b.lo_;
    }

  private:
    std::uint64_t lo_ = 0;
    std::int64_t hi_ = 0;
};

static_assert(sizeof(Decimal) == sizeof(tradectl_decimal));
static_assert(alignof(Decimal) == alignof(tradectl_decimal));

namespace decimal_detail {
/// Rounds a quotient, gives it its sign and checks the range.
constexpr std::optional<Decimal> finish(const Quotient& quotient,
                                        bool negative,
                                        Rounding rounding) {
    if (!quotient.fits) return std::nullopt;
    Uint128 value = quotient.value;
    // The largest 128-bit quotient is caught before it could wrap.
    if (value > kMagnitudeMax) return std::nullopt;
    if (rounds_away(rounding, quotient.rest, negative, (value & 1) != 0)) ++value;
    if (value > kMagnitudeMax) return std::nullopt;
    const auto raw = static_cast<Int128>(value);
    return Decimal::from_raw(negative ? -raw : raw);
}
}  // namespace decimal_detail

/// a + b, exact. Nothing when an operand is null or the sum does not fit.
[[nodiscard]] constexpr std::optional<Decimal> checked_add(Decimal a, Decimal b) {
    Decimal::Raw sum = 0;
    if (a.is_null() || b.is_null() || __builtin_add_overflow(a.raw(), b.raw(), &sum))
        return std::nullopt;
    const Decimal out = Decimal::from_raw(sum);
    if (out.is_null()) return std::nullopt;
    return out;
}

/// a - b, exact. Nothing when an operand is null or the difference does not fit.
[[nodiscard]] constexpr std::optional<Decimal> checked_sub(Decimal a, Decimal b) {
    Decimal::Raw difference = 0;
    if (a.is_null() || b.is_null() || __builtin_sub_overflow(a.raw(), b.raw(), &difference))
        return std::nullopt;
    const Decimal out = Decimal::from_raw(difference);
    if (out.is_null()) return std::nullopt;
    return out;
}

/// a * b, correctly rounded at the 18th decimal. Nothing when an operand is null or the product
/// does not fit.
[[nodiscard]] constexpr std::optional<Decimal> checked_mul(Decimal a,
                                                           Decimal b,
                                                           Rounding rounding) {
    if (a.is_null() || b.is_null()) return std::nullopt;
    const auto product = decimal_detail::multiply_scaled(decimal_detail::magnitude(a.raw()),
                                                         decimal_detail::magnitude(b.raw()));
    return decimal_detail::finish(product, (a.sign() < 0) != (b.sign() < 0), rounding);
}

/// a / b, correctly rounded at the 18th decimal. Nothing when an operand is null, `b` is zero or
/// the quotient does not fit.
[[nodiscard]] constexpr std::optional<Decimal> checked_div(Decimal a,
                                                           Decimal b,
                                                           Rounding rounding) {
    if (a.is_null() || b.is_null() || b.is_zero()) return std::nullopt;
    const auto quotient = decimal_detail::divide_scaled(decimal_detail::magnitude(a.raw()),
                                                        decimal_detail::magnitude(b.raw()));
    return decimal_detail::finish(quotient, (a.sign() < 0) != (b.sign() < 0), rounding);
}

/// -a. Nothing when `a` is null.
[[nodiscard]] constexpr std::optional<Decimal> checked_negate(Decimal a) {
    if (a.is_null()) return std::nullopt;
    return Decimal::from_raw(-a.raw());
}

/// |a|. Nothing when `a` is null.
[[nodiscard]] constexpr std::optional<Decimal> checked_abs(Decimal a) {
    if (a.is_null()) return std::nullopt;
    return a.sign() < 0 ? Decimal::from_raw(-a.raw()) : a;
}

/// The multiple of `step` that `rounding` picks, as a price on the tick grid. Nothing when an
/// operand is null, `step` is not above zero, or the multiple does not fit.
[[nodiscard]] constexpr std::optional<Decimal> round_to(Decimal value,
                                                        Decimal step,
                                                        Rounding rounding) {
    if (value.is_null() || step.sign() <= 0) return std::nullopt;
    const auto all = decimal_detail::magnitude(value.raw());
    const auto unit = decimal_detail::magnitude(step.raw());
    const auto steps = all / unit;
    const auto rest = all - steps * unit;
    const bool negative = value.sign() < 0;
    auto rounded = all - rest;
    if (decimal_detail::rounds_away(
            rounding, decimal_detail::classify(rest, unit), negative, (steps & 1) != 0))
        rounded += unit;  // both are below 2^127
    return decimal_detail::finish({rounded}, negative, Rounding::Down);
}

/// Arithmetic that stops the process on null and on overflow: for constants, tests and quantities
/// whose bounds are known. There is no `*` and no `/`: these must name their rounding.
[[nodiscard]] constexpr Decimal operator+(Decimal a, Decimal b) {
    const auto out = checked_add(a, b);
    if (!out) __builtin_trap();
    return *out;
}
[[nodiscard]] constexpr Decimal operator-(Decimal a, Decimal b) {
    const auto out = checked_sub(a, b);
    if (!out) __builtin_trap();
    return *out;
}
[[nodiscard]] constexpr Decimal operator-(Decimal a) {
    const auto out = checked_negate(a);
    if (!out) __builtin_trap();
    return *out;
}

constexpr bool Decimal::is_multiple_of(Decimal step) const {
    return !is_null() && step.sign() > 0 && raw() % step.raw() == 0;
}

constexpr char* Decimal::write(char* out) const {
    if (is_null()) {
        for (const char c : std::string_view{"null"})
            *out++ = c;
        return out;
    }
    return decimal_detail::write_plain(out, raw());
}

inline std::string Decimal::to_string() const {
    char text[kTextBytesMax];
    return {text, write(text)};
}

inline std::string Decimal::to_string(int decimals, Rounding rounding) const {
    if (is_null()) return "null";
    char text[kTextBytesMax];
    const int digits = std::clamp(decimals, 0, decimal_detail::kScale);
    return {text, decimal_detail::write_fixed(text, raw(), digits, rounding)};
}

namespace decimal_detail {
/// magnitude / 10^18, rounded once, half-even. Up to 2^53 both are exact and the division rounds.
/// Beyond, the quotient is taken as an integer of 55 bits or more, whose lowest one also says
/// whether a rest was left.
constexpr double to_nearest_double(Uint128 magnitude) {
    if (magnitude <= std::uint64_t{1} << 53)
        return static_cast<double>(magnitude) / static_cast<double>(kOne);
    const Uint128 whole = magnitude / kOne;
    const Uint128 rest = magnitude - whole * kOne;
    if (rest == 0) return static_cast<double>(whole);
    if (whole >> 54 != 0) return static_cast<double>(whole | 1);
    const Uint128 part = (rest << 64) / kOne;
    const Uint128 inexact = part * kOne != rest << 64 ? 1 : 0;
    return static_cast<double>((whole << 64) | part | inexact) * 0x1p-64;
}
}  // namespace decimal_detail

constexpr double Decimal::to_double() const {
    if (is_null()) return __builtin_nan("");
    const double size = decimal_detail::to_nearest_double(decimal_detail::magnitude(raw()));
    return is_negative() ? -size : size;
}

namespace decimal_detail {
inline Expected<Decimal> parse(std::string_view text, std::optional<Rounding> rounding) {
    const Parsed parsed = parse_raw(text, rounding);
    if (parsed.fault == ParseFault::None) return Decimal::from_raw(parsed.raw);
    constexpr std::size_t kQuotedMax = 64;
    const std::string quoted = "\"" + std::string(text.substr(0, kQuotedMax)) + "\"";
    if (parsed.fault == ParseFault::NotANumber)
        return fail(ErrorCode::InvalidArgument, "not a decimal number: " + quoted);
    if (parsed.fault == ParseFault::Inexact)
        return fail(ErrorCode::InvalidArgument, "more than 18 decimals: " + quoted);
    return fail(ErrorCode::Overflow, "decimal out of range (about 1.7e20): " + quoted);
}

/// The value of a literal's characters, digit separators left out.
template <char... kText>
constexpr Parsed parse_literal() {
    char digits[sizeof...(kText)] = {};
    std::size_t count = 0;
    for (const char c : {kText...})
        if (c != '\'') digits[count++] = c;
    return parse_raw({digits, count}, std::nullopt);
}
}  // namespace decimal_detail

inline Expected<Decimal> Decimal::parse(std::string_view text) {
    return decimal_detail::parse(text, std::nullopt);
}
inline Expected<Decimal> Decimal::parse(std::string_view text, Rounding rounding) {
    return decimal_detail::parse(text, rounding);
}

inline Expected<Decimal> Decimal::from_mantissa(std::int64_t mantissa, int decimals) {
    if (decimals < 0 || decimals > decimal_detail::kScale)
        return fail(ErrorCode::InvalidArgument,
                    "decimals of a mantissa: " + std::to_string(decimals) + " is not in 0..18");
    const auto unit =
        decimal_detail::kPowersOfTen[static_cast<std::size_t>(decimal_detail::kScale - decimals)];
    return from_raw(static_cast<Raw>(mantissa) * static_cast<Raw>(unit));
}

inline namespace literals {
/// `1.5_d`, `10'000_d`; does not compile when the literal is not an exact decimal. (A template, not
/// consteval: clang 14 refuses consteval operators in default arguments.)
template <char... kText>
[[nodiscard]] constexpr Decimal operator""_d() {
    constexpr decimal_detail::Parsed parsed = decimal_detail::parse_literal<kText...>();
    static_assert(parsed.fault == decimal_detail::ParseFault::None,
                  "the literal is not an exact decimal of at most 18 decimals");
    return Decimal::from_raw(parsed.raw);
}
}  // namespace literals

}  // namespace tradectl

template <>
struct std::hash<tradectl::Decimal> {
    std::size_t operator()(tradectl::Decimal value) const noexcept {
        // The finalizer of SplitMix64 over both halves.
        const auto abi = value.to_abi();
        std::uint64_t x = abi.lo + static_cast<std::uint64_t>(abi.hi) * 0x9e3779b97f4a7c15U;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
        x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
        return x ^ (x >> 31);
    }
};
