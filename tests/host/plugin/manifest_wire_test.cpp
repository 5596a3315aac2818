#include "host/plugin/manifest.hpp"

#include <gtest/gtest.h>

namespace tradectl::plugin {
namespace {

Expected<Manifest> manifest_with(std::string_view wire) {
    return parse_manifest(R"({"id":"a","kind":"exchange","version":"1","settings":{},"wire":)" +
                          std::string(wire) + "}");
}

TEST(ManifestWire, ReadsHostsHarmlessRequestsAndBuckets) {
    const auto manifest = manifest_with(R"({"hosts":["a.example","b.example:81"],
        "harmless":[{"method":"POST","host_setting":"rpc_url","path":"/","rpc":["eth_call"]},
                    {"method":"POST","path":"/books"}],
        "buckets":[{"name":"orders","per_second":40,"burst":60},
                   {"name":"slow","per_second":0.5,"burst":1}]})")
                              .value();
    ASSERT_TRUE(manifest.wire.has_value());
    const WireManifest& wire = *manifest.wire;
    EXPECT_EQ(wire.hosts, (std::vector<std::string>{"a.example", "b.example:81"}));
    ASSERT_EQ(wire.harmless.size(), 2U);
    EXPECT_EQ(wire.harmless[0].host_setting, "rpc_url");
    EXPECT_EQ(wire.harmless[0].rpc, std::vector<std::string>{"eth_call"});
    EXPECT_EQ(wire.harmless[1].path, "/books");
    ASSERT_EQ(wire.buckets.size(), 2U);
    EXPECT_EQ(wire.buckets[0].name, "orders");
    EXPECT_EQ(wire.buckets[1].per_second, 0.5);
}

TEST(ManifestWire, WithoutTheMemberAPluginReachesNoNetwork) {
    const auto manifest =
        parse_manifest(R"({"id":"a","kind":"exchange","version":"1","settings":{}})").value();
    EXPECT_FALSE(manifest.wire.has_value());
}

TEST(ManifestWire, NamesWhatIsWrong) {
    const auto error_of = [](std::string_view wire) { return manifest_with(wire).error().message; };
    EXPECT_EQ(error_of("[]"), "manifest: \"wire\": not an object");
    EXPECT_EQ(error_of(R"({"hosts":"a"})"), "manifest: \"wire\": \"hosts\" is not a list");
    EXPECT_EQ(error_of(R"({"hosts":[1]})"),
              "manifest: \"wire\": \"hosts\" holds what is not a text");
    EXPECT_EQ(error_of(R"({"harmless":[{"path":"/"}]})"),
              "manifest: \"wire\": \"harmless\": \"method\" is missing or not a text");
    EXPECT_EQ(error_of(R"({"harmless":[{"method":"POST","path":"x"}]})"),
              "manifest: \"wire\": \"harmless\": \"path\" is missing or does not begin with '/'");
    EXPECT_EQ(error_of(R"({"harmless":[{"method":"POST","path":"*"}]})"),
              "manifest: \"wire\": \"harmless\": \"path\" may be * with \"host_setting\" and "
              "\"rpc\" alone");
    EXPECT_EQ(error_of(R"({"buckets":[{"name":"o","per_second":0,"burst":1}]})"),
              "manifest: \"wire\": \"buckets\": \"o\": \"per_second\" is not 0.001 to 1000000");
    EXPECT_EQ(error_of(R"({"buckets":[{"name":"o","per_second":1}]})"),
              "manifest: \"wire\": \"buckets\": \"o\": \"burst\" is not 1 to 1000000");
}

}  // namespace
}  // namespace tradectl::plugin
