/// The command wal-recover: what is unfinished in a state directory, and what becomes of it.
#pragma once

#include "host/config/config.hpp"
#include "host/engine/recover.hpp"
#include "host/engine/state_dir.hpp"
#include "host/engine/venue_desk.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <optional>
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
    /// Records that an operator gave up; nothing when none were.
    struct Loss {
        WalSequence first;
        WalSequence last;
        std::uint16_t epoch = 0;  ///< of client order ids from now on
    };
    std::optional<Loss> loss;
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

/// What an operator decided about a log that lost its end.
struct LossDecision {
    std::string approver;
    std::string reason;
};

/// Goes on with a log that ends before what ledger, audit log or ack stamp have seen. Client order
/// ids get a new epoch; the decision goes on record, marks take the places of the lost records, and
/// the ledger is made anew from what is left: the old one is kept. The audit log keeps its entries
/// of what was lost. After a crash on the way it may be called again. InvalidArgument when nothing
/// is lost; Corrupt when the log is damaged before its end; else as `rebuild_ledger`.
Expected<RebuildAnswer> accept_loss(Disk& disk,
                                    const config::Config& config,
                                    const StatePaths& paths,
                                    std::int64_t lock_wait_ns,
                                    const LossDecision& decision);

}  // namespace tradectl::engine
