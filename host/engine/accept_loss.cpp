// A log that lost its end goes on: an operator's decision, on record before anything else is done.
#include "host/audit/log_writer.hpp"
#include "host/base/clock.hpp"
#include "host/base/overlay_disk.hpp"
#include "host/engine/drift_files.hpp"
#include "host/engine/ledger_files.hpp"
#include "host/engine/queries.hpp"
#include "host/engine/startup.hpp"
#include "host/engine/wal_recover.hpp"
#include "host/engine/witness.hpp"
#include "host/ledger/reader.hpp"
#include "host/wal/ack_stamp.hpp"
#include "host/wal/batch.hpp"
#include "host/wal/identity.hpp"
#include "host/wal/reader.hpp"

#include <algorithm>
#include <utility>

#include <unistd.h>

namespace tradectl::engine {

namespace {

constexpr std::uint32_t kMarksInBatch = 256;
constexpr std::uint64_t kLostMax = 100'000'000;
constexpr std::size_t kReasonBytesMax = 1000;

/// What is left, and what is known of the rest.
struct Remains {
    wal::Tail tail;
    std::uint64_t stamped_batch = 0;
    WalSequence witnessed;  ///< by ledger and audit log
    OpId op_id_max;         ///< that the old ledger knows

    [[nodiscard]] bool lost_any() const {
        return witnessed > tail.last_sequence || stamped_batch > tail.last_batch;
    }
    [[nodiscard]] WalSequence first() const { return {tail.last_sequence.value + 1}; }
    [[nodiscard]] WalSequence last() const { return std::max(witnessed, tail.last_sequence); }
};

Status remove_stamp(Disk& disk, const StatePaths& paths) {
    const std::string path = paths.wal() + "/ack";
    auto there = disk.exists(path);
    if (!there) return fail(there.error());
    return *there ? disk.remove(path) : Status{};
}

/// Where the log ends by its own word, without the ack stamp's. Every record of it is read: damage
/// before the end is no lost end.
Expected<wal::Tail> end_without_stamp(Disk& disk, const StatePaths& paths, wal::LogId log_id) {
    const auto view = make_overlay_disk(disk);
    if (auto gone = remove_stamp(*view, paths); !gone) return fail(gone.error());
    auto log = wal::open_log(*view, paths.wal(), {.from = WalSequence{1}, .log_id = log_id});
    if (!log) return fail(log.error());
    while (true) {
        const auto record = log->next();
        if (!record) return fail(record.error());
        if (!*record) return log->tail();
    }
}

Expected<Remains> look_at_remains(Disk& disk, const StatePaths& paths, wal::LogId log_id) {
    const auto audited = audit::last_wal_sequence(disk, paths.audit());
    if (!audited && audited.error().code != ErrorCode::NotFound) return fail(audited.error());
    Remains out;
    out.witnessed = witness_of(disk, paths).sequence;
    if (auto books = ledger::Reader::open(disk, paths.ledger())) {
        if (const auto op_id = books->op_id_max()) out.op_id_max = *op_id;
    }
    const auto stamped = wal::read_ack_stamp(disk, paths.wal(), log_id);
    if (!stamped) return fail(stamped.error());
    out.stamped_batch = *stamped;
    auto tail = end_without_stamp(disk, paths, log_id);
    if (!tail) return fail(tail.error());
    out.tail = std::move(*tail);
    return out;
}

std::string text_of(const Remains& remains, const LossDecision& decision, std::uint16_t epoch) {
    std::string what = "records " + std::to_string(remains.first().value) + " to " +
                       std::to_string(remains.last().value);
    if (remains.witnessed <= remains.tail.last_sequence)
        what = "records from " + std::to_string(remains.first().value) + " on";
    return "accepted the loss of " + what + " of the log; client order ids go on in epoch " +
           std::to_string(epoch) + "; by " + decision.approver + " (uid " +
           std::to_string(::getuid()) + "), command line: " + decision.reason;
}

/// Writes to the log behind what is left of it.
class Continuation {
  public:
    Continuation(wal::Writer& writer, wal::LogTimes now)
        : writer_(writer), builder_(writer.next_sequence(), writer.batch_bytes_max()) {
        header_.wall = now.wall;
        header_.monotonic_ns = now.monotonic_ns;
    }

    Status note(const std::string& text, OpId op_id) {
        wal::NoteBody body;
        body.kind = wal::NoteKind::OperatorAction;
        body.subject.instance = "host";
        body.text = text;
        wal::RecordHeader header = header_;
        header.op_id = op_id;
        if (auto added = builder_.add(header, body); !added) return fail(added.error());
        return {};
    }
    /// A mark in the place of each lost record up to `last`. The final batch stays open: until it
    /// is whole, the log counts as one that lost its end.
    Status fill_up_to(WalSequence last) {
        wal::SealBody body;
        body.reason = "lost: the loss was accepted";
        std::uint32_t count = 0;
        while (builder_.next_sequence() <= last) {
            if (++count % kMarksInBatch == 0) {
                if (auto done = append(); !done) return done;
            }
            if (auto added = builder_.add(header_, body); !added) return fail(added.error());
        }
        return {};
    }
    Status append() { return writer_.append(builder_.take(), header_.monotonic_ns); }

  private:
    wal::Writer& writer_;
    wal::BatchBuilder builder_;
    wal::RecordHeader header_;
};

/// Decision first, so that no crash leaves a loss that nobody is named for; then the old ledger
/// goes out of the way, since it knows what the log lost; then the marks, and the decision again
/// where the audit log, which has seen the lost records, takes it up.
Expected<std::string> write_decision(Disk& disk,
                                     const config::Config& config,
                                     const StatePaths& paths,
                                     const Remains& remains,
                                     const std::string& text) {
    const SystemClock clock;
    const wal::LogTimes now{.wall = clock.now(), .monotonic_ns = clock.monotonic_ns()};
    if (auto gone = remove_stamp(disk, paths); !gone) return fail(gone.error());
    auto writer = wal::Writer::resume(
        disk, paths.wal(), remains.tail, now, {.segment_bytes = config.wal.segment_bytes});
    if (!writer) return fail(writer.error());
    Continuation log(**writer, now);
    if (auto noted = log.note(text, remains.op_id_max); !noted) return fail(noted.error());
    if (auto done = log.append(); !done) return fail(done.error());
    if (auto synced = (*writer)->sync(); !synced) return fail(synced.error());
    std::string backup;
    auto there = disk.exists(paths.ledger());
    if (!there) return fail(there.error());
    if (*there) {
        backup = free_name(disk, paths.ledger());
        if (auto moved = move_database(disk, paths.ledger(), backup); !moved)
            return fail(moved.error());
        if (auto synced = disk.sync_directory(paths.root); !synced) return fail(synced.error());
    }
    if (remains.witnessed <= remains.tail.last_sequence) return backup;  // the stamp alone knew
    if (auto filled = log.fill_up_to(remains.witnessed); !filled) return fail(filled.error());
    if (auto noted = log.note(text, remains.op_id_max); !noted) return fail(noted.error());
    if (auto done = log.append(); !done) return fail(done.error());
    if (auto synced = (*writer)->sync(); !synced) return fail(synced.error());
    return backup;
}

/// Ledger and audit log as the next start would find them.
Status catch_up(Disk& disk,
                const config::Config& config,
                const StatePaths& paths,
                const wal::Identity& identity) {
    const SystemClock clock;
    auto state = open_state(disk,
                            paths,
                            config.name,
                            identity,
                            config.wal.segment_bytes,
                            {.wall = clock.now(), .monotonic_ns = clock.monotonic_ns()},
                            audit_of(config));
    if (!state) return fail(state.error());
    return state->projector->stop();
}

}  // namespace

Expected<RebuildAnswer> accept_loss(Disk& disk,
                                    const config::Config& config,
                                    const StatePaths& paths,
                                    std::int64_t lock_wait_ns,
                                    const LossDecision& decision) {
    if (decision.reason.size() > kReasonBytesMax) {
        return fail(ErrorCode::InvalidArgument,
                    "reason of " + std::to_string(decision.reason.size()) + " bytes, limit " +
                        std::to_string(kReasonBytesMax));
    }
    if (auto there = check_state(disk, paths, config.name); !there) return fail(there.error());
    auto lock = WriterLock::take(disk, paths, config.name, lock_wait_ns);
    if (!lock) return fail(lock.error());
    auto identity = wal::load_identity(disk, paths.root);
    if (!identity) return fail(identity.error());
    auto remains = look_at_remains(disk, paths, identity->log_id);
    if (!remains) return fail(remains.error());
    if (!remains->lost_any()) {
        return fail(ErrorCode::InvalidArgument,
                    "the log holds all that ledger, audit log and ack stamp have seen: there is no "
                    "loss to accept");
    }
    if (remains->last().value - remains->tail.last_sequence.value > kLostMax)
        return fail(ErrorCode::Quota,
                    "wal: more than " + std::to_string(kLostMax) + " records are lost");
    identity = wal::begin_epoch(disk, paths.root);
    if (!identity) return fail(identity.error());
    auto backup =
        write_decision(disk, config, paths, *remains, text_of(*remains, decision, identity->epoch));
    if (!backup) return fail(backup.error());
    // What was compared lies beyond what is left: all of it is to be compared again.
    if (auto kept = write_cursors(disk, paths, identity->log_id, {}); !kept)
        return fail(kept.error());
    if (auto done = catch_up(disk, config, paths, *identity); !done) return fail(done.error());
    auto books = ledger::Reader::open(disk, paths.ledger());
    if (!books) return fail(books.error());
    const auto applied = books->applied_sequence();
    if (!applied) return fail(applied.error());
    RebuildAnswer answer;
    answer.outcome = backup->empty() ? RebuiltLedger::New : RebuiltLedger::Replaced;
    answer.applied = *applied;
    answer.backup = *backup;
    answer.contrary = "it knew records that the log lost";
    answer.loss = RebuildAnswer::Loss{remains->first(), remains->last(), identity->epoch};
    return answer;
}

}  // namespace tradectl::engine
