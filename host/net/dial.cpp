#include "host/net/dial.hpp"

#include "host/net/loop.hpp"
#include "host/net/resolve.hpp"
#include "host/net/tcp_wire.hpp"
#include "host/net/tls_wire.hpp"
#include "host/net/trust.hpp"
#include "host/net/wire.hpp"

#include <tradectl/timestamp.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace tradectl::net {

namespace {

constexpr std::int64_t kNextAddressNs = 250 * kNsPerMillisecond;
constexpr std::size_t kProxyAnswerBytesMax = 8u << 10;

using Addresses = std::vector<std::string>;

bool is_six(const std::string& address) {
    return address.find(':') != std::string::npos;
}

/// The families by turns, beginning with that of the first address.
Addresses by_turns(const Addresses& addresses) {
    Addresses first;
    Addresses other;
    for (const std::string& address : addresses)
        (is_six(address) == is_six(addresses.front()) ? first : other).push_back(address);
    Addresses mixed;
    for (std::size_t i = 0; i < std::max(first.size(), other.size()); ++i) {
        if (i < first.size()) mixed.push_back(first[i]);
        if (i < other.size()) mixed.push_back(other[i]);
    }
    return mixed;
}

std::string text_of(const HostPort& target) {
    const std::string host = is_six(target.host) ? "[" + target.host + "]" : target.host;
    return host + ":" + std::to_string(target.port);
}

/// Shared with the operations under way, which are void once `done_` is gone.
class Making final : public std::enable_shared_from_this<Making> {
  public:
    Making(Loop& loop, DialOrder order, std::function<void(Expected<std::shared_ptr<Wire>>)> done)
        : loop_(loop),
          order_(std::move(order)),
          done_(std::move(done)),
          deadline_(loop),
          next_(loop) {}

    void start() {
        deadline_.after(order_.timeout_ns, [this] {
            end(fail(ErrorCode::Unavailable,
                     order_.to.host + ": no connection within " +
                         std::to_string(order_.timeout_ns / kNsPerMillisecond) + " ms"));
        });
        auto mailbox = loop_.mailbox();
        // The lookup may come back when nobody waits any more, even when the loop is gone.
        resolve_later(first_hop().host,
                      [mailbox, waiting = weak_from_this()](Expected<Addresses> addresses) {
                          mailbox([waiting, addresses = std::move(addresses)] {
                              const auto self = waiting.lock();
                              if (self && self->done_) self->on_addresses(addresses);
                          });
                      });
    }

    void drop() {
        done_ = nullptr;
        put_away();
    }

  private:
    [[nodiscard]] const HostPort& first_hop() const {
        return order_.proxy ? *order_.proxy : order_.to;
    }

    void put_away() {
        deadline_.cancel();
        next_.cancel();
        tries_.clear();
        if (wire_ && done_ == nullptr) wire_->close();
        wire_.reset();
    }

    void end(Expected<std::shared_ptr<Wire>> result) {
        const auto keep = shared_from_this();
        if (!result && wire_) wire_->close();
        const auto call = std::exchange(done_, nullptr);
        wire_.reset();
        put_away();
        if (call) call(std::move(result));
    }

    void on_addresses(const Expected<Addresses>& addresses) {
        if (!addresses) return end(fail(addresses.error()));
        addresses_ = by_turns(*addresses);
        try_next();
    }

    void try_next() {
        if (tries_.size() == addresses_.size()) return;
        const std::size_t index = tries_.size();
        tries_.push_back(
            connect_tcp(loop_,
                        addresses_[index],
                        first_hop().port,
                        [this](Expected<std::shared_ptr<Wire>> wire) { on_try(std::move(wire)); }));
        next_.after(kNextAddressNs, [this] { try_next(); });
    }

    void on_try(Expected<std::shared_ptr<Wire>> wire) {
        const auto keep = shared_from_this();
        if (!wire) {
            if (++failed_ == addresses_.size()) {
                return end(
                    fail(ErrorCode::Unavailable, first_hop().host + ": " + wire.error().message));
            }
            return try_next();
        }
        next_.cancel();
        wire_ = std::move(*wire);
        tries_.clear();
        if (order_.proxy) return ask_proxy();
        secure();
    }

    void ask_proxy() {
        const std::string target = text_of(order_.to);
        text_ = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n";
        write_to_proxy(0);
    }

    void write_to_proxy(std::size_t done) {
        const auto all = std::as_bytes(std::span(text_));
        wire_->write_some(
            all.subspan(done),
            [self = shared_from_this(), done](std::error_code error, std::size_t count) {
                if (!self->done_) return;
                if (error) return self->end(self->proxy_failed(error.message()));
                if (done + count < self->text_.size()) return self->write_to_proxy(done + count);
                self->text_.clear();
                self->read_from_proxy();
            });
    }

    void read_from_proxy() {
        // A byte at a time, so that nothing behind the answer is taken off the wire.
        wire_->read_some(
            std::span(buffer_),
            [self = shared_from_this()](std::error_code error, std::size_t count) {
                if (!self->done_) return;
                if (error || count == 0) {
                    return self->end(self->proxy_failed(error ? error.message() : "hung up"));
                }
                self->text_ += static_cast<char>(self->buffer_[0]);
                self->on_proxy_text();
            });
    }

    void on_proxy_text() {
        if (!text_.ends_with("\r\n\r\n")) {
            if (text_.size() < kProxyAnswerBytesMax) return read_from_proxy();
            return end(proxy_failed("an answer above 8192 bytes"));
        }
        const std::string_view line(text_.data(), text_.find("\r\n"));
        if (!line.starts_with("HTTP/1.") || line.size() < 12 || line[9] != '2') {
            return end(proxy_failed("answered \"" + std::string(line.substr(0, 60)) + "\""));
        }
        secure();
    }

    [[nodiscard]] Unexpected proxy_failed(const std::string& why) const {
        return fail(ErrorCode::Unavailable,
                    order_.to.host + ": proxy " + text_of(*order_.proxy) + ": " + why);
    }

    void secure() {
        if (!order_.trust) return end(wire_);
        wire_ = shake_hands(loop_,
                            *wire_,
                            order_.trust,
                            order_.to.host,
                            [self = shared_from_this()](Status shaken) {
                                if (!self->done_) return;
                                if (!shaken) return self->end(fail(shaken.error()));
                                self->end(self->wire_);
                            });
    }

    Loop& loop_;
    DialOrder order_;
    std::function<void(Expected<std::shared_ptr<Wire>>)> done_;
    Timer deadline_;
    Timer next_;
    Addresses addresses_;
    std::vector<std::unique_ptr<TcpTry>> tries_;
    std::size_t failed_ = 0;
    std::shared_ptr<Wire> wire_;
    std::string text_;
    std::array<std::byte, 1> buffer_{};
};

class OwnedMaking final : public Dial {
  public:
    explicit OwnedMaking(std::shared_ptr<Making> making) : making_(std::move(making)) {
        making_->start();
    }
    ~OwnedMaking() override { making_->drop(); }
    OwnedMaking(const OwnedMaking&) = delete;
    OwnedMaking& operator=(const OwnedMaking&) = delete;

  private:
    std::shared_ptr<Making> making_;
};

}  // namespace

std::unique_ptr<Dial> dial(Loop& loop,
                           DialOrder order,
                           std::function<void(Expected<std::shared_ptr<Wire>>)> done) {
    return std::make_unique<OwnedMaking>(
        std::make_shared<Making>(loop, std::move(order), std::move(done)));
}

}  // namespace tradectl::net
