/// Ed25519 (RFC 8032): the private half.
#pragma once

#include "host/base/ed25519.hpp"

#include <cstddef>
#include <span>

namespace tradectl::keys {

constexpr std::size_t kEd25519SeedBytes = 32;

/// `seed` has kEd25519SeedBytes. The copies that OpenSSL makes are locked and wiped. [any]
[[nodiscard]] Ed25519PublicKey ed25519_public_key(std::span<const std::byte> seed);
/// The same bytes every time.
[[nodiscard]] Ed25519Signature ed25519_sign(std::span<const std::byte> seed,
                                            std::span<const std::byte> message);

}  // namespace tradectl::keys
