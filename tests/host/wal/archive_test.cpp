#include "host/wal/archive.hpp"

#include "host/wal/verify.hpp"
#include "tests/host/wal/log_fixture.hpp"

namespace tradectl::wal {
namespace {

constexpr Timestamp kLate{Timestamp{kTestTimes.wall.ns() + kNsPerHour}};

class Archive : public LogTest {
  protected:
    // Four segments, the last of them new.
    void SetUp() override {
        LogTest::SetUp();
        start();
        commit(50);
        close();
    }
    static ArchiveBounds all_applied(Timestamp now = kLate) {
        return {.now = now, .applied = {50}, .needed = {}};
    }
    // Steps until nothing is left to do.
    Status archive(ArchiveOptions options = {}, ArchiveBounds bounds = all_applied()) {
        Archiver archiver(disk_, directory_, options);
        for (;;) {
            auto step = archiver.step(bounds);
            if (!step) return fail(step.error());
            if (*step == ArchiveStep::Idle) return {};
        }
    }
    std::uint32_t archived() { return verify(disk_, directory_)->archived; }
    bool has(const std::string& name) { return *memory_->exists(directory_ + "/" + name); }
};

TEST_F(Archive, OldSegmentsAreCompressedAndStillRead) {
    ASSERT_TRUE(archive());
    EXPECT_EQ(archived(), 2u);
    EXPECT_FALSE(has("00000001.twal"));
    EXPECT_TRUE(has("00000001.twal.zst"));
    EXPECT_EQ(read_all().size(), 50u);
    EXPECT_EQ(read_all({20}).size(), 31u);
    EXPECT_EQ(verify(disk_, directory_)->state, LogState::Clean);
}

TEST_F(Archive, TheLogGoesOn) {
    ASSERT_TRUE(archive());
    start();
    commit(30);
    close();
    EXPECT_EQ(read_all().size(), 80u);
}

TEST_F(Archive, WhatIsNotAppliedStaysAsItIs) {
    auto bounds = all_applied();
    bounds.applied = {14};
    ASSERT_TRUE(archive({}, bounds));
    EXPECT_EQ(archived(), 0u);
    bounds.applied = {15};
    ASSERT_TRUE(archive({}, bounds));
    EXPECT_EQ(archived(), 1u);
}

TEST_F(Archive, NotBeforeTheNextSegmentIsOldEnough) {
    ASSERT_TRUE(archive({.after_ns = 10}, all_applied(Timestamp{25})));
    EXPECT_EQ(archived(), 0u);
    ASSERT_TRUE(archive({.after_ns = 10}, all_applied(Timestamp{26})));
    EXPECT_EQ(archived(), 1u);
}

TEST_F(Archive, ASegmentWithBothFormsLosesThePlainOne) {
    const auto plain = bytes_at(1, 0, kSegmentBytesMin);
    ASSERT_TRUE(archive());
    auto file = memory_->open(segment_path(directory_, 1), {.write = true, .create = true});
    ASSERT_TRUE((*file)->write(0, plain));
    EXPECT_EQ(read_all().size(), 50u);
    ASSERT_TRUE(archive());
    EXPECT_FALSE(has("00000001.twal"));
    EXPECT_EQ(read_all().size(), 50u);
}

TEST_F(Archive, AFailingCallLosesNothing) {
    for (std::uint64_t n = 0;; ++n) {
        memory_ = make_memory_disk();
        FaultyDisk disk(*memory_);
        ASSERT_TRUE(memory_->make_directory(directory_));
        auto writer =
            Writer::create(disk, directory_, kTestOrigin, kTestTimes, {.segment_bytes = 1u << 16});
        for (int i = 0; i < 50; ++i) {
            ASSERT_TRUE((*writer)->append(kv_batch((*writer)->next_sequence(), 1, 3800), 0));
            ASSERT_TRUE((*writer)->sync());
        }
        writer->reset();
        disk.add_fault({.skip = n, .times = 1, .code = ErrorCode::Io});
        Archiver archiver(disk, directory_, {});
        std::uint64_t failures = 0;
        for (;;) {
            auto step = archiver.step(all_applied());
            failures += step ? 0 : 1;
            if (step && *step == ArchiveStep::Idle) break;
            ASSERT_LT(failures, 2u);
        }
        const auto report = verify(*memory_, directory_, {.witness_sequence = {50}, .log_id = {}});
        ASSERT_EQ(report->state, LogState::Clean) << n;
        ASSERT_EQ(report->records, 50u) << n;
        ASSERT_EQ(report->archived, 2u) << n;
        if (failures == 0) break;
    }
}

TEST_F(Archive, ACopyThatReadsBackDifferentlyIsNotTaken) {
    Archiver archiver(disk_, directory_, {});
    ASSERT_TRUE(archiver.step(all_applied()));
    ASSERT_TRUE(archiver.step(all_applied()));
    // The original changes under it: as good as a device that lies.
    flip_bit(1, 8000);
    Status status;
    for (int i = 0; i < 4 && status; ++i) {
        auto step = archiver.step(all_applied());
        if (!step) status = fail(step.error());
    }
    ASSERT_FALSE(status);
    EXPECT_NE(status.error().message.find("reads back differently"), std::string::npos);
    EXPECT_TRUE(has("00000001.twal"));
}

TEST_F(Archive, DamagedPagesAreArchivedAsTheyAre) {
    flip_bit(1, 5 * kPageBytes + 9);
    ASSERT_TRUE(archive());
    const auto report = verify(disk_, directory_);
    EXPECT_EQ(report->state, LogState::Corrupt);
    EXPECT_EQ(report->records, 49u);
}

class Retention : public Archive {
  protected:
    // Two looks more than an hour apart: the first only warns.
    void look_twice(ArchiveOptions options, ArchiveBounds bounds) {
        Archiver archiver(disk_, directory_, options);
        bounds.now = kLate;
        for (int look = 0; look < 2; ++look) {
            for (;;) {
                auto step = archiver.step(bounds);
                ASSERT_TRUE(step) << step.error().message;
                if (*step == ArchiveStep::Idle) break;
            }
            if (look == 0) {
                EXPECT_EQ(read_all().front(), 1u);
            }
            bounds.now = Timestamp{bounds.now.ns() + kNsPerHour};
        }
    }
};

TEST_F(Retention, OldSegmentsGoAfterAWarning) {
    look_twice({.keep_ns = kNsPerHour}, all_applied());
    EXPECT_EQ(read_all().front(), 31u);
    EXPECT_EQ(reopen({30}).error().code, ErrorCode::NotFound);
}

TEST_F(Retention, TheOldestGoUntilTheLimitHolds) {
    ASSERT_TRUE(archive());
    const std::uint64_t bytes = verify(disk_, directory_)->bytes;
    look_twice({.bytes_max = bytes - 100}, all_applied());
    EXPECT_EQ(read_all().front(), 16u);
}

TEST_F(Retention, WhatAnUnfinishedOperationNeedsStays) {
    auto bounds = all_applied();
    bounds.needed = {16};
    look_twice({.keep_ns = kNsPerHour}, bounds);
    EXPECT_EQ(read_all().front(), 16u);
}

TEST_F(Retention, WhatIsNotAppliedStays) {
    auto bounds = all_applied();
    bounds.applied = {20};
    look_twice({.keep_ns = kNsPerHour}, bounds);
    EXPECT_EQ(read_all().front(), 16u);
}

TEST_F(Retention, NothingIsRemovedWithoutLimits) {
    look_twice({}, all_applied());
    EXPECT_EQ(read_all().front(), 1u);
}

}  // namespace
}  // namespace tradectl::wal
