#include "host/base/sqlite_file.hpp"

#include "host/base/sqlite_vfs.hpp"

#include <cstring>
#include <optional>

#include <sqlite3.h>

namespace tradectl {
namespace {

// The lock bytes of a database file.
constexpr std::uint64_t kPendingByte = 0x40000000;
constexpr std::uint64_t kReservedByte = kPendingByte + 1;
constexpr std::uint64_t kSharedFirst = kPendingByte + 2;
constexpr std::uint64_t kSharedBytes = 510;

// The lock bytes of the shared memory file: eight for the protocol, and one that every connection
// holds, so that the first one knows that it must start afresh.
constexpr std::uint64_t kShmLocks = 120;
constexpr std::uint64_t kShmAlive = kShmLocks + SQLITE_SHM_NLOCK;

thread_local std::optional<Error> disk_error;

std::string parent_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

}  // namespace

int sqlite_failure(const Error& error, int fallback) {
    disk_error = error;
    return error.code == ErrorCode::NoSpace ? SQLITE_FULL : fallback;
}

std::optional<Error> take_sqlite_disk_error() {
    return std::exchange(disk_error, std::nullopt);
}

SqliteFile::SqliteFile(Place place, std::unique_ptr<File> file)
    : place_(std::move(place)), file_(std::move(file)) {}

SqliteFile::~SqliteFile() {
    file_.reset();
    if (!place_.delete_on_close) return;
    if (auto removed = place_.disk.remove(place_.path); !removed)
        sqlite_failure(removed.error(), SQLITE_IOERR_DELETE);
}

int SqliteFile::read(void* out, int bytes, std::int64_t offset) {
    const std::span target(static_cast<std::byte*>(out), static_cast<std::size_t>(bytes));
    const auto count = file_->read(static_cast<std::uint64_t>(offset), target);
    if (!count) return sqlite_failure(count.error(), SQLITE_IOERR_READ);
    if (*count == target.size()) return SQLITE_OK;
    // SQLite relies on the rest being zero.
    std::memset(target.data() + *count, 0, target.size() - *count);
    return SQLITE_IOERR_SHORT_READ;
}

int SqliteFile::write(const void* from, int bytes, std::int64_t offset) {
    const std::span source(static_cast<const std::byte*>(from), static_cast<std::size_t>(bytes));
    const auto done = file_->write(static_cast<std::uint64_t>(offset), source);
    return done ? SQLITE_OK : sqlite_failure(done.error(), SQLITE_IOERR_WRITE);
}

int SqliteFile::truncate(std::int64_t size) {
    const auto done = file_->truncate(static_cast<std::uint64_t>(size));
    return done ? SQLITE_OK : sqlite_failure(done.error(), SQLITE_IOERR_TRUNCATE);
}

int SqliteFile::sync() {
    if (const auto done = file_->sync(); !done)
        return sqlite_failure(done.error(), SQLITE_IOERR_FSYNC);
    if (!place_.created) return SQLITE_OK;
    if (const auto done = place_.disk.sync_directory(parent_of(place_.path)); !done)
        return sqlite_failure(done.error(), SQLITE_IOERR_DIR_FSYNC);
    place_.created = false;
    return SQLITE_OK;
}

int SqliteFile::size(std::int64_t* out) {
    const auto size = file_->size();
    if (!size) return sqlite_failure(size.error(), SQLITE_IOERR_FSTAT);
    *out = static_cast<std::int64_t>(*size);
    return SQLITE_OK;
}

int SqliteFile::take(std::uint64_t offset, std::uint64_t bytes, File::Lock lock) {
    const auto done = file_->lock(offset, bytes, lock);
    if (done) return SQLITE_OK;
    if (done.error().code == ErrorCode::Locked) return SQLITE_BUSY;
    return sqlite_failure(done.error(), SQLITE_IOERR_LOCK);
}

// A reader passes the pending byte on its way in: a writer that waits there lets no new reader in.
int SqliteFile::lock_shared() {
    if (const int code = take(kPendingByte, 1, File::Lock::Shared); code != SQLITE_OK) return code;
    const int code = take(kSharedFirst, kSharedBytes, File::Lock::Shared);
    const int left = take(kPendingByte, 1, File::Lock::None);
    if (code != SQLITE_OK) return code;
    level_ = SQLITE_LOCK_SHARED;
    return left;
}

int SqliteFile::lock_exclusive() {
    if (level_ < SQLITE_LOCK_PENDING) {
        if (const int code = take(kPendingByte, 1, File::Lock::Exclusive); code != SQLITE_OK)
            return code;
        level_ = SQLITE_LOCK_PENDING;
    }
    if (const int code = take(kSharedFirst, kSharedBytes, File::Lock::Exclusive); code != SQLITE_OK)
        return code;
    level_ = SQLITE_LOCK_EXCLUSIVE;
    return SQLITE_OK;
}

int SqliteFile::lock(int level) {
    if (level <= level_) return SQLITE_OK;
    if (level == SQLITE_LOCK_SHARED) return lock_shared();
    if (level == SQLITE_LOCK_EXCLUSIVE) return lock_exclusive();
    const int code = take(kReservedByte, 1, File::Lock::Exclusive);
    if (code == SQLITE_OK) level_ = SQLITE_LOCK_RESERVED;
    return code;
}

int SqliteFile::unlock(int level) {
    if (level >= level_) return SQLITE_OK;
    int code = SQLITE_OK;
    const auto give_back = [&](std::uint64_t offset, std::uint64_t bytes, File::Lock lock) {
        const int given = take(offset, bytes, lock);
        if (given != SQLITE_OK) code = SQLITE_IOERR_UNLOCK;
    };
    if (level_ == SQLITE_LOCK_EXCLUSIVE && level == SQLITE_LOCK_SHARED)
        give_back(kSharedFirst, kSharedBytes, File::Lock::Shared);
    if (level_ > SQLITE_LOCK_SHARED) give_back(kPendingByte, 2, File::Lock::None);
    if (level == SQLITE_LOCK_NONE) give_back(kSharedFirst, kSharedBytes, File::Lock::None);
    level_ = level;
    return code;
}

// A Disk cannot ask who holds a lock, so this one tries it: a writer that comes in that instant is
// told "busy" and tries again.
int SqliteFile::check_reserved(int* out) {
    *out = 1;
    if (level_ >= SQLITE_LOCK_RESERVED) return SQLITE_OK;
    const int code = take(kReservedByte, 1, File::Lock::Shared);
    if (code == SQLITE_BUSY) return SQLITE_OK;
    if (code != SQLITE_OK) return SQLITE_IOERR_CHECKRESERVEDLOCK;
    *out = 0;
    return take(kReservedByte, 1, File::Lock::None);
}

int SqliteFile::shm_open() {
    auto shm = place_.disk.open(place_.path + "-shm", {.write = true, .create = true});
    if (!shm) return sqlite_failure(shm.error(), SQLITE_IOERR_SHMOPEN);
    if ((*shm)->lock(kShmAlive, 1, File::Lock::Exclusive)) {
        // Nobody else is here: what an earlier process left in it must not be believed.
        if (const auto done = (*shm)->truncate(3); !done)
            return sqlite_failure(done.error(), SQLITE_IOERR_SHMOPEN);
    }
    if (const auto done = (*shm)->lock(kShmAlive, 1, File::Lock::Shared); !done) {
        if (done.error().code == ErrorCode::Locked) return SQLITE_BUSY;
        return sqlite_failure(done.error(), SQLITE_IOERR_SHMLOCK);
    }
    shm_ = std::move(*shm);
    return SQLITE_OK;
}

int SqliteFile::shm_map(int region, int region_bytes, int extend, volatile void** out) {
    *out = nullptr;
    if (!shm_) {
        if (const int code = shm_open(); code != SQLITE_OK) return code;
    }
    const auto bytes = static_cast<std::uint64_t>(region_bytes);
    const auto index = static_cast<std::size_t>(region);
    const auto size = shm_->size();
    if (!size) return sqlite_failure(size.error(), SQLITE_IOERR_SHMSIZE);
    if (extend == 0 && *size < (index + 1) * bytes) return SQLITE_OK;
    while (regions_.size() <= index) {
        const auto mapped = shm_->map_shared(regions_.size() * bytes, bytes);
        if (!mapped) return sqlite_failure(mapped.error(), SQLITE_IOERR_SHMMAP);
        regions_.push_back(*mapped);
    }
    *out = regions_[index];
    return SQLITE_OK;
}

int SqliteFile::shm_lock(int offset, int count, int flags) {
    if (!shm_) return SQLITE_IOERR_SHMLOCK;
    const File::Lock lock = (flags & SQLITE_SHM_UNLOCK) != 0   ? File::Lock::None
                            : (flags & SQLITE_SHM_SHARED) != 0 ? File::Lock::Shared
                                                               : File::Lock::Exclusive;
    const auto done = shm_->lock(
        kShmLocks + static_cast<std::uint64_t>(offset), static_cast<std::uint64_t>(count), lock);
    if (done) return SQLITE_OK;
    if (done.error().code == ErrorCode::Locked) return SQLITE_BUSY;
    return sqlite_failure(done.error(), SQLITE_IOERR_SHMLOCK);
}

int SqliteFile::shm_unmap(int delete_file) {
    regions_.clear();
    if (!shm_) return SQLITE_OK;
    // SQLite asks for it only while it holds the database exclusively: nobody else has it mapped.
    if (delete_file != 0) {
        if (const auto done = place_.disk.remove(place_.path + "-shm"); !done)
            sqlite_failure(done.error(), SQLITE_IOERR_DELETE);
    }
    shm_.reset();
    return SQLITE_OK;
}

}  // namespace tradectl
