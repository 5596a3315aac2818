/// Hashes and signatures, from libraries that the host's own code is not asked about.
#pragma once

#include "tests/venues/polymarket/values.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace polysim {

/// The original padding (0x01), not SHA3-256.
Word keccak256(const Bytes& bytes);
Word keccak256(std::string_view text);
/// Hash of the words one after another.
Word keccak256(std::initializer_list<Word> words);
Bytes hmac_sha256(const Bytes& key, std::string_view message);
/// Lower-case hexadecimal digits without 0x.
std::string sha1_hex(std::string_view text);
bool same(std::string_view left, std::string_view right);

/// Address of the key that made `signature` (r, s, v with v = 27 or 28; low s only) over `digest`.
std::optional<Address> recover(const Word& digest, const Bytes& signature);
/// The signature that a wallet with `key` would give; for tests.
Bytes sign(const Word& digest, const Word& key);
Address address_of_key(const Word& key);

}  // namespace polysim
