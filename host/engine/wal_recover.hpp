/// The command wal-recover: what is unfinished in a state directory, and what becomes of it.
#pragma once

#include "host/config/config.hpp"
#include "host/engine/recover.hpp"
#include "host/engine/state_dir.hpp"
#include "host/engine/venue_desk.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace tradectl::engine {

enum class RecoverMode : std::uint8_t {
    DryRun,  ///< asks and decides; nothing of ours is changed, only queries are sent
    Apply,   ///< and books; needs the lock
};

/// What becomes of orders that rest at a venue.
enum class OpenOrders : std::uint8_t { Keep, Cancel };

struct WalRecoverOptions {
    DeskOptions desk;
    RecoverOptions recover;
    RecoverMode mode = RecoverMode::DryRun;
    OpenOrders open_orders = OpenOrders::Keep;
};

struct WalRecoverAnswer {
    RecoveryReport report;
    bool run_lives = false;      ///< what the live run began was not looked at
    std::size_t to_cancel = 0;   ///< resting orders that --open-orders cancel is about
    std::size_t still_open = 0;  ///< of them, not canceled when the time was up (Apply)
};

/// Finishes what is unfinished, or says how. Errors: as VenueDesk and Recovery::examine.
Expected<WalRecoverAnswer> wal_recover(const config::Config& config,
                                       const StatePaths& paths,
                                       const WalRecoverOptions& options);

/// What a rebuilt ledger says of the one that was there.
enum class RebuiltLedger : std::uint8_t {
    New,      ///< there was none
    Equal,    ///< and so the old one stays
    Replaced  ///< they differed, or the old one could not be read
};
struct RebuildAnswer {
    RebuiltLedger outcome = RebuiltLedger::New;
    WalSequence applied;
    std::string backup;    ///< Replaced: where the old one is
    std::string contrary;  ///< Replaced: why
};

/// Makes the ledger anew from the log, beside the old one, and puts it in its place when they
/// differ in any table; the old one is kept under another name. A crash on the way leaves the old
/// one, the new one, or none, which the next start makes from the log. Takes the lock. NotFound
/// when the log does not go back to its first record; Corrupt when it is damaged, or when the old
/// ledger or the audit log know of records that it lost.
Expected<RebuildAnswer> rebuild_ledger(Disk& disk,
                                       const config::Config& config,
                                       const StatePaths& paths,
                                       std::int64_t lock_wait_ns);

}  // namespace tradectl::engine
