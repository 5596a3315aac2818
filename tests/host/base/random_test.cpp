#include "host/base/random.hpp"

#include <array>

#include <gtest/gtest.h>

namespace tradectl {
namespace {

// xoshiro256** with the state that SplitMix64 makes of seed 0, computed by a separate program in
// another language from the authors' description.
TEST(SeededRandom, GivesTheKnownSequenceForSeedZero) {
    SeededRandom random(0);
    EXPECT_EQ(random.next(), 0x99ec5f36cb75f2b4u);
    EXPECT_EQ(random.next(), 0xbf6e1f784956452au);
    EXPECT_EQ(random.next(), 0x1a5f849d4933e6e0u);
}

TEST(SeededRandom, RepeatsForASeedAndDiffersForAnother) {
    SeededRandom a(7);
    SeededRandom b(7);
    SeededRandom c(8);
    const auto first = a.next();
    EXPECT_EQ(first, b.next());
    EXPECT_NE(first, c.next());
}

TEST(Random, BelowStaysBelowAndReachesEveryValue) {
    SeededRandom random(1);
    std::array<int, 5> seen{};
    for (int i = 0; i < 5000; ++i)
        ++seen.at(random.below(5));
    for (const int count : seen)
        EXPECT_NEAR(count, 1000, 150);
    EXPECT_EQ(random.below(1), 0u);
}

TEST(Random, UnitIsAtLeastZeroAndBelowOne) {
    SeededRandom random(2);
    double sum = 0;
    for (int i = 0; i < 10000; ++i) {
        const double value = random.unit();
        ASSERT_GE(value, 0.0);
        ASSERT_LT(value, 1.0);
        sum += value;
    }
    EXPECT_NEAR(sum / 10000, 0.5, 0.02);
}

TEST(Random, FillsLengthsThatAreNoMultipleOfEight) {
    SeededRandom random(3);
    std::array<std::byte, 13> bytes{};
    random.fill(bytes);
    SeededRandom again(3);
    const std::uint64_t first = again.next();
    EXPECT_EQ(bytes[0], static_cast<std::byte>(first & 0xff));
    const std::uint64_t second = again.next();
    EXPECT_EQ(bytes[12], static_cast<std::byte>(second >> 32 & 0xff));
}

TEST(SystemRandom, DoesNotRepeat) {
    SystemRandom random;
    EXPECT_NE(random.next(), random.next());
}

}  // namespace
}  // namespace tradectl
