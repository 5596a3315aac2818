/// ECDSA on secp256k1 as Ethereum uses it.
#pragma once

#include "host/keys/evm_word.hpp"

#include <tradectl/expected.hpp>

#include <array>
#include <cstddef>
#include <span>

namespace tradectl::keys {

constexpr std::size_t kSecp256k1KeyBytes = 32;

/// r, s and the recovery id: 0 or 1, the parity of the nonce point's y.
struct RecoverableSignature {
    Word r{};
    Word s{};
    unsigned y_parity = 0;
};

/// Whether the bytes are a private key: 32 of them, in [1, n-1]. [any]
[[nodiscard]] bool is_secp256k1_key(std::span<const std::byte> key);

/// The nonce is that of RFC 6979 with SHA-256 and no extra entropy, s is the lower of the two: the
/// same bytes every time. `key` is one that `is_secp256k1_key` took. [any]
[[nodiscard]] RecoverableSignature sign_recoverable(std::span<const std::byte> key,
                                                    const Word& digest);

/// The public key, uncompressed and without its first byte 4. [any]
[[nodiscard]] std::array<std::byte, 64> public_key_of(std::span<const std::byte> key);
/// The last 20 bytes of the public key's Keccak-256. [any]
[[nodiscard]] Address address_of(std::span<const std::byte> key);

/// r, s and v = 27 + parity: how contracts want it.
[[nodiscard]] std::array<std::byte, 65> in_one(const RecoverableSignature& signature);

}  // namespace tradectl::keys
