/// How other threads and signals wake the engine.
#pragma once

#include <tradectl/expected.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <thread>

namespace tradectl::engine {

/// A counter behind a file descriptor: many rings before a wait are one. Lives until the process
/// ends or its owner does.
class Doorbell {
  public:
    static Expected<Doorbell> make();
    Doorbell(Doorbell&& other) noexcept;
    Doorbell& operator=(Doorbell&&) = delete;
    ~Doorbell();

    /// [any], and safe in a signal handler.
    void ring() const noexcept;
    /// Returns when rung, or after `timeout_ns`; 0 only takes back earlier rings. [engine]
    void wait(std::int64_t timeout_ns) const;
    /// Takes back earlier rings; whether there were any. [engine]
    [[nodiscard]] bool take() const;
    /// As `wait`, but stays awake for the first `awake_ns` and also returns when `ready` says so
    /// then: waking a thread can take as long as what it waits for. The core is offered to others
    /// all the time, because who is waited for may need it. [engine]
    template <typename Ready>
    void wait_awake(std::int64_t timeout_ns, std::int64_t awake_ns, Ready&& ready) const {
        using std::chrono::steady_clock;
        const std::int64_t awake = std::min(timeout_ns, awake_ns);
        const auto end = steady_clock::now() + std::chrono::nanoseconds(awake);
        do {
            if (ready() || take()) return;
            std::this_thread::yield();
        } while (steady_clock::now() < end);
        wait(timeout_ns - awake);
    }

  private:
    explicit Doorbell(int fd) : fd_(fd) {}
    int fd_;
};

}  // namespace tradectl::engine
