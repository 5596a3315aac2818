#include "host/plugin/turn_clock.hpp"

#include <tradectl/timestamp.hpp>

#include <ctime>

namespace tradectl::plugin {
namespace {
std::int64_t in_ns(const timespec& time) {
    return static_cast<std::int64_t>(time.tv_sec) * kNsPerSecond + time.tv_nsec;
}
}  // namespace

TurnClock::TurnClock(std::int64_t budget_ns) {
    timespec step{};
    ::clock_getres(CLOCK_MONOTONIC_COARSE, &step);
    const bool coarse = budget_ns >= 10 * in_ns(step);
    clock_id_ = coarse ? CLOCK_MONOTONIC_COARSE : CLOCK_MONOTONIC;
    step_ns_ = coarse ? in_ns(step) : 0;
}

std::int64_t TurnClock::now_ns() const {
    timespec time{};
    ::clock_gettime(clock_id_, &time);
    return in_ns(time);
}

}  // namespace tradectl::plugin
