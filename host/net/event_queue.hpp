/// Where answers wait for the engine.
#pragma once

#include "host/net/venue_net.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>

namespace tradectl::net {

/// One producer, the net's thread, and one consumer, the engine's. A push never fails: answers are
/// bounded by the calls that were let in, and streams are not read while the queue is full.
class EventQueue {
  public:
    struct Limits {
        std::size_t bytes_max = 0;
        std::size_t events_max = 0;
    };
    /// `bell` is called on the producer's thread when something comes into an empty queue;
    /// `on_room` on the consumer's when a queue that was full no longer is.
    EventQueue(Limits limits, std::function<void()> bell, std::function<void()> on_room);

    void push(NetEvent event);  ///< [io]
    /// Whether streams should wait; if so, `on_room` will be called. [io]
    [[nodiscard]] bool is_full();
    /// At most `count_max`, oldest first; returns how many. [engine]
    std::size_t drain(std::size_t count_max, const std::function<void(NetEvent&)>& sink);

  private:
    void take();

    Limits limits_;
    std::function<void()> bell_;
    std::function<void()> on_room_;
    std::mutex mutex_;
    std::deque<NetEvent> waiting_;
    std::size_t bytes_ = 0;  ///< of waiting_
    bool was_full_ = false;
    std::deque<NetEvent> taken_;  ///< the consumer's own
};

}  // namespace tradectl::net
