/// What becomes of segments that nobody writes to any more. Format: tradectl-wal(5).
#pragma once

#include "host/base/disk.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/ids.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace tradectl::wal {

struct ArchiveOptions {
    std::int64_t after_ns = 0;    ///< compressed once the next segment is as old as this
    std::int64_t keep_ns = 0;     ///< removed once the next segment is as old as this; 0: never
    std::uint64_t bytes_max = 0;  ///< of all segments; the oldest go first; 0: no limit
};

/// How far others have come. Nothing at or behind `applied` or `needed` is touched.
struct ArchiveBounds {
    Timestamp now;
    WalSequence applied;  ///< lowest record that ledger and audit log have both applied
    /// First record that an unfinished operation has; 0: none is unfinished. Such segments may be
    /// compressed, never removed.
    WalSequence needed;
};

enum class ArchiveStep : std::uint8_t {
    Idle,    ///< nothing to do now
    Worked,  ///< a step was done; there may be more
};

/// Compresses segments, and removes old ones after a warning, in steps of at most 256 KiB of
/// content, for the idle time of a thread. The newest two segments are left alone. [any], one
/// thread.
///
/// A compressed copy is written under a temporary name, synced, read back and compared, renamed,
/// and the directory synced, before the original goes: a cut at any point leaves at least one of
/// the two, and both are read alike.
class Archiver {
  public:
    /// `disk` must outlive the archiver.
    Archiver(Disk& disk, std::string directory, ArchiveOptions options);
    ~Archiver();
    Archiver(const Archiver&) = delete;
    Archiver& operator=(const Archiver&) = delete;

    /// Does one step. After an error, begun work is dropped and the next call begins anew: errors
    /// harm nothing and no original is lost. Corrupt when a segment cannot be read: it stays as it
    /// is.
    Expected<ArchiveStep> step(const ArchiveBounds& bounds);

  private:
    struct Job;
    enum class Look : std::uint8_t { Nothing, Found };
    Expected<Look> look_for_work(const ArchiveBounds& bounds);
    Status work();
    Status swap();
    Expected<ArchiveStep> retire(const ArchiveBounds& bounds);

    Disk& disk_;
    std::string directory_;
    ArchiveOptions options_;
    std::uint32_t done_ = 0;  ///< segments up to here are compressed
    std::unique_ptr<Job> job_;
    std::optional<Timestamp> warned_;
};

}  // namespace tradectl::wal
