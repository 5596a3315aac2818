/// How other threads and signals wake the engine.
#pragma once

#include <tradectl/expected.hpp>

#include <cstdint>

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

  private:
    explicit Doorbell(int fd) : fd_(fd) {}
    int fd_;
};

}  // namespace tradectl::engine
