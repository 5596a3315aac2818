// redeem where there is nothing to redeem, and where it is not asked for twice. What it sends:
// tests/venues/polymarket/redeem_test.py.
#include "tests/cli/child.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::cli {
namespace {

constexpr const char* kDemo = TRADECTL_SOURCE_DIR "/configs/demo.yaml";

class Redeem : public testing::Test {
  protected:
    ChildResult on(const std::string& command, std::vector<std::string> words = {}) {
        words.insert(words.begin(), {command, kDemo});
        words.insert(words.end(),
                     {"--state-dir",
                      folder_.file("state"),
                      "--set",
                      "clock=real",
                      "--set",
                      "speed=100000",
                      "--set",
                      "data.0.synth.trades=100"});
        return run_tradectl(words);
    }

    TemporaryFolder folder_;
};

TEST_F(Redeem, AVenueThatPaysByItselfHasNothing) {
    ASSERT_EQ(on("run").exit_status, 0);
    const ChildResult listed = on("redeem");
    EXPECT_EQ(listed.exit_status, 0) << listed.err;
    EXPECT_EQ(listed.out, "nothing to redeem\na dry run: nothing was sent\n");
}

TEST_F(Redeem, IsConfirmedTwiceOrRefused) {
    ASSERT_EQ(on("run").exit_status, 0);
    EXPECT_EQ(on("redeem", {"--apply"}).exit_status, 64);
    EXPECT_EQ(on("redeem", {"--apply", "--confirm=another"}).exit_status, 64);
    EXPECT_EQ(on("redeem", {"--confirm=demo"}).exit_status, 64);
    const ChildResult paper = on("redeem", {"--apply", "--confirm=demo"});
    EXPECT_EQ(paper.exit_status, 78);
    EXPECT_NE(paper.err.find("mode is not live"), std::string::npos) << paper.err;
}

TEST_F(Redeem, NamesWhatIsNotThere) {
    EXPECT_EQ(on("redeem").exit_status, 77);
    ASSERT_EQ(on("run").exit_status, 0);
    const ChildResult unknown = on("redeem", {"--instrument", "NO-SUCH.paper"});
    EXPECT_EQ(unknown.exit_status, 64);
    EXPECT_NE(unknown.err.find("NO-SUCH.paper"), std::string::npos) << unknown.err;
}

}  // namespace
}  // namespace tradectl::cli
