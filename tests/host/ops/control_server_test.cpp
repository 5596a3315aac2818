// The queue between the control socket and the engine.
#include "host/ops/control_server.hpp"

#include "host/net/line_call.hpp"
#include "host/ops/control_client.hpp"
#include "host/ops/control_line.hpp"
#include "tests/host/base/temporary_directory.hpp"

#include <condition_variable>
#include <future>
#include <mutex>

#include <gtest/gtest.h>
#include <unistd.h>

namespace tradectl::ops {
namespace {

constexpr std::int64_t kPatienceNs = 10 * kNsPerSecond;

class ControlSocket : public testing::Test {
  protected:
    ControlSocket() {
        auto server = ControlServer::open(path_, [this] {
            const std::lock_guard lock(mutex_);
            ++rings_;
            changed_.notify_all();
        });
        EXPECT_TRUE(server) << server.error().message;
        server_ = std::move(*server);
    }
    std::future<Expected<Json>> ask(const std::string& command) {
        return std::async(std::launch::async, [this, command] {
            Json body = Json::object();
            body.set("scope", "all");
            return ask_control(path_, command, body, kPatienceNs);
        });
    }
    void wait_for_rings(int count) {
        std::unique_lock lock(mutex_);
        EXPECT_TRUE(changed_.wait_for(
            lock, std::chrono::nanoseconds(kPatienceNs), [&] { return rings_ >= count; }));
    }

    TemporaryDirectory folder_;
    const std::string path_ = folder_.file("control.sock");
    std::mutex mutex_;
    std::condition_variable changed_;
    int rings_ = 0;
    std::unique_ptr<ControlServer> server_;
};

TEST_F(ControlSocket, ARequestRingsAndWaitsForItsAnswer) {
    EXPECT_FALSE(server_->waiting());
    auto answer = ask("status");
    wait_for_rings(1);
    ASSERT_TRUE(server_->waiting());
    auto call = server_->take();
    ASSERT_TRUE(call);
    EXPECT_FALSE(server_->waiting());
    EXPECT_FALSE(server_->take());
    EXPECT_EQ(call->command(), "status");
    EXPECT_EQ(call->text("scope"), "all");
    EXPECT_EQ(call->text("reason", "none"), "none");
    EXPECT_EQ(call->who(),
              user_name(::getuid()) + " (uid " + std::to_string(::getuid()) + "), pid " +
                  std::to_string(::getpid()));
    Json data = Json::object();
    data.set("x", 1);
    call->answer(data);
    call->refuse({ErrorCode::Internal, "too late"});
    EXPECT_EQ(answer.get().value().find("x")->as_integer(), 1);
}

TEST_F(ControlSocket, ARefusalKeepsItsCode) {
    auto answer = ask("halt");
    wait_for_rings(1);
    server_->take()->refuse({ErrorCode::Locked, "not now"});
    const auto said = answer.get();
    ASSERT_FALSE(said);
    EXPECT_EQ(said.error().code, ErrorCode::Locked);
    EXPECT_EQ(said.error().message, "not now");
}

TEST_F(ControlSocket, WhatIsForgottenIsAnInternalError) {
    auto answer = ask("halt");
    wait_for_rings(1);
    static_cast<void>(server_->take());
    EXPECT_EQ(answer.get().error().code, ErrorCode::Internal);
}

TEST_F(ControlSocket, WhoeverWaitsAtTheStopIsTold) {
    auto answer = ask("halt");
    wait_for_rings(1);
    server_->stop(kPatienceNs);
    EXPECT_EQ(answer.get().error().code, ErrorCode::Unavailable);
    EXPECT_EQ(ask("halt").get().error().code, ErrorCode::NotFound);
}

TEST_F(ControlSocket, LinesThatAreNoRequestsDoNotReachTheEngine) {
    for (const char* line : {"",
                             "x",
                             "[]",
                             "{\"v\":1}",
                             "{\"command\":\"halt\"}",
                             "{\"v\":2,\"command\":\"halt\"}",
                             "{\"v\":1,\"command\":1}"}) {
        const auto answer = net::call_line({.path = path_, .line = line});
        ASSERT_TRUE(answer) << line;
        EXPECT_FALSE(parse_answer(*answer)) << line;
    }
    EXPECT_FALSE(server_->waiting());
}

TEST(ControlLine, AnswersAreReadBack) {
    Json data = Json::object();
    data.set("done", true);
    EXPECT_EQ(parse_answer(answer_line(data)).value(), data);
    const auto error = parse_answer(refusal_line({ErrorCode::Denied, "no"}));
    EXPECT_EQ(error.error().code, ErrorCode::Denied);
    for (const char* line : {"",
                             "{}",
                             "{\"v\":1}",
                             "{\"v\":1,\"ok\":true}",
                             "{\"v\":1,\"ok\":false}",
                             "{\"v\":2,\"ok\":true,\"data\":{}}",
                             "{\"v\":1,\"ok\":false,\"error\":{\"code\":\"denied\"}}"}) {
        EXPECT_EQ(parse_answer(line).error().code, ErrorCode::Corrupt) << line;
    }
    EXPECT_EQ(
        parse_answer("{\"v\":1,\"ok\":false,\"error\":{\"code\":\"of_later\",\"message\":\"m\"}}")
            .error()
            .code,
        ErrorCode::Internal);
}

}  // namespace
}  // namespace tradectl::ops
