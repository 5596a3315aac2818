#include "host/risk/breaker.hpp"

#include <gtest/gtest.h>

namespace tradectl::risk {
namespace {

constexpr Timestamp kStart{1'700'000'000 * kNsPerSecond};
constexpr std::int64_t kCoolDown = 60 * kNsPerSecond;

Timestamp after(std::int64_t ns) {
    return kStart.plus_ns(ns);
}

Breaker tripped_by_errors() {
    Breaker breaker({.threshold = 3, .cool_down_ns = kCoolDown});
    for (int i = 0; i < 3; ++i)
        breaker.on_error(kStart);
    return breaker;
}

TEST(Breaker, OpensAtTheThresholdAndNotBefore) {
    Breaker breaker({.threshold = 3, .cool_down_ns = kCoolDown});
    EXPECT_FALSE(breaker.on_error(kStart));
    EXPECT_FALSE(breaker.on_error(kStart));
    EXPECT_TRUE(breaker.admits(kStart));
    EXPECT_TRUE(breaker.on_error(kStart));
    EXPECT_FALSE(breaker.admits(kStart));
    EXPECT_EQ(breaker.state(kStart), BreakerState::Open);
}

TEST(Breaker, ASuccessBreaksTheRow) {
    Breaker breaker({.threshold = 2, .cool_down_ns = kCoolDown});
    for (int i = 0; i < 10; ++i) {
        EXPECT_FALSE(breaker.on_error(kStart));
        EXPECT_FALSE(breaker.on_success(kStart));
    }
    EXPECT_EQ(breaker.state(kStart), BreakerState::Closed);
}

TEST(Breaker, WithoutAThresholdErrorsNeverTripIt) {
    Breaker breaker({.threshold = 0, .cool_down_ns = kCoolDown});
    for (int i = 0; i < 1000; ++i)
        EXPECT_FALSE(breaker.on_error(kStart));
    EXPECT_TRUE(breaker.admits(kStart));
}

TEST(Breaker, IsHalfOpenFromTheCoolDownOn) {
    const Breaker breaker = tripped_by_errors();
    EXPECT_EQ(breaker.state(after(kCoolDown - 1)), BreakerState::Open);
    EXPECT_EQ(breaker.state(after(kCoolDown)), BreakerState::HalfOpen);
    EXPECT_TRUE(breaker.admits(after(kCoolDown)));
}

TEST(Breaker, OneEntryTriesAndOneGoodOrderCloses) {
    Breaker breaker = tripped_by_errors();
    breaker.take_entry(after(kCoolDown));
    EXPECT_FALSE(breaker.admits(after(kCoolDown + 1)));
    EXPECT_TRUE(breaker.on_success(after(kCoolDown + 2)));
    EXPECT_EQ(breaker.state(after(kCoolDown + 2)), BreakerState::Closed);
    EXPECT_FALSE(breaker.on_error(after(kCoolDown + 3))) << "the row starts anew";
}

TEST(Breaker, AFailureOfTheOneThatTriesOpensItForAnotherCoolDown) {
    Breaker breaker = tripped_by_errors();
    breaker.take_entry(after(kCoolDown));
    EXPECT_TRUE(breaker.on_error(after(kCoolDown + 5)));
    EXPECT_EQ(breaker.state(after(2 * kCoolDown + 4)), BreakerState::Open);
    EXPECT_EQ(breaker.state(after(2 * kCoolDown + 5)), BreakerState::HalfOpen);
    EXPECT_TRUE(breaker.admits(after(2 * kCoolDown + 5)));
}

TEST(Breaker, AnotherMayTryWhenTheFirstIsNeverAnswered) {
    Breaker breaker = tripped_by_errors();
    breaker.take_entry(after(kCoolDown));
    EXPECT_FALSE(breaker.admits(after(2 * kCoolDown - 1)));
    EXPECT_TRUE(breaker.admits(after(2 * kCoolDown)));
}

TEST(Breaker, ASuccessInsideTheCoolDownDoesNotClose) {
    Breaker breaker = tripped_by_errors();
    EXPECT_FALSE(breaker.on_success(after(1)));
    EXPECT_EQ(breaker.state(after(2)), BreakerState::Open);
}

TEST(Breaker, ALossStaysUntilItIsReset) {
    Breaker breaker({.threshold = 3, .cool_down_ns = kCoolDown});
    EXPECT_TRUE(breaker.trip(Trip::Loss, kStart));
    EXPECT_EQ(breaker.state(after(1000 * kCoolDown)), BreakerState::Open);
    EXPECT_FALSE(breaker.on_success(after(1000 * kCoolDown)));
    breaker.reset();
    EXPECT_TRUE(breaker.admits(after(1)));
}

TEST(Breaker, ALossOutweighsErrorsAndNotTheOtherWayRound) {
    Breaker breaker = tripped_by_errors();
    EXPECT_FALSE(breaker.trip(Trip::Errors, after(1)));
    EXPECT_TRUE(breaker.trip(Trip::Loss, after(1)));
    EXPECT_FALSE(breaker.trip(Trip::Errors, after(2)));
    EXPECT_EQ(breaker.why(), Trip::Loss);
    EXPECT_EQ(breaker.since(), after(1));
}

}  // namespace
}  // namespace tradectl::risk
