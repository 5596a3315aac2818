#include "host/risk/breaker.hpp"

#include <limits>

namespace tradectl::risk {

bool Breaker::on_error(Timestamp now) {
    if (errors_ != std::numeric_limits<std::uint32_t>::max()) ++errors_;
    if (state(now) == BreakerState::HalfOpen) {
        since_ = now;
        tried_ = Timestamp::none();
        return true;
    }
    if (tripped_ || limits_.threshold == 0 || errors_ < limits_.threshold) return false;
    return trip(Trip::Errors, now);
}

bool Breaker::on_success(Timestamp now) {
    errors_ = 0;
    if (state(now) != BreakerState::HalfOpen) return false;
    reset();
    return true;
}

bool Breaker::trip(Trip why, Timestamp now) {
    if (tripped_ && (why_ == why || why_ == Trip::Loss)) return false;
    tripped_ = true;
    why_ = why;
    since_ = now;
    tried_ = Timestamp::none();
    return true;
}

void Breaker::reset() {
    tripped_ = false;
    since_ = tried_ = Timestamp::none();
    errors_ = 0;
}

void Breaker::take_entry(Timestamp now) {
    if (state(now) == BreakerState::HalfOpen) tried_ = now;
}

BreakerState Breaker::state(Timestamp now) const {
    if (!tripped_) return BreakerState::Closed;
    if (why_ == Trip::Loss || now.minus(since_) < limits_.cool_down_ns) return BreakerState::Open;
    return BreakerState::HalfOpen;
}

bool Breaker::admits(Timestamp now) const {
    switch (state(now)) {
        case BreakerState::Closed: return true;
        case BreakerState::Open: return false;
        case BreakerState::HalfOpen: break;
    }
    return tried_.is_none() || now.minus(tried_) >= limits_.cool_down_ns;
}

}  // namespace tradectl::risk
