/// Numbers as nearly all of them are written: up to sixteen digits and a point, eight at a time.
#pragma once

#include <tradectl/abi/types.h>
#include <tradectl/decimal.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace tradectl::market {

namespace short_decimal_detail {

inline constexpr std::size_t kWord = 8;
inline constexpr std::size_t kBytesMax = 2 * kWord;
inline constexpr std::size_t kDecimals = 18;

inline constexpr auto kPowers = [] {
    std::array<std::uint64_t, kDecimals + 1> powers{};
    std::uint64_t power = 1;
    for (auto& entry : powers) {
        entry = power;
        power *= 10;
    }
    return powers;
}();

/// The same byte eight times.
constexpr std::uint64_t all(std::uint64_t byte) {
    return byte * 0x0101'0101'0101'0101U;
}

/// Sixteen digits as their values, the highest in the lowest byte of `high`.
struct Digits {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
};

template <typename Word>
std::uint64_t load(const char* at) {
    Word word = 0;
    std::memcpy(&word, at, sizeof(word));
    return word;
}

/// Up to eight bytes, the last of them in the highest byte, zeros before them.
inline std::uint64_t load_last(const char* at, std::size_t bytes) {
    std::uint64_t word = 0;
    if (bytes >= 4) {
        word = load<std::uint32_t>(at) | load<std::uint32_t>(at + bytes - 4) << (8 * (bytes - 4));
    } else {
        const auto byte = [at](std::size_t i) {
            return std::uint64_t{static_cast<unsigned char>(at[i])} << (8 * i);
        };
        word = byte(0) | byte(bytes / 2) | byte(bytes - 1);
    }
    return word << (8 * (kWord - bytes));
}

/// The bytes of a text of 1 to 16 less the digit 0 (by exclusive or), zeros before them.
inline Digits load_digits(std::string_view text) {
    const std::size_t bytes = text.size();
    const std::uint64_t zeros = all('0');
    Digits out;
    if (bytes < kWord) {
        out.low = load_last(text.data(), bytes) ^ zeros << (8 * (kWord - bytes));
        return out;
    }
    out.low = load<std::uint64_t>(text.data() + bytes - kWord) ^ zeros;
    if (bytes > kWord)
        out.high = (load<std::uint64_t>(text.data()) ^ zeros) << (8 * (kBytesMax - bytes));
    return out;
}

inline bool all_digits(std::uint64_t values) {
    return (((values + all(0x80 - 10)) | values) & all(0x80)) == 0;
}

/// Eight digits as a number. Source: Lemire, Quickly parsing eight digits (2018).
inline std::uint64_t number_of(std::uint64_t digits) {
    constexpr std::uint64_t kMask = 0x0000'00ff'0000'00ffU;
    digits = digits * 10 + (digits >> 8);
    return ((digits & kMask) * (100 + (std::uint64_t{1'000'000} << 32)) +
            ((digits >> 16) & kMask) * (1 + (std::uint64_t{10'000} << 32))) >>
           32;
}

inline std::uint64_t number_of(const Digits& digits) {
    return number_of(digits.high) * 100'000'000 + number_of(digits.low);
}

/// Takes the first byte that is a point out of eight; -1, or how many stand behind it.
inline int take_point(std::uint64_t& word) {
    const std::uint64_t other = word ^ all('.' ^ '0');
    const std::uint64_t found = (other - all(1)) & ~other & all(0x80);
    if (found == 0) return -1;
    const auto at = static_cast<unsigned>(std::countr_zero(found)) & ~7U;
    const std::uint64_t before = (std::uint64_t{1} << at) - 1;
    word = (word & ~(before << 8 | 0xff)) | (word & before) << 8;
    return 7 - static_cast<int>(at / 8);
}

}  // namespace short_decimal_detail

/// A whole number of 1 to 16 digits; false for any other text.
[[nodiscard]] inline bool read_short_number(std::string_view text, std::uint64_t& out) {
    using namespace short_decimal_detail;
    if (text.empty() || text.size() > kBytesMax) return false;
    const Digits digits = load_digits(text);
    if (!all_digits(digits.high) || !all_digits(digits.low)) return false;
    out = number_of(digits);
    return true;
}

/// Digits with at most one point, 1 to 16 bytes, divided by 10^shift; false for any other text, and
/// where decimals would be lost.
[[nodiscard]] inline bool read_short_decimal(std::string_view text,
                                             std::size_t shift,
                                             tradectl_decimal& out) {
    using namespace short_decimal_detail;
    if (text.empty() || text.size() > kBytesMax) return false;
    Digits digits = load_digits(text);
    std::size_t decimals = shift;
    if (const int behind = take_point(digits.low); behind >= 0) {
        if (text.size() == 1) return false;
        decimals += static_cast<std::size_t>(behind);
        digits.low |= digits.high >> 56;
        digits.high <<= 8;
    } else if (digits.high != 0) {
        if (const int more = take_point(digits.high); more >= 0)
            decimals += kWord + static_cast<std::size_t>(more);
    }
    if (!all_digits(digits.high) || !all_digits(digits.low) || decimals > kDecimals) return false;
    const auto raw = static_cast<Decimal::Raw>(number_of(digits)) *
                     static_cast<Decimal::Raw>(kPowers[kDecimals - decimals]);
    out = Decimal::from_raw(raw).to_abi();
    return true;
}

}  // namespace tradectl::market
