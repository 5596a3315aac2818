// A run that ends by itself once it traded enough to be looked at.
#include "tests/cli/child.hpp"

#include <gtest/gtest.h>

namespace tradectl::cli {
namespace {

using Words = std::vector<std::string>;

constexpr const char* kConfig =
    "name: careful\nmode: paper\nspeed: \"1000\"\nlog: {level: \"off\"}\n"
    "plugins: {paths: [" TRADECTL_BINARY_DIR "/scripted, " TRADECTL_BINARY_DIR
    "/plugins]}\n"
    "shutdown: {after_fills: LIMIT}\n"
    "exchanges: [{name: x, plugin: paper, settings: {balances: {USD: \"100000\"}}}]\n"
    "instruments: [{name: BTC-USD.x, base: BTC, quote: USD, tick: \"0.01\", lot: \"0.0001\"}]\n"
    "data: [{instrument: BTC-USD.x, synth: {price: \"100\", gap: 1s}}]\n"
    "strategies: [{name: s, plugin: scripted_strategy, instruments: [BTC-USD.x], settings: "
    "{steps: [\"1 buy 0.001\", \"200 buy 0.001\", \"400 buy 0.001\", \"600 buy 0.001\"]}}]\n";

class AfterFills : public testing::Test {
  protected:
    ChildResult on(Words words, const std::string& limit) {
        std::string text = kConfig;
        text.replace(text.find("LIMIT"), 5, limit);
        folder_.write("run.yaml", text);
        words.insert(words.end(),
                     {"-c", folder_.file("run.yaml"), "--state-dir", folder_.file("state")});
        return run_tradectl(words);
    }
    /// An order may fill in parts, so that there can be some more than the limit.
    std::size_t count_of(const std::string& what) {
        return on({what, "--json"}, "0").json().find("data")->find(what)->as_array()->size();
    }
    TemporaryFolder folder_;
};

TEST_F(AfterFills, EndlessDataEndWithTheLastFill) {
    const ChildResult run = on({"run"}, "2");
    EXPECT_EQ(run.exit_status, 0) << run.err;
    EXPECT_NE((run.out + run.err).find("ended by shutdown.after_fills: the books hold "),
              std::string::npos)
        << run.out << run.err;
    EXPECT_GE(count_of("fills"), 2U);
    EXPECT_LT(count_of("orders"), 4U);  // the data would go on
}

TEST_F(AfterFills, NoneStartsOnceTheBooksHoldThem) {
    ASSERT_EQ(on({"run"}, "2").exit_status, 0);
    const std::size_t before = count_of("fills");
    const ChildResult again = on({"run"}, "2");
    EXPECT_EQ(again.exit_status, 78);
    EXPECT_NE(again.err.find(" fills, limit 2"), std::string::npos) << again.err;
    EXPECT_EQ(count_of("fills"), before);
}

TEST_F(AfterFills, EarlierFillsCount) {
    ASSERT_EQ(on({"run"}, "1").exit_status, 0);
    const std::size_t before = count_of("fills");
    ASSERT_EQ(on({"run"}, std::to_string(before + 1)).exit_status, 0);
    EXPECT_GT(count_of("fills"), before);
    EXPECT_LT(count_of("orders"), 4U);
}

}  // namespace
}  // namespace tradectl::cli
