#include "host/base/sqlite_snapshot.hpp"

#include "host/base/disk.hpp"

#include <algorithm>
#include <vector>

#include <sqlite3.h>

namespace tradectl {
namespace {

// Bytes of the -shm file that lock writing, checkpoints and recovery (sqlite.org/walformat).
constexpr std::uint64_t kWriterLocks = 120;
constexpr std::uint64_t kWriterLockCount = 3;

constexpr std::uint64_t kCopyBytesMax = 1u << 30;
constexpr int kRetryMs = 10;

/// Makes `to` the same as `from`; a missing file is no error.
Status copy_file(Disk& from, Disk& to, const std::string& path) {
    auto source = from.open(path, {});
    if (!source && source.error().code == ErrorCode::NotFound) return {};
    if (!source) return fail(source.error());
    auto target = to.open(path, {.write = true, .create = true});
    if (!target) return fail(target.error());
    std::vector<std::byte> block(256u << 10);
    for (std::uint64_t at = 0;;) {
        const auto count = (*source)->read(at, block);
        if (!count) return fail(count.error());
        if (*count == 0) return {};
        if (at + *count > kCopyBytesMax)
            return fail(ErrorCode::InvalidArgument,
                        path + ": above " + std::to_string(kCopyBytesMax) +
                            " bytes, too large for a private copy; make its directory writable");
        if (auto done = (*target)->write(at, std::span(block).first(*count)); !done) return done;
        at += *count;
    }
}

Status lock_writers_out(File& shm, int timeout_ms) {
    for (int waited_ms = 0;; waited_ms += kRetryMs) {
        Status done = shm.lock(kWriterLocks, kWriterLockCount, File::Lock::Shared);
        if (done || done.error().code != ErrorCode::Locked || waited_ms >= timeout_ms) return done;
        sqlite3_sleep(kRetryMs);
    }
}

}  // namespace

Expected<std::unique_ptr<Disk>> copy_sqlite_files(Disk& disk,
                                                  const std::string& path,
                                                  int timeout_ms) {
    const std::string shm_path = path + "-shm";
    for (;;) {
        // Without this file no connection is open anywhere; one that opens meanwhile makes it.
        auto shm = disk.open(shm_path, {});
        if (!shm && shm.error().code != ErrorCode::NotFound) return fail(shm.error());
        if (shm) {
            if (auto done = lock_writers_out(**shm, timeout_ms); !done) return fail(done.error());
        }
        auto copy = make_memory_disk();
        const std::string directory = path.substr(0, std::max<std::size_t>(1, path.rfind('/')));
        if (auto done = copy->make_directory(directory); !done) return fail(done.error());
        if (auto done = copy_file(disk, *copy, path); !done) return fail(done.error());
        if (auto done = copy_file(disk, *copy, path + "-wal"); !done) return fail(done.error());
        if (shm) return copy;
        const auto appeared = disk.exists(shm_path);
        if (!appeared) return fail(appeared.error());
        if (!*appeared) return copy;
    }
}

}  // namespace tradectl
