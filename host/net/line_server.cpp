#include "host/net/line_server.hpp"

#include "host/base/log.hpp"
#include "host/net/socket_file.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <sys/socket.h>
#include <unistd.h>

namespace tradectl::net {

namespace {

namespace asio = boost::asio;
using Protocol = asio::local::stream_protocol;
using boost::system::error_code;

constexpr auto kAcceptAgain = std::chrono::milliseconds(100);

Peer peer_of(Protocol::socket& socket) {
    ucred credentials{};
    socklen_t size = sizeof(credentials);
    const int fd = socket.native_handle();
    if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
        return {.uid = UINT32_MAX, .gid = UINT32_MAX};
    }
    return {.uid = credentials.uid, .gid = credentials.gid, .pid = credentials.pid};
}

bool may_connect(const Peer& peer) {
    return peer.uid == 0 || peer.uid == ::geteuid();
}

class Client;

}  // namespace

/// Shared by the server, its clients and the replies that are still out; everything but `mutex`,
/// `closed` and `finished` belongs to the io thread.
struct LineServer::Core : std::enable_shared_from_this<LineServer::Core> {
    Core(LineServerOptions o, LineService& s) : options(std::move(o)), service(s) {}

    void accept();
    void admit(Protocol::socket socket);
    void shut();

    const LineServerOptions options;
    LineService& service;
    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
    Protocol::acceptor acceptor{io};
    asio::steady_timer again{io};
    std::set<std::shared_ptr<Client>> clients;
    bool stopping = false;
    std::thread thread;

    std::mutex mutex;
    std::condition_variable changed;
    bool closed = false;    // no reply is taken any more
    bool finished = false;  // the io thread has nothing left to do
};

namespace {

/// One connection. [io]
class Client : public std::enable_shared_from_this<Client> {
  public:
    Client(LineServer::Core& core, Protocol::socket socket)
        : core_(core), socket_(std::move(socket)), timer_(core.io), peer_(peer_of(socket_)) {}

    [[nodiscard]] const Peer& peer() const { return peer_; }

    void read() {
        state_ = State::Reading;
        limit_time();
        asio::async_read_until(socket_,
                               asio::dynamic_buffer(input_, core_.options.request_bytes_max),
                               '\n',
                               [self = shared_from_this()](error_code error, std::size_t bytes) {
                                   self->on_read(error, bytes);
                               });
    }

    /// Says why, and closes.
    void refuse(const Error& error) {
        last_ = true;
        write(core_.service.refusal(peer_, error));
    }

    /// The server stops: an answer that is on its way may still get out.
    void shut() {
        last_ = true;
        if (state_ == State::Reading) close();
    }

    void close() {
        error_code ignored;
        timer_.cancel(ignored);
        socket_.close(ignored);
        core_.clients.erase(shared_from_this());
    }

  private:
    enum class State { Reading, Answering, Writing };

    void limit_time() {
        timer_.expires_after(std::chrono::nanoseconds(core_.options.client_ns_max));
        timer_.async_wait([self = shared_from_this()](error_code error) {
            if (!error && self->state_ != State::Answering) self->close();
        });
    }

    void on_read(error_code error, std::size_t bytes) {
        if (error == asio::error::not_found) {
            return refuse(
                {ErrorCode::Quota,
                 "a request above " + std::to_string(core_.options.request_bytes_max) + " bytes"});
        }
        if (error) return close();
        state_ = State::Answering;
        timer_.cancel();
        std::string line = input_.substr(0, bytes - 1);
        input_.erase(0, bytes);
        core_.service.on_request(peer_, std::move(line), make_reply());
    }

    Reply make_reply() {
        auto answered = std::make_shared<std::atomic<bool>>(false);
        return [core = core_.shared_from_this(), self = weak_from_this(), answered](
                   std::string answer) {
            if (answered->exchange(true)) return;
            const std::lock_guard lock(core->mutex);
            if (core->closed) return;
            asio::post(core->io, [self, answer = std::move(answer)]() mutable {
                if (const auto client = self.lock()) client->write(std::move(answer));
            });
        };
    }

    void write(std::string answer) {
        if (!socket_.is_open()) return;
        state_ = State::Writing;
        output_ = std::move(answer) + "\n";
        limit_time();
        asio::async_write(socket_,
                          asio::buffer(output_),
                          [self = shared_from_this()](error_code error, std::size_t) {
                              if (error || self->last_) return self->close();
                              self->read();
                          });
    }

    LineServer::Core& core_;
    Protocol::socket socket_;
    asio::steady_timer timer_;
    const Peer peer_;
    State state_ = State::Reading;
    bool last_ = false;
    std::string input_;
    std::string output_;
};

}  // namespace

void LineServer::Core::accept() {
    acceptor.async_accept([this](error_code error, Protocol::socket socket) {
        if (stopping) return;
        if (!error) {
            admit(std::move(socket));
            return accept();
        }
        // Out of descriptors, say: a moment later there may be some.
        again.expires_after(kAcceptAgain);
        again.async_wait([this](error_code canceled) {
            if (!canceled && !stopping) accept();
        });
    });
}

void LineServer::Core::admit(Protocol::socket socket) {
    const auto client = std::make_shared<Client>(*this, std::move(socket));
    const bool full = clients.size() >= options.clients_max;
    clients.insert(client);
    if (!may_connect(client->peer())) {
        return client->refuse({ErrorCode::Permission,
                               "uid " + std::to_string(client->peer().uid) + " may not connect"});
    }
    if (full) {
        return client->refuse({ErrorCode::Unavailable,
                               std::to_string(options.clients_max) + " clients are connected"});
    }
    client->read();
}

void LineServer::Core::shut() {
    stopping = true;
    work.reset();
    error_code ignored;
    acceptor.close(ignored);
    again.cancel(ignored);
    const auto all = clients;
    for (const auto& client : all)
        client->shut();
}

LineServer::LineServer(std::shared_ptr<Core> core) : core_(std::move(core)) {}

Expected<std::unique_ptr<LineServer>> LineServer::open(LineServerOptions options,
                                                       LineService& service) {
    auto fd = listen_at(options.path);
    if (!fd) return fail(fd.error());
    auto core = std::make_shared<Core>(std::move(options), service);
    error_code error;
    core->acceptor.assign(Protocol(), *fd, error);
    if (error) {
        ::close(*fd);
        return fail(ErrorCode::Io, core->options.path + ": " + error.message());
    }
    core->accept();
    core->thread = std::thread([core = core.get()] {
        core->io.run();
        const std::lock_guard lock(core->mutex);
        core->finished = true;
        core->changed.notify_all();
    });
    return std::unique_ptr<LineServer>(new LineServer(std::move(core)));
}

LineServer::~LineServer() {
    stop(0);
}

void LineServer::stop(std::int64_t wait_ns) {
    if (!core_->thread.joinable()) return;
    ::unlink(core_->options.path.c_str());
    asio::post(core_->io, [core = core_.get()] { core->shut(); });
    {
        std::unique_lock lock(core_->mutex);
        core_->changed.wait_for(
            lock, std::chrono::nanoseconds(wait_ns), [this] { return core_->finished; });
        core_->closed = true;
    }
    core_->io.stop();
    core_->thread.join();
    // What is left belongs to this thread now: closes it, so that nothing refers to the core.
    const auto left = core_->clients;
    for (const auto& client : left)
        client->close();
    core_->io.restart();
    core_->io.poll();
}

}  // namespace tradectl::net
