/// What the audit log says about a record: one line of canonical JSON, or nothing. Fields, their
/// order and the event codes: tradectl-audit(5).
#pragma once

#include "host/wal/record.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/ids.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace tradectl::audit {

/// Writes the entry of a record into `out`, at most 65,535 bytes; false, and `out` is empty, when
/// the record has none. Depends on the record alone, so a replay of the log gives the same entries.
/// Corrupt when the body cannot be read. [any]
[[nodiscard]] Expected<bool> project(const wal::Record& record, std::string& out);

/// Writes the one entry that no record gives: that the WAL does not hold the records in front of
/// `next` any more, which this log was never shown. It carries the sequence of the last of them.
/// `next` is above 1. [any]
void project_gap(WalSequence applied, WalSequence next, Timestamp time, std::string& out);

/// The WAL sequence that an entry begins with; nothing when it is not an entry.
[[nodiscard]] std::optional<WalSequence> wal_sequence_of(std::string_view entry);

}  // namespace tradectl::audit
