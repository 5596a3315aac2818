#include "tests/cli/child.hpp"

#include <tradectl/timestamp.hpp>

#include <gtest/gtest.h>

namespace tradectl::cli {
namespace {

struct UsageCase {
    std::vector<std::string> arguments;
    const char* message;
};

TEST(Frame, UsageErrorsAreOneClearLine) {
    const UsageCase cases[] = {
        {{}, "tradectl: a command is missing (see tradectl --help)\n"},
        {{"conifg"}, "tradectl: unknown command 'conifg' (did you mean 'config'?)\n"},
        {{"config", "chekc"}, "tradectl: unknown command 'chekc' (did you mean 'check'?)\n"},
        {{"config"}, "tradectl: a command is missing (see tradectl config --help)\n"},
        {{"config", "check", "--jsno"},
         "tradectl: unknown option '--jsno' (did you mean '--json'?)\n"},
        {{"config", "schema", "extra"},
         "tradectl: unexpected argument 'extra' (see tradectl config schema --help)\n"},
        {{"config", "new"}, "tradectl: KIND is missing (see tradectl config new --help)\n"},
        {{"config", "new", "demo"},
         "tradectl: KIND: 'demo' is not one of paper, backtest, live "
         "(see tradectl config new --help)\n"},
        {{"config", "check"},
         "tradectl: CONFIG is missing (give it after tradectl config check, by -c or by "
         "TRADECTL_CONFIG)\n"},
        {{"help", "nothing"},
         "tradectl: no help about 'nothing' (see tradectl help, or help exit-codes)\n"},
        {{"--timeout", "5", "config", "schema"},
         "tradectl: --timeout: '5' is not a duration (a number and ns, us, ms, s, m, h or d: 5ms) "
         "(see tradectl --help)\n"},
    };
    for (const auto& [arguments, message] : cases) {
        const ChildResult result = run_tradectl(arguments);
        EXPECT_EQ(result.exit_status, 64) << message;
        EXPECT_EQ(result.err, message);
        EXPECT_EQ(result.out, "") << message;
    }
}

TEST(Frame, NoCommandIsAbbreviated) {
    for (const char* word : {"conf", "c", "comp", "h"})
        EXPECT_EQ(run_tradectl({word}).exit_status, 64) << word;
    EXPECT_EQ(run_tradectl({"config", "sch"}).exit_status, 64);
    EXPECT_EQ(run_tradectl({"config", "schema", "--js"}).exit_status, 64);
}

TEST(Frame, AMissingOptionValueIsAUsageError) {
    for (const char* option : {"--set", "--seed", "-c", "--timeout"})
        EXPECT_EQ(run_tradectl({"config", "show", option}).exit_status, 64) << option;
}

TEST(Frame, JsonIsOneDocumentOnSuccess) {
    const ChildResult result = run_tradectl({"config", "schema", "--json"});
    EXPECT_EQ(result.exit_status, 0);
    const Json document = result.json();
    EXPECT_EQ(document.find_text("schema"), "tradectl.answer/1");
    EXPECT_EQ(document.find_text("command"), "config schema");
    EXPECT_EQ(document.find("ok")->as_boolean(), true);
    EXPECT_EQ(document.find("exit_code")->as_integer(), 0);
    for (const char* key : {"started_at", "finished_at"})
        EXPECT_TRUE(Timestamp::parse(document.find_text(key).value_or(""))) << key;
    EXPECT_TRUE(document.find("errors")->as_array()->empty());
    EXPECT_TRUE(document.find("warnings")->as_array()->empty());
}

TEST(Frame, JsonIsOneDocumentOnFailureToo) {
    const std::vector<std::vector<std::string>> lines = {
        {"--json"},
        {"nothing", "--json"},
        {"config", "check", "--json"},
        {"config", "check", "/nonexistent.yaml", "--json"},
        {"config", "check", "--no-such-option", "--json"},
        {"--json", "--seed"}};
    for (const auto& arguments : lines) {
        const ChildResult result = run_tradectl(arguments);
        const Json document = result.json();
        ASSERT_FALSE(document.is_null());
        EXPECT_EQ(document.find("ok")->as_boolean(), false);
        EXPECT_EQ(document.find("exit_code")->as_integer(), result.exit_status);
        ASSERT_EQ(document.find("errors")->as_array()->size(), 1U);
        EXPECT_NE(result.err, "");
    }
}

TEST(Frame, AFullStandardOutputIsAnIoError) {
    const ChildResult result = run_tradectl({"config", "schema"}, {.stdout_path = "/dev/full"});
    EXPECT_EQ(result.exit_status, 74);
    EXPECT_EQ(result.err, "tradectl: standard output: cannot be written\n");
}

TEST(Frame, QuietPrintsNothingWhenAllIsWell) {
    const ChildResult result = run_tradectl({"config", "schema", "-q"});
    EXPECT_EQ(result.exit_status, 0);
    EXPECT_EQ(result.out + result.err, "");
    EXPECT_NE(run_tradectl({"config", "check", "/nonexistent", "-q"}).err, "");
}

TEST(Frame, GlobalOptionsStandAnywhere) {
    for (const auto& arguments : {std::vector<std::string>{"--json", "config", "schema"},
                                  {"config", "--json", "schema"},
                                  {"config", "schema", "--json"}})
        EXPECT_EQ(run_tradectl(arguments).json().find("ok")->as_boolean(), true);
}

TEST(Frame, VersionNamesBuildAndPluginAbi) {
    const ChildResult result = run_tradectl({"--version"});
    EXPECT_EQ(result.exit_status, 0);
    EXPECT_EQ(result.out.substr(0, 9), "tradectl ");
    EXPECT_NE(result.out.find("plugin ABI 0.2)"), std::string::npos) << result.out;
    const Json document = run_tradectl({"--version", "--json"}).json();
    EXPECT_EQ(document.find("data")->find_text("plugin_abi"), "0.2");
}

TEST(Frame, TheConfigurationMayComeFromTheEnvironment) {
    const ChildResult result = run_tradectl(
        {"config", "check"},
        {.environment = {{"TRADECTL_CONFIG", TRADECTL_SOURCE_DIR "/configs/demo.yaml"}}});
    EXPECT_EQ(result.exit_status, 0) << result.err;
}

TEST(Frame, ABadDurationInTheEnvironmentIsAUsageError) {
    const ChildResult result =
        run_tradectl({"config", "schema"}, {.environment = {{"TRADECTL_TIMEOUT", "soon"}}});
    EXPECT_EQ(result.exit_status, 64);
    EXPECT_EQ(result.err.substr(0, 35), "tradectl: TRADECTL_TIMEOUT: 'soon' ");
}

}  // namespace
}  // namespace tradectl::cli
