#include "host/engine/scheduler.hpp"

#include <gtest/gtest.h>

namespace tradectl::engine {
namespace {

constexpr TimerOwner kStrategy = TimerOwner::Strategy;

TEST(Scheduler, GivesTimersInOrderOfTimeThenOfSetting) {
    Scheduler scheduler;
    scheduler.set(kStrategy, 0, 1, Timestamp{20});
    scheduler.set(kStrategy, 0, 2, Timestamp{10});
    scheduler.set(TimerOwner::Host, 0, 3, Timestamp{10});
    EXPECT_EQ(scheduler.next(), Timestamp{10});
    EXPECT_EQ(scheduler.take_due(Timestamp{20})->id, 2u);
    EXPECT_EQ(scheduler.take_due(Timestamp{20})->id, 3u);
    EXPECT_EQ(scheduler.take_due(Timestamp{20})->id, 1u);
    EXPECT_FALSE(scheduler.take_due(Timestamp{20}));
}

TEST(Scheduler, NothingIsDueBeforeItsTime) {
    Scheduler scheduler;
    scheduler.set(kStrategy, 0, 1, Timestamp{20});
    EXPECT_FALSE(scheduler.take_due(Timestamp{19}));
    EXPECT_TRUE(scheduler.take_due(Timestamp{20}));
}

TEST(Scheduler, SettingAgainMovesIt) {
    Scheduler scheduler;
    scheduler.set(kStrategy, 0, 1, Timestamp{10});
    scheduler.set(kStrategy, 0, 1, Timestamp{30});
    EXPECT_EQ(scheduler.next(), Timestamp{30});
    EXPECT_FALSE(scheduler.take_due(Timestamp{29}));
}

TEST(Scheduler, OneKindOfTimerCanBeTakenAlone) {
    Scheduler scheduler;
    scheduler.set(kStrategy, 0, 1, Timestamp{10});
    scheduler.set(TimerOwner::Exchange, 2, 7, Timestamp{20});
    scheduler.set(TimerOwner::Exchange, 2, 8, Timestamp{40});
    const auto taken = scheduler.take_due(Timestamp{30}, TimerOwner::Exchange);
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->id, 7u);
    EXPECT_FALSE(scheduler.take_due(Timestamp{30}, TimerOwner::Exchange));
    EXPECT_EQ(scheduler.take_due(Timestamp{30})->id, 1u);
    EXPECT_EQ(scheduler.next(), Timestamp{40});
}

TEST(Scheduler, NoneCancels) {
    Scheduler scheduler;
    scheduler.set(kStrategy, 0, 1, Timestamp{10});
    scheduler.set(kStrategy, 0, 1, Timestamp::none());
    EXPECT_FALSE(scheduler.next());
}

TEST(Scheduler, OwnersDoNotShareIds) {
    Scheduler scheduler;
    scheduler.set(kStrategy, 0, 1, Timestamp{10});
    scheduler.set(kStrategy, 1, 1, Timestamp{20});
    scheduler.set(TimerOwner::Exchange, 0, 1, Timestamp{30});
    scheduler.set(kStrategy, 0, 1, Timestamp::none());
    EXPECT_EQ(scheduler.take_due(Timestamp{99})->index, 1u);
    EXPECT_EQ(scheduler.take_due(Timestamp{99})->owner, TimerOwner::Exchange);
}

}  // namespace
}  // namespace tradectl::engine
