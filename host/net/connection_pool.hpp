/// Kept connections to one host for one purpose.
#pragma once

#include "host/net/dial.hpp"

#include <tradectl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>

namespace tradectl::net {

class HttpLink;
class Loop;
class Timer;
class Wire;
struct NetCounters;

/// Lends connections to those who ask, oldest asker first, and makes new ones up to a limit. [io]
class ConnectionPool {
  public:
    struct Limits {
        std::size_t connections_max = 1;
        std::int64_t idle_ns_max = 0;
    };
    /// A connection to be given back, or why there is none.
    using Got = std::function<void(Expected<std::shared_ptr<HttpLink>>)>;

    ConnectionPool(Loop& loop, NetCounters& counters, DialOrder order, Limits limits);
    ~ConnectionPool();
    ConnectionPool(const ConnectionPool&) = delete;
    ConnectionPool& operator=(const ConnectionPool&) = delete;

    /// `got` is called once, perhaps from within this call; returns a ticket for `cancel`.
    std::uint64_t ask(Got got);
    void cancel(std::uint64_t ticket);
    /// Keeps it for the next one when it can still be used.
    void give_back(const std::shared_ptr<HttpLink>& link);
    /// Closes those that nobody uses: one of them turned out to be dead.
    void drop_idle();

  private:
    struct Idle;

    void serve();
    void start_dial();
    void on_dialed(std::uint64_t number, Expected<std::shared_ptr<Wire>> wire);
    void keep(const std::shared_ptr<HttpLink>& link);
    void on_idle_end(const HttpLink* link);
    void count_closed();
    [[nodiscard]] Got take_first();

    Loop& loop_;
    NetCounters& counters_;
    DialOrder order_;
    Limits limits_;
    std::uint64_t last_number_ = 0;
    std::map<std::uint64_t, Got> waiting_;  ///< by ticket: oldest first
    std::map<std::uint64_t, std::unique_ptr<Dial>> dials_;
    std::list<Idle> idle_;  ///< the one used last at the end
    std::size_t open_ = 0;  ///< idle and lent
};

}  // namespace tradectl::net
