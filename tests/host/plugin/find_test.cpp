#include "host/plugin/find.hpp"

#include "tests/host/plugin/plugin_directories.hpp"

#include <filesystem>

#include <gtest/gtest.h>

namespace tradectl::plugin {
namespace {

class Find : public PluginDirectories {};

TEST_F(Find, TheFirstOnThePathWinsAndTheOthersAreListed) {
    const std::string first = put("a/x.so");
    const std::string second = put("b/x.so");
    put("b/y.so");
    EXPECT_EQ(find(both(), "x").value(), first);
    const auto candidates = list_candidates(both());
    ASSERT_EQ(candidates.size(), 3u);
    EXPECT_EQ(candidates[0].shadowed_by, "");
    EXPECT_EQ(candidates[1].path, second);
    EXPECT_EQ(candidates[1].shadowed_by, first);
    EXPECT_EQ(candidates[2].name, "y");
}

TEST_F(Find, ARefusedFirstOneIsNotPassedOver) {
    const std::string first = put("a/x.so");
    put("b/x.so");
    std::filesystem::permissions(first, std::filesystem::perms::all);
    EXPECT_EQ(find(both(), "x").error().code, ErrorCode::Permission);
}

TEST_F(Find, NotFoundNamesEveryPlace) {
    EXPECT_EQ(find(both(), "x").error().message,
              "plugin x: not found in " + directory_.file("a") + ", " + directory_.file("b"));
}

TEST_F(Find, ANameMayBeAnAbsolutePathButNotARelativeOne) {
    const std::string path = put("a/x.so");
    EXPECT_EQ(find({}, path).value(), path);
    EXPECT_EQ(find({}, "a/x.so").error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(find({}, "../x").error().code, ErrorCode::InvalidArgument);
}

TEST_F(Find, OtherFilesAndMissingDirectoriesArePassedOver) {
    directory_.write("a/notes.txt", "x");
    SearchPath path = both();
    path.entries.push_back({Origin::DataHome, directory_.file("missing")});
    EXPECT_TRUE(list_candidates(path).empty());
}

TEST_F(Find, ThePathHasTheDocumentedOrder) {
    const auto env = [](const char* name) -> const char* {
        const std::string_view key = name;
        if (key == "TRADECTL_PLUGIN_PATH") return "/p1:/p2";
        return key == "XDG_DATA_HOME" ? "/data" : nullptr;
    };
    const auto path = make_search_path({"/f/x.so"}, {"/c"}, env).value();
    std::vector<std::string> texts;
    for (const auto& entry : path.entries)
        texts.push_back(std::string(to_string(entry.origin)) + " " + entry.path);
    ASSERT_EQ(texts.size(), 7u);
    EXPECT_EQ(std::vector<std::string>(texts.begin(), texts.begin() + 5),
              (std::vector<std::string>{"--plugin /f/x.so",
                                        "TRADECTL_PLUGIN_PATH /p1",
                                        "TRADECTL_PLUGIN_PATH /p2",
                                        "config /c",
                                        "data home /data/tradectl/plugins"}));
    EXPECT_TRUE(texts[5].starts_with("libdir /"));
    EXPECT_EQ(texts[6], "build tree " TRADECTL_BINARY_DIR "/plugins");
}

TEST_F(Find, TheCurrentDirectoryIsNeverSearched) {
    for (const char* value : {".", "plugins", "/a::/b", ":/a"}) {
        const auto env = [&](const char* name) {
            return std::string_view(name) == "TRADECTL_PLUGIN_PATH" ? value : nullptr;
        };
        EXPECT_EQ(make_search_path({}, {}, env).error().code, ErrorCode::InvalidArgument) << value;
    }
    EXPECT_FALSE(make_search_path({}, {"relative"}));
}

TEST_F(Find, AnOptionNamesOneFileBeforeAllDirectories) {
    const std::string file = put("b/x.so");
    put("a/x.so");
    SearchPath path = both();
    path.entries.insert(path.entries.begin(), {Origin::Option, file});
    EXPECT_EQ(find(path, "x").value(), file);
    EXPECT_EQ(list_candidates(path).size(), 2u) << "the same file is not its own shadow";
}

}  // namespace
}  // namespace tradectl::plugin
