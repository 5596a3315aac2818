/// The records that a run would go on with.
#pragma once

#include "host/base/disk.hpp"
#include "host/config/config.hpp"
#include "host/doctor/check.hpp"
#include "host/engine/state_dir.hpp"

namespace tradectl::doctor {

/// Whether the ledger opens, of this schema and this config.
[[nodiscard]] Check check_ledger(Disk& disk,
                                 const engine::StatePaths& paths,
                                 const config::Config& config);
/// Whether the audit log's checkpoint is signed by its key and belongs to this log.
[[nodiscard]] Check check_audit(Disk& disk,
                                const engine::StatePaths& paths,
                                const config::Config& config);

}  // namespace tradectl::doctor
