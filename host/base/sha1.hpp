/// SHA-1, for venues' checksums alone: it vouches for nothing.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace tradectl {

using Sha1Digest = std::array<std::byte, 20>;

/// FIPS 180-4. [any]
[[nodiscard]] Sha1Digest sha1(std::span<const std::byte> bytes);

}  // namespace tradectl
