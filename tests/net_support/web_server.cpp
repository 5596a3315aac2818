#include "tests/net_support/web_server.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tradectl::net {

namespace {

/// Bytes in and out, with TLS or without.
struct Wire {
    std::function<int(char*, int)> read;
    std::function<int(const char*, int)> write;
};

/// Head and body, as far as Content-Length says.
std::string read_request(const Wire& wire) {
    std::string text;
    std::array<char, 4096> buffer{};
    std::size_t wanted = std::string::npos;
    while (text.size() < wanted) {
        const int count = wire.read(buffer.data(), static_cast<int>(buffer.size()));
        if (count <= 0) return text;
        text.append(buffer.data(), static_cast<std::size_t>(count));
        const std::size_t end = text.find("\r\n\r\n");
        if (end == std::string::npos) continue;
        const std::size_t length = text.find("Content-Length: ");
        wanted = end + 4;
        if (length < end) wanted += std::strtoul(text.c_str() + length + 16, nullptr, 10);
    }
    return text;
}

}  // namespace

std::string body_of(const std::string& request) {
    const std::size_t end = request.find("\r\n\r\n");
    return end == std::string::npos ? "" : request.substr(end + 4);
}

WebServer::WebServer(WebServerOptions options)
    : options_(std::move(options)), certificate_(Certificate::make(options_.name)) {
    ::signal(SIGPIPE, SIG_IGN);
    certificate_.write(ca_file());
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(listener_, 16) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        std::abort();
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
}

WebServer::~WebServer() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
}

std::string WebServer::url(const std::string& path) const {
    const char* scheme = options_.tls == WebServerOptions::Tls::On ? "https" : "http";
    return std::string(scheme) + "://localhost:" + std::to_string(port_) + path;
}

std::vector<std::string> WebServer::wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return requests_.size() >= count; });
    return requests_;
}

void WebServer::serve() {
    while (!stopping_) {
        const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0) continue;
        talk(fd);
        ::close(fd);
    }
}

void WebServer::talk(int fd) {
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    SSL_CTX* context = nullptr;
    SSL* ssl = nullptr;
    Wire wire{[fd](char* at, int size) { return static_cast<int>(::read(fd, at, size)); },
              [fd](const char* at, int size) { return static_cast<int>(::write(fd, at, size)); }};
    if (options_.tls == WebServerOptions::Tls::On) {
        context = SSL_CTX_new(TLS_server_method());
        SSL_CTX_use_certificate(context, certificate_.certificate.get());
        SSL_CTX_use_PrivateKey(context, certificate_.key.get());
        ssl = SSL_new(context);
        SSL_set_fd(ssl, fd);
        wire = {[ssl](char* at, int size) { return SSL_read(ssl, at, size); },
                [ssl](const char* at, int size) { return SSL_write(ssl, at, size); }};
    }
    if (ssl == nullptr || SSL_accept(ssl) == 1) {
        const std::string request = read_request(wire);
        std::size_t number = 0;
        {
            const std::lock_guard lock(mutex_);
            requests_.push_back(request);
            number = requests_.size();
        }
        changed_.notify_all();
        const int status = options_.statuses[std::min(number, options_.statuses.size()) - 1];
        std::string answer = "HTTP/1.1 " + std::to_string(status) + " Said\r\n" + options_.headers +
                             "Content-Length: " + std::to_string(options_.body.size()) +
                             "\r\n\r\n" + options_.body;
        using Manner = WebServerOptions::Manner;
        if (options_.manner == Manner::SpeaksOdd) answer = "220 mail.example ready\r\n";
        if (options_.manner == Manner::SaysHalf) answer.resize(answer.size() - 1);
        if (options_.manner != Manner::HangsUp && options_.manner != Manner::Silent) {
            wire.write(answer.data(), static_cast<int>(answer.size()));
        }
        if (options_.manner == Manner::Silent || options_.manner == Manner::SaysHalf) {
            char ignored = 0;
            while (wire.read(&ignored, 1) > 0) {
            }
        }
    }
    if (ssl != nullptr) SSL_free(ssl);
    if (context != nullptr) SSL_CTX_free(context);
}

}  // namespace tradectl::net
