// A log that lost its end, and an operator who goes on without it.
#include "host/wal/client_order_id.hpp"
#include "host/wal/format.hpp"
#include "tests/cli/child.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include <gtest/gtest.h>

namespace tradectl::cli {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

constexpr const char* kConfig =
    "name: lossy\nmode: paper\nspeed: \"1000000\"\nlog: {level: \"off\"}\n"
    "plugins: {paths: [" TRADECTL_BINARY_DIR "/scripted, " TRADECTL_BINARY_DIR
    "/plugins]}\nwal: {segment: SEGMENT}\n"
    "exchanges: [{name: x, plugin: paper, settings: {balances: {USD: \"100000\"}}}]\n"
    "instruments: [{name: BTC-USD.x, base: BTC, quote: USD, tick: \"0.01\", lot: \"0.0001\"}]\n"
    "data: [{instrument: BTC-USD.x, synth: {price: \"100\", trades: 50, gap: 1s}}]\n"
    "strategies: [{name: s, plugin: scripted_strategy, instruments: [BTC-USD.x], settings: "
    "{steps: [\"STEP\"]}}]\n"
    "reconcile: {grace: 0s, policy: {missing_fill: report, balance_drift: report, "
    "orphan_position: report, quantity_differs: report}}\n";

class AcceptLoss : public testing::Test {
  protected:
    void write_config() const {
        std::string text = kConfig;
        text.replace(text.find("STEP"), 4, step_);
        text.replace(text.find("SEGMENT"), 7, segment_);
        folder_.write("run.yaml", text);
    }
    void SetUp() override {
        write_config();
        run_well();
        const std::size_t kept = pages();
        run_well();
        before_ = ids();
        ASSERT_EQ(before_.size(), 2U);
        lose_all_but(kept);
    }

    void run_well() {
        const ChildResult run = on({"run"});
        ASSERT_EQ(run.exit_status, 0) << run.err;
    }
    ChildResult on(Words words) {
        words.insert(words.end(), {"-c", folder_.file("run.yaml"), "--state-dir", state("")});
        return run_tradectl(words);
    }
    ChildResult accept(const Words& more = {}) {
        Words words{"wal-recover", "--rebuild-ledger", "--accept-loss"};
        words.insert(words.end(), more.begin(), more.end());
        return on(words);
    }
    ChildResult accept_well() { return accept({"--reason", "disk died", "--confirm=lossy"}); }
    [[nodiscard]] std::string state(const std::string& name) const {
        return folder_.file("state/" + name);
    }
    /// Client order ids that the ledger knows.
    std::set<std::string> ids() {
        std::set<std::string> out;
        const Json answer = on({"orders", "--json"}).json();
        for (const Json& order : *answer.find("data")->find("orders")->as_array())
            out.emplace(*order.find_text("client_order_id"));
        return out;
    }
    /// That were written of the first segment.
    [[nodiscard]] std::size_t pages() const {
        return read_text(first_segment()).find_last_not_of('\0') / wal::kPageBytes + 1;
    }
    /// The others hold zeros, and nobody stamped them unless the test says so.
    void lose_all_but(std::size_t kept) {
        ASSERT_GT(pages(), kept);
        std::string text = read_text(first_segment());
        std::fill(
            text.begin() + static_cast<std::ptrdiff_t>(kept * wal::kPageBytes), text.end(), '\0');
        std::ofstream(first_segment(), std::ios::binary | std::ios::trunc) << text;
        if (stamped_ == Stamped::No) fs::remove(state("wal/ack"));
    }
    [[nodiscard]] std::string first_segment() const { return state("wal/00000001.twal"); }
    static void expect(const ChildResult& result, int exit_status, const std::string& words = "") {
        EXPECT_EQ(result.exit_status, exit_status) << result.out << result.err;
        const std::string all = result.out + result.err;
        EXPECT_NE(all.find(words), std::string::npos) << all;
    }
    enum class Stamped { No, Yes };

    TemporaryFolder folder_;
    std::set<std::string> before_;
    std::string step_ = "1 buy 1";
    std::string segment_ = "1MiB";  // holds all that a test writes
    Stamped stamped_ = Stamped::No;
};

TEST_F(AcceptLoss, IsNothingThatHappensByItself) {
    expect(on({"wal-recover"}), 65, "but record");
    expect(on({"wal-recover", "--rebuild-ledger"}), 65, "but record");
    expect(accept({"--confirm=lossy"}), 64, "wants --reason");
    expect(accept({"--reason", "x"}), 64, "confirm with --confirm=lossy");
    expect(accept({"--reason", "x", "--confirm=other"}), 64, "confirm with --confirm=lossy");
    expect(on({"wal-recover", "--accept-loss", "--reason", "x"}), 64, "belongs to");
    expect(on({"wal-recover", "--confirm=lossy"}), 64, "belongs to");
    EXPECT_EQ(ids(), before_);
    EXPECT_FALSE(fs::exists(state("ledger.db.before-1")));
}

TEST_F(AcceptLoss, GoesOnRecordAndKeepsTheOldLedger) {
    expect(accept_well(), 0, "client order ids are in epoch 2");
    EXPECT_TRUE(fs::exists(state("ledger.db.before-1")));
    EXPECT_EQ(ids().size(), 1U);
    expect(on({"wal-recover", "--verify"}), 0, "the log is clean");
    expect(on({"wal-recover", "--dump"}), 0, "accepted the loss of records");
    expect(on({"audit", "verify"}), 0);
    const ChildResult told = on({"audit", "query", "--json"});
    expect(told, 0, "disk died");
    EXPECT_NE(told.out.find("OPERATOR"), std::string::npos) << told.out;
    expect(accept_well(), 64, "there is no loss to accept");
    expect(on({"wal-recover", "--rebuild-ledger"}), 0, "is equal");
}

TEST_F(AcceptLoss, WhatTheVenueStillKnowsIsDrift) {
    expect(accept_well(), 0);
    expect(on({"reconcile"}), 2, "missing_fill");
    // The audit log has seen what the log does not hold any more.
    expect(on({"audit", "verify", "--wal"}), 2, "is not what the WAL says");
}

TEST_F(AcceptLoss, ARunHaltsOnWhatDrifted) {
    expect(accept_well(), 0);
    expect(on({"run"}), 0);
    EXPECT_TRUE(fs::exists(state("halt")));
}

/// The lost order was canceled: no money tells of it.
class AcceptLossOfAnOrder : public AcceptLoss {
  protected:
    AcceptLossOfAnOrder() { step_ = "1 buy 1 10"; }
};

TEST_F(AcceptLossOfAnOrder, NoClientOrderIdIsGivenOutTwice) {
    expect(accept_well(), 0);
    const std::set<std::string> left = ids();
    expect(on({"run"}), 0);
    int fresh = 0;
    for (const std::string& id : ids()) {
        if (left.count(id) != 0) continue;
        ++fresh;
        EXPECT_EQ(before_.count(id), 0U) << id;
        EXPECT_EQ(wal::parse_client_order_id(id)->epoch, 2) << id;
    }
    EXPECT_EQ(fresh, 1);
    expect(on({"audit", "verify"}), 0);
    expect(on({"wal-recover", "--rebuild-ledger"}), 0, "is equal");
}

TEST_F(AcceptLoss, WithoutTheLedgerTheAuditLogSaysWhatIsLost) {
    fs::remove(state("ledger.db"));
    expect(on({"wal-recover", "--rebuild-ledger"}), 65, "but record");
    expect(accept_well(), 0);
    expect(on({"wal-recover", "--verify"}), 0, "the log is clean");
    expect(on({"audit", "verify"}), 0);
}

TEST_F(AcceptLoss, DamageBeforeTheEndIsNotAccepted) {
    ASSERT_GT(pages(), 2U);  // behind the header: the one that is damaged, and more
    std::fstream file(first_segment(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(wal::kPageBytes + 100));
    file << "damage";
    file.close();
    const std::set<std::string> known = ids();
    expect(accept_well(), 65);
    EXPECT_EQ(ids(), known);
    EXPECT_FALSE(fs::exists(state("ledger.db.before-1")));
}

/// A hole in front of a segment that holds records.
class AcceptLossOfAMiddle : public AcceptLoss {
  protected:
    AcceptLossOfAMiddle() { segment_ = "64KiB"; }
    void SetUp() override {
        write_config();
        for (int runs = 0; runs < 20 && !second_is_written(); ++runs)
            run_well();
        ASSERT_TRUE(second_is_written());
        stamped_ = Stamped::Yes;
        lose_all_but(pages() - 1);
    }
    [[nodiscard]] bool second_is_written() const {
        const std::string second = state("wal/00000002.twal");
        return fs::exists(second) && read_text(second).find_last_not_of('\0') > wal::kPageBytes &&
               read_text(second).find_last_not_of('\0') != std::string::npos;
    }
};

TEST_F(AcceptLossOfAMiddle, IsRefusedByItsPlaceAndNothingIsTouched) {
    const std::set<std::string> known = ids();
    expect(accept_well(), 65, "segment 1, page");
    EXPECT_EQ(ids(), known);
    EXPECT_FALSE(fs::exists(state("ledger.db.before-1")));
}

/// The stamp is what a process leaves that dies; it names what was durable.
class AcceptStampedLoss : public AcceptLoss {
  protected:
    AcceptStampedLoss() { stamped_ = Stamped::Yes; }
};

TEST_F(AcceptStampedLoss, TheStampIsAWitnessThatIsSetAside) {
    expect(on({"wal-recover", "--rebuild-ledger"}), 65, "but the ack stamp names batch");
    fs::remove(state("ledger.db"));
    fs::remove_all(state("audit"));
    expect(on({"wal-recover", "--rebuild-ledger"}), 65, "but the ack stamp names batch");
    expect(accept({"--reason", "x", "--confirm=lossy", "--set", "audit=off"}), 0, "epoch 2");
    expect(on({"wal-recover", "--verify"}), 0, "the log is clean");
}

}  // namespace
}  // namespace tradectl::cli
