/// One client's connection: HTTP until it is upgraded, then one WebSocket session.
#pragma once

#include "tests/venues/polymarket/framing.hpp"
#include "tests/venues/polymarket/wire.hpp"
#include "tests/venues/polymarket/world.hpp"

#include <deque>
#include <string>

namespace polysim {

class Connection {
  public:
    Connection(int id, int fd, const TlsServer* tls, std::string prefix)
        : id_{id}, prefix_{std::move(prefix)}, wire_{fd, tls} {}

    int fd() const { return wire_.fd(); }
    int session() const { return session_; }
    bool over() const { return over_; }
    /// Whether poll should wait until it can be written to.
    bool wants_to_write() const { return !out_.empty(); }
    /// When the next delayed bytes leave, by `steady_ms`; a far time when there are none.
    std::int64_t due_ms() const;

    void on_readable(World& world);
    /// Sends all that is due, and serves what had to wait for it.
    void flush(World& world);
    void push(const Push& push);

  private:
    struct Later {
        std::int64_t due_ms;
        std::string bytes;
        bool then_close;
    };

    void serve_requests(World& world);
    void answer(const std::string& bytes, const Delivery& delivery);
    void upgrade(World& world, const Request& request);
    void read_frames(World& world);
    void on_frame(World& world, const WsFrame& frame);

    int id_;
    std::string prefix_;  ///< put before each path that this listener gets
    Wire wire_;
    std::string in_;
    std::string out_;
    std::string message_;  ///< fragments so far
    std::deque<Later> later_;
    int session_ = 0;
    bool close_when_sent_ = false;
    bool over_ = false;
};

}  // namespace polysim
