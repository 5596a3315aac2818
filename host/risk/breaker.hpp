/// The circuit breaker of one scope: stops entries after errors or losses.
#pragma once

#include <tradectl/timestamp.hpp>

#include <cstdint>

namespace tradectl::risk {

/// When errors trip a breaker, and how long it stays open.
struct BreakerLimits {
    std::uint32_t threshold = 0;    ///< errors in a row; 0: errors never trip it
    std::int64_t cool_down_ns = 0;  ///< from the trip to half-open
};

enum class BreakerState : std::uint8_t {
    Closed,
    HalfOpen,  ///< one entry may try
    Open,
};

/// Why it is open, and so how it closes.
enum class Trip : std::uint8_t {
    Errors,  ///< after the cool-down one good order closes it
    Loss,    ///< an operator closes it
};

/// Pure: time is an argument. Errors and successes are told as they are heard, in order.
class Breaker {
  public:
    explicit Breaker(BreakerLimits limits = {}) : limits_(limits) {}

    /// One more failed order. True when it tripped the breaker now, or opened it again.
    bool on_error(Timestamp now);
    /// One good order. True when it closed the breaker: it was half-open.
    bool on_success(Timestamp now);
    /// Opens it. False when it is open for the same reason, or a heavier one, already.
    bool trip(Trip why, Timestamp now);
    /// Closes it, whatever opened it, and forgets the errors.
    void reset();
    /// An entry goes on; in half-open it is the one that tries, and none follows it until it is
    /// answered or a cool-down has passed.
    void take_entry(Timestamp now);

    [[nodiscard]] BreakerState state(Timestamp now) const;
    /// Whether an entry may go on.
    [[nodiscard]] bool admits(Timestamp now) const;
    [[nodiscard]] bool tripped() const { return tripped_; }
    /// When it becomes half-open; none when it does not.
    [[nodiscard]] Timestamp half_open_at() const {
        return tripped_ && why_ == Trip::Errors ? since_.plus_ns(limits_.cool_down_ns)
                                                : Timestamp::none();
    }
    /// Of the last trip.
    [[nodiscard]] Trip why() const { return why_; }
    [[nodiscard]] Timestamp since() const { return since_; }
    [[nodiscard]] std::uint32_t errors() const { return errors_; }

  private:
    BreakerLimits limits_;
    bool tripped_ = false;
    Trip why_ = Trip::Errors;
    Timestamp since_ = Timestamp::none();
    Timestamp tried_ = Timestamp::none();  // entry that tries, not answered yet
    std::uint32_t errors_ = 0;             // in a row
};

}  // namespace tradectl::risk
