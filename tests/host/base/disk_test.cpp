#include "host/base/disk.hpp"

#include "tests/host/base/temporary_directory.hpp"

#include <cstring>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tradectl {
namespace {

std::span<const std::byte> as_span(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

std::string read_all(File& file) {
    std::string text(file.size().value(), '\0');
    EXPECT_EQ(file.read(0, std::as_writable_bytes(std::span(text))).value(), text.size());
    return text;
}

/// Both disks keep the same promises.
class EveryDisk : public testing::TestWithParam<const char*> {
  protected:
    void SetUp() override {
        const bool posix = std::strcmp(GetParam(), "Posix") == 0;
        disk_ = posix ? make_posix_disk() : make_memory_disk();
        root_ = posix ? directory_.path() : "/state";
        ASSERT_TRUE(disk_->make_directory(root_));
    }
    std::string at(const std::string& name) { return root_ + "/" + name; }
    std::unique_ptr<File> create(const std::string& name) {
        return disk_->open(at(name), {.write = true, .create = true}).value();
    }

    TemporaryDirectory directory_;
    std::unique_ptr<Disk> disk_;
    std::string root_;
};

INSTANTIATE_TEST_SUITE_P(Disk, EveryDisk, testing::Values("Posix", "Memory"), [](const auto& disk) {
    return std::string(disk.param);
});

TEST_P(EveryDisk, ReadsBackWhatWasWritten) {
    auto file = create("a");
    ASSERT_TRUE(file->write(0, as_span("hello")));
    ASSERT_TRUE(file->write(5, as_span(" world")));
    ASSERT_TRUE(file->sync());
    EXPECT_EQ(read_all(*file), "hello world");
}

TEST_P(EveryDisk, AWriteBehindTheEndLeavesZeros) {
    auto file = create("a");
    ASSERT_TRUE(file->write(3, as_span("x")));
    EXPECT_EQ(read_all(*file), std::string("\0\0\0x", 4));
}

TEST_P(EveryDisk, AReadIsShortOnlyAtTheEnd) {
    auto file = create("a");
    ASSERT_TRUE(file->write(0, as_span("abc")));
    std::byte buffer[8];
    EXPECT_EQ(file->read(1, buffer).value(), 2u);
    EXPECT_EQ(file->read(3, buffer).value(), 0u);
    EXPECT_EQ(file->read(99, buffer).value(), 0u);
}

TEST_P(EveryDisk, WhatGrowsBackAfterATruncationIsZero) {
    auto file = create("a");
    ASSERT_TRUE(file->write(0, as_span("abcdef")));
    ASSERT_TRUE(file->truncate(2));
    ASSERT_TRUE(file->truncate(4));
    EXPECT_EQ(read_all(*file), std::string("ab\0\0", 4));
}

TEST_P(EveryDisk, KeepsContentOverManyBlocks) {
    auto file = create("a");
    const std::string content(700'001, 'z');
    ASSERT_TRUE(file->write(262'000, as_span(content)));
    EXPECT_EQ(file->size().value(), 962'001u);
    EXPECT_EQ(read_all(*file).substr(262'000), content);
}

TEST_P(EveryDisk, OpeningWhatIsNotThereIsNotFound) {
    EXPECT_EQ(disk_->open(at("nothing"), {}).error().code, ErrorCode::NotFound);
    EXPECT_EQ(disk_->open(at("no/such"), {.write = true, .create = true}).error().code,
              ErrorCode::NotFound);
}

TEST_P(EveryDisk, AnExclusiveCreateFailsOnWhatIsThere) {
    create("a");
    const auto second = disk_->open(at("a"), {.write = true, .create = true, .exclusive = true});
    EXPECT_EQ(second.error().code, ErrorCode::BadState);
}

TEST_P(EveryDisk, AFileOpenedForReadingRefusesWrites) {
    create("a");
    auto file = disk_->open(at("a"), {}).value();
    EXPECT_FALSE(file->write(0, as_span("x")));
    EXPECT_FALSE(file->truncate(1));
}

TEST_P(EveryDisk, RenameReplacesAndKeepsOpenFilesValid) {
    auto first = create("a");
    auto second = create("b");
    ASSERT_TRUE(first->write(0, as_span("first")));
    ASSERT_TRUE(second->write(0, as_span("second")));
    ASSERT_TRUE(disk_->rename(at("a"), at("b")));
    EXPECT_EQ(read_file(*disk_, at("b"), 100).value(), "first");
    EXPECT_EQ(read_all(*second), "second");
    EXPECT_FALSE(disk_->exists(at("a")).value());
}

TEST_P(EveryDisk, ARemovedFileStaysReadableForItsHolder) {
    auto file = create("a");
    ASSERT_TRUE(file->write(0, as_span("kept")));
    ASSERT_TRUE(disk_->remove(at("a")));
    EXPECT_FALSE(disk_->exists(at("a")).value());
    EXPECT_EQ(read_all(*file), "kept");
    EXPECT_EQ(disk_->remove(at("a")).error().code, ErrorCode::NotFound);
}

TEST_P(EveryDisk, RemovesAnEmptyDirectoryOnly) {
    ASSERT_TRUE(disk_->make_directory(at("d/e")));
    EXPECT_EQ(disk_->remove(at("d")).error().code, ErrorCode::BadState);
    EXPECT_TRUE(disk_->remove(at("d/e")));
    EXPECT_TRUE(disk_->remove(at("d")));
}

TEST_P(EveryDisk, ListsNamesInOrder) {
    create("b");
    create("a");
    ASSERT_TRUE(disk_->make_directory(at("c/inner")));
    EXPECT_EQ(disk_->list(root_).value(), (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_EQ(disk_->list(at("nothing")).error().code, ErrorCode::NotFound);
}

TEST_P(EveryDisk, MakesDirectoriesOnceAndRefusesAFileInTheWay) {
    EXPECT_TRUE(disk_->make_directory(at("d/e")));
    EXPECT_TRUE(disk_->make_directory(at("d/e")));
    create("file");
    EXPECT_FALSE(disk_->make_directory(at("file")));
    EXPECT_FALSE(disk_->make_directory(at("file/below")));
    EXPECT_TRUE(disk_->sync_directory(at("d")));
    EXPECT_EQ(disk_->sync_directory(at("nothing")).error().code, ErrorCode::NotFound);
}

TEST_P(EveryDisk, ExclusiveLocksKeepOthersOut) {
    auto first = create("a");
    auto second = create("a");
    ASSERT_TRUE(first->lock(0, 1, File::Lock::Exclusive));
    EXPECT_EQ(second->lock(0, 1, File::Lock::Shared).error().code, ErrorCode::Locked);
    EXPECT_TRUE(second->lock(1, 1, File::Lock::Exclusive));
    ASSERT_TRUE(first->lock(0, 1, File::Lock::None));
    EXPECT_TRUE(second->lock(0, 1, File::Lock::Exclusive));
}

TEST_P(EveryDisk, SharedLocksMeetAndUpgradeWhenAlone) {
    auto first = create("a");
    auto second = create("a");
    ASSERT_TRUE(first->lock(0, 10, File::Lock::Shared));
    ASSERT_TRUE(second->lock(5, 10, File::Lock::Shared));
    EXPECT_FALSE(first->lock(0, 10, File::Lock::Exclusive));
    ASSERT_TRUE(second->lock(5, 5, File::Lock::None));
    EXPECT_TRUE(first->lock(0, 10, File::Lock::Exclusive));
    EXPECT_FALSE(first->lock(14, 1, File::Lock::Exclusive)) << "the rest of the range is held";
}

TEST_P(EveryDisk, ALockEndsWithItsFile) {
    auto first = create("a");
    ASSERT_TRUE(first->lock(0, 0, File::Lock::Exclusive));
    auto second = create("a");
    EXPECT_FALSE(second->lock(1u << 30, 1, File::Lock::Exclusive)) << "0 bytes reach to the end";
    first.reset();
    EXPECT_TRUE(second->lock(0, 1, File::Lock::Exclusive));
}

TEST_P(EveryDisk, MappingsAreSharedBetweenFiles) {
    auto first = create("a");
    auto second = create("a");
    std::byte* a = first->map_shared(32768, 32768).value();
    std::byte* b = second->map_shared(32768, 32768).value();
    a[7] = std::byte{42};
    EXPECT_EQ(b[7], std::byte{42});
    EXPECT_EQ(first->size().value(), 65536u);
    std::byte seen{};
    ASSERT_EQ(second->read(32768 + 7, std::span(&seen, 1)).value(), 1u);
    EXPECT_EQ(seen, std::byte{42});
}

TEST_P(EveryDisk, AMappingSurvivesGrowth) {
    auto file = create("a");
    std::byte* at_start = file->map_shared(0, 32768).value();
    at_start[0] = std::byte{1};
    ASSERT_TRUE(file->truncate(4u << 20));
    ASSERT_TRUE(file->map_shared(1u << 20, 32768));
    EXPECT_EQ(at_start[0], std::byte{1});
}

TEST_P(EveryDisk, ReadsAWholeFileUpToALimit) {
    ASSERT_TRUE(create("a")->write(0, as_span("12345")));
    EXPECT_EQ(read_file(*disk_, at("a"), 5).value(), "12345");
    EXPECT_EQ(read_file(*disk_, at("a"), 4).error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(read_file(*disk_, at("b"), 4).error().code, ErrorCode::NotFound);
    create("empty");
    EXPECT_EQ(read_file(*disk_, at("empty"), 0).value(), "");
}

TEST_P(EveryDisk, ReplacesAFileAsAWhole) {
    ASSERT_TRUE(write_file_atomically(*disk_, at("a"), "a long first content"));
    ASSERT_TRUE(create("a.tmp")->write(0, as_span("left behind by a crash, and longer")));
    ASSERT_TRUE(write_file_atomically(*disk_, at("a"), "second"));
    EXPECT_EQ(read_file(*disk_, at("a"), 100).value(), "second");
    EXPECT_EQ(disk_->list(root_).value(), std::vector<std::string>{"a"});
}

TEST(PosixDisk, MakesFilesAndDirectoriesForTheOwnerOnly) {
    TemporaryDirectory directory;
    const auto disk = make_posix_disk();
    ASSERT_TRUE(disk->make_directory(directory.file("d")));
    ASSERT_TRUE(disk->open(directory.file("d/f"), {.write = true, .create = true}));
    struct stat info {};
    ASSERT_EQ(::stat(directory.file("d").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0700u);
    ASSERT_EQ(::stat(directory.file("d/f").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST(PosixDisk, NamesThePathAndTheReason) {
    const auto disk = make_posix_disk();
    EXPECT_EQ(disk->open("/nonexistent/x", {}).error().message,
              "/nonexistent/x: open: No such file or directory");
}

TEST(PosixDisk, AFullDeviceIsNoSpace) {
    const auto disk = make_posix_disk();
    if (!disk->exists("/dev/full").value()) GTEST_SKIP() << "no /dev/full";
    auto file = disk->open("/dev/full", {.write = true}).value();
    EXPECT_EQ(file->write(0, as_span("x")).error().code, ErrorCode::NoSpace);
}

TEST(PosixDisk, ReadsFilesThatHideTheirSize) {
    const auto disk = make_posix_disk();
    EXPECT_TRUE(read_file(*disk, "/proc/self/status", 1u << 20).value().starts_with("Name:"));
}

TEST(MemoryDisk, AMappingOverAChunkBorderIsUnsupported) {
    const auto disk = make_memory_disk();
    auto file = disk->open("/a", {.write = true, .create = true}).value();
    EXPECT_EQ(file->map_shared(262144 - 4096, 8192).error().code, ErrorCode::Unsupported);
}

}  // namespace
}  // namespace tradectl
