#include "outbox.hpp"

#include <type_traits>

namespace tradectl::paper {

void Outbox::send(Message message, Timestamp now) {
    if (delay_ns_ == 0)
        hand_over(message, now);
    else
        messages_.emplace_back(now.plus_ns(delay_ns_), std::move(message));
}

void Outbox::deliver(Timestamp now) {
    while (!messages_.empty() && messages_.front().first <= now) {
        hand_over(messages_.front().second, messages_.front().first);
        messages_.pop_front();
    }
}

void Outbox::hand_over(const Message& message, Timestamp at) {
    std::visit(
        [&](const auto& each) {
            using Each = std::decay_t<decltype(each)>;
            if constexpr (std::is_same_v<Each, Accepted>) {
                host_.complete_submitted(each.request,
                                         each.venue_order_id,
                                         {.completeness = Completeness::Complete, .as_of = at});
            } else if constexpr (std::is_same_v<Each, Refused>) {
                host_.complete_rejected(each.request, each.refusal.reason, each.refusal.text);
            } else if (const Status done = host_.publish(each); !done) {
                host_.log(LogLevel::Error, done.error().message);
            }
        },
        message);
}

}  // namespace tradectl::paper
