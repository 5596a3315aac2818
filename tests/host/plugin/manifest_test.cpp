#include "host/plugin/manifest.hpp"

#include <gtest/gtest.h>

namespace tradectl::plugin {
namespace {

TEST(Manifest, ReadsEveryKey) {
    const auto manifest = parse_manifest(R"({"id":"a","kind":"exchange","version":"1","vendor":"v",
        "license":"l","description":"d","capabilities":["x","y"],"settings":{"type":"object"},
        "later":true})")
                              .value();
    EXPECT_EQ(manifest.id, "a");
    EXPECT_EQ(manifest.kind, PluginKind::Exchange);
    EXPECT_EQ(manifest.version, "1");
    EXPECT_EQ(manifest.vendor, "v");
    EXPECT_EQ(manifest.license, "l");
    EXPECT_EQ(manifest.description, "d");
    EXPECT_EQ(manifest.capabilities, (std::vector<std::string>{"x", "y"}));
    EXPECT_EQ(manifest.settings.dump(), R"({"type":"object"})");
}

TEST(Manifest, TheTerminatingNulIsNotPartOfIt) {
    const std::string text = R"({"id":"a","kind":"strategy","version":"1","settings":{}})";
    EXPECT_TRUE(parse_manifest(text + std::string(2, '\0')));
    EXPECT_FALSE(parse_manifest(std::string(1, '\0') + text));
}

TEST(Manifest, NamesTheKeyThatIsWrong) {
    const auto error_of = [](std::string_view text) {
        return parse_manifest(text).error().message;
    };
    EXPECT_EQ(error_of("[]"), "manifest: not an object");
    EXPECT_EQ(error_of(R"({"id":5})"), "manifest: \"id\" is missing or not a text");
    EXPECT_EQ(error_of(R"({"id":"a"})"), "manifest: \"version\" is missing or not a text");
    EXPECT_EQ(error_of(R"({"id":"a","version":"1","kind":"robot"})"),
              "manifest: \"kind\" must be \"strategy\" or \"exchange\"");
    const std::string start = R"({"id":"a","version":"1","kind":"strategy",)";
    EXPECT_EQ(error_of(start + R"("settings":[]})"),
              "manifest: \"settings\" is missing or not an object");
    EXPECT_EQ(error_of(start + R"("settings":{},"vendor":1})"),
              "manifest: \"vendor\" is not a text");
    EXPECT_EQ(error_of(start + R"("settings":{},"capabilities":[1]})"),
              "manifest: \"capabilities\" holds what is not a text");
}

}  // namespace
}  // namespace tradectl::plugin
