#include "host/net/backoff.hpp"

#include "host/base/random.hpp"

#include <tradectl/timestamp.hpp>

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace tradectl::net {
namespace {

TEST(Backoff, DoublesUpToItsLimitWithJitterInTheUpperHalf) {
    SeededRandom random(1);
    Backoff backoff(kNsPerSecond, 300 * kNsPerSecond, random);
    std::int64_t whole = kNsPerSecond;
    for (int i = 0; i < 20; ++i) {
        const std::int64_t wait = backoff.next_ns();
        EXPECT_GE(wait, whole / 2) << i;
        EXPECT_LT(wait, whole) << i;
        whole = std::min(2 * whole, 300 * kNsPerSecond);
    }
}

TEST(Backoff, ClientsThatBrokeTogetherComeBackApart) {
    SeededRandom random(2);
    std::set<std::int64_t> waits;
    for (int i = 0; i < 100; ++i)
        waits.insert(Backoff(kNsPerSecond, 300 * kNsPerSecond, random).next_ns());
    EXPECT_GT(waits.size(), 95u);
}

TEST(Backoff, AMinuteOfHealthStartsOver) {
    SeededRandom random(3);
    Backoff backoff(kNsPerSecond, 300 * kNsPerSecond, random);
    for (int i = 0; i < 20; ++i)
        static_cast<void>(backoff.next_ns());
    backoff.on_success(kNsPerMinute);
    EXPECT_LT(backoff.next_ns(), kNsPerSecond);
}

TEST(Backoff, AVenueThatCutsOftenIsStillReachedWithinFiveSeconds) {
    SeededRandom random(4);
    Backoff backoff(kNsPerSecond, 300 * kNsPerSecond, random);
    for (int i = 0; i < 100; ++i) {
        EXPECT_LT(backoff.next_ns(), 5 * kNsPerSecond);
        backoff.on_success(1);
    }
    static_cast<void>(backoff.next_ns());
    EXPECT_GE(backoff.next_ns(), 4 * kNsPerSecond);
}

TEST(Backoff, OddLimitsAreTaken) {
    SeededRandom random(5);
    Backoff backoff(0, INT64_MAX, random);
    for (int i = 0; i < 200; ++i)
        EXPECT_GE(backoff.next_ns(), 1);
    Backoff narrow(kNsPerSecond, 1, random);
    EXPECT_LT(narrow.next_ns(), kNsPerSecond);
}

}  // namespace
}  // namespace tradectl::net
