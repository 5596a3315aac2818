/// Values of the Ethereum machine as text and as bytes: 32-byte words, addresses, Keccak-256.
#pragma once

#include <tradectl/expected.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tradectl::keys {

using Word = std::array<std::byte, 32>;  ///< big-endian
using Address = std::array<std::byte, 20>;

/// Keccak-256 with the original padding (0x01), which Ethereum uses; not SHA3-256. [any]
[[nodiscard]] Word keccak256(std::span<const std::byte> bytes);

/// An unsigned integer of at most 256 bits from decimal digits or 0x and hexadecimal digits;
/// nothing for other text or a larger number. [any]
[[nodiscard]] std::optional<Word> parse_unsigned(std::string_view text);
/// The negative of `word` in two's complement.
[[nodiscard]] Word negated(const Word& word);
/// Bits up to the highest one that is set; 0 for zero.
[[nodiscard]] unsigned bit_length(const Word& word);
/// The number when it fits.
[[nodiscard]] std::optional<std::uint64_t> as_uint64(const Word& word);
[[nodiscard]] Word word_of(std::uint64_t number);
[[nodiscard]] Word word_of(const Address& address);

/// 0x and 40 digits: all lower case, all upper case, or with the right checksum (EIP-55). Nothing
/// for other text; a wrong checksum is a typing error and no address.
[[nodiscard]] std::optional<Address> parse_address(std::string_view text);
/// With its checksum (EIP-55).
[[nodiscard]] std::string to_text(const Address& address);

/// Digits of either case into `out`, as many as fit exactly; false when they do not.
[[nodiscard]] bool decode_hex(std::string_view digits, std::span<std::byte> out);

}  // namespace tradectl::keys
