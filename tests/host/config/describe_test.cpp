#include "host/config/describe.hpp"

#include "host/config/rule.hpp"
#include "tests/host/config/config_fixture.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace tradectl::config {
namespace {

TEST_F(ConfigTest, EveryStarterLoads) {
    for (const StarterKind& kind : starter_kinds()) {
        const auto text = new_config(kind.name);
        ASSERT_TRUE(text) << kind.name;
        EXPECT_EQ(errors_of(load(*text)), "") << kind.name;
    }
    EXPECT_EQ(new_config("nothing").error().code, ErrorCode::NotFound);
}

TEST(Configs, EveryExampleLoads) {
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(TRADECTL_SOURCE_DIR "/configs")) {
        if (entry.path().extension() != ".yaml") continue;
        LoadOptions options = options_for(entry.path().string());
        options.environment.clear();
        const auto text = read_source(entry.path().string());
        ASSERT_TRUE(text);
        const Outcome outcome = load_text(*text, options);
        EXPECT_TRUE(outcome.document) << to_error(outcome.errors).message;
        ++count;
    }
    EXPECT_GE(count, 4);
}

TEST_F(ConfigTest, ShowTellsWhereEachValueComesFrom) {
    flag("seed", "9");
    const Outcome outcome = load(kMinimal);
    ASSERT_TRUE(outcome.document);
    const std::vector<ShownValue> values = show(*outcome.document);
    const auto find = [&](std::string_view path) {
        return *std::find_if(
            values.begin(), values.end(), [&](const ShownValue& v) { return v.path == path; });
    };
    EXPECT_EQ(find("name").origin, "demo.yaml:1:7");
    EXPECT_EQ(find("seed").value, "9");
    EXPECT_EQ(find("seed").origin, "--set seed");
    EXPECT_EQ(find("mode").origin, "default");
    EXPECT_EQ(find("strategies[0].instruments[0]").value, "BTC-USD");
}

TEST_F(ConfigTest, SecretsAreRedactedEverywhere) {
    options_.environment = {{"VENUE_TOKEN", "hidden-one"}};
    flag("exchanges.paper.settings.api_key", "hidden-two");
    flag("strategies.m.settings.deep.password", "hidden-three");
    flag("alerts.webhook.url", "https://hooks.example/hidden-four");
    minimal_.replace(minimal_.find("plugin: paper"), 13, "plugin: \"${VENUE_TOKEN}\"");
    const Outcome outcome = load(minimal_);
    ASSERT_TRUE(outcome.document) << errors_of(outcome);
    std::string text = to_json(*outcome.document).dump();
    for (const ShownValue& value : show(*outcome.document))
        text += value.value + "\n";
    EXPECT_EQ(text.find("hidden"), std::string::npos) << text;
    EXPECT_NE(text.find("[secret]"), std::string::npos);
    EXPECT_EQ(outcome.document->config.exchanges[0].plugin, "hidden-one");
    EXPECT_EQ(outcome.document->config.alerts.webhook_url, "https://hooks.example/hidden-four");
}

/// All key paths of a rule, lists and maps included.
void collect_paths(const Rule& rule, const std::string& path, std::vector<std::string>& out) {
    for (const Rule& child : rule.children) {
        const std::string below = child.name.empty() ? path
                                  : path.empty()     ? child.name
                                                     : path + "." + child.name;
        if (!child.name.empty()) out.push_back(below);
        collect_paths(child, below, out);
    }
}

TEST(Schema, NamesEveryKeyOfTheTable) {
    const Json json = schema();
    EXPECT_EQ(json.find_text("$schema"), "https://json-schema.org/draft/2020-12/schema");
    std::vector<std::string> paths;
    collect_paths(config_rules(), "", paths);
    EXPECT_GT(paths.size(), 90U);
    for (const std::string& path : paths) {
        const Json* node = &json;
        std::istringstream words(path);
        for (std::string word; std::getline(words, word, '.');) {
            if (const Json* items = node->find("items")) node = items;
            node = node->find("properties")->find(word);
            ASSERT_NE(node, nullptr) << path;
        }
        EXPECT_TRUE(node->find_text("description")) << path;
    }
}

TEST(Schema, CarriesBoundsDefaultsAndChoices) {
    const Json json = schema();
    const Json& keys = *json.find("properties");
    EXPECT_EQ(keys.find("seed")->find("minimum")->as_integer(), 0);
    EXPECT_EQ(keys.find("mode")->find("enum")->dump(), R"(["backtest","paper","live"])");
    EXPECT_EQ(keys.find("mode")->find_text("default"), "paper");
    EXPECT_EQ(keys.find("name")->find_text("pattern"), "^[a-z0-9-]{1,40}$");
    EXPECT_EQ(json.find("required")->dump(), R"(["name","exchanges","instruments"])");
}

TEST(ManualPage, NamesEveryKeyOfTheTable) {
    std::ifstream file(TRADECTL_SOURCE_DIR "/man/tradectl.yaml.5");
    std::stringstream content;
    content << file.rdbuf();
    const std::string text = content.str();
    ASSERT_FALSE(text.empty());
    std::vector<std::string> paths;
    collect_paths(config_rules(), "", paths);
    for (const std::string& path : paths) {
        const std::string key = path.substr(path.rfind('.') + 1);
        EXPECT_NE(text.find(".It Cm " + key), std::string::npos) << path;
    }
}

}  // namespace
}  // namespace tradectl::config
