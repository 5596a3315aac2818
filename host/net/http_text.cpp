#include "host/net/http_text.hpp"

#include "host/net/url.hpp"
#include "host/net/venue_net.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace tradectl::net {

namespace {

namespace http = boost::beast::http;
using boost::beast::iequals;

constexpr std::uint32_t kHeadBytesMax = 64u << 10;

/// RFC 9110, 5.6.2.
bool is_token(std::string_view text) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               kMarks.find(c) != std::string_view::npos;
    });
}

bool is_control(char c) {
    return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 127;
}

}  // namespace

Status check_method(const std::string& method) {
    if (is_token(method) && method != "CONNECT") return {};
    return fail(ErrorCode::InvalidArgument, "method \"" + method + "\": cannot be sent");
}

Status check_headers(const std::vector<HttpHeader>& headers) {
    constexpr std::array kOurs = {
        "host", "content-length", "connection", "transfer-encoding", "accept-encoding", "upgrade"};
    for (const HttpHeader& header : headers) {
        if (!is_token(header.name)) return fail(ErrorCode::InvalidArgument, "header: a bad name");
        const auto is_it = [&](const char* ours) { return iequals(header.name, ours); };
        if (std::any_of(kOurs.begin(), kOurs.end(), is_it)) {
            return fail(ErrorCode::InvalidArgument, "header " + header.name + ": is the host's");
        }
        const std::string_view value = header.value.view();
        if (std::any_of(value.begin(), value.end(), is_control)) {
            return fail(ErrorCode::InvalidArgument,
                        "header " + header.name + ": a control character");
        }
    }
    return {};
}

WipedText request_text(const HttpCall& call, const Url& url) {
    std::string head = call.method + " " + url.target + " HTTP/1.1\r\nHost: " + url.authority() +
                       "\r\nAccept-Encoding: identity\r\n";
    const auto has = [&](const char* name) {
        return std::any_of(call.headers.begin(), call.headers.end(), [&](const HttpHeader& header) {
            return iequals(header.name, name);
        });
    };
    if (!has("User-Agent")) head += "User-Agent: tradectl\r\n";
    if (!call.body.empty() && !has("Content-Type")) head += "Content-Type: application/json\r\n";
    // A request that may carry content says how much, even none (RFC 9110, 8.6).
    const bool reads = call.method == "GET" || call.method == "HEAD" || call.method == "DELETE";
    if (!call.body.empty() || !reads) {
        head += "Content-Length: " + std::to_string(call.body.size()) + "\r\n";
    }
    std::size_t bytes = head.size() + 2 + call.body.size();
    for (const HttpHeader& header : call.headers)
        bytes += header.name.size() + header.value.size() + 4;
    WipedText text;
    text.reserve(bytes);
    text.append(head);
    for (const HttpHeader& header : call.headers) {
        text.append(header.name);
        text.append(": ");
        text.append(header.value.view());
        text.append("\r\n");
    }
    text.append("\r\n");
    text.append(call.body.view());
    wipe(head);
    return text;
}

struct ReplyReader::Impl {
    using Parser = http::response_parser<http::string_body>;

    Impl(RepliesTo to, std::size_t bytes_max) : method(to), body_bytes_max(bytes_max) { renew(); }

    void renew() {
        parser.emplace();
        parser->eager(true);
        parser->header_limit(kHeadBytesMax);
        parser->body_limit(body_bytes_max);
        if (method == RepliesTo::Head) parser->skip(true);
    }

    [[nodiscard]] Error error_of(const boost::system::error_code& error) const {
        if (error == http::error::body_limit || error == http::error::header_limit ||
            error == http::error::buffer_overflow) {
            return {ErrorCode::Quota,
                    "an answer above " + std::to_string(body_bytes_max) + " bytes"};
        }
        return {ErrorCode::Corrupt, "not an answer: " + error.message()};
    }

    RepliesTo method;
    std::size_t body_bytes_max;
    std::optional<Parser> parser;
    std::string pending;  ///< what the parser could not take yet
    std::size_t skipped = 0;
    bool surplus = false;
};

ReplyReader::ReplyReader(RepliesTo method, std::size_t body_bytes_max)
    : impl_(std::make_unique<Impl>(method, body_bytes_max)) {}
ReplyReader::~ReplyReader() = default;

Expected<bool> ReplyReader::feed(std::span<const std::byte> bytes) {
    impl_->pending.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    while (!impl_->pending.empty()) {
        auto& parser = *impl_->parser;
        boost::system::error_code error;
        const std::size_t used = parser.put(boost::asio::buffer(impl_->pending), error);
        impl_->pending.erase(0, used);
        if (error && error != http::error::need_more) return fail(impl_->error_of(error));
        if (parser.is_done()) {
            const int status = static_cast<int>(parser.get().result_int());
            if (status >= 100 && status < 200 && status != 101) {
                // A peer that only clears its throat would be listened to for ever.
                constexpr std::size_t kInterimMax = 16;
                if (++impl_->skipped > kInterimMax) {
                    return fail(ErrorCode::Corrupt, "more than 16 interim answers");
                }
                impl_->renew();
                continue;
            }
            impl_->surplus = !impl_->pending.empty();
            const auto encoding = parser.get()[http::field::content_encoding];
            if (!encoding.empty() && !iequals(encoding, "identity")) {
                return fail(ErrorCode::Corrupt,
                            "an answer in the encoding " + std::string(encoding.substr(0, 20)));
            }
            return true;
        }
        if (used == 0) break;
    }
    return false;
}

Status ReplyReader::finish() {
    auto& parser = *impl_->parser;
    boost::system::error_code error;
    if (parser.is_header_done()) {
        parser.put_eof(error);
        if (!error && parser.is_done()) return {};
    }
    return fail(ErrorCode::Unavailable, "hung up before the answer was whole");
}

bool ReplyReader::keeps_connection() const {
    return impl_->parser->is_done() && !impl_->surplus && impl_->parser->keep_alive();
}

HttpReply ReplyReader::take() {
    auto& message = impl_->parser->get();
    HttpReply reply;
    reply.status = static_cast<int>(message.result_int());
    for (const auto& field : message)
        reply.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    reply.body = std::move(message.body());
    return reply;
}

}  // namespace tradectl::net
