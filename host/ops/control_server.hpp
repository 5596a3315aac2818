/// The control socket of a running instance. Protocol: tradectl-control(5).
#pragma once

#include "host/base/bounded_queue.hpp"
#include "host/base/json.hpp"
#include "host/net/line_server.hpp"

#include <tradectl/expected.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::ops {

/// One request that waits for its answer. It is answered once: what is forgotten is answered as an
/// internal error. [any], one thread at a time.
class ControlCall {
  public:
    ControlCall(net::Peer peer, Json body, net::Reply reply);
    ControlCall(ControlCall&& other) noexcept;
    ControlCall& operator=(ControlCall&& other) noexcept;
    ~ControlCall();

    /// "status", "halt" ...
    [[nodiscard]] const std::string& command() const { return command_; }
    [[nodiscard]] const Json& body() const { return body_; }
    /// A text of the request, or `other` when it has none.
    [[nodiscard]] std::string text(std::string_view key, std::string_view other = {}) const;
    /// "alice", or "uid 1000" for one without a name.
    [[nodiscard]] const std::string& user() const { return user_; }
    /// "alice (uid 1000), pid 4711": who asks, as the kernel knew when the connection was made.
    [[nodiscard]] const std::string& who() const { return who_; }

    void answer(const Json& data);
    void refuse(const Error& error);

  private:
    std::string command_;
    Json body_;
    std::string user_;
    std::string who_;
    net::Reply reply_;  // empty: answered
};

/// Takes requests on an io thread and keeps them until the engine asks for them. The engine never
/// waits: a full queue refuses at once.
class ControlServer final : private net::LineService {
  public:
    static constexpr std::size_t kWaitingMax = 64;

    /// `ring` is called on the io thread when a request came. Errors of LineServer::open. The
    /// writer's lock of the state directory must be held: a socket that is there is stale then.
    static Expected<std::unique_ptr<ControlServer>> open(const std::string& path,
                                                         std::function<void()> ring);
    ~ControlServer() override;
    ControlServer(const ControlServer&) = delete;
    ControlServer& operator=(const ControlServer&) = delete;

    /// Whether a request waits; costs next to nothing. [engine]
    [[nodiscard]] bool waiting() const { return waiting_.load(std::memory_order_relaxed); }
    /// The oldest request, or nothing. [engine]
    std::optional<ControlCall> take();
    /// Who was sent away since the last call because he may not connect: at most `kDeniedMax` of
    /// them, and how many more came. [engine]
    struct Denied {
        std::vector<std::string> who;
        std::uint64_t more = 0;
    };
    static constexpr std::size_t kDeniedMax = 8;
    [[nodiscard]] Denied take_denied();
    /// Whether there are any; costs next to nothing. [engine]
    [[nodiscard]] bool has_denied() const { return has_denied_.load(std::memory_order_relaxed); }
    /// Refuses what still waits, lets answers out for up to `wait_ns`, and closes. [engine]
    void stop(std::int64_t wait_ns);

  private:
    explicit ControlServer(std::function<void()> ring);
    void on_request(const net::Peer& peer, std::string line, net::Reply reply) override;
    std::string refusal(const net::Peer& peer, const Error& error) override;

    std::function<void()> ring_;
    BoundedQueue<ControlCall> calls_{kWaitingMax};
    std::atomic<bool> waiting_{false};
    BoundedQueue<std::string> denied_{kDeniedMax};
    std::atomic<std::uint64_t> denied_more_{0};
    std::atomic<bool> has_denied_{false};
    std::unique_ptr<net::LineServer> server_;
};

/// The name of a user, or "uid 1000" when he has none.
[[nodiscard]] std::string user_name(std::uint32_t uid);

}  // namespace tradectl::ops
