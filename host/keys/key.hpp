/// One key: parsed once, then used where it lies.
#pragma once

#include "host/base/ed25519.hpp"
#include "host/base/hash.hpp"
#include "host/keys/es256_key.hpp"
#include "host/keys/key_kind.hpp"
#include "host/keys/locked_bytes.hpp"
#include "host/keys/secp256k1_key.hpp"

#include <tradectl/expected.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::keys {

using Es256Signature = std::array<std::byte, 64>;  ///< r and s, as JOSE has them (RFC 7518, 3.4)

/// A key of one kind in locked memory. Never changes. Each use is for keys of its kind alone. [any]
class Key {
  public:
    /// `text` as `KeyKind` describes it; one line break at its end does not count, except for raw
    /// bytes. InvalidArgument says what is expected and nothing of what came.
    static Expected<Key> parse(KeyKind kind, KeyEncoding encoding, LockedBytes text);

    [[nodiscard]] KeyKind kind() const { return kind_; }
    /// What everybody may know: the 64 bytes of a secp256k1 or P-256 point, an Ed25519 public key;
    /// empty for secrets.
    [[nodiscard]] std::span<const std::byte> public_bytes() const { return public_; }
    /// Of a secp256k1 key.
    [[nodiscard]] std::optional<Address> address() const;
    [[nodiscard]] bool in_locked_memory() const { return material_.locked(); }

    [[nodiscard]] RecoverableSignature sign_digest(const Word& digest) const;
    [[nodiscard]] Sha256Digest hmac(std::span<const std::byte> message) const;
    [[nodiscard]] Ed25519Signature sign_ed25519(std::span<const std::byte> message) const;
    /// Of SHA-256 of the message; other bytes each time.
    [[nodiscard]] Es256Signature sign_es256(std::span<const std::byte> message) const;
    /// What stands in a slot: a secret's text, or an HMAC key's as it was written.
    [[nodiscard]] std::string_view secret() const;

    /// Whether both are the same key, as far as their material goes.
    [[nodiscard]] bool same_as(const Key& other) const;

    /// Eight hex digits by which people tell keys apart, once `name_it` was called; empty for
    /// secrets without a salt.
    [[nodiscard]] const std::string& fingerprint() const { return fingerprint_; }
    /// Computes the fingerprint. Of keys with a public half: of SHA-256 of that. Of secrets: of
    /// HMAC-SHA-256 under `salt`, which is random and kept with the state, so that nobody without
    /// it can try guesses.
    void name_it(std::span<const std::byte> salt);

  private:
    Key(KeyKind kind, LockedBytes material);
    static Expected<Key> parse_secp256k1(LockedBytes text);
    static Expected<Key> parse_hmac(KeyEncoding encoding, LockedBytes text);
    static Expected<Key> parse_ed25519(LockedBytes text);
    static Expected<Key> parse_es256(LockedBytes text);
    static Expected<Key> parse_secret(LockedBytes text);

    KeyKind kind_;
    LockedBytes written_;   ///< an HMAC key's text when it is not the key itself
    LockedBytes material_;  ///< scalar, seed, MAC key or text; empty for Es256
    std::optional<Es256Key> curve_;
    std::vector<std::byte> public_;
    Address address_{};
    std::string fingerprint_;
};

/// Whether everybody knows the private key of this address, because development tools use it.
[[nodiscard]] bool is_published_test_address(const Address& address);

}  // namespace tradectl::keys
