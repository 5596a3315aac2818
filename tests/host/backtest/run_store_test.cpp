#include "host/backtest/run_store.hpp"

#include "host/base/faulty_disk.hpp"
#include "tests/host/base/temporary_directory.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tradectl::backtest {
namespace {

const Timestamp kNow = Timestamp::parse("2026-01-02T03:04:05.678Z").value();

class RunStoreTest : public testing::Test {
  protected:
    [[nodiscard]] std::string root() const { return directory_.file("runs"); }
    static Status put(Disk& disk, const std::string& path, std::string_view text) {
        auto file = disk.open(path, {.write = true, .create = true});
        if (!file) return fail(file.error());
        return (*file)->write(0, std::as_bytes(std::span(text.data(), text.size())));
    }
    static std::string report_of(const std::string& name) {
        Report report;
        report.name = name;
        report.created = kNow;
        report.currency = "USD";
        report.statistics.push_back({.key = "return", .label = "Return", .value = 0.5});
        return report_json(report).dump();
    }
    Expected<std::string> keep(const std::string& name) {
        auto writer = RunWriter::begin(*disk_, root(), name, kNow);
        if (!writer) return fail(writer.error());
        if (auto done = put(*disk_, (*writer)->paths().report_json(), report_of(name)); !done) {
            return fail(done.error());
        }
        return (*writer)->keep();
    }
    std::vector<std::string> names(const std::string& path) {
        return disk_->list(path).value_or(std::vector<std::string>());
    }

    TemporaryDirectory directory_;
    std::unique_ptr<Disk> disk_ = make_posix_disk();
};

TEST_F(RunStoreTest, RunsOfOneSecondGetNumbers) {
    EXPECT_EQ(keep("a").value(), root() + "/a/20260102T030405Z");
    EXPECT_EQ(keep("a").value(), root() + "/a/20260102T030405Z-2");
    EXPECT_EQ(keep("a").value(), root() + "/a/20260102T030405Z-3");
    EXPECT_EQ(names(root() + "/a").size(), 3u) << "no lock and no temporary name is left";
}

TEST_F(RunStoreTest, TheTenthRunOfASecondComesBehindTheSecond) {
    for (int i = 0; i < 10; ++i)
        ASSERT_TRUE(keep("a"));
    const auto heads = list_runs(*disk_, root()).value();
    ASSERT_EQ(heads.size(), 10u);
    EXPECT_EQ(heads[1].stamp, "20260102T030405Z-2");
    EXPECT_EQ(heads[9].stamp, "20260102T030405Z-10");
    EXPECT_EQ(find_run(*disk_, root(), "a").value(), heads[9].path);
}

TEST_F(RunStoreTest, WhatIsNotKeptIsNotThere) {
    {
        auto writer = RunWriter::begin(*disk_, root(), "a", kNow);
        ASSERT_TRUE(writer);
        ASSERT_TRUE(put(*disk_, (*writer)->scratch() + "/deep", "x"));
        EXPECT_TRUE(list_runs(*disk_, root()).value().empty()) << "an unfinished run is not listed";
    }
    EXPECT_TRUE(names(root() + "/a").empty());
}

TEST_F(RunStoreTest, AKilledProcessLeavesNothingThatTheNextRunDoesNotRemove) {
    const pid_t child = fork();
    if (child == 0) {
        auto writer = RunWriter::begin(*disk_, root(), "a", kNow);
        if (writer) static_cast<void>(put(*disk_, (*writer)->paths().index(), "half"));
        _exit(writer ? 0 : 1);  // no destructor: as if it was killed
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
    EXPECT_EQ(names(root() + "/a").size(), 2u);
    EXPECT_TRUE(list_runs(*disk_, root()).value().empty());
    ASSERT_TRUE(keep("a"));
    EXPECT_EQ(names(root() + "/a"), std::vector<std::string>{"20260102T030405Z"});
}

TEST_F(RunStoreTest, ARunThatIsBeingWrittenIsLeftAlone) {
    auto first = RunWriter::begin(*disk_, root(), "a", kNow);
    ASSERT_TRUE(first);
    ASSERT_TRUE(keep("a"));
    ASSERT_TRUE(put(*disk_, (*first)->paths().report_json(), report_of("a")));
    EXPECT_EQ((*first)->keep().value(), root() + "/a/20260102T030405Z-2");
}

TEST_F(RunStoreTest, ADirectoryOfTheUsersIsMadeWhole) {
    const std::string wanted = directory_.file("mine");
    auto writer = RunWriter::begin_at(*disk_, wanted + "/");
    ASSERT_TRUE(writer) << writer.error().message;
    ASSERT_TRUE(put(*disk_, (*writer)->paths().report_json(), report_of("a")));
    EXPECT_FALSE(disk_->exists(wanted).value());
    EXPECT_EQ((*writer)->keep().value(), wanted);
    EXPECT_EQ(find_run(*disk_, root(), wanted).value(), wanted);
}

TEST_F(RunStoreTest, AnEmptyDirectoryIsTakenAndAFullOneRefused) {
    const std::string wanted = directory_.file("mine");
    ASSERT_TRUE(disk_->make_directory(wanted));
    ASSERT_TRUE(RunWriter::begin_at(*disk_, wanted).value()->keep());
    ASSERT_TRUE(put(*disk_, wanted + "/notes", "mine"));
    const auto refused = RunWriter::begin_at(*disk_, wanted);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::BadState);
    EXPECT_NE(refused.error().message.find(wanted), std::string::npos);
    ASSERT_TRUE(put(*disk_, directory_.file("file"), "x"));
    EXPECT_FALSE(RunWriter::begin_at(*disk_, directory_.file("file")));
}

TEST_F(RunStoreTest, ADirectoryThatFillsMeanwhileIsNotOverwritten) {
    const std::string wanted = directory_.file("mine");
    auto writer = RunWriter::begin_at(*disk_, wanted);
    ASSERT_TRUE(writer);
    ASSERT_TRUE(disk_->make_directory(wanted));
    ASSERT_TRUE(put(*disk_, wanted + "/notes", "mine"));
    EXPECT_FALSE((*writer)->keep());
    writer->reset();
    EXPECT_EQ(names(directory_.path()), std::vector<std::string>{"mine"});
}

TEST_F(RunStoreTest, DamagedRunsAreListedWithTheReason) {
    const std::string good = keep("a").value();
    const std::string cut = keep("a").value();
    const std::string empty = root() + "/b/20250101T000000Z";
    ASSERT_TRUE(disk_->make_directory(empty));
    ASSERT_TRUE((*disk_->open(cut + "/report.json", {.write = true}))->truncate(100));
    const auto heads = list_runs(*disk_, root()).value();
    ASSERT_EQ(heads.size(), 3u);
    EXPECT_EQ(heads[0].damaged, "");
    EXPECT_EQ(heads[0].total_return, 0.5);
    EXPECT_NE(heads[1].damaged.find(cut), std::string::npos) << heads[1].damaged;
    EXPECT_FALSE(heads[2].damaged.empty());
    EXPECT_EQ(heads[2].name, "b");
    EXPECT_EQ(list_runs(*disk_, root(), "b").value().size(), 1u);
    EXPECT_EQ(list_runs(*disk_, root(), "none").value().size(), 0u);
}

TEST_F(RunStoreTest, ANewerFormatIsUnsupported) {
    const std::string path = keep("a").value();
    Json json = report_json(Report{});
    json.set("format", 99);
    ASSERT_TRUE(write_file_atomically(*disk_, path + "/report.json", json.dump()));
    EXPECT_EQ(read_report(*disk_, path).error().code, ErrorCode::Unsupported);
}

TEST_F(RunStoreTest, NamesLeadToRuns) {
    const std::string first = keep("a").value();
    const std::string second = keep("a").value();
    EXPECT_EQ(find_run(*disk_, root(), "a").value(), second);
    EXPECT_EQ(find_run(*disk_, root(), "a/20260102T030405Z").value(), first);
    for (const char* wrong : {"b", "a/2027", "../runs/a", "/nowhere", ""})
        EXPECT_EQ(find_run(*disk_, root(), wrong).error().code, ErrorCode::NotFound) << wrong;
}

TEST_F(RunStoreTest, APathFromHereLeadsToARun) {
    const std::string wanted = directory_.file("mine");
    auto writer = RunWriter::begin_at(*disk_, wanted);
    ASSERT_TRUE(put(*disk_, (*writer)->paths().report_json(), report_of("a")));
    ASSERT_TRUE((*writer)->keep());
    const auto here = std::filesystem::relative(wanted).string();
    ASSERT_FALSE(here.starts_with('/'));
    EXPECT_EQ(find_run(*disk_, root(), here).value(), wanted);
    EXPECT_EQ(find_run(*disk_, root(), "./" + here + "/").value(), wanted);
}

TEST_F(RunStoreTest, NoDirectoryIsAnEmptyList) {
    EXPECT_TRUE(list_runs(*disk_, directory_.file("nothing")).value().empty());
}

/// Fails each call of `keep` in turn: afterwards there is a whole run or none.
TEST_F(RunStoreTest, AFullDiskLeavesAWholeRunOrNone) {
    bool whole = false;
    for (std::uint64_t skip = 0; !whole; ++skip) {
        ASSERT_LT(skip, 100u);
        FaultyDisk disk(*disk_);
        auto writer = RunWriter::begin(disk, root(), "a", kNow);
        ASSERT_TRUE(writer);
        ASSERT_TRUE(put(disk, (*writer)->paths().report_json(), report_of("a")));
        disk.add_fault({.skip = skip, .times = 1, .code = ErrorCode::NoSpace});
        const auto kept = (*writer)->keep();
        disk.clear_faults();
        writer->reset();
        const auto heads = list_runs(*disk_, root()).value();
        for (const RunHead& head : heads)
            EXPECT_EQ(head.damaged, "") << "failed call " << skip;
        EXPECT_EQ(names(root() + "/a").size(), heads.size()) << "failed call " << skip;
        whole = kept.has_value();
    }
}

TEST_F(RunStoreTest, TheDirectoryFollowsTheDataHome) {
    const Environment env = [](const char* name) -> const char* {
        return std::string_view(name) == "XDG_DATA_HOME" ? "/data" : nullptr;
    };
    EXPECT_EQ(runs_directory(env).value(), "/data/tradectl/runs");
    EXPECT_FALSE(runs_directory([](const char*) -> const char* { return nullptr; }));
}

}  // namespace
}  // namespace tradectl::backtest
