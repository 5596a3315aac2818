/// A VenueNet with one venue, and an engine that waits for what it says.
#pragma once

#include "host/base/clock.hpp"
#include "host/base/disk.hpp"
#include "host/net/venue_net.hpp"
#include "tests/net_support/server_end.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace tradectl::net {

/// A link to a server of the test, quick to retry.
inline VenueLink link_to(const Listener& server) {
    VenueLink link;
    link.name = "test";
    link.hosts = {server.host()};
    link.ca_file = server.ca_file();
    link.request_timeout_ns = 10 * kNsPerSecond;
    link.connect_timeout_ns = 10 * kNsPerSecond;
    link.first_retry_ns_max = kNsPerMillisecond;
    link.retry_ns_max = 4 * kNsPerMillisecond;
    return link;
}

class NetRig {
  public:
    explicit NetRig(VenueLink link, std::size_t queue_events_max = 65536)
        : disk_(make_memory_disk()) {
        VenueNetOptions options;
        options.venues.push_back(std::move(link));
        options.seed = 1;
        options.queue_events_max = queue_events_max;
        auto net = VenueNet::open(std::move(options), clock_, *disk_, [this] {
            const std::lock_guard lock(mutex_);
            rung_ = true;
            changed_.notify_all();
        });
        if (!net) {
            ADD_FAILURE() << net.error().message;
            std::abort();
        }
        net_ = std::move(*net);
    }

    /// The next event; a Failure "nothing came" after ten seconds.
    NetEvent wait() {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        for (;;) {
            take();
            if (!events_.empty()) break;
            std::unique_lock lock(mutex_);
            if (!changed_.wait_until(lock, deadline, [this] { return rung_; })) {
                NetEvent none;
                none.kind = NetEvent::Kind::Failure;
                none.error = {ErrorCode::Internal, kNothing};
                return none;
            }
            rung_ = false;
        }
        NetEvent event = std::move(events_.front());
        events_.pop_front();
        return event;
    }
    /// The next event of that kind, past all others.
    NetEvent wait_for(NetEvent::Kind kind) {
        for (;;) {
            NetEvent event = wait();
            if (event.kind == kind || event.error.message == kNothing) return event;
        }
    }
    VenueNet& net() { return *net_; }
    Disk& disk() { return *disk_; }
    /// Ends the net.
    void stop() { net_.reset(); }

  private:
    static constexpr const char* kNothing = "nothing came";

    void take() {
        net_->drain(1000, [this](NetEvent& event) { events_.push_back(std::move(event)); });
    }

    SystemClock clock_;
    std::unique_ptr<Disk> disk_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool rung_ = false;
    std::deque<NetEvent> events_;
    std::unique_ptr<VenueNet> net_;
};

inline HttpCall call_to(const Listener& server,
                        Deed deed,
                        std::uint64_t id = 1,
                        const std::string& path = "/order") {
    HttpCall call;
    call.id = id;
    call.deed = deed;
    call.method = deed == Deed::Acts ? "POST" : "GET";
    call.url = server.url("http", path);
    if (deed == Deed::Acts) call.body.append("{\"x\":1}");
    return call;
}

}  // namespace tradectl::net
