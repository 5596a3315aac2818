/// A server on a Unix socket: one line in, one line out.
#pragma once

#include "host/net/peer.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace tradectl::net {

/// Sends the answer to one request; without the newline, which it must not contain. The first call
/// counts; a client that went away and a server that stopped make it nothing. [any]
using Reply = std::function<void(std::string)>;

/// Answers a server's requests. [io]
class LineService {
  public:
    virtual ~LineService() = default;
    /// One request without its newline. `reply` may be called from here or later.
    virtual void on_request(const Peer& peer, std::string line, Reply reply) = 0;
    /// The line that tells a client why it is sent away: Permission for a user who may not connect,
    /// Quota for a request that is too long, Unavailable when too many are connected.
    virtual std::string refusal(const Peer& peer, const Error& error) = 0;
};

struct LineServerOptions {
    std::string path;  ///< absolute; at most `kSocketPathBytesMax` bytes
    std::size_t request_bytes_max = 64u << 10;
    std::size_t clients_max = 32;
    /// A client that takes longer to send its request, or to take its answer, is dropped.
    std::int64_t client_ns_max = 30 * kNsPerSecond;
};

/// Longest path of a socket: sockaddr_un holds 108 bytes with the zero at the end, see unix(7).
inline constexpr std::size_t kSocketPathBytesMax = 107;

/// Listens with a thread of its own. The socket's mode is 0600, and whoever connects must be this
/// process's user or root. Requests of one client are answered one after the other.
class LineServer {
  public:
    struct Core;  // what its clients share, in the source

    /// Replaces a socket that a dead process left: the caller makes sure that nobody else serves
    /// there. InvalidArgument when the path is too long; Permission when the folder belongs to
    /// somebody else or others may write it; BadState when something that is no socket has the
    /// name; Io. `service` must outlive it.
    static Expected<std::unique_ptr<LineServer>> open(LineServerOptions options,
                                                      LineService& service);
    /// As `stop(0)`.
    ~LineServer();
    LineServer(const LineServer&) = delete;
    LineServer& operator=(const LineServer&) = delete;

    /// Takes no requests any more, gives answers up to `wait_ns` to get out, removes the socket.
    void stop(std::int64_t wait_ns);

  private:
    explicit LineServer(std::shared_ptr<Core> core);
    std::shared_ptr<Core> core_;
};

}  // namespace tradectl::net
