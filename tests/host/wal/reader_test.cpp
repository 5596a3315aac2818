#include "host/wal/reader.hpp"

#include "tests/host/wal/log_fixture.hpp"
#include "tests/host/wal/record_samples.hpp"

namespace tradectl::wal {
namespace {

class RecordReaderTest : public LogTest {
  protected:
    // Reads up to the mark and returns the sequence of the last record read, 0 when none.
    std::uint64_t drain(RecordReader& reader, WalSequence mark) {
        std::uint64_t last = 0;
        for (;;) {
            auto record = reader.next(mark);
            EXPECT_TRUE(record) << record.error().message;
            if (!record || !*record) return last;
            EXPECT_TRUE(last == 0 || (*record)->header.sequence.value == last + 1);
            last = (*record)->header.sequence.value;
        }
    }
};

TEST_F(RecordReaderTest, StopsExactlyAtTheMark) {
    start();
    ASSERT_TRUE(append(4));
    ASSERT_TRUE(writer_->sync());
    ASSERT_TRUE(append(4));
    auto reader = RecordReader::open(disk_, directory_, {});
    ASSERT_TRUE(reader);
    EXPECT_EQ(drain(*reader, {0}), 0u);
    EXPECT_EQ(drain(*reader, {3}), 3u);
    EXPECT_EQ(drain(*reader, {3}), 0u);
    EXPECT_EQ(drain(*reader, writer_->durable_sequence()), 4u);
    EXPECT_EQ(reader->position().value, 5u);
    ASSERT_TRUE(writer_->sync());
    EXPECT_EQ(drain(*reader, writer_->durable_sequence()), 8u);
}

TEST_F(RecordReaderTest, ReadsNothingFromDiskBeyondTheMark) {
    start();
    commit(2);
    auto reader = RecordReader::open(disk_, directory_, {});
    EXPECT_EQ(drain(*reader, {2}), 2u);
    const std::uint64_t calls = disk_.calls();
    EXPECT_EQ(drain(*reader, {2}), 0u);
    EXPECT_EQ(disk_.calls(), calls);
}

TEST_F(RecordReaderTest, FollowsAWriterThroughManySegments) {
    start();
    auto reader = RecordReader::open(disk_, directory_, {});
    SeededRandom random(test_seed());
    for (int i = 0; i < 300; ++i) {
        ASSERT_TRUE(append(static_cast<std::uint32_t>(1 + random.below(4)), random.below(9000)));
        if (random.below(3) != 0) continue;
        ASSERT_TRUE(writer_->sync());
        ASSERT_EQ(drain(*reader, writer_->durable_sequence()), writer_->durable_sequence().value);
    }
    EXPECT_GT(writer_->segment(), 10u);
}

TEST_F(RecordReaderTest, GoesFromASealedSegmentIntoTheNext) {
    start();
    commit(2);
    write(2, 2);
    close();
    erase(1, 4 * kPageBytes, kPageBytes);
    start();
    commit(1);
    auto reader = RecordReader::open(disk_, directory_, {});
    EXPECT_EQ(drain(*reader, writer_->durable_sequence()), 4u);
}

TEST_F(RecordReaderTest, WhatTheMarkPromisesMustBeThere) {
    start();
    commit(2);
    auto reader = RecordReader::open(disk_, directory_, {});
    EXPECT_EQ(drain(*reader, {2}), 2u);
    auto record = reader->next({3});
    ASSERT_FALSE(record);
    EXPECT_EQ(record.error().code, ErrorCode::Corrupt);
    EXPECT_EQ(record.error().message, "wal: segment 1, page 3 (offset 12288): never written");
}

TEST_F(RecordReaderTest, DamageIsReportedWithItsPlace) {
    start();
    commit(5);
    flip_bit(1, 2 * kPageBytes + 70);
    auto reader = RecordReader::open(disk_, directory_, {});
    ASSERT_TRUE(reader->next({5})->has_value());
    auto record = reader->next({5});
    ASSERT_FALSE(record);
    EXPECT_EQ(record.error().message, "wal: segment 1, page 2 (offset 8192): checksum mismatch");
}

TEST_F(RecordReaderTest, DamageInAClosedSegmentIsReportedThere) {
    start();
    commit(20);
    flip_bit(1, 5 * kPageBytes + 70);
    auto reader = RecordReader::open(disk_, directory_, {});
    auto record = reader->next({20});
    while (record && *record)
        record = reader->next({20});
    ASSERT_FALSE(record);
    EXPECT_EQ(record.error().code, ErrorCode::Corrupt);
    EXPECT_EQ(record.error().message, "wal: segment 1, page 5 (offset 20480): checksum mismatch");
}

TEST_F(RecordReaderTest, APageInTheWrongPlaceIsDamage) {
    start();
    commit(5);
    overwrite(1, 2 * kPageBytes, bytes_at(1, 3 * kPageBytes, kPageBytes));
    auto reader = RecordReader::open(disk_, directory_, {});
    ASSERT_TRUE(reader->next({5})->has_value());
    EXPECT_EQ(reader->next({5}).error().message,
              "wal: segment 1, page 2 (offset 8192): belongs to another place");
}

TEST_F(RecordReaderTest, AFailedReadIsAnIoError) {
    start();
    commit(1);
    auto reader = RecordReader::open(disk_, directory_, {});
    disk_.add_fault({.operation = DiskOperation::Read,
                     .path_part = {},
                     .skip = 0,
                     .times = 1,
                     .code = ErrorCode::Io,
                     .bytes_done = 0});
    EXPECT_EQ(reader->next({1}).error().code, ErrorCode::Io);
    EXPECT_TRUE(reader->next({1}));
}

TEST_F(RecordReaderTest, AnEmptyDirectoryHasNothingToRead) {
    EXPECT_EQ(RecordReader::open(disk_, directory_, {1}).error().code, ErrorCode::NotFound);
}

TEST_F(RecordReaderTest, RandomRecordsComeBackByteForByte) {
    start(1 << 20);
    RecordSampler sampler(test_seed());
    std::vector<std::vector<std::byte>> written;
    while (written.size() < 20'000) {
        Batch batch;
        batch.first_sequence = writer_->next_sequence();
        for (std::uint64_t i = 1 + sampler.random().below(30); i > 0; --i, ++batch.records) {
            std::vector<std::byte> bytes;
            sampler.encode_any({batch.first_sequence.value + batch.records}, bytes);
            batch.bytes.insert(batch.bytes.end(), bytes.begin(), bytes.end());
            written.push_back(std::move(bytes));
        }
        ASSERT_TRUE(writer_->append(batch, 0));
    }
    close();
    auto log = reopen();
    for (const auto& bytes : written) {
        auto record = log->next();
        ASSERT_TRUE(record && *record);
        ASSERT_EQ(*encode_again(**record), bytes);
    }
    EXPECT_FALSE(log->next()->has_value());
}

}  // namespace
}  // namespace tradectl::wal
