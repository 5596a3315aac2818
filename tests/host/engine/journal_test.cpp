#include "host/engine/journal.hpp"

#include "tests/host/wal/log_fixture.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>

namespace tradectl::engine {
namespace {

constexpr std::int64_t kPatienceNs = 20 * kNsPerSecond;
constexpr Timestamp kStart{1'700'000'000'000'000'000};

/// A note whose text has `bytes`.
Status add_note(Journal& journal, std::size_t bytes = 100) {
    const std::string text(bytes, 'x');
    wal::NoteBody body;
    body.kind = wal::NoteKind::Fault;
    body.text = text;
    const auto added = journal.add({}, body);
    return added ? Status{} : Status{fail(added.error())};
}

/// What a note of `add_note` takes in the log.
std::size_t note_bytes(std::size_t text_bytes) {
    const std::string text(text_bytes, 'x');
    wal::NoteBody body;
    body.kind = wal::NoteKind::Fault;
    body.text = text;
    wal::RecordHeader header;
    header.type = wal::RecordType::Note;
    std::vector<std::byte> bytes;
    EXPECT_TRUE(wal::encode(header, body, bytes));
    return bytes.size();
}

class JournalTest : public wal::LogTest {
  protected:
    void add(int count, std::size_t bytes = 100) {
        for (int i = 0; i < count; ++i)
            ASSERT_TRUE(add_note(*journal_, bytes));
    }
    void fail_syncs(ErrorCode code) {
        disk_.add_fault({.operation = DiskOperation::Sync, .path_part = ".twal", .code = code});
    }
    /// How many records the log holds, read as after a restart.
    std::uint64_t in_the_log() {
        journal_.reset();
        const auto log = reopen();
        EXPECT_TRUE(log);
        return log->tail().last_sequence.value;
    }
    /// Failed for good: whatever is asked says why.
    void expect_failed(ErrorCode code) {
        ASSERT_TRUE(journal_->failure());
        EXPECT_EQ(journal_->failure()->code, code);
        ASSERT_FALSE(journal_->admit());
        EXPECT_EQ(journal_->admit().error().code, code);
        disk_.clear_faults();
        add(1);
        EXPECT_FALSE(journal_->flush()) << "the disk is well again, the log is not";
        EXPECT_FALSE(journal_->close());
    }

    std::unique_ptr<Journal> journal_;
};

class SimulatedJournal : public JournalTest {
  protected:
    void begin(std::int64_t latency_ns) {
        start();
        batch_bytes_max_ = writer_->batch_bytes_max();
        journal_ = Journal::simulated(std::move(writer_), clock_, latency_ns);
    }
    std::uint64_t durable_at(std::int64_t ns) {
        clock_.advance_to(kStart.plus_ns(ns));
        return journal_->durable().value;
    }

    ManualClock clock_{kStart};
    std::size_t batch_bytes_max_ = 0;
};

TEST_F(SimulatedJournal, ABatchIsDurableAfterTheLatencyAndNotBefore) {
    begin(10);
    add(3);
    EXPECT_EQ(journal_->next_durable_time(), std::nullopt) << "nothing was handed over";
    ASSERT_TRUE(journal_->flush());
    EXPECT_EQ(journal_->next_durable_time(), kStart.plus_ns(10));
    EXPECT_EQ(durable_at(9), 0u);
    EXPECT_EQ(durable_at(10), 3u);
    EXPECT_EQ(journal_->next_durable_time(), std::nullopt);
}

TEST_F(SimulatedJournal, WithoutLatencyABatchIsDurableAtOnce) {
    begin(0);
    add(1);
    EXPECT_EQ(journal_->durable().value, 0u);
    ASSERT_TRUE(journal_->flush());
    EXPECT_EQ(journal_->durable().value, 1u);
}

TEST_F(SimulatedJournal, BatchesBecomeDurableInTheirOrder) {
    begin(10);
    for (int i = 0; i < 3; ++i) {
        clock_.advance_to(kStart.plus_ns(i * 4));
        add(i + 1);
        ASSERT_TRUE(journal_->flush());
    }
    EXPECT_EQ(durable_at(10), 1u);
    EXPECT_EQ(journal_->next_durable_time(), kStart.plus_ns(14));
    EXPECT_EQ(durable_at(13), 1u);
    EXPECT_EQ(durable_at(14), 3u);
    EXPECT_EQ(durable_at(100), 6u);
}

TEST_F(SimulatedJournal, AFlushOfNothingMarksNothing) {
    begin(10);
    ASSERT_TRUE(journal_->flush());
    EXPECT_EQ(journal_->next_durable_time(), std::nullopt);
    EXPECT_EQ(journal_->next_sequence().value, 1u);
}

TEST_F(SimulatedJournal, AFullBatchIsHandedOverFirst) {
    begin(0);
    const std::size_t one = note_bytes(1000);
    const auto fitting = static_cast<int>(batch_bytes_max_ / one);
    add(fitting, 1000);
    EXPECT_EQ(journal_->durable().value, 0u);
    add(1, 1000);
    EXPECT_EQ(journal_->durable().value, static_cast<std::uint64_t>(fitting));
    EXPECT_EQ(journal_->next_sequence().value, static_cast<std::uint64_t>(fitting) + 2);
    ASSERT_TRUE(journal_->close());
    EXPECT_EQ(in_the_log(), static_cast<std::uint64_t>(fitting) + 1);
}

TEST_F(SimulatedJournal, RoomMadeKeepsAGroupTogether) {
    begin(0);
    const std::size_t one = note_bytes(1000);
    const auto fitting = static_cast<int>(batch_bytes_max_ / one);
    add(fitting - 1, 1000);
    ASSERT_TRUE(journal_->make_room(3 * one));
    const auto before = static_cast<std::uint64_t>(fitting) - 1;
    EXPECT_EQ(journal_->durable().value, before) << "the group does not fit behind what is there";
    add(3, 1000);
    EXPECT_EQ(journal_->durable().value, before) << "the group is parted";
    ASSERT_TRUE(journal_->flush());
    EXPECT_EQ(journal_->durable().value, before + 3);
}

TEST_F(SimulatedJournal, RoomThatIsThereHandsNothingOver) {
    begin(0);
    add(1, 1000);
    ASSERT_TRUE(journal_->make_room(batch_bytes_max_ - note_bytes(1000)));
    EXPECT_EQ(journal_->durable().value, 0u);
    ASSERT_TRUE(journal_->make_room(batch_bytes_max_ - note_bytes(1000) + 1));
    EXPECT_EQ(journal_->durable().value, 1u);
}

TEST_F(SimulatedJournal, ManySegmentsAreWrittenWithoutAPause) {
    begin(0);
    for (int i = 0; i < 100; ++i) {
        add(5, 1000);
        ASSERT_TRUE(journal_->flush());
        ASSERT_TRUE(journal_->admit());
    }
    EXPECT_EQ(in_the_log(), 500u);
}

TEST_F(SimulatedJournal, AFailedSyncIsForGood) {
    begin(10);
    add(1);
    ASSERT_TRUE(journal_->flush());
    fail_syncs(ErrorCode::Io);
    add(1);
    EXPECT_FALSE(journal_->flush());
    EXPECT_EQ(durable_at(100), 1u) << "what was durable stays so, and nothing more is";
    expect_failed(ErrorCode::Io);
    EXPECT_EQ(durable_at(200), 1u);
}

TEST_F(SimulatedJournal, ABatchThatFoundNoSpaceIsForGood) {
    begin(0);
    disk_.add_fault({.operation = DiskOperation::Write,
                     .path_part = wal::segment_name(2),
                     .code = ErrorCode::NoSpace});
    Status flushed;
    for (int i = 0; i < 100 && flushed; ++i) {
        add(5, 1000);
        flushed = journal_->flush();
    }
    ASSERT_FALSE(flushed);
    expect_failed(ErrorCode::NoSpace);
}

TEST_F(SimulatedJournal, CloseHandsOverWhatIsLeft) {
    begin(10);
    add(4);
    ASSERT_TRUE(journal_->close());
    EXPECT_EQ(in_the_log(), 4u);
}

class GatheredJournal : public SimulatedJournal {
  protected:
    void begin(std::int64_t latency_ns) {
        start();
        batch_bytes_max_ = writer_->batch_bytes_max();
        journal_ = Journal::gathered(std::move(writer_), clock_, latency_ns);
    }
    void turns(int count, std::size_t bytes = 100) {
        for (int i = 0; i < count; ++i) {
            add(1, bytes);
            ASSERT_TRUE(journal_->flush());
        }
    }
    /// What a reader beside the journal finds.
    std::size_t readable() { return read_all().size(); }
};

TEST_F(GatheredJournal, ATurnIsDurableAfterTheLatencyAlthoughNothingIsWritten) {
    begin(10);
    add(3);
    EXPECT_EQ(journal_->next_durable_time(), std::nullopt) << "the turn has not ended";
    ASSERT_TRUE(journal_->flush());
    EXPECT_EQ(journal_->next_durable_time(), kStart.plus_ns(10));
    EXPECT_EQ(durable_at(9), 0u);
    turns(1);
    EXPECT_EQ(durable_at(10), 3u);
    EXPECT_EQ(durable_at(19), 4u);
    EXPECT_EQ(readable(), 0u);
}

TEST_F(GatheredJournal, WriteOutShowsReadersAllThatWasCollected) {
    begin(0);
    turns(5);
    ASSERT_TRUE(journal_->write_out());
    EXPECT_EQ(readable(), 5u);
    turns(2);
    ASSERT_TRUE(journal_->write_out());
    EXPECT_EQ(readable(), 7u);
}

TEST_F(GatheredJournal, AFullBatchIsWrittenInOneGo) {
    begin(0);
    const auto fitting = static_cast<int>(batch_bytes_max_ / note_bytes(1000));
    turns(fitting, 1000);
    EXPECT_EQ(readable(), 0u);
    turns(1, 1000);
    EXPECT_EQ(readable(), static_cast<std::size_t>(fitting));
    EXPECT_EQ(journal_->durable().value, static_cast<std::uint64_t>(fitting) + 1);
}

TEST_F(GatheredJournal, AGroupIsNotPartedByAFullBatch) {
    begin(0);
    const std::size_t one = note_bytes(1000);
    const auto before = static_cast<int>(batch_bytes_max_ / one) - 1;
    turns(before, 1000);
    ASSERT_TRUE(journal_->make_room(3 * one));
    add(3, 1000);
    EXPECT_EQ(readable(), static_cast<std::size_t>(before));
    ASSERT_TRUE(journal_->flush());
    EXPECT_EQ(journal_->durable().value, static_cast<std::uint64_t>(before) + 3);
}

TEST_F(GatheredJournal, TurnsAreGatheredOverManySegments) {
    begin(0);
    turns(1000, 1000);
    ASSERT_TRUE(journal_->close());
    EXPECT_EQ(in_the_log(), 1000u);
}

TEST_F(GatheredJournal, AFailedWriteIsForGood) {
    begin(0);
    turns(1);
    disk_.add_fault(
        {.operation = DiskOperation::Write, .path_part = ".twal", .code = ErrorCode::Io});
    EXPECT_FALSE(journal_->write_out());
    expect_failed(ErrorCode::Io);
}

class ThreadedJournal : public JournalTest {
  protected:
    ~ThreadedJournal() override { let_go(); }

    void begin() {
        start(1 << 20);
        journal_ = Journal::threaded(std::move(writer_), clock_, [this] { on_progress(); });
    }
    /// On the WAL thread: counts, and stays there while the test holds it.
    void on_progress() {
        std::unique_lock lock(mutex_);
        ++progress_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return !held_; });
    }
    void hold() {
        const std::lock_guard lock(mutex_);
        held_ = true;
    }
    void let_go() {
        const std::lock_guard lock(mutex_);
        held_ = false;
        changed_.notify_all();
    }
    /// Waits for the next call of `on_progress` beyond `seen`.
    bool progressed(int seen = 0) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(
            lock, std::chrono::nanoseconds(kPatienceNs), [&] { return progress_ > seen; });
    }
    bool durable_becomes(std::uint64_t sequence) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::nanoseconds(kPatienceNs), [&] {
            return journal_->durable().value == sequence;
        });
    }

    SystemClock clock_;
    std::mutex mutex_;
    std::condition_variable changed_;
    int progress_ = 0;
    bool held_ = false;
};

TEST_F(ThreadedJournal, TheDurableMarkArrivesAndIsTold) {
    begin();
    add(3);
    EXPECT_EQ(journal_->durable().value, 0u);
    ASSERT_TRUE(journal_->flush());
    ASSERT_TRUE(progressed());
    EXPECT_EQ(journal_->durable().value, 3u);
    EXPECT_EQ(journal_->next_durable_time(), std::nullopt) << "no time of a simulated clock";
    EXPECT_TRUE(journal_->close());
}

TEST_F(ThreadedJournal, CloseWaitsUntilAllIsDurable) {
    begin();
    for (int i = 0; i < 20; ++i) {
        add(5);
        ASSERT_TRUE(journal_->flush());
    }
    add(5);  // not handed over
    ASSERT_TRUE(journal_->close());
    EXPECT_EQ(journal_->durable().value, 105u);
    EXPECT_EQ(in_the_log(), 105u);
}

TEST_F(ThreadedJournal, AFullQueueDeniesNewIntentsAndLosesNothing) {
    begin();
    hold();
    add(1);
    ASSERT_TRUE(journal_->flush());
    ASSERT_TRUE(progressed());  // the thread stands still from here
    std::uint64_t records = 1;
    while (journal_->admit() && records < 10'000) {
        add(1);
        ++records;
        ASSERT_TRUE(journal_->flush());
    }
    ASSERT_FALSE(journal_->admit());
    EXPECT_EQ(journal_->admit().error().code, ErrorCode::Unavailable);
    for (int i = 0; i < 5; ++i, ++records) {
        add(1);
        ASSERT_TRUE(journal_->flush()) << "what was decided is kept until there is room";
    }
    EXPECT_EQ(journal_->failure(), std::nullopt);
    let_go();
    ASSERT_TRUE(durable_becomes(records - 5));
    EXPECT_FALSE(journal_->admit()) << "what waits goes first";
    ASSERT_TRUE(journal_->flush());
    EXPECT_TRUE(journal_->admit());
    ASSERT_TRUE(journal_->close());
    EXPECT_EQ(journal_->durable().value, records);
    EXPECT_EQ(in_the_log(), records);
}

TEST_F(ThreadedJournal, AFailedSyncIsToldAndForGood) {
    begin();
    fail_syncs(ErrorCode::Io);
    add(1);
    ASSERT_TRUE(journal_->flush()) << "handed over; nobody knows yet";
    ASSERT_TRUE(progressed());
    EXPECT_EQ(journal_->durable().value, 0u);
    expect_failed(ErrorCode::Io);
}

TEST_F(ThreadedJournal, CloseSaysThatTheLastBatchIsLost) {
    begin();
    fail_syncs(ErrorCode::Io);
    add(1);
    const auto closed = journal_->close();
    ASSERT_FALSE(closed);
    EXPECT_EQ(closed.error().code, ErrorCode::Io);
    EXPECT_EQ(journal_->durable().value, 0u);
}

}  // namespace
}  // namespace tradectl::engine
