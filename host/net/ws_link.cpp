#include "host/net/ws_link.hpp"

#include "host/base/clock.hpp"
#include "host/net/loop.hpp"
#include "host/net/retry_after.hpp"
#include "host/net/url.hpp"
#include "host/net/wire.hpp"

#include <deque>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/websocket/error.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace tradectl::net {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;

constexpr std::int64_t kLeaveNs = 2 * kNsPerSecond;

/// A Wire as Beast wants its streams.
class WireStream {
  public:
    using executor_type = asio::io_context::executor_type;

    WireStream(asio::io_context& context, std::shared_ptr<Wire> wire)
        : executor_(context.get_executor()), wire_(std::move(wire)) {}

    [[nodiscard]] executor_type get_executor() const noexcept { return executor_; }
    [[nodiscard]] Wire& wire() const { return *wire_; }

    template <typename Buffers, typename Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        return asio::async_initiate<Token, void(error_code, std::size_t)>(
            [wire = wire_](auto handler, const auto& room) {
                const asio::mutable_buffer first = first_of<asio::mutable_buffer>(room);
                wire->read_some(std::span(static_cast<std::byte*>(first.data()), first.size()),
                                shared(
                                    [](auto& call, std::error_code error, std::size_t count) {
                                        error_code result = error;
                                        if (!error && count == 0) result = asio::error::eof;
                                        call(result, count);
                                    },
                                    std::move(handler)));
            },
            token,
            buffers);
    }
    template <typename Buffers, typename Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        return asio::async_initiate<Token, void(error_code, std::size_t)>(
            [wire = wire_](auto handler, const auto& bytes) {
                const asio::const_buffer first = first_of<asio::const_buffer>(bytes);
                wire->write_some(
                    std::span(static_cast<const std::byte*>(first.data()), first.size()),
                    shared(
                        [](auto& call, std::error_code error, std::size_t count) {
                            call(error_code(error), count);
                        },
                        std::move(handler)));
            },
            token,
            buffers);
    }

  private:
    template <typename Buffer, typename Buffers>
    static Buffer first_of(const Buffers& buffers) {
        for (auto it = asio::buffer_sequence_begin(buffers);
             it != asio::buffer_sequence_end(buffers);
             ++it) {
            if (Buffer(*it).size() > 0) return *it;
        }
        return {};
    }
    /// Beast's handlers move only; a Done is copied.
    template <typename Adapt, typename Handler>
    static Wire::Done shared(Adapt adapt, Handler handler) {
        return [adapt, call = std::make_shared<Handler>(std::move(handler))](
                   std::error_code error, std::size_t count) { adapt(*call, error, count); };
    }

    executor_type executor_;
    std::shared_ptr<Wire> wire_;  // operations under way keep it too
};

void beast_close_socket(WireStream& stream) {
    stream.wire().close();
}

template <typename Handler>
void async_teardown(beast::role_type, WireStream& stream, Handler&& handler) {
    stream.wire().close();
    asio::post(stream.get_executor(),
               [handler = std::forward<Handler>(handler)]() mutable { handler(error_code()); });
}

/// Shared with the operations under way, for which the listener may be gone.
class Link final : public std::enable_shared_from_this<Link> {
  public:
    Link(Loop& loop, std::shared_ptr<Wire> wire, WsRules rules, const Clock& clock, WsListener& to)
        : rules_(rules),
          clock_(clock),
          listener_(&to),
          socket_(loop.context(), std::move(wire)),
          leaving_(loop) {
        websocket::permessage_deflate deflate;
        deflate.client_enable = rules.deflate == Deflate::Offered;
        socket_.set_option(deflate);
        socket_.read_message_max(rules.message_bytes_max);
        socket_.auto_fragment(false);
        socket_.control_callback([this](websocket::frame_type, beast::string_view) {
            if (listener_ != nullptr) listener_->on_life();
        });
    }

    void shake(const Url& url, const std::vector<HttpHeader>& headers) {
        socket_.set_option(websocket::stream_base::decorator([&](websocket::request_type& request) {
            for (const HttpHeader& header : headers)
                request.set(header.name, header.value.view());
            if (request.count(beast::http::field::user_agent) == 0)
                request.set(beast::http::field::user_agent, "tradectl");
        }));
        socket_.async_handshake(
            answer_, url.authority(), url.target, [self = shared_from_this()](error_code error) {
                self->on_shaken(error);
            });
        // It was applied while the request was made; it must not look at what goes out of scope.
        socket_.set_option(websocket::stream_base::decorator([](websocket::request_type&) {}));
    }

    void read() {
        socket_.async_read(buffer_, [self = shared_from_this()](error_code error, std::size_t) {
            if (self->listener_ == nullptr) return;
            if (error) return self->end(error);
            self->on_read();
        });
    }

    bool send(WsKind kind, WipedText payload) {
        unsent_bytes_ += payload.size();
        if (unsent_bytes_ > rules_.unsent_bytes_max) return false;
        unsent_.emplace_back(kind, std::move(payload));
        if (unsent_.size() == 1) write();
        return true;
    }

    void ping() {
        if (is_pinging_) return;
        is_pinging_ = true;
        socket_.async_ping({}, [self = shared_from_this()](error_code) {
            self->is_pinging_ = false;  // a failure ends the read too
        });
    }

    void leave() {
        listener_ = nullptr;
        leaving_.after(kLeaveNs, [this] { socket_.next_layer().wire().close(); });
        if (!socket_.is_open()) return socket_.next_layer().wire().close();
        socket_.async_close(websocket::close_code::normal, [self = shared_from_this()](error_code) {
            self->leaving_.cancel();
            self->socket_.next_layer().wire().close();
        });
    }

    void drop() {
        listener_ = nullptr;
        socket_.next_layer().wire().close();
    }

  private:
    void on_shaken(error_code error) {
        if (listener_ == nullptr) return;
        if (error == websocket::error::upgrade_declined) return refused();
        if (error) return end(error);
        std::vector<std::pair<std::string, std::string>> headers;
        for (const auto& field : answer_)
            headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
        listener_->on_open(std::move(headers));
    }

    void refused() {
        const int status = static_cast<int>(answer_.result_int());
        WsEnd finished;
        const bool is_believed = status != 401 && status != 403;
        finished.error = {is_believed ? ErrorCode::Unavailable : ErrorCode::Authentication,
                          "the handshake was answered with " + std::to_string(status)};
        const auto wait = answer_[beast::http::field::retry_after];
        finished.retry_after_ns =
            parse_retry_after({wait.data(), wait.size()}, clock_.now()).value_or(0);
        tell(std::move(finished));
    }

    void on_read() {
        const WsKind kind = socket_.got_text() ? WsKind::Text : WsKind::Binary;
        std::string payload = beast::buffers_to_string(buffer_.data());
        buffer_.consume(buffer_.size());
        listener_->on_life();
        if (listener_ != nullptr) listener_->on_message(kind, std::move(payload));
    }

    void write() {
        socket_.text(unsent_.front().first == WsKind::Text);
        const auto bytes = unsent_.front().second.bytes();
        socket_.async_write(asio::const_buffer(bytes.data(), bytes.size()),
                            [self = shared_from_this()](error_code error, std::size_t) {
                                self->unsent_bytes_ -= self->unsent_.front().second.size();
                                self->unsent_.pop_front();
                                if (error || self->listener_ == nullptr) return;
                                if (!self->unsent_.empty()) self->write();
                            });
    }

    void end(error_code error) {
        WsEnd finished;
        finished.error = {ErrorCode::Unavailable, error.message()};
        if (error == websocket::error::closed) {
            // A close frame without a code is 1005 (RFC 6455, 7.1.5).
            const auto& reason = socket_.reason();
            finished.code = reason.code == websocket::close_code::none ? 1005 : reason.code;
            finished.reason = std::string(reason.reason.data(), reason.reason.size());
            finished.error.message = "the peer closed with " + std::to_string(finished.code);
        } else if (error == websocket::error::message_too_big ||
                   error == websocket::error::buffer_overflow) {
            finished.error = {
                ErrorCode::Quota,
                "a message above " + std::to_string(rules_.message_bytes_max) + " bytes"};
        } else if (error == websocket::condition::protocol_violation ||
                   error == websocket::condition::handshake_failed) {
            finished.error.code = ErrorCode::Corrupt;
        }
        tell(std::move(finished));
    }

    void tell(WsEnd finished) {
        auto* listener = std::exchange(listener_, nullptr);
        socket_.next_layer().wire().close();
        listener->on_end(std::move(finished));
    }

    WsRules rules_;
    const Clock& clock_;
    WsListener* listener_;
    websocket::stream<WireStream> socket_;
    Timer leaving_;
    websocket::response_type answer_;
    beast::flat_buffer buffer_;
    std::deque<std::pair<WsKind, WipedText>> unsent_;
    std::size_t unsent_bytes_ = 0;
    bool is_pinging_ = false;
};

class OwnedLink final : public WsLink {
  public:
    explicit OwnedLink(std::shared_ptr<Link> link) : link_(std::move(link)) {}
    ~OwnedLink() override {
        if (!has_left_) link_->drop();
    }
    OwnedLink(const OwnedLink&) = delete;
    OwnedLink& operator=(const OwnedLink&) = delete;

    void read() override { link_->read(); }
    bool send(WsKind kind, WipedText payload) override {
        return link_->send(kind, std::move(payload));
    }
    void ping() override { link_->ping(); }
    void leave() override {
        has_left_ = true;
        link_->leave();
    }
    void drop() override { link_->drop(); }

  private:
    std::shared_ptr<Link> link_;  // operations under way keep it too
    bool has_left_ = false;
};

}  // namespace

std::unique_ptr<WsLink> WsLink::start(Loop& loop,
                                      std::shared_ptr<Wire> wire,
                                      const Url& url,
                                      const std::vector<HttpHeader>& headers,
                                      WsRules rules,
                                      const Clock& clock,
                                      WsListener& listener) {
    auto link = std::make_shared<Link>(loop, std::move(wire), rules, clock, listener);
    link->shake(url, headers);
    return std::make_unique<OwnedLink>(std::move(link));
}

}  // namespace tradectl::net
