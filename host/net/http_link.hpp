/// One connection that carries requests, one after the other.
#pragma once

#include "host/net/http_text.hpp"
#include "host/net/wire.hpp"

#include <tradectl/expected.hpp>

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>

namespace tradectl::net {

/// How a request ended on its connection.
struct LinkResult {
    Expected<HttpReply> reply;
    bool has_left = false;   ///< a byte of the request may have left this machine
    bool was_kept = false;   ///< the connection had carried a request before
    bool was_heard = false;  ///< a byte of the answer came
};

/// Reads all the time, so that a peer that hangs up is noticed before the next request. Shared: the
/// operations under way keep it. [io]
class HttpLink : public std::enable_shared_from_this<HttpLink> {
  public:
    using Done = std::function<void(LinkResult)>;

    explicit HttpLink(std::shared_ptr<Wire> wire) : wire_(std::move(wire)) {}
    /// Starts to read. `on_end` is called once when the connection ends while it is idle.
    void start(std::function<void()> on_end);

    /// Whether it is open, idle, and the peer has said nothing since the last answer.
    [[nodiscard]] bool is_usable();
    /// Sends `request`, which must stay until `done` is called (later, once) or the link closed.
    void exchange(std::span<const std::byte> request,
                  RepliesTo method,
                  std::size_t body_bytes_max,
                  Done done);
    /// Whether a byte of the request under way may have left.
    [[nodiscard]] bool has_left() const { return has_left_; }
    /// Ends it; neither `done` nor `on_end` is called any more.
    void close();

  private:
    void read();
    void write();
    void on_bytes(std::span<const std::byte> bytes);
    void on_broken(const Error& error);
    void finish(Expected<HttpReply> reply);

    std::shared_ptr<Wire> wire_;  // operations under way keep it too
    std::function<void()> on_end_;
    bool is_open_ = true;
    bool was_kept_ = false;
    std::array<std::byte, 16384> room_{};
    // The request under way.
    Done done_;
    std::span<const std::byte> unsent_;
    std::optional<ReplyReader> reader_;
    bool is_writing_ = false;
    bool has_left_ = false;
    bool was_heard_ = false;
};

}  // namespace tradectl::net
