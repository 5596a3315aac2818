#include "host/exchange/reach.hpp"

#include <gtest/gtest.h>

namespace tradectl::exchange {
namespace {

std::span<const std::byte> bytes(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

class ReachTest : public testing::Test {
  protected:
    plugin::WireManifest manifest_{
        .hosts = {},
        .harmless = {{.method = "POST", .host_setting = "api", .path = "/auth/key", .rpc = {}},
                     {.method = "POST",
                      .host_setting = "nodes",
                      .path = "*",
                      .rpc = {"eth_call", "eth_chainId"}},
                     {.method = "POST", .host_setting = "missing", .path = "/free", .rpc = {}}},
        .buckets = {}};
    Json settings_ = parse_json(R"({"api":"https://api.example",
        "nodes":["https://a.example","http://127.0.0.1:8545/"]})")
                         .value();
    Reach reach_{manifest_, settings_};

    bool post(std::string_view url, std::string_view body = "") {
        return reach_.is_harmless("POST", url, bytes(body));
    }
};

TEST_F(ReachTest, ReadingIsAlwaysHarmless) {
    EXPECT_TRUE(reach_.is_harmless("GET", "https://api.example/order", {}));
    EXPECT_TRUE(reach_.is_harmless("HEAD", "https://other.example/", {}));
    EXPECT_FALSE(reach_.is_harmless("get", "https://api.example/", {}));
}

TEST_F(ReachTest, ActsNeedAStepUnlessListedByMethodHostAndPath) {
    EXPECT_TRUE(post("https://api.example/auth/key"));
    EXPECT_TRUE(post("https://api.example/auth/key?nonce=1"));
    EXPECT_FALSE(post("https://api.example/order"));
    EXPECT_FALSE(post("https://api.example/auth/key/more"));
    EXPECT_FALSE(post("https://api.example:444/auth/key"));
    EXPECT_FALSE(post("https://evil.example/auth/key"));
    EXPECT_FALSE(reach_.is_harmless("DELETE", "https://api.example/auth/key", {}));
    EXPECT_FALSE(post("not a url"));
}

TEST_F(ReachTest, WhatFollowsAHostInASettingIsPrivate) {
    EXPECT_TRUE(reach_.private_parts().empty());
    const Json settings =
        parse_json(R"({"api":"https://api.example/?","nodes":["https://a.example/v2/key?k=v"]})")
            .value();
    EXPECT_EQ(Reach(manifest_, settings).private_parts(),
              (std::vector<std::string>{"/v2/key", "k=v"}));
}

TEST_F(ReachTest, AHostThatNoSettingNamesMatchesNothing) {
    EXPECT_FALSE(post("https://api.example/free"));
}

TEST_F(ReachTest, OfJsonRpcEveryCallMustBeListed) {
    const std::string node = "http://127.0.0.1:8545/";
    EXPECT_TRUE(post(node, R"({"jsonrpc":"2.0","method":"eth_call"})"));
    EXPECT_TRUE(post("https://a.example/v2/somebodys-key",
                     R"([{"method":"eth_call"},{"method":"eth_chainId"}])"));
    EXPECT_FALSE(post(node, R"({"method":"eth_sendRawTransaction"})"));
    EXPECT_FALSE(post(node, R"([{"method":"eth_call"},{"method":"eth_sendRawTransaction"}])"));
    EXPECT_FALSE(post(node, R"({"method":"eth_call","method":"eth_sendRawTransaction"})"));
    EXPECT_FALSE(post(node, "[]"));
    EXPECT_FALSE(post(node, "{}"));
    EXPECT_FALSE(post(node, "no json"));
    EXPECT_FALSE(post("https://b.example/", R"({"method":"eth_call"})"));
}

}  // namespace
}  // namespace tradectl::exchange
