#include "host/base/zstd_file.hpp"

#include "host/base/random.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace tradectl {
namespace {

constexpr const char* kPath = "/packed.zst";

class ZstdFileTest : public ::testing::Test {
  protected:
    // Frames of these sizes; returns the content.
    std::vector<std::byte> write(const std::vector<std::size_t>& sizes) {
        SeededRandom random(7);
        std::vector<std::byte> content;
        auto writer = ZstdFileWriter::create(*disk_, kPath);
        EXPECT_TRUE(writer);
        for (const std::size_t size : sizes) {
            std::vector<std::byte> part(size);
            std::generate(
                part.begin(), part.end(), [&] { return static_cast<std::byte>(random.below(9)); });
            EXPECT_TRUE((*writer)->add(part));
            content.insert(content.end(), part.begin(), part.end());
        }
        EXPECT_TRUE((*writer)->finish());
        return content;
    }
    Expected<std::unique_ptr<File>> open() {
        auto packed = disk_->open(kPath, {});
        if (!packed) return packed;
        return open_zstd_file(std::move(*packed), kPath);
    }
    std::string packed() { return *read_file(*disk_, kPath, 1 << 24); }
    void replace(const std::string& content) {
        auto file = disk_->open(kPath, {.write = true, .create = true});
        ASSERT_TRUE((*file)->truncate(0));
        ASSERT_TRUE((*file)->write(0, std::as_bytes(std::span(content))));
    }

    std::unique_ptr<Disk> disk_ = make_memory_disk();
};

TEST_F(ZstdFileTest, AnyPartReadsAsItWasWritten) {
    const auto content = write({4096, kZstdFrameBytesMax, 1, 100'000});
    auto file = open();
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ(*(*file)->size(), content.size());
    SeededRandom random(3);
    for (int i = 0; i < 200; ++i) {
        const std::uint64_t offset = random.below(content.size() + 10);
        std::vector<std::byte> out(random.below(300'000));
        const auto count = (*file)->read(offset, out);
        ASSERT_TRUE(count);
        const std::size_t whole = offset < content.size() ? content.size() - offset : 0;
        ASSERT_EQ(*count, std::min(out.size(), whole));
        const auto from = content.begin() + static_cast<std::ptrdiff_t>(
                                                std::min<std::uint64_t>(offset, content.size()));
        ASSERT_TRUE(
            std::equal(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(*count), from));
    }
}

TEST_F(ZstdFileTest, NoFramesAreAnEmptyFile) {
    write({});
    auto file = open();
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ(*(*file)->size(), 0u);
}

TEST_F(ZstdFileTest, EveryCutIsCorrupt) {
    write({1000, 1000});
    const std::string whole = packed();
    for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
        replace(whole.substr(0, bytes));
        auto file = open();
        ASSERT_FALSE(file) << bytes;
        ASSERT_EQ(file.error().code, ErrorCode::Corrupt);
    }
}

TEST_F(ZstdFileTest, EveryFlippedByteIsCorruptOrHarmless) {
    const auto content = write({700, 300});
    const std::string whole = packed();
    for (std::size_t at = 0; at < whole.size(); ++at) {
        std::string changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ 0x41);
        replace(changed);
        auto file = open();
        if (!file) continue;
        std::vector<std::byte> out(content.size());
        const auto count = (*file)->read(0, out);
        if (count) {
            ASSERT_EQ(out, content) << at;
        }
    }
}

TEST_F(ZstdFileTest, CannotBeWritten) {
    write({10});
    auto file = open();
    EXPECT_FALSE((*file)->write(0, {}));
    EXPECT_FALSE((*file)->truncate(0));
}

}  // namespace
}  // namespace tradectl
