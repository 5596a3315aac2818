/// Start-up is recovery: opens the state, replays the log's tail into the ledger, and rebuilds what
/// the engine knew.
#pragma once

#include "host/base/disk.hpp"
#include "host/base/random.hpp"
#include "host/config/config.hpp"
#include "host/engine/ask.hpp"
#include "host/engine/audit_log.hpp"
#include "host/engine/pipeline.hpp"
#include "host/engine/projector.hpp"
#include "host/engine/state_dir.hpp"
#include "host/engine/trading.hpp"
#include "host/wal/identity.hpp"
#include "host/wal/writer.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace tradectl::engine {

/// The state directory, open for writing and read to its end.
struct OpenState {
    wal::Identity identity;
    std::unique_ptr<wal::Writer> writer;
    std::unique_ptr<Projector> projector;
    std::string audit_key;  ///< verifier key of the audit log; empty: none is kept
};

/// Opens identity, log and ledger under `paths`, whose lock the caller holds; makes what is
/// missing. Everything that the log holds is in the ledger on return. Corrupt when the log is
/// (wal-recover tells more), or when the ledger or the audit log know of records that the log lost.
Expected<OpenState> open_state(Disk& disk,
                               const StatePaths& paths,
                               const std::string& name,
                               const wal::Identity& identity,
                               std::uint64_t segment_bytes,
                               wal::LogTimes now,
                               Audit audit = Audit::None,
                               wal::SegmentFill fill = wal::SegmentFill::Written);

/// Whether orders may leave.
enum class Orders : std::uint8_t { May, Never };

/// Puts positions, balances, open orders, order refs, keys and exits of earlier sessions back in
/// place. Where orders never leave, those of the day are not counted.
Status load_state(Disk& disk,
                  const StatePaths& paths,
                  Trading& trading,
                  Pipeline& pipeline,
                  Orders orders = Orders::May);

/// Books the venue's balances of accounts that the ledger does not know: the opening.
Status book_opening_balances(Trading& trading,
                             Pipeline& pipeline,
                             HeldNews& held,
                             const WaitALittle& wait);

/// Compares the venue's totals with the ledger's. A difference halts new risk at that exchange,
/// durably, until an operator has looked at it (`tradectl balance`) and resumes.
Status check_venue_balances(Trading& trading, Pipeline& pipeline, const WaitALittle& wait);

}  // namespace tradectl::engine
