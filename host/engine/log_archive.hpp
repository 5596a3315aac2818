/// What the projector's thread does while it waits: finished segments of the log are compressed,
/// and removed when `wal.archive` says so.
#pragma once

#include "host/base/clock.hpp"
#include "host/config/config.hpp"
#include "host/engine/state_dir.hpp"
#include "host/wal/archive.hpp"

#include <cstdint>
#include <string>

namespace tradectl::engine {

/// [projector]
class LogArchive {
  public:
    /// `disk` and `clock` must outlive it.
    LogArchive(Disk& disk, StatePaths paths, const config::WalConfig& config, const Clock& clock);

    /// Does one step and returns after how many nanoseconds it wants the next. `applied`: the last
    /// record that ledger and audit log have both applied. A failure is logged once and tried
    /// again a minute later: nothing that trades depends on it.
    std::int64_t work(WalSequence applied);

  private:
    Expected<wal::ArchiveBounds> find_bounds(WalSequence applied);

    Disk& disk_;
    StatePaths paths_;
    const Clock& clock_;
    bool removes_;  ///< there are limits, so it matters what unfinished operations need
    wal::Archiver archiver_;
    wal::ArchiveBounds bounds_;
    std::int64_t bounds_due_ns_ = 0;
    std::string complaint_;
};

}  // namespace tradectl::engine
