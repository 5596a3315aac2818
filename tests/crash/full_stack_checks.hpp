/// The promises that hold after every crash.
#pragma once

#include "host/base/disk.hpp"
#include "host/engine/state_dir.hpp"
#include "host/engine/wal_recover.hpp"
#include "tests/crash/venue_model.hpp"

#include <map>
#include <string>
#include <vector>

namespace tradectl::crash {

/// Content by path; SQLite's side files left out.
using DiskContent = std::map<std::string, std::string>;
DiskContent content_of(Disk& disk, const std::string& directory);

/// Orders, fills and balances of the ledger, one line each.
std::vector<std::string> books_of(Disk& disk, const engine::StatePaths& paths);

/// Empty, or which promise is broken: no sent intent is lost; at most one order a intent; what was
/// rolled back has neither order nor fill at the venue; the ledger's fills and totals are the
/// venue's; nothing is unresolved but what the venue contradicts.
std::string check_promises(Disk& disk,
                           const engine::StatePaths& paths,
                           VenueModel& venue,
                           const engine::WalRecoverAnswer& answer);

}  // namespace tradectl::crash
