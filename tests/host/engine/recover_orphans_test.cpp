// Orders with our id at venues that the log does not know.
#include "tests/host/engine/recover_fixture.hpp"

namespace tradectl::engine {
namespace {

TEST_F(RecoverTest, AFillOfAnOrderThatTheLogDoesNotKnowIsAnOrphan) {
    run_well(text_of("fill").script("s", {}));
    const std::string filled = orphan_of(OpId{999}, 0, "orphan_fill");
    const auto answer =
        wal_recover_with(text_of("fill", filled).script("s", {}), {.mode = RecoverMode::Apply});
    ASSERT_TRUE(answer) << answer.error().message;
    ASSERT_EQ(answer->report.orphans.size(), 1U);
    EXPECT_EQ(answer->report.orphans[0].seen, Orphan::Seen::Filled);
    ASSERT_EQ(notes(wal::NoteKind::Orphan).size(), 1U);
    EXPECT_NE(notes(wal::NoteKind::Orphan)[0].find("was filled at"), std::string::npos);
}

TEST_F(RecoverTest, AFillOfAnOrderOfOursOrOfAnEarlierLogIsNoOrphan) {
    run_well(text_of("fill").script("s", {"3 buy 1 100"}));
    const std::string known = ", orphan_fill: \"" + first_order().client_order_id + "\"";
    EXPECT_TRUE(
        wal_recover_with(text_of("fill", known).script("s", {}), {})->report.orphans.empty());
    const std::string earlier = orphan_of(OpId{999}, static_cast<std::uint16_t>(-1), "orphan_fill");
    EXPECT_TRUE(
        wal_recover_with(text_of("fill", earlier).script("s", {}), {})->report.orphans.empty());
}

/// A venue that gives its lists as a test wants.
class HalfListed : public RecoverTest {
  protected:
    static SessionText telling(const std::string& tells) {
        SessionText text;
        text.in_real_time().script("s", {});
        text.exchange = "plugin: telling_exchange, settings: {tells: " + tells +
                        ", balances: {USD: \"100000\", BTC: \"10\"}}";
        text.rest = "shutdown: {orders: keep}\nreconcile: {interval: 0s}\n";
        return text;
    }
};

TEST_F(HalfListed, OrphansCannotBeExcludedWhereALinkIsMissing) {
    run_well(telling("truth"));
    EXPECT_TRUE(wal_recover_with(telling("truth"), {})->report.not_listed.empty());
    for (const char* tells : {"partial", "partial_fills"}) {
        const auto answer = wal_recover_with(telling(tells), {});
        ASSERT_TRUE(answer) << answer.error().message;
        EXPECT_EQ(answer->report.not_listed.size(), 1U) << tells;
        EXPECT_TRUE(answer->report.unanswered.empty());
    }
}

TEST_F(HalfListed, RefuseDoesNotStartWhereOrphansMayBe) {
    run_well(telling("truth"));
    SessionText text = telling("partial");
    run_well(text);
    text.rest += "recovery: refuse\n";
    const auto refused = run(text);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Denied);
    EXPECT_NE(refused.error().message.find("open orders"), std::string::npos)
        << refused.error().message;
}

/// The ledger as it was before a live run placed an order, and the projector, which is late.
class BesideARun : public RecoverTest {
  protected:
    void SetUp() override {
        run_well(text_of("rest").script("s", {}));
        std::filesystem::copy_file(ledger(), old_ledger());
        run_well(text_of("rest").script("s", {"3 buy 1 80"}));
        listed_ = ", orphan: \"" + first_order().client_order_id + "\"";
        std::filesystem::rename(ledger(), new_ledger());
        std::filesystem::rename(old_ledger(), ledger());
        lock_.emplace(std::move(*WriterLock::take(*disk_, {state_dir()}, "engine-test", 0)));
    }
    std::string ledger() { return state_dir() + "/ledger.db"; }
    std::string old_ledger() { return directory_.file("old.db"); }
    std::string new_ledger() { return directory_.file("new.db"); }
    WalRecoverAnswer look(const std::string& more, DeskOptions desk) {
        WalRecoverOptions options;
        options.desk = std::move(desk);
        const auto answer = wal_recover_with(text_of("rest", more).script("s", {}), options);
        EXPECT_TRUE(answer) << (answer ? "" : answer.error().message);
        return answer ? *answer : WalRecoverAnswer{};
    }
    /// The projector goes on while the command waits.
    DeskOptions catching_up() {
        return {.pause = [this, calls = 0]() mutable {
            if (++calls == 20) std::filesystem::rename(new_ledger(), ledger());
        }};
    }
    std::string listed_;
    std::optional<WriterLock> lock_;
};

TEST_F(BesideARun, AnOrderJustPlacedIsNoOrphan) {
    const auto answer = look(listed_, catching_up());
    EXPECT_TRUE(answer.run_lives);
    EXPECT_TRUE(answer.report.orphans.empty());
    EXPECT_TRUE(answer.report.not_listed.empty());
}

TEST_F(BesideARun, WithALedgerThatStaysBehindNobodyKnows) {
    const auto answer = look(listed_, {.timeout_ns = 20 * kNsPerMillisecond});
    EXPECT_TRUE(answer.report.orphans.empty());
    ASSERT_EQ(answer.report.not_listed.size(), 1U);
    EXPECT_NE(answer.report.not_listed[0].message.find("behind the log"), std::string::npos);
}

TEST_F(BesideARun, AnOrphanStaysOne) {
    const auto answer = look(orphan_of(OpId{999}, 0), catching_up());
    EXPECT_EQ(answer.report.orphans.size(), 1U);
}

}  // namespace
}  // namespace tradectl::engine
