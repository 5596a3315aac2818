/// Digests and checksums.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace tradectl {

using Sha256Digest = std::array<std::byte, 32>;

/// The bytes of a text.
[[nodiscard]] inline std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

/// FIPS 180-4. [any]
[[nodiscard]] Sha256Digest sha256(std::span<const std::byte> bytes);
/// The digest of `first` with `second` behind it. [any]
[[nodiscard]] Sha256Digest sha256(std::span<const std::byte> first,
                                  std::span<const std::byte> second);
/// RFC 2104 with SHA-256. [any]
[[nodiscard]] Sha256Digest hmac_sha256(std::span<const std::byte> key,
                                       std::span<const std::byte> message);

/// SHA-256 of content that comes in pieces.
class Sha256 {
  public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    void update(std::span<const std::byte> bytes);
    /// The digest of all so far; the object starts again from nothing.
    [[nodiscard]] Sha256Digest finish();

  private:
    struct Context;
    std::unique_ptr<Context> context_;
};

/// CRC-32C (Castagnoli, RFC 3720 appendix B.4). `before` is the checksum of the bytes that stand
/// before these, so that crc32c(b, crc32c(a)) is the checksum of a and b together. Uses the CPU's
/// instruction when it has one. [any]
[[nodiscard]] std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t before = 0);

namespace hash_detail {
/// The two ways to the same checksum, for tests; the second one needs `crc32c_in_hardware()`.
[[nodiscard]] std::uint32_t crc32c_table(std::span<const std::byte> bytes, std::uint32_t before);
[[nodiscard]] std::uint32_t crc32c_sse42(std::span<const std::byte> bytes, std::uint32_t before);
[[nodiscard]] bool crc32c_in_hardware();
}  // namespace hash_detail

}  // namespace tradectl
