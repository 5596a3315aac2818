#include "host/audit/merkle.hpp"

#include "host/base/assert.hpp"

#include <array>
#include <bit>
#include <cstring>

namespace tradectl::audit {
namespace {

constexpr std::byte kLeafPrefix{0};
constexpr std::byte kNodePrefix{1};

/// Root of the leaves [begin, end); `begin` is a multiple of the largest power of two that fits.
Expected<Hash> range_root(std::uint64_t begin, std::uint64_t end, const SubtreeHash& subtree) {
    std::vector<Hash> parts;
    for (std::uint64_t at = begin; at < end;) {
        const auto height = static_cast<unsigned>(std::bit_width(end - at) - 1);
        auto hash = subtree(height, at >> height);
        if (!hash) return hash;
        parts.push_back(*hash);
        at += std::uint64_t{1} << height;
    }
    Hash root = parts.back();
    for (std::size_t i = parts.size() - 1; i-- > 0;)
        root = node_hash(parts[i], root);
    return root;
}

/// The largest power of two below `size`, which is above 1.
std::uint64_t split_of(std::uint64_t size) {
    return std::uint64_t{1} << (std::bit_width(size - 1) - 1);
}

/// Walks down from the root to what is proved and collects what lies beside the way, root side
/// first.
class Walk {
  public:
    explicit Walk(const SubtreeHash& subtree) : subtree_(subtree) {}

    Status add(std::uint64_t begin, std::uint64_t end) {
        auto hash = range_root(begin, end, subtree_);
        if (!hash) return fail(hash.error());
        beside_.push_back(*hash);
        return {};
    }
    /// From the bottom up, as proofs are written.
    [[nodiscard]] std::vector<Hash> proof() const { return {beside_.rbegin(), beside_.rend()}; }

  private:
    const SubtreeHash& subtree_;
    std::vector<Hash> beside_;
};

}  // namespace

Hash leaf_hash(std::span<const std::byte> entry) {
    return sha256({&kLeafPrefix, 1}, entry);
}

Hash node_hash(const Hash& left, const Hash& right) {
    std::array<std::byte, 1 + 2 * sizeof(Hash)> bytes;
    bytes[0] = kNodePrefix;
    std::memcpy(bytes.data() + 1, left.data(), left.size());
    std::memcpy(bytes.data() + 1 + left.size(), right.data(), right.size());
    return sha256(bytes);
}

Hash empty_root() {
    return sha256({});
}

Hash perfect_root(std::vector<Hash> hashes) {
    TRADECTL_ASSERT(std::has_single_bit(hashes.size()));
    for (std::size_t count = hashes.size(); count > 1; count /= 2) {
        for (std::size_t i = 0; i < count / 2; ++i)
            hashes[i] = node_hash(hashes[2 * i], hashes[2 * i + 1]);
    }
    return hashes.front();
}

Expected<Hash> root_of(std::uint64_t size, const SubtreeHash& subtree) {
    if (size == 0) return empty_root();
    return range_root(0, size, subtree);
}

Expected<std::vector<Hash>> prove_inclusion(std::uint64_t index,
                                            std::uint64_t size,
                                            const SubtreeHash& subtree) {
    TRADECTL_ASSERT(index < size);
    Walk walk(subtree);
    std::uint64_t begin = 0;
    std::uint64_t end = size;
    while (end - begin > 1) {
        const std::uint64_t middle = begin + split_of(end - begin);
        const bool left = index < middle;
        const Status added = left ? walk.add(middle, end) : walk.add(begin, middle);
        if (!added) return fail(added.error());
        (left ? end : begin) = middle;
    }
    return walk.proof();
}

Expected<std::vector<Hash>> prove_consistency(std::uint64_t old_size,
                                              std::uint64_t size,
                                              const SubtreeHash& subtree) {
    TRADECTL_ASSERT(old_size <= size);
    if (old_size == 0 || old_size == size) return std::vector<Hash>{};
    Walk walk(subtree);
    std::uint64_t begin = 0;
    std::uint64_t end = size;
    // Until the old tree ends where this part ends.
    while (old_size != end) {
        const std::uint64_t middle = begin + split_of(end - begin);
        const bool left = old_size <= middle;
        const Status added = left ? walk.add(middle, end) : walk.add(begin, middle);
        if (!added) return fail(added.error());
        (left ? end : begin) = middle;
    }
    // A whole old tree is known to who checks.
    if (begin != 0) {
        if (auto added = walk.add(begin, end); !added) return fail(added.error());
    }
    return walk.proof();
}

bool check_inclusion(const Hash& leaf,
                     std::uint64_t index,
                     std::uint64_t size,
                     std::span<const Hash> proof,
                     const Hash& root) {
    if (index >= size) return false;
    std::uint64_t fn = index;
    std::uint64_t sn = size - 1;
    Hash hash = leaf;
    for (const Hash& beside : proof) {
        if (sn == 0) return false;
        if ((fn & 1) == 1 || fn == sn) {
            hash = node_hash(beside, hash);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            hash = node_hash(hash, beside);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && hash == root;
}

bool check_consistency(std::uint64_t old_size,
                       const Hash& old_root,
                       std::uint64_t size,
                       const Hash& root,
                       std::span<const Hash> proof) {
    if (old_size > size) return false;
    if (old_size == size) return proof.empty() && old_root == root;
    if (old_size == 0) return proof.empty() && old_root == empty_root();
    // An old tree that is perfect stands whole in the new one: its root begins the proof.
    const bool whole = std::has_single_bit(old_size);
    if (!whole && proof.empty()) return false;
    std::uint64_t fn = old_size - 1;
    std::uint64_t sn = size - 1;
    while ((fn & 1) == 1) {
        fn >>= 1;
        sn >>= 1;
    }
    Hash old_hash = whole ? old_root : proof.front();
    Hash hash = old_hash;
    for (const Hash& beside : proof.subspan(whole ? 0 : 1)) {
        if (sn == 0) return false;
        if ((fn & 1) == 1 || fn == sn) {
            old_hash = node_hash(beside, old_hash);
            hash = node_hash(beside, hash);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            hash = node_hash(hash, beside);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && old_hash == old_root && hash == root;
}

}  // namespace tradectl::audit
