/// A venue on loopback sockets, on a thread of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace polysim {

class Simulator {
  public:
    struct Options {
        std::uint64_t seed = 1;     ///< of ids and API keys
        int port = 0;               ///< of the listener that serves everything; 0: any
        std::string tls_directory;  ///< empty: no TLS; else the certificate is written here
    };

    /// Throws std::runtime_error when a port is taken or the certificate cannot be written.
    explicit Simulator(const Options& options);
    ~Simulator();
    Simulator(const Simulator&) = delete;
    Simulator& operator=(const Simulator&) = delete;

    /// Base URL without a slash at its end: "clob", "gamma", "data", "rpc0" to "rpc2", "control",
    /// and "ws" (add /ws/market or /ws/user). [any]
    std::string url(const std::string& service) const;
    int port(const std::string& service) const;
    /// All URLs and the certificate's path, as one line of JSON. [any]
    std::string describe() const;

    /// `POST /control/NAME` without the socket; returns the answer's body. [any]
    std::string control(const std::string& name, const std::string& json);
    /// `GET /control/ledger`. [any]
    std::string ledger();

  private:
    class Loop;
    std::unique_ptr<Loop> loop_;
};

}  // namespace polysim
