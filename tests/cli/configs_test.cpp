// The configurations that come with the program.
#include "tests/cli/child.hpp"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

namespace tradectl::cli {
namespace {

const std::filesystem::path kFolder = TRADECTL_SOURCE_DIR "/configs";

TEST(Configs, AllPassTheCheckWithTheirPlugins) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
        const ChildResult check = run_tradectl({"config", "check", entry.path()});
        EXPECT_EQ(check.exit_status, 0) << entry.path() << ": " << check.err;
        ++count;
    }
    EXPECT_GE(count, 5U);
}

TEST(Configs, ScalpingTradesOnItsMadeUpMarket) {
    const TemporaryFolder folder;
    const ChildResult run = run_tradectl({"run",
                                          kFolder / "scalping-backtest.yaml",
                                          "--state-dir",
                                          folder.file("state"),
                                          "--set",
                                          "data.0.synth.trades=5000"});
    EXPECT_EQ(run.exit_status, 0) << run.err;
    EXPECT_NE(run.out.find(" buy "), std::string::npos);
    EXPECT_NE(run.out.find(" sell "), std::string::npos);
    EXPECT_NE(run.out.find("denied 0, rejected 0"), std::string::npos) << run.out;
}

}  // namespace
}  // namespace tradectl::cli
