/// Puts findings right, as the config's policy says and an operator asked for.
#pragma once

#include "host/engine/interview.hpp"
#include "host/engine/reconcile.hpp"

#include <tradectl/expected.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace tradectl::engine {

class Pipeline;
struct Trading;

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

/// What acting on findings needs: a desk's, or a live session's. All of it must outlive the call.
struct ApplyParts {
    Trading& trading;
    Pipeline& pipeline;
    Ask ask;
    std::function<Status()> make_durable;  ///< everything that was booked so far
    /// Closes our positions in the instrument, for every strategy of the account. Empty: nobody is
    /// there who could sell.
    std::function<Status(tradectl_account_handle, tradectl_instrument_handle)> flatten;
};
using Policies = std::map<std::string, config::DriftPolicy>;  ///< by kind: all of them

/// Acts on each finding as the policy of its kind says. A balance is not adopted while a gap at the
/// venue, or a finding about an order or a fill of the account, may explain it. [engine]
std::vector<Applied> apply_findings(const ApplyParts& parts,
                                    const ReconcileReport& found,
                                    const Policies& policies,
                                    const std::string& approver);

/// Compares under the writer's lock, then acts: what is adopted is booked as an adjustment with the
/// hash of its evidence and `approver`; a stray order's cancel is durable before it leaves; halts
/// are latched. What nobody can tell is not touched. Locked while a run lives; errors of
/// VenueDesk::open_writer.
Expected<ApplyReport> apply_reconcile(const config::Config& config,
                                      const StatePaths& paths,
                                      const ReconcileOptions& options,
                                      const std::string& approver);

}  // namespace tradectl::engine
