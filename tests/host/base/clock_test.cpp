#include "host/base/clock.hpp"

#include <gtest/gtest.h>

namespace tradectl {
namespace {

TEST(ManualClock, GoesForwardOnly) {
    ManualClock clock(Timestamp{100});
    clock.advance_to(Timestamp{200});
    clock.advance_to(Timestamp{150});
    EXPECT_EQ(clock.now(), Timestamp{200});
    EXPECT_EQ(clock.monotonic_ns(), 200);
}

TEST(SystemClock, TellsAPlausibleTimeAndNeverGoesBack) {
    const SystemClock clock;
    EXPECT_GT(clock.now(), Timestamp::parse("2024-01-01").value());
    std::int64_t before = clock.monotonic_ns();
    for (int i = 0; i < 1000; ++i) {
        const std::int64_t now = clock.monotonic_ns();
        ASSERT_GE(now, before);
        before = now;
    }
}

}  // namespace
}  // namespace tradectl
