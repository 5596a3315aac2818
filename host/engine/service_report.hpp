/// What a service manager is told of a session: when it is ready, how it stands, that it lives.
#pragma once

#include "host/ops/service_manager.hpp"

#include <tradectl/ids.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace tradectl::engine {

/// How the session stands, as far as a service manager cares.
struct ServiceLook {
    std::int64_t now_ns = 0;  ///< monotonic
    bool fresh_data = false;  ///< recovered, and the first market event came, or there is none
    bool can_trade = false;   ///< log, ledger and venues work
    std::optional<WalSequence> awaited;  ///< what the next order waits for to become durable
    std::string status;
};

/// Silent when nobody listens. READY=1 is said once; WATCHDOG=1 only while trading advances: the
/// engine turns, log, ledger and venues work, and no order waits for the disk for longer than half
/// of the manager's patience. A quiet market, halts and breakers are no reason for a restart.
/// [engine]
class ServiceReport {
  public:
    explicit ServiceReport(ops::ServiceManager manager) : manager_(std::move(manager)) {}

    void starting();
    void look(const ServiceLook& look);
    void stopping(const std::string& status);

  private:
    void tell(const std::string& assignments);
    [[nodiscard]] bool advances(const ServiceLook& look);

    ops::ServiceManager manager_;
    bool ready_ = false;
    bool failed_ = false;  // said in the log once
    std::string status_;
    std::int64_t status_due_ns_ = 0;
    std::int64_t watchdog_due_ns_ = 0;
    std::optional<WalSequence> awaited_;
    std::int64_t awaited_since_ns_ = 0;
};

}  // namespace tradectl::engine
