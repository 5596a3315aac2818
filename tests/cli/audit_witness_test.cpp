// What runs in real time left, with a part of it lost, rolled back or exchanged.
#include "tests/cli/child.hpp"

#include <filesystem>
#include <memory>

#include <gtest/gtest.h>

namespace tradectl::cli {
namespace {

using Words = std::vector<std::string>;

constexpr const char* kConfig =
    "name: witnessed\nmode: paper\nspeed: \"1000000\"\nlog: {level: \"off\"}\n"
    "plugins: {paths: [" TRADECTL_BINARY_DIR "/scripted, " TRADECTL_BINARY_DIR
    "/plugins]}\nwal: {segment: 64KiB}\nshutdown: {orders: keep}\n"
    "exchanges: [{name: x, plugin: paper, settings: {balances: {USD: \"100000\"}}}]\n"
    "instruments: [{name: BTC-USD.x, base: BTC, quote: USD, tick: \"0.01\", lot: \"0.0001\"}]\n"
    "data: [{instrument: BTC-USD.x, synth: {price: \"100\", trades: 50, gap: 1s}}]\n"
    "strategies: [{name: s, plugin: scripted_strategy, instruments: [BTC-USD.x], settings: "
    "{steps: [\"1 buy 1\"]}}]\n";

class AuditAsWitness : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        folder_ = std::make_unique<TemporaryFolder>();
        folder_->write("run.yaml", kConfig);
        const ChildResult result = on("left", {"run"});
        ASSERT_EQ(result.exit_status, 0) << result.err;
    }
    static void TearDownTestSuite() { folder_.reset(); }
    void SetUp() override { copy("left", "state"); }
    void TearDown() override { std::filesystem::remove_all(state("")); }

    static ChildResult on(const std::string& name, Words words) {
        words.insert(words.end(),
                     {"-c", folder_->file("run.yaml"), "--state-dir", folder_->file(name)});
        return run_tradectl(words);
    }
    static ChildResult on_state(const Words& words) { return on("state", words); }
    static std::string state(const std::string& name) { return folder_->file("state/" + name); }
    static void copy(const std::string& from, const std::string& to) {
        std::filesystem::copy(
            folder_->file(from), folder_->file(to), std::filesystem::copy_options::recursive);
    }
    static void expect(const ChildResult& result, int exit_status, const std::string& words) {
        EXPECT_EQ(result.exit_status, exit_status) << result.out << result.err;
        EXPECT_NE(result.err.find(words), std::string::npos) << result.err;
    }

    inline static std::unique_ptr<TemporaryFolder> folder_;
};

TEST_F(AuditAsWitness, WhatNothingIsWrongWithIsZero) {
    for (const Words& words : {Words{"wal-recover"},
                               Words{"wal-recover", "--verify"},
                               Words{"reconcile"},
                               Words{"audit", "verify", "--wal"}}) {
        const ChildResult result = on_state(words);
        EXPECT_EQ(result.exit_status, 0) << words.back() << result.out << result.err;
    }
}

TEST_F(AuditAsWitness, ALogThatLostWhatItNamesIsDamagedForReadersToo) {
    std::filesystem::remove_all(state("wal"));
    std::filesystem::remove(state("ledger.db"));
    for (const Words& words : {Words{"wal-recover"},
                               Words{"wal-recover", "--verify"},
                               Words{"wal-recover", "--apply"},
                               Words{"reconcile"}})
        expect(on_state(words), 65, "but record");
}

TEST_F(AuditAsWitness, ADamagedLedgerDoesNotHideTheStateOfTheLog) {
    folder_->write("state/ledger.db", std::string(8192, 'x'));
    const ChildResult result = on_state({"wal-recover", "--verify"});
    expect(result, 65, "a witness of the log cannot be read: ");
    EXPECT_NE(result.out.find("the log is clean"), std::string::npos) << result.out;
}

TEST_F(AuditAsWitness, VerifyTakesNoOrdersToCancel) {
    const ChildResult result = on_state({"wal-recover", "--verify", "--open-orders", "cancel"});
    expect(result, 64, "stand alone");
}

TEST_F(AuditAsWitness, AnExchangedKeyIsAFinding) {
    std::filesystem::remove(state("keys/audit"));
    folder_->write("state/keys/audit",
                   "tradectl signing key 1\ned25519 " + std::string(64, '1') + "\n");
    std::filesystem::permissions(
        state("keys/audit"),
        std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    expect(on_state({"audit", "verify"}), 2, "was exchanged");
    expect(on_state({"audit", "query"}), 65, "was exchanged");
}

TEST_F(AuditAsWitness, ARolledBackAuditLogIsFoundByTheWal) {
    ASSERT_EQ(on_state({"run"}).exit_status, 0);
    EXPECT_EQ(on_state({"audit", "verify", "--wal"}).exit_status, 0);
    std::filesystem::remove_all(state("audit"));
    copy("left/audit", "state/audit");
    EXPECT_EQ(on_state({"audit", "verify"}).exit_status, 0);
    expect(on_state({"audit", "verify", "--wal"}), 2, "rolled back");
    // Entries come from the WAL: what is missing can be made again.
    EXPECT_EQ(on_state({"wal-recover", "--apply"}).exit_status, 0);
    EXPECT_EQ(on_state({"audit", "verify", "--wal"}).exit_status, 0);
}

TEST_F(AuditAsWitness, WithoutLogAndKeyNothingStartsUnnoticed) {
    std::filesystem::remove_all(state("audit"));
    std::filesystem::remove_all(state("keys"));
    expect(on_state({"run"}), 77, "names a key that has signed");
    EXPECT_FALSE(std::filesystem::exists(state("keys/audit")));
    EXPECT_EQ(on_state({"run", "--set", "audit=off"}).exit_status, 0);
}

}  // namespace
}  // namespace tradectl::cli
