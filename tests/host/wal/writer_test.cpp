#include "host/wal/writer.hpp"

#include "host/wal/ack_stamp.hpp"
#include "tests/host/wal/log_fixture.hpp"

#include <algorithm>

namespace tradectl::wal {
namespace {

using WriterTest = LogTest;
using Ack = LogTest;

FaultRule fault(DiskOperation operation,
                const std::string& path,
                ErrorCode code,
                std::uint64_t times) {
    return {.operation = operation,
            .path_part = path,
            .skip = 0,
            .times = times,
            .code = code,
            .bytes_done = 0};
}

TEST_F(WriterTest, WhatIsSyncedIsDurableAndReadable) {
    start();
    ASSERT_TRUE(append(3));
    EXPECT_EQ(writer_->durable_sequence().value, 0u);
    ASSERT_TRUE(writer_->sync());
    EXPECT_EQ(writer_->durable_sequence().value, 3u);
    EXPECT_EQ(read_all(), (std::vector<std::uint64_t>{1, 2, 3}));
}

TEST_F(WriterTest, AnUrgentBatchIsDueAtOnceAndCoversEarlierOnes) {
    start();
    ASSERT_TRUE(writer_->append(kv_batch({1}, 1, 10, Urgency::CanWait), 1000));
    EXPECT_FALSE(writer_->sync_due(1000));
    ASSERT_TRUE(writer_->append(kv_batch({2}, 1, 10, Urgency::SyncNow), 2000));
    EXPECT_TRUE(writer_->sync_due(2000));
    ASSERT_TRUE(writer_->sync());
    EXPECT_EQ(writer_->durable_sequence().value, 2u);
    EXPECT_FALSE(writer_->sync_deadline_ns());
}

TEST_F(WriterTest, ABatchThatCanWaitIsDueAfterFiveIdleMilliseconds) {
    start();
    ASSERT_TRUE(writer_->append(kv_batch({1}, 1, 10, Urgency::CanWait), 1000));
    ASSERT_TRUE(writer_->append(kv_batch({2}, 1, 10, Urgency::CanWait), 9000));
    EXPECT_EQ(writer_->sync_deadline_ns(), 5'009'000);
    EXPECT_FALSE(writer_->sync_due(5'008'999));
    EXPECT_TRUE(writer_->sync_due(5'009'000));
}

TEST_F(WriterTest, AnIntentMakesABatchUrgent) {
    BatchBuilder builder({1});
    EXPECT_FALSE(builder.holds_intent());
    IntentBody body;
    body.step = StepKind::TradeExecute;
    ASSERT_TRUE(builder.add({}, body));
    EXPECT_TRUE(builder.holds_intent());
    EXPECT_EQ(builder.take().urgency, Urgency::SyncNow);
    EXPECT_EQ(builder.next_sequence().value, 2u);
}

TEST_F(WriterTest, TheUnsyncedWindowNeverExceedsSixtyFourPages) {
    start(1 << 20);
    write(static_cast<int>(kUnsyncedPagesMax));
    EXPECT_EQ(writer_->durable_batch(), 0u);
    write(1);
    EXPECT_EQ(writer_->durable_batch(), kUnsyncedPagesMax);
}

TEST_F(WriterTest, RollsOverManySegments) {
    start();
    commit(100);
    EXPECT_EQ(writer_->segment(), 7u);
    commit(3, 7);
    EXPECT_EQ(read_all().size(), 103u);
}

TEST_F(WriterTest, ABatchThatFillsASegmentFits) {
    start();
    EXPECT_EQ(writer_->batch_bytes_max(), 15 * kPagePayloadBytes);
    commit(1, 15);
    commit(1, 15);
    EXPECT_EQ(read_all().size(), 2u);
    Batch large = kv_batch(writer_->next_sequence(), 1, 15 * kPagePayloadBytes);
    EXPECT_EQ(writer_->append(large, 0).error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(writer_->append(Batch{}, 0).error().code, ErrorCode::InvalidArgument);
    commit(1);
}

TEST_F(WriterTest, RefusesSegmentSizesOutOfRange) {
    for (const std::uint64_t bytes :
         {kSegmentBytesMin - 4096, kSegmentBytesMin + 1, 2 * kSegmentBytesMax}) {
        auto writer =
            Writer::create(disk_, directory_, kTestOrigin, kTestTimes, {.segment_bytes = bytes});
        EXPECT_EQ(writer.error().code, ErrorCode::InvalidArgument) << bytes;
    }
}

TEST_F(WriterTest, CreatingOverALogIsRefused) {
    start();
    close();
    auto writer = Writer::create(disk_, directory_, kTestOrigin, kTestTimes, {});
    ASSERT_FALSE(writer);
    EXPECT_EQ(writer.error().code, ErrorCode::BadState);
}

TEST_F(WriterTest, GoesOnInTheSameSegmentAfterACleanEnd) {
    start();
    commit(3);
    start();
    EXPECT_EQ(writer_->durable_sequence().value, 3u);
    commit(3);
    EXPECT_EQ(writer_->segment(), 1u);
    EXPECT_EQ(read_all().size(), 6u);
}

TEST_F(WriterTest, GoesOnAfterAFullSegment) {
    start();
    commit(15);
    start();
    commit(1);
    EXPECT_EQ(writer_->segment(), 2u);
    EXPECT_EQ(read_all().size(), 16u);
}

TEST_F(WriterTest, SealsATornEndAndKeepsIt) {
    start();
    commit(2);
    write(1, 2);
    close();
    erase(1, 4 * kPageBytes + 1024, 512);
    const auto evidence = bytes_at(1, 3 * kPageBytes, 2 * kPageBytes);
    start();
    EXPECT_EQ(writer_->segment(), 2u);
    EXPECT_EQ(writer_->durable_sequence().value, 3u);
    commit(2);
    EXPECT_EQ(bytes_at(1, 3 * kPageBytes, 2 * kPageBytes), evidence);
    auto log = reopen({3});
    auto record = log->next();
    auto seal = decode_seal(**record);
    ASSERT_TRUE(seal);
    EXPECT_EQ(seal->next_segment, 2u);
    EXPECT_EQ(seal->reason, "segment 1, page 4 (offset 16384): checksum mismatch");
    EXPECT_EQ(read_all(), (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
}

TEST_F(WriterTest, ASealThatACrashPreventedIsWrittenNextTime) {
    start();
    commit(2);
    write(1);
    close();
    flip_bit(1, 3 * kPageBytes);
    start();
    close();
    erase(2, kPageBytes, kPageBytes);
    remove_stamp();
    ASSERT_TRUE(reopen()->tail().seal_missing);
    start();
    EXPECT_EQ(writer_->durable_sequence().value, 3u);
    EXPECT_EQ(read_all(), (std::vector<std::uint64_t>{1, 2, 3}));
    EXPECT_FALSE(reopen()->tail().seal_missing);
}

TEST_F(WriterTest, ResumeMakesTheTailDurableFirst) {
    start();
    commit(2);
    write(3);
    close();
    disk_.add_fault(fault(DiskOperation::Sync, segment_name(1), ErrorCode::Io, 1));
    auto log = reopen();
    auto writer = Writer::resume(
        disk_, directory_, log->tail(), kTestTimes, {.segment_bytes = kSegmentBytesMin});
    ASSERT_FALSE(writer);
    EXPECT_EQ(writer.error().code, ErrorCode::Io);
}

TEST_F(WriterTest, ResumeWritesPagesAgainThatMayBeInMemoryOnly) {
    disk_.start_recording();
    start();
    commit(2);
    write(3);
    close();
    const std::size_t before = disk_.steps().size();
    start();
    std::vector<std::uint64_t> offsets;
    const auto steps = disk_.steps();
    for (std::size_t i = before; i < steps.size(); ++i) {
        if (steps[i].operation != DiskOperation::Write) continue;
        if (steps[i].path == segment_path(directory_, 1)) offsets.push_back(steps[i].offset);
    }
    EXPECT_EQ(offsets,
              (std::vector<std::uint64_t>{3 * kPageBytes, 4 * kPageBytes, 5 * kPageBytes}));
    EXPECT_EQ(read_all().size(), 5u);
}

TEST_F(WriterTest, ResumeMakesNamesDurableFirst) {
    start();
    commit(3);
    close();
    disk_.start_recording();
    start();
    const auto steps = disk_.steps();
    EXPECT_TRUE(std::any_of(steps.begin(), steps.end(), [&](const DiskStep& step) {
        return step.operation == DiskOperation::SyncDirectory && step.path == directory_;
    }));
}

TEST_F(WriterTest, AFailedSyncPoisonsForGood) {
    start();
    ASSERT_TRUE(append());
    disk_.add_fault(fault(DiskOperation::Sync, "", ErrorCode::Io, 1));
    EXPECT_EQ(writer_->sync().error().code, ErrorCode::Io);
    EXPECT_EQ(writer_->durable_sequence().value, 0u);
    const std::uint64_t calls = disk_.calls();
    EXPECT_FALSE(writer_->sync());
    EXPECT_FALSE(append());
    EXPECT_FALSE(writer_->prefill());
    EXPECT_FALSE(writer_->admit());
    EXPECT_FALSE(writer_->sync_due(1 << 30));
    EXPECT_EQ(disk_.calls(), calls);
}

TEST_F(WriterTest, AFailedWritePoisonsForGood) {
    start();
    disk_.add_fault(fault(DiskOperation::Write, segment_name(1), ErrorCode::Io, 1));
    EXPECT_FALSE(append());
    auto again = append();
    ASSERT_FALSE(again);
    EXPECT_NE(again.error().message.find("closed to writing"), std::string::npos);
}

TEST_F(WriterTest, SpaceThatIsMissingAtTheSyncOfAFillLeavesTheWriterUsable) {
    start();
    disk_.add_fault(fault(DiskOperation::Sync, segment_name(2), ErrorCode::NoSpace, 1));
    ASSERT_FALSE(writer_->prefill());
    commit(14);
    EXPECT_TRUE(writer_->prefill());
    commit(2);
    EXPECT_EQ(read_all().size(), 16u);
}

TEST_F(WriterTest, PreFillIsPacedAndReadyInTime) {
    start(2 << 20);
    int steps = 0;
    int commits_between = 0;
    for (; writer_->segment() == 1; ++commits_between) {
        commit(1);
        if (writer_->segment() != 1 || !writer_->prefill_due()) continue;
        EXPECT_TRUE(steps < 3 || commits_between >= 63) << steps;
        ASSERT_TRUE(writer_->prefill());
        EXPECT_EQ(writer_->prefill_done(), ++steps == 8);
        commits_between = 0;
    }
    EXPECT_EQ(steps, 8);
}

TEST_F(WriterTest, ASparseSegmentIsReadyAfterOneStepAndIsReadLikeAnyOther) {
    const WriterOptions options{.segment_bytes = 1 << 20, .segment_fill = SegmentFill::Sparse};
    writer_ = std::move(*Writer::create(disk_, directory_, kTestOrigin, kTestTimes, options));
    ASSERT_TRUE(writer_->prefill());
    EXPECT_TRUE(writer_->prefill_done());
    commit(300);
    EXPECT_EQ(writer_->segment(), 2u);
    close();
    EXPECT_EQ(read_all().size(), 300u);
    EXPECT_EQ(*(*memory_->open(segment_path(directory_, 2), {}))->size(), 1u << 20);
    start(1 << 20);
    commit(1);
    EXPECT_EQ(read_all().size(), 301u);
}

TEST_F(WriterTest, ASparseSegmentWithoutSpacePoisons) {
    const WriterOptions options{.segment_bytes = kSegmentBytesMin,
                                .segment_fill = SegmentFill::Sparse};
    writer_ = std::move(*Writer::create(disk_, directory_, kTestOrigin, kTestTimes, options));
    commit(1);
    disk_.add_fault(fault(DiskOperation::Write, segment_name(1), ErrorCode::NoSpace, 1));
    EXPECT_EQ(append().error().code, ErrorCode::NoSpace);
    EXPECT_EQ(append().error().code, ErrorCode::NoSpace);
    EXPECT_EQ(writer_->durable_sequence().value, 1u);
}

TEST_F(WriterTest, AFullDeviceDeniesIntentsAndLetsResultsFinish) {
    start();
    disk_.add_fault(fault(DiskOperation::Write, segment_name(2), ErrorCode::NoSpace, UINT64_MAX));
    EXPECT_EQ(writer_->prefill().error().code, ErrorCode::NoSpace);
    commit(11);
    EXPECT_TRUE(writer_->admit());
    commit(1);
    EXPECT_EQ(writer_->admit().error().code, ErrorCode::NoSpace);
    commit(3);
    EXPECT_EQ(append().error().code, ErrorCode::NoSpace);
    EXPECT_EQ(writer_->durable_sequence().value, 15u);
    disk_.clear_faults();
    commit(1);
    EXPECT_TRUE(writer_->admit());
    EXPECT_EQ(read_all().size(), 16u);
}

TEST_F(WriterTest, ALeftOverTemporaryFileIsMadeAnew) {
    auto file =
        memory_->open(segment_path(directory_, 1) + ".tmp", {.write = true, .create = true});
    ASSERT_TRUE((*file)->write(0, std::vector<std::byte>(3 * kSegmentBytesMin, std::byte{7})));
    start();
    commit(2);
    EXPECT_EQ(read_all().size(), 2u);
}

TEST_F(WriterTest, ReopenedAgainAndAgainItLosesNothing) {
    SeededRandom random(test_seed());
    std::uint64_t records = 0;
    for (int round = 0; round < 60; ++round) {
        start();
        for (std::uint64_t i = random.below(8); i > 0; --i) {
            const auto count = static_cast<std::uint32_t>(1 + random.below(5));
            ASSERT_TRUE(append(count, random.below(6000)));
            records += count;
            ASSERT_TRUE(random.below(2) == 0 || writer_->sync());
        }
    }
    close();
    const auto all = read_all();
    ASSERT_EQ(all.size(), records);
    EXPECT_EQ(all.back(), records);
}

TEST_F(Ack, BothSlotsTakeTurnsAndTheHigherCounts) {
    start();
    commit(1);
    EXPECT_EQ(*read_ack_stamp(disk_, directory_, kTestOrigin.log_id), 1u);
    commit(1);
    EXPECT_EQ(*read_ack_stamp(disk_, directory_, kTestOrigin.log_id), 2u);
    auto file = memory_->open(directory_ + "/ack", {.write = true});
    const std::byte bad[1] = {std::byte{0xff}};
    ASSERT_TRUE((*file)->write(kAckSlotStride + 9, bad));
    EXPECT_EQ(*read_ack_stamp(disk_, directory_, kTestOrigin.log_id), 1u);
    ASSERT_TRUE((*file)->write(9, bad));
    EXPECT_EQ(*read_ack_stamp(disk_, directory_, kTestOrigin.log_id), 0u);
    EXPECT_EQ(read_all().size(), 2u);
}

TEST_F(Ack, TheSizeOfTheStampIsDurableBeforeItsFirstMark) {
    disk_.start_recording();
    start();
    const auto steps = disk_.steps();
    EXPECT_TRUE(std::any_of(steps.begin(), steps.end(), [](const DiskStep& step) {
        return step.operation == DiskOperation::Sync && step.path.ends_with("/ack");
    }));
}

TEST_F(Ack, AStampThatLagsIsNoAlarm) {
    start();
    commit(1);
    std::vector<std::byte> old(kAckFileBytes);
    auto file = memory_->open(directory_ + "/ack", {.write = true});
    ASSERT_TRUE((*file)->read(0, old));
    commit(5);
    ASSERT_TRUE((*file)->write(0, old));
    EXPECT_EQ(read_all().size(), 6u);
}

TEST_F(Ack, AStampOfAnotherLogIsCorrupt) {
    start();
    commit(1);
    EXPECT_EQ(read_ack_stamp(disk_, directory_, {5}).error().code, ErrorCode::Corrupt);
}

TEST_F(Ack, AFailedStampPoisons) {
    start();
    ASSERT_TRUE(append());
    disk_.add_fault(fault(DiskOperation::Write, "/ack", ErrorCode::Io, 1));
    EXPECT_FALSE(writer_->sync());
    EXPECT_FALSE(append());
}

}  // namespace
}  // namespace tradectl::wal
