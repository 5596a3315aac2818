// Requests to servers of this machine, with certificates that the test made.
#include "host/net/http_request.hpp"

#include "tests/net_support/web_server.hpp"

#include <atomic>

#include <gtest/gtest.h>

namespace tradectl::net {
namespace {

using Manner = WebServerOptions::Manner;
constexpr std::int64_t kShortNs = 200 * kNsPerMillisecond;

HttpRequest request_to(const WebServer& server) {
    return {.url = server.url("/hook/secret-token?a=b"),
            .body = "{\"x\":1}",
            .ca_file = server.ca_file(),
            .timeout_ns = 10 * kNsPerSecond};
}

Error failure_of(const HttpRequest& request) {
    const auto answer = http_request(request);
    EXPECT_FALSE(answer);
    if (answer) return {};
    EXPECT_EQ(answer.error().message.find("token"), std::string::npos) << answer.error().message;
    return answer.error();
}

TEST(HttpRequest, IsSentByTlsAndAnswered) {
    WebServer server({.statuses = {201}, .body = "thanks"});
    const auto answer = http_request(request_to(server));
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 201);
    EXPECT_EQ(answer->body, "thanks");
    const auto requests = server.wait_for(1);
    ASSERT_EQ(requests.size(), 1u);
    EXPECT_TRUE(requests[0].starts_with("POST /hook/secret-token?a=b HTTP/1.1\r\n"));
    EXPECT_NE(requests[0].find("Host: localhost:" + std::to_string(server.port()) + "\r\n"),
              std::string::npos);
    EXPECT_NE(requests[0].find("Content-Type: application/json\r\n"), std::string::npos);
    EXPECT_EQ(body_of(requests[0]), "{\"x\":1}");
}

TEST(HttpRequest, WithoutTlsThisMachineAloneIsSpokenTo) {
    WebServer server({.tls = WebServerOptions::Tls::Off});
    const auto answer = http_request(request_to(server));
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(failure_of({.url = "http://192.0.2.1/secret-token"}).code, ErrorCode::Permission);
}

TEST(HttpRequest, ARedirectIsAnAnswerAndNotFollowed) {
    WebServer other;
    WebServer server({.statuses = {302}, .headers = "Location: " + other.url() + "\r\n"});
    const auto answer = http_request(request_to(server));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 302);
}

TEST(HttpRequest, ACertificateForAnotherNameDoesNotHold) {
    WebServer server({.name = "DNS:other.example"});
    const Error error = failure_of(request_to(server));
    EXPECT_EQ(error.code, ErrorCode::Authentication) << error.message;
    EXPECT_TRUE(server.wait_for(0).empty());
}

TEST(HttpRequest, ACertificateThatNobodyVouchesForDoesNotHold) {
    WebServer server;
    WebServer other;
    HttpRequest request = request_to(server);
    request.ca_file = other.ca_file();
    EXPECT_EQ(failure_of(request).code, ErrorCode::Authentication);
    request.ca_file.clear();  // the system's roots do not know it either
    EXPECT_EQ(failure_of(request).code, ErrorCode::Authentication);
}

TEST(HttpRequest, ACertificateForTheAddressHoldsForTheAddress) {
    WebServer server({.name = "IP:127.0.0.1"});
    HttpRequest request = request_to(server);
    request.url = "https://127.0.0.1:" + std::to_string(server.port()) + "/";
    const auto answer = http_request(request);
    EXPECT_TRUE(answer) << answer.error().message;
}

TEST(HttpRequest, MissingRootsAreNamed) {
    WebServer server;
    HttpRequest request = request_to(server);
    request.ca_file = "/nonexistent/ca.pem";
    const Error error = failure_of(request);
    EXPECT_EQ(error.code, ErrorCode::Permission);
    EXPECT_NE(error.message.find("/nonexistent/ca.pem"), std::string::npos);
}

TEST(HttpRequest, AServerThatSaysNothingCostsTheTimeoutAlone) {
    for (const Manner manner : {Manner::Silent, Manner::SaysHalf}) {
        WebServer server({.manner = manner});
        HttpRequest request = request_to(server);
        request.timeout_ns = kShortNs;
        const Error error = failure_of(request);
        EXPECT_EQ(error.code, ErrorCode::Unavailable);
        EXPECT_NE(error.message.find("answer: not done within 200 ms"), std::string::npos)
            << error.message;
    }
}

TEST(HttpRequest, WhoeverGivesUpDoesNotWaitForTheTimeout) {
    WebServer server({.manner = Manner::Silent});
    HttpRequest request = request_to(server);
    request.timeout_ns = kNsPerHour;
    std::atomic<int> asked{0};
    request.give_up = [&] { return ++asked > 3; };
    EXPECT_EQ(failure_of(request).code, ErrorCode::Unavailable);
}

TEST(HttpRequest, ServersThatBreakOffOrSpeakAnotherTongueAreUnavailable) {
    for (const Manner manner : {Manner::HangsUp, Manner::SpeaksOdd}) {
        WebServer server({.manner = manner});
        EXPECT_EQ(failure_of(request_to(server)).code, ErrorCode::Unavailable);
    }
    std::string url;
    {
        WebServer gone;
        url = gone.url();
    }
    EXPECT_EQ(failure_of({.url = url}).code, ErrorCode::Unavailable);
    WebServer plain({.tls = WebServerOptions::Tls::Off});
    HttpRequest request = request_to(plain);
    request.url.insert(4, "s");
    request.timeout_ns = kShortNs;  // both wait for the other
    EXPECT_EQ(failure_of(request).code, ErrorCode::Unavailable);
}

TEST(HttpRequest, AnAnswerAboveTheLimitIsNotRead) {
    WebServer server({.body = std::string(1001, 'x')});
    HttpRequest request = request_to(server);
    request.answer_bytes_max = 1001;
    EXPECT_TRUE(http_request(request));
    request.answer_bytes_max = 1000;
    EXPECT_EQ(failure_of(request).code, ErrorCode::Quota);
    WebServer chatty({.headers = "X: " + std::string(9000, 'x') + "\r\n"});
    EXPECT_EQ(failure_of(request_to(chatty)).code, ErrorCode::Quota);
}

}  // namespace
}  // namespace tradectl::net
