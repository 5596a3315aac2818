#include "host/base/lock_wait.hpp"

#include <tradectl/timestamp.hpp>

#include <algorithm>
#include <chrono>
#include <thread>

namespace tradectl {

namespace {

constexpr std::int64_t kPauseNsMin = kNsPerMillisecond;
constexpr std::int64_t kPauseNsMax = 20 * kNsPerMillisecond;

}  // namespace

Status lock_byte(File& file, std::uint64_t byte, std::int64_t wait_ns) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::nanoseconds(wait_ns);
    const std::chrono::nanoseconds pause(std::clamp(wait_ns / 50, kPauseNsMin, kPauseNsMax));
    for (;;) {
        auto locked = file.lock(byte, 1, File::Lock::Exclusive);
        if (locked || locked.error().code != ErrorCode::Locked) return locked;
        if (std::chrono::steady_clock::now() >= deadline) return locked;
        std::this_thread::sleep_for(pause);
    }
}

}  // namespace tradectl
