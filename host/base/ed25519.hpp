/// Ed25519 signatures (RFC 8032). Signing is in host/keys: this folder sees no private key.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace tradectl {

using Ed25519PublicKey = std::array<std::byte, 32>;
using Ed25519Signature = std::array<std::byte, 64>;

/// Whether `signature` is that of `message` under `key`. [any]
[[nodiscard]] bool ed25519_verify(const Ed25519PublicKey& key,
                                  std::span<const std::byte> message,
                                  const Ed25519Signature& signature);

}  // namespace tradectl
