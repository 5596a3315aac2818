/// A WebSocket stream that is kept open until somebody closes it.
#pragma once

#include "host/net/backoff.hpp"
#include "host/net/loop.hpp"
#include "host/net/net_parts.hpp"
#include "host/net/url.hpp"
#include "host/net/ws_link.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tradectl::net {

/// Dials, listens, pings, notices silence, and dials again after a wait that grows. [io]
class Stream final : private WsListener {
  public:
    /// `reach` outlives it, as do the parts. `url` was checked. Dials at once;
    /// its events say `opening`.
    Stream(NetParts parts, VenueReach& reach, WsOpen request, Url url, std::uint64_t opening);
    /// Says goodbye to the peer when it is connected.
    ~Stream() override;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    /// Nothing when `connection` is not the one that is open now.
    void send(std::uint64_t connection, WsKind kind, WipedText payload);
    /// Goes on reading when it had stopped because the engine was behind.
    void resume();

  private:
    void dial_now();
    void on_dialed(Expected<std::shared_ptr<Wire>> wire);
    void on_open(std::vector<std::pair<std::string, std::string>> headers) override;
    void on_message(WsKind kind, std::string payload) override;
    void on_life() override;
    void on_end(WsEnd end) override;
    void read_on();
    void watch_heart();
    void watch_silence();
    void break_off(ErrorCode code, const std::string& why);
    void push(NetEvent event);
    void record(const char* what, Deed way, std::string_view body);

    NetParts parts_;
    VenueReach& reach_;
    WsOpen request_;
    Url url_;
    std::uint64_t opening_;
    Backoff backoff_;
    Timer deadline_;  ///< of a connection in the making
    Timer retry_;
    Timer heart_;
    Timer silence_;
    std::unique_ptr<Dial> dial_;
    std::unique_ptr<WsLink> link_;
    std::uint64_t connection_ = 0;
    bool is_open_ = false;
    bool is_paused_ = false;
    bool is_silent_ = false;
    unsigned beats_missed_ = 0;
    std::int64_t opened_ns_ = 0;
    std::int64_t message_ns_ = 0;
};

}  // namespace tradectl::net
