/// The venues of a config, and their clocks beside ours.
#pragma once

#include "host/base/disk.hpp"
#include "host/config/config.hpp"
#include "host/doctor/check.hpp"
#include "host/engine/state_dir.hpp"
#include "host/keys/key_store.hpp"

#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace tradectl::doctor {

/// What `check_endpoints` finds, and two checks for each exchange: "venue:NAME", Unknown when it
/// cannot be reached, and "clock:NAME", Skip when it tells no time; of one that tells of its
/// account also "address:NAME" and "allowances:NAME". `keys`: what reading them came to. Venues
/// are sent questions alone; the plugins work on a private copy of their stores. `timeout_ns`: for
/// each answer.
[[nodiscard]] Checks check_venues(Disk& disk,
                                  const config::Config& config,
                                  const engine::StatePaths& paths,
                                  const std::vector<std::string>& plugin_files,
                                  const std::vector<keys::KeyReport>& keys,
                                  std::int64_t timeout_ns);

/// Our clock beside a venue's: `theirs` was read between `asked` and `answered` of ours, so that
/// the offset is known to half of that time. Warns over 1 s, fails over 30 s, where it is certain.
[[nodiscard]] Check judge_clock(const std::string& exchange,
                                Timestamp asked,
                                Timestamp answered,
                                Timestamp theirs);

}  // namespace tradectl::doctor
