/// What can still be had from a damaged log. Format: tradectl-wal(5).
#pragma once

#include "host/wal/verify.hpp"
#include "host/wal/writer.hpp"

namespace tradectl::wal {

struct SalvageOptions {
    /// Of the new log: random, and never that of the damaged one, so that no program takes the one
    /// for the other.
    LogId log_id;
    /// Time of the records that stand for lost ones.
    LogTimes now;
    /// Highest sequence that a witness outside the log (ledger, audit log) has seen.
    WalSequence witness_sequence;
};

struct SalvageReport {
    LogId source_log_id;
    LogId log_id;
    std::uint64_t copied = 0;        ///< records
    std::uint64_t placeholders = 0;  ///< records that stand for lost ones
    WalSequence first_sequence;      ///< of the new log; 0: nothing could be read
    WalSequence last_sequence;
    /// All that was lost, in the log's order.
    std::vector<Damage> lost;
};

/// Copies every readable record of the log in `source`, up to and beyond what is damaged, into a
/// new log in `target`, which must not be there or be empty; and writes the report to
/// `target`/salvage.json. Records keep their sequences; each lost one is replaced by a SEAL record
/// whose reason says "lost: " and why, so that the new log is whole, can be dumped, verified and
/// rebuilt from, and says by itself what is missing. It is evidence: it has a log id of its own, no
/// identity names it, and no program goes on with it. `source` is only read.
///
/// Lost records behind the last readable one are in the report alone. BadState when `target` holds
/// something; NotFound when no record can be read; Quota when a gap is wider than 100 million
/// records. [any]
Expected<SalvageReport> salvage(Disk& disk,
                                const std::string& source,
                                const std::string& target,
                                const SalvageOptions& options);

}  // namespace tradectl::wal
