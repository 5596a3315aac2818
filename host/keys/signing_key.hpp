/// The key that signs checkpoints of the audit log: a file in the state directory, never a key that
/// can trade. File format: tradectl-audit(5).
#pragma once

#include "host/base/ed25519.hpp"

#include <tradectl/expected.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace tradectl {
class Disk;
}

namespace tradectl::keys {

/// An Ed25519 key whose private half stays in locked memory (as far as the system allows locking)
/// and is wiped at the end. [any], one thread at a time.
class SigningKey {
  public:
    /// Reads the key at `path`. NotFound when there is none; Permission when it is a link, belongs
    /// to another user, or others may read or write it (as far as it is a file of the machine);
    /// Corrupt when it is not a key.
    static Expected<SigningKey> open(Disk& disk, const std::string& path);
    /// Makes a new key, mode 0600 in a directory of mode 0700, durable on return. BadState when the
    /// file is there. One process at a time.
    static Expected<SigningKey> create(Disk& disk, const std::string& path);

    SigningKey(SigningKey&&) noexcept;
    SigningKey& operator=(SigningKey&&) noexcept;
    ~SigningKey();

    [[nodiscard]] const Ed25519PublicKey& public_key() const;
    /// RFC 8032; the same bytes every time.
    [[nodiscard]] Ed25519Signature sign(std::span<const std::byte> message) const;

  private:
    struct Secret;
    explicit SigningKey(std::unique_ptr<Secret> secret);
    std::unique_ptr<Secret> secret_;
};

}  // namespace tradectl::keys
