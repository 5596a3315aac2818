/// What the venue says to its users, on its way for `ack_latency`.
#pragma once

#include "checks.hpp"
#include "jitter.hpp"

#include <tradectl/exchange_host.hpp>

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <variant>

namespace tradectl::paper {

/// The venue took a request; the id is empty unless it was an order.
struct Accepted {
    RequestId request;
    std::string venue_order_id;
};
struct Refused {
    RequestId request;
    Refusal refusal;
};

using Message = std::variant<Accepted,
                             Refused,
                             tradectl_order_event,
                             tradectl_fill_event,
                             tradectl_balance_event,
                             tradectl_position_event>;

/// Keeps order: what is sent first arrives first. Messages under way end with the process, as they
/// would on a wire; a user who missed them asks. [engine]
class Outbox {
  public:
    /// Each message travels `delay_ns` and, evenly spread, up to `jitter_ns` more. `host` must
    /// outlive the outbox.
    Outbox(ExchangeHost& host, std::int64_t delay_ns, std::int64_t jitter_ns)
        : host_(host), delay_ns_(delay_ns), jitter_ns_(jitter_ns) {}

    void send(Message message, Timestamp now);
    /// Hands over what has arrived by now.
    void deliver(Timestamp now);
    /// None when nothing is under way.
    [[nodiscard]] Timestamp next_due() const {
        return messages_.empty() ? Timestamp::none() : messages_.front().first;
    }

  private:
    void hand_over(const Message& message, Timestamp at);

    ExchangeHost& host_;
    std::int64_t delay_ns_;
    std::int64_t jitter_ns_;
    std::deque<std::pair<Timestamp, Message>> messages_;
};

}  // namespace tradectl::paper
