/// Puts findings right, as the config's policy says and an operator asked for.
#pragma once

#include "host/engine/reconcile.hpp"

#include <tradectl/expected.hpp>

#include <string>
#include <vector>

namespace tradectl::engine {

/// What became of one finding.
struct Applied {
    std::string id;
    std::string action;  ///< "report", "halt", "adopt", "cancel", "flatten"
    bool done = false;
    std::string why;  ///< what was done, or why not
};

struct ApplyReport {
    ReconcileReport found;         ///< before anything was done
    std::vector<Applied> applied;  ///< one for each finding
};

/// Compares under the writer's lock, then acts: what is adopted is booked as an adjustment with the
/// hash of its evidence and `approver`; a stray order's cancel is durable before it leaves; halts
/// are latched. What nobody can tell is not touched. Locked while a run lives; errors of
/// VenueDesk::open_writer.
Expected<ApplyReport> apply_reconcile(const config::Config& config,
                                      const StatePaths& paths,
                                      const ReconcileOptions& options,
                                      const std::string& approver);

}  // namespace tradectl::engine
