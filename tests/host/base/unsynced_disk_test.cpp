#include "host/base/unsynced_disk.hpp"

#include "host/base/faulty_disk.hpp"

#include <gtest/gtest.h>

namespace tradectl {
namespace {

/// A disk whose every sync fails, behind one that makes none.
class NoSync : public testing::Test {
  protected:
    void SetUp() override {
        auto faulty = std::make_unique<FaultyDisk>(*memory_);
        faulty->add_fault({.operation = DiskOperation::Sync});
        faulty->add_fault({.operation = DiskOperation::SyncDirectory});
        disk_ = make_unsynced_disk(std::move(faulty));
    }

    std::unique_ptr<Disk> memory_ = make_memory_disk();
    std::unique_ptr<Disk> disk_;
};

TEST_F(NoSync, SyncsDoNotReachTheDevice) {
    auto file = disk_->open("/a", {.write = true, .create = true});
    ASSERT_TRUE(file);
    EXPECT_TRUE((*file)->sync());
    EXPECT_TRUE(disk_->sync_directory("/"));
}

TEST_F(NoSync, EverythingElseDoes) {
    ASSERT_TRUE(disk_->make_directory("/d"));
    {
        auto file = disk_->open("/d/a", {.write = true, .create = true});
        ASSERT_TRUE(file);
        const std::string text = "text";
        ASSERT_TRUE((*file)->write(0, std::as_bytes(std::span(text.data(), text.size()))));
        ASSERT_TRUE((*file)->lock(0, 1, File::Lock::Exclusive));
        EXPECT_FALSE((*memory_->open("/d/a", {}))->lock(0, 1, File::Lock::Shared));
        ASSERT_TRUE((*file)->truncate(3));
        EXPECT_EQ((*file)->size().value(), 3u);
    }
    ASSERT_TRUE(disk_->rename("/d/a", "/d/b"));
    EXPECT_EQ(read_file(*memory_, "/d/b", 100).value(), "tex");
    EXPECT_EQ(disk_->list("/d").value(), std::vector<std::string>{"b"});
    ASSERT_TRUE(disk_->remove("/d/b"));
    EXPECT_FALSE(disk_->exists("/d/b").value());
}

}  // namespace
}  // namespace tradectl
