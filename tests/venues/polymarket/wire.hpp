/// Bytes on a socket, with TLS or without, never blocking.
#pragma once

#include <memory>
#include <string>

namespace polysim {

/// Server side of TLS with a certificate of its own, made on the spot for localhost and 127.0.0.1.
class TlsServer {
  public:
    /// Writes `certificate.pem` into `directory`: what a client must trust.
    explicit TlsServer(const std::string& directory);
    ~TlsServer();
    TlsServer(const TlsServer&) = delete;
    TlsServer& operator=(const TlsServer&) = delete;
    const std::string& certificate_path() const { return path_; }

  private:
    friend class Wire;
    void* context_;
    std::string path_;
};

class Wire {
  public:
    enum class Outcome { Moved, Later, Ended };

    /// Owns `fd`. `tls` may be null.
    Wire(int fd, const TlsServer* tls);
    ~Wire();
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    int fd() const { return fd_; }
    /// Appends what has come.
    Outcome read(std::string& in);
    /// Sends the front of `out` and takes it off.
    Outcome write(std::string& out);
    /// Makes closing a reset.
    void reset_on_close();

  private:
    Outcome outcome(long result) const;

    int fd_;
    void* tls_ = nullptr;
};

/// A listening socket on 127.0.0.1; returns it and its port.
struct Listening {
    int fd;
    int port;
};
Listening listen_on(int port);
/// A connection, or -1.
int accept_from(int fd);

}  // namespace polysim
