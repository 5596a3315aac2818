/// The promises that hold after every crash.
#pragma once

#include "host/audit/checkpoint.hpp"
#include "host/base/disk.hpp"
#include "host/engine/state_dir.hpp"
#include "host/engine/wal_recover.hpp"
#include "tests/crash/venue_model.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tradectl::crash {

/// Content by path; SQLite's side files left out.
using DiskContent = std::map<std::string, std::string>;
DiskContent content_of(Disk& disk, const std::string& directory);

/// Writes all of it to `to`, durably.
void copy_synced(Disk& from, const std::string& directory, Disk& to);

/// Orders, fills and balances of the ledger, one line each.
using Books = std::vector<std::string>;

/// The books, or which promise is broken: no sent intent is lost; at most one order a intent; what
/// was rolled back has neither order nor fill at the venue; the ledger's fills and totals are the
/// venue's; nothing is unresolved but what the venue contradicts.
Expected<Books> check_promises(Disk& disk,
                               const engine::StatePaths& paths,
                               VenueModel& venue,
                               const engine::WalRecoverAnswer& answer);

bool is_open_at(const VenueState& venue, const std::string& client_order_id);

/// What the audit log is signed up to; nothing when there is none that can be read.
std::optional<audit::Checkpoint> audit_checkpoint(Disk& disk,
                                                  const engine::StatePaths& paths,
                                                  const std::string& name);
/// Empty, or what is wrong: the audit log is sound, is what the write-ahead log says, and begins
/// with what was signed before.
std::string check_audit(Disk& disk,
                        const engine::StatePaths& paths,
                        const std::string& name,
                        const std::optional<audit::Checkpoint>& older);

}  // namespace tradectl::crash
