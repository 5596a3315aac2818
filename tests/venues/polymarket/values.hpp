/// Numbers, bytes and addresses as the venue writes them.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace polysim {

using Bytes = std::vector<std::uint8_t>;
/// 256 bits, big-endian.
using Word = std::array<std::uint8_t, 32>;
using Address = std::array<std::uint8_t, 20>;
/// Collateral, shares and prices in millionths.
using Micro = std::int64_t;

/// For products of two of them.
__extension__ typedef __int128 Wide;

constexpr Micro kOne = 1'000'000;

/// "0x" and lower-case digits.
std::string hex(const std::uint8_t* data, std::size_t size);
template <class Range>
std::string hex(const Range& bytes) {
    return hex(bytes.data(), bytes.size());
}
/// Nothing unless `text` is 0x and an even number of hexadecimal digits.
std::optional<Bytes> from_hex(std::string_view text);
std::optional<Word> word_from_hex(std::string_view text);

/// Big-endian number of up to 78 digits; nothing for anything else or 2^256 and more.
std::optional<Word> word_from_decimal(std::string_view text);
std::string to_decimal(const Word& value);
Word word_of(std::uint64_t value);
Word word_of(const Address& address);
/// The low 64 bits; nothing when higher ones are set.
std::optional<std::uint64_t> low_of(const Word& value);
Address address_of(const Word& value);

/// EIP-55 text. Reading takes one case throughout or the right mixed case.
std::string to_text(const Address& address);
std::optional<Address> address_from(std::string_view text);

/// "0.52" -> 520000. Nothing for more than six decimals, a sign, or a stray character.
std::optional<Micro> micro_from(std::string_view text);
/// Shortest decimal text: 520000 -> "0.52".
std::string micro_text(Micro value);
/// A whole number of base units (digits only) that fits 62 bits.
std::optional<Micro> units_from(std::string_view text);

/// "2026-03-12T09:25:00Z" for seconds since 1970.
std::string iso_text(std::int64_t seconds);

/// Takes both alphabets and missing padding.
std::optional<Bytes> from_base64(std::string_view text);
/// URL-safe alphabet with padding.
std::string to_base64_url(const Bytes& bytes);

/// "a=1&b=x%3D" -> names and decoded values, in order.
using Query = std::multimap<std::string, std::string>;
Query parse_query(std::string_view text);
std::string query_value(const Query& query, const std::string& name);

}  // namespace polysim
