/// 256-bit intermediates of decimal arithmetic, and rounding of a quotient. An implementation part
/// of decimal.hpp.
///
/// Division by one and by two limbs with a precomputed reciprocal: N. Moeller and T. Granlund,
/// "Improved division by invariant integers", IEEE Transactions on Computers 60 (2011).
#pragma once

#include <array>
#include <cstdint>

namespace tradectl {

/// What becomes of a result that lies between two representable values.
enum class Rounding : std::uint8_t {
    HalfEven,  ///< to the nearer; a tie goes to the even digit
    HalfUp,    ///< to the nearer; a tie goes away from zero
    Down,      ///< toward zero
    Up,        ///< away from zero
    Floor,     ///< toward minus infinity
    Ceiling,   ///< toward plus infinity
};

namespace decimal_detail {

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 Uint128;

inline constexpr int kScale = 18;
inline constexpr std::uint64_t kOne = 1'000'000'000'000'000'000;  // 10^kScale
inline constexpr Uint128 kMagnitudeMax = (Uint128{1} << 127) - 1;

constexpr std::uint64_t low(Uint128 value) {
    return static_cast<std::uint64_t>(value);
}
constexpr std::uint64_t high(Uint128 value) {
    return static_cast<std::uint64_t>(value >> 64);
}
constexpr Uint128 join(std::uint64_t hi, std::uint64_t lo) {
    return (Uint128{hi} << 64) | lo;
}
constexpr Uint128 magnitude(Int128 value) {
    return value < 0 ? -static_cast<Uint128>(value) : static_cast<Uint128>(value);
}

inline constexpr auto kPowersOfTen = [] {
    std::array<Uint128, 39> powers{};
    powers[0] = 1;
    for (std::size_t i = 1; i < powers.size(); ++i)
        powers[i] = powers[i - 1] * 10;
    return powers;
}();

/// What a division left behind, as far as rounding cares.
enum class Rest : std::uint8_t { Zero, BelowHalf, Half, AboveHalf };

constexpr Rest classify(Uint128 rest, Uint128 divisor) {
    if (rest == 0) return Rest::Zero;
    const Uint128 gap = divisor - rest;
    return rest < gap ? Rest::BelowHalf : rest == gap ? Rest::Half : Rest::AboveHalf;
}

/// Whether the magnitude of a truncated quotient must grow by one.
constexpr bool rounds_away(Rounding rounding, Rest rest, bool negative, bool odd) {
    if (rest == Rest::Zero) return false;
    switch (rounding) {
        case Rounding::HalfEven: return rest == Rest::AboveHalf || (rest == Rest::Half && odd);
        case Rounding::HalfUp: return rest != Rest::BelowHalf;
        case Rounding::Down: return false;
        case Rounding::Up: return true;
        case Rounding::Floor: return negative;
        case Rounding::Ceiling: return !negative;
    }
    return false;
}

/// A truncated quotient. `fits` is false when it does not fit 128 bits; the rest is void then.
struct Quotient {
    Uint128 value = 0;
    Rest rest = Rest::Zero;
    bool fits = true;
};
inline constexpr Quotient kTooLarge{0, Rest::Zero, false};

/// floor((2^128 - 1) / d) - 2^64 for a `d` whose top bit is set.
constexpr std::uint64_t reciprocal(std::uint64_t d) {
    return low(join(~d, ~std::uint64_t{0}) / d);
}

/// The same for a divisor of two limbs whose top bit is set.
constexpr std::uint64_t reciprocal(Uint128 divisor) {
    const std::uint64_t d1 = high(divisor);
    const std::uint64_t d0 = low(divisor);
    std::uint64_t v = reciprocal(d1);
    std::uint64_t p = d1 * v + d0;
    if (p < d0) {
        --v;
        if (p >= d1) {
            --v;
            p -= d1;
        }
        p -= d1;
    }
    const Uint128 t = Uint128{v} * d0;
    p += high(t);
    if (p < high(t)) {
        --v;
        if (join(p, low(t)) >= divisor) --v;
    }
    return v;
}

/// Divides (rest, limb) by `d` with reciprocal `v`; `rest` is below `d` before and after.
constexpr std::uint64_t divide_step(std::uint64_t& rest,
                                    std::uint64_t limb,
                                    std::uint64_t d,
                                    std::uint64_t v) {
    const Uint128 q = Uint128{v} * rest + join(rest, limb);
    std::uint64_t quotient = high(q) + 1;
    std::uint64_t r = limb - quotient * d;
    if (r > low(q)) {
        --quotient;
        r += d;
    }
    if (r >= d) {
        ++quotient;
        r -= d;
    }
    rest = r;
    return quotient;
}

constexpr std::uint64_t divide_step(Uint128& rest, std::uint64_t limb, Uint128 d, std::uint64_t v) {
    const Uint128 q = Uint128{v} * high(rest) + rest;
    std::uint64_t quotient = high(q);
    const std::uint64_t r1 = low(rest) - quotient * high(d);
    Uint128 r = join(r1, limb) - Uint128{quotient} * low(d) - d;
    ++quotient;
    if (high(r) >= low(q)) {
        --quotient;
        r += d;
    }
    if (r >= d) {
        ++quotient;
        r -= d;
    }
    rest = r;
    return quotient;
}

/// Up to 256 bits, lowest limb first.
struct Wide {
    std::uint64_t limb[4];
};

constexpr Wide multiply(Uint128 a, Uint128 b) {
    const Uint128 p00 = Uint128{low(a)} * low(b);
    if ((high(a) | high(b)) == 0) return {{low(p00), high(p00), 0, 0}};
    const Uint128 p01 = Uint128{low(a)} * high(b);
    const Uint128 p10 = Uint128{high(a)} * low(b);
    const Uint128 p11 = Uint128{high(a)} * high(b);
    const Uint128 middle = Uint128{high(p00)} + low(p01) + low(p10);
    const Uint128 top = p11 + high(p01) + high(p10) + high(middle);
    return {{low(p00), low(middle), low(top), high(top)}};
}

/// `value << shift`, 0 < shift < 64; bits pushed out of the top limb are lost.
constexpr Wide shift_left(const Wide& value, int shift) {
    Wide out{};
    out.limb[0] = value.limb[0] << shift;
    for (int i = 1; i < 4; ++i)
        out.limb[i] = (value.limb[i] << shift) | (value.limb[i - 1] >> (64 - shift));
    return out;
}

/// Divides by one limb. Kept apart so that a constant divisor brings its reciprocal along.
/// `divisor << shift` has its top bit set.
constexpr Quotient divide_by_limb(const Wide& n,
                                  std::uint64_t divisor,
                                  int shift,
                                  std::uint64_t inverse) {
    if (n.limb[3] != 0) return kTooLarge;  // above 2^192, so above 2^127 for any divisor
    const std::uint64_t d = divisor << shift;
    const Wide m = shift == 0 ? n : shift_left(n, shift);
    std::uint64_t rest = m.limb[3];
    if (rest >= d) return kTooLarge;
    if ((rest | m.limb[2]) != 0 && divide_step(rest, m.limb[2], d, inverse) != 0) return kTooLarge;
    const std::uint64_t q1 = (rest | m.limb[1]) != 0 ? divide_step(rest, m.limb[1], d, inverse) : 0;
    const std::uint64_t q0 = divide_step(rest, m.limb[0], d, inverse);
    return {join(q1, q0), classify(rest >> shift, divisor), true};
}

inline constexpr int kOneShift = 4;  // 10^18 has 60 bits
inline constexpr std::uint64_t kOneInverse = reciprocal(kOne << kOneShift);

/// a * b / 10^18.
constexpr Quotient multiply_scaled(Uint128 a, Uint128 b) {
    return divide_by_limb(multiply(a, b), kOne, kOneShift, kOneInverse);
}

/// a * 10^18 / b, for b above 0 and magnitudes up to 2^127 - 1.
constexpr Quotient divide_scaled(Uint128 a, Uint128 b) {
    if (a <= ~Uint128{0} / kOne) {
        const Uint128 n = a * kOne;
        return {n / b, classify(n % b, b), true};
    }
    const Wide n = multiply(a, kOne);
    if (high(b) == 0) {
        const int shift = __builtin_clzll(low(b));
        return divide_by_limb(n, low(b), shift, reciprocal(low(b) << shift));
    }
    const int shift = __builtin_clzll(high(b));  // at least 1: b is below 2^127
    const Uint128 d = b << shift;
    const Wide m = shift_left(n, shift);
    const std::uint64_t inverse = reciprocal(d);
    Uint128 rest = join(m.limb[3], m.limb[2]);  // n < 2^187 and b >= 2^64, so this is below d
    const std::uint64_t q1 = divide_step(rest, m.limb[1], d, inverse);
    const std::uint64_t q0 = divide_step(rest, m.limb[0], d, inverse);
    return {join(q1, q0), classify(rest >> shift, b), true};
}

}  // namespace decimal_detail
}  // namespace tradectl
