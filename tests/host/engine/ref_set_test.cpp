#include "host/engine/ref_set.hpp"

#include <gtest/gtest.h>

namespace tradectl::engine {
namespace {

TEST(RefSet, ARefIsNewOnce) {
    RefSet refs;
    EXPECT_EQ(refs.insert({5}), RefSet::Insertion::Added);
    EXPECT_EQ(refs.insert({5}), RefSet::Insertion::Duplicate);
    EXPECT_EQ(refs.next_free().value, 6u);
}

TEST(RefSet, NeighboursJoinFromBothSides) {
    RefSet refs;
    for (const std::uint64_t ref : {1u, 3u, 2u})
        EXPECT_EQ(refs.insert({ref}), RefSet::Insertion::Added);
    for (const std::uint64_t ref : {1u, 2u, 3u})
        EXPECT_EQ(refs.insert({ref}), RefSet::Insertion::Duplicate);
    EXPECT_EQ(refs.insert({4}), RefSet::Insertion::Added);
}

TEST(RefSet, WhatEarlierSessionsTookIsUsed) {
    RefSet refs;
    refs.take_up_to({10});
    EXPECT_EQ(refs.insert({10}), RefSet::Insertion::Duplicate);
    EXPECT_EQ(refs.insert({11}), RefSet::Insertion::Added);
    EXPECT_EQ(refs.next_free().value, 12u);
}

TEST(RefSet, StrewnRefsAreRefusedAtTheLimitAndJoiningOnesAreNot) {
    RefSet refs;
    for (std::uint64_t i = 0; i < RefSet::kRangesMax; ++i)
        ASSERT_EQ(refs.insert({1 + i * 2}), RefSet::Insertion::Added);
    EXPECT_EQ(refs.insert({10 + RefSet::kRangesMax * 2}), RefSet::Insertion::Full);
    EXPECT_EQ(refs.insert({2}), RefSet::Insertion::Added);
}

}  // namespace
}  // namespace tradectl::engine
