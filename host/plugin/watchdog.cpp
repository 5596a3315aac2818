#include "host/plugin/watchdog.hpp"

#include "host/plugin/turn_clock.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace tradectl::plugin {
namespace {
constexpr std::chrono::milliseconds kPollInterval{50};

// Both sides read the coarse clock: 20 budgets are long against its steps. A deadline names its
// call, too: one that begins a step later has another.
const TurnClock& coarse_clock() {
    static const TurnClock kClock(std::numeric_limits<std::int64_t>::max());
    return kClock;
}
}  // namespace

Watchdog::Watchdog(Handler handler, StopAsked stop_asked, std::int64_t stop_patience_ns)
    : handler_(std::move(handler)),
      stop_asked_(std::move(stop_asked)),
      stop_patience_ns_(stop_patience_ns),
      thread_([this] { watch(); }) {}

Watchdog::~Watchdog() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    stop_signal_.notify_all();
    thread_.join();
}

void Watchdog::arm(const std::string& instance, std::int64_t budget_ns) {
    instance_.store(&instance, std::memory_order_relaxed);
    const auto allowed_ns = std::min(budget_ns * kWatchdogFactor, budget_ns + kWatchdogPatienceNs);
    deadline_ns_.store(coarse_clock().now_ns() + allowed_ns, std::memory_order_release);
}

void Watchdog::disarm() {
    deadline_ns_.store(0, std::memory_order_release);
}

bool Watchdog::expired(std::int64_t now_ns) {
    const std::int64_t deadline_ns = deadline_ns_.load(std::memory_order_acquire);
    if (deadline_ns == 0 || now_ns > deadline_ns) return deadline_ns != 0;
    if (!stop_asked_ || !stop_asked_()) return false;
    if (std::exchange(waited_for_ns_, deadline_ns) != deadline_ns) waiting_since_ns_ = now_ns;
    return now_ns - waiting_since_ns_ > stop_patience_ns_;
}

void Watchdog::watch() {
    std::unique_lock lock(mutex_);
    while (!stop_signal_.wait_for(lock, kPollInterval, [this] { return stop_; })) {
        if (!expired(coarse_clock().now_ns())) continue;
        handler_(*instance_.load(std::memory_order_relaxed));
        return;
    }
}

}  // namespace tradectl::plugin
