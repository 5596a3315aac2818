#include "host/doctor/disk_checks.hpp"
#include "host/doctor/sandbox_checks.hpp"
#include "host/doctor/venue_checks.hpp"
#include "tests/host/base/temporary_directory.hpp"

#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tradectl::doctor {
namespace {

constexpr std::uint64_t kMebibyte = 1u << 20;

TEST(Doctor, AFindingOutranksAGap) {
    const Check ok{.name = "a", .verdict = Verdict::Ok};
    const Check gap{.name = "b", .verdict = Verdict::Unknown};
    const Check bad{.name = "c", .verdict = Verdict::Fail};
    const Check warn{.name = "d", .verdict = Verdict::Warn};
    EXPECT_EQ(sum_of({ok, warn, {.name = "e", .verdict = Verdict::Skip}}), Verdict::Ok);
    EXPECT_EQ(sum_of({ok, gap}), Verdict::Unknown);
    EXPECT_EQ(sum_of({gap, bad, ok}), Verdict::Fail);
}

TEST(DoctorDisk, TheSlowestOfAHundredIsWhatCounts) {
    std::vector<std::int64_t> times(100, kNsPerMillisecond);
    times[7] = kNsPerSecond;
    EXPECT_EQ(judge_sync(times).verdict, Verdict::Ok);
    times[8] = 50 * kNsPerMillisecond;
    EXPECT_EQ(judge_sync(times).verdict, Verdict::Ok);
    times[8] = 50 * kNsPerMillisecond + 1;
    const Check check = judge_sync(times);
    EXPECT_EQ(check.verdict, Verdict::Warn);
    EXPECT_NE(check.text.find("p50 1.000 ms, p99 50.000 ms of 100"), std::string::npos)
        << check.text;
    EXPECT_EQ(judge_sync({kNsPerSecond}).verdict, Verdict::Warn);
}

TEST(DoctorDisk, RoomIsCountedInSegments) {
    EXPECT_EQ(judge_space(16 * kMebibyte, kMebibyte).verdict, Verdict::Ok);
    EXPECT_EQ(judge_space(16 * kMebibyte - 1, kMebibyte).verdict, Verdict::Warn);
    EXPECT_EQ(judge_space(2 * kMebibyte, kMebibyte).verdict, Verdict::Warn);
    EXPECT_EQ(judge_space(2 * kMebibyte - 1, kMebibyte).verdict, Verdict::Fail);
    EXPECT_EQ(judge_space(0, kMebibyte).text, "0 MiB free, room for 0 log segments, want 2");
}

TEST(DoctorDisk, ADiskIsTimedWithoutLeavingAFile) {
    const TemporaryDirectory folder;
    EXPECT_NE(check_disk_sync(folder.path()).verdict, Verdict::Fail);
    EXPECT_NE(check_disk_sync(folder.file("not/yet")).verdict, Verdict::Fail);
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
    EXPECT_EQ(check_disk_sync("/proc/nothing").verdict, Verdict::Fail);
    EXPECT_EQ(check_space(folder.path(), 1).verdict, Verdict::Ok);
}

TEST(DoctorDisk, AStateDirectoryIsOursAlone) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("state");
    EXPECT_EQ(check_state_dir(path).verdict, Verdict::Ok) << "it can be made";
    std::filesystem::create_directory(path);
    for (const auto& [mode, verdict] :
         std::vector<std::pair<mode_t, Verdict>>{{0700, Verdict::Ok},
                                                 {0750, Verdict::Warn},
                                                 {0720, Verdict::Fail},
                                                 {0702, Verdict::Fail}}) {
        ASSERT_EQ(::chmod(path.c_str(), mode), 0);
        EXPECT_EQ(check_state_dir(path).verdict, verdict) << mode;
    }
    EXPECT_EQ(check_state_dir(folder.write("file", "")).verdict, Verdict::Fail);
    EXPECT_EQ(check_state_dir(folder.file("file/state")).verdict, Verdict::Fail);
}

TEST(DoctorDisk, AStateDirectoryOfAnotherUserFails) {
    if (::geteuid() != 0) GTEST_SKIP() << "skipped: needs root";
    const TemporaryDirectory folder;
    ASSERT_EQ(::chmod(folder.path().c_str(), 0700), 0);
    ASSERT_EQ(::chown(folder.path().c_str(), 12345, 12345), 0);
    const Check check = check_state_dir(folder.path());
    EXPECT_EQ(check.verdict, Verdict::Fail);
    EXPECT_NE(check.text.find("belongs to user 12345"), std::string::npos) << check.text;
}

TEST(DoctorDisk, AStateDirectoryThatMayNotBeWrittenFails) {
    if (::geteuid() == 0) GTEST_SKIP() << "skipped: root may write everything";
    const TemporaryDirectory folder;
    ASSERT_EQ(::chmod(folder.path().c_str(), 0500), 0);
    EXPECT_EQ(check_state_dir(folder.path()).verdict, Verdict::Fail);
    EXPECT_EQ(check_state_dir(folder.file("below")).verdict, Verdict::Fail);
}

TEST(DoctorDisk, ARunThatHoldsTheDirectoryAndDoesNotAnswerIsAWarning) {
    const TemporaryDirectory folder;
    const engine::StatePaths paths{folder.path()};
    const auto disk = make_posix_disk();
    EXPECT_EQ(check_run(*disk, paths, 0).verdict, Verdict::Ok);
    const auto lock = engine::WriterLock::take(*disk, paths, "x", 0);
    ASSERT_TRUE(lock) << lock.error().message;
    const Check check = check_run(*disk, paths, 0);
    EXPECT_EQ(check.verdict, Verdict::Warn) << check.text;
    EXPECT_EQ(check.data.find("alive")->as_boolean(), true);
}

TEST(DoctorClock, OnlyWhatIsCertainCounts) {
    const Timestamp asked{1'000 * kNsPerSecond};
    const auto verdict = [&](std::int64_t offset_ns, std::int64_t took_ns) {
        return judge_clock(
                   "x", asked, asked.plus_ns(took_ns), asked.plus_ns(took_ns / 2 + offset_ns))
            .verdict;
    };
    EXPECT_EQ(verdict(0, 0), Verdict::Ok);
    EXPECT_EQ(verdict(kNsPerSecond, 0), Verdict::Ok);
    EXPECT_EQ(verdict(kNsPerSecond + 1, 0), Verdict::Warn);
    EXPECT_EQ(verdict(-kNsPerSecond - 1, 0), Verdict::Warn);
    EXPECT_EQ(verdict(2 * kNsPerSecond, 2 * kNsPerSecond), Verdict::Ok);
    EXPECT_EQ(verdict(30 * kNsPerSecond, 0), Verdict::Warn);
    EXPECT_EQ(verdict(30 * kNsPerSecond + 1, 0), Verdict::Fail);
    EXPECT_EQ(verdict(-31 * kNsPerSecond, 0), Verdict::Fail);
    EXPECT_EQ(verdict(31 * kNsPerSecond, 4 * kNsPerSecond), Verdict::Warn);
}

TEST(DoctorSandbox, IsAskedAndNeverAFinding) {
    EXPECT_EQ(check_seccomp().verdict, Verdict::Ok);
    EXPECT_EQ(check_landlock().verdict, Verdict::Ok);
    EXPECT_FALSE(check_landlock().text.empty());
}

}  // namespace
}  // namespace tradectl::doctor
