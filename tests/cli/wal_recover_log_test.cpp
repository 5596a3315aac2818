// What wal-recover makes of steps that a log holds unfinished, whatever a venue says.
#include "host/base/clock.hpp"
#include "host/wal/batch.hpp"
#include "host/wal/client_order_id.hpp"
#include "host/wal/identity.hpp"
#include "host/wal/reader.hpp"
#include "host/wal/writer.hpp"
#include "tests/cli/child.hpp"

#include <tradectl/abi/types.h>

#include <filesystem>

#include <gtest/gtest.h>

namespace tradectl::cli {
namespace {

constexpr int kOk = 0;
constexpr int kBadAnswer = 2;
constexpr OpId kDeduct{100};
constexpr OpId kExecute{101};

class WalRecoverLog : public testing::Test {
  protected:
    void SetUp() override {
        const ChildResult run = on({"run"});
        ASSERT_EQ(run.exit_status, kOk) << run.err;
        ASSERT_EQ(held(), "90");
    }

    std::string config() {
        return folder_.write(
            "recover.yaml",
            "name: recover-log\nmode: paper\nclock: real\nspeed: 100000\nlog: {level: \"off\"}\n"
            "plugins: {paths: [" TRADECTL_BINARY_DIR
            "/scripted]}\nwal: {segment: 64KiB}\n"
            "exchanges: [{name: x, plugin: answering_exchange, settings: {answer: " +
                answer_ +
                ", balances: {USD: \"100000\"}}}]\n"
                "instruments: [{name: BTC-USD.x, base: BTC, quote: USD, tick: \"0.01\", lot: "
                "\"0.0001\"}]\n"
                "data: [{instrument: BTC-USD.x, synth: {price: \"100\", trades: 20, gap: 1s}}]\n"
                "strategies: [{name: s, plugin: scripted_strategy, instruments: [BTC-USD.x], "
                "settings: {steps: [\"3 buy 1 90\"]}}]\nshutdown: {orders: keep}\n"
                "risk: {fee_reserve: \"0\"}\n");
    }
    ChildResult on(std::vector<std::string> words) {
        words.insert(words.end(), {"-c", config(), "--state-dir", state(), "--json"});
        return run_tradectl(words);
    }
    [[nodiscard]] std::string state() const { return folder_.file("state"); }
    /// USD that the ledger has in the bucket of open orders.
    std::string held() {
        const Json answer = on({"balance"}).json();
        for (const Json& line : *answer.find("data")->find("balances")->as_array()) {
            if (line.find_text("asset") == "USD")
                return std::string(*line.find_text("ledger_held"));
        }
        return "none";
    }
    static std::string outcome_of(const ChildResult& result, const std::string& step) {
        const Json answer = result.json();
        for (const Json& operation : *answer.find("data")->find("operations")->as_array()) {
            if (operation.find("op_id")->as_integer() >= 100 && operation.find_text("step") == step)
                return std::string(*operation.find_text("outcome"));
        }
        return "nothing";
    }
    static std::int64_t count(const ChildResult& result, const char* what) {
        return result.json().find("data")->find(what)->as_integer().value_or(-1);
    }
    /// Dry, applied, applied twice.
    void expect(const std::string& step, const std::string& outcome, const char* counted) {
        const ChildResult dry = on({"wal-recover"});
        EXPECT_EQ(dry.exit_status, kBadAnswer) << dry.out << dry.err;
        EXPECT_EQ(outcome_of(dry, step), outcome) << dry.out;
        EXPECT_EQ(count(dry, counted), 1) << dry.out;
        const ChildResult applied = on({"wal-recover", "--apply"});
        EXPECT_EQ(applied.exit_status, kOk) << applied.out << applied.err;
        EXPECT_EQ(outcome_of(applied, step), outcome) << applied.out;
        const ChildResult again = on({"wal-recover", "--apply"});
        EXPECT_EQ(again.exit_status, kOk) << again.out << again.err;
        EXPECT_EQ(outcome_of(again, step), "nothing") << again.out;
    }

    /// Adds records to the log's end, as a process would that dies behind them.
    template <typename... Bodies>
    void leave(OpId op_id, const Bodies&... bodies) {
        const auto disk = make_posix_disk();
        const std::string wal = state() + "/wal";
        auto log = wal::open_log(*disk, wal);
        ASSERT_TRUE(log);
        const wal::LogTimes now{.wall = SystemClock().now(), .monotonic_ns = 1};
        auto writer =
            wal::Writer::resume(*disk, wal, log->tail(), now, {.segment_bytes = 64 * 1024});
        ASSERT_TRUE(writer) << writer.error().message;
        wal::BatchBuilder builder((*writer)->next_sequence());
        wal::RecordHeader header;
        header.wall = now.wall;
        header.op_id = op_id;
        header.txn_id = TxnId{kDeduct.value};
        (static_cast<void>(builder.add(header, bodies)), ...);
        ASSERT_TRUE((*writer)->append(builder.take(), 1));
        ASSERT_TRUE((*writer)->sync());
    }
    [[nodiscard]] wal::Subject subject() const {
        wal::Subject out;
        out.instance = "s";
        out.venue = "x";
        out.account = "main";
        out.instrument = "BTC-USD.x";
        out.client_order_id = client_order_id_;
        return out;
    }
    /// Holds 7 USD for an order.
    [[nodiscard]] wal::IntentBody deduct() const {
        wal::IntentBody body;
        body.step = wal::StepKind::BalanceDeduct;
        body.subject = subject();
        using wal::Bucket;
        const Decimal amount = Decimal::from_int(7);
        EXPECT_TRUE(body.postings.push({"main", "USD", Bucket::Available, -amount}) &&
                    body.postings.push({"main", "USD", Bucket::Held, amount}) &&
                    body.compensation.push({"main", "USD", Bucket::Held, -amount}) &&
                    body.compensation.push({"main", "USD", Bucket::Available, amount}));
        return body;
    }
    [[nodiscard]] wal::ResultBody deducted(wal::StepStatus status) const {
        wal::ResultBody body;
        body.step = wal::StepKind::BalanceDeduct;
        body.status = status;
        body.subject = subject();
        return body;
    }
    /// The order, not released to be sent.
    [[nodiscard]] wal::IntentBody execute() const {
        wal::IntentBody body;
        body.step = wal::StepKind::TradeExecute;
        body.subject = subject();
        body.terms.side = TRADECTL_SIDE_BUY;
        body.terms.order_type = TRADECTL_ORDER_LIMIT;
        body.terms.quantity = Decimal::from_int(1);
        body.terms.price = Decimal::from_int(7);
        return body;
    }
    void name_order() {
        const auto disk = make_posix_disk();
        const auto identity = wal::load_identity(*disk, state());
        ASSERT_TRUE(identity);
        const auto id = wal::to_text(wal::make_client_order_id(
            identity->install_id, kExecute, identity->epoch, identity->key));
        client_order_id_.assign(id.data(), id.size());
    }

    TemporaryFolder folder_;
    std::string answer_ = "open";
    std::string client_order_id_;
};

TEST_F(WalRecoverLog, AnOrderThatWasNeverReleasedIsRolledBack) {
    name_order();
    leave(kDeduct, deduct(), deducted(wal::StepStatus::Completed));
    leave(kExecute, execute());
    expect("trade_execute", "rolled_back", "rolled_back");
    EXPECT_EQ(held(), "90");
    const Json orders = on({"orders"}).json();
    for (const Json& order : *orders.find("data")->find("orders")->as_array()) {
        if (order.find_text("client_order_id") == client_order_id_) {
            EXPECT_EQ(order.find_text("status"), "canceled");
        }
    }
}

TEST_F(WalRecoverLog, AStepThatWasNeverReleasedIsTakenBack) {
    leave(kDeduct, deduct());
    expect("balance_deduct", "rolled_back", "rolled_back");
    EXPECT_EQ(held(), "90");
}

TEST_F(WalRecoverLog, ADueCompensationIsApplied) {
    leave(kDeduct, deduct(), deducted(wal::StepStatus::Failed));
    expect("balance_deduct", "failed", "failed_found");
    EXPECT_EQ(held(), "90");
}

/// The venue shows an order that carries our id and that the log never held.
TEST_F(WalRecoverLog, AnOrphanIsFoundAndHalted) {
    name_order();
    answer_ = "open, orphan: \"" + client_order_id_ + "\"";
    const ChildResult dry = on({"wal-recover"});
    EXPECT_EQ(dry.exit_status, kBadAnswer) << dry.out << dry.err;
    EXPECT_EQ(count(dry, "orphans"), 1) << dry.out;
    EXPECT_FALSE(std::filesystem::exists(state() + "/halt"));
    for (int time = 0; time < 2; ++time) {
        const ChildResult applied = on({"wal-recover", "--apply"});
        EXPECT_EQ(applied.exit_status, kBadAnswer) << applied.out << applied.err;
        EXPECT_EQ(count(applied, "orphans"), 1) << applied.out;
        EXPECT_TRUE(std::filesystem::exists(state() + "/halt"));
    }
    const Json orders = on({"orders"}).json();
    EXPECT_EQ(orders.find("data")->find("orders")->as_array()->size(), 1U);
}

}  // namespace
}  // namespace tradectl::cli
