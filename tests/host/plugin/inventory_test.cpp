#include "host/plugin/inventory.hpp"

#include "tests/host/plugin/plugin_directories.hpp"

#include <gtest/gtest.h>

namespace tradectl::plugin {
namespace {

class Inventory : public PluginDirectories {};

TEST_F(Inventory, ShowsWhatThePluginSaysWithoutLoadingIt) {
    put("a/zoo.so", "strategy");
    const auto items = take_inventory(both());
    ASSERT_EQ(items.size(), 1u);
    const Json json = to_json(items[0]);
    EXPECT_EQ(json.find_text("id"), "zoo.strategy");
    EXPECT_EQ(json.find_text("kind"), "strategy");
    EXPECT_EQ(json.find_text("abi"), "0.2");
    EXPECT_EQ(json.find_text("sha256")->size(), 64u);
    EXPECT_EQ(json.find("capabilities")->dump(), R"(["kv"])");
    EXPECT_EQ(json.find("settings")->find_text("type"), "object");
    EXPECT_TRUE(json.find("refused")->is_null());
    EXPECT_TRUE(json.find("shadowed_by")->is_null());
}

TEST_F(Inventory, ListsRefusedPluginsWithTheReason) {
    put("a/major.so", "wrong_major");
    directory_.write("a/text.so", "hello");
    put("b/major.so");
    const auto items = take_inventory(both());
    ASSERT_EQ(items.size(), 3u);
    EXPECT_NE(items[0].refused.find("another major"), std::string::npos);
    EXPECT_EQ(items[0].entry->abi_major, 7);
    EXPECT_FALSE(items[0].manifest);
    EXPECT_NE(items[1].refused.find("not a tradectl plugin"), std::string::npos);
    EXPECT_FALSE(items[1].entry);
    EXPECT_EQ(items[2].candidate.shadowed_by, items[0].candidate.path);
    EXPECT_EQ(items[2].refused, "");
}

TEST_F(Inventory, AFileThatOthersMayWriteIsDescribedAndRefused) {
    const std::string path = put("a/x.so");
    std::filesystem::permissions(path, std::filesystem::perms::all);
    const auto items = take_inventory(both());
    EXPECT_NE(items.at(0).refused.find("writable by group or others"), std::string::npos);
    EXPECT_EQ(items.at(0).manifest->id, "zoo.bare");
}

TEST_F(Inventory, AMissingOptionFileIsListed) {
    const auto items = take_inventory({{{Origin::Option, directory_.file("no.so")}}});
    ASSERT_EQ(items.size(), 1u);
    EXPECT_NE(items[0].refused.find("No such file"), std::string::npos);
    EXPECT_EQ(items[0].sha256, "");
}

}  // namespace
}  // namespace tradectl::plugin
