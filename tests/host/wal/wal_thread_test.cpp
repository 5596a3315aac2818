#include "host/wal/wal_thread.hpp"

#include "tests/host/wal/log_fixture.hpp"

#include <atomic>

namespace tradectl::wal {
namespace {

constexpr std::int64_t kPatienceNs = 20 * kNsPerSecond;

class WalThreadTest : public LogTest {
  protected:
    void start_thread(WalThreadOptions options = {}) {
        start(1 << 20);
        next_ = writer_->next_sequence();
        wal_ = WalThread::start(
            std::move(writer_), clock_, [this] { ++progress_; }, options);
    }
    Status enqueue(std::uint32_t records = 1, Urgency urgency = Urgency::SyncNow) {
        Batch batch = kv_batch(next_, records, 100, urgency);
        auto status = wal_->try_enqueue(batch);
        if (status) next_.value += records;
        return status;
    }
    void fail_next(DiskOperation operation, ErrorCode code, std::uint64_t times = 1) {
        disk_.add_fault({.operation = operation,
                         .path_part = ".twal",
                         .skip = 0,
                         .times = times,
                         .code = code,
                         .bytes_done = 0});
    }

    SystemClock clock_;
    WalSequence next_;
    std::atomic<int> progress_{0};
    std::unique_ptr<WalThread> wal_;
};

TEST_F(WalThreadTest, MakesAnUrgentBatchDurable) {
    start_thread();
    ASSERT_TRUE(enqueue());
    ASSERT_TRUE(wal_->wait_durable({1}, kPatienceNs));
    EXPECT_EQ(wal_->durable_sequence().value, 1u);
    ASSERT_TRUE(wal_->stop());
    EXPECT_GE(progress_, 1);
    EXPECT_EQ(read_all().size(), 1u);
}

TEST_F(WalThreadTest, MakesABatchThatCanWaitDurableWithoutFurtherOnes) {
    start_thread();
    ASSERT_TRUE(enqueue(1, Urgency::CanWait));
    EXPECT_TRUE(wal_->wait_durable({1}, kPatienceNs));
}

TEST_F(WalThreadTest, StopFlushesAllThatWasTaken) {
    start_thread();
    for (int i = 0; i < 100; ++i)
        ASSERT_TRUE(enqueue(3, Urgency::CanWait));
    ASSERT_TRUE(wal_->stop());
    EXPECT_EQ(wal_->durable_sequence().value, 300u);
    EXPECT_FALSE(enqueue());
    EXPECT_TRUE(wal_->stop());
    EXPECT_EQ(read_all().size(), 300u);
}

TEST_F(WalThreadTest, AFullQueueLeavesTheBatchUntouched) {
    start_thread({.queue_batches = 2, .spin_ns = 0});
    Status status;
    while (status)
        status = enqueue(50);
    EXPECT_EQ(status.error().code, ErrorCode::Unavailable);
    Batch batch = kv_batch(next_);
    while (!wal_->try_enqueue(batch))
        EXPECT_EQ(batch.records, 1u);
    ASSERT_TRUE(wal_->wait_durable(next_, kPatienceNs));
    ASSERT_TRUE(wal_->stop());
    EXPECT_EQ(read_all().size(), next_.value);
}

TEST_F(WalThreadTest, AFailedSyncStopsForGood) {
    start_thread();
    fail_next(DiskOperation::Sync, ErrorCode::Io);
    ASSERT_TRUE(enqueue());
    EXPECT_EQ(wal_->wait_durable({1}, kPatienceNs).error().code, ErrorCode::Io);
    EXPECT_EQ(wal_->durable_sequence().value, 0u);
    ASSERT_TRUE(wal_->failure());
    EXPECT_EQ(wal_->admit().error().code, ErrorCode::Io);
    EXPECT_EQ(enqueue().error().code, ErrorCode::Io);
    EXPECT_EQ(wal_->stop().error().code, ErrorCode::Io);
    EXPECT_GE(progress_, 1);
}

TEST_F(WalThreadTest, WaitingForWhatNobodyWroteEnds) {
    start_thread();
    EXPECT_EQ(wal_->wait_durable({1}, 1000).error().code, ErrorCode::Unavailable);
}

TEST_F(WalThreadTest, ManyBatchesShareAGroup) {
    start_thread({.queue_batches = 256, .spin_ns = 0});
    for (int i = 0; i < 2000; ++i) {
        while (!enqueue(2))
            ASSERT_FALSE(wal_->failure());
    }
    ASSERT_TRUE(wal_->stop());
    EXPECT_EQ(read_all().size(), 4000u);
    EXPECT_LT(reopen()->tail().last_batch, 2000u);
}

TEST_F(WalThreadTest, AReaderFollowsTheDurableMark) {
    start_thread();
    auto reader = RecordReader::open(disk_, directory_, {});
    ASSERT_TRUE(reader);
    for (int i = 0; i < 300; ++i) {
        ASSERT_TRUE(enqueue(2));
        ASSERT_TRUE(wal_->wait_durable({next_.value - 1}, kPatienceNs));
        for (int k = 0; k < 2; ++k) {
            auto record = reader->next(wal_->durable_sequence());
            ASSERT_TRUE(record) << record.error().message;
            ASSERT_TRUE(*record);
        }
    }
    EXPECT_EQ(reader->position(), next_);
}

TEST_F(WalThreadTest, AFullDeviceDeniesIntents) {
    start();
    commit(13);
    disk_.add_fault({.operation = DiskOperation::Write,
                     .path_part = segment_name(2),
                     .skip = 0,
                     .times = UINT64_MAX,
                     .code = ErrorCode::NoSpace,
                     .bytes_done = 0});
    next_ = writer_->next_sequence();
    wal_ = WalThread::start(std::move(writer_), clock_, {}, {});
    ASSERT_TRUE(enqueue());
    while (wal_->admit())
        ASSERT_FALSE(wal_->failure());
    EXPECT_EQ(wal_->admit().error().code, ErrorCode::NoSpace);
    ASSERT_TRUE(enqueue());
    EXPECT_TRUE(wal_->wait_durable({next_.value - 1}, kPatienceNs));
}

TEST_F(WalThreadTest, UsedMemoryComesBack) {
    start_thread();
    ASSERT_TRUE(enqueue());
    ASSERT_TRUE(wal_->wait_durable({1}, kPatienceNs));
    EXPECT_GT(wal_->take_spare().capacity(), 0u);
    EXPECT_EQ(wal_->take_spare().capacity(), 0u);
}

}  // namespace
}  // namespace tradectl::wal
