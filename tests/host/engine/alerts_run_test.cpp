// Who is told, over whole sessions, of what costs money.
#include "host/base/json.hpp"
#include "host/engine/state_dir.hpp"
#include "host/wal/client_order_id.hpp"
#include "host/wal/identity.hpp"
#include "tests/engine_support/session_fixture.hpp"

#include <algorithm>
#include <fstream>

namespace tradectl::engine {
namespace {

class AlertsOfARun : public SessionFixture {
  protected:
    /// A session whose alerts a shell appends to a file.
    SessionText text(const std::string& script, const std::string& step) {
        SessionText text;
        text.venue(script).script("s", {step}).in_real_time();
        text.rest = "shutdown: {orders: keep}\nalerts: {command: [/bin/sh, -c, 'cat >> \"$0\"', " +
                    told_ + "]}\n";
        return text;
    }
    /// "event subject", sorted.
    std::vector<std::string> told() {
        std::vector<std::string> lines;
        std::ifstream file(told_);
        for (std::string line; std::getline(file, line);) {
            const auto body = parse_json(line);
            EXPECT_TRUE(body) << line;
            if (!body) continue;
            lines.push_back(std::string(*body->find_text("event")) + " " +
                            std::string(*body->find_text("subject")));
        }
        std::sort(lines.begin(), lines.end());
        return lines;
    }

    const std::string told_ = directory_.file("told");
};

using Lines = std::vector<std::string>;

TEST_F(AlertsOfARun, AGoodRunTellsNobodyAnything) {
    run_well(text("fill", "3 buy 1 100"));
    EXPECT_EQ(told(), Lines());
}

TEST_F(AlertsOfARun, AnUnresolvedOrderIsTold) {
    run_well(text("unknown", "3 buy 1 100"));
    EXPECT_EQ(told(), Lines({"unresolved BTC-USD.x"}));
}

TEST_F(AlertsOfARun, WhatAnEarlierRunLeftUnresolvedIsToldOnceByTheNext) {
    SessionText first = text("unknown", "3 buy 1 100");
    first.venue("unknown", ", fenced: false");
    run_well(first);
    SessionText next = text("fill", "1000 buy 1 100");
    run_well(next);
    EXPECT_EQ(told(), Lines({"unresolved BTC-USD.x", "unresolved BTC-USD.x"}));
}

TEST_F(AlertsOfARun, AnOrphanIsToldOnceWhoeverFindsIt) {
    run_well(text("fill", "1000 buy 1 100"));
    const auto identity = wal::load_identity(*disk_, state_dir());
    ASSERT_TRUE(identity);
    const auto id = wal::to_text(
        wal::make_client_order_id(identity->install_id, OpId{999}, identity->epoch, identity->key));
    SessionText next = text("fill", "1000 buy 1 100");
    next.venue("fill", ", orphan: \"" + std::string(id.data(), id.size()) + "\"");
    next.rest += "reconcile: {grace: 0s}\n";
    run_well(next);
    const auto lines = told();
    EXPECT_EQ(std::count(lines.begin(), lines.end(), "orphan BTC-USD.x"), 1) << lines.size();
}

TEST_F(AlertsOfARun, AFillThatNobodyKnowsIsToldWithItsHalt) {
    run_well(text("stray", "3 buy 1 100"));
    const auto lines = told();
    EXPECT_EQ(std::count(lines.begin(), lines.end(), "orphan BTC-USD.x"), 1);
    EXPECT_EQ(std::count(lines.begin(), lines.end(), "halt instrument:BTC-USD.x"), 1);
}

TEST_F(AlertsOfARun, ABreakerThatOpensIsTold) {
    SessionText session = text("reject", "3 buy 1 100");
    session.risk = "{breaker_threshold: 1, breaker_cool_down: 1d}";
    run_well(session);
    EXPECT_EQ(told(), Lines({"breaker exchange:x", "breaker strategy:s"}));
}

TEST_F(AlertsOfARun, AFaultedStrategyIsTold) {
    run_well(text("fill", "3 throw"));
    EXPECT_EQ(told(), Lines({"fault strategy:s"}));
}

TEST_F(AlertsOfARun, AFaultedVenueIsToldAsItEndsTheRun) {
    const auto summary = run(text("breaks", "3 buy 1 100"));
    ASSERT_TRUE(summary);
    ASSERT_TRUE(summary->error);
    const auto lines = told();
    EXPECT_EQ(std::count(lines.begin(), lines.end(), "fault all"), 1);
}

TEST_F(AlertsOfARun, DriftIsToldAsDrift) {
    run_well(text("fill", "3 buy 1 100"));
    SessionText other = text("fill", "1000 buy 1 100");
    other.exchange.replace(other.exchange.find("BTC: \"10\""), 9, "BTC: \"10\", EUR: \"5\"");
    run_well(other);
    const auto lines = told();
    EXPECT_FALSE(lines.empty());
    for (const auto& line : lines)
        EXPECT_TRUE(line.starts_with("drift ")) << line;
}

TEST_F(AlertsOfARun, SomeEventsAreOffAndNothingIsToldOfASimulation) {
    SessionText session = text("unknown", "3 buy 1 100");
    session.rest.replace(session.rest.rfind("]}"), 2, "], events: {unresolved: \"off\"}}");
    run_well(session);
    EXPECT_EQ(told(), Lines());
    fresh_state();
    SessionText simulated = text("unknown", "3 buy 1 100");
    simulated.head = "mode: backtest\nseed: 7\n";
    run_well(simulated);
    EXPECT_EQ(told(), Lines());
}

}  // namespace
}  // namespace tradectl::engine
