/// One WebSocket connection, from the handshake to its end (RFC 6455).
#pragma once

#include "host/net/venue_net.hpp"

#include <tradectl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tradectl::net {

class Loop;
class Wire;
struct Url;

struct WsEnd {
    int code = 1006;  ///< the peer's close code; 1006 when it sent none (RFC 6455, 7.1.5)
    std::string reason;
    Error error;                      ///< Unavailable, Authentication (401, 403), Corrupt, Quota
    std::int64_t retry_after_ns = 0;  ///< when the handshake was refused with one
};

/// Hears what happens on the connection, each in its own turn of the loop. [io]
class WsListener {
  public:
    virtual ~WsListener() = default;
    virtual void on_open(std::vector<std::pair<std::string, std::string>> headers) = 0;
    virtual void on_message(WsKind kind, std::string payload) = 0;
    /// The peer showed life: a message, a ping or a pong.
    virtual void on_life() = 0;
    /// Nothing comes any more.
    virtual void on_end(WsEnd end) = 0;
};

struct WsRules {
    std::size_t message_bytes_max = 0;
    Deflate deflate = Deflate::Off;
    std::size_t unsent_bytes_max = 16u << 20;
};

/// Text is checked to be UTF-8 across frames, pings are answered, close frames too. Fails the
/// connection with 1002, 1007 or 1009 as the standard wants. [io]
class WsLink {
  public:
    /// Begins the handshake. `listener` must stay until `drop`, `leave` or `on_end`.
    static std::unique_ptr<WsLink> start(Loop& loop,
                                         std::shared_ptr<Wire> wire,
                                         const Url& url,
                                         const std::vector<HttpHeader>& headers,
                                         WsRules rules,
                                         const Clock& clock,
                                         WsListener& listener);
    /// As `drop`.
    virtual ~WsLink() = default;

    /// Asks for one message: nothing is read, and no ping answered, until it was.
    virtual void read() = 0;
    /// False when too much is unsent: the connection is of no use then.
    [[nodiscard]] virtual bool send(WsKind kind, WipedText payload) = 0;
    virtual void ping() = 0;
    /// Sends a close frame and forgets the listener; the rest happens by itself, within two
    /// seconds.
    virtual void leave() = 0;
    /// Closes without a word and forgets the listener.
    virtual void drop() = 0;
};

}  // namespace tradectl::net
