// A session asks again what became of what nobody could tell.
#include "host/engine/live_recovery.hpp"

#include "host/engine/handover_json.hpp"
#include "tests/engine_support/live_session.hpp"

#include <fstream>

namespace tradectl::engine {
namespace {

class AskedAgain : public LiveSession {
  protected:
    void begin_with(const std::string& more) {
        SessionText session = text("unknown", "3 buy 1 100");
        session.venue("unknown", more);
        session.rest += more_;
        RunOptions options;
        options.ask_again_ns = kNsPerMillisecond;
        begin(session, options);
        wait_until([this] { return number(*told("status").find("counters"), "unresolved") == 1; });
    }
    static Json recover_words() {
        Json body = to_json(RecoverRequest{.options = {.wait_ns = 0}, .budget_ns = kPatienceNs});
        body.set("confirm", "engine-test");
        return body;
    }

    std::string more_;  ///< of the config
};

TEST_F(AskedAgain, WhatNeverArrivedIsRolledBackAndTheBlockLifts) {
    begin_with("");
    wait_for("unresolved", 0);
    EXPECT_EQ(number(told("status"), "open_orders"), 0);
    end();
    EXPECT_TRUE(orders().front().text.starts_with("never arrived")) << orders().front().text;
    EXPECT_EQ(amount("USD", wal::Bucket::Held), Decimal());
    EXPECT_EQ(books().unfinished_operations()->size(), 0U);
    EXPECT_EQ(notes(wal::NoteKind::Unresolved).size(), 1U);
}

TEST_F(AskedAgain, WhatFilledIsBooked) {
    begin_with(", listing: filled, listing_later: true");
    wait_for("unresolved", 0);
    wait_for("positions", 1);
    end();
    EXPECT_EQ(orders().front().status, TRADECTL_ORDER_STATUS_FILLED);
    EXPECT_EQ(fills().size(), 1U);
}

TEST_F(AskedAgain, AFillThatCrossesTheAnswerCountsMoreThanIt) {
    begin_with(", listing: crossing");
    wait_for("positions", 1);
    wait_for("unresolved", 0);
    EXPECT_EQ(number(told("status"), "open_orders"), 1);
    told("wal-recover-apply", recover_words());  // behind the look that the fill crossed
    EXPECT_EQ(number(told("status"), "open_orders"), 1);
    end();
    EXPECT_EQ(orders().front().status, TRADECTL_ORDER_STATUS_PARTIALLY_FILLED);
    EXPECT_TRUE(notes(wal::NoteKind::Fault).empty());
    EXPECT_TRUE(HaltLatch(*disk_, StatePaths{state_dir()}.halt()).read()->empty());
}

TEST_F(AskedAgain, WhatRestsGoesOn) {
    begin_with(", listing: open, listing_later: true");
    wait_for("unresolved", 0);
    EXPECT_EQ(number(told("status"), "open_orders"), 1);
    end();
    EXPECT_EQ(orders().front().status, TRADECTL_ORDER_STATUS_ACKNOWLEDGED);
}

TEST_F(AskedAgain, WhatStaysUnknownStaysBlockedAndIsToldOnce) {
    const std::string file = directory_.file("told");
    more_ = "alerts: {command: [/bin/sh, -c, 'cat >> \"$0\"', " + file + "]}\n";
    begin_with(", fenced: false");
    // Behind what the run asks by itself.
    for (int i = 0; i < 2; ++i) {
        const Json said = told("wal-recover-apply", recover_words());
        ASSERT_EQ(said.find("operations")->as_array()->size(), 1U);
        EXPECT_EQ(said.find("operations")->as_array()->front().find_text("outcome"), "unresolved");
        EXPECT_EQ(number(told("status"), "unresolved"), 1);
    }
    const RunSummary summary = end();
    EXPECT_EQ(summary.unresolved, 1U);
    EXPECT_EQ(summary.counters.unresolved, 1U);
    EXPECT_EQ(notes(wal::NoteKind::Unresolved).size(), 1U);
    std::ifstream alerts(file);
    int lines = 0;
    for (std::string line; std::getline(alerts, line);)
        lines += line.find("\"unresolved\"") == std::string::npos ? 0 : 1;
    EXPECT_EQ(lines, 1);
}

}  // namespace
}  // namespace tradectl::engine
