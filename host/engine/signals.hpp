/// SIGINT and SIGTERM, once to stop in order, twice to stop at once; SIGHUP to read keys anew.
#pragma once

#include "host/engine/doorbell.hpp"

namespace tradectl::engine {

/// Takes over SIGINT and SIGTERM while it lives, and SIGHUP once it is asked to; one at a time. The
/// first one rings the bell; the second ends the process at once with 128 + its number.
class SignalGuard {
  public:
    /// `bell` must outlive it.
    explicit SignalGuard(const Doorbell& bell);
    ~SignalGuard();
    SignalGuard(const SignalGuard&) = delete;
    SignalGuard& operator=(const SignalGuard&) = delete;

    /// The first signal that came, or 0.
    [[nodiscard]] static int received() noexcept;
    /// From now on a SIGHUP no longer ends the process.
    static void listen_for_reload() noexcept;
    /// Whether a SIGHUP came since the last call.
    [[nodiscard]] static bool take_reload() noexcept;
};

}  // namespace tradectl::engine
