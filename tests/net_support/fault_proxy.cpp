#include "tests/net_support/fault_proxy.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <memory>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tradectl::net {

namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

void reset_at_close(int fd) {
    const linger hard{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
}

bool send_all(int fd, const char* bytes, std::size_t count) {
    while (count > 0) {
        const ssize_t sent = ::send(fd, bytes, count, MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes += sent;
        count -= static_cast<std::size_t>(sent);
    }
    return true;
}

}  // namespace

/// Both sockets of one connection: shut down to end it, closed when both carriers are done.
struct FaultProxy::Pair {
    int client = -1;
    int server = -1;
    Faults faults;
    std::mutex mutex;
    int carriers = 2;
    std::atomic<bool> is_reset{false};
    std::thread to_server;
    std::thread to_client;

    void end(int how) {
        const std::lock_guard lock(mutex);
        if (carriers == 0) return;
        ::shutdown(client, how);
        ::shutdown(server, how);
    }
    void reset() {
        is_reset = true;
        reset_at_close(client);
        reset_at_close(server);
        end(SHUT_RD);  // wakes the carriers; a FIN would go out before the RST
    }
    void leave() {
        const std::lock_guard lock(mutex);
        if (--carriers > 0) return;
        ::close(client);
        ::close(server);
    }
};

FaultProxy::FaultProxy(std::uint16_t server_port) : server_port_(server_port) {
    ::signal(SIGPIPE, SIG_IGN);
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof(address);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(listener_, 64) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
        ::pipe2(stop_, O_CLOEXEC) != 0) {
        std::abort();
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
}

FaultProxy::~FaultProxy() {
    stopping_ = true;
    ::close(stop_[1]);
    thread_.join();
    for (const auto& pair : pairs_) {
        pair->to_server.join();
        pair->to_client.join();
    }
    ::close(listener_);
    ::close(stop_[0]);
}

void FaultProxy::set(const Faults& faults) {
    const std::lock_guard lock(mutex_);
    faults_ = faults;
}

void FaultProxy::cut_all() {
    const std::lock_guard lock(mutex_);
    for (const auto& pair : pairs_)
        pair->end(SHUT_RDWR);
}

void FaultProxy::serve() {
    for (;;) {
        pollfd waiting[] = {{listener_, POLLIN, 0}, {stop_[0], POLLIN, 0}};
        ::poll(waiting, 2, -1);
        if (stopping_) return;
        auto pair = std::make_unique<Pair>();
        pair->client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        pair->server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const sockaddr_in address = loopback(server_port_);
        // A server that is not there is what the client sees: it is hung up on.
        static_cast<void>(
            ::connect(pair->server, reinterpret_cast<const sockaddr*>(&address), sizeof(address)));
        const int on = 1;
        ::setsockopt(pair->client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        ::setsockopt(pair->server, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        ++connections_;
        const std::lock_guard lock(mutex_);
        pair->faults = faults_;
        Pair& made = *pair;
        made.to_server = std::thread(
            [this, &made] { carry(made, made.client, made.server, made.faults.to_server, true); });
        made.to_client = std::thread(
            [this, &made] { carry(made, made.server, made.client, made.faults.to_client, false); });
        pairs_.push_back(std::move(pair));
    }
}

void FaultProxy::carry(Pair& pair, int from, int to, const Fault& fault, bool is_client) {
    std::vector<char> room(fault.segment_bytes);
    std::size_t carried = 0;
    for (;;) {
        const bool strikes = fault.kind != Fault::Kind::None && carried >= fault.at_byte;
        if (strikes && fault.kind == Fault::Kind::HalfClose) break;
        if (strikes && fault.kind == Fault::Kind::Reset) pair.reset();
        if (strikes && fault.kind == Fault::Kind::Cut) pair.end(SHUT_RDWR);
        pollfd waiting[] = {{from, POLLIN, 0}, {stop_[0], POLLIN, 0}};
        ::poll(waiting, 2, -1);
        if (stopping_) break;
        const std::size_t wanted =
            strikes ? room.size() : std::min(room.size(), fault.at_byte - carried);
        const ssize_t got = ::recv(from, room.data(), wanted, 0);
        if (got <= 0) break;
        if (is_client) bytes_from_clients_ += static_cast<std::size_t>(got);
        if (strikes) continue;
        pollfd stop{stop_[0], POLLIN, 0};
        if (fault.delay_ns > 0) ::poll(&stop, 1, static_cast<int>(fault.delay_ns / 1'000'000));
        if (!send_all(to, room.data(), static_cast<std::size_t>(got))) break;
        carried += static_cast<std::size_t>(got);
    }
    if (!pair.is_reset) ::shutdown(to, SHUT_WR);
    pair.leave();
}

}  // namespace tradectl::net
