// The local server: who may connect, what a line may be, and what becomes of clients that dawdle.
#include "host/net/line_server.hpp"

#include "host/net/line_call.hpp"
#include "host/net/socket_file.hpp"
#include "tests/host/base/temporary_directory.hpp"

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tradectl::net {
namespace {

/// Answers "echo: LINE", but keeps the reply to "later" until it is asked for.
class EchoService final : public LineService {
  public:
    void on_request(const Peer& peer, std::string line, Reply reply) override {
        if (line != "later") return reply("echo: " + line + " " + std::to_string(peer.uid));
        const std::lock_guard lock(mutex_);
        kept_.push_back(std::move(reply));
        changed_.notify_all();
    }
    std::string refusal(const Peer&, const Error& error) override {
        return "refused: " + error.message;
    }
    Reply take() {
        std::unique_lock lock(mutex_);
        EXPECT_TRUE(
            changed_.wait_for(lock, std::chrono::seconds(10), [this] { return !kept_.empty(); }));
        Reply reply = std::move(kept_.front());
        kept_.pop_front();
        return reply;
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Reply> kept_;
};

/// A client that says what it likes.
class RawClient {
  public:
    explicit RawClient(const std::string& path) : fd_(*connect_to(path)) {}
    ~RawClient() { ::close(fd_); }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    void say(const std::string& text) const {
        EXPECT_EQ(::send(fd_, text.data(), text.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(text.size()));
    }
    /// All that comes until the server hangs up, or until so many lines are there.
    std::string hear(std::size_t lines) const {
        std::string text;
        char c = 0;
        pollfd waiting{.fd = fd_, .events = POLLIN, .revents = 0};
        while (lines > 0 && ::poll(&waiting, 1, 10'000) > 0 && ::recv(fd_, &c, 1, 0) > 0) {
            text += c;
            if (c == '\n') --lines;
        }
        return text;
    }
    [[nodiscard]] bool hung_up() const {
        pollfd waiting{.fd = fd_, .events = POLLIN, .revents = 0};
        char c = 0;
        return ::poll(&waiting, 1, 10'000) > 0 && ::recv(fd_, &c, 1, 0) <= 0;
    }
    /// Without reading what came before.
    [[nodiscard]] bool was_dropped() const {
        pollfd waiting{.fd = fd_, .events = 0, .revents = 0};
        return ::poll(&waiting, 1, 10'000) > 0 && (waiting.revents & POLLHUP) != 0;
    }

  private:
    int fd_;
};

class LineServing : public testing::Test {
  protected:
    void serve(LineServerOptions options = {}) {
        options.path = path_;
        auto server = LineServer::open(options, service_);
        ASSERT_TRUE(server) << server.error().message;
        server_ = std::move(*server);
    }
    Expected<std::string> call(const std::string& line,
                               std::int64_t timeout_ns = 10 * kNsPerSecond) {
        return call_line({.path = path_, .line = line, .timeout_ns = timeout_ns});
    }
    [[nodiscard]] std::string echo(const std::string& line) const {
        return "echo: " + line + " " + std::to_string(::geteuid());
    }

    TemporaryDirectory folder_;
    const std::string path_ = folder_.file("control.sock");
    EchoService service_;
    std::unique_ptr<LineServer> server_;
};

TEST_F(LineServing, ALineIsAnsweredByALine) {
    serve();
    const auto answer = call("hello");
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(*answer, echo("hello"));
    struct stat info {};
    ASSERT_EQ(::stat(path_.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(LineServing, OneConnectionMayAskAgainAndAllAtOnce) {
    serve();
    const RawClient client(path_);
    client.say("one\ntwo\nthree");
    EXPECT_EQ(client.hear(2), echo("one") + "\n" + echo("two") + "\n");
    client.say("\n");
    EXPECT_EQ(client.hear(1), echo("three") + "\n");
}

TEST_F(LineServing, AClientThatWaitsDoesNotHoldUpOthers) {
    serve();
    std::optional<std::string> late;
    std::thread waiting([&] { late = call("later").value_or("none"); });
    const Reply reply = service_.take();
    for (int i = 0; i < 20; ++i)
        EXPECT_TRUE(call("x" + std::to_string(i)));
    std::thread([reply] {
        reply("first");
        reply("second");
    }).join();
    waiting.join();
    EXPECT_EQ(late, "first");
}

TEST_F(LineServing, AReplyToAClientThatLeftOrAServerThatStoppedIsNothing) {
    serve();
    Reply reply;
    {
        const RawClient client(path_);
        client.say("later\n");
        reply = service_.take();
    }
    reply("nobody hears");
    EXPECT_TRUE(call("others"));
    const RawClient client(path_);
    client.say("later\n");
    reply = service_.take();
    server_->stop(0);
    reply("nobody hears");
    EXPECT_TRUE(client.hung_up());
}

TEST_F(LineServing, AnAnswerThatIsOnItsWayGetsOutBeforeTheStop) {
    serve();
    const RawClient client(path_);
    client.say("later\n");
    service_.take()("goodbye");
    server_->stop(10 * kNsPerSecond);
    EXPECT_EQ(client.hear(1), "goodbye\n");
}

TEST_F(LineServing, HalfARequestIsDroppedWhenItsTimeIsUp) {
    serve({.client_ns_max = 50 * kNsPerMillisecond});
    const RawClient client(path_);
    client.say("half");
    EXPECT_TRUE(client.hung_up());
    EXPECT_TRUE(call("others"));
}

TEST_F(LineServing, AClientThatDoesNotTakeItsAnswerIsDropped) {
    serve({.client_ns_max = 50 * kNsPerMillisecond});
    const RawClient client(path_);
    client.say("later\n");
    service_.take()(std::string(8u << 20, 'x'));
    EXPECT_TRUE(client.was_dropped());
    EXPECT_TRUE(call("others"));
}

TEST_F(LineServing, ALineAboveTheLimitIsRefused) {
    serve({.request_bytes_max = 100});
    EXPECT_EQ(call(std::string(99, 'x')).value_or(""), echo(std::string(99, 'x')));
    const RawClient client(path_);
    client.say(std::string(101, 'x'));
    EXPECT_EQ(client.hear(1), "refused: a request above 100 bytes\n");
    EXPECT_TRUE(client.hung_up());
}

TEST_F(LineServing, MoreClientsThanTheLimitAreSentAway) {
    serve({.clients_max = 2});
    const RawClient first(path_);
    const RawClient second(path_);
    second.say("x\n");
    EXPECT_EQ(second.hear(1), echo("x") + "\n");
    const RawClient third(path_);
    EXPECT_EQ(third.hear(1), "refused: 2 clients are connected\n");
}

TEST_F(LineServing, AnotherUserIsRefusedEvenWhereTheFileLetsHimThrough) {
    if (::geteuid() != 0) GTEST_SKIP() << "skipped: not root";
    serve();
    ::chmod(path_.c_str(), 0666);
    ::chmod(folder_.path().c_str(), 0755);
    const pid_t child = ::fork();
    if (child == 0) {
        constexpr uid_t kNobody = 65534;
        if (::setuid(kNobody) != 0) ::_exit(2);
        const RawClient client(path_);
        ::_exit(client.hear(1) == "refused: uid 65534 may not connect\n" ? 0 : 1);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    EXPECT_TRUE(call("x"));
}

TEST_F(LineServing, AStaleSocketIsReplacedAndOtherThingsAreNot) {
    serve();
    server_->stop(0);
    EXPECT_FALSE(std::filesystem::exists(path_));
    const int left = *listen_at(path_);
    ::close(left);
    EXPECT_EQ(call("x").error().code, ErrorCode::NotFound);
    serve();
    EXPECT_TRUE(call("x"));
    server_.reset();
    folder_.write("control.sock", "not a socket");
    const auto refused = LineServer::open({.path = path_}, service_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::BadState);
    EXPECT_TRUE(std::filesystem::exists(path_));
}

TEST_F(LineServing, AFolderThatOthersMayWriteIsRefused) {
    ::chmod(folder_.path().c_str(), 0770);
    const auto refused = LineServer::open({.path = path_}, service_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Permission);
}

TEST_F(LineServing, APathThatASocketCannotHaveIsRefusedByItsLimit) {
    std::string path = folder_.path() + "/";
    path += std::string(kSocketPathBytesMax + 1 - path.size(), 'x');
    const auto refused = LineServer::open({.path = path}, service_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::InvalidArgument);
    EXPECT_NE(refused.error().message.find("108 bytes, limit 107"), std::string::npos);
    path.pop_back();
    EXPECT_TRUE(LineServer::open({.path = path}, service_));
}

TEST_F(LineServing, WithoutAServerThereIsNobody) {
    EXPECT_EQ(call("x").error().code, ErrorCode::NotFound);
}

TEST_F(LineServing, AServerThatDoesNotAnswerCostsTheTimeoutAlone) {
    serve();
    const auto answer = call("later", 50 * kNsPerMillisecond);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::OutcomeUnknown);
    static_cast<void>(service_.take());
}

TEST_F(LineServing, AnAnswerAboveTheClientsLimitIsNotKept) {
    serve();
    std::optional<Expected<std::string>> answer;
    std::thread waiting([&] {
        answer = call_line({.path = path_,
                            .line = "later",
                            .timeout_ns = 10 * kNsPerSecond,
                            .answer_bytes_max = 1000});
    });
    service_.take()(std::string(1u << 20, 'x'));
    waiting.join();
    ASSERT_FALSE(*answer);
    EXPECT_EQ(answer->error().code, ErrorCode::Quota);
}

}  // namespace
}  // namespace tradectl::net
