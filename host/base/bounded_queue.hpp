/// The queue between threads: bounded, so that a slow reader is noticed and not paid for in memory.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace tradectl {

/// Many producers, one consumer. A push never waits; what to do when it is full is the producer's
/// rule. [any]
template <typename T>
class BoundedQueue {
  public:
    enum class Push { Done, Full, Closed };

    /// `capacity` above 0; its slots are allocated here and never again.
    explicit BoundedQueue(std::size_t capacity) : slots_(capacity) {}

    /// Moves the item in, or leaves it as it was when the answer is not Done.
    [[nodiscard]] Push push(T&& item) {
        {
            const std::lock_guard lock(mutex_);
            if (closed_) return Push::Closed;
            if (count_ == slots_.size()) return Push::Full;
            slots_[(first_ + count_) % slots_.size()].emplace(std::move(item));
            ++count_;
        }
        not_empty_.notify_one();
        return Push::Done;
    }

    /// The oldest item, or nothing when there is none.
    [[nodiscard]] std::optional<T> try_pop() {
        const std::lock_guard lock(mutex_);
        return take();
    }

    /// Waits up to `timeout_ns` for an item (negative: for ever). Nothing when time is up, or when
    /// the queue is closed and empty.
    [[nodiscard]] std::optional<T> pop(std::int64_t timeout_ns) {
        std::unique_lock lock(mutex_);
        const auto ready = [this] { return count_ > 0 || closed_; };
        if (timeout_ns < 0)
            not_empty_.wait(lock, ready);
        else
            not_empty_.wait_for(lock, std::chrono::nanoseconds(timeout_ns), ready);
        return take();
    }

    /// No item goes in any more; those inside can still be taken. Wakes the consumer.
    void close() {
        {
            const std::lock_guard lock(mutex_);
            closed_ = true;
        }
        not_empty_.notify_all();
    }

    [[nodiscard]] std::size_t size() const {
        const std::lock_guard lock(mutex_);
        return count_;
    }
    [[nodiscard]] bool closed() const {
        const std::lock_guard lock(mutex_);
        return closed_;
    }
    [[nodiscard]] std::size_t capacity() const { return slots_.size(); }

  private:
    std::optional<T> take() {
        if (count_ == 0) return std::nullopt;
        std::optional<T> item = std::move(slots_[first_]);
        slots_[first_].reset();
        first_ = (first_ + 1) % slots_.size();
        --count_;
        return item;
    }

    mutable std::mutex mutex_;
    std::condition_variable not_empty_;
    std::vector<std::optional<T>> slots_;
    std::size_t first_ = 0;
    std::size_t count_ = 0;
    bool closed_ = false;
};

}  // namespace tradectl
