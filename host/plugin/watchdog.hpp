/// Notices a call into a plugin that never returns.
#pragma once

#include <tradectl/timestamp.hpp>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace tradectl::plugin {

/// A call may take this many budgets, or its budget and kWatchdogPatienceNs when that is less; and
/// kWatchdogStopNs once the run was asked to stop.
inline constexpr std::int64_t kWatchdogFactor = 20;
inline constexpr std::int64_t kWatchdogPatienceNs = 20 * kNsPerSecond;
inline constexpr std::int64_t kWatchdogStopNs = 5 * kNsPerSecond;

/// A thread that looks at one deadline, set and cleared by the thread that calls plugins. One call
/// is watched at a time: the engine thread's. [engine], but for the handler.
class Watchdog {
  public:
    /// Called once, on the watchdog's own thread, while the call still runs: the process is beyond
    /// repair, so it writes the halt latch and ends it. `instance` is the name given to `arm`.
    using Handler = std::function<void(const std::string& instance)>;

    /// Whether the run was asked to stop; called on the watchdog's thread. May be empty: never.
    using StopAsked = std::function<bool()>;

    explicit Watchdog(Handler handler,
                      StopAsked stop_asked = {},
                      std::int64_t stop_patience_ns = kWatchdogStopNs);
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    /// A call starts that may take `budget_ns`; the handler runs when it takes much longer, see
    /// above. `instance` must stay valid until `disarm`. Costs a few ns.
    void arm(const std::string& instance, std::int64_t budget_ns);
    /// The call returned.
    void disarm();

  private:
    void watch();
    bool expired(std::int64_t now_ns);

    Handler handler_;
    StopAsked stop_asked_;
    std::int64_t stop_patience_ns_;
    std::int64_t waited_for_ns_ = 0;  // deadline of the call that the stop waits for
    std::int64_t waiting_since_ns_ = 0;
    std::atomic<std::int64_t> deadline_ns_{0};
    std::atomic<const std::string*> instance_{nullptr};
    std::mutex mutex_;
    std::condition_variable stop_signal_;
    bool stop_ = false;
    std::thread thread_;
};

}  // namespace tradectl::plugin
