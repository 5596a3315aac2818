/// Notices a call into a plugin that never returns.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace tradectl::plugin {

inline constexpr std::int64_t kWatchdogFactor = 20;

/// A thread that looks at one deadline, set and cleared by the thread that calls plugins. One call
/// is watched at a time: the engine thread's. [engine], but for the handler.
class Watchdog {
  public:
    /// Called once, on the watchdog's own thread, while the call still runs: the process is beyond
    /// repair, so it writes the halt latch and ends it. `instance` is the name given to `arm`.
    using Handler = std::function<void(const std::string& instance)>;

    explicit Watchdog(Handler handler);
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    /// A call starts that may take `budget_ns`; the handler runs when it takes kWatchdogFactor
    /// times that. `instance` must stay valid until `disarm`. Costs a few ns.
    void arm(const std::string& instance, std::int64_t budget_ns);
    /// The call returned.
    void disarm();

  private:
    void watch();
    bool expired(std::int64_t now_ns);

    Handler handler_;
    std::atomic<std::int64_t> deadline_ns_{0};
    std::atomic<const std::string*> instance_{nullptr};
    std::mutex mutex_;
    std::condition_variable stop_signal_;
    bool stop_ = false;
    std::thread thread_;
};

}  // namespace tradectl::plugin
