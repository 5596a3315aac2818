#include "host/exchange/wire_hub.hpp"

#include <utility>

namespace tradectl::exchange {

namespace {

/// Taken from the net at once; the rest waits there, where it holds the streams back.
constexpr std::size_t kTakenMax = 256;

}  // namespace

Expected<std::unique_ptr<WireHub>> WireHub::open(net::VenueNetOptions options,
                                                 const Clock& clock,
                                                 Disk& disk,
                                                 std::function<void()> bell) {
    const std::size_t venues = options.venues.size();
    auto net = net::VenueNet::open(std::move(options), clock, disk, std::move(bell));
    if (!net) return fail(net.error());
    return std::unique_ptr<WireHub>(new WireHub(std::move(*net), venues));
}

std::optional<net::NetEvent> WireHub::take(net::VenueIndex venue) {
    if (waiting_[venue].empty()) {
        net_->drain(kTakenMax, [this](net::NetEvent& event) {
            waiting_[event.venue].push_back(std::move(event));
        });
    }
    if (waiting_[venue].empty()) return std::nullopt;
    net::NetEvent event = std::move(waiting_[venue].front());
    waiting_[venue].pop_front();
    return event;
}

}  // namespace tradectl::exchange
