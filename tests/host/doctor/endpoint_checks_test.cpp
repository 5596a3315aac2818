#include "host/doctor/endpoint_checks.hpp"

#include "tests/net_support/web_server.hpp"

#include <gtest/gtest.h>

namespace tradectl::doctor {
namespace {

class EndpointChecks : public ::testing::Test {
  protected:
    static Json settings(const std::string& url) {
        Json out = Json::object();
        out.set("clob_url", url);
        out.set("name", "no URL");
        return out;
    }
    static EndpointScope scope(const net::WebServer& server) {
        EndpointScope out{.exchange = "pm",
                          .hosts = {"localhost:" + std::to_string(server.port())},
                          .network = {},
                          .timeout_ns = 10 * kNsPerSecond};
        out.network.ca_file = server.ca_file();
        return out;
    }
};

TEST_F(EndpointChecks, AnyAnswerIsAnAnswerAndSecretsStayAtHome) {
    net::WebServer server({.statuses = {405}});
    const Checks checks = check_endpoints(scope(server), settings(server.url("/token-of-ours")));
    ASSERT_EQ(checks.size(), 1U);
    EXPECT_EQ(checks[0].verdict, Verdict::Ok) << checks[0].text;
    EXPECT_EQ(checks[0].name, "endpoint:pm:localhost:" + std::to_string(server.port()));
    EXPECT_EQ(server.wait_for(1)[0].find("token-of-ours"), std::string::npos);
}

TEST_F(EndpointChecks, EachHostIsAskedOnceInListsToo) {
    net::WebServer server;
    Json many = settings(server.url());
    Json list = Json::array();
    list.push(server.url("/a"));
    list.push("wss://localhost:" + std::to_string(server.port()) + "/ws");
    many.set("rpc_urls", std::move(list));
    EXPECT_EQ(check_endpoints(scope(server), many).size(), 1U);
}

TEST_F(EndpointChecks, AHostThatIsNotListedIsNotAsked) {
    net::WebServer server;
    EndpointScope other = scope(server);
    other.hosts = {"localhost"};
    const Checks checks = check_endpoints(other, settings(server.url()));
    ASSERT_EQ(checks.size(), 1U);
    EXPECT_EQ(checks[0].verdict, Verdict::Fail);
    EXPECT_EQ(checks[0].text, "is not in exchanges[pm].network.hosts");
}

TEST_F(EndpointChecks, ACertificateThatDoesNotHoldIsAFault) {
    net::WebServer server;
    EndpointScope unrooted = scope(server);
    unrooted.network.ca_file = net::WebServer().ca_file() + ".none";
    const Checks checks = check_endpoints(unrooted, settings(server.url()));
    ASSERT_EQ(checks.size(), 1U);
    EXPECT_EQ(checks[0].verdict, Verdict::Fail) << checks[0].text;
    const net::WebServer stranger;
    unrooted.network.ca_file = stranger.ca_file();
    EXPECT_EQ(check_endpoints(unrooted, settings(server.url()))[0].verdict, Verdict::Fail);
}

TEST_F(EndpointChecks, NobodyThereIsUnknown) {
    std::string url;
    EndpointScope gone;
    {
        net::WebServer server({.tls = net::WebServerOptions::Tls::Off});
        url = server.url();
        gone = scope(server);
        gone.network.ca_file.clear();
    }
    const Checks checks = check_endpoints(gone, settings(url));
    ASSERT_EQ(checks.size(), 1U);
    EXPECT_EQ(checks[0].verdict, Verdict::Unknown) << checks[0].text;
}

TEST_F(EndpointChecks, BehindAProxyNothingIsAsked) {
    net::WebServer server;
    EndpointScope proxied = scope(server);
    proxied.network.proxy = "http://127.0.0.1:1";
    EXPECT_EQ(check_endpoints(proxied, settings(server.url()))[0].verdict, Verdict::Skip);
}

}  // namespace
}  // namespace tradectl::doctor
