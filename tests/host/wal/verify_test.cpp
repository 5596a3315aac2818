#include "host/wal/verify.hpp"

#include "tests/host/wal/log_fixture.hpp"

namespace tradectl::wal {
namespace {

class Verify : public LogTest {
  protected:
    VerifyReport report(WalSequence witness = {}) {
        auto report = verify(disk_, directory_, {.witness_sequence = witness, .log_id = {}});
        EXPECT_TRUE(report) << report.error().message;
        return report ? *report : VerifyReport{};
    }
    // Three segments of one-record batches.
    void write_three_segments() {
        start();
        commit(40);
        close();
    }
};

TEST_F(Verify, AMissingDirectoryIsEmpty) {
    const auto report = verify(disk_, "/nowhere/wal");
    ASSERT_TRUE(report);
    EXPECT_EQ(report->state, LogState::Empty);
}

TEST_F(Verify, CountsAllOfACleanLog) {
    write_three_segments();
    const auto found = report();
    EXPECT_EQ(found.state, LogState::Clean);
    EXPECT_EQ(found.why, "");
    EXPECT_EQ(found.segments, 3u);
    EXPECT_EQ(found.batches, 40u);
    EXPECT_EQ(found.pages, 40u);
    EXPECT_EQ(found.records, 40u);
    EXPECT_EQ(found.first_sequence.value, 1u);
    EXPECT_EQ(found.last_sequence.value, 40u);
    EXPECT_EQ(found.durable_batch, 40u);
    EXPECT_EQ(found.log_id, kTestOrigin.log_id);
    EXPECT_EQ(found.epoch, kTestOrigin.epoch);
}

TEST_F(Verify, ChangesNothing) {
    write_three_segments();
    disk_.start_recording();
    report();
    EXPECT_TRUE(disk_.steps().empty());
}

TEST_F(Verify, ATornTailIsNoDamage) {
    start();
    commit(3);
    write(3);
    close();
    flip_bit(1, 4 * kPageBytes + 200);
    const auto found = report();
    EXPECT_EQ(found.state, LogState::Torn);
    EXPECT_EQ(found.why, "segment 1, page 4 (offset 16384): checksum mismatch");
    EXPECT_EQ(found.records, 3u);
    EXPECT_TRUE(found.damage.empty());
}

TEST_F(Verify, ASealedTornTailIsCountedAndNoDamage) {
    start();
    commit(3);
    write(3);
    close();
    flip_bit(1, 4 * kPageBytes + 200);
    start();
    commit(2);
    close();
    const auto found = report();
    EXPECT_EQ(found.state, LogState::Clean);
    EXPECT_EQ(found.torn_and_sealed, 1u);
    EXPECT_EQ(found.records, 3u + 1u + 2u);
}

TEST_F(Verify, DamageInAnOldSegmentNamesWhatIsLost) {
    write_three_segments();
    flip_bit(1, 5 * kPageBytes + 77);
    const auto found = report();
    EXPECT_EQ(found.state, LogState::Corrupt);
    ASSERT_EQ(found.damage.size(), 1u);
    const Damage& damage = found.damage[0];
    EXPECT_EQ(damage.segment, 1u);
    EXPECT_EQ(damage.first_page, 5u);
    EXPECT_EQ(damage.pages, 1u);
    EXPECT_EQ(damage.first_batch, 5u);
    EXPECT_EQ(damage.last_batch, 5u);
    EXPECT_EQ(damage.first_sequence.value, 5u);
    EXPECT_EQ(damage.last_sequence.value, 5u);
    EXPECT_EQ(damage.why, "checksum mismatch");
    EXPECT_EQ(found.records, 39u);
    EXPECT_EQ(found.why, "wal: segment 1, page 5 (offset 20480): checksum mismatch");
}

TEST_F(Verify, DamageAtTheEndOfAnOldSegmentIsSeenByTheNextHeader) {
    write_three_segments();
    erase(1, 15 * kPageBytes, kPageBytes);
    const auto found = report();
    ASSERT_EQ(found.damage.size(), 1u);
    EXPECT_EQ(found.damage[0].first_page, 15u);
    EXPECT_EQ(found.damage[0].pages, 1u);
    EXPECT_EQ(found.damage[0].last_sequence.value, 15u);
    EXPECT_EQ(found.damage[0].why, "never written");
}

TEST_F(Verify, AMissingSegmentIsNamedWithItsRecords) {
    write_three_segments();
    ASSERT_TRUE(memory_->remove(segment_path(directory_, 2)));
    const auto found = report();
    EXPECT_EQ(found.state, LogState::Corrupt);
    ASSERT_EQ(found.damage.size(), 1u);
    EXPECT_EQ(found.damage[0].segment, 2u);
    EXPECT_EQ(found.damage[0].pages, 0u);
    EXPECT_EQ(found.damage[0].first_sequence.value, 16u);
    EXPECT_EQ(found.damage[0].last_sequence.value, 30u);
}

TEST_F(Verify, ADamagedHeaderLosesNoRecords) {
    write_three_segments();
    flip_bit(2, 40);
    const auto found = report();
    EXPECT_EQ(found.state, LogState::Corrupt);
    EXPECT_EQ(found.records, 40u);
    ASSERT_EQ(found.damage.size(), 1u);
    EXPECT_EQ(found.damage[0].first_page, 0u);
    EXPECT_EQ(found.damage[0].first_batch, 0u);
}

TEST_F(Verify, WhatTheStampNamesBehindTheEndIsLost) {
    write_three_segments();
    erase(3, 9 * kPageBytes, 2 * kPageBytes);
    const auto found = report();
    EXPECT_EQ(found.state, LogState::Corrupt);
    EXPECT_EQ(found.last_sequence.value, 38u);
    ASSERT_EQ(found.damage.size(), 1u);
    EXPECT_EQ(found.damage[0].first_batch, 39u);
    EXPECT_EQ(found.damage[0].last_batch, 40u);
    EXPECT_EQ(found.damage[0].first_sequence.value, 39u);
    EXPECT_EQ(found.damage[0].last_sequence.value, 0u);
}

TEST_F(Verify, WhatAWitnessSawBehindTheEndIsLost) {
    write_three_segments();
    EXPECT_EQ(report({40}).state, LogState::Clean);
    const auto found = report({43});
    EXPECT_EQ(found.state, LogState::Corrupt);
    ASSERT_EQ(found.damage.size(), 1u);
    EXPECT_EQ(found.damage[0].first_sequence.value, 41u);
    EXPECT_EQ(found.damage[0].last_sequence.value, 43u);
}

TEST_F(Verify, AWitnessWithoutALogIsCorrupt) {
    EXPECT_EQ(report({3}).state, LogState::Corrupt);
}

TEST_F(Verify, AFileThatWasCutSaysWhatIsGone) {
    write_three_segments();
    auto file = memory_->open(segment_path(directory_, 2), {.write = true});
    ASSERT_TRUE((*file)->truncate(6 * kPageBytes));
    const auto found = report();
    EXPECT_EQ(found.state, LogState::Corrupt);
    EXPECT_EQ(found.records, 30u);
    ASSERT_EQ(found.damage.size(), 2u);
    EXPECT_EQ(found.damage[0].why, "the file has 6 pages, its header says 16");
    EXPECT_EQ(found.damage[1].first_sequence.value, 21u);
    EXPECT_EQ(found.damage[1].last_sequence.value, 30u);
}

TEST_F(Verify, ASegmentInAnothersPlaceIsForeign) {
    write_three_segments();
    const auto copy = bytes_at(1, 0, kSegmentBytesMin);
    overwrite(2, 0, copy);
    const auto found = report();
    EXPECT_EQ(found.state, LogState::Corrupt);
    EXPECT_EQ(found.damage[0].why, "belongs to segment 1");
    EXPECT_EQ(found.records, 25u);
}

TEST_F(Verify, ASwappedPageIsDamage) {
    write_three_segments();
    overwrite(1, 4 * kPageBytes, bytes_at(1, 3 * kPageBytes, kPageBytes));
    const auto found = report();
    ASSERT_EQ(found.damage.size(), 1u);
    EXPECT_EQ(found.damage[0].first_page, 4u);
    EXPECT_EQ(found.damage[0].why, "belongs to another place");
}

TEST_F(Verify, ANewerFormatIsUnsupported) {
    write_three_segments();
    auto page = bytes_at(2, 0, kPageBytes);
    SegmentHeader header;
    ASSERT_EQ(read_segment_header(ConstPageBytes(page.data(), kPageBytes), header),
              PageState::Valid);
    header.version = 2;
    write_segment_header(header, PageBytes(page.data(), kPageBytes));
    overwrite(2, 0, page);
    const auto found = verify(disk_, directory_);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, ErrorCode::Unsupported);
}

TEST_F(Verify, EveryFlippedBitOfWitnessedDataIsCorrupt) {
    start();
    commit(20);
    close();
    SeededRandom random(test_seed());
    for (int i = 0; i < 500; ++i) {
        const auto segment = static_cast<std::uint32_t>(1 + random.below(2));
        const std::uint64_t offset = random.below((segment == 1 ? 16 : 6) * kPageBytes);
        const int bit = static_cast<int>(random.below(8));
        flip_bit(segment, offset, bit);
        const auto found = verify(disk_, directory_);
        ASSERT_TRUE(!found || found->state == LogState::Corrupt)
            << "segment " << segment << " offset " << offset << " bit " << bit;
        flip_bit(segment, offset, bit);
    }
}

}  // namespace
}  // namespace tradectl::wal
