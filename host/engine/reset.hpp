/// Starts a state directory anew.
#pragma once

#include "host/base/disk.hpp"
#include "host/engine/state_dir.hpp"

#include <tradectl/expected.hpp>

namespace tradectl::engine {

/// Removes log, ledger and plugin stores. What stays: the name, the lock, the identity (so that
/// client order ids never repeat) and the halts (a reset is no resume). The caller holds the lock.
///
/// A marker file is made durable first. Until then the old state is whole; from then on nobody
/// reads it, and whoever takes the lock next finishes the work.
Status reset_state(Disk& disk, const StatePaths& paths);

/// Finishes a reset that was cut short; does nothing when there was none. The caller holds the
/// lock.
Status finish_reset(Disk& disk, const StatePaths& paths);

}  // namespace tradectl::engine
