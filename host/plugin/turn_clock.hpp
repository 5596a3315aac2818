/// The clock that turns are timed by.
#pragma once

#include <cstdint>

namespace tradectl::plugin {

/// A monotonic clock made for being read twice a turn: as precise as its budget needs, no more.
class TurnClock {
  public:
    /// Picks the kernel's coarse clock (steps of some milliseconds, a few ns to read) when the
    /// budget is at least ten of its steps, the precise one (about 25 ns) else.
    explicit TurnClock(std::int64_t budget_ns);
    [[nodiscard]] std::int64_t now_ns() const;
    /// The longest step of the clock: a measured span may be wrong by that much.
    [[nodiscard]] std::int64_t step_ns() const { return step_ns_; }

  private:
    int clock_id_;
    std::int64_t step_ns_;
};

}  // namespace tradectl::plugin
