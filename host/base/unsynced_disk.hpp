/// A disk for what may be lost: everything but the syncs.
#pragma once

#include "host/base/disk.hpp"

#include <memory>

namespace tradectl {

/// Passes every call on, but `sync` and `sync_directory` return at once. For files that a run makes
/// anew or does not keep; whoever keeps one syncs it by another Disk at the end. Files opened
/// through it may outlive it. [any]
std::unique_ptr<Disk> make_unsynced_disk(std::unique_ptr<Disk> under);

}  // namespace tradectl
