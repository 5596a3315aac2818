// --apply beside a live run: the run itself compares, asks, and acts.
#include "host/engine/hand_over.hpp"

#include "host/config/load.hpp"
#include "host/net/line_server.hpp"
#include "host/ops/control_line.hpp"
#include "tests/engine_support/live_session.hpp"

#include <future>
#include <optional>

namespace tradectl::engine {
namespace {

constexpr std::int64_t kBudgetNs = 20 * kNsPerSecond;

class HandOver : public LiveSession {
  protected:
    /// A venue that tells what a test wants; the run does not compare by itself.
    static SessionText telling(const std::string& tells,
                               const std::string& more = "",
                               const std::string& script = "rest") {
        SessionText session = text("rest", "3 buy 1 90");
        session.exchange = "plugin: telling_exchange, settings: {script: " + script +
                           ", tells: " + tells + ", balances: {USD: \"100000\", BTC: \"10\"}}";
        session.rest =
            "shutdown: {orders: keep}\nreconcile: {grace: 0s, interval: 0s" + more + "}\n";
        return session;
    }
    /// A run before it, over a market that ends.
    void run_before() {
        SessionText session = telling("truth").in_real_time();
        session.data = SessionText().data;
        run_well(session);
    }
    const config::Config& config_of(const SessionText& text) {
        config::LoadOptions load;
        load.directory = load.working_directory = directory_.path();
        document_ = config::load_text(text.yaml(), load).document;
        return document_->config;
    }
    Expected<std::optional<ApplyReport>> apply(const SessionText& text,
                                               History history = History::New) {
        return hand_over_reconcile(config_of(text), {state_dir()}, history, kBudgetNs);
    }
    ApplyReport applied(const SessionText& text) {
        auto report = apply(text);
        EXPECT_TRUE(report) << (report ? "" : report.error().message);
        EXPECT_TRUE(!report || *report) << "no run listens";
        return report && *report ? **report : ApplyReport{};
    }
    Expected<std::optional<WalRecoverAnswer>> recover(const SessionText& text,
                                                      const RecoverOptions& options) {
        return hand_over_recovery(config_of(text), {state_dir()}, options, kBudgetNs);
    }
    /// Rows of the ledger; -1 when it cannot be asked that.
    std::int64_t count(const std::string& what) {
        const auto rows = books().database().query_integer("SELECT count(*) FROM " + what);
        return rows ? *rows : -1;
    }
    std::optional<config::Document> document_;
};

TEST_F(HandOver, WithoutARunItIsTheCallersToDo) {
    run_before();
    const auto report = apply(telling("truth"));
    ASSERT_TRUE(report);
    EXPECT_FALSE(*report);
}

TEST_F(HandOver, AgreementIsAnEmptyReport) {
    begin(telling("truth"));
    wait_for("open_orders", 1);
    const ApplyReport report = applied(telling("truth"));
    EXPECT_TRUE(report.found.findings.empty());
    EXPECT_TRUE(report.found.gaps.empty());
    EXPECT_TRUE(report.found.run_lives);
    EXPECT_EQ(report.found.venues_answered, 1U);
}

TEST_F(HandOver, AStrayOrderIsCanceledByTheRun) {
    begin(telling("orphan"));
    const ApplyReport report = applied(telling("orphan", ", policy: {orphan_order: cancel}"));
    ASSERT_EQ(report.applied.size(), 1U);
    EXPECT_EQ(report.applied[0].action, "cancel");
    EXPECT_TRUE(report.applied[0].done) << report.applied[0].why;
    EXPECT_EQ(report.found.readings, 2);
    end();
    const auto number_of = [](auto value) { return std::to_string(static_cast<int>(value)); };
    EXPECT_EQ(count("steps WHERE step = " + number_of(wal::StepKind::OrderCancel) +
                    " AND status = " + number_of(wal::StepStatus::Completed)),
              1);
    const auto actions = notes(wal::NoteKind::OperatorAction);
    ASSERT_EQ(actions.size(), 2U);
    EXPECT_TRUE(actions[0].starts_with("reconcile --apply by ")) << actions[0];
    EXPECT_NE(actions[1].find("evidence sha256"), std::string::npos) << actions[1];
}

TEST_F(HandOver, TheDefaultHaltsAndTheFindingStays) {
    begin(telling("orphan"));
    const ApplyReport report = applied(telling("orphan"));
    ASSERT_EQ(report.applied.size(), 1U);
    EXPECT_EQ(report.applied[0].action, "halt");
    EXPECT_EQ(*told("status").find_text("state"), "halted");
}

TEST_F(HandOver, ABalanceIsAdoptedAndAgreesAfterwards) {
    run_before();
    begin(telling("more_money"));
    const std::string adopt = ", policy: {balance_drift: adopt}";
    const ApplyReport report = applied(telling("more_money", adopt));
    EXPECT_EQ(report.applied.size(), 2U);
    for (const Applied& each : report.applied)
        EXPECT_TRUE(each.done) << each.why;
    EXPECT_TRUE(applied(telling("more_money", adopt)).found.findings.empty());
    end();
    EXPECT_EQ(total("BTC"), 11_d);
}

TEST_F(HandOver, WhatOurBooksCannotTakeIsNotDone) {
    begin(telling("extra_fill"));
    const ApplyReport report = applied(telling("extra_fill", ", policy: {missing_fill: adopt}"));
    ASSERT_EQ(report.applied.size(), 1U);
    EXPECT_FALSE(report.applied[0].done);
    EXPECT_EQ(total("BTC"), 10_d);
}

TEST_F(HandOver, AnUnprotectedPositionIsClosed) {
    const std::string more = ", protection: required, policy: {unprotected_position: flatten}";
    begin(telling("truth", more, "fill"));
    wait_for("positions", 1);
    const ApplyReport report = applied(telling("truth", more, "fill"));
    ASSERT_EQ(report.applied.size(), 1U);
    EXPECT_EQ(report.applied[0].action, "flatten");
    EXPECT_TRUE(report.applied[0].done) << report.applied[0].why;
    EXPECT_EQ(number(told("status"), "positions"), 0);
    end();
    ASSERT_EQ(orders().size(), 2U);
    EXPECT_EQ(orders()[1].reason, TRADECTL_REASON_EXIT_OPERATOR);
}

TEST_F(HandOver, TheRunTradesOnWhileAVenueIsSilentAndSaysThatItStops) {
    begin(telling("silent_later"));
    auto waiting =
        std::async(std::launch::async, [this] { return apply(telling("silent_later")).error(); });
    wait_until([this] { return !notes(wal::NoteKind::OperatorAction).empty(); });
    const auto events = number(*told("status").find("counters"), "market_events");
    wait_until([&] { return number(*told("status").find("counters"), "market_events") > events; });
    end();
    const Error error = waiting.get();
    EXPECT_EQ(error.code, ErrorCode::Unavailable) << error.message;
    EXPECT_NE(error.message.find("nothing was done"), std::string::npos) << error.message;
}

TEST_F(HandOver, WhatIsAskedWronglyIsRefusedAndChangesNothing) {
    begin(telling("orphan"));
    Json body = Json::object();
    body.set("confirm", "engine-test");
    EXPECT_EQ(ask("reconcile-apply", body).error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(ask("wal-recover-apply", body).error().code, ErrorCode::InvalidArgument);
    SessionText other = telling("orphan");
    auto config = config_of(other);
    config.name = "another";
    const auto refused = hand_over_reconcile(config, {state_dir()}, History::New, kBudgetNs);
    EXPECT_EQ(refused.error().code, ErrorCode::InvalidArgument);
    config = config_of(other);
    config.reconcile.policy["ghost_order"] = config::DriftPolicy::Flatten;
    const auto odd = hand_over_reconcile(config, {state_dir()}, History::New, kBudgetNs);
    EXPECT_EQ(odd.error().code, ErrorCode::InvalidArgument);
    end();
    EXPECT_TRUE(notes(wal::NoteKind::OperatorAction).empty());
}

TEST_F(HandOver, AnOperatorDecidesWhatTheRunCannot) {
    const SessionText session = text("unknown", "3 buy 1 100");
    SessionText unfenced = session;
    unfenced.venue("unknown", ", fenced: false");
    begin(unfenced);
    wait_for("unresolved", 1);
    wait_until([this] { return !orders().empty(); });
    RecoverOptions options;
    options.wait_ns = 0;
    const auto looked = recover(unfenced, options);
    ASSERT_TRUE(looked) << looked.error().message;
    EXPECT_EQ((*looked)->report.count(recovery::Outcome::Unresolved), 1U);
    EXPECT_EQ(number(told("status"), "unresolved"), 1);
    options.decisions[orders().front().op_id] = {.outcome = recovery::Outcome::Failed,
                                                 .approver = "whoever says so",
                                                 .evidence = "mail, 5 bytes, sha256 00",
                                                 .reason = "they said so"};
    const auto decided = recover(unfenced, options);
    ASSERT_TRUE(decided) << decided.error().message;
    ASSERT_EQ((*decided)->report.operations.size(), 1U);
    EXPECT_EQ((*decided)->report.operations[0].verdict.outcome, recovery::Outcome::Failed);
    EXPECT_EQ(number(told("status"), "unresolved"), 0);
    EXPECT_EQ(number(told("status"), "open_orders"), 0);
    end();
    EXPECT_EQ(orders().front().status, TRADECTL_ORDER_STATUS_REJECTED);
    EXPECT_EQ(count("resolutions WHERE approver LIKE '%(uid %), pid %' AND "
                    "evidence = 'mail, 5 bytes, sha256 00' AND reason = 'they said so'"),
              1);
}

TEST_F(HandOver, ADecisionAboutWhatTheRunHasUnderWayIsRefused) {
    const SessionText session = text("rest", "3 buy 1 90");
    begin(session);
    wait_for("open_orders", 1);
    wait_until([this] { return !orders().empty(); });
    RecoverOptions options;
    options.decisions[orders().front().op_id] = {
        .outcome = recovery::Outcome::Failed, .approver = "", .evidence = "e", .reason = "r"};
    const auto refused = recover(session, options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(number(told("status"), "open_orders"), 1);
    const auto nothing = recover(session, {});
    ASSERT_TRUE(nothing);
    EXPECT_TRUE((*nothing)->report.operations.empty());
}

class HandOverOfRestingOrders : public HandOver {
  protected:
    RecoveryReport recovered_with(const std::string& more) {
        SessionText session = text("rest", "3 buy 1 90");
        session.venue("rest", more);
        session.rest += "reconcile: {grace: 0s, interval: 0s}\n";
        begin(session);
        wait_for("open_orders", 1);
        wait_until([this] { return !orders().empty(); });
        const auto answer = recover(session, {.wait_ns = 0});
        EXPECT_TRUE(answer) << (answer ? "" : answer.error().message);
        return answer && *answer ? (*answer)->report : RecoveryReport{};
    }
};

TEST_F(HandOverOfRestingOrders, OneWhoseFillWasLostIsBooked) {
    const auto report = recovered_with(", listing: filled, listing_later: true");
    EXPECT_EQ(report.count(recovery::Outcome::Completed), 1U);
    EXPECT_EQ(number(told("status"), "open_orders"), 0);
    EXPECT_EQ(number(told("status"), "positions"), 1);
}

TEST_F(HandOverOfRestingOrders, OneThatRestsThereTooIsInOrder) {
    const auto report = recovered_with(", listing: open, listing_later: true");
    EXPECT_EQ(report.count(recovery::Outcome::Open), 1U);
    EXPECT_EQ(report.changes(), 0U);
    EXPECT_EQ(number(told("status"), "open_orders"), 1);
}

TEST_F(HandOverOfRestingOrders, OneOfWhichTheVenueTellsNothingStaysAsItIs) {
    EXPECT_TRUE(recovered_with("").operations.empty());
    EXPECT_EQ(number(told("status"), "open_orders"), 1);
    EXPECT_EQ(number(told("status"), "unresolved"), 0);
}

// ---- A run that is not what it should be

/// Listens where a run would, and says what a test wants; nothing: it hangs up.
class OddRun : public net::LineService {
  public:
    OddRun(const std::string& path, std::optional<std::string> says) : says_(std::move(says)) {
        auto server = net::LineServer::open({.path = path}, *this);
        EXPECT_TRUE(server) << server.error().message;
        server_ = std::move(*server);
    }
    void on_request(const net::Peer&, std::string, net::Reply reply) override {
        if (says_) return reply(*says_);
        asked_.set_value();
    }
    std::string refusal(const net::Peer&, const Error& error) override {
        return ops::refusal_line(error);
    }
    void die_when_asked() {
        asked_.get_future().wait();
        server_->stop(0);
    }

  private:
    std::optional<std::string> says_;
    std::promise<void> asked_;
    std::unique_ptr<net::LineServer> server_;
};

class HandOverToAnOddRun : public HandOver {
  protected:
    void SetUp() override { run_before(); }
    ErrorCode code_when_told(const std::string& line) {
        const OddRun run(socket(), line);
        const ErrorCode code = apply(telling("truth")).error().code;
        EXPECT_EQ(recover(telling("truth"), {}).error().code, code);
        return code;
    }
};

TEST_F(HandOverToAnOddRun, OneOfAnotherVersionIsNamedAndNothingIsDone) {
    EXPECT_EQ(code_when_told(ops::refusal_line({ErrorCode::Unsupported, "no such command"})),
              ErrorCode::Locked);
}

TEST_F(HandOverToAnOddRun, ItsRefusalKeepsItsCode) {
    EXPECT_EQ(code_when_told(ops::refusal_line({ErrorCode::Corrupt, "acks"})), ErrorCode::Corrupt);
    EXPECT_EQ(code_when_told(ops::refusal_line({ErrorCode::Unavailable, "stopping"})),
              ErrorCode::Unavailable);
}

TEST_F(HandOverToAnOddRun, AnAnswerThatIsNoneLeavesTheOutcomeUnknown) {
    for (const char* line :
         {"", "{}", "{\"v\":1,\"ok\":true,\"data\":{}}", "{\"v\":2,\"ok\":true}"})
        EXPECT_EQ(code_when_told(line), ErrorCode::OutcomeUnknown) << line;
}

TEST_F(HandOverToAnOddRun, OneThatDiesInTheMiddleLeavesTheOutcomeUnknown) {
    OddRun run(socket(), std::nullopt);
    auto waiting =
        std::async(std::launch::async, [this] { return apply(telling("truth")).error(); });
    run.die_when_asked();
    const Error error = waiting.get();
    EXPECT_EQ(error.code, ErrorCode::OutcomeUnknown);
    EXPECT_NE(error.message.find("tradectl reconcile"), std::string::npos) << error.message;
}

}  // namespace
}  // namespace tradectl::engine
