// A signal that comes while a run is starting.
#include "tests/engine_support/session_fixture.hpp"

#include <atomic>
#include <csignal>
#include <filesystem>
#include <thread>

namespace tradectl::engine {
namespace {

class StartUnderSignals : public SessionFixture {
  protected:
    SessionText text(const std::string& settings) const {
        SessionText text;
        text.in_real_time("1");
        text.exchange = "plugin: answering_exchange, settings: {" + settings + "}";
        return text.script("s", {});
    }
    /// The signal comes once the log is there: the venue is asked next.
    Expected<RunSummary> interrupted(int signal, const std::string& settings) {
        std::atomic<bool> ended{false};
        std::thread sender([&] {
            while (!ended && !std::filesystem::exists(state_dir() + "/wal"))
                std::this_thread::yield();
            if (!ended) std::raise(signal);
        });
        auto summary = run(text(settings));
        ended = true;
        sender.join();
        return summary;
    }
};

TEST_F(StartUnderSignals, AVenueThatDoesNotAnswerIsNotWaitedFor) {
    for (const int signal : {SIGINT, SIGTERM}) {
        fresh_state();
        const auto summary = interrupted(signal, "silent: true");
        ASSERT_TRUE(summary) << summary.error().message;
        EXPECT_FALSE(summary->began);
        EXPECT_EQ(summary->signal, signal);
        EXPECT_EQ(summary->counters.orders, 0U);
    }
}

TEST_F(StartUnderSignals, TheNextStartFindsNothingHalfDone) {
    ASSERT_TRUE(interrupted(SIGTERM, "silent: true, balances: {USD: \"7\"}"));
    const auto summary =
        run(text("balances: {USD: \"7\"}"), {.session_ns_max = 10 * kNsPerMillisecond});
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_TRUE(summary->began);
    EXPECT_EQ(total("USD"), 7_d);
    EXPECT_TRUE(notes(wal::NoteKind::Fault).empty());
}

}  // namespace
}  // namespace tradectl::engine
