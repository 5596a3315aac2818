#include "host/base/log.hpp"

#include "host/base/json.hpp"
#include "tests/host/base/temporary_directory.hpp"

#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace tradectl {
namespace {

class Log : public testing::Test {
  protected:
    void TearDown() override { ASSERT_TRUE(open_log({})); }
    void open(LogFormat format, LogLevel level = LogLevel::Info) {
        ASSERT_TRUE(open_log({.level = level, .format = format, .file = path_}));
    }
    std::vector<std::string> lines() {
        std::ifstream in(path_);
        std::vector<std::string> found;
        for (std::string line; std::getline(in, line);)
            found.push_back(line);
        return found;
    }

    TemporaryDirectory directory_;
    std::string path_ = directory_.file("log");
};

TEST_F(Log, WritesTextWithFields) {
    open(LogFormat::Text);
    log(LogLevel::Warning, "wal", "segment full", {{"path", "a b"}, {"op_id", 42}, {"who", "me"}});
    ASSERT_EQ(lines().size(), 1u);
    EXPECT_EQ(lines()[0].substr(30), " warning wal: segment full path=\"a b\" op_id=42 who=me");
}

TEST_F(Log, WritesJsonWithFields) {
    open(LogFormat::Json);
    log(LogLevel::Error, "plugin", "say \"no\"", {{"instance", "mom-1"}, {"count", -3}});
    const auto json = parse_json(lines().at(0)).value();
    EXPECT_EQ(json.find_text("level"), "error");
    EXPECT_EQ(json.find_text("area"), "plugin");
    EXPECT_EQ(json.find_text("message"), "say \"no\"");
    EXPECT_EQ(json.find_text("instance"), "mom-1");
    EXPECT_EQ(json.find("count")->as_integer(), -3);
    EXPECT_TRUE(json.find_text("time")->ends_with("Z"));
}

TEST_F(Log, OneCallIsOneLineWhateverTheTextHolds) {
    open(LogFormat::Text);
    log(LogLevel::Info, "x", "first\nsecond \x1b[31m", {{"key", "a\nb"}});
    ASSERT_EQ(lines().size(), 1u);
    EXPECT_EQ(lines()[0].find('\x1b'), std::string::npos);
}

TEST_F(Log, KeepsLevelsBelowOut) {
    open(LogFormat::Text, LogLevel::Warning);
    log(LogLevel::Info, "x", "no");
    log(LogLevel::Warning, "x", "yes");
    EXPECT_EQ(lines().size(), 1u);
    EXPECT_FALSE(log_enabled(LogLevel::Info));
    EXPECT_TRUE(log_enabled(LogLevel::Error));
    EXPECT_FALSE(log_enabled(kLogOff));
}

TEST_F(Log, AppendsAndMakesTheFileForTheOwnerOnly) {
    open(LogFormat::Text);
    log(LogLevel::Info, "x", "one");
    open(LogFormat::Text);
    log(LogLevel::Info, "x", "two");
    EXPECT_EQ(lines().size(), 2u);
    struct stat info {};
    ASSERT_EQ(::stat(path_.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(Log, AFileThatCannotBeOpenedLeavesTheLogAsItWas) {
    open(LogFormat::Text);
    EXPECT_EQ(open_log({.file = directory_.file("no/such/log")}).error().code, ErrorCode::NotFound);
    log(LogLevel::Info, "x", "still here");
    EXPECT_EQ(lines().size(), 1u);
}

TEST_F(Log, LinesOfManyThreadsStayWhole) {
    open(LogFormat::Json);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([t] {
            for (int i = 0; i < 100; ++i)
                log(LogLevel::Info, "x", "line", {{"thread", t}});
        });
    }
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(lines().size(), 400u);
    for (const std::string& line : lines())
        EXPECT_TRUE(parse_json(line)) << line;
}

TEST(LogLevel, NamesGoThereAndBack) {
    for (const LogLevel level : {LogLevel::Trace, LogLevel::Info, kLogOff})
        EXPECT_EQ(parse_log_level(to_string(level)), level);
    EXPECT_FALSE(parse_log_level("loud"));
}

}  // namespace
}  // namespace tradectl
