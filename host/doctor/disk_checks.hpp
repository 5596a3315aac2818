/// The state directory and the device under it.
#pragma once

#include "host/doctor/check.hpp"
#include "host/engine/state_dir.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tradectl::doctor {

/// Whether a run could work in `path`: a directory of this user that nobody else may write. One
/// that is not there yet is fine when it can be made.
[[nodiscard]] Check check_state_dir(const std::string& path);

/// How long the device takes to keep 4 KiB: some fdatasyncs of a nameless file in `path`, or in
/// the folder where it would be made, for two seconds at most.
[[nodiscard]] Check check_disk_sync(const std::string& path);

/// Room for the log on that device. `segment_bytes`: wal.segment.
[[nodiscard]] Check check_space(const std::string& path, std::uint64_t segment_bytes);

/// Whether a run holds the directory, and answers when it does.
[[nodiscard]] Check check_run(Disk& disk, const engine::StatePaths& paths, std::int64_t timeout_ns);

// The judgement of these, apart from the machine.

/// `sync_ns`: durations, in any order, at least one. Warns over 50 ms for the slowest in a hundred.
[[nodiscard]] Check judge_sync(std::vector<std::int64_t> sync_ns);
/// Fails below two segments, warns below sixteen.
[[nodiscard]] Check judge_space(std::uint64_t free_bytes, std::uint64_t segment_bytes);

}  // namespace tradectl::doctor
