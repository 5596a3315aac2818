// Recovery at the start of a run: what venues say about what an earlier run left.
#include "host/engine/recover.hpp"

#include "tests/host/engine/recover_fixture.hpp"

namespace tradectl::engine {
namespace {

TEST_F(RecoverTest, WhatNeverArrivedIsRolledBack) {
    leave_one_unknown();
    const auto summary = run_well(text_of("fill").script("s", {}));
    EXPECT_EQ(summary.unresolved, 0U);
    EXPECT_EQ(first_order().status, TRADECTL_ORDER_STATUS_CANCELED);
    EXPECT_TRUE(first_order().text.starts_with("never arrived"));
    ASSERT_EQ(notes(wal::NoteKind::Recovered).size(), 1U);
    EXPECT_TRUE(notes(wal::NoteKind::Recovered)[0].starts_with(
        "trade_execute: rolled_back, never arrived"));
    EXPECT_EQ(amount("USD", wal::Bucket::Held), Decimal());
    EXPECT_EQ(books().unfinished_operations()->size(), 0U);
}

TEST_F(RecoverTest, WhatNobodyCanTellBlocksItsInstrumentAndTheNodeStarts) {
    leave_one_unknown();
    const auto summary =
        run_well(text_of("fill", ", absent: unknown").script("s", {"3 buy 1 100"}));
    EXPECT_EQ(summary.unresolved, 1U);
    ASSERT_EQ(denied().size(), 1U);
    EXPECT_EQ(denied()[0].reason, TRADECTL_REASON_UNRESOLVED_BLOCKS);
    EXPECT_EQ(first_order().status, TRADECTL_ORDER_STATUS_UNRESOLVED);
    EXPECT_TRUE(HaltLatch(*disk_, state_dir() + "/halt").read()->empty());
}

TEST_F(RecoverTest, AVenueWithoutAFenceLeavesItToAnOperator) {
    leave_one_unknown(", fenced: false");
    EXPECT_EQ(run_well(text_of("fill").script("s", {})).unresolved, 1U);
}

TEST_F(RecoverTest, APolicyOfTheConfigStandsForTheFence) {
    leave_one_unknown(", fenced: false");
    SessionText text = text_of("fill");
    text.exchange += ", never_arrived_after: 1s";
    EXPECT_EQ(run_well(text.script("s", {})).unresolved, 0U);
    EXPECT_NE(first_order().text.find("never_arrived_after"), std::string::npos);
}

TEST_F(RecoverTest, WhatFilledWhileNobodyWatchedIsBooked) {
    leave_one_unknown();
    EXPECT_EQ(run_well(text_of("fill", ", listing: filled").script("s", {})).unresolved, 0U);
    EXPECT_EQ(first_order().status, TRADECTL_ORDER_STATUS_FILLED);
    EXPECT_EQ(total("BTC"), 11_d);
}

TEST_F(RecoverTest, RefuseStopsBeforeAnythingIsBooked) {
    leave_one_unknown();
    SessionText text = text_of("fill").script("s", {});
    text.rest += "recovery: refuse\n";
    const auto refused = run(text);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Denied);
    EXPECT_EQ(first_order().status, TRADECTL_ORDER_STATUS_UNRESOLVED);
}

TEST_F(RecoverTest, RefuseLetsARunStartThatHasNothingToRecover) {
    run_well(text_of("fill").script("s", {"3 buy 1 100"}));
    SessionText text = text_of("fill").script("s", {});
    text.rest += "recovery: refuse\n";
    run_well(text);
}

TEST_F(RecoverTest, AnOrphanHaltsItsInstrumentAndIsToldAtTheEnd) {
    run_well(text_of("fill").script("s", {}));
    const std::string orphan = orphan_of(OpId{999}, 0);
    const auto summary = run_well(text_of("fill", orphan).script("s", {"3 buy 1 100"}));
    EXPECT_EQ(summary.orphans, 1U);
    EXPECT_EQ(notes(wal::NoteKind::Orphan).size(), 1U);
    ASSERT_EQ(denied().size(), 1U);
    EXPECT_EQ(denied()[0].reason, TRADECTL_REASON_HALTED);
}

TEST_F(RecoverTest, TheCommandLatchesAHaltForAnOrphan) {
    run_well(text_of("fill").script("s", {}));
    const auto answer = wal_recover_with(text_of("fill", orphan_of(OpId{999}, 0)).script("s", {}),
                                         {.mode = RecoverMode::Apply});
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->report.orphans.size(), 1U);
    const auto halts = HaltLatch(*disk_, state_dir() + "/halt").read();
    ASSERT_EQ(halts->size(), 1U);
    EXPECT_EQ(halts->front().scope, "instrument:BTC-USD.x");
}

TEST_F(RecoverTest, AnIdOfAnotherLogIsAnOrphanAlthoughItsNumberIsKnown) {
    run_well(text_of("fill").script("s", {"3 buy 1 100"}));
    const OpId known = first_order().op_id;
    const auto answer = wal_recover_with(text_of("fill", orphan_of(known, 1)).script("s", {}), {});
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->report.orphans.size(), 1U);
}

TEST_F(RecoverTest, WhatALiveRunBeganIsItsOwnAffair) {
    leave_one_unknown();
    const auto text = text_of("fill").script("s", {});
    EXPECT_EQ(wal_recover_with(text, {})->report.operations.size(), 1U);
    const auto lock = WriterLock::take(*disk_, {state_dir()}, "engine-test", 0);
    ASSERT_TRUE(lock);
    const auto beside = wal_recover_with(text, {});
    ASSERT_TRUE(beside) << beside.error().message;
    EXPECT_TRUE(beside->run_lives);
    EXPECT_TRUE(beside->report.operations.empty());
}

TEST_F(RecoverTest, AForeignOrderIsNobodysBusiness) {
    const auto summary = run_well(text_of("fill", ", orphan: by-hand").script("s", {}));
    EXPECT_EQ(summary.orphans, 0U);
}

TEST_F(RecoverTest, TheCommandDecidesWithoutARun) {
    leave_one_unknown();
    const SessionText text = text_of("fill").script("s", {});
    const auto dry = wal_recover_with(text, {});
    ASSERT_TRUE(dry) << dry.error().message;
    EXPECT_EQ(dry->report.count(recovery::Outcome::RolledBack), 1U);
    EXPECT_EQ(first_order().status, TRADECTL_ORDER_STATUS_UNRESOLVED);
    ASSERT_TRUE(wal_recover_with(text, {.mode = RecoverMode::Apply}));
    EXPECT_EQ(first_order().status, TRADECTL_ORDER_STATUS_CANCELED);
    const auto again = wal_recover_with(text, {.mode = RecoverMode::Apply});
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->report.operations.empty());
}

TEST_F(RecoverTest, AnOperatorDecidesWhatNobodyElseCan) {
    leave_one_unknown(", fenced: false");
    const SessionText text = text_of("fill").script("s", {});
    WalRecoverOptions options;
    options.mode = RecoverMode::Apply;
    options.recover.wait_ns = 0;
    options.recover.decisions[first_order().op_id] = {.outcome = recovery::Outcome::Failed,
                                                      .approver = "operator me",
                                                      .evidence = "mail, 5 bytes, sha256 00",
                                                      .reason = "they said so"};
    ASSERT_TRUE(wal_recover_with(text, options));
    EXPECT_EQ(first_order().status, TRADECTL_ORDER_STATUS_REJECTED);
    EXPECT_EQ(amount("USD", wal::Bucket::Held), Decimal());
    EXPECT_EQ(*books().database().query_integer(
                  "SELECT count(*) FROM resolutions WHERE approver = 'operator me' AND "
                  "evidence = 'mail, 5 bytes, sha256 00' AND reason = 'they said so'"),
              1);
}

TEST_F(RecoverTest, ADecisionAgainstTheLogIsRefused) {
    leave_one_unknown();
    WalRecoverOptions options;
    options.mode = RecoverMode::Apply;
    options.recover.decisions[OpId{4711}] = {.outcome = recovery::Outcome::Failed};
    const auto unknown = wal_recover_with(text_of("fill").script("s", {}), options);
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, ErrorCode::InvalidArgument);
}

TEST_F(RecoverTest, ADecisionAgainstWhatTheVenueAcknowledgedIsRefused) {
    run_well(text_of("rest").script("s", {"3 buy 1 100"}));
    WalRecoverOptions options;
    options.mode = RecoverMode::Apply;
    options.recover.offline = true;
    options.recover.decisions[first_order().op_id] = {.outcome = recovery::Outcome::RolledBack};
    const auto refused = wal_recover_with(text_of("rest").script("s", {}), options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(first_order().status, TRADECTL_ORDER_STATUS_ACKNOWLEDGED);
}

TEST_F(RecoverTest, ADecisionAgainstWhatTheVenueTellsIsRefused) {
    leave_one_unknown();
    const SessionText text = text_of("fill", ", listing: open").script("s", {});
    WalRecoverOptions options;
    options.recover.decisions[first_order().op_id] = {.outcome = recovery::Outcome::Completed};
    for (const auto mode : {RecoverMode::DryRun, RecoverMode::Apply}) {
        options.mode = mode;
        const auto refused = wal_recover_with(text, options);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::InvalidArgument);
        EXPECT_NE(refused.error().message.find("nothing to decide: open"), std::string::npos)
            << refused.error().message;
    }
    EXPECT_EQ(first_order().status, TRADECTL_ORDER_STATUS_UNRESOLVED);
}

TEST_F(RecoverTest, ADryRunRefusesTheDecisionsThatApplyRefuses) {
    run_well(text_of("rest").script("s", {"3 buy 1 100"}));
    WalRecoverOptions options;
    options.recover.offline = true;
    options.recover.decisions[first_order().op_id] = {.outcome = recovery::Outcome::RolledBack};
    const auto refused = wal_recover_with(text_of("rest").script("s", {}), options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::InvalidArgument);
}

TEST_F(RecoverTest, AnOperationThatIsNotUnfinishedCannotBeLookedAt) {
    run_well(text_of("fill").script("s", {"3 buy 1 100"}));
    WalRecoverOptions options;
    options.recover.only = first_order().op_id;
    const auto refused = wal_recover_with(text_of("fill").script("s", {}), options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::InvalidArgument);
    EXPECT_NE(refused.error().message.find("is not unfinished"), std::string::npos);
}

TEST_F(RecoverTest, OfflineAsksNobody) {
    leave_one_unknown();
    WalRecoverOptions options;
    options.recover.offline = true;
    const auto answer =
        wal_recover_with(text_of("fill", ", connects: false").script("s", {}), options);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->report.count(recovery::Outcome::Unresolved), 1U);
    EXPECT_TRUE(answer->report.unanswered.empty());
}

TEST_F(RecoverTest, AVenueThatIsDownLeavesItUnresolved) {
    leave_one_unknown();
    const auto answer = wal_recover_with(text_of("fill", ", connects: false").script("s", {}), {});
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->report.answered, 0U);
    EXPECT_EQ(answer->report.unanswered.size(), 1U);
    EXPECT_EQ(answer->report.count(recovery::Outcome::Unresolved), 1U);
}

}  // namespace
}  // namespace tradectl::engine
