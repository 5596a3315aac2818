/// Speaks to a service manager by sd_notify(3), without its library.
#pragma once

#include "host/base/process_paths.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace tradectl::ops {

/// Sends one datagram a call and never waits: a manager that does not listen loses it. [any]
class ServiceManager {
  public:
    /// Nobody listens.
    ServiceManager() = default;
    /// `socket`: an absolute path, or a name in the abstract namespace that begins with @.
    ServiceManager(std::string socket, std::int64_t watchdog_ns)
        : socket_(std::move(socket)), watchdog_ns_(watchdog_ns) {}
    /// NOTIFY_SOCKET, and WATCHDOG_USEC unless WATCHDOG_PID names another process.
    static ServiceManager from_environment(const Environment& env = process_environment);

    [[nodiscard]] bool listens() const { return !socket_.empty(); }
    /// How often it wants to hear WATCHDOG=1, at least; 0: it does not.
    [[nodiscard]] std::int64_t watchdog_ns() const { return watchdog_ns_; }
    /// Assignments, one a line: "READY=1\nSTATUS=trading". InvalidArgument for a name that no
    /// socket has; Io when it could not be sent.
    Status tell(std::string_view assignments) const;

  private:
    std::string socket_;
    std::int64_t watchdog_ns_ = 0;
};

}  // namespace tradectl::ops
