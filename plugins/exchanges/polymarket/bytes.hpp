/// 256-bit words, addresses and the texts that carry them: hex, decimal, base64.
#pragma once

#include <tradectl/decimal.hpp>
#include <tradectl/text.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tradectl::polymarket {

/// 32 bytes, big-endian: an unsigned integer, a hash, or a left-padded address. [any]
using Word = std::array<std::uint8_t, 32>;
/// 20 bytes of an account or a contract.
using Address = std::array<std::uint8_t, 20>;

[[nodiscard]] Word word_of(std::uint64_t value);
[[nodiscard]] Word word_of(const Address& address);
/// Decimal digits, at most 2^256 - 1; nothing on anything else, an empty text included.
[[nodiscard]] std::optional<Word> parse_decimal_word(std::string_view text);
/// `0x` and one to 64 hexadecimal digits, of any length and case: an integer.
[[nodiscard]] std::optional<Word> parse_quantity(std::string_view text);
/// `0x` and exactly 64 hexadecimal digits.
[[nodiscard]] std::optional<Word> parse_hash(std::string_view text);
/// `0x` and 40 hexadecimal digits. The case is not checked here: see checksum_address.
[[nodiscard]] std::optional<Address> parse_address(std::string_view text);
/// Bytes after `0x`; nothing when the count of digits is odd or one is none.
[[nodiscard]] std::optional<std::string> parse_data(std::string_view text);

[[nodiscard]] std::string to_decimal_text(const Word& value);
/// `0x` and two lower-case digits a byte.
[[nodiscard]] std::string to_hex(Bytes bytes);
/// `0x` without leading zeros, as JSON-RPC wants integers.
[[nodiscard]] std::string to_quantity(const Word& value);
/// The URL-safe alphabet with padding.
[[nodiscard]] std::string to_base64_url(Bytes bytes);

/// The value when it fits 64 bits.
[[nodiscard]] std::optional<std::uint64_t> to_uint64(const Word& value);
/// `value` units of 10^-decimals. Nothing when it does not fit a Decimal.
[[nodiscard]] std::optional<Decimal> to_decimal(const Word& value, int decimals);

/// A position id of Protocol V2: top byte 1, 2 or 3, and bits 40 to 103 zero.
[[nodiscard]] bool is_protocol_v2_token(const Word& token);

/// ASCII letters to lower case.
[[nodiscard]] std::string to_lower(std::string_view text);
/// Equal but for the case of ASCII letters.
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);

}  // namespace tradectl::polymarket
