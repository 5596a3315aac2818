#include "host/engine/reconcile.hpp"

#include "host/config/load.hpp"
#include "host/engine/reconcile_apply.hpp"
#include "tests/engine_support/session_fixture.hpp"

#include <algorithm>
#include <fstream>

namespace tradectl::engine {
namespace {

using Words = std::vector<std::string>;

/// A run leaves one filled order and one that rests; then the venue tells what a test wants.
class ReconcileTest : public SessionFixture {
  protected:
    SessionText text(const std::string& tells, const std::string& more = "") {
        SessionText text;
        text.in_real_time().script("s", {"1 buy 1 90", "5 buy 2 80"});
        text.exchange = "plugin: telling_exchange, settings: {script: " + script_ +
                        ", tells: " + tells + ", balances: {USD: \"100000\", BTC: \"10\"}}";
        text.rest = "shutdown: {orders: keep}\nreconcile: {grace: 0s" + more + "}\n";
        return text;
    }
    void SetUp() override { run_well(text("truth")); }

    Expected<ReconcileReport> look_with(const SessionText& text) {
        config::LoadOptions load;
        load.directory = load.working_directory = directory_.path();
        auto outcome = config::load_text(text.yaml(), load);
        EXPECT_TRUE(outcome.document);
        document_ = std::move(outcome.document);
        ReconcileOptions options;
        options.desk.timeout_ns = 100 * kNsPerMillisecond;
        options.history = history_;
        return reconcile(document_->config, {state_dir()}, options);
    }
    ReconcileReport look(const std::string& tells, const std::string& more = "") {
        auto report = look_with(text(tells, more));
        EXPECT_TRUE(report) << (report ? "" : report.error().message);
        return report ? *report : ReconcileReport{};
    }
    static Words kinds(const ReconcileReport& report) {
        Words out;
        for (const auto& finding : report.findings)
            out.emplace_back(to_string(finding.kind));
        return out;
    }
    static Words gaps(const ReconcileReport& report) {
        Words out;
        for (const auto& gap : report.gaps)
            out.push_back(gap.what);
        return out;
    }
    /// What is found and what is not known when the venue tells that.
    void expect(const std::string& tells, const Words& findings, const Words& unknown) {
        const ReconcileReport report = look(tells);
        EXPECT_EQ(kinds(report), findings) << tells;
        EXPECT_EQ(gaps(report), unknown) << tells;
        const ReconcileReport again = look(tells);
        EXPECT_EQ(kinds(again), findings) << tells << ", again";
        EXPECT_EQ(gaps(again), unknown) << tells << ", again";
    }

    std::string script_ = "fill";
    History history_ = History::New;
    std::optional<config::Document> document_;
};

class ReconcileRestingTest : public ReconcileTest {
  protected:
    ReconcileRestingTest() { script_ = "rest"; }
};
class ReconcileHalfTest : public ReconcileTest {
  protected:
    ReconcileHalfTest() { script_ = "half"; }
};

TEST_F(ReconcileTest, AVenueThatTellsTheTruthAgrees) {
    expect("truth", {}, {});
}

TEST_F(ReconcileRestingTest, OpenOrdersAgree) {
    expect("truth", {}, {});
}

TEST_F(ReconcileHalfTest, OrdersThatAreFilledInPartAgree) {
    expect("truth", {}, {});
}

TEST_F(ReconcileTest, AnOrderOfTheirsAloneIsAnOrphan) {
    expect("orphan", {"orphan_order"}, {});
}

TEST_F(ReconcileTest, AnOrderInAStrangeInstrumentIsUnknown) {
    expect("stranger", {"unknown_instrument"}, {});
}

TEST_F(ReconcileTest, APositionInAStrangeInstrumentIsUnknown) {
    expect("position", {"unknown_instrument"}, {});
}

TEST_F(ReconcileRestingTest, OrdersThatTheVenueForgotAreGhosts) {
    expect("forgets_orders", {"ghost_order", "ghost_order"}, {});
}

TEST_F(ReconcileRestingTest, AVenueThatHidesOrdersContradictsItself) {
    expect("hides_orders", {}, {"order", "order"});
}

TEST_F(ReconcileRestingTest, HalfAnAnswerIsNoAgreement) {
    expect("partial", {}, {"open_orders"});
}

TEST_F(ReconcileTest, AFillOfTheirsAloneIsMissing) {
    expect("extra_fill", {"missing_fill"}, {});
}

TEST_F(ReconcileTest, FillsThatTheVenueLostAreMissingThere) {
    expect("lost_fills", {"missing_fill", "missing_fill"}, {});
}

TEST_F(ReconcileTest, AListOfFillsThatItsOwnOrdersDenyLies) {
    expect("no_fills", {}, {"fills", "fills"});
}

TEST_F(ReconcileTest, AVenueThatGoesAwayInTheMiddleIsAGap) {
    expect("gone", {}, {"fills"});
}

TEST_F(ReconcileTest, TheSamePageAgainIsAGap) {
    expect("endless", {}, {"fills"});
}

TEST_F(ReconcileTest, APageThatIsNotCompleteIsAGapWhateverTheLastOneSays) {
    expect("half_page", {}, {"fills"});
}

TEST_F(ReconcileTest, ASilentVenueIsAGapInEverything) {
    const ReconcileReport report = look("silent");
    EXPECT_EQ(kinds(report), Words{});
    EXPECT_EQ(gaps(report), (Words{"fills", "open_orders", "positions", "balances"}));
    EXPECT_EQ(report.venues_answered, 0U);
}

TEST_F(ReconcileTest, OldAnswersProveNothing) {
    expect("old", {}, {"fills", "open_orders", "positions", "balances"});
}

TEST_F(ReconcileTest, TwoTotalsAreAContradiction) {
    expect("two_totals", {}, {"balances"});
}

TEST_F(ReconcileTest, MoreMoneyThanBookedIsDrift) {
    expect("more_money", {"balance_drift", "balance_drift"}, {});
    const ReconcileReport report = look("more_money", ", tolerance: {balance: {USD: 1, BTC: 0.5}}");
    ASSERT_EQ(kinds(report), Words{"balance_drift"});
    EXPECT_EQ(report.findings[0].topic.key, "BTC");
    EXPECT_EQ(report.findings[0].delta, 1_d);
}

TEST_F(ReconcileTest, APositionThatNothingProtectsIsFoundWhenAskedFor) {
    const ReconcileReport report = look("truth", ", protection: required");
    EXPECT_EQ(kinds(report), Words{"unprotected_position"});
}

TEST_F(ReconcileTest, WhatIsYoungIsInFlight) {
    SessionText young = text("lost_fills");
    young.rest = "shutdown: {orders: keep}\nreconcile: {grace: 1h}\n";
    const auto report = look_with(young);
    ASSERT_TRUE(report);
    EXPECT_EQ(kinds(*report), Words{});
}

TEST_F(ReconcileTest, WhatIsAcknowledgedCountsAsNone) {
    const std::string id = look("orphan").findings.at(0).id;
    const Timestamp now = SystemClock().now();
    ASSERT_TRUE(add_ack(
        *disk_, {state_dir()}, {id, now, now.plus_ns(kNsPerHour), "alice", "being looked at"}));
    const ReconcileReport report = look("orphan");
    EXPECT_EQ(kinds(report), Words{});
    ASSERT_EQ(report.acked_findings.size(), 1U);
    EXPECT_EQ(report.acks.at(0).actor, "alice");
    ASSERT_TRUE(add_ack(*disk_, {state_dir()}, {id, now, now, "alice", "over"}));
    EXPECT_EQ(kinds(look("orphan")), Words{"orphan_order"});
}

TEST_F(ReconcileTest, AFileOfAcksThatCannotBeReadIsAnError) {
    std::ofstream(state_dir() + "/acks.json") << "{\"acks\": [{\"id\": 7}]}";
    const auto report = look_with(text("truth"));
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::Corrupt);
}

TEST_F(ReconcileTest, ADamagedCursorMeansThatAllIsCompared) {
    look("truth");
    std::ofstream(state_dir() + "/reconcile.json") << "nonsense";
    expect("lost_fills", {"missing_fill", "missing_fill"}, {});
}

TEST_F(ReconcileTest, WhatWasComparedIsNotLookedAtAgainUnlessAskedFor) {
    EXPECT_EQ(kinds(look("truth")), Words{});
    EXPECT_EQ(kinds(look("lost_fills")), Words{});
    history_ = History::Whole;
    EXPECT_EQ(kinds(look("lost_fills")), (Words{"missing_fill", "missing_fill"}));
}

TEST_F(ReconcileTest, WithoutStateThereIsNothingToCompare) {
    fresh_state();
    const auto report = look_with(text("truth"));
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::NotFound);
}

TEST_F(ReconcileTest, ReadingChangesNeitherBooksNorVenue) {
    const std::string before = exported();
    look("more_money");
    EXPECT_EQ(exported(), before);
    EXPECT_FALSE(std::filesystem::exists(state_dir() + "/halt"));
}

class ReconcileInRunTest : public ReconcileTest {
  protected:
    [[nodiscard]] std::vector<Halt> halts() {
        const auto lines = HaltLatch(*disk_, state_dir() + "/halt").read();
        EXPECT_TRUE(lines);
        return lines ? *lines : std::vector<Halt>();
    }
    [[nodiscard]] std::size_t drifts() {
        const auto texts = notes(wal::NoteKind::Fault);
        return static_cast<std::size_t>(
            std::count_if(texts.begin(), texts.end(), [](const std::string& text) {
                return text.rfind("drift: orphan_order ", 0) == 0;
            }));
    }
};

TEST_F(ReconcileInRunTest, ARunThatAgreesHaltsNothing) {
    run_well(text("truth"));
    EXPECT_TRUE(halts().empty());
    EXPECT_TRUE(std::filesystem::exists(state_dir() + "/reconcile.json"));
}

TEST_F(ReconcileInRunTest, ARunLooksBeforeItTradesAndHaltsEntries) {
    run_well(text("orphan"));
    ASSERT_EQ(halts().size(), 1U);
    EXPECT_EQ(halts()[0].scope, "instrument:BTC-USD.x");
    EXPECT_EQ(halts()[0].actor, "reconcile");
    EXPECT_EQ(drifts(), 1U);
}

TEST_F(ReconcileInRunTest, WhatIsOnlyReportedHaltsNothing) {
    run_well(text("orphan", ", policy: {orphan_order: report}"));
    EXPECT_TRUE(halts().empty());
    EXPECT_EQ(drifts(), 1U);
}

TEST_F(ReconcileInRunTest, NeverMeansNever) {
    run_well(text("orphan", ", interval: 0s"));
    EXPECT_TRUE(halts().empty());
    EXPECT_EQ(drifts(), 0U);
}

TEST_F(ReconcileInRunTest, ALongRunLooksAgainAndTellsOnce) {
    SessionText later = text("orphan_later", ", interval: 100ms");
    later.in_real_time("1");
    later.data = "instrument: BTC-USD.x, synth: {price: \"100\", trades: 0}";
    const std::string told = directory_.file("told");
    later.rest += "alerts: {command: [/bin/sh, -c, 'cat >> \"$0\"', " + told + "]}\n";
    run_well(later, {.wall_ns_max = 4 * kNsPerSecond});
    ASSERT_EQ(halts().size(), 1U);
    EXPECT_EQ(drifts(), 1U);
    std::ifstream alerts(told);
    int orphans = 0;
    for (std::string line; std::getline(alerts, line);)
        orphans += line.find("\"orphan\"") == std::string::npos ? 0 : 1;
    EXPECT_EQ(orphans, 1);
}

TEST_F(ReconcileInRunTest, WhatNobodyCanTellHaltsNothing) {
    run_well(text("partial"));
    EXPECT_TRUE(halts().empty());
    EXPECT_TRUE(notes(wal::NoteKind::Fault).empty());
}

class ReconcileApplyTest : public ReconcileTest {
  protected:
    ApplyReport apply(const std::string& tells, const std::string& policy) {
        config::LoadOptions load;
        load.directory = load.working_directory = directory_.path();
        auto outcome = config::load_text(text(tells, ", policy: {" + policy + "}").yaml(), load);
        EXPECT_TRUE(outcome.document);
        document_ = std::move(outcome.document);
        auto report = apply_reconcile(document_->config, {state_dir()}, {}, "alice");
        EXPECT_TRUE(report) << (report ? "" : report.error().message);
        return report ? *report : ApplyReport{};
    }
};

TEST_F(ReconcileApplyTest, AnAdoptedBalanceIsAnAdjustmentOnRecord) {
    const Decimal before = total("USD");
    const ApplyReport report = apply("more_money", "balance_drift: adopt");
    ASSERT_EQ(report.applied.size(), 2U);
    EXPECT_TRUE(report.applied[0].done && report.applied[1].done);
    EXPECT_EQ(total("USD"), before + 1_d);
    EXPECT_EQ(amount("USD", wal::Bucket::Adjustment), -1_d);
    EXPECT_TRUE(books().check_books());
    EXPECT_EQ(kinds(look("more_money")), Words{});
    EXPECT_EQ(kinds(look("truth")), (Words{"balance_drift", "balance_drift"}));
}

TEST_F(ReconcileApplyTest, ABalanceThatAnotherFindingMayExplainIsNotAdopted) {
    const Decimal before = total("USD");
    const ApplyReport report =
        apply("more_money+extra_fill", "balance_drift: adopt, missing_fill: report");
    ASSERT_EQ(report.applied.size(), 3U);
    for (const Applied& applied : report.applied)
        EXPECT_EQ(applied.done, applied.action == "report") << applied.why;
    EXPECT_EQ(total("USD"), before);
}

TEST_F(ReconcileApplyTest, ABalanceIsNotAdoptedBesideAGap) {
    const Decimal before = total("USD");
    const ApplyReport report = apply("more_money+partial", "balance_drift: adopt");
    ASSERT_FALSE(report.applied.empty());
    for (const Applied& applied : report.applied)
        EXPECT_FALSE(applied.done);
    EXPECT_EQ(total("USD"), before);
}

TEST_F(ReconcileApplyTest, TheDefaultHaltsEntries) {
    const ApplyReport report = apply("orphan", "");
    ASSERT_EQ(report.applied.size(), 1U);
    EXPECT_EQ(report.applied[0].action, "halt");
    const auto halts = HaltLatch(*disk_, state_dir() + "/halt").read();
    ASSERT_TRUE(halts);
    ASSERT_EQ(halts->size(), 1U);
    EXPECT_EQ(halts->front().scope, "instrument:BTC-USD.x");
    EXPECT_EQ(halts->front().actor, "alice");
}

TEST_F(ReconcileApplyTest, ReportDoesNothing) {
    const std::string before = exported();
    const ApplyReport report = apply("more_money", "balance_drift: report");
    EXPECT_EQ(report.applied.at(0).action, "report");
    EXPECT_FALSE(std::filesystem::exists(state_dir() + "/halt"));
    EXPECT_EQ(exported(), before);
}

TEST_F(ReconcileApplyTest, AStrayOrderIsCanceledWithAnIntent) {
    const ApplyReport report = apply("orphan", "orphan_order: cancel");
    ASSERT_EQ(report.applied.size(), 1U);
    EXPECT_TRUE(report.applied[0].done) << report.applied[0].why;
    EXPECT_TRUE(books().unfinished_operations()->empty());
    ASSERT_EQ(notes(wal::NoteKind::OperatorAction).size(), 1U);
    EXPECT_NE(notes(wal::NoteKind::OperatorAction)[0].find("approved by alice; evidence sha256 "),
              std::string::npos);
}

TEST_F(ReconcileApplyTest, AnOrderWithoutClientIdIsCanceledByTheVenuesId) {
    const Applied applied = apply("nameless", "orphan_order: cancel").applied.at(0);
    EXPECT_TRUE(applied.done) << applied.why;
}

TEST_F(ReconcileApplyTest, AFillOfAnUnknownOrderIsNotAdopted) {
    const ApplyReport report = apply("extra_fill", "missing_fill: adopt");
    ASSERT_EQ(report.applied.size(), 1U);
    EXPECT_FALSE(report.applied[0].done);
    EXPECT_EQ(books().fills({})->size(), 2U);
}

TEST_F(ReconcileApplyTest, BesideARunItIsRefused) {
    auto lock = WriterLock::take(*disk_, {state_dir()}, "engine-test", 0);
    ASSERT_TRUE(lock);
    look("truth");
    const auto report = apply_reconcile(document_->config, {state_dir()}, {}, "alice");
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::Locked);
}

TEST_F(SessionFixture, ThePaperVenueAgreesWithTheLedgerAfterARandomRun) {
    SessionText text;
    text.in_real_time().script(
        "s", {"1 buy 1", "3 sell 0.5", "7 buy 2 99.9", "9 sell 1 100.2", "20 buy 1 10"});
    text.rest = "shutdown: {orders: keep}\nreconcile: {grace: 0s, protection: off}\n";
    run_well(text);
    config::LoadOptions load;
    load.directory = load.working_directory = directory_.path();
    const auto document = config::load_text(text.yaml(), load).document;
    ASSERT_TRUE(document);
    const auto report = reconcile(document->config, {state_dir()}, {});
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_TRUE(report->findings.empty()) << report->findings.front().text;
    EXPECT_TRUE(report->gaps.empty()) << report->gaps.front().why;
    EXPECT_EQ(report->venues_answered, 1U);
}

}  // namespace
}  // namespace tradectl::engine
