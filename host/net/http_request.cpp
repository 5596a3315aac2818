#include "host/net/http_request.hpp"

#include "host/net/resolve.hpp"
#include "host/net/url.hpp"

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace tradectl::net {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using Tcp = asio::ip::tcp;
using Plain = Tcp::socket;
using Secure = asio::ssl::stream<Tcp::socket>;
using SteadyClock = std::chrono::steady_clock;

constexpr auto kLook = std::chrono::milliseconds(50);
constexpr std::uint32_t kHeaderBytesMax = 8u << 10;
constexpr int kHttp11 = 11;

/// Runs one asynchronous step after the other, each within what is left of the time.
class Exchange {
  public:
    Exchange(const HttpRequest& request, const Url& url)
        : request_(request),
          url_(url),
          deadline_(SteadyClock::now() + std::chrono::nanoseconds(request.timeout_ns)) {}

    Expected<HttpAnswer> run() {
        auto endpoints = find_endpoints();
        if (!endpoints) return fail(endpoints.error());
        if (url_.scheme == Scheme::Http) {
            Plain stream(io_);
            if (auto done = connect(stream, *endpoints); !done) return fail(done.error());
            return speak(stream, stream);
        }
        asio::ssl::context tls(asio::ssl::context::tls_client);
        if (auto done = trust(tls); !done) return fail(done.error());
        Secure stream(io_, tls);
        if (auto done = connect(stream.next_layer(), *endpoints); !done) return fail(done.error());
        if (auto done = shake_hands(stream); !done) return fail(done.error());
        return speak(stream, stream.next_layer());
    }

  private:
    using Endpoints = std::vector<Tcp::endpoint>;

    [[nodiscard]] Unexpected broken(const char* what, const error_code& error) const {
        return fail(ErrorCode::Unavailable, url_.host + ": " + what + ": " + error.message());
    }

    [[nodiscard]] std::int64_t left_ns() const {
        return std::chrono::nanoseconds(deadline_ - SteadyClock::now()).count();
    }

    Expected<Endpoints> find_endpoints() {
        const auto addresses = resolve(url_.host, left_ns(), request_.give_up);
        if (!addresses) return fail(addresses.error());
        Endpoints endpoints;
        for (const std::string& text : *addresses) {
            error_code error;
            const auto address = asio::ip::make_address(text, error);
            if (!error) endpoints.emplace_back(address, url_.port);
        }
        if (endpoints.empty()) return fail(ErrorCode::InvalidArgument, "url: not an address");
        return endpoints;
    }

    /// `start` begins one operation that ends by setting its argument. When time is up the socket
    /// is closed, which ends it too.
    template <typename Start>
    Status step(const char* what, Plain& socket, Start&& start) {
        std::optional<error_code> done;
        start(done);
        bool late = false;
        while (!done) {
            const bool gives_up = request_.give_up && request_.give_up();
            if (!late && (gives_up || left_ns() <= 0)) {
                late = true;
                error_code ignored;
                socket.close(ignored);
            }
            io_.restart();
            io_.run_one_for(kLook);
        }
        if (late) {
            return fail(ErrorCode::Unavailable,
                        url_.host + ": " + what + ": not done within " +
                            std::to_string(request_.timeout_ns / kNsPerMillisecond) + " ms");
        }
        last_ = *done;
        if (last_) return broken(what, last_);
        return {};
    }

    Status connect(Plain& socket, const Endpoints& endpoints) {
        return step("connect", socket, [&](auto& done) {
            asio::async_connect(socket, endpoints, [&done](error_code error, const Tcp::endpoint&) {
                done = error;
            });
        });
    }

    Status trust(asio::ssl::context& tls) const {
        error_code error;
        tls.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                            asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                            asio::ssl::context::no_tlsv1_1,
                        error);
        if (request_.ca_file.empty()) {
            tls.set_default_verify_paths(error);
        } else {
            tls.load_verify_file(request_.ca_file, error);
        }
        if (error) {
            return fail(ErrorCode::Permission,
                        (request_.ca_file.empty() ? "the system's roots" : request_.ca_file) +
                            ": cannot be read: " + error.message());
        }
        return {};
    }

    Status shake_hands(Secure& stream) {
        error_code ignored;
        stream.set_verify_mode(asio::ssl::verify_peer, ignored);
        stream.set_verify_callback(asio::ssl::host_name_verification(url_.host), ignored);
        // Server name indication (RFC 6066, 3) is for names, not for addresses.
        error_code no_address;
        asio::ip::make_address(url_.host, no_address);
        if (no_address) {
            SSL_ctrl(stream.native_handle(),
                     SSL_CTRL_SET_TLSEXT_HOSTNAME,
                     TLSEXT_NAMETYPE_host_name,
                     const_cast<char*>(url_.host.c_str()));
        }
        auto shaken = step("tls", stream.next_layer(), [&](auto& done) {
            stream.async_handshake(asio::ssl::stream_base::client,
                                   [&done](error_code error) { done = error; });
        });
        const long verified = SSL_get_verify_result(stream.native_handle());
        if (!shaken && verified != X509_V_OK) {
            return fail(ErrorCode::Authentication,
                        url_.host + ": certificate: " + X509_verify_cert_error_string(verified));
        }
        if (!shaken && ERR_GET_REASON(static_cast<unsigned long>(last_.value())) ==
                           SSL_R_CERTIFICATE_VERIFY_FAILED) {
            return fail(ErrorCode::Authentication,
                        url_.host + ": certificate: is for another host");
        }
        return shaken;
    }

    template <typename Stream>
    Expected<HttpAnswer> speak(Stream& stream, Plain& socket) {
        http::request<http::string_body> message;
        message.method_string(request_.method);
        message.target(url_.target);
        message.version(kHttp11);
        message.set(http::field::host, url_.authority());
        message.set(http::field::user_agent, "tradectl");
        message.set(http::field::connection, "close");
        if (!request_.body.empty()) {
            message.set(http::field::content_type, request_.content_type);
        }
        message.body() = request_.body;
        message.prepare_payload();
        auto sent = step("send", socket, [&](auto& done) {
            http::async_write(
                stream, message, [&done](error_code error, std::size_t) { done = error; });
        });
        if (!sent) return fail(sent.error());
        boost::beast::flat_buffer buffer;
        http::response_parser<http::string_body> parser;
        parser.header_limit(kHeaderBytesMax);
        parser.body_limit(request_.answer_bytes_max);
        auto received = step("answer", socket, [&](auto& done) {
            http::async_read(
                stream, buffer, parser, [&done](error_code error, std::size_t) { done = error; });
        });
        if (last_ == http::error::body_limit || last_ == http::error::header_limit) {
            return fail(ErrorCode::Quota,
                        url_.host + ": an answer above " +
                            std::to_string(request_.answer_bytes_max) + " bytes");
        }
        if (!received) return fail(received.error());
        return HttpAnswer{static_cast<int>(parser.get().result_int()),
                          std::move(parser.get().body())};
    }

    const HttpRequest& request_;
    const Url& url_;
    SteadyClock::time_point deadline_;
    asio::io_context io_{1};
    error_code last_;
};

}  // namespace

Expected<HttpAnswer> http_request(const HttpRequest& request) {
    const auto url = parse_url(request.url);
    if (!url) return fail(url.error());
    if (url->scheme == Scheme::Http && !url->is_loopback()) {
        return fail(ErrorCode::Permission,
                    url->host + ": without TLS only this machine is spoken to: use https");
    }
    try {
        return Exchange(request, *url).run();
    } catch (const std::exception& error) {
        return fail(ErrorCode::Internal, url->host + ": " + error.what());
    }
}

}  // namespace tradectl::net
