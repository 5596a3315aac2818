#include "host/engine/outbox.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::engine {

void Outbox::add(OutgoingStep step) {
    const std::uint32_t exchange = step.exchange;
    queues_[exchange].push_back({std::move(step)});
}

std::optional<WalSequence> Outbox::first() const {
    std::optional<WalSequence> first;
    for (const auto& [exchange, queue] : queues_) {
        const WalSequence sequence = queue.front().step.sequence;
        if (!first || sequence < *first) first = sequence;
    }
    return first;
}

void Outbox::close_groups(WalSequence durable) {
    for (auto& [exchange, queue] : queues_) {
        std::size_t size = kTogetherMax;
        for (Waiting& waiting : queue) {
            if (waiting.step.sequence > durable) break;
            if (waiting.group != 0) continue;
            if (size == kTogetherMax) {
                ++last_group_;
                size = 0;
            }
            waiting.group = last_group_;
            ++size;
        }
    }
}

/// How many at the front can leave now, together.
std::size_t Outbox::ready(const Queue& queue, WalSequence durable) const {
    std::size_t count = 0;
    for (const Waiting& waiting : queue) {
        if (waiting.step.sequence > durable || waiting.group != queue.front().group ||
            count == kTogetherMax)
            break;
        if (is_unsigned_(waiting.step)) return 0;
        ++count;
    }
    return count;
}

bool Outbox::can_take(WalSequence durable) const {
    return std::any_of(queues_.begin(), queues_.end(), [&](const auto& each) {
        return ready(each.second, durable) != 0;
    });
}

std::vector<OutgoingStep> Outbox::take(WalSequence durable) {
    std::vector<OutgoingStep> taken;
    for (auto at = queues_.begin(); at != queues_.end(); ++at) {
        Queue& queue = at->second;
        const std::size_t count = ready(queue, durable);
        if (count == 0) continue;
        for (std::size_t i = 0; i < count; ++i) {
            taken.push_back(std::move(queue.front().step));
            queue.pop_front();
        }
        if (queue.empty()) queues_.erase(at);
        break;
    }
    return taken;
}

}  // namespace tradectl::engine
