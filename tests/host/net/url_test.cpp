#include "host/net/url.hpp"

#include <gtest/gtest.h>

namespace tradectl::net {
namespace {

Url good(const std::string& text) {
    const auto url = parse_url(text);
    EXPECT_TRUE(url) << text;
    return url ? *url : Url();
}

TEST(Url, HasItsParts) {
    const Url url = good("https://hooks.example:8443/services/T0?x=1/2");
    EXPECT_EQ(url.scheme, Scheme::Https);
    EXPECT_EQ(url.host, "hooks.example");
    EXPECT_EQ(url.port, 8443);
    EXPECT_EQ(url.target, "/services/T0?x=1/2");
    EXPECT_EQ(url.authority(), "hooks.example:8443");
}

TEST(Url, MissingPartsHaveTheirUsualValues) {
    EXPECT_EQ(good("https://a").port, 443);
    EXPECT_EQ(good("HTTP://a").port, 80);
    EXPECT_EQ(good("https://a").target, "/");
    EXPECT_EQ(good("https://a?x").target, "/?x");
    EXPECT_EQ(good("https://a:443").authority(), "a");
    EXPECT_EQ(good("https://[::1]:9/").host, "::1");
    EXPECT_EQ(good("https://[::1]:9/").authority(), "[::1]:9");
}

TEST(Url, KnowsThisMachine) {
    for (const char* text :
         {"http://localhost/", "http://127.0.0.1:80", "http://127.1.2.3", "http://[::1]"})
        EXPECT_TRUE(good(text).is_loopback()) << text;
    for (const char* text :
         {"http://localhost.example", "http://127.0.0.1.example", "http://128.0.0.1"})
        EXPECT_FALSE(good(text).is_loopback()) << text;
}

TEST(Url, AnythingElseIsRefusedWithoutRepeatingIt) {
    for (const char* text : {"",
                             "hooks.example/secret-token",
                             "ftp://a/secret-token",
                             "https:///secret-token",
                             "https://:80/secret-token",
                             "https://a:/secret-token",
                             "https://a:0/secret-token",
                             "https://a:65536/secret-token",
                             "https://a:8o/secret-token",
                             "https://user@a/secret-token",
                             "https://secret-token:x@a/",
                             "https://a/secret-token#part",
                             "https://a/secret token",
                             "https://a/secret-token\r\nHost: b",
                             "https://a\\b/secret-token",
                             "https://[::1/secret-token",
                             "https://[g]/secret-token",
                             "https://[::1]x/secret-token"}) {
        const auto url = parse_url(text);
        ASSERT_FALSE(url) << text;
        EXPECT_EQ(url.error().code, ErrorCode::InvalidArgument);
        EXPECT_EQ(url.error().message.find("token"), std::string::npos) << url.error().message;
    }
}

}  // namespace
}  // namespace tradectl::net
