/// Waiting for a file lock that somebody else holds.
#pragma once

#include "host/base/disk.hpp"

#include <cstdint>

namespace tradectl {

/// Takes the exclusive lock of a file's byte, and tries for up to `wait_ns`; 0 tries once. Locked
/// when it is still taken then, or the error of the lock. [any]
[[nodiscard]] Status lock_byte(File& file, std::uint64_t byte, std::int64_t wait_ns);

}  // namespace tradectl
