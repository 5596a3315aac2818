/// A log on a disk that can fail and lose power, with verbs for what a test does to it.
#pragma once

#include "host/base/disk.hpp"
#include "host/base/faulty_disk.hpp"
#include "host/base/random.hpp"
#include "host/wal/batch.hpp"
#include "host/wal/reader.hpp"
#include "host/wal/segment.hpp"
#include "host/wal/writer.hpp"

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::wal {

inline constexpr LogOrigin kTestOrigin{{0x1122334455667788}, 3};
inline constexpr LogTimes kTestTimes{Timestamp{1'700'000'000'000'000'000}, 5};

/// TRADECTL_TEST_SEED, or a fixed number; printed, so that a failure can be run again.
inline std::uint64_t test_seed() {
    const char* text = std::getenv("TRADECTL_TEST_SEED");
    const std::uint64_t seed = text != nullptr ? std::strtoull(text, nullptr, 10) : 20240607;
    std::cout << "TRADECTL_TEST_SEED=" << seed << "\n";
    return seed;
}

/// A batch of `records` KV records whose values are `value_bytes` long.
inline Batch kv_batch(WalSequence first,
                      std::uint32_t records = 1,
                      std::size_t value_bytes = 100,
                      Urgency urgency = Urgency::SyncNow) {
    BatchBuilder builder(first);
    for (std::uint32_t i = 0; i < records; ++i) {
        const std::string key = "key " + std::to_string(first.value + i);
        const std::vector<std::byte> value(value_bytes, static_cast<std::byte>(first.value + i));
        RecordHeader header;
        header.wall = Timestamp{static_cast<std::int64_t>(first.value + i)};
        KvBody body{.instance = "test", .key = key, .value = value};
        EXPECT_TRUE(builder.add(header, body));
    }
    if (urgency == Urgency::SyncNow) builder.sync_now();
    return builder.take();
}

class LogTest : public ::testing::Test {
  protected:
    void SetUp() override { ASSERT_TRUE(memory_->make_directory(directory_)); }

    /// Starts the log, or goes on with it.
    void start(std::uint64_t segment_bytes = kSegmentBytesMin) {
        writer_.reset();
        auto log = open_log(disk_, directory_);
        ASSERT_TRUE(log) << log.error().message;
        const WriterOptions options{.segment_bytes = segment_bytes};
        auto writer = log->tail().segment == 0
                          ? Writer::create(disk_, directory_, kTestOrigin, kTestTimes, options)
                          : Writer::resume(disk_, directory_, log->tail(), kTestTimes, options);
        ASSERT_TRUE(writer) << writer.error().message;
        writer_ = std::move(*writer);
    }
    Status append(std::uint32_t records = 1, std::size_t value_bytes = 100) {
        return writer_->append(kv_batch(writer_->next_sequence(), records, value_bytes), 0);
    }
    /// `count` batches of `pages` pages each, synced one by one.
    void commit(int count, std::uint32_t pages = 1) {
        for (int i = 0; i < count; ++i) {
            ASSERT_TRUE(append(1, pages * kPagePayloadBytes - 200));
            ASSERT_TRUE(writer_->sync());
        }
    }
    /// Batches that are written and never synced.
    void write(int count, std::uint32_t pages = 1) {
        for (int i = 0; i < count; ++i)
            ASSERT_TRUE(append(1, pages * kPagePayloadBytes - 200));
    }
    void close() { writer_.reset(); }

    Expected<Log> reopen(WalSequence from = {}, WalSequence witness = {}) {
        return open_log(
            disk_, directory_, {.from = from, .witness_sequence = witness, .log_id = {}});
    }
    /// Sequences from `from` to the end; checks that each record says what was written.
    std::vector<std::uint64_t> read_all(WalSequence from = {}) {
        std::vector<std::uint64_t> sequences;
        auto log = reopen(from);
        EXPECT_TRUE(log) << log.error().message;
        if (!log) return sequences;
        for (;;) {
            auto record = log->next();
            EXPECT_TRUE(record) << record.error().message;
            if (!record || !*record) return sequences;
            const RecordHeader& header = (*record)->header;
            sequences.push_back(header.sequence.value);
            if (header.type != RecordType::Kv) continue;
            auto body = decode_kv(**record);
            EXPECT_TRUE(body);
            EXPECT_EQ(body->key, "key " + std::to_string(header.sequence.value));
        }
    }

    std::vector<std::byte> bytes_at(std::uint32_t segment,
                                    std::uint64_t offset,
                                    std::size_t count) {
        auto file = memory_->open(segment_path(directory_, segment), {});
        std::vector<std::byte> bytes(count);
        EXPECT_TRUE((*file)->read(offset, bytes));
        return bytes;
    }
    void overwrite(std::uint32_t segment, std::uint64_t offset, std::span<const std::byte> bytes) {
        auto file = memory_->open(segment_path(directory_, segment), {.write = true});
        ASSERT_TRUE((*file)->write(offset, bytes));
    }
    void erase(std::uint32_t segment, std::uint64_t offset, std::size_t count) {
        overwrite(segment, offset, std::vector<std::byte>(count));
    }
    void flip_bit(std::uint32_t segment, std::uint64_t offset, int bit = 0) {
        auto bytes = bytes_at(segment, offset, 1);
        bytes[0] ^= static_cast<std::byte>(1 << bit);
        overwrite(segment, offset, bytes);
    }
    void remove_stamp() { ASSERT_TRUE(memory_->remove(directory_ + "/ack")); }

    std::unique_ptr<Disk> memory_ = make_memory_disk();
    FaultyDisk disk_{*memory_};
    std::string directory_ = "/state/wal";
    std::unique_ptr<Writer> writer_;
};

}  // namespace tradectl::wal
