#include "outbox.hpp"

#include <algorithm>
#include <type_traits>

namespace tradectl::paper {

void Outbox::send(Message message, Timestamp now) {
    if (delay_ns_ == 0 && jitter_ns_ == 0) return hand_over(message, now);
    Timestamp due = now.plus_ns(delay_ns_ + draw_jitter(host_, jitter_ns_));
    if (!messages_.empty()) due = std::max(due, messages_.back().first);
    messages_.emplace_back(due, std::move(message));
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
