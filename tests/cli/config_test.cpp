#include "tests/cli/child.hpp"

#include <filesystem>

#include <gtest/gtest.h>
#include <unistd.h>

namespace tradectl::cli {
namespace {

constexpr const char* kDemo = TRADECTL_SOURCE_DIR "/configs/demo.yaml";

TEST(CmdConfig, EveryStarterPassesTheCheck) {
    for (const char* kind : {"paper", "backtest", "live"}) {
        const ChildResult starter = run_tradectl({"config", "new", kind});
        ASSERT_EQ(starter.exit_status, 0);
        const ChildResult check = run_tradectl({"config", "check", "-"}, {.input = starter.out});
        EXPECT_EQ(check.exit_status, 0) << kind << check.err;
        EXPECT_EQ(check.out.substr(0, 11), "stdin: vali") << check.out;
    }
}

TEST(CmdConfig, NewNeverOverwrites) {
    const TemporaryFolder folder;
    EXPECT_EQ(run_tradectl({"config", "new", "paper", "-o", folder.file("a.yaml")}).exit_status, 0);
    const std::string before = read_text(folder.file("a.yaml"));
    const ChildResult second =
        run_tradectl({"config", "new", "live", "--out", folder.file("a.yaml")});
    EXPECT_EQ(second.exit_status, 64);
    EXPECT_NE(second.err.find("is there already"), std::string::npos);
    EXPECT_EQ(read_text(folder.file("a.yaml")), before);
    EXPECT_NE(before, "");
}

TEST(CmdConfig, NewIntoNowhereFails) {
    const ChildResult result =
        run_tradectl({"config", "new", "paper", "-o", "/nonexistent/a.yaml"});
    EXPECT_EQ(result.exit_status, 77) << result.err;
}

TEST(CmdConfig, CheckNamesEveryProblemWithItsPlace) {
    const TemporaryFolder folder;
    const std::string path = folder.write("bad.yaml", "nmae: x\nmode: fast\nmode: live\n");
    const ChildResult result = run_tradectl({"config", "check", path});
    EXPECT_EQ(result.exit_status, 78);
    EXPECT_EQ(result.out, "");
    const std::string start = "tradectl: " + path;
    EXPECT_NE(result.err.find(start + ":3:1: duplicate key 'mode' (first written in line 2)"),
              std::string::npos)
        << result.err;
    EXPECT_NE(result.err.find(start + ":1:1: nmae: unknown key 'nmae' (did you mean 'name'?)"),
              std::string::npos);
    EXPECT_NE(result.err.find("mode: 'fast' is not one of backtest, paper, live"),
              std::string::npos);
}

TEST(CmdConfig, CheckInJsonHasAnObjectForEachProblem) {
    const ChildResult result =
        run_tradectl({"config", "check", "-", "--json"}, {.input = "seed: x\nname: y\n"});
    EXPECT_EQ(result.exit_status, 78);
    const Json document = result.json();
    const Json* errors = document.find("errors");
    ASSERT_EQ(errors->as_array()->size(), 3U);
    bool found = false;
    for (const Json& error : *errors->as_array()) {
        EXPECT_EQ(error.find_text("code"), "config");
        if (error.find_text("key") != "seed") continue;
        found = true;
        EXPECT_EQ(error.find("line")->as_integer(), 1);
        EXPECT_EQ(error.find("column")->as_integer(), 7);
        EXPECT_EQ(error.find_text("reason"), "'x' is not a whole number");
    }
    EXPECT_TRUE(found);
}

TEST(CmdConfig, FilesThatCannotBeReadHaveTheirOwnStatus) {
    const TemporaryFolder folder;
    EXPECT_EQ(run_tradectl({"config", "check", folder.file("absent")}).exit_status, 78);
    EXPECT_EQ(run_tradectl({"config", "check", folder.path()}).exit_status, 74);
    if (::geteuid() == 0) return;  // root reads everything
    const std::string path = folder.write("closed.yaml", "name: x\n");
    std::filesystem::permissions(path, std::filesystem::perms::none);
    EXPECT_EQ(run_tradectl({"config", "check", path}).exit_status, 77);
}

TEST(CmdConfig, ShowTellsValueAndOriginOfEachLayer) {
    const ChildResult result = run_tradectl({"config", "show", kDemo, "--set", "speed=3"},
                                            {.environment = {{"TRADECTL_LOG_LEVEL", "debug"}}});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    const auto has = [&](const std::string& key, const std::string& value, const char* origin) {
        const std::size_t at = result.out.find("\n" + key + " ");
        ASSERT_NE(at, std::string::npos) << key;
        const std::string line = result.out.substr(at + 1, result.out.find('\n', at + 1) - at - 1);
        EXPECT_NE(line.find("  " + value + " "), std::string::npos) << line;
        EXPECT_NE(line.find(origin), std::string::npos) << line;
    };
    has("speed", "3", "--set speed");
    has("log.level", "debug", "TRADECTL_LOG_LEVEL");
    has("name", "demo", "demo.yaml:");
    has("recovery", "auto", "default");
}

TEST(CmdConfig, FlagsOfTheFrameAreLayersToo) {
    const Json document =
        run_tradectl(
            {"config", "show", "-c", kDemo, "--seed", "5", "--state-dir", "/tmp/x", "--json"})
            .json();
    const Json* config = document.find("data")->find("config");
    ASSERT_NE(config, nullptr);
    EXPECT_EQ(config->find("seed")->as_integer(), 5);
    EXPECT_EQ(config->find_text("state_dir"), "/tmp/x");
}

TEST(CmdConfig, ABadSetIsAUsageError) {
    EXPECT_EQ(run_tradectl({"config", "show", kDemo, "--set", "speed"}).exit_status, 64);
    EXPECT_EQ(run_tradectl({"config", "show", kDemo, "--set", "=3"}).exit_status, 64);
    EXPECT_EQ(run_tradectl({"config", "show", kDemo, "--set", "sped=3"}).exit_status, 78);
}

TEST(CmdConfig, WarningsReachBothForms) {
    const ChildResult result = run_tradectl({"config", "check", kDemo, "--json"},
                                            {.environment = {{"TRADECTL_SEDE", "1"}}});
    EXPECT_EQ(result.exit_status, 0);
    EXPECT_EQ(result.err,
              "tradectl: warning: TRADECTL_SEDE: sets nothing (did you mean TRADECTL_SEED?)\n");
    EXPECT_EQ(result.json().find("warnings")->as_array()->size(), 1U);
}

TEST(CmdConfig, SchemaIsJson) {
    const ChildResult result = run_tradectl({"config", "schema"});
    EXPECT_EQ(result.json().find_text("title"), "tradectl configuration");
}

}  // namespace
}  // namespace tradectl::cli
