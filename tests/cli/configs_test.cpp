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
        if (entry.path().extension() != ".yaml") continue;
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

TEST(Configs, TheUnitIsOneThatSystemdTakes) {
    const std::string verify = "/usr/bin/systemd-analyze";
    if (!std::filesystem::exists(verify)) GTEST_SKIP() << "skipped: no systemd-analyze";
    const TemporaryFolder folder;
    std::string unit = read_text(kFolder / "tradectl@.service");
    const std::string program = "/usr/bin/tradectl";
    ASSERT_NE(unit.find(program), std::string::npos);
    unit.replace(unit.find(program), program.size(), TRADECTL_BINARY_DIR "/bin/tradectl");
    const std::string path = folder.write("tradectl@demo.service", unit);
    const ChildResult result =
        run_program_at(verify, {"verify", "--man=no", "--recursive-errors=no", path});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.err.find("Unknown"), std::string::npos) << result.err;
    for (const char* line : {"Type=notify\n",
                             "RestartPreventExitStatus=2 3 64 65 74 77 78\n",
                             "StateDirectory=tradectl\n"})
        EXPECT_NE(unit.find(line), std::string::npos) << line;
}

}  // namespace
}  // namespace tradectl::cli
