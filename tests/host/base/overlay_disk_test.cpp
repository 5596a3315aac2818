#include "host/base/overlay_disk.hpp"

#include "host/base/database.hpp"

#include <gtest/gtest.h>

namespace tradectl {
namespace {

class OverlayDisk : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(below_->make_directory("/d"));
        ASSERT_TRUE(write_file_atomically(*below_, "/d/old", "what is below"));
    }
    std::string text(Disk& disk, const std::string& path) {
        auto read = read_file(disk, path, 1 << 20);
        return read ? *read : "error: " + read.error().message;
    }
    void write(const std::string& path, std::uint64_t offset, std::string_view bytes) {
        auto file = disk_->open(path, {.write = true, .create = true});
        ASSERT_TRUE(file);
        ASSERT_TRUE((*file)->write(offset, std::as_bytes(std::span(bytes))));
    }

    std::unique_ptr<Disk> below_ = make_memory_disk();
    std::unique_ptr<Disk> disk_ = make_overlay_disk(*below_);
};

TEST_F(OverlayDisk, ShowsWhatIsBelow) {
    EXPECT_EQ(text(*disk_, "/d/old"), "what is below");
    EXPECT_EQ(*disk_->list("/d"), std::vector<std::string>{"old"});
    EXPECT_FALSE(disk_->open("/d/other", {}));
}

TEST_F(OverlayDisk, KeepsAChangeToItself) {
    write("/d/old", 8, "up here");
    EXPECT_EQ(text(*disk_, "/d/old"), "what is up here");
    EXPECT_EQ(text(*below_, "/d/old"), "what is below");
}

TEST_F(OverlayDisk, WritesAcrossBlocksAndBehindTheEnd) {
    const std::string much(200'000, 'x');
    write("/d/old", 65'000, much);
    const auto all = text(*disk_, "/d/old");
    ASSERT_EQ(all.size(), 265'000U);
    EXPECT_EQ(all.substr(0, 13), "what is below");
    EXPECT_EQ(all[13], '\0');
    EXPECT_EQ(all.substr(65'000), much);
}

TEST_F(OverlayDisk, WhatGrowsBackAfterATruncateIsZero) {
    auto file = disk_->open("/d/old", {.write = true});
    ASSERT_TRUE(file);
    ASSERT_TRUE((*file)->truncate(4));
    ASSERT_TRUE((*file)->truncate(6));
    EXPECT_EQ(text(*disk_, "/d/old"), std::string("what\0\0", 6));
    write("/d/old", 0, "W");
    ASSERT_TRUE((*file)->truncate(1));
    ASSERT_TRUE((*file)->truncate(3));
    EXPECT_EQ(text(*disk_, "/d/old"), std::string("W\0\0", 3));
}

TEST_F(OverlayDisk, NamesThatAreMadeRenamedAndRemovedStayHere) {
    ASSERT_TRUE(disk_->make_directory("/d/sub/deep"));
    ASSERT_TRUE(write_file_atomically(*disk_, "/d/sub/deep/new", "new"));
    ASSERT_TRUE(disk_->rename("/d/old", "/d/renamed"));
    EXPECT_EQ(text(*disk_, "/d/renamed"), "what is below");
    EXPECT_FALSE(*disk_->exists("/d/old"));
    EXPECT_EQ(*disk_->list("/d"), (std::vector<std::string>{"renamed", "sub"}));
    ASSERT_TRUE(disk_->remove("/d/renamed"));
    EXPECT_FALSE(disk_->open("/d/renamed", {}));
    EXPECT_FALSE(disk_->remove("/d/renamed"));
    EXPECT_EQ(*below_->list("/d"), std::vector<std::string>{"old"});
}

TEST_F(OverlayDisk, ANameThatIsGoneCanBeMadeAgain) {
    ASSERT_TRUE(disk_->remove("/d/old"));
    write("/d/old", 0, "again");
    EXPECT_EQ(text(*disk_, "/d/old"), "again");
    EXPECT_EQ(text(*below_, "/d/old"), "what is below");
}

TEST_F(OverlayDisk, OpensNothingForWritingBelow) {
    auto file = disk_->open("/d/old", {});
    ASSERT_TRUE(file);
    EXPECT_FALSE((*file)->write(0, {}));
    EXPECT_FALSE(disk_->open("/d/old", {.write = true, .create = true, .exclusive = true}));
    EXPECT_FALSE(disk_->open("/nowhere/new", {.write = true, .create = true}));
}

TEST_F(OverlayDisk, LocksWorkBetweenItsFilesAlone) {
    auto below = below_->open("/d/old", {.write = true});
    ASSERT_TRUE((*below)->lock(0, 1, File::Lock::Exclusive));
    auto one = disk_->open("/d/old", {.write = true});
    auto other = disk_->open("/d/old", {.write = true});
    EXPECT_TRUE((*one)->lock(0, 1, File::Lock::Exclusive));
    EXPECT_FALSE((*other)->lock(0, 1, File::Lock::Shared));
}

TEST_F(OverlayDisk, ADatabaseChangesHereAndNotBelow) {
    const auto count = [](Disk& disk) {
        auto database = Database::open(disk, "/d/books.db", Database::OpenMode::ReadWriteCreate);
        EXPECT_TRUE(database) << (database ? "" : database.error().message);
        const auto made = database->execute("CREATE TABLE IF NOT EXISTS t(x INTEGER)");
        EXPECT_TRUE(made) << (made ? "" : made.error().message);
        EXPECT_TRUE(database->execute("INSERT INTO t VALUES (1)"));
        return *database->query_integer("SELECT count(*) FROM t");
    };
    EXPECT_EQ(count(*below_), 1);
    EXPECT_EQ(count(*disk_), 2);
    EXPECT_EQ(count(*disk_), 3);
    EXPECT_EQ(count(*below_), 2);
}

}  // namespace
}  // namespace tradectl
