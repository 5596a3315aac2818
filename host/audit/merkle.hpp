/// The Merkle tree of RFC 6962, section 2.1 (proof checks as RFC 9162, section 2.1, words them).
/// Pure functions. [any]
#pragma once

#include "host/base/hash.hpp"

#include <tradectl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace tradectl::audit {

using Hash = Sha256Digest;

/// A size is at most this, so that no sum below overflows.
inline constexpr std::uint64_t kTreeSizeMax = std::uint64_t{1} << 62;

/// SHA-256 of 0x00 and the entry.
[[nodiscard]] Hash leaf_hash(std::span<const std::byte> entry);
/// SHA-256 of 0x01, the left and the right hash.
[[nodiscard]] Hash node_hash(const Hash& left, const Hash& right);
/// SHA-256 of nothing: the root of a tree without leaves.
[[nodiscard]] Hash empty_root();
/// Root of the perfect tree over these hashes, whose number is a power of two.
[[nodiscard]] Hash perfect_root(std::vector<Hash> hashes);

/// Hash of the perfect subtree of 2^height leaves that starts at leaf `index * 2^height`.
using SubtreeHash = std::function<Expected<Hash>(unsigned height, std::uint64_t index)>;

/// Root of the first `size` leaves. Errors are those of `subtree`.
[[nodiscard]] Expected<Hash> root_of(std::uint64_t size, const SubtreeHash& subtree);
/// PATH(index, D[size]): that leaf `index` is in the tree of `size` leaves; index < size.
[[nodiscard]] Expected<std::vector<Hash>> prove_inclusion(std::uint64_t index,
                                                          std::uint64_t size,
                                                          const SubtreeHash& subtree);
/// PROOF(old_size, D[size]): that the tree grew by appending alone; old_size <= size. Empty when
/// both are equal or the old tree is empty.
[[nodiscard]] Expected<std::vector<Hash>> prove_consistency(std::uint64_t old_size,
                                                            std::uint64_t size,
                                                            const SubtreeHash& subtree);

/// Whether the proof shows that `leaf` is leaf `index` of the tree.
[[nodiscard]] bool check_inclusion(const Hash& leaf,
                                   std::uint64_t index,
                                   std::uint64_t size,
                                   std::span<const Hash> proof,
                                   const Hash& root);
/// Whether the proof shows that the new tree begins with the old one.
[[nodiscard]] bool check_consistency(std::uint64_t old_size,
                                     const Hash& old_root,
                                     std::uint64_t size,
                                     const Hash& root,
                                     std::span<const Hash> proof);

}  // namespace tradectl::audit
