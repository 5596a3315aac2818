#include "host/config/layers.hpp"

#include "host/config/describe.hpp"
#include "tests/host/config/config_fixture.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace tradectl::config {
namespace {

TEST_F(ConfigTest, VariablesAreReplacedInsideOfText) {
    options_.environment = {{"WHO", "al"}, {"N", "7"}, {"EMPTY", ""}};
    minimal_.replace(0, 10, "");
    const Outcome outcome = load_with("name: x-${WHO}-${EMPTY}y\nseed: ${N}\n");
    ASSERT_TRUE(outcome.document) << errors_of(outcome);
    EXPECT_EQ(outcome.document->config.name, "x-al-y");
    EXPECT_EQ(outcome.document->config.seed, 7U);
}

TEST_F(ConfigTest, AnEscapedVariableStaysAsItIs) {
    const Outcome outcome = load_with("state_dir: /a/$${HOME}/$x\n");
    ASSERT_TRUE(outcome.document) << errors_of(outcome);
    EXPECT_EQ(outcome.document->config.state_dir, "/a/${HOME}/$x");
}

TEST_F(ConfigTest, AnUndefinedVariableIsAProblem) {
    EXPECT_EQ(errors_of(load_with("state_dir: ${NOPE}\n")),
              "demo.yaml:1:12: state_dir: environment variable NOPE is not set "
              "(set it, or write $${ for a plain ${)");
}

TEST_F(ConfigTest, ABrokenVariableIsAProblem) {
    for (const char* text : {"/a/${", "/a/${}", "/a/${1X}", "/a/${A B}", "/a/${A-b}"}) {
        const std::string errors = errors_of(load_with("state_dir: '" + std::string(text) + "'\n"));
        EXPECT_NE(errors.find("'${' without a variable's name"), std::string::npos) << text;
    }
}

TEST_F(ConfigTest, AVariablesTextIsNotExpandedAgain) {
    options_.environment = {{"A", "/x/${B}"}};
    const Outcome outcome = load_with("state_dir: ${A}\n");
    ASSERT_TRUE(outcome.document) << errors_of(outcome);
    EXPECT_EQ(outcome.document->config.state_dir, "/x/${B}");
}

TEST_F(ConfigTest, FlagsReachListItemsByNameAndIndex) {
    flag("instruments.BTC-USD.lot", "0.5");
    flag("strategies.0.settings.deep.key", "v");
    flag("strategies.0.settings.list", "[1, 2]");
    const Outcome outcome = load(kMinimal);
    ASSERT_TRUE(outcome.document) << errors_of(outcome);
    EXPECT_EQ(outcome.document->config.instruments[0].lot, *Decimal::parse("0.5"));
    const Node& settings = outcome.document->config.strategies[0].settings;
    EXPECT_EQ(settings.find("deep")->find("key")->text, "v");
    EXPECT_EQ(settings.find("list")->children.size(), 2U);
}

TEST_F(ConfigTest, FlagsReachANameWithDots) {
    minimal_ += "data: [{instrument: A.b, synth: {}}]\n";
    flag("instruments", "[{name: A.b, base: A, quote: B, tick: 1, lot: 1}]");
    flag("strategies", "[]");
    flag("instruments.A.b.tick", "2");
    const Outcome outcome = load(minimal_);
    ASSERT_TRUE(outcome.document) << errors_of(outcome);
    EXPECT_EQ(outcome.document->config.instruments[0].tick, Decimal::from_int(2));
}

TEST_F(ConfigTest, AFlagToNowhereIsAProblem) {
    for (const char* path : {"strategies.x.plugin", "strategies.1.plugin", "name.x", "a..b", ""}) {
        options_.overrides = {{path, "v", "--set"}};
        EXPECT_NE(errors_of(load(kMinimal)).find("no such place"), std::string::npos) << path;
    }
    options_.overrides = {{"sede", "1", "--set sede"}};
    EXPECT_EQ(errors_of(load(kMinimal)),
              "--set sede: sede: unknown key 'sede' (did you mean 'seed'?)");
}

TEST_F(ConfigTest, BadYamlInAFlagIsAProblem) {
    flag("instruments", "[{name: A");
    EXPECT_NE(errors_of(load(kMinimal)).find("not valid YAML"), std::string::npos);
}

/// A folder with value files.
class ValueFileTest : public ConfigTest {
  protected:
    ValueFileTest() {
        char name[] = "/tmp/tradectl-config-XXXXXX";
        directory_ = ::mkdtemp(name);
        options_.directory = directory_;
    }
    ~ValueFileTest() override { std::filesystem::remove_all(directory_); }

    void write(const std::string& name, const std::string& text, unsigned mode) {
        const auto path = std::filesystem::path(directory_) / name;
        std::ofstream(path) << text;
        std::filesystem::permissions(path, static_cast<std::filesystem::perms>(mode));
    }

    std::string directory_;
};

TEST_F(ValueFileTest, AFilesTextIsTrimmedAndSecret) {
    write("plugin", "  momentum\n\n", 0600);
    flag("strategies",
         "[{name: m, instruments: [BTC-USD], plugin_file: " + directory_ + "/plugin}]");
    const Outcome outcome = load(kMinimal);
    ASSERT_TRUE(outcome.document) << errors_of(outcome);
    EXPECT_EQ(outcome.document->config.strategies[0].plugin, "momentum");
    EXPECT_EQ(to_json(*outcome.document).dump().find("momentum"), std::string::npos);
}

TEST_F(ValueFileTest, ARelativeFileStartsAtTheConfiguration) {
    write("name", "from-file", 0400);
    minimal_.replace(0, 10, "name_file: name");
    const Outcome outcome = load(minimal_);
    ASSERT_TRUE(outcome.document) << errors_of(outcome);
    EXPECT_EQ(outcome.document->config.name, "from-file");
}

TEST_F(ValueFileTest, FilesOpenToOthersAreRefused) {
    for (const unsigned mode : {0604U, 0602U, 0620U, 0644U}) {
        write("name", "x", mode);
        minimal_ = std::string(kMinimal).replace(0, 10, "name_file: name");
        EXPECT_NE(errors_of(load(minimal_)).find("wants chmod 600"), std::string::npos) << mode;
    }
}

TEST_F(ValueFileTest, BadFilesAreRefused) {
    write("empty", " \n", 0600);
    write("large", std::string(64 * 1024 + 1, 'x'), 0600);
    std::filesystem::create_directory(directory_ + "/folder");
    const std::pair<const char*, const char*> cases[] = {{"empty", "is empty"},
                                                         {"large", "above the limit"},
                                                         {"folder", "not a regular file"},
                                                         {"absent", "No such file"},
                                                         {"/dev/zero", "not a regular file"}};
    for (const auto& [name, part] : cases) {
        minimal_ = std::string(kMinimal).replace(0, 10, "name_file: " + std::string(name));
        EXPECT_NE(errors_of(load(minimal_)).find(part), std::string::npos) << name;
    }
}

TEST_F(ValueFileTest, ValueAndFileTogetherAreRefused) {
    write("name", "x", 0600);
    EXPECT_EQ(errors_of(load_with("name_file: name\n")),
              "demo.yaml:1:1: name: is given twice, here as a file (keep one)");
}

}  // namespace
}  // namespace tradectl::config
