// Alerts: what is sent, what is held, tried again and lost, and that nobody waits for it.
#include "host/ops/alerts.hpp"

#include "host/base/json.hpp"
#include "host/base/log.hpp"
#include "tests/host/base/temporary_directory.hpp"
#include "tests/net_support/web_server.hpp"

#include <atomic>
#include <chrono>
#include <fstream>
#include <optional>
#include <sstream>

#include <gtest/gtest.h>

namespace tradectl::ops {
namespace {

using config::AlertMode;
constexpr std::int64_t kPatienceNs = 10 * kNsPerSecond;

/// Keeps what is sent, and fails as often as it is told.
class Channel {
  public:
    AlertChannel channel(const std::string& name = "test") {
        return {name, [this](const std::string& body, const std::function<bool()>& give_up) {
                    return take(body, give_up);
                }};
    }
    /// Waits up to ten seconds for so many tries.
    std::vector<Json> wait_for(std::size_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(
            lock, std::chrono::nanoseconds(kPatienceNs), [&] { return bodies_.size() >= count; });
        return bodies_;
    }
    void fail_with(std::vector<ErrorCode> codes) { failures_ = std::move(codes); }
    void hang() { hangs_ = true; }

  private:
    Status take(const std::string& body, const std::function<bool()>& give_up) {
        std::size_t number = 0;
        bool hangs = false;  // as it was when the try came: whoever waits for it may change it
        {
            const std::lock_guard lock(mutex_);
            bodies_.push_back(*parse_json(body));
            number = bodies_.size();
            hangs = hangs_;
        }
        changed_.notify_all();
        while (hangs && !give_up())
            std::this_thread::yield();
        if (hangs) return fail(ErrorCode::Unavailable, "given up");
        if (number <= failures_.size()) return fail(failures_[number - 1], "as told");
        return {};
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Json> bodies_;
    std::vector<ErrorCode> failures_;
    std::atomic<bool> hangs_{false};
};

class AlertsOnTheirWay : public testing::Test {
  protected:
    AlertsOnTheirWay() { EXPECT_TRUE(open_log({.level = kLogOff})); }
    ~AlertsOnTheirWay() override { EXPECT_TRUE(open_log({})); }

    void start(AlertOptions options = {}) {
        options.name = "demo";
        options.mode = "paper";
        alerts_.emplace(std::move(options), std::vector<AlertChannel>{channel_.channel()});
    }
    void post(AlertKind kind, const std::string& subject, const std::string& text) {
        alerts_->post({.kind = kind, .subject = subject, .text = text, .time = Timestamp{1}});
    }
    static std::int64_t number(const Json& body, std::string_view key) {
        return body.find(key)->as_integer().value_or(-1);
    }

    Channel channel_;
    std::optional<Alerts> alerts_;
};

TEST_F(AlertsOnTheirWay, SayWhatWhereAndWhen) {
    start({.modes = {{AlertKind::Halt, AlertMode::Silent}}});
    post(AlertKind::Halt, "all", "all by alice: odd fills");
    const auto bodies = channel_.wait_for(1);
    ASSERT_EQ(bodies.size(), 1u);
    EXPECT_EQ(*bodies[0].find_text("schema"), "tradectl.alert/1");
    EXPECT_EQ(*bodies[0].find_text("text"), "tradectl demo: halt: all by alice: odd fills");
    EXPECT_EQ(*bodies[0].find_text("mode"), "paper");
    EXPECT_EQ(*bodies[0].find_text("event"), "halt");
    EXPECT_EQ(*bodies[0].find_text("subject"), "all");
    EXPECT_EQ(*bodies[0].find_text("time"), "1970-01-01T00:00:00.000000001Z");
    EXPECT_EQ(bodies[0].find("silent")->as_boolean(), true);
    EXPECT_EQ(number(bodies[0], "suppressed"), 0);
}

TEST_F(AlertsOnTheirWay, WhatIsOffIsNotSent) {
    start({.modes = {{AlertKind::Halt, AlertMode::Off}}});
    post(AlertKind::Halt, "all", "1");
    post(AlertKind::Fault, "all", "2");
    alerts_->finish(kPatienceNs);
    const auto bodies = channel_.wait_for(1);
    ASSERT_EQ(bodies.size(), 1u);
    EXPECT_EQ(*bodies[0].find_text("event"), "fault");
    EXPECT_EQ(bodies[0].find("silent")->as_boolean(), false);
}

TEST_F(AlertsOnTheirWay, RepetitionsAreHeldCountedAndTold) {
    start({.min_interval_ns = 50 * kNsPerMillisecond});
    for (int i = 1; i <= 4; ++i)
        post(AlertKind::Breaker, "all", std::to_string(i));
    post(AlertKind::Breaker, "strategy:s", "another subject");
    const auto bodies = channel_.wait_for(3);
    ASSERT_EQ(bodies.size(), 3u);
    EXPECT_EQ(*bodies[0].find_text("detail"), "1");
    EXPECT_EQ(*bodies[1].find_text("detail"), "another subject");
    EXPECT_EQ(*bodies[2].find_text("detail"), "4");
    EXPECT_EQ(number(bodies[2], "suppressed"), 2);
}

TEST_F(AlertsOnTheirWay, WhatIsHeldGoesOutAtTheEnd) {
    start({.min_interval_ns = kNsPerHour});
    post(AlertKind::Wal, "all", "1");
    post(AlertKind::Wal, "all", "2");
    alerts_->finish(kPatienceNs);
    EXPECT_EQ(channel_.wait_for(2).size(), 2u);
}

TEST_F(AlertsOnTheirWay, AFailureIsTriedAgainAndARefusalIsNot) {
    channel_.fail_with({ErrorCode::Unavailable, ErrorCode::Unavailable});
    start({.retry_ns = kNsPerMillisecond});
    post(AlertKind::Drift, "x", "1");
    const auto tries = channel_.wait_for(3);
    ASSERT_EQ(tries.size(), 3u);
    EXPECT_EQ(tries[0], tries[2]);
    alerts_->finish(kPatienceNs);
    EXPECT_EQ(channel_.wait_for(0).size(), 3u);

    Channel refusing;
    refusing.fail_with({ErrorCode::Rejected});
    Alerts alerts({.name = "demo", .retry_ns = kNsPerMillisecond}, {refusing.channel()});
    alerts.post({.kind = AlertKind::Drift, .subject = "x", .text = "1", .time = Timestamp{1}});
    alerts.finish(kPatienceNs);
    EXPECT_EQ(refusing.wait_for(1).size(), 1u);
}

TEST_F(AlertsOnTheirWay, TriesEndAfterTheirNumber) {
    channel_.fail_with(std::vector<ErrorCode>(100, ErrorCode::Unavailable));
    start({.retry_ns = 1, .attempts_max = 3});
    post(AlertKind::Drift, "x", "1");
    alerts_->finish(kPatienceNs);
    EXPECT_EQ(channel_.wait_for(3).size(), 3u);
}

TEST_F(AlertsOnTheirWay, AChannelThatHangsHoldsUpNeitherTheOtherNorTheEnd) {
    Channel good;
    channel_.hang();
    Alerts alerts({.name = "demo"}, {channel_.channel("hangs"), good.channel("works")});
    const auto began = std::chrono::steady_clock::now();
    for (int i = 0; i < 10; ++i) {
        alerts.post({.kind = AlertKind::Fault,
                     .subject = std::to_string(i),
                     .text = "x",
                     .time = Timestamp{1}});
    }
    EXPECT_EQ(good.wait_for(10).size(), 10u);
    EXPECT_EQ(channel_.wait_for(1).size(), 1u);
    alerts.finish(20 * kNsPerMillisecond);
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::nanoseconds(kPatienceNs));
}

TEST_F(AlertsOnTheirWay, MoreThanCanWaitAreLostCountedAndTold) {
    channel_.fail_with({ErrorCode::Unavailable});
    start({.retry_ns = kNsPerHour});
    post(AlertKind::Fault, "first", "x");
    ASSERT_EQ(channel_.wait_for(1).size(), 1u);
    channel_.hang();
    for (std::size_t i = 0; i < Alerts::kWaitingMax + 3; ++i)
        post(AlertKind::Fault, std::to_string(i), "x");
    ASSERT_EQ(channel_.wait_for(2).size(), 2u);
    alerts_->finish(0);
    // The first one waits for its next try, one is being sent: of the others some had no room.
    EXPECT_LE(channel_.wait_for(0).size(), Alerts::kWaitingMax);
}

TEST(AlertChannels, TheWebhookTakesTheBodyByTls) {
    net::WebServer server({.statuses = {204}});
    config::AlertsConfig config;
    config.webhook_url = server.url("/secret-token");
    config.webhook_roots = server.ca_file();
    config.webhook_timeout_ns = kPatienceNs;
    const auto channels = alert_channels(config);
    ASSERT_EQ(channels.size(), 1u);
    const auto sent = channels[0].send("{\"x\":1}", {});
    EXPECT_TRUE(sent) << sent.error().message;
    EXPECT_EQ(net::body_of(server.wait_for(1).at(0)), "{\"x\":1}");
}

TEST(AlertChannels, StatusesOfTheWebhookDecideWhetherItIsTriedAgain) {
    net::WebServer server(
        {.tls = net::WebServerOptions::Tls::Off, .statuses = {500, 503, 429, 400, 404, 302}});
    config::AlertsConfig config;
    config.webhook_url = server.url("/secret-token");
    config.webhook_timeout_ns = kPatienceNs;
    const auto channels = alert_channels(config);
    for (const ErrorCode code : {ErrorCode::Unavailable,
                                 ErrorCode::Unavailable,
                                 ErrorCode::Unavailable,
                                 ErrorCode::Rejected,
                                 ErrorCode::Rejected,
                                 ErrorCode::Rejected}) {
        const auto sent = channels[0].send("{}", {});
        ASSERT_FALSE(sent);
        EXPECT_EQ(sent.error().code, code) << sent.error().message;
        EXPECT_EQ(sent.error().message.find("secret"), std::string::npos);
    }
}

TEST(AlertChannels, TheCommandReadsTheMessage) {
    const TemporaryDirectory folder;
    config::AlertsConfig config;
    config.command = {"/bin/sh", "-c", "cat > " + folder.file("said") + "; exit 3"};
    config.command_timeout_ns = kPatienceNs;
    const auto channels = alert_channels(config);
    ASSERT_EQ(channels.size(), 1u);
    const auto sent = channels[0].send("{\"x\":1}", {});
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code, ErrorCode::Unavailable);
    EXPECT_EQ(sent.error().message, "/bin/sh: ended with status 3");
    std::stringstream text;
    text << std::ifstream(folder.file("said")).rdbuf();
    EXPECT_EQ(text.str(), "{\"x\":1}\n");
}

}  // namespace
}  // namespace tradectl::ops
