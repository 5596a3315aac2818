#include "host/net/event_queue.hpp"

#include <utility>

namespace tradectl::net {

EventQueue::EventQueue(Limits limits, std::function<void()> bell, std::function<void()> on_room)
    : limits_(limits), bell_(std::move(bell)), on_room_(std::move(on_room)) {}

void EventQueue::push(NetEvent event) {
    bool was_empty = false;
    {
        const std::lock_guard lock(mutex_);
        was_empty = waiting_.empty();
        bytes_ += event.body.size();
        waiting_.push_back(std::move(event));
    }
    if (was_empty) bell_();
}

bool EventQueue::is_full() {
    const std::lock_guard lock(mutex_);
    const bool full = bytes_ > limits_.bytes_max || waiting_.size() > limits_.events_max;
    was_full_ = was_full_ || full;
    return full;
}

std::size_t EventQueue::drain(std::size_t count_max, const std::function<void(NetEvent&)>& sink) {
    std::size_t count = 0;
    while (count < count_max) {
        if (taken_.empty()) take();
        if (taken_.empty()) break;
        NetEvent event = std::move(taken_.front());
        taken_.pop_front();
        ++count;
        sink(event);
    }
    return count;
}

void EventQueue::take() {
    bool has_room = false;
    {
        const std::lock_guard lock(mutex_);
        taken_.swap(waiting_);
        bytes_ = 0;
        has_room = std::exchange(was_full_, false);
    }
    if (has_room) on_room_();
}

}  // namespace tradectl::net
