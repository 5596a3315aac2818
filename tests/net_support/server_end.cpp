#include "tests/net_support/server_end.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tradectl::net {

namespace {
constexpr int kPatienceMs = 10'000;
}  // namespace

ServerEnd::~ServerEnd() {
    if (tls_ != nullptr) SSL_free(tls_);
    if (fd_ >= 0) ::close(fd_);
}

std::string ServerEnd::read(std::size_t bytes) {
    std::string text;
    std::vector<char> room(std::min<std::size_t>(bytes, 1u << 16));
    while (text.size() < bytes) {
        const std::size_t wanted = std::min(room.size(), bytes - text.size());
        const auto got = tls_ != nullptr ? SSL_read(tls_, room.data(), static_cast<int>(wanted))
                                         : ::recv(fd_, room.data(), wanted, 0);
        if (got <= 0) break;
        text.append(room.data(), static_cast<std::size_t>(got));
    }
    return text;
}

std::string ServerEnd::read_request() {
    std::string text;
    while (!text.ends_with("\r\n\r\n")) {
        const std::string byte = read(1);
        if (byte.empty()) return text;
        text += byte;
    }
    const std::size_t at = text.find("Content-Length: ");
    if (at != std::string::npos) text += read(std::strtoul(text.c_str() + at + 16, nullptr, 10));
    return text;
}

bool ServerEnd::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = tls_ != nullptr
                              ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                              : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool ServerEnd::answer(int status, std::string_view body, std::string_view headers) {
    return write("HTTP/1.1 " + std::to_string(status) + " Said\r\n" + std::string(headers) +
                 "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
}

void ServerEnd::finish() const {
    if (tls_ != nullptr) SSL_shutdown(tls_);
    ::shutdown(fd_, SHUT_WR);
}

void ServerEnd::reset() {
    const linger hard{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
    ::close(fd_);
    fd_ = -1;
}

bool ServerEnd::sees_the_end() {
    std::array<char, 4096> room{};
    for (;;) {
        pollfd waiting{.fd = fd_, .events = POLLIN, .revents = 0};
        if (::poll(&waiting, 1, kPatienceMs) <= 0) return false;
        if (::recv(fd_, room.data(), room.size(), 0) <= 0) return true;
    }
}

Listener::Listener(Tls tls, const std::string& certificate_name)
    : tls_(tls), certificate_(Certificate::make(certificate_name)) {
    ::signal(SIGPIPE, SIG_IGN);
    certificate_.write(ca_file());
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (::bind(fd_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(fd_, 64) != 0 ||
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        std::abort();
    }
    port_ = ntohs(address.sin_port);
}

Listener::~Listener() {
    stop();
}

void Listener::stop() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

void Listener::wake() const {
    ::shutdown(fd_, SHUT_RDWR);
}

bool Listener::is_asked() const {
    pollfd waiting{.fd = fd_, .events = POLLIN, .revents = 0};
    return ::poll(&waiting, 1, 0) > 0;
}

std::unique_ptr<ServerEnd> Listener::accept() {
    pollfd waiting{.fd = fd_, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, kPatienceMs) <= 0) return nullptr;
    const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return nullptr;
    const timeval patience{.tv_sec = kPatienceMs / 1000, .tv_usec = 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    if (tls_ == Tls::Off) return std::make_unique<ServerEnd>(fd, nullptr);
    SSL_CTX* context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate(context, certificate_.certificate.get());
    SSL_CTX_use_PrivateKey(context, certificate_.key.get());
    SSL* tls = SSL_new(context);
    SSL_CTX_free(context);  // the session keeps it
    SSL_set_fd(tls, fd);
    auto end = std::make_unique<ServerEnd>(fd, tls);
    return SSL_accept(tls) == 1 ? std::move(end) : nullptr;
}

std::string Listener::url(const std::string& scheme, const std::string& path) const {
    return scheme + (tls_ == Tls::On ? "s" : "") + "://" + host() + path;
}

}  // namespace tradectl::net
