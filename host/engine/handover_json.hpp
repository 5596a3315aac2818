/// What --apply asks of a live session, and what it answers, as members of lines of the control
/// socket. Fields: tradectl-control(5).
#pragma once

#include "host/base/json.hpp"
#include "host/config/config.hpp"
#include "host/engine/reconcile_apply.hpp"
#include "host/engine/wal_recover.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>

namespace tradectl::engine {

/// `reconcile --apply`, handed over.
struct ApplyRequest {
    History history = History::New;
    Policies policies;           ///< of all kinds
    std::int64_t budget_ns = 0;  ///< for all of it
};
/// `wal-recover --apply`, handed over.
struct RecoverRequest {
    RecoverOptions options;      ///< without approvers: the run knows who asks
    std::int64_t budget_ns = 0;  ///< for all of it
};

[[nodiscard]] Json to_json(const ApplyRequest& request);
[[nodiscard]] Json to_json(const RecoverRequest& request);
/// InvalidArgument for what is missing or not allowed.
[[nodiscard]] Expected<ApplyRequest> apply_request_of(const Json& body);
[[nodiscard]] Expected<RecoverRequest> recover_request_of(const Json& body);

[[nodiscard]] Json to_json(const ApplyReport& report);
[[nodiscard]] Json to_json(const RecoveryReport& report, const config::Config& config);
/// Corrupt for what is no such report.
[[nodiscard]] Expected<ApplyReport> apply_report_of(const Json& data);
/// What an answer shows; no more of an operation than that.
[[nodiscard]] Expected<RecoveryReport> recovery_report_of(const Json& data,
                                                          const config::Config& config);

}  // namespace tradectl::engine
