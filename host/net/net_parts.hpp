/// What the sessions of all venues share.
#pragma once

#include "host/net/dial.hpp"
#include "host/net/venue_net.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

namespace tradectl {
class Random;
}

namespace tradectl::net {

class EventQueue;
class Loop;
class Recorder;
class Trust;
struct Url;

/// NetStats as they are counted: by the net's thread, read by any.
struct NetCounters {
    using Count = std::atomic<std::uint64_t>;
    Count calls{0};
    Count answers{0};
    Count failures{0};
    Count repeats{0};
    Count connections_opened{0};
    Count connections_now{0};
    Count streams_opened{0};
    Count streams_now{0};
    Count pauses{0};
};

/// All outlive the sessions.
struct NetParts {
    Loop& loop;
    const Clock& clock;
    Random& random;
    EventQueue& queue;
    NetCounters& counters;
};

/// How to get to one venue: its link, made ready. Unchanging but for what it records. [io]
struct VenueReach {
    VenueLink link;
    std::shared_ptr<const Trust> trust;  // each connection keeps it
    std::optional<HostPort> proxy;
    std::unique_ptr<Recorder> recorder;  // null: nothing is recorded

    VenueReach();
    ~VenueReach();
    VenueReach(VenueReach&&) noexcept;

    /// InvalidArgument or Permission, with the config's key.
    static Expected<VenueReach> open(VenueLink link, Disk& disk);
    /// Permission when `url`'s host is not listed, or would be spoken to in the clear. [any]
    [[nodiscard]] Status check(const Url& url) const;
    [[nodiscard]] DialOrder order_to(const Url& url, std::int64_t timeout_ns) const;
};

}  // namespace tradectl::net
