#include "host/net/tls_wire.hpp"

#include "host/net/loop.hpp"
#include "host/net/trust.hpp"

#include <cerrno>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <openssl/ssl.h>
#include <sys/socket.h>

namespace tradectl::net {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Tcp = asio::ip::tcp;

class TlsWire final : public Wire, public std::enable_shared_from_this<TlsWire> {
  public:
    TlsWire(Tcp::socket socket, std::shared_ptr<const Trust> trust, const std::string& host)
        : trust_(std::move(trust)),
          finding_{host, ""},
          stream_(std::move(socket), trust_->make_session(finding_)) {}

    void shake(std::function<void(Status)> done) {
        stream_.async_handshake(asio::ssl::stream_base::client,
                                [self = shared_from_this(), done = std::move(done)](
                                    error_code error) { done(self->judge(error)); });
    }

    void read_some(std::span<std::byte> room, Done done) override {
        stream_.async_read_some(
            asio::buffer(room.data(), room.size()),
            [self = shared_from_this(), done = std::move(done)](error_code error, std::size_t n) {
                if (error == asio::error::eof) return done({}, 0);
                done(error, n);
            });
    }
    void write_some(std::span<const std::byte> bytes, Done done) override {
        stream_.async_write_some(asio::buffer(bytes.data(), bytes.size()),
                                 [self = shared_from_this(), done = std::move(done)](
                                     error_code error, std::size_t n) { done(error, n); });
    }
    bool is_quiet() override {
        char byte = 0;
        const auto got = ::recv(
            stream_.next_layer().native_handle(), &byte, sizeof(byte), MSG_PEEK | MSG_DONTWAIT);
        return got < 0 && (errno == EAGAIN || errno == EINTR);
    }
    [[nodiscard]] bool writes_blindly() const override { return true; }
    void close() override {
        error_code ignored;
        stream_.next_layer().close(ignored);
    }
    int release() override { return -1; }

  private:
    Status judge(error_code error) {
        if (!finding_.text.empty()) {
            return fail(ErrorCode::Authentication,
                        finding_.host + ": certificate: " + finding_.text);
        }
        if (error) {
            return fail(ErrorCode::Unavailable, finding_.host + ": tls: " + error.message());
        }
        return trust_->check_pins(stream_.native_handle(), finding_.host);
    }

    std::shared_ptr<const Trust> trust_;  // of the venue, whose later connections share it
    CertificateFinding finding_;
    asio::ssl::stream<Tcp::socket> stream_;
};

}  // namespace

std::shared_ptr<Wire> shake_hands(Loop& loop,
                                  Wire& plain,
                                  std::shared_ptr<const Trust> trust,
                                  const std::string& host,
                                  std::function<void(Status)> done) {
    Tcp::socket socket(loop.context());
    const int fd = plain.release();
    error_code error;
    sockaddr_storage name{};
    socklen_t size = sizeof(name);
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size);
    socket.assign(name.ss_family == AF_INET6 ? Tcp::v6() : Tcp::v4(), fd, error);
    auto wire = std::make_shared<TlsWire>(std::move(socket), std::move(trust), host);
    // A socket that could not be taken over fails its first write.
    wire->shake(std::move(done));
    return wire;
}

}  // namespace tradectl::net
