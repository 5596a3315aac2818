/// Private keys in PEM: ECDSA on P-256 with SHA-256 (RFC 7518, ES256), and Ed25519 seeds.
#pragma once

#include "host/keys/locked_bytes.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace tradectl::keys {

/// A P-256 key, held by OpenSSL in its locked memory. [any]
class Es256Key {
  public:
    /// PKCS #8 or SEC 1, not encrypted. Nothing for other text.
    static std::optional<Es256Key> from_pem(std::string_view pem);
    Es256Key(Es256Key&&) noexcept;
    Es256Key& operator=(Es256Key&&) noexcept;
    ~Es256Key();

    /// x and y of the public point.
    [[nodiscard]] std::array<std::byte, 64> public_key() const;
    /// r and s; other bytes each time.
    [[nodiscard]] std::array<std::byte, 64> sign(std::span<const std::byte> message) const;

  private:
    struct Handle;
    explicit Es256Key(std::unique_ptr<Handle> handle);
    std::unique_ptr<Handle> handle_;
};

/// The 32-byte seed of an Ed25519 key in PKCS #8, not encrypted; nothing for other text. [any]
[[nodiscard]] std::optional<LockedBytes> ed25519_seed_from_pem(std::string_view pem);

}  // namespace tradectl::keys
