#include "host/net/tcp_wire.hpp"

#include "host/net/loop.hpp"

#include <cerrno>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <sys/socket.h>

namespace tradectl::net {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Tcp = asio::ip::tcp;

class TcpWire final : public Wire, public std::enable_shared_from_this<TcpWire> {
  public:
    explicit TcpWire(Tcp::socket socket) : socket_(std::move(socket)) {}

    void read_some(std::span<std::byte> room, Done done) override {
        socket_.async_read_some(
            asio::buffer(room.data(), room.size()),
            [self = shared_from_this(), done = std::move(done)](error_code error, std::size_t n) {
                if (error == asio::error::eof) return done({}, 0);
                done(error, n);
            });
    }
    void write_some(std::span<const std::byte> bytes, Done done) override {
        socket_.async_write_some(asio::buffer(bytes.data(), bytes.size()),
                                 [self = shared_from_this(), done = std::move(done)](
                                     error_code error, std::size_t n) { done(error, n); });
    }
    bool is_quiet() override {
        char byte = 0;
        const auto got =
            ::recv(socket_.native_handle(), &byte, sizeof(byte), MSG_PEEK | MSG_DONTWAIT);
        return got < 0 && (errno == EAGAIN || errno == EINTR);
    }
    [[nodiscard]] bool writes_blindly() const override { return false; }
    void close() override {
        error_code ignored;
        socket_.close(ignored);
    }
    int release() override {
        error_code error;
        const int fd = socket_.release(error);
        return error ? -1 : fd;
    }

  private:
    Tcp::socket socket_;
};

class Try final : public TcpTry {
  public:
    Try(Loop& loop, std::function<void(Expected<std::shared_ptr<Wire>>)> done)
        : state_(std::make_shared<State>(loop.context(), std::move(done))) {}
    ~Try() override {
        state_->done = nullptr;
        error_code ignored;
        state_->socket.close(ignored);
    }
    Try(const Try&) = delete;
    Try& operator=(const Try&) = delete;

    void start(const std::string& address, std::uint16_t port) {
        error_code error;
        const auto ip = asio::ip::make_address(address, error);
        if (error) {
            asio::post(state_->socket.get_executor(),
                       [state = state_, error] { state->end(error); });
            return;
        }
        state_->socket.async_connect(Tcp::endpoint(ip, port),
                                     [state = state_](error_code result) { state->end(result); });
    }

  private:
    /// Shared with the operation under way.
    struct State {
        State(asio::io_context& context, std::function<void(Expected<std::shared_ptr<Wire>>)> call)
            : socket(context), done(std::move(call)) {}
        void end(error_code error) {
            const auto call = std::exchange(done, nullptr);
            if (!call) return;
            if (error) return call(fail(ErrorCode::Unavailable, "connect: " + error.message()));
            socket.set_option(Tcp::no_delay(true), error);
            call(std::shared_ptr<Wire>(std::make_shared<TcpWire>(std::move(socket))));
        }
        Tcp::socket socket;
        std::function<void(Expected<std::shared_ptr<Wire>>)> done;
    };
    std::shared_ptr<State> state_;
};

}  // namespace

std::unique_ptr<TcpTry> connect_tcp(Loop& loop,
                                    const std::string& address,
                                    std::uint16_t port,
                                    std::function<void(Expected<std::shared_ptr<Wire>>)> done) {
    auto attempt = std::make_unique<Try>(loop, std::move(done));
    attempt->start(address, port);
    return attempt;
}

}  // namespace tradectl::net
