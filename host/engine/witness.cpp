#include "host/engine/witness.hpp"

#include "host/audit/log_writer.hpp"
#include "host/ledger/reader.hpp"

#include <algorithm>

namespace tradectl::engine {

namespace {

Expected<WalSequence> last_in_ledger(Disk& disk, const StatePaths& paths) {
    auto reader = ledger::Reader::open(disk, paths.ledger());
    if (!reader) return fail(reader.error());
    return reader->applied_sequence();
}

void hear(const Expected<WalSequence>& said, Witness& witness) {
    if (said) {
        witness.sequence = std::max(witness.sequence, *said);
    } else if (said.error().code != ErrorCode::NotFound) {
        witness.unreadable.push_back(said.error());
    }
}

}  // namespace

Witness witness_of(Disk& disk, const StatePaths& paths) {
    Witness witness;
    hear(last_in_ledger(disk, paths), witness);
    hear(audit::last_wal_sequence(disk, paths.audit()), witness);
    return witness;
}

}  // namespace tradectl::engine
