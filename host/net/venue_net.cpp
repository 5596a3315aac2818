#include "host/net/venue_net.hpp"

#include "host/base/random.hpp"
#include "host/net/event_queue.hpp"
#include "host/net/http_text.hpp"
#include "host/net/loop.hpp"
#include "host/net/net_parts.hpp"
#include "host/net/recorder.hpp"
#include "host/net/stream.hpp"
#include "host/net/url.hpp"
#include "host/net/venue_calls.hpp"

#include <atomic>
#include <map>
#include <utility>

namespace tradectl::net {

namespace {

/// What the engine knows of a stream.
struct Belief {
    std::uint64_t opening = 0;
    std::uint64_t connection = 0;  ///< the one that is open; 0: none
};

/// One exchange, as both threads know it.
struct Venue {
    Venue(NetParts parts, VenueReach made)
        : reach(std::move(made)), calls(std::make_unique<VenueCalls>(parts, reach, open_calls)) {}

    // [any]
    VenueReach reach;
    std::atomic<std::size_t> open_calls{0};
    // [io]
    std::unique_ptr<VenueCalls> calls;
    std::map<std::uint64_t, std::unique_ptr<Stream>> streams;
    // [engine]
    std::map<std::uint64_t, Belief> believed;
};

/// What moves to the net's thread: std::function wants to copy, and these move only.
template <typename T>
std::shared_ptr<T> boxed(T&& value) {
    return std::make_shared<T>(std::move(value));
}

}  // namespace

struct VenueNet::Core {
    Core(const VenueNetOptions& options, const Clock& clock, std::function<void()> bell)
        : random(options.seed),
          queue({options.queue_bytes_max, options.queue_events_max},
                std::move(bell),
                [this] { loop.post([this] { resume(); }); }),
          parts{loop, clock, random, queue, counters} {}
    ~Core() {
        loop.stop();
        venues.clear();
    }
    Core(const Core&) = delete;
    Core& operator=(const Core&) = delete;

    void resume() {
        for (const auto& venue : venues) {
            for (const auto& [id, stream] : venue->streams)
                stream->resume();
        }
    }

    Expected<Venue*> venue_of(VenueIndex index) {
        if (index < venues.size()) return venues[index].get();
        return fail(ErrorCode::InvalidArgument, "no venue " + std::to_string(index));
    }

    /// The engine hears of an event: what it believes about the stream follows. False for one of a
    /// stream that it has closed.
    bool believe(const NetEvent& event) {
        if (event.opening == 0) return true;
        auto& believed = venues[event.venue]->believed;
        const auto it = believed.find(event.id);
        if (it == believed.end() || it->second.opening != event.opening) return false;
        if (event.kind == NetEvent::Kind::Opened) it->second.connection = event.connection;
        if (event.kind == NetEvent::Kind::Closed) it->second.connection = 0;
        return true;
    }

    SeededRandom random;
    NetCounters counters;
    Loop loop;
    EventQueue queue;
    NetParts parts;
    std::vector<std::unique_ptr<Venue>> venues;
    std::uint64_t openings = 0;  // [engine]
};

Expected<std::unique_ptr<VenueNet>> VenueNet::open(VenueNetOptions options,
                                                   const Clock& clock,
                                                   Disk& disk,
                                                   std::function<void()> bell) {
    auto core = std::make_unique<Core>(options, clock, std::move(bell));
    for (VenueLink& link : options.venues) {
        auto reach = VenueReach::open(std::move(link), disk);
        if (!reach) return fail(reach.error());
        core->venues.push_back(std::make_unique<Venue>(core->parts, std::move(*reach)));
    }
    return std::unique_ptr<VenueNet>(new VenueNet(std::move(core)));
}

VenueNet::VenueNet(std::unique_ptr<Core> core) : core_(std::move(core)) {}
VenueNet::~VenueNet() = default;

Status VenueNet::send(HttpCall call) {
    const auto venue = core_->venue_of(call.venue);
    if (!venue) return fail(venue.error());
    if (auto fine = check_method(call.method); !fine) return fine;
    if (auto fine = check_headers(call.headers); !fine) return fine;
    auto url = parse_url(call.url);
    if (!url) return fail(url.error());
    const VenueLink& link = (*venue)->reach.link;
    if (auto allowed = (*venue)->reach.check(*url); !allowed) return allowed;
    if (!link.buckets.empty() && call.bucket >= link.buckets.size()) {
        return fail(
            ErrorCode::InvalidArgument,
            "bucket " + std::to_string(call.bucket) + " of " + std::to_string(link.buckets.size()));
    }
    std::atomic<std::size_t>& open_calls = (*venue)->open_calls;
    if (open_calls.load() >= link.calls_max) {
        return fail(ErrorCode::Quota,
                    link.name + ": " + std::to_string(link.calls_max) + " requests are unanswered");
    }
    ++open_calls;
    core_->loop.post([calls = (*venue)->calls.get(),
                      box = boxed(std::make_pair(std::move(call), std::move(*url)))] {
        calls->start(std::move(box->first), std::move(box->second));
    });
    return {};
}

Status VenueNet::ws_open(WsOpen request) {
    const auto venue = core_->venue_of(request.venue);
    if (!venue) return fail(venue.error());
    if (auto fine = check_headers(request.headers); !fine) return fine;
    auto url = parse_stream_url(request.url);
    if (!url) return fail(url.error());
    if (auto allowed = (*venue)->reach.check(*url); !allowed) return allowed;
    const std::uint64_t id = request.id;
    const std::uint64_t opening = core_->openings + 1;
    if (!(*venue)->believed.emplace(id, Belief{opening, 0}).second)
        return fail(ErrorCode::BadState, "stream " + std::to_string(id) + " is open");
    core_->openings = opening;
    core_->loop.post([core = core_.get(),
                      venue = *venue,
                      opening,
                      box = boxed(std::make_pair(std::move(request), std::move(*url)))] {
        const std::uint64_t number = box->first.id;
        venue->streams[number] = std::make_unique<Stream>(
            core->parts, venue->reach, std::move(box->first), std::move(box->second), opening);
    });
    return {};
}

Status VenueNet::ws_send(VenueIndex index, std::uint64_t id, WsKind kind, WipedText payload) {
    const auto venue = core_->venue_of(index);
    if (!venue) return fail(venue.error());
    const auto it = (*venue)->believed.find(id);
    if (it == (*venue)->believed.end())
        return fail(ErrorCode::NotFound, "stream " + std::to_string(id) + " was not opened");
    if (it->second.connection == 0)
        return fail(ErrorCode::Unavailable, "stream " + std::to_string(id) + " is not connected");
    core_->loop.post([venue = *venue,
                      id,
                      kind,
                      connection = it->second.connection,
                      box = boxed(std::move(payload))] {
        const auto stream = venue->streams.find(id);
        if (stream != venue->streams.end()) stream->second->send(connection, kind, std::move(*box));
    });
    return {};
}

Status VenueNet::ws_close(VenueIndex index, std::uint64_t id) {
    const auto venue = core_->venue_of(index);
    if (!venue) return fail(venue.error());
    if ((*venue)->believed.erase(id) == 0)
        return fail(ErrorCode::NotFound, "stream " + std::to_string(id) + " was not opened");
    core_->loop.post([venue = *venue, id] { venue->streams.erase(id); });
    return {};
}

void VenueNet::hide(VenueIndex index, WipedText secret) {
    const auto venue = core_->venue_of(index);
    if (!venue || !(*venue)->reach.recorder) return;
    core_->loop.post([recorder = (*venue)->reach.recorder.get(), box = boxed(std::move(secret))] {
        recorder->hide(std::move(*box));
    });
}

std::size_t VenueNet::drain(std::size_t count_max, const std::function<void(NetEvent&)>& sink) {
    return core_->queue.drain(count_max, [this, &sink](NetEvent& event) {
        if (core_->believe(event)) sink(event);
    });
}

NetStats VenueNet::stats() const {
    const NetCounters& counters = core_->counters;
    return {.calls = counters.calls,
            .answers = counters.answers,
            .failures = counters.failures,
            .repeats = counters.repeats,
            .connections_opened = counters.connections_opened,
            .connections_now = counters.connections_now,
            .streams_opened = counters.streams_opened,
            .streams_now = counters.streams_now,
            .pauses = counters.pauses};
}

}  // namespace tradectl::net
