#include "host/risk/rate.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace tradectl::risk {
namespace {

constexpr Timestamp kStart{1'700'000'000 * kNsPerSecond};
constexpr RateLimit kTwoASecond{.per_second = 2};

/// Orders that leave one after the other at `now`.
int orders_until_empty(RateState& state, const RateLimit& limit, Timestamp now) {
    int count = 0;
    for (state = advance(state, limit, now); available(state) >= 1; ++count)
        state = take(state, limit, now);
    return count;
}

TEST(TokenBucket, StartsFullWithTheBurst) {
    RateState state;
    EXPECT_EQ(orders_until_empty(state, {.per_second = 2, .burst = 5}, kStart), 5);
}

TEST(TokenBucket, HoldsOneSecondOfOrdersWithoutABurst) {
    RateState state;
    EXPECT_EQ(orders_until_empty(state, kTwoASecond, kStart), 2);
}

TEST(TokenBucket, RefillsToTheNanosecond) {
    RateState state;
    orders_until_empty(state, kTwoASecond, kStart);
    EXPECT_EQ(available(advance(state, kTwoASecond, kStart.plus_ns(499'999'999))), 0);
    EXPECT_EQ(available(advance(state, kTwoASecond, kStart.plus_ns(500'000'000))), 1);
}

TEST(TokenBucket, LosesNothingToManySmallSteps) {
    RateState state;
    orders_until_empty(state, kTwoASecond, kStart);
    for (int i = 1; i <= 500'000; ++i)
        state = advance(state, kTwoASecond, kStart.plus_ns(i * 1000));
    EXPECT_EQ(available(state), 1);
}

TEST(TokenBucket, NeverHoldsMoreThanItsBurstHoweverLongItRests) {
    RateState state;
    orders_until_empty(state, kTwoASecond, kStart);
    const Timestamp end{std::numeric_limits<std::int64_t>::max()};
    EXPECT_EQ(orders_until_empty(state, kTwoASecond, end), 2);
}

TEST(TokenBucket, TakesNoDebtFromAnOrderBeyondTheLimit) {
    RateState state;
    orders_until_empty(state, kTwoASecond, kStart);
    state = take(state, kTwoASecond, kStart);
    EXPECT_EQ(available(advance(state, kTwoASecond, kStart.plus_ns(500'000'000))), 1);
}

TEST(TokenBucket, IgnoresTimeThatGoesBackwards) {
    RateState state;
    orders_until_empty(state, kTwoASecond, kStart);
    const RateState back = advance(state, kTwoASecond, kStart.plus_ns(-10 * kNsPerSecond));
    EXPECT_EQ(back.refilled, kStart);
    EXPECT_EQ(available(back), 0);
    EXPECT_EQ(back.orders_today, 2U);
}

TEST(TokenBucket, HasNoMeaningForNoTime) {
    const RateState state = advance({}, kTwoASecond, Timestamp::none());
    EXPECT_TRUE(state.refilled.is_none());
    EXPECT_EQ(available(state), 0);
}

TEST(DailyCount, TurnsAtMidnightUtc) {
    constexpr RateLimit kLimit{.per_day = 10};
    const Timestamp evening = *Timestamp::parse("2026-03-01T23:59:59.999999999Z");
    RateState state = take(take({}, kLimit, evening), kLimit, evening);
    EXPECT_EQ(state.orders_today, 2U);
    EXPECT_EQ(advance(state, kLimit, evening.plus_ns(1)).orders_today, 0U);
}

TEST(DailyCount, TurnsAtMidnightBefore1970Too) {
    const Timestamp before{-1};
    RateState state = take({}, {.per_day = 10}, before);
    EXPECT_EQ(state.day, -1);
    EXPECT_EQ(advance(state, {.per_day = 10}, Timestamp{1}).orders_today, 0U);
}

TEST(NextRetry, WaitsOneTwoAndFourSeconds) {
    const Timestamp deadline = kStart.plus_ns(kNsPerMinute);
    EXPECT_EQ(next_retry(0, kStart, deadline), kStart.plus_ns(1 * kNsPerSecond));
    EXPECT_EQ(next_retry(1, kStart, deadline), kStart.plus_ns(2 * kNsPerSecond));
    EXPECT_EQ(next_retry(2, kStart, deadline), kStart.plus_ns(4 * kNsPerSecond));
    EXPECT_FALSE(next_retry(3, kStart, deadline));
    EXPECT_FALSE(next_retry(64, kStart, deadline));
}

TEST(NextRetry, StaysInsideTheDeadline) {
    EXPECT_TRUE(next_retry(1, kStart, kStart.plus_ns(2 * kNsPerSecond)));
    EXPECT_FALSE(next_retry(1, kStart, kStart.plus_ns(2 * kNsPerSecond - 1)));
    EXPECT_FALSE(next_retry(0, kStart, Timestamp::none()));
    EXPECT_FALSE(next_retry(0, Timestamp::none(), kStart));
    const Timestamp last{std::numeric_limits<std::int64_t>::max()};
    EXPECT_FALSE(next_retry(0, last, last));
}

}  // namespace
}  // namespace tradectl::risk
