/// Scripted logs: what was done to the disk, what was written, and what was acknowledged when.
#pragma once

#include "host/base/faulty_disk.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tradectl::crash {

inline constexpr const char* kDirectory = "/state/wal";

/// One scripted run.
struct Script {
    std::string name;
    std::vector<DiskStep> steps;
    /// By number of steps: from there on the log had promised all records up to a sequence.
    struct Promise {
        std::size_t steps = 0;
        std::uint64_t sequence = 0;
    };
    std::vector<Promise> promises;
    /// What record `sequence` may hold, by index `sequence`: a value for each time that it was
    /// written, an empty one for a SEAL.
    std::vector<std::vector<std::vector<std::byte>>> values;
    std::uint64_t segment_bytes = 0;

    [[nodiscard]] std::uint64_t promised_at(std::size_t step_count) const;
};

/// The scripts: "rolls" (segments of 64 KiB, batches of 1 to 15 pages), "wide" (512 KiB, batches of
/// 1 to 64 pages), "sealed" (a torn end, then on), "archive" (old segments are compressed). Their
/// content depends on `seed` alone.
std::vector<Script> make_scripts(std::uint64_t seed);

}  // namespace tradectl::crash
