/// The client's end of what is handed over to a live session. Protocol: tradectl-control(5).
#pragma once

#include "host/config/config.hpp"
#include "host/engine/reconcile_apply.hpp"
#include "host/engine/state_dir.hpp"
#include "host/engine/wal_recover.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <optional>

namespace tradectl::engine {

/// Has the run that lives compare and act by this config's policies, within `budget_ns`. Nothing
/// when none listens: then it is the caller's to do. Else what the run says: InvalidArgument,
/// Unavailable (nothing was done) ...; Locked when it is of a version that does not do this;
/// OutcomeUnknown when it went away, took too long, or said what nobody understands. [any]
Expected<std::optional<ApplyReport>> hand_over_reconcile(const config::Config& config,
                                                         const StatePaths& paths,
                                                         History history,
                                                         std::int64_t budget_ns);

/// The same for what is unresolved.
Expected<std::optional<WalRecoverAnswer>> hand_over_recovery(const config::Config& config,
                                                             const StatePaths& paths,
                                                             const RecoverOptions& options,
                                                             std::int64_t budget_ns);

}  // namespace tradectl::engine
