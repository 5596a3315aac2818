#include "host/ops/ping.hpp"

#include "tests/host/base/temporary_directory.hpp"
#include "tests/net_support/web_server.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace tradectl::ops {
namespace {

std::string first_line(const std::string& request) {
    return request.substr(0, request.find("\r\n"));
}

PingTarget target_of(const net::WebServer& server, const std::string& path) {
    return {.url = server.url(path), .roots = server.ca_file()};
}

TEST(Ping, EachStateHasItsUrl) {
    net::WebServer server;
    const PingTarget target = target_of(server, "/ping/secret-uuid");
    EXPECT_TRUE(ping_start(target));
    EXPECT_TRUE(ping_exit(target, 0));
    EXPECT_TRUE(ping_exit(target, 69));
    EXPECT_TRUE(ping_fail(target));
    EXPECT_TRUE(ping_start(target_of(server, "/ping/slug/?create=1")));
    const auto requests = server.wait_for(5);
    ASSERT_EQ(requests.size(), 5u);
    EXPECT_EQ(first_line(requests[0]), "POST /ping/secret-uuid/start HTTP/1.1");
    EXPECT_EQ(first_line(requests[1]), "POST /ping/secret-uuid/0 HTTP/1.1");
    EXPECT_EQ(first_line(requests[2]), "POST /ping/secret-uuid/69 HTTP/1.1");
    EXPECT_EQ(first_line(requests[3]), "POST /ping/secret-uuid/fail HTTP/1.1");
    EXPECT_EQ(first_line(requests[4]), "POST /ping/slug/start?create=1 HTTP/1.1");
}

TEST(Ping, AnythingButSuccessFailsAndNamesNoSecret) {
    net::WebServer server({.statuses = {404}});
    const auto refused = ping_exit(target_of(server, "/secret-uuid"), 0);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "ping: answered with status 404");
    net::WebServer silent({.manner = net::WebServerOptions::Manner::Silent});
    PingTarget target = target_of(silent, "/secret-uuid");
    target.timeout_ns = 100 * kNsPerMillisecond;
    const auto late = ping_exit(target, 0);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, ErrorCode::Unavailable);
    EXPECT_EQ(late.error().message.find("secret"), std::string::npos) << late.error().message;
}

TEST(Ping, ItsUrlStandsInAPrivateFile) {
    const TemporaryDirectory folder;
    const std::string path = folder.write("url", "https://hc.example/secret-uuid\n");
    ::chmod(path.c_str(), 0600);
    const auto target = ping_target_in(path);
    ASSERT_TRUE(target) << target.error().message;
    EXPECT_EQ(target->url, "https://hc.example/secret-uuid");
    ::chmod(path.c_str(), 0644);
    EXPECT_EQ(ping_target_in(path).error().code, ErrorCode::Permission);
    EXPECT_EQ(ping_target_in(folder.file("none")).error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace tradectl::ops
