#include "host/engine/log_archive.hpp"

#include "host/wal/verify.hpp"
#include "host/wal/writer.hpp"

#include <gtest/gtest.h>

namespace tradectl::engine {
namespace {

class LogArchiveTest : public testing::Test {
  protected:
    // Four segments of one-page batches.
    void SetUp() override {
        const wal::WriterOptions options{.segment_bytes = wal::kSegmentBytesMin};
        auto writer = wal::Writer::create(*disk_, paths_.wal(), {{1}, 1}, {}, options);
        ASSERT_TRUE(writer);
        const std::vector<std::byte> value(3000);
        for (int i = 0; i < 50; ++i) {
            wal::BatchBuilder builder((*writer)->next_sequence());
            ASSERT_TRUE(builder.add({}, wal::KvBody{.instance = "a", .key = "k", .value = value}));
            ASSERT_TRUE((*writer)->append(builder.take(), 0));
            ASSERT_TRUE((*writer)->sync());
        }
    }
    std::uint32_t archived() { return wal::verify(*disk_, paths_.wal())->archived; }

    std::unique_ptr<Disk> disk_ = make_memory_disk();
    StatePaths paths_{"/state"};
    ManualClock clock_{Timestamp{kNsPerDay}};
    config::WalConfig config_;
};

TEST_F(LogArchiveTest, GoesOnInSmallStepsUntilNothingIsLeft) {
    LogArchive archive(*disk_, paths_, config_, clock_);
    int steps = 0;
    while (archive.work({50}) < kNsPerSecond)
        ++steps;
    EXPECT_EQ(archived(), 2u);
    EXPECT_GE(steps, 6);
}

TEST_F(LogArchiveTest, LooksAgainWhenMoreIsApplied) {
    LogArchive archive(*disk_, paths_, config_, clock_);
    const std::int64_t pause_ns = archive.work({3});
    EXPECT_EQ(archived(), 0u);
    EXPECT_GE(pause_ns, kNsPerSecond);
    clock_.advance_to(Timestamp{clock_.now().ns() + pause_ns});
    while (archive.work({50}) < kNsPerSecond) {
    }
    EXPECT_EQ(archived(), 2u);
}

TEST_F(LogArchiveTest, AFailureIsTriedAgainLater) {
    config_.archive.keep_ns = kNsPerDay;  // asks the ledger, which is not there
    LogArchive archive(*disk_, paths_, config_, clock_);
    EXPECT_EQ(archive.work({50}), kNsPerMinute);
    EXPECT_EQ(archived(), 0u);
}

}  // namespace
}  // namespace tradectl::engine
