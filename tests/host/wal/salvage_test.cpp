#include "host/wal/salvage.hpp"

#include "host/base/json.hpp"
#include "host/wal/identity.hpp"
#include "tests/host/wal/log_fixture.hpp"

namespace tradectl::wal {
namespace {

class Salvage : public LogTest {
  protected:
    static constexpr const char* kTarget = "/rescue/wal";
    static constexpr SalvageOptions kOptions{.log_id = {77}, .now = kTestTimes};

    void write_three_segments() {
        start();
        commit(40);
        close();
    }
    SalvageReport rescue(WalSequence witness = {}) {
        SalvageOptions options = kOptions;
        options.witness_sequence = witness;
        auto report = salvage(disk_, directory_, kTarget, options);
        EXPECT_TRUE(report) << report.error().message;
        return report ? *report : SalvageReport{};
    }
    // What the new log holds, by sequence: the key of a record, or why it was lost.
    std::vector<std::string> rescued() {
        std::vector<std::string> contents;
        auto log = open_log(disk_, kTarget);
        EXPECT_TRUE(log) << log.error().message;
        if (!log) return contents;
        for (auto record = log->next(); record && *record; record = log->next()) {
            const bool kv = (*record)->header.type == RecordType::Kv;
            contents.emplace_back(kv ? decode_kv(**record)->key : decode_seal(**record)->reason);
        }
        return contents;
    }
};

TEST_F(Salvage, ASoundLogIsCopiedWhole) {
    write_three_segments();
    const auto report = rescue();
    EXPECT_EQ(report.copied, 40u);
    EXPECT_EQ(report.placeholders, 0u);
    EXPECT_TRUE(report.lost.empty());
    EXPECT_EQ(report.source_log_id, kTestOrigin.log_id);
    EXPECT_EQ(rescued().size(), 40u);
    EXPECT_EQ(verify(disk_, kTarget)->log_id.value, 77u);
}

TEST_F(Salvage, GoesOnBehindDamageAndNamesWhatIsLost) {
    write_three_segments();
    flip_bit(1, 5 * kPageBytes + 9);
    const auto report = rescue();
    EXPECT_EQ(report.copied, 39u);
    EXPECT_EQ(report.placeholders, 1u);
    ASSERT_EQ(report.lost.size(), 1u);
    EXPECT_EQ(report.lost[0].first_sequence.value, 5u);
    const auto contents = rescued();
    ASSERT_EQ(contents.size(), 40u);
    EXPECT_EQ(contents[3], "key 4");
    EXPECT_EQ(contents[4], "lost: segment 1, page 5: checksum mismatch");
    EXPECT_EQ(contents[39], "key 40");
}

TEST_F(Salvage, AMissingSegmentIsFilledUp) {
    write_three_segments();
    ASSERT_TRUE(memory_->remove(segment_path(directory_, 2)));
    const auto report = rescue();
    EXPECT_EQ(report.copied, 25u);
    EXPECT_EQ(report.placeholders, 15u);
    const auto contents = rescued();
    ASSERT_EQ(contents.size(), 40u);
    EXPECT_EQ(contents[15], "lost: segment 2, page 0: is missing");
    EXPECT_EQ(contents[30], "key 31");
}

TEST_F(Salvage, LostFirstRecordsHaveTheirPlace) {
    write_three_segments();
    erase(1, kPageBytes, 3 * kPageBytes);
    const auto report = rescue();
    EXPECT_EQ(report.first_sequence.value, 1u);
    EXPECT_EQ(report.placeholders, 3u);
    EXPECT_EQ(rescued().size(), 40u);
}

TEST_F(Salvage, ALogWhoseOldestSegmentsWereRemovedKeepsItsSequences) {
    write_three_segments();
    ASSERT_TRUE(drop_segments_before(disk_, directory_, {31}));
    const auto report = rescue();
    EXPECT_EQ(report.first_sequence.value, 16u);
    EXPECT_TRUE(report.lost.empty());
    EXPECT_EQ(rescued().front(), "key 16");
}

TEST_F(Salvage, TakesWholeBatchesBehindATornOne) {
    start();
    commit(2);
    write(4);
    close();
    erase(1, 4 * kPageBytes, kPageBytes);
    const auto report = rescue();
    EXPECT_EQ(report.copied, 5u);
    EXPECT_EQ(report.placeholders, 1u);
}

TEST_F(Salvage, WhatASealLeftBehindIsNotTaken) {
    start();
    commit(2);
    write(4);
    close();
    erase(1, 4 * kPageBytes, kPageBytes);
    start();
    commit(3);
    close();
    const auto report = rescue();
    EXPECT_TRUE(report.lost.empty());
    EXPECT_EQ(rescued().size(), 3u + 1u + 3u);
}

TEST_F(Salvage, RecordsBehindTheEndThatAWitnessNamesAreInTheReport) {
    write_three_segments();
    const auto report = rescue({44});
    ASSERT_EQ(report.lost.size(), 1u);
    EXPECT_EQ(report.lost[0].first_sequence.value, 41u);
    EXPECT_EQ(report.lost[0].last_sequence.value, 44u);
    EXPECT_EQ(rescued().size(), 40u);
}

TEST_F(Salvage, TheReportIsAFileToo) {
    write_three_segments();
    flip_bit(1, 5 * kPageBytes + 9);
    rescue();
    const auto text = read_file(disk_, std::string(kTarget) + "/salvage.json", 1 << 20);
    ASSERT_TRUE(text);
    const auto json = parse_json(*text);
    ASSERT_TRUE(json);
    EXPECT_EQ(json->find("copied")->as_integer(), 39);
    EXPECT_EQ((*json->find("lost")->as_array())[0].find_text("first_sequence"), "5");
}

TEST_F(Salvage, TheSourceIsOnlyRead) {
    write_three_segments();
    flip_bit(1, 5 * kPageBytes + 9);
    disk_.start_recording();
    rescue();
    for (const DiskStep& step : disk_.steps())
        EXPECT_FALSE(step.path.starts_with(directory_)) << step.path;
}

TEST_F(Salvage, AFullTargetIsRefused) {
    write_three_segments();
    rescue();
    const auto again = salvage(disk_, directory_, kTarget, kOptions);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::BadState);
    EXPECT_FALSE(salvage(disk_, directory_, directory_, kOptions));
}

TEST_F(Salvage, NothingReadableIsNotFound) {
    start();
    close();
    EXPECT_EQ(salvage(disk_, directory_, kTarget, kOptions).error().code, ErrorCode::NotFound);
}

TEST_F(Salvage, TheLogsOwnIdIsRefused) {
    write_three_segments();
    SalvageOptions options = kOptions;
    options.log_id = kTestOrigin.log_id;
    EXPECT_EQ(salvage(disk_, directory_, kTarget, options).error().code,
              ErrorCode::InvalidArgument);
}

TEST_F(Salvage, AnyDamageLeavesAReadableCopyThatAccountsForEveryRecord) {
    SeededRandom random(test_seed());
    write_three_segments();
    std::vector<std::vector<std::byte>> sound;
    for (std::uint32_t segment = 1; segment <= 3; ++segment)
        sound.push_back(bytes_at(segment, 0, kSegmentBytesMin));
    for (int round = 0; round < 60; ++round) {
        for (std::uint32_t segment = 1; segment <= 3; ++segment)
            overwrite(segment, 0, sound[segment - 1]);
        for (std::uint64_t hits = 1 + random.below(6); hits > 0; --hits) {
            const auto segment = static_cast<std::uint32_t>(1 + random.below(3));
            erase(segment, random.below(128) * kSectorBytes, kSectorBytes);
        }
        const std::string target = "/rescue/" + std::to_string(round);
        const auto report = salvage(disk_, directory_, target, kOptions);
        ASSERT_TRUE(report) << report.error().message;
        const auto found = verify(disk_, target);
        ASSERT_EQ(found->state, LogState::Clean) << found->why;
        EXPECT_EQ(found->records, report->copied + report->placeholders);
        std::uint64_t lost = 0;
        for (const Damage& damage : report->lost) {
            if (damage.first_sequence.value == 0 || damage.last_sequence.value == 0) continue;
            lost += damage.last_sequence.value - damage.first_sequence.value + 1;
        }
        EXPECT_EQ(report->placeholders, lost);
    }
}

}  // namespace
}  // namespace tradectl::wal
