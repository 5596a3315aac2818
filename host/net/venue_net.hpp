/// Sessions with venues: web requests on kept connections and WebSocket streams, all on one thread
/// of their own, with answers handed over to the engine in the order in which they came.
///
/// Standards: HTTP/1.1 (RFC 9112), WebSocket (RFC 6455, RFC 7692), TLS 1.2 or later.
#pragma once

#include "host/net/wiped_text.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tradectl {
class Clock;
class Disk;
}  // namespace tradectl

namespace tradectl::net {

/// One of the exchanges that use the net: its index in `VenueNetOptions::venues`.
using VenueIndex = std::uint32_t;

/// What a request does at the venue, and so whether it may go out twice.
enum class Deed : std::uint8_t {
    Reads,  ///< changes nothing: sent again once when a kept connection turns out to be dead
    Acts,   ///< never sent again once a byte of it may have left
};

struct RateBucket {
    std::string name;
    double per_second = 0;  ///< tokens that come back each second; 0: no limit
    double burst = 1;       ///< tokens at most
};

/// Whether hosts other than this machine may be spoken to without TLS.
enum class PlainText : std::uint8_t { ThisMachineOnly, Anywhere };
enum class Deflate : std::uint8_t { Off, Offered };

/// How one exchange reaches its venue.
struct VenueLink {
    std::string name;                ///< of the exchange, for messages and the recording
    std::vector<std::string> hosts;  ///< "host" (usual port) or "host:port"; no others
    std::string proxy;               ///< URL of scheme http, used by CONNECT; empty: none
    std::string ca_file;             ///< PEM, in the place of the system's roots; empty: those
    /// Base64 of SHA-256 of public keys (RFC 7469, 2.4), one of which must stand in the venue's
    /// chain. Empty: any key that the roots vouch for.
    std::vector<std::string> pins;
    PlainText plain_text = PlainText::ThisMachineOnly;
    std::vector<RateBucket> buckets;
    std::int64_t request_timeout_ns = 30 * kNsPerSecond;  ///< from `send` to the whole answer
    std::int64_t connect_timeout_ns = 60 * kNsPerSecond;  ///< of a stream, until it is open
    std::int64_t idle_ns_max = 50 * kNsPerSecond;         ///< an unused connection is closed then
    std::size_t answer_bytes_max = 16u << 20;
    std::size_t connections_max = 16;  ///< for each host and purpose
    std::size_t calls_max = 4096;      ///< requests without an answer yet
    // Streams.
    std::size_t message_bytes_max = 16u << 20;
    std::int64_t heartbeat_ns = 10 * kNsPerSecond;  ///< a ping each; two without any word are death
    std::int64_t silence_ns = 30 * kNsPerSecond;    ///< open, but no message: stale
    std::int64_t first_retry_ns_max = 1 * kNsPerSecond;  ///< first retry after a stream broke
    std::int64_t retry_ns_max = 300 * kNsPerSecond;
    Deflate deflate = Deflate::Off;
    /// Directory for a recording of the traffic, secrets removed. Empty: none.
    std::string record;
    std::uint64_t record_bytes_max = 64u << 20;  ///< of one file; then the next one begins
};

struct VenueNetOptions {
    std::vector<VenueLink> venues;
    std::uint64_t seed = 0;  ///< of the jitter
    /// Stream messages are not read off the wire while more than this waits for `drain`.
    std::size_t queue_bytes_max = 64u << 20;
    std::size_t queue_events_max = 65536;
};

struct HttpHeader {
    std::string name;
    WipedText value;
};

struct HttpCall {
    VenueIndex venue = 0;
    std::uint64_t id = 0;  ///< the caller's, returned with the answer
    Deed deed = Deed::Acts;
    std::string method = "GET";
    std::string url;
    std::vector<HttpHeader> headers;  ///< Host, Content-Length and Connection are ours
    WipedText body;
    std::int64_t timeout_ns = 0;  ///< 0: the venue's
    std::uint32_t bucket = 0;     ///< ignored when the venue has no buckets
    std::uint32_t weight = 1;
    std::uint32_t purpose = 0;  ///< calls of one purpose share connections with no other
    /// The answer's body holds a secret that nobody knows yet: the recording has its length alone.
    enum class Record : std::uint8_t { Whole, WithoutAnswer } record = Record::Whole;
};

struct WsOpen {
    VenueIndex venue = 0;
    std::uint64_t id = 0;
    std::string url;  ///< ws or wss
    std::vector<HttpHeader> headers;
};

enum class WsKind : std::uint8_t { Text, Binary };

/// What came. For a failed request `error` is OutcomeUnknown when it acts and a byte of it may have
/// left. With any other code nothing of one that acts left: Unavailable, RateLimited (its bucket
/// stays closed beyond its deadline), Authentication (certificate or pin). One that only reads is
/// never OutcomeUnknown; Quota: an answer above its limit.
struct NetEvent {
    enum class Kind : std::uint8_t { Answer, Failure, Opened, Text, Binary, Closed, Stale };
    Kind kind = Kind::Answer;
    VenueIndex venue = 0;
    std::uint64_t id = 0;  ///< of the call or the stream
    Timestamp received;
    int status = 0;  ///< Answer: HTTP's. Closed: the close code (1006 when there was none)
    std::vector<std::pair<std::string, std::string>> headers;  ///< Answer, Opened
    std::string body;                 ///< Answer, Text, Binary; Closed: the reason
    Error error;                      ///< Failure; Closed: why, in our words
    std::int64_t retry_after_ns = 0;  ///< Answer 429 or 503, RateLimited: wait so long; 0: none
    std::uint64_t connection = 0;     ///< Opened and after: which connection of this stream
    std::uint64_t opening = 0;        ///< of a stream: which `ws_open` it belongs to
};

/// Counts since the start, but for those that say "now". [any]
struct NetStats {
    std::uint64_t calls = 0;
    std::uint64_t answers = 0;
    std::uint64_t failures = 0;
    std::uint64_t repeats = 0;             ///< reading requests sent again on a fresh connection
    std::uint64_t connections_opened = 0;  ///< for requests; far below `calls` when reused
    std::uint64_t connections_now = 0;
    std::uint64_t streams_opened = 0;
    std::uint64_t streams_now = 0;
    std::uint64_t pauses = 0;  ///< times that a stream was not read because the engine was behind
};

/// All venues' connections. Made, used and ended by one thread, the engine's, but for what says
/// otherwise. A stream that breaks is opened again by itself until it is closed.
class VenueNet {
  public:
    struct Core;  // in the source

    /// `bell` is called on the net's thread when something waits for `drain`; it must be quick.
    /// `clock` stamps what came; `disk` takes recordings. Both and the bell outlive the net.
    /// InvalidArgument or Permission with the config's key when an option is wrong: a proxy that is
    /// no URL, a pin that is no digest, roots that cannot be read.
    static Expected<std::unique_ptr<VenueNet>> open(VenueNetOptions options,
                                                    const Clock& clock,
                                                    Disk& disk,
                                                    std::function<void()> bell);
    /// Drops all connections; what was not answered yet never is.
    ~VenueNet();
    VenueNet(const VenueNet&) = delete;
    VenueNet& operator=(const VenueNet&) = delete;

    /// After success exactly one Answer or Failure comes. InvalidArgument (method, URL, header,
    /// bucket), Permission (a host that `exchanges[].network.hosts` does not list, plain text
    /// beyond this machine), Quota (too many calls without an answer): nothing was done.
    Status send(HttpCall call);
    /// Opens a stream and keeps it open. Opened comes for each connection, Closed for each that
    /// breaks or cannot be made. Errors as `send`; BadState for an id that is in use.
    Status ws_open(WsOpen request);
    /// Sends on the connection whose Opened was drained last. Unavailable when there is none: it is
    /// not kept for the next connection. NotFound for an unknown id; Quota above 16 MiB unsent.
    Status ws_send(VenueIndex venue, std::uint64_t id, WsKind kind, WipedText payload);
    /// Ends a stream with a close frame; no event of it comes any more. NotFound.
    Status ws_close(VenueIndex venue, std::uint64_t id);

    /// Text that must never stand in the recordings of this venue, from now on.
    void hide(VenueIndex venue, WipedText secret);

    /// Hands over what waits, oldest first, at most `count_max`; returns how many left the queue.
    /// When that is `count_max` more may wait, for which the bell does not ring again. The sink may
    /// call anything here but `drain`.
    std::size_t drain(std::size_t count_max, const std::function<void(NetEvent&)>& sink);
    [[nodiscard]] NetStats stats() const;

  private:
    explicit VenueNet(std::unique_ptr<Core> core);
    std::unique_ptr<Core> core_;
};

}  // namespace tradectl::net
