/// What comparisons keep between them in the state directory: how far they got, and what an
/// operator has taken note of.
#pragma once

#include "host/base/disk.hpp"
#include "host/base/json.hpp"
#include "host/engine/state_dir.hpp"
#include "host/engine/survey.hpp"
#include "host/wal/identity.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tradectl::engine {

/// By venue.
using VenueCursors = std::map<std::string, FillCursors>;

/// Reads the cursors. A file that is missing, damaged, of another log, or ahead of `applied` is as
/// none: everything is compared again. [any]
[[nodiscard]] VenueCursors read_cursors(Disk& disk,
                                        const StatePaths& paths,
                                        wal::LogId log_id,
                                        WalSequence applied);
/// Replaces them as a whole where they differ, without a sync. Io, Permission.
Status write_cursors(Disk& disk,
                     const StatePaths& paths,
                     wal::LogId log_id,
                     const VenueCursors& cursors);

/// A finding or gap that an operator knows about: it counts as none until then.
struct Ack {
    std::string id;
    Timestamp at;
    Timestamp until;
    std::string actor;
    std::string reason;
};
/// As acks.json and answers have it.
[[nodiscard]] Json to_json(const Ack& ack);

/// Those in force at `now`. No file: none. Corrupt when it cannot be read.
Expected<std::vector<Ack>> read_acks(Disk& disk, const StatePaths& paths, Timestamp now);
/// Adds or replaces one; durable when it returns. Drops those that ended. Two operators at a time:
/// the later one wins whole.
Status add_ack(Disk& disk, const StatePaths& paths, const Ack& ack);

}  // namespace tradectl::engine
