/// A server that answers every request alike and counts them.
#pragma once

#include "tests/net_support/server_end.hpp"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <thread>

namespace tradectl::net {

/// Serves one connection after the other, each until its client goes; clients go before it does.
class AnsweringServer {
  public:
    explicit AnsweringServer(Tls tls = Tls::Off, std::string body = "ok");
    ~AnsweringServer();
    AnsweringServer(const AnsweringServer&) = delete;
    AnsweringServer& operator=(const AnsweringServer&) = delete;

    [[nodiscard]] const Listener& listener() const { return listener_; }
    /// Waits until so many connections have come and gone; returns the whole requests among them.
    std::size_t requests_of(std::size_t connections);

  private:
    void serve();
    void talk(ServerEnd& end);

    Listener listener_;
    std::string body_;
    std::atomic<bool> stopping_{false};
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t connections_ = 0;
    std::size_t requests_ = 0;
    std::thread thread_;
};

}  // namespace tradectl::net
