// What wal-recover makes of an unfinished operation: by its class, its fence and the venue's word.
#include "tests/cli/child.hpp"

#include <filesystem>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::cli {
namespace {

constexpr int kOk = 0;
constexpr int kBadAnswer = 2;
constexpr int kCannotTell = 3;
constexpr int kUnavailable = 69;

/// One row: what the venue says, and what becomes of the operation.
struct Row {
    const char* answer;
    const char* outcome;
    int dry_run;        ///< exit status of wal-recover
    int applied;        ///< that of wal-recover --apply
    const char* order;  ///< status of the order then
    const char* filled;
};
void PrintTo(const Row& row, std::ostream* out) {
    *out << row.answer;
}

/// State directories that hold one unfinished operation, made once and copied.
class WalRecover : public testing::Test {
  protected:
    std::string config(const std::string& request,
                       const std::string& answer,
                       const std::string& more = "") {
        const std::string steps =
            request == "cancel_unknown" ? R"("3 buy 1 90", "6 cancel 1")" : R"("3 buy 1 90")";
        return folder_.write(
            "recover.yaml",
            "name: recover-test\nmode: paper\nclock: real\nspeed: 100000\nlog: {level: \"off\"}\n"
            "plugins: {paths: [" TRADECTL_BINARY_DIR
            "/scripted]}\nwal: {segment: 64KiB}\n"
            "exchanges: [{name: x, plugin: answering_exchange, settings: {request: " +
                request + ", answer: " + answer + more +
                ", balances: {USD: \"100000\", BTC: \"10\"}}}]\n"
                "instruments: [{name: BTC-USD.x, base: BTC, quote: USD, tick: \"0.01\", lot: "
                "\"0.0001\"}]\n"
                "data: [{instrument: BTC-USD.x, synth: {price: \"100\", trades: 20, gap: 1s}}]\n"
                "strategies: [{name: s, plugin: scripted_strategy, instruments: [BTC-USD.x], "
                "settings: {steps: [" +
                steps + "]}}]\nshutdown: {orders: keep}\n");
    }
    /// A run that leaves one operation unfinished.
    void leave(const std::string& request, const std::string& more = "") {
        state_ = folder_.file("left");
        run({"run", config(request, "absent", more)});
        ASSERT_TRUE(std::filesystem::exists(state_ + "/ledger.db"));
    }
    ChildResult run(std::vector<std::string> words) {
        words.insert(words.end(), {"--state-dir", state_, "--json", "--timeout", "2s"});
        return run_tradectl(words);
    }
    /// The answers of a dry run, of --apply and of a second --apply; then what the ledger says.
    void expect(const Row& row,
                const std::string& request,
                const std::string& step,
                const std::string& more = "") {
        const std::string left = state_;
        state_ = folder_.file("copy");
        std::filesystem::copy(left, state_, std::filesystem::copy_options::recursive);
        const std::string file = config(request, row.answer, more);
        const ChildResult dry = run({"wal-recover", file});
        EXPECT_EQ(dry.exit_status, row.dry_run) << dry.out << dry.err;
        EXPECT_EQ(outcome_of(dry, step), row.outcome) << dry.out;
        const ChildResult applied = run({"wal-recover", file, "--apply"});
        EXPECT_EQ(applied.exit_status, row.applied) << applied.out << applied.err;
        EXPECT_EQ(outcome_of(applied, step), row.outcome) << applied.out;
        EXPECT_EQ(run({"wal-recover", file, "--apply"}).exit_status, row.applied);
        const Json orders = run({"orders", file}).json();
        const Json& order = list_of(orders, "orders").at(0);
        EXPECT_EQ(order.find_text("status"), row.order);
        EXPECT_EQ(order.find_text("filled"), row.filled);
        std::filesystem::remove_all(state_);
        state_ = left;
    }
    static const Json::Array& list_of(const Json& answer, const char* name) {
        return *answer.find("data")->find(name)->as_array();
    }
    static std::string outcome_of(const ChildResult& result, const std::string& step) {
        const Json answer = result.json();
        for (const Json& operation : list_of(answer, "operations")) {
            if (operation.find_text("step") == step)
                return std::string(*operation.find_text("outcome"));
        }
        return "nothing";
    }

    TemporaryFolder folder_;
    std::string state_;
};

class AnOrder : public WalRecover, public testing::WithParamInterface<Row> {};

/// None of the classes is sent again, so the venue's word decides alike.
TEST_P(AnOrder, BecomesWhatTheVenueSaysWhateverItsClass) {
    for (const char* identity : {"idempotent_replay", "duplicate_rejected", "query_only"}) {
        SCOPED_TRACE(identity);
        const std::string more = std::string(", identity: ") + identity;
        leave("unknown", more);
        expect(GetParam(), "unknown", "trade_execute", more);
        std::filesystem::remove_all(state_);
    }
}

INSTANTIATE_TEST_SUITE_P(
    WalRecover,
    AnOrder,
    testing::Values(
        Row{"absent", "rolled_back", kBadAnswer, kOk, "canceled", "0"},
        Row{"unsure", "unresolved", kCannotTell, kCannotTell, "unresolved", "0"},
        Row{"refuses", "unresolved", kCannotTell, kCannotTell, "unresolved", "0"},
        Row{"partial_orders", "unresolved", kCannotTell, kCannotTell, "unresolved", "0"},
        Row{"partial_fills", "unresolved", kCannotTell, kCannotTell, "unresolved", "0"},
        Row{"among_orders", "unresolved", kCannotTell, kCannotTell, "unresolved", "0"},
        Row{"among_fills", "unresolved", kCannotTell, kCannotTell, "unresolved", "0"},
        Row{"nameless_fill", "unresolved", kCannotTell, kCannotTell, "unresolved", "0"},
        Row{"open", "open", kBadAnswer, kOk, "acknowledged", "0"},
        Row{"half", "open", kBadAnswer, kOk, "partially_filled", "0.5"},
        Row{"filled", "completed", kBadAnswer, kOk, "filled", "1"},
        Row{"unlisted_fill", "unresolved", kCannotTell, kCannotTell, "unresolved", "0"},
        Row{"canceled", "completed", kBadAnswer, kOk, "canceled", "0"},
        Row{"canceled_half", "completed", kBadAnswer, kOk, "canceled", "0.5"},
        Row{"expired", "completed", kBadAnswer, kOk, "expired", "0"},
        Row{"rejected", "failed", kBadAnswer, kOk, "rejected", "0"},
        Row{"rejected_half", "unresolved", kCannotTell, kCannotTell, "unresolved", "0"},
        Row{"too_much", "unresolved", kCannotTell, kCannotTell, "unresolved", "0"},
        Row{"other_side", "unresolved", kCannotTell, kCannotTell, "unresolved", "0"},
        Row{"other_quantity", "unresolved", kCannotTell, kCannotTell, "unresolved", "0"}),
    [](const auto& row) { return std::string(row.param.answer); });

class ACancel : public WalRecover, public testing::WithParamInterface<Row> {};

TEST_P(ACancel, BecomesWhatItsOrderIs) {
    leave("cancel_unknown");
    expect(GetParam(), "cancel_unknown", "order_cancel");
}

INSTANTIATE_TEST_SUITE_P(
    WalRecover,
    ACancel,
    testing::Values(Row{"open", "failed", kBadAnswer, kOk, "acknowledged", "0"},
                    Row{"half", "failed", kBadAnswer, kOk, "partially_filled", "0.5"},
                    Row{"filled", "completed", kBadAnswer, kOk, "filled", "1"},
                    Row{"canceled", "completed", kBadAnswer, kOk, "canceled", "0"},
                    Row{"canceled_half", "completed", kBadAnswer, kOk, "canceled", "0.5"},
                    Row{"expired", "completed", kBadAnswer, kOk, "expired", "0"},
                    Row{"absent", "completed", kBadAnswer, kOk, "canceled", "0"},
                    Row{"partial_fills", "unresolved", kCannotTell, kCannotTell, "unresolved", "0"},
                    Row{"refuses", "unresolved", kCannotTell, kCannotTell, "unresolved", "0"},
                    Row{"unsure", "unresolved", kCannotTell, kCannotTell, "unresolved", "0"}),
    [](const auto& row) { return std::string(row.param.answer); });

class AnOrderThatWasThere : public WalRecover, public testing::WithParamInterface<Row> {};

/// Ended while nobody watched, when every source says so.
TEST_P(AnOrderThatWasThere, HasEndedOnlyWhenAllSourcesAgree) {
    leave("rest");
    expect(GetParam(), "rest", "trade_execute");
}

INSTANTIATE_TEST_SUITE_P(
    WalRecover,
    AnOrderThatWasThere,
    testing::Values(
        Row{"absent", "completed", kBadAnswer, kOk, "canceled", "0"},
        Row{"unsure", "unresolved", kCannotTell, kCannotTell, "unresolved", "0"},
        Row{"partial_orders", "unresolved", kCannotTell, kCannotTell, "unresolved", "0"},
        Row{"partial_fills", "unresolved", kCannotTell, kCannotTell, "unresolved", "0"},
        Row{"among_orders", "unresolved", kCannotTell, kCannotTell, "unresolved", "0"},
        Row{"among_fills", "unresolved", kCannotTell, kCannotTell, "unresolved", "0"},
        Row{"nameless_fill", "unresolved", kCannotTell, kCannotTell, "unresolved", "0"}),
    [](const auto& row) { return std::string(row.param.answer); });

class AFence : public WalRecover, public testing::WithParamInterface<const char*> {};

TEST_P(AFence, ThatHasNotPassedOrIsNoTimeLeavesAbsenceUnresolved) {
    const std::string more = std::string(", fence: ") + GetParam();
    leave("unknown", more);
    expect({"absent", "unresolved", kCannotTell, kCannotTell, "unresolved", "0"},
           "unknown",
           "trade_execute",
           more);
}

INSTANTIATE_TEST_SUITE_P(WalRecover,
                         AFence,
                         testing::Values("none", "far", "block_height", "nonce"),
                         [](const auto& fence) { return std::string(fence.param); });

/// It tells no time, so ten seconds of our own pass.
TEST_F(WalRecover, AVenueThatCannotAnswerNowDecidesNothing) {
    leave("unknown");
    const ChildResult applied = run({"wal-recover", config("unknown", "error"), "--apply"});
    EXPECT_EQ(applied.exit_status, kCannotTell) << applied.out << applied.err;
    EXPECT_EQ(outcome_of(applied, "trade_execute"), "unresolved");
}

TEST_F(WalRecover, AVenueThatIsDownDecidesNothing) {
    leave("unknown");
    expect({"absent", "unresolved", kUnavailable, kUnavailable, "unresolved", "0"},
           "unknown",
           "trade_execute",
           ", connects: false");
}

TEST_F(WalRecover, OfflineNobodyIsAskedAndNothingIsDecided) {
    leave("unknown");
    const ChildResult offline =
        run({"wal-recover", config("unknown", "filled"), "--offline", "--apply"});
    EXPECT_EQ(offline.exit_status, kCannotTell) << offline.out << offline.err;
    EXPECT_EQ(outcome_of(offline, "trade_execute"), "unresolved");
}

TEST_F(WalRecover, WhatIsInOrderIsNothingToDo) {
    leave("rest");
    EXPECT_EQ(run({"wal-recover", config("rest", "open")}).exit_status, kOk);
}

}  // namespace
}  // namespace tradectl::cli
