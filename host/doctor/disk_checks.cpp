#include "host/doctor/disk_checks.hpp"

#include "host/base/assert.hpp"
#include "host/base/system_error.hpp"
#include "host/ops/control_client.hpp"

#include <tradectl/timestamp.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <optional>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace tradectl::doctor {
namespace {

constexpr std::size_t kSyncsMax = 100;
constexpr std::int64_t kSyncTotalNsMax = 2 * kNsPerSecond;
constexpr std::int64_t kSyncNsWarn = 50 * kNsPerMillisecond;
constexpr std::size_t kBlockBytes = 4096;
constexpr std::uint64_t kSegmentsFail = 2;
constexpr std::uint64_t kSegmentsWarn = 16;
constexpr std::uint64_t kMebibyte = 1u << 20;

/// The path itself, or the folder above it that is there.
std::string nearest_folder(std::string path) {
    std::error_code ignored;
    while (path.size() > 1 && !std::filesystem::exists(path, ignored))
        path = std::filesystem::path(path).parent_path();
    return path;
}

Check failed(const std::string& name, const Error& error) {
    return {.name = name, .verdict = Verdict::Fail, .text = error.message};
}

std::string milliseconds(std::int64_t ns) {
    const std::int64_t us = ns / kNsPerMicrosecond;
    std::string fraction = std::to_string(us % 1000);
    fraction.insert(0, 3 - fraction.size(), '0');
    return std::to_string(us / 1000) + "." + fraction + " ms";
}

Expected<std::vector<std::int64_t>> time_syncs(const std::string& folder) {
    // Without a name nothing is left behind, whatever happens.
    const int fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) return system_failure(errno, folder, "make a file");
    using Clock = std::chrono::steady_clock;
    const std::array<char, kBlockBytes> block{};
    std::vector<std::int64_t> times;
    std::optional<Error> error;
    for (std::int64_t total = 0; times.size() < kSyncsMax && total < kSyncTotalNsMax;) {
        const auto start = Clock::now();
        const auto at = static_cast<off_t>(times.size() * kBlockBytes);
        const ssize_t written = ::pwrite(fd, block.data(), block.size(), at);
        const bool is_whole = written == static_cast<ssize_t>(block.size());
        if (!is_whole || ::fdatasync(fd) != 0) {
            error = system_failure(is_whole || written < 0 ? errno : ENOSPC, folder, "sync").error;
            break;
        }
        times.push_back((Clock::now() - start) / std::chrono::nanoseconds(1));
        total += times.back();
    }
    ::close(fd);
    if (error) return fail(*error);
    return times;
}

/// What is wrong with who may write it; nothing when all is well.
Check judge_mode(Check check, const std::string& path, const struct stat& info) {
    check.data.set("owner_uid", info.st_uid);
    check.data.set("mode", info.st_mode & 07777u);
    check.verdict = Verdict::Fail;
    if (!S_ISDIR(info.st_mode)) {
        check.text = path + " is not a directory";
    } else if (info.st_uid != ::geteuid()) {
        check.text = path + " belongs to user " + std::to_string(info.st_uid) + ", this is user " +
                     std::to_string(::geteuid());
    } else if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        check.text = path + " is writable by group or others: chmod 700 " + path;
    } else if (::access(path.c_str(), R_OK | W_OK | X_OK) != 0) {
        check.text = system_failure(errno, path, "write").error.message;
    } else if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        check.verdict = Verdict::Warn;
        check.text = path + " can be read by group or others: chmod 700 " + path;
    } else {
        check.verdict = Verdict::Ok;
        check.text = path;
    }
    return check;
}

}  // namespace

Check check_state_dir(const std::string& path) {
    Check check{.name = "state-dir", .verdict = Verdict::Ok, .text = ""};
    check.data.set("path", path);
    struct stat info {};
    if (::stat(path.c_str(), &info) == 0) return judge_mode(std::move(check), path, info);
    if (errno != ENOENT) return failed(check.name, system_failure(errno, path, "look at").error);
    const std::string folder = nearest_folder(path);
    check.text = path + " is not there yet, and can be made";
    if (::access(folder.c_str(), W_OK | X_OK) != 0) {
        check.verdict = Verdict::Fail;
        check.text = path + " is not there, and " + folder + " may not be written";
    }
    return check;
}

Check judge_sync(std::vector<std::int64_t> sync_ns) {
    TRADECTL_ASSERT(!sync_ns.empty());
    std::sort(sync_ns.begin(), sync_ns.end());
    const std::int64_t p50 = sync_ns[(sync_ns.size() - 1) / 2];
    const std::int64_t p99 = sync_ns[(sync_ns.size() * 99 + 99) / 100 - 1];
    Check check{.name = "disk-sync",
                .verdict = p99 > kSyncNsWarn ? Verdict::Warn : Verdict::Ok,
                .text = "p50 " + milliseconds(p50) + ", p99 " + milliseconds(p99) + " of " +
                        std::to_string(sync_ns.size()) + " syncs, an order waits for one"};
    if (check.verdict == Verdict::Warn) check.text += "; want below " + milliseconds(kSyncNsWarn);
    check.data.set("p50_ns", p50);
    check.data.set("p99_ns", p99);
    check.data.set("syncs", sync_ns.size());
    return check;
}

Check check_disk_sync(const std::string& path) {
    auto times = time_syncs(nearest_folder(path));
    if (times) return judge_sync(std::move(*times));
    return failed("disk-sync", times.error());
}

Check judge_space(std::uint64_t free_bytes, std::uint64_t segment_bytes) {
    Check check{.name = "disk-space", .verdict = Verdict::Ok, .text = ""};
    const std::uint64_t segments = free_bytes / segment_bytes;
    if (segments < kSegmentsWarn) check.verdict = Verdict::Warn;
    if (segments < kSegmentsFail) check.verdict = Verdict::Fail;
    check.text = std::to_string(free_bytes / kMebibyte) + " MiB free, room for " +
                 std::to_string(segments) + " log segments";
    if (check.verdict != Verdict::Ok) {
        check.text += ", want " + std::to_string(check.verdict == Verdict::Fail ? kSegmentsFail
                                                                                : kSegmentsWarn);
    }
    check.data.set("free_bytes", free_bytes);
    check.data.set("segment_bytes", segment_bytes);
    return check;
}

Check check_space(const std::string& path, std::uint64_t segment_bytes) {
    const std::string folder = nearest_folder(path);
    struct statvfs info {};
    if (::statvfs(folder.c_str(), &info) != 0)
        return failed("disk-space", system_failure(errno, folder, "free space").error);
    return judge_space(static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize, segment_bytes);
}

Check check_run(Disk& disk, const engine::StatePaths& paths, std::int64_t timeout_ns) {
    Check check{.name = "run", .verdict = Verdict::Ok, .text = "no run holds the state directory"};
    const auto lives = engine::is_running(disk, paths);
    if (!lives) return failed(check.name, lives.error());
    check.data.set("alive", *lives);
    if (!*lives) return check;
    const auto said = ops::ask_control(paths.control(), "status", Json::object(), timeout_ns);
    check.text = "a run holds the state directory and answers";
    if (said) return check;
    check.verdict = Verdict::Warn;
    check.text = "a run holds the state directory, but: " + said.error().message;
    return check;
}

}  // namespace tradectl::doctor
