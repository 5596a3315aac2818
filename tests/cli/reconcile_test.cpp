// reconcile through the binary, on what a run of the telling exchange left.
#include "tests/cli/child.hpp"
#include "tests/cli/live_run.hpp"
#include "tests/cli/run_fixture.hpp"
#include "tests/net_support/web_server.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace tradectl::cli {
namespace {

using Words = std::vector<std::string>;

std::string config_text(const std::string& tells, const std::string& more = "") {
    return "name: books\nmode: paper\nspeed: \"1000000\"\nlog: {level: \"off\"}\n"
           "plugins: {paths: [" TRADECTL_BINARY_DIR "/scripted, " TRADECTL_BINARY_DIR
           "/plugins]}\nwal: {segment: 64KiB}\nshutdown: {orders: keep}\n"
           "exchanges: [{name: x, plugin: telling_exchange, settings: {script: half, tells: " +
           tells +
           ", balances: {USD: \"100000\", BTC: \"10\"}}}]\n"
           "instruments: [{name: BTC-USD.x, base: BTC, quote: USD, tick: \"0.01\", lot: "
           "\"0.0001\"}]\n"
           "data: [{instrument: BTC-USD.x, synth: {price: \"100\", trades: 50, gap: 1s}}]\n"
           "strategies: [{name: s, plugin: scripted_strategy, instruments: [BTC-USD.x], settings: "
           "{steps: [\"1 buy 1 90\"]}}]\n"
           "reconcile: {grace: 0s" +
           more + "}\n";
}

class ReconcileCommand : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        folder_ = std::make_unique<TemporaryFolder>();
        const ChildResult result = run_tradectl({"run",
                                                 folder_->write("run.yaml", config_text("truth")),
                                                 "--state-dir",
                                                 folder_->file("left")});
        ASSERT_EQ(result.exit_status, 0) << result.err;
    }
    static void TearDownTestSuite() { folder_.reset(); }
    void SetUp() override {
        std::filesystem::copy(
            folder_->file("left"), state(), std::filesystem::copy_options::recursive);
    }
    void TearDown() override { std::filesystem::remove_all(state()); }
    static std::string state() { return folder_->file("state"); }

    static ChildResult look(const std::string& tells, const Words& more = {}) {
        return look_with(config_text(tells), more);
    }
    static ChildResult look_with(const std::string& text, const Words& more = {}) {
        Words words{"reconcile",
                    folder_->write("look.yaml", text),
                    "--state-dir",
                    state(),
                    "--timeout",
                    "100ms"};
        words.insert(words.end(), more.begin(), more.end());
        return run_tradectl(words);
    }
    static std::string first_id(const std::string& tells) {
        const Json document = look(tells, {"--json"}).json();
        const auto& rows = *document.find("data")->find("findings")->as_array();
        return rows.empty() ? "" : std::string(rows[0].find_text("id").value_or(""));
    }

    inline static std::unique_ptr<TemporaryFolder> folder_;
};

TEST_F(ReconcileCommand, AgreementIsZeroAndSilentWithQ) {
    const ChildResult result = look("truth");
    EXPECT_EQ(result.exit_status, 0) << result.out << result.err;
    EXPECT_EQ(result.out, "0 findings, 0 gaps, 1 of 1 venue answered\n");
    EXPECT_EQ(look("truth", {"-q"}).out, "");
}

TEST_F(ReconcileCommand, AFindingIsTwoAndTheSameTwice) {
    const ChildResult first = look("orphan");
    EXPECT_EQ(first.exit_status, 2);
    EXPECT_NE(first.out.find("orphan_order"), std::string::npos);
    const ChildResult second = look("orphan", {"--json"});
    EXPECT_EQ(second.exit_status, 2);
    const Json document = second.json();
    const Json& finding = document.find("data")->find("findings")->as_array()->front();
    EXPECT_EQ(finding.find_text("kind"), "orphan_order");
    EXPECT_EQ(finding.find_text("key"), "orphan-1");
    EXPECT_EQ(finding.find_text("theirs"), "3");
    EXPECT_TRUE(finding.find("ours")->is_null());
    EXPECT_EQ(finding.find_text("completeness"), "complete");
    EXPECT_NE(finding.find_text("fix")->find("orphan_order=cancel"), std::string::npos);
    EXPECT_NE(first.out.find(*finding.find_text("id")), std::string::npos);
}

TEST_F(ReconcileCommand, AGapIsThreeAndNeverZero) {
    for (const char* tells : {"partial", "gone", "endless", "half_page", "hides_orders", "old"}) {
        const ChildResult result = look(tells);
        EXPECT_EQ(result.exit_status, 3) << tells << result.out;
        EXPECT_NE(result.out.find("cannot tell"), std::string::npos) << tells;
    }
}

TEST_F(ReconcileCommand, AFindingOutranksAGap) {
    const std::string text = config_text("orphan");
    // A second venue that is silent.
    std::string both = text;
    const std::string from = "exchanges: [";
    both.replace(both.find(from),
                 from.size(),
                 from + "{name: y, plugin: telling_exchange, settings: {tells: silent}}, ");
    both.replace(both.find("{name: BTC-USD.x,"), 17, "{name: BTC-USD.x, venue: x,");
    both.replace(both.find("{name: s,"), 9, "{name: s, exchange: x,");
    const ChildResult result = look_with(both);
    EXPECT_EQ(result.exit_status, 2) << result.out << result.err;
    EXPECT_NE(result.out.find("1 of 2 venues answered"), std::string::npos) << result.out;
}

TEST_F(ReconcileCommand, NoAnswerAtAllIsUnavailable) {
    EXPECT_EQ(look("silent").exit_status, 69);
}

TEST_F(ReconcileCommand, AMonitorGetsOneLineAndFourStatuses) {
    const auto line = [](const ChildResult& result) { return result.out.substr(0, 18); };
    const ChildResult good = look("truth", {"--nagios"});
    EXPECT_EQ(good.exit_status, 0);
    EXPECT_EQ(std::count(good.out.begin(), good.out.end(), '\n'), 1);
    EXPECT_EQ(line(good), "RECONCILE OK - 0 f");
    const ChildResult bad = look("orphan", {"--nagios"});
    EXPECT_EQ(bad.exit_status, 2);
    EXPECT_EQ(line(bad), "RECONCILE CRITICAL");
    const ChildResult reported =
        look("orphan", {"--nagios", "--set", "reconcile.policy.orphan_order=report"});
    EXPECT_EQ(reported.exit_status, 1);
    EXPECT_EQ(look("silent", {"--nagios"}).exit_status, 3);
    std::filesystem::remove_all(state());
    const ChildResult none = look("truth", {"--nagios"});
    EXPECT_EQ(none.exit_status, 3);
    EXPECT_EQ(line(none), "RECONCILE UNKNOWN ");
}

TEST_F(ReconcileCommand, AnAcknowledgedFindingCountsAsNone) {
    const std::string id = first_id("orphan");
    ASSERT_EQ(id.size(), 12U);
    const ChildResult ack = look("orphan", {"--ack", id, "--for", "1h", "--reason", "by hand"});
    EXPECT_EQ(ack.exit_status, 0) << ack.err;
    const ChildResult after = look("orphan", {"--json"});
    EXPECT_EQ(after.exit_status, 0);
    const Json document = after.json();
    EXPECT_EQ(document.find("data")->find("acked_findings")->as_array()->size(), 1U);
    EXPECT_EQ(document.find("data")->find("acks")->as_array()->front().find_text("reason"),
              "by hand");
}

TEST_F(ReconcileCommand, AnAcknowledgedGapIsStillThree) {
    const Json document = look("partial", {"--json"}).json();
    const auto& gaps = *document.find("data")->find("gaps")->as_array();
    ASSERT_FALSE(gaps.empty());
    for (const Json& gap : gaps) {
        const std::string id(gap.find_text("id").value_or(""));
        EXPECT_EQ(look("partial", {"--ack", id}).exit_status, 0);
    }
    const ChildResult after = look("partial");
    EXPECT_EQ(after.exit_status, 3);
    EXPECT_NE(after.err.find("(acknowledged)"), std::string::npos) << after.err;
    EXPECT_EQ(look("partial", {"--nagios"}).exit_status, 3);
}

TEST_F(ReconcileCommand, WhatIsNotThereIsNotAcknowledged) {
    const ChildResult result = look("truth", {"--ack", "0123456789ab"});
    EXPECT_EQ(result.exit_status, 64);
    EXPECT_NE(result.err.find("0123456789ab"), std::string::npos) << result.err;
}

TEST_F(ReconcileCommand, WhatApplyLeftIsAmongTheErrors) {
    const ChildResult result = look("partial", {"--apply", "--json"});
    EXPECT_EQ(result.exit_status, 3);
    EXPECT_FALSE(result.json().find("errors")->as_array()->empty());
}

TEST_F(ReconcileCommand, ApplyAdoptsAndIsCleanAfterwards) {
    const Words adopt{"--set", "reconcile.policy.balance_drift=adopt"};
    Words words = adopt;
    words.emplace_back("--apply");
    const ChildResult result = look("more_money", words);
    EXPECT_EQ(result.exit_status, 0) << result.out << result.err;
    EXPECT_NE(result.out.find("adopt: booked"), std::string::npos) << result.out;
    EXPECT_EQ(look("more_money", adopt).exit_status, 0);
}

TEST_F(ReconcileCommand, ApplyWithTheDefaultHaltsAndStaysTwo) {
    EXPECT_EQ(look("orphan", {"--apply"}).exit_status, 2);
    EXPECT_TRUE(std::filesystem::exists(state() + "/halt"));
}

TEST_F(ReconcileCommand, ApplyBesideARunIsRefused) {
    const FileLock lock(state() + "/lock");
    EXPECT_EQ(look("truth", {"--apply"}).exit_status, 75);
}

TEST_F(ReconcileCommand, APingThatFailsChangesNothing) {
    const std::string file = folder_->write("ping", "http://127.0.0.1:1/check\n");
    std::filesystem::permissions(file, std::filesystem::perms::owner_read);
    const ChildResult result = look("truth", {"--ping-url-file", file});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_NE(result.err.find("--ping-url-file"), std::string::npos) << result.err;
    EXPECT_EQ(result.err.find("127.0.0.1:1/check"), std::string::npos) << result.err;
    EXPECT_EQ(look("orphan", {"--ping-url-file", folder_->file("none")}).exit_status, 2);
}

TEST_F(ReconcileCommand, AMonitorHearsOfTheStartAndHowItEnded) {
    net::WebServer server({.tls = net::WebServerOptions::Tls::Off});
    const std::string file =
        folder_->write("monitor", "http://127.0.0.1:" + std::to_string(server.port()) + "/check\n");
    std::filesystem::permissions(file, std::filesystem::perms::owner_read);
    EXPECT_EQ(look("truth", {"--ping-url-file", file}).exit_status, 0);
    EXPECT_EQ(look("orphan", {"--ping-url-file", file}).exit_status, 2);
    EXPECT_EQ(look("partial", {"--ping-url-file", file}).exit_status, 3);
    const auto requests = server.wait_for(6);
    std::vector<std::string> paths;
    for (const std::string& request : requests)
        paths.push_back(request.substr(0, request.find(" HTTP")));
    const std::vector<std::string> expected{"POST /check/start",
                                            "POST /check/0",
                                            "POST /check/start",
                                            "POST /check/2",
                                            "POST /check/start",
                                            "POST /check/3"};
    EXPECT_EQ(paths, expected);
}

TEST_F(ReconcileCommand, BadWordsAreUsageErrors) {
    for (const Words& words : {Words{"--ack", "nonsense"},
                               Words{"--ack", "0123456789ab", "--nagios"},
                               Words{"--reason", "x"},
                               Words{"--for", "1h"},
                               Words{"--ack", "0123456789ab", "--for", "0s"},
                               Words{"--ack", "0123456789ab", "--for", "8785h"},
                               Words{"--apply", "--nagios"},
                               Words{"--watch", "1s", "--ping-url-file", "x"},
                               Words{"--ack", "0123456789ab", "--ping-url-file", "x"},
                               Words{"--watch", "0s"},
                               Words{"--watch", "1s", "--json"}}) {
        EXPECT_EQ(look("truth", words).exit_status, 64) << words.front();
    }
}

TEST_F(ReconcileCommand, BadConfigStateAndBooksHaveTheirStatuses) {
    EXPECT_EQ(look_with(config_text("truth", ", policy: {ghost_order: adopt}")).exit_status, 78);
    EXPECT_EQ(look_with(config_text("truth") + "reconsile: {}\n").exit_status, 78);
    std::ofstream(state() + "/acks.json") << "[]";
    EXPECT_EQ(look("truth").exit_status, 65);
    std::filesystem::remove(state() + "/acks.json");
    std::ofstream(state() + "/ledger.db") << "no database, and long enough to be looked at";
    EXPECT_EQ(look("truth").exit_status, 65);
    std::filesystem::remove_all(state());
    EXPECT_EQ(look("truth").exit_status, 77);
}

/// A run on the paper venue in real time.
constexpr const char* kLive =
    "name: live\nmode: paper\nspeed: \"200\"\nlog: {level: \"off\"}\n"
    "plugins: {paths: [" TRADECTL_BINARY_DIR
    "/plugins]}\nwal: {segment: 256KiB}\n"
    "exchanges: [{name: paper, plugin: paper, settings: {balances: {USD: \"100000\", BTC: "
    "\"10\"}}}]\n"
    "instruments: [{name: BTC-USD.paper, base: BTC, quote: USD, tick: \"0.01\", lot: "
    "\"0.0001\"}]\n"
    "data: [{instrument: BTC-USD.paper, synth: {price: \"100\", trades: 0}}]\n"
    "strategies: [{name: m, plugin: momentum, instruments: [BTC-USD.paper], settings: "
    "{lookback: 5, threshold: \"0.0001\"}}]\n";

TEST(ReconcileBesideARun, HammeringFindsNothingAndMeetsNoLock) {
    const TemporaryFolder folder;
    LiveRun live(folder, kLive);
    int tries = 0;
    while (live.on({"fills", "--limit", "5"}).out.find("buy") == std::string::npos)
        ASSERT_LT(++tries, 400);
    for (int i = 0; i < 12; ++i) {
        const ChildResult books = live.on({"reconcile"});
        // What keeps moving may be beyond telling; it is never called a difference.
        EXPECT_TRUE(books.exit_status == 0 || books.exit_status == 3) << books.out << books.err;
        EXPECT_EQ(books.err.find("lock"), std::string::npos) << books.err;
        const ChildResult balance = live.on({"balance"});
        EXPECT_TRUE(balance.exit_status == 0 || balance.exit_status == 3) << balance.err;
        EXPECT_EQ(balance.err.find("lock"), std::string::npos) << balance.err;
    }
    EXPECT_EQ(live.stop(), 0);
    const ChildResult after = live.on({"reconcile", "--full"});
    EXPECT_EQ(after.exit_status, 0) << after.out << after.err;
}

TEST(ReconcileBesideARun, ApplyIsDoneByTheRun) {
    const TemporaryFolder folder;
    LiveRun live(folder, kLive);
    int tries = 0;
    while (live.on({"status"}).exit_status != 0)
        ASSERT_LT(++tries, 400);
    const ChildResult applied = live.on({"reconcile", "--apply", "--json"});
    EXPECT_TRUE(applied.exit_status == 0 || applied.exit_status == 3) << applied.out;
    const Json document = applied.json();
    EXPECT_EQ(document.find("data")->find("run_lives")->as_boolean(), true);
    EXPECT_NE(document.find("data")->find("applied"), nullptr);
    const ChildResult recovered = live.on({"wal-recover", "--apply"});
    EXPECT_EQ(recovered.exit_status, 0) << recovered.out << recovered.err;
    EXPECT_NE(recovered.out.find("unresolved 0"), std::string::npos) << recovered.out;
    for (const Words& alone : {Words{"wal-recover", "--rebuild-ledger"},
                               Words{"wal-recover", "--salvage", folder.file("salvaged")},
                               Words{"wal-recover", "--apply", "--open-orders", "cancel"}}) {
        const ChildResult refused = live.on(alone);
        EXPECT_EQ(refused.exit_status, 75) << alone[1];
        EXPECT_NE(refused.err.find("stop the run first"), std::string::npos) << refused.err;
    }
    EXPECT_EQ(live.stop(), 0);
}

TEST(ReconcileBesideARun, ARunThatHangsLeavesTheOutcomeUnknown) {
    const TemporaryFolder folder;
    LiveRun live(folder, kLive);
    int tries = 0;
    while (live.on({"status"}).exit_status != 0)
        ASSERT_LT(++tries, 400);
    live.signal(SIGSTOP);
    const ChildResult late = live.on({"reconcile", "--apply", "--timeout", "1s"});
    live.signal(SIGCONT);
    EXPECT_EQ(late.exit_status, 3) << late.out << late.err;
    EXPECT_NE(late.err.find("nobody knows what the run did"), std::string::npos) << late.err;
    EXPECT_EQ(live.stop(), 0);
}

}  // namespace
}  // namespace tradectl::cli
