/// Reads a whole log and says what is wrong with it. Format: tradectl-wal(5).
#pragma once

#include "host/base/disk.hpp"
#include "host/wal/format.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/ids.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace tradectl::wal {

/// A part of the log that cannot be read, and what was in it as far as its surroundings tell.
struct Damage {
    std::uint32_t segment = 0;
    std::uint32_t first_page = 0;
    std::uint32_t pages = 0;        ///< 0: the file is not there, or what it held is not known
    std::uint64_t first_batch = 0;  ///< batches that are lost; 0: none
    std::uint64_t last_batch = 0;   ///< 0 beside a `first_batch`: nothing tells how many
    WalSequence first_sequence;     ///< records that are lost, in the same way
    WalSequence last_sequence;
    std::string why;
};

enum class LogState : std::uint8_t {
    Empty,    ///< no log, or one that was never begun
    Clean,    ///< every page is sound; zeros follow the last batch
    Torn,     ///< sound but for a tail that was never acknowledged, as far as anyone knows
    Corrupt,  ///< acknowledged data cannot be read
};
/// "clean", ...
const char* to_text(LogState state);

struct VerifyOptions {
    /// Highest sequence that a witness outside the log (ledger, audit log) has seen.
    WalSequence witness_sequence;
    /// Another log than this one is Corrupt; 0: any.
    LogId log_id;
};

struct VerifyReport {
    LogState state = LogState::Empty;
    /// Torn: where and why reading stopped. Corrupt: the first bad place and its witness.
    std::string why;
    /// Corrupt: what cannot be read, in the log's order; at most `kDamageMax` of them.
    std::vector<Damage> damage;
    std::uint64_t damage_count = 0;  ///< all of them

    LogId log_id;
    std::uint16_t epoch = 0;
    std::uint32_t segments = 0;         ///< files that were begun
    std::uint32_t archived = 0;         ///< of them, compressed
    std::uint32_t torn_and_sealed = 0;  ///< segments that a later SEAL closed
    std::uint64_t pages = 0;            ///< of whole batches, segment headers not counted
    std::uint64_t batches = 0;
    std::uint64_t records = 0;
    std::uint64_t bytes = 0;          ///< of all files of the log on the disk
    WalSequence first_sequence;       ///< oldest record that is kept; 0: none
    WalSequence last_sequence;        ///< last one that can be read
    std::uint64_t durable_batch = 0;  ///< highest that page headers or stamp prove durable
};
inline constexpr std::size_t kDamageMax = 1000;

/// Reads every page of the log in `directory` and decodes every record; changes nothing. Beside a
/// running writer it may see a torn tail that is only being written. A log that is damaged is an
/// answer, not an error: errors are Io, and Unsupported for a format newer than this program. A
/// missing directory is Empty unless a witness names a record. [any]
Expected<VerifyReport> verify(Disk& disk,
                              const std::string& directory,
                              const VerifyOptions& options = {});

}  // namespace tradectl::wal
