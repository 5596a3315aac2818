#include "host/net/rate_bucket.hpp"

#include <tradectl/timestamp.hpp>

#include <gtest/gtest.h>

namespace tradectl::net {
namespace {

TEST(TokenBucket, LetsTheBurstThroughAndThenOneByOne) {
    TokenBucket bucket(10, 3, 0);
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(bucket.take(1, 0), 0);
    EXPECT_EQ(bucket.take(1, 0), 100 * kNsPerMillisecond);
    EXPECT_EQ(bucket.take(1, 0), 200 * kNsPerMillisecond);
    EXPECT_EQ(bucket.take(1, kNsPerSecond), 0);
}

TEST(TokenBucket, NeverHoldsMoreThanItsBurst) {
    TokenBucket bucket(1000, 2, 0);
    EXPECT_EQ(bucket.take(2, kNsPerDay), 0);
    EXPECT_EQ(bucket.wait_ns(1, kNsPerDay), kNsPerMillisecond);
}

TEST(TokenBucket, AWeightAboveTheBurstWaitsForAFullBucketAndPaysLater) {
    TokenBucket bucket(1, 2, 0);
    EXPECT_EQ(bucket.take(5, 0), 0);
    EXPECT_EQ(bucket.wait_ns(1, 0), 4 * kNsPerSecond);
}

TEST(TokenBucket, ClosedItLetsNothingThrough) {
    TokenBucket bucket(10, 5, 0);
    bucket.close_until(kNsPerSecond);
    bucket.close_until(kNsPerMillisecond);  // never opens it earlier
    EXPECT_EQ(bucket.wait_ns(1, 0), kNsPerSecond);
    EXPECT_EQ(bucket.closed_ns(kNsPerSecond - 1), 1);
    EXPECT_EQ(bucket.closed_ns(kNsPerSecond), 0);
    EXPECT_EQ(bucket.wait_ns(1, kNsPerSecond), 0);
}

TEST(TokenBucket, WithoutARateItIsOpenUnlessClosed) {
    TokenBucket bucket(0, 0, 0);
    for (int i = 0; i < 1000; ++i)
        EXPECT_EQ(bucket.take(9, 0), 0);
    bucket.close_until(7);
    EXPECT_EQ(bucket.take(1, 0), 7);
}

TEST(TokenBucket, AClockThatStandsStillOrGoesBackGivesNothing) {
    TokenBucket bucket(1, 1, kNsPerSecond);
    EXPECT_EQ(bucket.take(1, kNsPerSecond), 0);
    EXPECT_EQ(bucket.wait_ns(1, 0), kNsPerSecond);
}

}  // namespace
}  // namespace tradectl::net
