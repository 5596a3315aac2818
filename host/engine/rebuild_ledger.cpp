// A ledger made anew from the log.
#include "host/base/log.hpp"
#include "host/base/mutant.hpp"
#include "host/engine/ledger_files.hpp"
#include "host/engine/projector.hpp"
#include "host/engine/queries.hpp"
#include "host/engine/startup.hpp"
#include "host/engine/wal_recover.hpp"
#include "host/engine/witness.hpp"
#include "host/ledger/ledger.hpp"
#include "host/ledger/reader.hpp"
#include "host/ledger/table_digest.hpp"
#include "host/wal/identity.hpp"
#include "host/wal/reader.hpp"

#include <utility>

namespace tradectl::engine {

namespace {

/// What is there and cannot be read is no witness: a ledger like that is what is to be replaced.
WalSequence last_witnessed(Disk& disk, const StatePaths& paths) {
    if (mutant("engine.rebuild_witness")) return {};
    const Witness witness = witness_of(disk, paths);
    for (const Error& error : witness.unreadable)
        log(LogLevel::Warning, "ledger", "no witness: " + error.message);
    return witness.sequence;
}

/// All of the log, into a new ledger at `path`.
Expected<WalSequence> build(Disk& disk,
                            const config::Config& config,
                            const StatePaths& paths,
                            const std::string& path) {
    auto identity = wal::load_identity(disk, paths.root);
    if (!identity) return fail(identity.error());
    auto log = wal::open_log(disk,
                             paths.wal(),
                             {.from = WalSequence{1},
                              .witness_sequence = last_witnessed(disk, paths),
                              .log_id = identity->log_id});
    if (!log) {
        const Error& error = log.error();
        if (error.code != ErrorCode::Corrupt) return fail(error);
        return fail(error.code, error.message + "; the ledger that is there was kept");
    }
    const WalSequence last = log->tail().last_sequence;
    if (auto gone = remove_database(disk, path); !gone) return fail(gone.error());
    auto ledger = ledger::Ledger::open(disk, path, config.name);
    if (!ledger) return fail(ledger.error());
    auto projector = Projector::open(disk, paths.wal(), std::move(*ledger));
    if (!projector) return fail(projector.error());
    if (auto done = (*projector)->catch_up(last); !done) return fail(done.error());
    return last;
}

/// The first table that differs, or nothing.
Expected<std::string> different_table(Disk& disk,
                                      ledger::Reader& old_books,
                                      const std::string& new_path) {
    auto new_books = ledger::Reader::open(disk, new_path);
    if (!new_books) return fail(new_books.error());
    const auto wanted = ledger::table_digests(*new_books);
    if (!wanted) return fail(wanted.error());
    const auto found = ledger::table_digests(old_books);
    if (!found) return found.error().message;
    for (const auto& [table, digest] : *wanted) {
        const auto old = found->find(table);
        if (old == found->end() || old->second != digest)
            return "its table '" + table + "' differs";
    }
    return std::string();
}

/// Empty when the old ledger is a prefix of the log and says the same as the new one.
Expected<std::string> compare(Disk& disk,
                              const std::string& old_path,
                              const std::string& new_path,
                              WalSequence last) {
    auto reader = ledger::Reader::open(disk, old_path);
    if (!reader) return reader.error().message;
    auto applied = reader->applied_sequence();
    if (!applied) return applied.error().message;
    if (*applied != last) {
        return "it had applied record " + std::to_string(applied->value) + ", the log ends with " +
               std::to_string(last.value);
    }
    if (auto sound = reader->check_books(); !sound) return sound.error().message;
    return different_table(disk, *reader, new_path);
}

}  // namespace

Expected<RebuildAnswer> rebuild_ledger(Disk& disk,
                                       const config::Config& config,
                                       const StatePaths& paths,
                                       std::int64_t lock_wait_ns) {
    if (auto there = check_state(disk, paths, config.name); !there) return fail(there.error());
    auto lock = WriterLock::take(disk, paths, config.name, lock_wait_ns);
    if (!lock) return fail(lock.error());
    const std::string fresh = paths.ledger() + ".rebuild";
    auto last = build(disk, config, paths, fresh);
    if (!last) return fail(last.error());
    RebuildAnswer answer{
        .outcome = RebuiltLedger::New, .applied = *last, .backup = {}, .contrary = {}};
    auto there = disk.exists(paths.ledger());
    if (!there) return fail(there.error());
    if (*there) {
        auto contrary = compare(disk, paths.ledger(), fresh, *last);
        if (!contrary) return fail(contrary.error());
        if (contrary->empty()) {
            answer.outcome = RebuiltLedger::Equal;
            if (auto gone = remove_database(disk, fresh); !gone) return fail(gone.error());
            return answer;
        }
        answer.outcome = RebuiltLedger::Replaced;
        answer.contrary = *contrary;
        answer.backup = free_name(disk, paths.ledger());
        if (auto moved = move_database(disk, paths.ledger(), answer.backup); !moved)
            return fail(moved.error());
    }
    if (auto moved = move_database(disk, fresh, paths.ledger()); !moved) return fail(moved.error());
    if (auto synced = disk.sync_directory(paths.root); !synced) return fail(synced.error());
    return answer;
}

}  // namespace tradectl::engine
