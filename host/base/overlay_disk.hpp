/// A disk for questions of the form "what would happen": reads come from below, changes stay in
/// memory.
#pragma once

#include "host/base/disk.hpp"

#include <memory>

namespace tradectl {

/// Shows `under` as it is, but for what is changed through it: a changed file is copied by blocks
/// as they are written, names that are made, renamed and removed are kept in memory. Nothing is
/// ever written, synced or locked below. `under` must outlive it, and must not change meanwhile.
/// Locks and shared mappings work between its own Files. [any]
std::unique_ptr<Disk> make_overlay_disk(Disk& under);

}  // namespace tradectl
