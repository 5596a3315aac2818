// An exchange plugin's own store is gone: what it does not know any more was not undone.
#include "tests/cli/live_run.hpp"

#include <filesystem>

#include <gtest/gtest.h>

namespace tradectl::cli {
namespace {

constexpr int kBadAnswer = 2;
constexpr int kCannotTell = 3;

/// Its order rests at the venue at once; that it does is told a minute later.
constexpr const char* kConfig =
    "name: lost-store\nmode: paper\nclock: real\nspeed: \"200\"\nlog: {level: \"off\"}\n"
    "plugins: {paths: [" TRADECTL_BINARY_DIR "/scripted, " TRADECTL_BINARY_DIR
    "/plugins]}\nwal: {segment: 64KiB}\n"
    "exchanges: [{name: x, plugin: paper, settings: {ack_latency: 60s, balances: {USD: "
    "\"100000\"}}}]\n"
    "instruments: [{name: BTC-USD.x, base: BTC, quote: USD, tick: \"0.01\", lot: \"0.0001\"}]\n"
    "data: [{instrument: BTC-USD.x, synth: {price: \"100\", trades: 0}}]\n"
    "strategies: [{name: s, plugin: scripted_strategy, instruments: [BTC-USD.x], settings: "
    "{steps: [\"3 buy 1 90\"]}}]\n"
    "reconcile: {grace: 0s}\n";

class LostStore : public testing::Test {
  protected:
    /// A run that is killed between a send and its answer.
    void SetUp() override {
        int tries = 0;
        while (live_.on({"orders"}).out.find("buy") == std::string::npos)
            ASSERT_LT(++tries, 400);
        live_.kill();
    }
    void lose_store() { std::filesystem::remove_all(folder_.file("live/plugins")); }
    ChildResult recover(const std::vector<std::string>& more = {}) {
        std::vector<std::string> words{"wal-recover", "--json"};
        words.insert(words.end(), more.begin(), more.end());
        return live_.on(words);
    }
    static std::string outcome_of(const ChildResult& result) {
        const Json answer = result.json();
        for (const Json& operation : *answer.find("data")->find("operations")->as_array()) {
            if (operation.find_text("step") == "trade_execute")
                return std::string(*operation.find_text("outcome"));
        }
        return "nothing";
    }
    static void expect_unresolved(const ChildResult& result) {
        EXPECT_EQ(result.exit_status, kCannotTell) << result.out << result.err;
        EXPECT_EQ(outcome_of(result), "unresolved") << result.out;
        EXPECT_NE(result.out.find("its own store is new (made "), std::string::npos) << result.out;
    }

    TemporaryFolder folder_;
    LiveRun live_{folder_, kConfig};
};

TEST_F(LostStore, WithItsStoreTheVenueKnowsTheOrder) {
    const ChildResult dry = recover();
    EXPECT_EQ(dry.exit_status, kBadAnswer) << dry.out << dry.err;
    EXPECT_EQ(outcome_of(dry), "open") << dry.out;
}

TEST_F(LostStore, ItsNotFoundProvesNothingForWhatIsOlder) {
    lose_store();
    expect_unresolved(recover());
    EXPECT_FALSE(std::filesystem::exists(folder_.file("live/plugins/x/kv.db")));
    expect_unresolved(recover({"--apply"}));
    // The store is there again, and as young as it was.
    EXPECT_TRUE(std::filesystem::exists(folder_.file("live/plugins/x/kv.db")));
    expect_unresolved(recover({"--apply"}));
    const ChildResult books = live_.on({"reconcile"});
    EXPECT_EQ(books.exit_status, kCannotTell) << books.out << books.err;
    EXPECT_NE(books.out.find("its own store is new (made "), std::string::npos) << books.out;
}

TEST_F(LostStore, AnOperatorDecidesThen) {
    lose_store();
    const std::string evidence = folder_.write("evidence.txt", "the store was deleted\n");
    const Json answer = recover().json();
    std::string op;
    for (const Json& operation : *answer.find("data")->find("operations")->as_array())
        op = std::to_string(operation.find("op_id")->as_integer().value_or(0));
    const ChildResult decided = recover({"--apply",
                                         "--resolve",
                                         op + "=rolled-back",
                                         "--evidence",
                                         evidence,
                                         "--reason",
                                         "the venue is gone with it"});
    EXPECT_EQ(decided.exit_status, 0) << decided.out << decided.err;
    EXPECT_EQ(recover().exit_status, 0);
}

}  // namespace
}  // namespace tradectl::cli
