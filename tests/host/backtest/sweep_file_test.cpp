#include "host/backtest/sweep_file.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace tradectl::backtest {
namespace {

class SweepFileTest : public testing::Test {
  protected:
    static Json head(int id = 1) {
        Json out = Json::object();
        out.set("sweep", id);
        return out;
    }
    static Json line(int job) {
        Json out = Json::object();
        out.set("job", job);
        return out;
    }
    /// Opens it and remembers which jobs were there.
    Expected<SweepFile> open(const Json& with) {
        seen_.clear();
        return SweepFile::open(*disk_, "/s", with, [&](const Json& json, std::uint64_t) -> Status {
            seen_.push_back(*json.find("job")->as_integer());
            return {};
        });
    }
    std::string content() { return *read_file(*disk_, "/s/sweep.jsonl", 1u << 20); }
    void put(const std::string& text) {
        ASSERT_TRUE(disk_->make_directory("/s"));
        ASSERT_TRUE(write_file_atomically(*disk_, "/s/sweep.jsonl", text));
    }

    std::unique_ptr<Disk> disk_ = make_memory_disk();
    std::vector<std::int64_t> seen_;
};

TEST_F(SweepFileTest, WhatWasAddedIsThereWhenItIsOpenedAgain) {
    {
        auto file = open(head());
        ASSERT_TRUE(file) << file.error().message;
        EXPECT_TRUE(seen_.empty());
        ASSERT_TRUE(file->append(line(4)));
        const auto at = file->append(line(7));
        ASSERT_TRUE(at);
        EXPECT_EQ(*file->read(*at), line(7));
    }
    ASSERT_TRUE(open(head()));
    EXPECT_EQ(seen_, (std::vector<std::int64_t>{4, 7}));
}

TEST_F(SweepFileTest, EveryTornEndIsDroppedAndWrittenOver) {
    // The last line is longer than what is written over its torn part.
    const std::string whole = "{\"sweep\":1}\n{\"job\":1}\n{\"job\":2,\"text\":\"a long one\"}\n";
    const std::size_t first = whole.find('\n') + 1;
    for (std::size_t cut = 0; cut < whole.size(); ++cut) {
        put(whole.substr(0, cut));
        auto file = open(head());
        ASSERT_TRUE(file) << cut << ": " << file.error().message;
        const std::string kept = whole.substr(0, cut == 0 ? 0 : whole.rfind('\n', cut - 1) + 1);
        ASSERT_TRUE(file->append(line(9)));
        EXPECT_EQ(content(),
                  (kept.size() < first ? whole.substr(0, first) : kept) + "{\"job\":9}\n");
    }
}

TEST_F(SweepFileTest, ADirectoryOfOtherFilesIsRefused) {
    ASSERT_TRUE(disk_->make_directory("/s"));
    ASSERT_TRUE(write_file_atomically(*disk_, "/s/sweep.csv", "mine"));
    const auto file = open(head());
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().code, ErrorCode::Usage);
    EXPECT_NE(file.error().message.find("/s: not empty"), std::string::npos);
    EXPECT_EQ(disk_->list("/s").value(), std::vector<std::string>{"sweep.csv"});
}

TEST_F(SweepFileTest, AnotherSweepsResultsAreLeftAlone) {
    ASSERT_TRUE(open(head(1)));
    const auto file = open(head(2));
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().code, ErrorCode::BadState);
    EXPECT_EQ(content(), "{\"sweep\":1}\n");
}

TEST_F(SweepFileTest, DamageInsideIsNamedByItsLine) {
    for (const char* bad :
         {"nonsense", "[]", "{\"point\":1}", "{\"job\":-1}", "{\"job\":\"1\"}", ""}) {
        put("{\"sweep\":1}\n{\"job\":1}\n" + std::string(bad) + "\n{\"job\":2}\n");
        const auto file = open(head());
        ASSERT_FALSE(file) << bad;
        EXPECT_EQ(file.error().code, ErrorCode::Corrupt);
        EXPECT_NE(file.error().message.find("sweep.jsonl:3: "), std::string::npos)
            << file.error().message;
    }
}

TEST_F(SweepFileTest, OneWriterAtATime) {
    const auto first = open(head());
    ASSERT_TRUE(first);
    const auto second = open(head());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::Locked);
}

TEST_F(SweepFileTest, LinesLongerThanAPieceAreReadWhole) {
    Json big = line(1);
    big.set("text", std::string(700'000, 'x'));
    std::uint64_t offset = 0;
    {
        auto file = open(head());
        ASSERT_TRUE(file->append(line(0)));
        offset = *file->append(big);
        ASSERT_TRUE(file->append(line(2)));
    }
    auto file = open(head());
    ASSERT_TRUE(file);
    EXPECT_EQ(seen_, (std::vector<std::int64_t>{0, 1, 2}));
    EXPECT_EQ(*file->read(offset), big);
}

}  // namespace
}  // namespace tradectl::backtest
