#include "host/keys/evm_word.hpp"

#include <algorithm>

#include <cryptopp/keccak.h>

namespace tradectl::keys {
namespace {

constexpr std::size_t kLimbs = 4;
constexpr std::size_t kDigitsAtOnce = 16;  ///< 10^16 fits a limb
using Limbs = std::array<std::uint64_t, kLimbs>;
__extension__ using Wide = unsigned __int128;

constexpr std::array<std::int8_t, 256> make_digits() {
    std::array<std::int8_t, 256> digits{};
    for (auto& digit : digits)
        digit = -1;
    for (int i = 0; i < 10; ++i)
        digits['0' + static_cast<std::size_t>(i)] = static_cast<std::int8_t>(i);
    for (int i = 0; i < 6; ++i) {
        digits['a' + static_cast<std::size_t>(i)] = static_cast<std::int8_t>(10 + i);
        digits['A' + static_cast<std::size_t>(i)] = static_cast<std::int8_t>(10 + i);
    }
    return digits;
}
constexpr auto kDigitOf = make_digits();

int digit_of(char c) {
    return kDigitOf[static_cast<unsigned char>(c)];
}

/// number * factor + addend; false when it no longer fits.
bool multiply_add(Limbs& number, std::uint64_t factor, std::uint64_t addend) {
    Wide carry = addend;
    for (std::uint64_t& limb : number) {
        carry += static_cast<Wide>(limb) * factor;
        limb = static_cast<std::uint64_t>(carry);
        carry >>= 64;
    }
    return carry == 0;
}

Word to_word(const Limbs& number) {
    Word word{};
    for (std::size_t i = 0; i < word.size(); ++i) {
        const std::uint64_t limb = number[kLimbs - 1 - i / 8];
        word[i] = static_cast<std::byte>(limb >> (56 - 8 * (i % 8)));
    }
    return word;
}

/// Eight decimal digits, the first in the lowest byte of what they lie in as text: neighbours are
/// joined to pairs, pairs to fours, fours to the number. Nothing unless all are digits.
std::optional<std::uint64_t> eight_digits(const char* text) {
    std::uint64_t bytes = 0;
    for (unsigned i = 0; i < 8; ++i)
        bytes |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
    constexpr std::uint64_t kHighNibbles = 0xf0f0f0f0f0f0f0f0;
    constexpr std::uint64_t kZeros = 0x3030303030303030;
    constexpr std::uint64_t kSixes = 0x0606060606060606;  // lifts ':' and above to the next nibble
    const bool are_digits =
        (bytes & kHighNibbles) == kZeros && ((bytes + kSixes) & kHighNibbles) == kZeros;
    if (!are_digits) return std::nullopt;
    bytes -= kZeros;
    const std::uint64_t pairs = (bytes * 10 + (bytes >> 8)) & 0x00ff00ff00ff00ff;
    const std::uint64_t fours = (pairs * 100 + (pairs >> 16)) & 0x0000ffff0000ffff;
    return (fours * 10'000 + (fours >> 32)) & 0xffffffff;
}

/// At most `kDigitsAtOnce` digits.
struct Piece {
    std::uint64_t value = 0;
    std::uint64_t scale = 1;  ///< 10 to the power of their number
};

bool take_digits(std::string_view digits, Piece& piece) {
    while (digits.size() >= 8) {
        const auto eight = eight_digits(digits.data());
        if (!eight) return false;
        piece.value = piece.value * 100'000'000 + *eight;
        piece.scale *= 100'000'000;
        digits.remove_prefix(8);
    }
    for (const char c : digits) {
        if (c < '0' || c > '9') return false;
        piece.value = piece.value * 10 + static_cast<std::uint64_t>(c - '0');
        piece.scale *= 10;
    }
    return true;
}

std::optional<Word> parse_decimal(std::string_view digits) {
    if (digits.empty()) return std::nullopt;
    Limbs number{};
    while (!digits.empty()) {
        const std::string_view some = digits.substr(0, kDigitsAtOnce);
        Piece piece;
        if (!take_digits(some, piece) || !multiply_add(number, piece.scale, piece.value))
            return std::nullopt;
        digits.remove_prefix(some.size());
    }
    return to_word(number);
}

std::optional<Word> parse_hex_number(std::string_view digits) {
    if (digits.empty()) return std::nullopt;
    Word word{};
    std::size_t place = 0;
    for (std::size_t i = digits.size(); i-- > 0; ++place) {
        const int digit = digit_of(digits[i]);
        if (digit < 0) return std::nullopt;
        if (digit == 0) continue;
        if (place >= 2 * word.size()) return std::nullopt;
        word[word.size() - 1 - place / 2] |= static_cast<std::byte>(digit << (4 * (place % 2)));
    }
    return word;
}

}  // namespace

Word keccak256(std::span<const std::byte> bytes) {
    Word digest{};
    CryptoPP::Keccak_256 hash;
    hash.Update(reinterpret_cast<const CryptoPP::byte*>(bytes.data()), bytes.size());
    hash.Final(reinterpret_cast<CryptoPP::byte*>(digest.data()));
    return digest;
}

std::optional<Word> parse_unsigned(std::string_view text) {
    if (text.starts_with("0x") || text.starts_with("0X")) return parse_hex_number(text.substr(2));
    return parse_decimal(text);
}

Word negated(const Word& word) {
    Word result{};
    unsigned carry = 1;
    for (std::size_t i = word.size(); i-- > 0;) {
        carry += std::to_integer<unsigned>(~word[i]);
        result[i] = static_cast<std::byte>(carry);
        carry >>= 8;
    }
    return result;
}

unsigned bit_length(const Word& word) {
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (word[i] == std::byte{0}) continue;
        unsigned bits = 0;
        for (auto rest = std::to_integer<unsigned>(word[i]); rest != 0; rest >>= 1)
            ++bits;
        return static_cast<unsigned>(8 * (word.size() - 1 - i)) + bits;
    }
    return 0;
}

std::optional<std::uint64_t> as_uint64(const Word& word) {
    if (bit_length(word) > 64) return std::nullopt;
    std::uint64_t number = 0;
    for (const std::byte byte : std::span(word).last<8>())
        number = number << 8 | std::to_integer<std::uint64_t>(byte);
    return number;
}

Word word_of(std::uint64_t number) {
    return to_word({number, 0, 0, 0});
}

Word word_of(const Address& address) {
    Word word{};
    std::copy(address.begin(), address.end(), word.end() - address.size());
    return word;
}

bool decode_hex(std::string_view digits, std::span<std::byte> out) {
    if (digits.size() != 2 * out.size()) return false;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const int high = digit_of(digits[2 * i]);
        const int low = digit_of(digits[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        out[i] = static_cast<std::byte>(high << 4 | low);
    }
    return true;
}

std::optional<Address> parse_address(std::string_view text) {
    Address address{};
    if (!text.starts_with("0x") || !decode_hex(text.substr(2), address)) return std::nullopt;
    const auto has = [&](char first, char last) {
        return std::any_of(
            text.begin() + 2, text.end(), [&](char c) { return c >= first && c <= last; });
    };
    if (has('a', 'f') && has('A', 'F') && to_text(address) != text) return std::nullopt;
    return address;
}

std::string to_text(const Address& address) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const std::byte byte : address) {
        text += kDigits[std::to_integer<unsigned>(byte) >> 4];
        text += kDigits[std::to_integer<unsigned>(byte) & 15];
    }
    const Word hash = keccak256(std::as_bytes(std::span(text)));
    for (std::size_t i = 0; i < text.size(); ++i) {
        const unsigned nibble = std::to_integer<unsigned>(hash[i / 2]) >> (i % 2 == 0 ? 4 : 0) & 15;
        if (text[i] >= 'a' && nibble >= 8) text[i] = static_cast<char>(text[i] - 'a' + 'A');
    }
    return "0x" + text;
}

}  // namespace tradectl::keys
