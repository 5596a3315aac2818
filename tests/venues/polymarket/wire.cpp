#include "tests/venues/polymarket/wire.hpp"

#include <cerrno>
#include <cstdio>
#include <stdexcept>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

namespace polysim {
namespace {

struct Freed {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
};

void must(bool good, const char* what) {
    if (!good) throw std::runtime_error(what);
}

std::unique_ptr<X509, Freed> make_certificate(EVP_PKEY* key) {
    std::unique_ptr<X509, Freed> made{X509_new()};
    X509* x = made.get();
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 7);
    X509_gmtime_adj(X509_getm_notBefore(x), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x), 86'400);
    X509_set_pubkey(x, key);
    const auto* name = reinterpret_cast<const unsigned char*>("simulated venue");
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, name, -1, -1, 0);
    X509_set_issuer_name(x, X509_get_subject_name(x));
    const std::unique_ptr<X509_EXTENSION, Freed> names{
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1")};
    must(names && X509_add_ext(x, names.get(), -1) == 1, "certificate: no names");
    must(X509_sign(x, key, EVP_sha256()) != 0, "certificate: not signed");
    return made;
}

SSL* tls_of(void* pointer) {
    return static_cast<SSL*>(pointer);
}

}  // namespace

TlsServer::TlsServer(const std::string& directory) : path_{directory + "/certificate.pem"} {
    const std::unique_ptr<EVP_PKEY, Freed> key{EVP_EC_gen("P-256")};
    const auto certificate = make_certificate(key.get());
    SSL_CTX* context = SSL_CTX_new(TLS_server_method());
    context_ = context;
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    must(SSL_CTX_use_certificate(context, certificate.get()) == 1, "certificate: not taken");
    must(SSL_CTX_use_PrivateKey(context, key.get()) == 1, "certificate: key not taken");
    std::FILE* file = std::fopen(path_.c_str(), "w");
    must(file != nullptr, "certificate: file not written");
    PEM_write_X509(file, certificate.get());
    std::fclose(file);
}

TlsServer::~TlsServer() {
    SSL_CTX_free(static_cast<SSL_CTX*>(context_));
}

Wire::Wire(int fd, const TlsServer* tls) : fd_{fd} {
    if (tls == nullptr) return;
    SSL* made = SSL_new(static_cast<SSL_CTX*>(tls->context_));
    SSL_set_fd(made, fd);
    SSL_set_accept_state(made);
    tls_ = made;
}

Wire::~Wire() {
    if (tls_ != nullptr) {
        SSL_shutdown(tls_of(tls_));
        SSL_free(tls_of(tls_));
        ERR_clear_error();
    }
    close(fd_);
}

void Wire::reset_on_close() {
    const linger now{1, 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    if (tls_ != nullptr) SSL_set_quiet_shutdown(tls_of(tls_), 1);
}

Wire::Outcome Wire::outcome(long result) const {
    if (result > 0) return Outcome::Moved;
    if (tls_ == nullptr) {
        const bool later = result < 0 && (errno == EAGAIN || errno == EINTR);
        return later ? Outcome::Later : Outcome::Ended;
    }
    const int error = SSL_get_error(tls_of(tls_), static_cast<int>(result));
    ERR_clear_error();
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? Outcome::Later
                                                                         : Outcome::Ended;
}

Wire::Outcome Wire::read(std::string& in) {
    char buffer[65'536];
    Outcome last = Outcome::Later;
    while (true) {
        const long count = tls_ == nullptr ? recv(fd_, buffer, sizeof buffer, 0)
                                           : SSL_read(tls_of(tls_), buffer, sizeof buffer);
        const Outcome now = outcome(count);
        if (now == Outcome::Later) return last;
        if (now == Outcome::Ended) return now;
        in.append(buffer, static_cast<std::size_t>(count));
        last = Outcome::Moved;
    }
}

Wire::Outcome Wire::write(std::string& out) {
    while (!out.empty()) {
        const long count = tls_ == nullptr
                               ? send(fd_, out.data(), out.size(), MSG_NOSIGNAL)
                               : SSL_write(tls_of(tls_), out.data(), static_cast<int>(out.size()));
        const Outcome now = outcome(count);
        if (now != Outcome::Moved) return now;
        out.erase(0, static_cast<std::size_t>(count));
    }
    return Outcome::Moved;
}

Listening listen_on(int port) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(fd, generic, size) != 0 || listen(fd, 512) != 0 ||
        getsockname(fd, generic, &size) != 0) {
        close(fd);
        throw std::runtime_error("port " + std::to_string(port) + " cannot be listened on");
    }
    return {fd, ntohs(address.sin_port)};
}

int accept_from(int fd) {
    const int made = accept4(fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (made >= 0) {
        const int on = 1;
        setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    return made;
}

}  // namespace polysim
