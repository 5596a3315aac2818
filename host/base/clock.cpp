#include "host/base/clock.hpp"

#include <ctime>

namespace tradectl {
namespace {
std::int64_t read_ns(clockid_t id) {
    timespec time{};
    ::clock_gettime(id, &time);
    return static_cast<std::int64_t>(time.tv_sec) * kNsPerSecond + time.tv_nsec;
}
}  // namespace

Timestamp SystemClock::now() const {
    return Timestamp{read_ns(CLOCK_REALTIME)};
}

std::int64_t SystemClock::monotonic_ns() const {
    return read_ns(CLOCK_MONOTONIC);
}

}  // namespace tradectl
