/// Stands between a client and a server and carries their bytes badly.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace tradectl::net {

/// What happens to the bytes of one direction of one connection.
struct Fault {
    enum class Kind {
        None,
        Cut,        ///< both ends are closed
        Reset,      ///< both ends get an RST
        HalfClose,  ///< this direction ends, the other goes on
        BlackHole,  ///< bytes are taken and go nowhere
    };
    static constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();

    Kind kind = Kind::None;
    std::size_t at_byte = kNever;       ///< so many bytes get through before it happens
    std::size_t segment_bytes = 16384;  ///< each sent by itself
    std::int64_t delay_ns = 0;          ///< before each segment
};

struct Faults {
    Fault to_server;
    Fault to_client;
};

/// Listens on 127.0.0.1 and connects each client to a port of the same machine.
class FaultProxy {
  public:
    explicit FaultProxy(std::uint16_t server_port);
    ~FaultProxy();
    FaultProxy(const FaultProxy&) = delete;
    FaultProxy& operator=(const FaultProxy&) = delete;

    /// For connections made from now on.
    void set(const Faults& faults);
    /// Ends all connections that are open.
    void cut_all();
    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// Bytes that clients sent, whether they got through or not.
    [[nodiscard]] std::size_t bytes_from_clients() const { return bytes_from_clients_; }
    [[nodiscard]] std::size_t connections() const { return connections_; }

  private:
    struct Pair;
    void serve();
    void carry(Pair& pair, int from, int to, const Fault& fault, bool is_client);

    std::uint16_t server_port_;
    int listener_ = -1;
    int stop_[2] = {-1, -1};  ///< a pipe that becomes readable at the end
    std::uint16_t port_ = 0;
    std::mutex mutex_;
    Faults faults_;
    std::vector<std::unique_ptr<Pair>> pairs_;
    std::atomic<std::size_t> bytes_from_clients_{0};
    std::atomic<std::size_t> connections_{0};
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

}  // namespace tradectl::net
