/// The side file `ack`: a witness of the last batch that was made durable. Format: tradectl-wal(5).
#pragma once

#include "host/base/disk.hpp"
#include "host/wal/format.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace tradectl::wal {

/// Two slots that take turns; never synced. It survives the death of every process, may lag after a
/// power cut, and never names a batch that was not durable. [wal]
class AckStamp {
  public:
    /// Opens or makes the file. `disk` must outlive the stamp.
    static Expected<std::unique_ptr<AckStamp>> open(Disk& disk,
                                                    const std::string& directory,
                                                    LogId log_id);
    /// Notes that every batch up to this one is on the device.
    Status mark(std::uint64_t batch);

  private:
    AckStamp(std::unique_ptr<File> file, LogId log_id) : file_(std::move(file)), log_id_(log_id) {}

    std::unique_ptr<File> file_;
    LogId log_id_;
    std::uint32_t slot_ = 0;
};

/// The highest batch that a whole slot names, 0 when there is none. Corrupt when a whole slot
/// belongs to another log than `log_id` (0: any).
Expected<std::uint64_t> read_ack_stamp(Disk& disk, const std::string& directory, LogId log_id);

}  // namespace tradectl::wal
