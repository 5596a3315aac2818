#include "host/plugin/watchdog.hpp"

#include "host/plugin/load.hpp"
#include "host/plugin/strategy_instance.hpp"
#include "host/plugin/turn_clock.hpp"
#include "tests/host/plugin/zoo_files.hpp"

#include <future>

#include <gtest/gtest.h>
#include <unistd.h>

namespace tradectl::plugin {
namespace {

TEST(Watchdog, NamesTheInstanceWhoseCallNeverReturns) {
    std::promise<std::string> heard;
    Watchdog watchdog([&](const std::string& instance) { heard.set_value(instance); });
    const std::string name = "stuck";
    watchdog.arm(name, kNsPerMillisecond);
    EXPECT_EQ(heard.get_future().get(), "stuck");
}

TEST(Watchdog, LetsCallsThatReturnAlone) {
    std::atomic<int> calls{0};
    std::promise<void> second;
    {
        const std::string name = "calm";
        Watchdog watchdog([&](const std::string&) {
            ++calls;
            second.set_value();
        });
        for (int i = 0; i < 1000; ++i) {
            watchdog.arm(name, kNsPerSecond);
            watchdog.disarm();
        }
        EXPECT_EQ(calls, 0);
        watchdog.arm(name, 0);
        second.get_future().wait();
    }
    EXPECT_EQ(calls, 1) << "once, though the call went on";
}

TEST(Watchdog, WaitsNoLongerForACallWhenTheRunIsToStop) {
    std::atomic<bool> stop_asked{false};
    std::promise<std::string> heard;
    const std::string name = "stuck";
    Watchdog watchdog([&](const std::string& instance) { heard.set_value(instance); },
                      [&] { return stop_asked.load(); },
                      kNsPerMillisecond);
    auto ended = heard.get_future();
    watchdog.arm(name, kNsPerDay);
    EXPECT_EQ(ended.wait_for(std::chrono::milliseconds(200)), std::future_status::timeout);
    stop_asked = true;
    EXPECT_EQ(ended.get(), "stuck");
}

TEST(Watchdog, CallsThatReturnAreNotAddedUpWhenTheRunIsToStop) {
    std::atomic<int> calls{0};
    const std::string name = "busy";
    Watchdog watchdog([&](const std::string&) { ++calls; }, [] { return true; }, kNsPerSecond);
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(1500);
    while (std::chrono::steady_clock::now() < end)
        watchdog.arm(name, kNsPerSecond);
    EXPECT_EQ(calls, 0);
}

TEST(WatchdogDeathTest, EndsAProcessWhosePluginLoops) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    const auto run = [] {
        Loader loader;
        RecordingHost host;
        Watchdog watchdog([](const std::string& instance) {
            std::fprintf(stderr, "%s never returned\n", instance.c_str());
            ::_exit(70);
        });
        auto instance = StrategyInstance::create(
            loader.load(zoo_file("strategy")).value(),
            "never_returns",
            host,
            {.turn_budget_ns = 5 * kNsPerMillisecond, .watchdog = &watchdog});
        tradectl_turn turn{};
        turn.struct_size = sizeof(turn);
        static_cast<void>((*instance)->on_events(turn));
    };
    EXPECT_EXIT(run(), testing::ExitedWithCode(70), "never_returns never returned");
}

TEST(TurnClock, IsCoarseForLongBudgetsAndPreciseForShortOnes) {
    EXPECT_EQ(TurnClock(kNsPerMillisecond).step_ns(), 0);
    const TurnClock coarse(5 * kNsPerSecond);
    EXPECT_GE(coarse.now_ns(), 0);
    EXPECT_LE(coarse.step_ns(), 10 * kNsPerMillisecond);
}

}  // namespace
}  // namespace tradectl::plugin
