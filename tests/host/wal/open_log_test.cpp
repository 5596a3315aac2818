#include "tests/host/wal/log_fixture.hpp"

namespace tradectl::wal {
namespace {

class OpenLog : public LogTest {
  protected:
    // Writes a page that is valid by itself into segment 1, with one KV record.
    void forge(std::uint32_t page, PageHeader header) {
        const Batch batch = kv_batch(header.first_sequence);
        std::vector<std::byte> bytes(kPageBytes);
        std::copy(batch.bytes.begin(), batch.bytes.end(), bytes.begin() + kPageHeaderBytes);
        header.segment = 1;
        header.page = page;
        header.durable_batch = 0;
        header.count = 1;
        header.used_bytes = static_cast<std::uint16_t>(batch.bytes.size());
        header.records = 1;
        seal_page(header, PageBytes(bytes.data(), kPageBytes));
        overwrite(1, page * kPageBytes, bytes);
    }
};

TailState state_of(const Expected<Log>& log) {
    EXPECT_TRUE(log) << log.error().message;
    return log->tail().state;
}

void expect_corrupt(const Expected<Log>& log, const std::string& part) {
    ASSERT_FALSE(log);
    EXPECT_EQ(log.error().code, ErrorCode::Corrupt);
    EXPECT_NE(log.error().message.find(part), std::string::npos) << log.error().message;
}

TEST_F(OpenLog, AMissingDirectoryIsAnEmptyLog) {
    auto log = open_log(disk_, "/nowhere/wal");
    ASSERT_TRUE(log);
    EXPECT_EQ(log->tail().segment, 0u);
    EXPECT_FALSE(log->next()->has_value());
}

TEST_F(OpenLog, ANewLogEndsClean) {
    start();
    close();
    auto log = reopen();
    EXPECT_EQ(state_of(log), TailState::Clean);
    EXPECT_EQ(log->tail().segment, 1u);
    EXPECT_EQ(log->tail().page, 1u);
    EXPECT_EQ(log->tail().log_id, kTestOrigin.log_id);
    EXPECT_EQ(log->tail().epoch, 3);
}

TEST_F(OpenLog, ZerosBehindTheLastBatchAreACleanEnd) {
    start();
    commit(3);
    close();
    auto log = reopen();
    EXPECT_EQ(state_of(log), TailState::Clean);
    EXPECT_EQ(log->tail().page, 4u);
    EXPECT_EQ(log->tail().last_batch, 3u);
    EXPECT_EQ(log->tail().last_sequence.value, 3u);
    EXPECT_EQ(log->tail().why, "");
}

TEST_F(OpenLog, AnEndWithoutStampIsStillClean) {
    start();
    commit(3);
    close();
    remove_stamp();
    auto log = reopen();
    EXPECT_EQ(state_of(log), TailState::Clean);
    EXPECT_EQ(log->tail().durable_batch, 2u);
    EXPECT_EQ(log->tail().confirm_page, 3u);
}

TEST_F(OpenLog, TheStampSparesConfirming) {
    start();
    commit(3);
    close();
    auto log = reopen();
    EXPECT_EQ(log->tail().durable_batch, 3u);
    EXPECT_EQ(log->tail().confirm_page, 4u);
}

TEST_F(OpenLog, TornAtAnySectorOfTheLastBatchNeverAlarms) {
    start();
    commit(2);
    write(1, 3);
    close();
    const auto whole = bytes_at(1, 3 * kPageBytes, 3 * kPageBytes);
    const std::size_t sectors = whole.size() / kSectorBytes;
    for (std::size_t kept = 0; kept < sectors; ++kept) {
        erase(1, 3 * kPageBytes, whole.size());
        overwrite(1, 3 * kPageBytes, std::span(whole).first(kept * kSectorBytes));
        auto log = reopen();
        ASSERT_EQ(state_of(log), kept == 0 ? TailState::Clean : TailState::Torn) << kept;
        EXPECT_EQ(log->tail().last_sequence.value, 2u);
    }
    for (std::size_t lost = 0; lost < sectors; ++lost) {
        overwrite(1, 3 * kPageBytes, whole);
        erase(1, 3 * kPageBytes + lost * kSectorBytes, kSectorBytes);
        ASSERT_EQ(state_of(reopen()), TailState::Torn) << lost;
    }
}

TEST_F(OpenLog, TornSaysWhereAndWhy) {
    start();
    commit(2);
    write(1);
    close();
    flip_bit(1, 3 * kPageBytes + 100);
    auto log = reopen();
    ASSERT_EQ(state_of(log), TailState::Torn);
    EXPECT_EQ(log->tail().why, "segment 1, page 3 (offset 12288): checksum mismatch");
    EXPECT_EQ(log->tail().page, 3u);
}

TEST_F(OpenLog, AnUnwitnessedBatchBehindALostOneIsTorn) {
    start();
    commit(2);
    write(4);
    close();
    erase(1, 3 * kPageBytes, kPageBytes);
    auto log = reopen();
    EXPECT_EQ(state_of(log), TailState::Torn);
    EXPECT_EQ(log->tail().last_batch, 2u);
}

TEST_F(OpenLog, FlipsInAnUnwitnessedTailNeverAlarm) {
    start();
    commit(2);
    write(2);
    close();
    SeededRandom random(test_seed());
    for (int i = 0; i < 2000; ++i) {
        const std::uint64_t offset = 3 * kPageBytes + random.below(2 * kPageBytes);
        const int bit = static_cast<int>(random.below(8));
        flip_bit(1, offset, bit);
        auto log = reopen();
        ASSERT_TRUE(log) << offset << " " << log.error().message;
        ASSERT_GE(log->tail().last_sequence.value, 2u);
        flip_bit(1, offset, bit);
    }
}

TEST_F(OpenLog, FlipsInDataThatAStampWitnessesAlwaysAlarm) {
    start();
    commit(3);
    close();
    SeededRandom random(test_seed());
    for (int i = 0; i < 2000; ++i) {
        const std::uint64_t offset = kPageBytes + random.below(3 * kPageBytes);
        const int bit = static_cast<int>(random.below(8));
        flip_bit(1, offset, bit);
        expect_corrupt(reopen(), "batch");
        flip_bit(1, offset, bit);
    }
}

TEST_F(OpenLog, FlipsInDataThatALaterPageWitnessesAlwaysAlarm) {
    start();
    commit(3);
    close();
    remove_stamp();
    SeededRandom random(test_seed());
    for (int i = 0; i < 2000; ++i) {
        const std::uint64_t offset = kPageBytes + random.below(2 * kPageBytes);
        flip_bit(1, offset);
        expect_corrupt(reopen(), "was durable");
        flip_bit(1, offset);
    }
}

TEST_F(OpenLog, ALostTailThatTheStampNamesIsCorrupt) {
    start();
    commit(3);
    close();
    erase(1, 3 * kPageBytes, kPageBytes);
    expect_corrupt(reopen(), "the ack stamp names batch 3");
}

TEST_F(OpenLog, ALostTailThatTheLedgerAppliedIsCorrupt) {
    start();
    commit(3);
    close();
    remove_stamp();
    erase(1, 3 * kPageBytes, kPageBytes);
    EXPECT_TRUE(reopen({}, {2}));
    expect_corrupt(reopen({}, {3}), "record 3 was applied");
}

TEST_F(OpenLog, AWitnessWithoutAnyLogIsCorrupt) {
    expect_corrupt(reopen({}, {1}), "record 1 was applied");
    start();
    commit(1);
    close();
    ASSERT_TRUE(memory_->remove(segment_path(directory_, 1)));
    expect_corrupt(reopen(), "the ack stamp names batch 1");
}

TEST_F(OpenLog, BytesBeyondTheLargestTornWindowAreCorrupt) {
    start(1 << 20);
    commit(2);
    close();
    flip_bit(1, (3 + kUnsyncedPagesMax - 1) * kPageBytes);
    EXPECT_EQ(state_of(reopen()), TailState::Torn);
    flip_bit(1, (3 + kUnsyncedPagesMax - 1) * kPageBytes);
    flip_bit(1, (3 + kUnsyncedPagesMax) * kPageBytes);
    expect_corrupt(reopen(), "page 67 is beyond the largest torn write");
}

TEST_F(OpenLog, ATornHeaderOfTheNextSegmentIsNotBegun) {
    start();
    commit(2);
    while (!writer_->prefill_done())
        ASSERT_TRUE(writer_->prefill());
    close();
    flip_bit(2, 17);
    EXPECT_EQ(state_of(reopen()), TailState::Clean);
    start();
    commit(20);
    EXPECT_EQ(read_all().size(), 22u);
}

TEST_F(OpenLog, PagesBehindAHeaderThatIsGoneAreCorrupt) {
    start();
    commit(20);
    close();
    remove_stamp();
    flip_bit(2, 40);
    expect_corrupt(reopen(), "segment 2, page 0 (offset 0): checksum mismatch");
}

TEST_F(OpenLog, ADamagedHeaderInTheMiddleIsCorrupt) {
    start();
    commit(40);
    close();
    flip_bit(2, 3);
    auto log = reopen();
    ASSERT_TRUE(log);
    Expected<std::optional<Record>> record = log->next();
    while (record && *record)
        record = log->next();
    ASSERT_FALSE(record);
    EXPECT_EQ(record.error().code, ErrorCode::Corrupt);
    EXPECT_EQ(record.error().message, "wal: segment 2, page 0 (offset 0): not a page of a log");
}

TEST_F(OpenLog, AMissingSegmentIsCorrupt) {
    start();
    commit(40);
    close();
    ASSERT_TRUE(memory_->remove(segment_path(directory_, 2)));
    expect_corrupt(reopen(), "segment 2 is missing");
}

TEST_F(OpenLog, AShortenedSegmentIsCorrupt) {
    start();
    commit(3);
    close();
    auto file = memory_->open(segment_path(directory_, 1), {.write = true});
    ASSERT_TRUE((*file)->truncate(8 * kPageBytes));
    expect_corrupt(reopen(), "field out of range");
}

TEST_F(OpenLog, ANewerFormatIsUnsupported) {
    start();
    close();
    auto page = bytes_at(1, 0, kPageBytes);
    SegmentHeader header;
    ASSERT_EQ(read_segment_header(ConstPageBytes(page.data(), kPageBytes), header),
              PageState::Valid);
    header.version = 2;
    write_segment_header(header, PageBytes(page.data(), kPageBytes));
    overwrite(1, 0, page);
    auto log = reopen();
    ASSERT_FALSE(log);
    EXPECT_EQ(log.error().code, ErrorCode::Unsupported);
}

TEST_F(OpenLog, AnotherLogThanAskedForIsCorrupt) {
    start();
    close();
    expect_corrupt(open_log(disk_, directory_, {.from = {}, .witness_sequence = {}, .log_id = {9}}),
                   "another");
}

TEST_F(OpenLog, APageOfAnotherLogIsNotPartOfThisOne) {
    start();
    commit(3);
    close();
    forge(4, {.log_id = {5}, .batch = 4, .first_sequence = {4}});
    auto log = reopen();
    EXPECT_EQ(state_of(log), TailState::Torn);
    EXPECT_EQ(log->tail().last_batch, 3u);
    EXPECT_NE(log->tail().why.find("belongs to another log"), std::string::npos);
}

TEST_F(OpenLog, ABatchThatPassesOverANumberIsNotTheNext) {
    start();
    commit(3);
    close();
    forge(4, {.log_id = kTestOrigin.log_id, .batch = 5, .first_sequence = {4}});
    auto log = reopen();
    EXPECT_EQ(state_of(log), TailState::Torn);
    EXPECT_EQ(log->tail().last_batch, 3u);
}

TEST_F(OpenLog, ADoubledSegmentIsCorrupt) {
    start();
    commit(20);
    close();
    auto file = memory_->open(segment_path(directory_, 3), {.write = true, .create = true});
    ASSERT_TRUE((*file)->write(0, bytes_at(2, 0, kSegmentBytesMin)));
    expect_corrupt(reopen(), "segment 3, page 0 (offset 0): field out of range");
}

TEST_F(OpenLog, ASegmentThatDoesNotContinueTheOneBeforeIsCorrupt) {
    start();
    commit(40);
    close();
    auto page = bytes_at(2, 0, kPageBytes);
    SegmentHeader header;
    ASSERT_EQ(read_segment_header(ConstPageBytes(page.data(), kPageBytes), header),
              PageState::Valid);
    ++header.first_batch;
    write_segment_header(header, PageBytes(page.data(), kPageBytes));
    overwrite(2, 0, page);
    auto log = reopen();
    ASSERT_TRUE(log);
    Expected<std::optional<Record>> record = log->next();
    while (record && *record)
        record = log->next();
    ASSERT_FALSE(record);
    EXPECT_EQ(record.error().code, ErrorCode::Corrupt);
}

TEST_F(OpenLog, ReadsFromAnyRecordOn) {
    start();
    commit(40);
    close();
    for (std::uint64_t from = 1; from <= 41; ++from) {
        const auto sequences = read_all({from});
        ASSERT_EQ(sequences.size(), 41 - from);
        EXPECT_TRUE(sequences.empty() || sequences.front() == from);
    }
}

TEST_F(OpenLog, OpeningFromTheEndReadsNoOldSegment) {
    start();
    commit(100);
    close();
    disk_.add_fault({.operation = DiskOperation::Open,
                     .path_part = segment_name(1),
                     .skip = 0,
                     .times = UINT64_MAX,
                     .code = ErrorCode::Io,
                     .bytes_done = 0});
    EXPECT_EQ(read_all({95}).size(), 6u);
}

TEST_F(OpenLog, RecordsOlderThanWhatIsKeptAreNotFound) {
    start();
    commit(40);
    close();
    auto dropped = drop_segments_before(disk_, directory_, {31});
    ASSERT_TRUE(dropped);
    EXPECT_EQ(*dropped, 1u);
    EXPECT_EQ(read_all().front(), 16u);
    EXPECT_EQ(reopen({15}).error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace tradectl::wal
