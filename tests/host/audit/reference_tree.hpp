/// The Merkle tree as RFC 6962 defines it, recursively, over all leaves in memory; and ways to
/// spoil a proof.
#pragma once

#include "host/audit/merkle.hpp"

#include <bit>
#include <vector>

namespace tradectl::audit {

struct ReferenceTree {
    std::vector<Hash> leaves;

    static std::uint64_t split(std::uint64_t size) { return std::bit_ceil(size) / 2; }

    /// MTH(D[begin:end]).
    [[nodiscard]] Hash root(std::uint64_t begin, std::uint64_t end) const {
        if (begin == end) return empty_root();
        if (end - begin == 1) return leaves[begin];
        const std::uint64_t middle = begin + split(end - begin);
        return node_hash(root(begin, middle), root(middle, end));
    }
    /// PATH(index, D[begin:end]).
    [[nodiscard]] std::vector<Hash> path(std::uint64_t index,
                                         std::uint64_t begin,
                                         std::uint64_t end) const {
        if (end - begin == 1) return {};
        const std::uint64_t middle = begin + split(end - begin);
        auto proof = index < middle ? path(index, begin, middle) : path(index, middle, end);
        proof.push_back(index < middle ? root(middle, end) : root(begin, middle));
        return proof;
    }
    /// SUBPROOF(old - begin, D[begin:end], whole).
    [[nodiscard]] std::vector<Hash> growth(std::uint64_t old,
                                           std::uint64_t begin,
                                           std::uint64_t end,
                                           bool whole) const {
        if (old == end) return whole ? std::vector<Hash>{} : std::vector<Hash>{root(begin, end)};
        const std::uint64_t middle = begin + split(end - begin);
        auto proof =
            old <= middle ? growth(old, begin, middle, whole) : growth(old, middle, end, false);
        proof.push_back(old <= middle ? root(middle, end) : root(begin, middle));
        return proof;
    }
    [[nodiscard]] SubtreeHash source() const {
        return [this](unsigned height, std::uint64_t index) -> Expected<Hash> {
            return root(index << height, (index + 1) << height);
        };
    }
};

inline Hash flipped(Hash hash) {
    hash[17] ^= std::byte{4};
    return hash;
}

/// The proof with one hash spoiled, gone, doubled, exchanged with the next, or one more at either
/// end.
inline std::vector<std::vector<Hash>> changed(const std::vector<Hash>& proof) {
    std::vector<std::vector<Hash>> out;
    for (std::size_t i = 0; i < proof.size(); ++i) {
        auto bad = proof;
        bad[i] = flipped(bad[i]);
        out.push_back(bad);
        bad = proof;
        bad.erase(bad.begin() + static_cast<std::ptrdiff_t>(i));
        out.push_back(bad);
        bad = proof;
        bad.insert(bad.begin() + static_cast<std::ptrdiff_t>(i), proof[i]);
        out.push_back(bad);
        if (i + 1 == proof.size()) continue;
        bad = proof;
        std::swap(bad[i], bad[i + 1]);
        out.push_back(bad);
    }
    auto longer = proof;
    longer.push_back(empty_root());
    out.push_back(longer);
    longer = proof;
    longer.insert(longer.begin(), empty_root());
    out.push_back(longer);
    return out;
}

}  // namespace tradectl::audit
