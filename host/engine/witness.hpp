/// What lies beside the log and has seen its records: whoever reads the log holds it against them.
#pragma once

#include "host/base/disk.hpp"
#include "host/engine/state_dir.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/ids.hpp>

#include <vector>

namespace tradectl::engine {

struct Witness {
    WalSequence sequence;           ///< highest record that any of them names; 0: none does
    std::vector<Error> unreadable;  ///< of those that are there and cannot be read
};

/// What the ledger and the audit log under `paths` name, also beside a live run when it is asked
/// before the log is read. One that is missing says nothing; one that cannot be read is no witness,
/// and the other still is. [any]
[[nodiscard]] Witness witness_of(Disk& disk, const StatePaths& paths);

}  // namespace tradectl::engine
