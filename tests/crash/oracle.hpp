/// What must hold of a log, whatever happened to its disk.
#pragma once

#include "host/base/disk.hpp"
#include "tests/crash/script.hpp"

#include <optional>
#include <string>

namespace tradectl::crash {

/// After a power cut or a failed call: the log opens without an alarm, holds every promised record,
/// and each record that it holds is one that was written. Empty when all that is so, else what is
/// not.
std::optional<std::string> check_nothing_lost(Disk& disk,
                                              const Script& script,
                                              std::uint64_t promised);

/// Damage was done to what a witness covers: reading must end with an error, and nothing that was
/// read before may be wrong.
std::optional<std::string> check_noticed(Disk& disk, const Script& script);

/// Damage was done: it is noticed, or the log reads as if nothing had happened up to `promised`.
std::optional<std::string> check_never_wrong(Disk& disk,
                                             const Script& script,
                                             std::uint64_t promised);

/// Goes on with the log: a writer starts, one more batch becomes durable, and all is still there.
std::optional<std::string> check_restart(Disk& disk, const Script& script, std::uint64_t promised);

}  // namespace tradectl::crash
