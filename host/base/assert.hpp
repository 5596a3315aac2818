/// Invariants of our own code. On in release builds too: a broken one is a bug, and the process
/// stops.
#pragma once

namespace tradectl {

/// Prints the condition and its place on stderr and aborts.
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace tradectl

#define TRADECTL_ASSERT(condition)      \
    ((condition) ? static_cast<void>(0) \
                 : ::tradectl::assertion_failed(#condition, __FILE__, __LINE__))
