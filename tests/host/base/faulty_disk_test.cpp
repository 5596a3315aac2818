#include "host/base/faulty_disk.hpp"

#include "host/base/hash.hpp"

#include <gtest/gtest.h>

namespace tradectl {
namespace {

class FaultyDiskTest : public testing::Test {
  protected:
    std::unique_ptr<File> create(const std::string& path) {
        return disk_.open(path, {.write = true, .create = true}).value();
    }
    static bool nothing(const PendingChange&) { return false; }
    static bool everything(const PendingChange&) { return true; }
    std::unique_ptr<Disk> cut_power(const std::function<bool(const PendingChange&)>& survives) {
        const auto steps = disk_.steps();
        return crash_image(steps, steps.size(), survives);
    }
    static std::string content(Disk& disk, const std::string& path) {
        const auto text = read_file(disk, path, 1u << 20);
        return text ? *text : "!" + text.error().message;
    }

    std::unique_ptr<Disk> memory_ = make_memory_disk();
    FaultyDisk disk_{*memory_};
};

TEST_F(FaultyDiskTest, FailsTheNthCallThatMatches) {
    auto file = create("/log");
    disk_.add_fault({.operation = DiskOperation::Sync, .skip = 1, .times = 1});
    EXPECT_TRUE(file->sync());
    EXPECT_EQ(file->sync().error().code, ErrorCode::Io);
    EXPECT_TRUE(file->sync());
}

TEST_F(FaultyDiskTest, MatchesByPartOfThePath) {
    disk_.add_fault({.path_part = "wal", .code = ErrorCode::NoSpace});
    EXPECT_EQ(disk_.open("/wal-1", {.write = true, .create = true}).error().code,
              ErrorCode::NoSpace);
    EXPECT_TRUE(disk_.open("/ledger", {.write = true, .create = true}));
    EXPECT_FALSE(disk_.rename("/ledger", "/wal-2"));
    disk_.clear_faults();
    EXPECT_TRUE(disk_.rename("/ledger", "/wal-2"));
}

TEST_F(FaultyDiskTest, AFailingWriteMayLeaveItsFirstBytes) {
    auto file = create("/a");
    disk_.add_fault({.operation = DiskOperation::Write, .times = 1, .bytes_done = 2});
    EXPECT_FALSE(file->write(0, bytes_of("abcd")));
    EXPECT_EQ(content(*memory_, "/a"), "ab");
}

TEST_F(FaultyDiskTest, EveryKindOfCallCanFail) {
    auto file = create("/a");
    disk_.add_fault({});
    std::byte byte{};
    EXPECT_FALSE(file->read(0, std::span(&byte, 1)));
    EXPECT_FALSE(file->truncate(1));
    EXPECT_FALSE(file->size());
    EXPECT_FALSE(file->lock(0, 1, File::Lock::Shared));
    EXPECT_FALSE(file->map_shared(0, 4096));
    EXPECT_FALSE(disk_.remove("/a"));
    EXPECT_FALSE(disk_.make_directory("/d"));
    EXPECT_FALSE(disk_.sync_directory("/"));
    EXPECT_FALSE(disk_.list("/"));
    EXPECT_FALSE(disk_.exists("/a"));
    EXPECT_EQ(disk_.calls(), 11u);
}

TEST_F(FaultyDiskTest, WhatWasNotSyncedMayBeGone) {
    disk_.start_recording();
    auto file = create("/a");
    ASSERT_TRUE(disk_.sync_directory("/"));
    ASSERT_TRUE(file->write(0, bytes_of("durable")));
    ASSERT_TRUE(file->sync());
    ASSERT_TRUE(file->write(7, bytes_of(" lost")));
    EXPECT_EQ(content(*cut_power(nothing), "/a"), "durable");
    EXPECT_EQ(content(*cut_power(everything), "/a"), "durable lost");
}

TEST_F(FaultyDiskTest, ANameWithoutASyncOfItsDirectoryMayBeGone) {
    disk_.start_recording();
    ASSERT_TRUE(create("/a")->sync());
    EXPECT_FALSE(cut_power(nothing)->exists("/a").value());
    EXPECT_TRUE(cut_power(everything)->exists("/a").value());
}

TEST_F(FaultyDiskTest, ALaterSyncDoesNotCoverAnEarlierCut) {
    disk_.start_recording();
    auto file = create("/a");
    ASSERT_TRUE(disk_.sync_directory("/"));
    ASSERT_TRUE(file->write(0, bytes_of("x")));
    ASSERT_TRUE(file->sync());
    const auto steps = disk_.steps();
    EXPECT_EQ(content(*crash_image(steps, 4, nothing), "/a"), "x");
    EXPECT_EQ(content(*crash_image(steps, 3, nothing), "/a"), "");
}

TEST_F(FaultyDiskTest, SectorsOfOneWriteSurviveApart) {
    disk_.start_recording();
    auto file = create("/a");
    ASSERT_TRUE(disk_.sync_directory("/"));
    ASSERT_TRUE(file->write(256, bytes_of(std::string(1024, 'x'))));
    std::vector<std::uint64_t> asked;
    const auto disk = cut_power([&](const PendingChange& change) {
        asked.push_back(change.sector);
        return change.sector == 1;
    });
    EXPECT_EQ(asked, (std::vector<std::uint64_t>{0, 1, 2}));
    EXPECT_EQ(content(*disk, "/a"), std::string(512, '\0') + std::string(512, 'x'));
}

TEST_F(FaultyDiskTest, ARenameIsAllOrNothing) {
    disk_.start_recording();
    ASSERT_TRUE(write_file_atomically(disk_, "/a", "old"));
    ASSERT_TRUE(create("/b")->write(0, bytes_of("new")));
    ASSERT_TRUE(create("/b")->sync());
    ASSERT_TRUE(disk_.sync_directory("/"));
    ASSERT_TRUE(disk_.rename("/b", "/a"));
    const auto before = cut_power(nothing);
    EXPECT_EQ(content(*before, "/a"), "old");
    EXPECT_EQ(content(*before, "/b"), "new");
    const auto after = cut_power(everything);
    EXPECT_EQ(content(*after, "/a"), "new");
    EXPECT_FALSE(after->exists("/b").value());
}

TEST_F(FaultyDiskTest, AnAtomicReplacementIsOldOrNewAtEveryCut) {
    disk_.start_recording();
    ASSERT_TRUE(write_file_atomically(disk_, "/a", std::string(700, 'o')));
    const std::size_t first = disk_.steps().size();
    ASSERT_TRUE(write_file_atomically(disk_, "/a", std::string(900, 'n')));
    const auto steps = disk_.steps();
    for (std::size_t cut = first; cut <= steps.size(); ++cut) {
        for (unsigned choice = 0; choice < 64; ++choice) {
            unsigned bits = choice;
            const auto disk = crash_image(steps, cut, [&](const PendingChange&) {
                const bool survives = (bits & 1) != 0;
                bits >>= 1;
                return survives;
            });
            const std::string text = content(*disk, "/a");
            EXPECT_TRUE(text == std::string(700, 'o') || text == std::string(900, 'n')) << cut;
        }
    }
}

TEST_F(FaultyDiskTest, ATruncationAndARemovalArePendingToo) {
    disk_.start_recording();
    ASSERT_TRUE(write_file_atomically(disk_, "/a", "abcdef"));
    ASSERT_TRUE(create("/a")->truncate(2));
    EXPECT_EQ(content(*cut_power(nothing), "/a"), "abcdef");
    EXPECT_EQ(content(*cut_power(everything), "/a"), "ab");
    ASSERT_TRUE(disk_.remove("/a"));
    EXPECT_TRUE(cut_power(nothing)->exists("/a").value());
    EXPECT_FALSE(cut_power(everything)->exists("/a").value());
}

}  // namespace
}  // namespace tradectl
