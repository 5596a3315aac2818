#include "host/audit/merkle.hpp"

#include "host/base/hex.hpp"
#include "tests/host/audit/reference_tree.hpp"

#include <gtest/gtest.h>

namespace tradectl::audit {
namespace {

/// Entries and roots of the first 1 to 8 of them: the test vectors that implementations of RFC 6962
/// share.
constexpr const char* kEntries[] = {"",
                                    "00",
                                    "10",
                                    "2021",
                                    "3031",
                                    "40414243",
                                    "5051525354555657",
                                    "606162636465666768696a6b6c6d6e6f"};
constexpr const char* kRoots[] = {
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

ReferenceTree published() {
    ReferenceTree tree;
    for (const char* hex : kEntries)
        tree.leaves.push_back(leaf_hash(*from_hex(hex)));
    return tree;
}

ReferenceTree counted(std::uint64_t size) {
    ReferenceTree tree;
    for (std::uint64_t i = 0; i < size; ++i)
        tree.leaves.push_back(leaf_hash(bytes_of("entry " + std::to_string(i))));
    return tree;
}

TEST(Merkle, RootsArePublishedOnes) {
    const ReferenceTree tree = published();
    EXPECT_EQ(to_hex(empty_root()),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (std::uint64_t size = 1; size <= 8; ++size)
        EXPECT_EQ(to_hex(*root_of(size, tree.source())), kRoots[size - 1]) << size;
}

TEST(Merkle, InclusionProofsAreThoseOfTheRecursiveDefinition) {
    const ReferenceTree tree = counted(70);
    for (std::uint64_t size = 1; size <= 70; ++size) {
        for (std::uint64_t index = 0; index < size; ++index) {
            const auto proof = prove_inclusion(index, size, tree.source());
            ASSERT_EQ(*proof, tree.path(index, 0, size)) << index << " of " << size;
            EXPECT_TRUE(
                check_inclusion(tree.leaves[index], index, size, *proof, tree.root(0, size)));
        }
    }
}

TEST(Merkle, ConsistencyProofsAreThoseOfTheRecursiveDefinition) {
    const ReferenceTree tree = counted(70);
    for (std::uint64_t size = 1; size <= 70; ++size) {
        for (std::uint64_t old = 1; old <= size; ++old) {
            const auto proof = prove_consistency(old, size, tree.source());
            ASSERT_EQ(*proof, tree.growth(old, 0, size, true)) << old << " of " << size;
            EXPECT_TRUE(
                check_consistency(old, tree.root(0, old), size, tree.root(0, size), *proof));
        }
        EXPECT_TRUE(check_consistency(0, empty_root(), size, tree.root(0, size), {}));
    }
}

TEST(Merkle, AnInclusionProofThatIsChangedInAnyWayFails) {
    const ReferenceTree tree = counted(13);
    for (std::uint64_t size = 1; size <= 13; ++size) {
        const Hash root = tree.root(0, size);
        for (std::uint64_t index = 0; index < size; ++index) {
            const auto proof = *prove_inclusion(index, size, tree.source());
            const Hash& leaf = tree.leaves[index];
            for (const auto& bad : changed(proof))
                EXPECT_FALSE(check_inclusion(leaf, index, size, bad, root));
            for (std::uint64_t other = 0; other < size + 2; ++other) {
                if (other != index) {
                    EXPECT_FALSE(check_inclusion(leaf, other, size, proof, root));
                }
            }
            EXPECT_FALSE(check_inclusion(flipped(leaf), index, size, proof, root));
            EXPECT_FALSE(check_inclusion(leaf, index, size, proof, flipped(root)));
        }
    }
}

TEST(Merkle, AConsistencyProofThatIsChangedInAnyWayFails) {
    const ReferenceTree tree = counted(13);
    for (std::uint64_t size = 1; size <= 13; ++size) {
        const Hash root = tree.root(0, size);
        for (std::uint64_t old = 1; old <= size; ++old) {
            const auto proof = *prove_consistency(old, size, tree.source());
            const Hash old_root = tree.root(0, old);
            for (const auto& bad : changed(proof))
                EXPECT_FALSE(check_consistency(old, old_root, size, root, bad));
            EXPECT_FALSE(check_consistency(old, flipped(old_root), size, root, proof));
            EXPECT_FALSE(check_consistency(old, old_root, size, flipped(root), proof));
            EXPECT_FALSE(check_consistency(size + 1, old_root, size, root, proof));
        }
        EXPECT_FALSE(check_consistency(0, flipped(empty_root()), size, root, {}));
        EXPECT_FALSE(check_consistency(0, empty_root(), size, root, {&root, 1}));
    }
}

}  // namespace
}  // namespace tradectl::audit
