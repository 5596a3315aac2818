// A session asks again what became of what nobody could tell.
#include "host/engine/live_recovery.hpp"

#include "tests/engine_support/live_session.hpp"

namespace tradectl::engine {
namespace {

class AskedAgain : public LiveSession {
  protected:
    void begin_with(const std::string& more) {
        SessionText session = text("unknown", "3 buy 1 100");
        session.venue("unknown", more);
        RunOptions options;
        options.ask_again_ns = kNsPerMillisecond;
        begin(session, options);
        wait_until([this] { return number(*told("status").find("counters"), "unresolved") == 1; });
    }
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

TEST_F(AskedAgain, WhatRestsGoesOn) {
    begin_with(", listing: open, listing_later: true");
    wait_for("unresolved", 0);
    EXPECT_EQ(number(told("status"), "open_orders"), 1);
    end();
    EXPECT_EQ(orders().front().status, TRADECTL_ORDER_STATUS_ACKNOWLEDGED);
}

TEST_F(AskedAgain, WhatStaysUnknownStaysBlockedAndIsToldOnce) {
    begin_with(", absent: unknown");
    EXPECT_EQ(number(told("status"), "unresolved"), 1);
    const RunSummary summary = end();
    EXPECT_EQ(summary.unresolved, 1U);
    EXPECT_EQ(notes(wal::NoteKind::Unresolved).size(), 1U);
    EXPECT_EQ(summary.counters.unresolved, 1U);
}

}  // namespace
}  // namespace tradectl::engine
