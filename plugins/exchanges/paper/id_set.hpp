/// A set of 64-bit digests of ids, 16 bytes or less each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace tradectl::paper {

/// FNV-1a (Fowler, Noll, Vo) with the finalizer of SplitMix64; never 0.
[[nodiscard]] constexpr std::uint64_t digest_of(std::string_view id) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : id)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9U;
    hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebU;
    hash ^= hash >> 31;
    return hash == 0 ? 1 : hash;
}

/// Open addressing with linear probing, at most seven eighths full.
class IdSet {
  public:
    void insert(std::uint64_t digest) {
        if (count_ + 1 > slots_.size() / 8 * 7) grow();
        std::uint64_t& slot = slots_[find(slots_, digest)];
        if (slot == 0) ++count_;
        slot = digest;
    }
    [[nodiscard]] bool contains(std::uint64_t digest) const {
        return !slots_.empty() && slots_[find(slots_, digest)] == digest;
    }
    [[nodiscard]] std::size_t size() const { return count_; }

  private:
    /// Where the digest is, or the free place where it belongs.
    static std::size_t find(const std::vector<std::uint64_t>& slots, std::uint64_t digest) {
        std::size_t at = digest & (slots.size() - 1);
        while (slots[at] != 0 && slots[at] != digest)
            at = (at + 1) & (slots.size() - 1);
        return at;
    }
    void grow() {
        std::vector<std::uint64_t> larger(slots_.empty() ? 64 : slots_.size() * 2);
        for (const std::uint64_t digest : slots_)
            if (digest != 0) larger[find(larger, digest)] = digest;
        slots_ = std::move(larger);
    }

    std::vector<std::uint64_t> slots_;  ///< a power of two; 0 is free
    std::size_t count_ = 0;
};

}  // namespace tradectl::paper
