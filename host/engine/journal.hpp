/// The engine's pen: collects a turn's records, hands them to the log, says what is durable.
#pragma once

#include "host/base/clock.hpp"
#include "host/wal/batch.hpp"
#include "host/wal/wal_thread.hpp"
#include "host/wal/writer.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/ids.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>

namespace tradectl::engine {

/// Which step of which transaction a record belongs to; both 0 for notes.
struct RecordIds {
    OpId op_id;
    TxnId txn_id;
};

/// Under a real clock the WAL thread syncs and the engine hears of it; under a simulated one the
/// log is written at once, or gathered, and becomes durable `latency_ns` later by the session's
/// clock. [engine]
class Journal {
  public:
    /// `on_progress` is called on the WAL thread.
    static std::unique_ptr<Journal> threaded(std::unique_ptr<wal::Writer> writer,
                                             const Clock& clock,
                                             std::function<void()> on_progress);
    static std::unique_ptr<Journal> simulated(std::unique_ptr<wal::Writer> writer,
                                              const Clock& clock,
                                              std::int64_t latency_ns);
    /// As `simulated`, but turns are gathered into batches as large as the log takes: for runs that
    /// nobody goes on with after a crash. Readers see a turn after the next `write_out`.
    static std::unique_ptr<Journal> gathered(std::unique_ptr<wal::Writer> writer,
                                             const Clock& clock,
                                             std::int64_t latency_ns);

    /// Adds a record to the turn's batch. A full batch is handed over first.
    template <typename Body>
    Expected<WalSequence> add(RecordIds ids, const Body& body, std::uint16_t flags = 0) {
        wal::RecordHeader header;
        header.flags = flags;
        header.wall = clock_.now();
        header.monotonic_ns = clock_.monotonic_ns();
        header.op_id = ids.op_id;
        header.txn_id = ids.txn_id;
        auto added = builder_.add(header, body);
        if (added || added.error().code != ErrorCode::Quota) return added;
        if (auto handed = write_out(); !handed) return fail(handed.error());
        return builder_.add(header, body);
    }

    /// Hands over what is collected unless `bytes` more fit: records that belong together share a
    /// batch.
    Status make_room(std::size_t bytes) {
        return builder_.bytes() + bytes > batch_bytes_max_ ? write_out() : Status{};
    }

    /// Ends a turn: hands its records over as one batch, in order behind what still waits for room.
    Status flush();
    /// Hands over all that is collected, gathered turns too: readers of the log find everything up
    /// to `durable`.
    Status write_out();
    /// Ok while new intents may be taken; Unavailable: the queue is full (deny with wal_backlog);
    /// NoSpace.
    [[nodiscard]] Status admit() const;
    /// Highest sequence that is durable by the session's clock.
    [[nodiscard]] WalSequence durable();
    /// Simulated clock: when more becomes durable.
    [[nodiscard]] std::optional<Timestamp> next_durable_time() const;
    [[nodiscard]] WalSequence next_sequence() const { return builder_.next_sequence(); }
    /// Why the log stopped, or nothing.
    [[nodiscard]] std::optional<Error> failure() const;
    /// Hands over all that is left and waits until it is durable.
    Status close();

  private:
    enum class Batches : std::uint8_t { ByTurn, Gathered };
    Journal(std::unique_ptr<wal::Writer> writer,
            const Clock& clock,
            std::int64_t latency_ns,
            Batches batches);
    Status hand_over(wal::Batch& batch);
    void mark_turn();

    struct Mark {
        WalSequence sequence;
        Timestamp due;
    };

    const Clock& clock_;
    std::int64_t latency_ns_ = 0;
    Batches batches_;
    std::size_t batch_bytes_max_ = 0;
    wal::BatchBuilder builder_;
    std::unique_ptr<wal::Writer> writer_;     // simulated clock
    std::unique_ptr<wal::WalThread> thread_;  // real clock
    std::deque<wal::Batch> waiting_;          // the queue was full
    std::deque<Mark> marks_;
    WalSequence marked_;  // the last record of the turns that ended
    WalSequence durable_;
    std::optional<Error> failure_;
};

}  // namespace tradectl::engine
