#include "host/base/mapped_file.hpp"

#include "tests/host/base/temporary_directory.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace tradectl {
namespace {

TEST(MappedFile, ShowsTheWholeFileAndSurvivesAMove) {
    const TemporaryDirectory directory;
    auto map = MappedFile::open(directory.write("a", "hello")).value();
    const MappedFile moved = std::move(map);
    ASSERT_EQ(moved.bytes().size(), 5u);
    EXPECT_EQ(moved.bytes()[1], std::byte{'e'});
}

TEST(MappedFile, AnEmptyFileIsEmpty) {
    const TemporaryDirectory directory;
    EXPECT_TRUE(MappedFile::open(directory.write("a", "")).value().bytes().empty());
}

TEST(MappedFile, RefusesWhatIsNotARegularFile) {
    const TemporaryDirectory directory;
    EXPECT_EQ(MappedFile::open(directory.file("no")).error().code, ErrorCode::NotFound);
    EXPECT_EQ(MappedFile::open(directory.path()).error().code, ErrorCode::InvalidArgument);
    ASSERT_EQ(::mkfifo(directory.file("pipe").c_str(), 0600), 0);
    EXPECT_EQ(MappedFile::open(directory.file("pipe")).error().code, ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace tradectl
