/// SIGINT and SIGTERM, once to stop in order, twice to stop at once.
#pragma once

#include "host/engine/doorbell.hpp"

namespace tradectl::engine {

/// Takes over SIGINT and SIGTERM while it lives; one at a time. The first one rings the bell; the
/// second ends the process at once with 128 + its number.
class SignalGuard {
  public:
    /// `bell` must outlive it.
    explicit SignalGuard(const Doorbell& bell);
    ~SignalGuard();
    SignalGuard(const SignalGuard&) = delete;
    SignalGuard& operator=(const SignalGuard&) = delete;

    /// The first signal that came, or 0.
    [[nodiscard]] static int received() noexcept;
};

}  // namespace tradectl::engine
