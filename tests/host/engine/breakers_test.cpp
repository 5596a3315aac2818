// Breakers over whole sessions: what opens them, what a restart finds, and who closes them.
#include "host/engine/operator_halt.hpp"
#include "host/engine/state_dir.hpp"
#include "tests/engine_support/session_fixture.hpp"

#include <algorithm>

#include <unistd.h>

namespace tradectl::engine {
namespace {

using Steps = std::vector<std::string>;

class Breakers : public SessionFixture {
  protected:
    static SessionText text(const std::string& script,
                            const std::string& risk,
                            const Steps& steps) {
        SessionText text;
        text.risk = risk;
        text.rest = "shutdown: {orders: keep}\n";
        text.venue(script).script("s", steps);
        return text;
    }
    static SessionText real(const std::string& script,
                            const std::string& risk,
                            const Steps& steps) {
        return text(script, risk, steps).in_real_time();
    }
    std::vector<Halt> lines() {
        const auto lines = HaltLatch(*disk_, StatePaths{state_dir()}.breaker()).read();
        EXPECT_TRUE(lines);
        return *lines;
    }
    std::vector<std::uint16_t> reasons() {
        std::vector<std::uint16_t> out;
        for (const auto& row : denied())
            out.push_back(row.reason);
        return out;
    }
    HaltAnswer reset(const SessionText& text, const std::string& scope) {
        config::LoadOptions load;
        load.directory = load.working_directory = directory_.path();
        const auto outcome = config::load_text(text.yaml(), load);
        const auto answer = reset_breaker_by_operator(
            *disk_,
            outcome.document->config,
            StatePaths{state_dir()},
            {.scope = scope, .since = Timestamp{1}, .actor = "alice", .reason = "looked at it"});
        EXPECT_TRUE(answer);
        return *answer;
    }
    bool told(const std::string& line) {
        const auto lines = heard();
        return std::find(lines.begin(), lines.end(), line) != lines.end();
    }
};

constexpr std::uint16_t kOpen = TRADECTL_REASON_BREAKER_OPEN;

TEST_F(Breakers, ErrorsInARowOpenTheStrategysAndTheVenuesOnRecord) {
    run_well(text("reject",
                  "{breaker_threshold: 3, breaker_cool_down: 1d}",
                  {"3 buy 1 100", "4 buy 1 100", "5 buy 1 100", "6 buy 1 100"}));
    EXPECT_EQ(orders().size(), 3u);
    EXPECT_EQ(reasons(), (std::vector<std::uint16_t>{kOpen}));
    const auto open = lines();
    ASSERT_EQ(open.size(), 2u);
    EXPECT_EQ(open[0].scope, "strategy:s");
    EXPECT_EQ(open[0].kind, HaltKind::Errors);
    EXPECT_EQ(open[1].scope, "exchange:x");
    const auto said = notes(wal::NoteKind::Breaker);
    ASSERT_EQ(said.size(), 2u);
    EXPECT_TRUE(said[0].starts_with("open: strategy:s: 3 failed orders in a row")) << said[0];
    EXPECT_TRUE(told("status " + std::to_string(TRADECTL_STATUS_REDUCE_ONLY)));
}

TEST_F(Breakers, FewerErrorsThanTheThresholdOpenNothing) {
    run_well(text("reject", "{breaker_threshold: 3}", {"3 buy 1 100", "4 buy 1 100"}));
    EXPECT_TRUE(lines().empty());
}

TEST_F(Breakers, PluginErrorsAndUnknownOutcomesCountToo) {
    run_well(text("prepare_fails", "{breaker_threshold: 1}", {"3 buy 1 100", "6 buy 1 100"}));
    EXPECT_EQ(reasons().back(), kOpen);
    fresh_state();
    run_well(text("unknown", "{breaker_threshold: 1}", {"3 buy 1 100"}));
    EXPECT_EQ(lines().size(), 2u);
}

TEST_F(Breakers, AfterTheCoolDownOneOrderTriesAndAFailureOpensItAgain) {
    run_well(text("reject",
                  "{breaker_threshold: 1, breaker_cool_down: 1s}",
                  {"3 buy 1 100", "4 buy 1 100", "30 buy 1 100", "31 buy 1 100"}));
    EXPECT_EQ(orders().size(), 2u);
    EXPECT_EQ(reasons(), (std::vector<std::uint16_t>{kOpen, kOpen}));
    EXPECT_TRUE(told("status " + std::to_string(TRADECTL_STATUS_ACTIVE)));
}

TEST_F(Breakers, AGoodOrderAfterTheCoolDownClosesIt) {
    const std::string risk = "{breaker_threshold: 1, breaker_cool_down: 1ms}";
    run_well(real("reject", risk, {"3 buy 1 100"}));
    EXPECT_EQ(lines().size(), 2u);
    run_well(real("fill", risk, {"40 buy 1 100"}));
    EXPECT_TRUE(lines().empty());
    EXPECT_EQ(notes(wal::NoteKind::Breaker).back(), "closed: exchange:x: an order went well");
}

TEST_F(Breakers, ARestartFindsThemOpen) {
    const std::string risk = "{breaker_threshold: 1, breaker_cool_down: 1d}";
    run_well(real("reject", risk, {"3 buy 1 100"}));
    run_well(real("fill", risk, {"3 buy 1 100"}));
    EXPECT_EQ(reasons(), (std::vector<std::uint16_t>{kOpen}));
    EXPECT_EQ(fills().size(), 0u);
}

TEST_F(Breakers, AnOperatorClosesOneScopeOnRecordWhileNothingRuns) {
    const std::string risk = "{breaker_threshold: 1, breaker_cool_down: 1d}";
    const SessionText rejects = real("reject", risk, {"3 buy 1 100"});
    run_well(rejects);
    const HaltAnswer first = reset(rejects, "strategy:s");
    EXPECT_TRUE(first.changed);
    EXPECT_FALSE(first.note);
    ASSERT_EQ(first.breakers.size(), 1u);
    EXPECT_EQ(first.breakers[0].scope, "exchange:x");
    EXPECT_EQ(notes(wal::NoteKind::OperatorAction).back(),
              "breaker reset strategy:s by alice (uid " + std::to_string(::getuid()) +
                  "), command line: looked at it");
    EXPECT_FALSE(reset(rejects, "strategy:s").changed);
    EXPECT_TRUE(reset(rejects, "exchange:x").changed);
    run_well(real("fill", risk, {"3 buy 1 100"}));
    EXPECT_EQ(fills().size(), 1u);
    EXPECT_TRUE(lines().empty());
}

TEST_F(Breakers, AHandfulOfRejectsAmongTheLastOrdersOpenIt) {
    run_well(text("reject",
                  "{reject_rate_max: \"0.1\", reject_window: 10, breaker_cool_down: 1d}",
                  {"3 buy 1 100", "4 buy 1 100", "5 buy 1 100", "6 buy 1 100"}));
    EXPECT_EQ(reasons(), (std::vector<std::uint16_t>{TRADECTL_REASON_REJECT_RATE, kOpen}));
    EXPECT_EQ(lines()[0].kind, HaltKind::Errors);
}

/// A session a step: under a real clock nobody knows how many trades pass before an answer.
TEST_F(Breakers, ALossOfTheDayStaysOpenUntilItIsResetWhateverIsRestarted) {
    const std::string risk = "{daily_loss_max: \"9.99\"}";
    const SessionText entry = real("fill", risk, {"3 buy 1 100"});
    run_well(entry);
    run_well(real("fill", risk, {"3 sell 1 90"}));
    ASSERT_EQ(lines().size(), 1u);
    EXPECT_EQ(lines()[0].kind, HaltKind::Loss);
    EXPECT_EQ(lines()[0].reason, "daily_loss_limit: 10 beyond 9.99");
    for (std::size_t tries = 1; tries < 3; ++tries) {
        run_well(entry);
        ASSERT_EQ(denied().size(), tries);
        EXPECT_EQ(denied().back().reason, TRADECTL_REASON_DAILY_LOSS_LIMIT);
        EXPECT_EQ(denied().back().verdicts.back().reason, kOpen);
    }
    EXPECT_TRUE(reset(entry, "strategy:s").changed);
    run_well(entry);
    EXPECT_EQ(denied().size(), 2u) << "the day's loss counts from the reset on";
    EXPECT_EQ(fills().size(), 3u);
    EXPECT_TRUE(lines().empty());
}

TEST_F(Breakers, ALossAtTheLimitDeniesNothing) {
    run_well(
        text("fill", "{daily_loss_max: \"10\"}", {"3 buy 1 100", "5 sell 1 90", "9 buy 1 90"}));
    EXPECT_TRUE(denied().empty());
}

TEST_F(Breakers, AnExitPassesAnOpenBreaker) {
    run_well(text("fill",
                  "{daily_loss_max: \"5\"}",
                  {"3 buy 2 100", "5 sell 1 90", "9 buy 1 100", "12 sell 1 95"}));
    EXPECT_EQ(denied().size(), 1u);
    EXPECT_EQ(fills().size(), 3u);
}

TEST_F(Breakers, LosingTradesInARowSurviveARestart) {
    const std::string risk = "{losing_trades_max: 2}";
    const SessionText entry = real("fill", risk, {"3 buy 1 100"});
    const SessionText loss = real("fill", risk, {"3 sell 1 90"});
    run_well(entry);
    run_well(loss);
    EXPECT_TRUE(lines().empty());
    run_well(entry);
    run_well(loss);
    ASSERT_EQ(lines().size(), 1u);
    EXPECT_EQ(lines()[0].scope, "strategy:s");
    run_well(entry);
    ASSERT_EQ(denied().size(), 1u);
    EXPECT_EQ(denied()[0].reason, TRADECTL_REASON_LOSSES_IN_A_ROW);
}

TEST_F(Breakers, AGainBetweenTwoLossesBreaksTheRow) {
    run_well(text("fill",
                  "{losing_trades_max: 2}",
                  {"3 buy 1 100",
                   "5 sell 1 90",
                   "7 buy 1 100",
                   "9 sell 1 110",
                   "11 buy 1 100",
                   "13 sell 1 90",
                   "15 buy 1 100"}));
    EXPECT_TRUE(denied().empty());
}

TEST_F(Breakers, ADrawdownFromAnEarlierSessionsPeakStopsAll) {
    const std::string risk = "{drawdown_max: \"0.05\"}";
    run_well(real("fill", risk, {"3 buy 1 100"}));
    EXPECT_TRUE(lines().empty());
    run_well(real("fill", "{}", {"3 buy 100 200"}));  // falls while nobody looks
    run_well(real("fill", risk, {"3 buy 1 100"}));
    ASSERT_EQ(denied().size(), 1u);
    EXPECT_EQ(denied()[0].reason, TRADECTL_REASON_DRAWDOWN_LIMIT);
    ASSERT_EQ(lines().size(), 1u);
    EXPECT_EQ(lines()[0].scope, "all");
}

TEST_F(Breakers, MoreUnresolvedOrdersThanAllowedStopAll) {
    run_well(text("unknown", "{unresolved_max: 1}", {"3 batch 2 1 100"}));
    ASSERT_EQ(lines().size(), 1u);
    EXPECT_EQ(lines()[0].scope, "all");
    EXPECT_EQ(lines()[0].kind, HaltKind::Loss);
}

TEST_F(Breakers, AFileThatCannotBeReadOpensTheBreakerOfAll) {
    run_well(real("fill", "{}", {}));
    std::ofstream(StatePaths{state_dir()}.breaker()) << "nonsense\n";
    run_well(real("fill", "{}", {"3 buy 1 100"}));
    EXPECT_EQ(reasons(), (std::vector<std::uint16_t>{kOpen}));
}

using IntentTags = Breakers;

TEST_F(IntentTags, AreKnownAfterARestartWithinTheirWindow) {
    run_well(real("fill", "{duplicate_window: 1h}", {"3 buy 1 100 tag=5"}));
    run_well(real("fill", "{duplicate_window: 1h}", {"3 buy 1 100 tag=5", "9 buy 1 100 tag=6"}));
    EXPECT_EQ(reasons(), (std::vector<std::uint16_t>{TRADECTL_REASON_DUPLICATE_INTENT}));
    EXPECT_EQ(fills().size(), 2u);
}

TEST_F(IntentTags, OfADeniedOrderAreFree) {
    run_well(
        real("fill", "{order_notional_max: \"100\"}", {"3 buy 2 100 tag=5", "9 buy 1 100 tag=5"}));
    EXPECT_EQ(reasons(), (std::vector<std::uint16_t>{TRADECTL_REASON_NOTIONAL_ABOVE_MAX}));
    EXPECT_EQ(fills().size(), 1u);
}

TEST_F(IntentTags, MayComeBackAfterTheirWindow) {
    run_well(text("fill", "{duplicate_window: 1s}", {"3 buy 1 100 tag=5", "40 buy 1 100 tag=5"}));
    EXPECT_TRUE(denied().empty());
}

TEST_F(IntentTags, AreOffUnderASimulatedClockUnlessAskedFor) {
    run_well(text("fill", "{}", {"3 buy 1 100 tag=5", "4 buy 1 100 tag=5"}));
    EXPECT_TRUE(denied().empty());
}

}  // namespace
}  // namespace tradectl::engine
