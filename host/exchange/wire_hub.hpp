/// The network of all exchanges of a session, shared out to each.
#pragma once

#include "host/net/venue_net.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace tradectl::exchange {

/// One net, and for each of its venues what came for it. [engine]
class WireHub {
  public:
    /// As net::VenueNet::open.
    static Expected<std::unique_ptr<WireHub>> open(net::VenueNetOptions options,
                                                   const Clock& clock,
                                                   Disk& disk,
                                                   std::function<void()> bell);

    [[nodiscard]] net::VenueNet& net() { return *net_; }
    /// The oldest event that came for the venue; nothing when there is none.
    [[nodiscard]] std::optional<net::NetEvent> take(net::VenueIndex venue);
    /// Whether an event was taken from the net and waits here.
    [[nodiscard]] bool waits(net::VenueIndex venue) const { return !waiting_[venue].empty(); }

  private:
    WireHub(std::unique_ptr<net::VenueNet> net, std::size_t venues)
        : net_(std::move(net)), waiting_(venues) {}

    std::unique_ptr<net::VenueNet> net_;
    std::vector<std::deque<net::NetEvent>> waiting_;
};

}  // namespace tradectl::exchange
