/// A server whose every byte a test writes itself, on the test's own thread.
#pragma once

#include "tests/host/base/temporary_directory.hpp"
#include "tests/net_support/certificate.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct ssl_st;

namespace tradectl::net {

/// The server's end of one connection. Every wait ends after ten seconds.
class ServerEnd {
  public:
    ServerEnd(int fd, ssl_st* tls) : fd_(fd), tls_(tls) {}
    ~ServerEnd();
    ServerEnd(const ServerEnd&) = delete;
    ServerEnd& operator=(const ServerEnd&) = delete;

    /// Head and body of a request, as far as Content-Length says; less when the client went.
    std::string read_request();
    /// So many bytes, or fewer when the client went.
    std::string read(std::size_t bytes);
    bool write(std::string_view bytes);
    /// An answer with Content-Length; `headers` are whole lines.
    bool answer(int status, std::string_view body, std::string_view headers = {});
    /// Sends no more, and goes on reading.
    void finish() const;
    /// Ends the connection as a crashed machine would: RST.
    void reset();
    /// Reads all that comes until the client goes; false when it does not.
    bool sees_the_end();

  private:
    int fd_;
    ssl_st* tls_;
};

enum class Tls { Off, On };

/// Listens on 127.0.0.1 at a port of the system's choice.
class Listener {
  public:
    explicit Listener(Tls tls = Tls::Off, const std::string& certificate_name = "DNS:localhost");
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    /// The next connection, its handshake done; null when none came or its handshake failed.
    std::unique_ptr<ServerEnd> accept();
    /// Whether a connection is waiting to be accepted.
    [[nodiscard]] bool is_asked() const;
    /// No connection is taken any more: the next ones are refused.
    void stop();

    /// Makes an `accept` that waits come back with nothing, and all later ones. [any]
    void wake() const;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string host() const { return "localhost:" + std::to_string(port_); }
    /// By name, with the scheme that fits: "http" or "ws", and an "s" with TLS.
    [[nodiscard]] std::string url(const std::string& scheme, const std::string& path = "/") const;
    [[nodiscard]] std::string ca_file() const { return folder_.file("ca.pem"); }
    [[nodiscard]] const Certificate& certificate() const { return certificate_; }

  private:
    Tls tls_;
    TemporaryDirectory folder_;
    Certificate certificate_;
    int fd_ = -1;
    std::uint16_t port_ = 0;
};

}  // namespace tradectl::net
