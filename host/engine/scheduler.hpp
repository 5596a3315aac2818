/// What is due when: host timers, durability in simulated time, latencies.
#pragma once

#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <optional>
#include <queue>
#include <unordered_map>
#include <vector>

namespace tradectl::engine {

/// Whose timer it is. Exit: the host's, for the exits of a strategy's position; `index` is the
/// strategy, `id` the instrument.
enum class TimerOwner : std::uint8_t { Host, Strategy, Exchange, Exit };

/// A timer that has come due.
struct DueTimer {
    TimerOwner owner{};
    std::uint32_t index = 0;  ///< of the strategy or exchange
    std::uint64_t id = 0;
    Timestamp due;
};

/// One-shot timers in order of (due, setting). Setting a timer again moves it. [engine]
class Scheduler {
  public:
    /// `due` none cancels.
    void set(TimerOwner owner, std::uint32_t index, std::uint64_t id, Timestamp due) {
        top_is_current_ = false;
        auto& current = current_[key(owner, index)];
        if (due.is_none()) {
            current.erase(id);
            return;
        }
        current[id] = ++order_;
        heap_.push({due, order_, owner, index, id});
    }

    /// The earliest timer's time.
    [[nodiscard]] std::optional<Timestamp> next() {
        drop_stale();
        if (heap_.empty()) return std::nullopt;
        return heap_.top().due;
    }

    /// Takes the earliest timer that is due at `now`.
    [[nodiscard]] std::optional<DueTimer> take_due(Timestamp now) {
        drop_stale();
        if (heap_.empty() || heap_.top().due > now) return std::nullopt;
        const Entry entry = heap_.top();
        heap_.pop();
        top_is_current_ = false;
        current_[key(entry.owner, entry.index)].erase(entry.id);
        return DueTimer{entry.owner, entry.index, entry.id, entry.due};
    }

    /// Takes the earliest timer of that kind that is due at `now`; the others stay.
    [[nodiscard]] std::optional<DueTimer> take_due(Timestamp now, TimerOwner owner) {
        std::vector<DueTimer> others;
        std::optional<DueTimer> found;
        while (!found) {
            auto due = take_due(now);
            if (!due) break;
            if (due->owner == owner)
                found = due;
            else
                others.push_back(*due);
        }
        for (const DueTimer& other : others)
            set(other.owner, other.index, other.id, other.due);
        return found;
    }

  private:
    struct Entry {
        Timestamp due;
        std::uint64_t order;
        TimerOwner owner;
        std::uint32_t index;
        std::uint64_t id;
        bool operator<(const Entry& other) const {
            return due != other.due ? due > other.due : order > other.order;
        }
    };

    static std::uint64_t key(TimerOwner owner, std::uint32_t index) {
        return static_cast<std::uint64_t>(owner) << 32 | index;
    }

    void drop_stale() {
        while (!heap_.empty() && !top_is_current_) {
            const Entry& entry = heap_.top();
            const auto& ids = current_[key(entry.owner, entry.index)];
            const auto found = ids.find(entry.id);
            if (found != ids.end() && found->second == entry.order) {
                top_is_current_ = true;
                return;
            }
            heap_.pop();
        }
    }

    std::priority_queue<Entry> heap_;
    std::unordered_map<std::uint64_t, std::unordered_map<std::uint64_t, std::uint64_t>>
        current_;  // which setting of an id counts
    std::uint64_t order_ = 0;
    bool top_is_current_ = false;  // asked for several times an event: looked up once a change
};

}  // namespace tradectl::engine
