/// The clock seam.
#pragma once

#include <tradectl/timestamp.hpp>

#include <cstdint>

namespace tradectl {

/// Tells the time. [any]
class Clock {
  public:
    virtual ~Clock() = default;
    /// UTC.
    [[nodiscard]] virtual Timestamp now() const = 0;
    /// Never goes back; its zero has no meaning.
    [[nodiscard]] virtual std::int64_t monotonic_ns() const = 0;
};

/// The machine's clocks.
class SystemClock final : public Clock {
  public:
    [[nodiscard]] Timestamp now() const override;
    [[nodiscard]] std::int64_t monotonic_ns() const override;
};

/// Moves only when told to: simulated runs and tests. [engine]
class ManualClock final : public Clock {
  public:
    explicit ManualClock(Timestamp start) : now_(start) {}
    [[nodiscard]] Timestamp now() const override { return now_; }
    [[nodiscard]] std::int64_t monotonic_ns() const override { return now_.ns(); }
    /// Goes to `time`; a time in the past is ignored.
    void advance_to(Timestamp time) {
        if (time > now_) now_ = time;
    }

  private:
    Timestamp now_;
};

}  // namespace tradectl
