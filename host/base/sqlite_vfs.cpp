#include "host/base/sqlite_vfs.hpp"

#include "host/base/assert.hpp"
#include "host/base/disk.hpp"
#include "host/base/mutant.hpp"
#include "host/base/sqlite_file.hpp"

#include <cstring>
#include <map>
#include <mutex>

#include <sqlite3.h>

namespace tradectl {

struct SqliteVfs::Registration {
    explicit Registration(Disk& disk_) : disk(disk_) {}
    Disk& disk;
    std::unique_ptr<Disk> scratch = make_memory_disk();  ///< temporary files without a name
    std::uint64_t scratch_count = 0;
    std::mutex scratch_mutex;
    std::string name;
    sqlite3_vfs table{};
};

namespace {

constexpr int kPathBytesMax = 4096;

// What SQLite allocates for a file: its own part first, then ours.
struct OpenFile {
    sqlite3_file base;
    SqliteFile* file;
};

SqliteFile& file_of(sqlite3_file* base) {
    return *reinterpret_cast<OpenFile*>(base)->file;
}

// ---- the table of a file ----

int file_close(sqlite3_file* base) noexcept {
    delete reinterpret_cast<OpenFile*>(base)->file;
    reinterpret_cast<OpenFile*>(base)->file = nullptr;
    return SQLITE_OK;
}
int file_read(sqlite3_file* base, void* out, int bytes, sqlite3_int64 offset) noexcept {
    return file_of(base).read(out, bytes, offset);
}
int file_write(sqlite3_file* base, const void* from, int bytes, sqlite3_int64 offset) noexcept {
    return file_of(base).write(from, bytes, offset);
}
int file_truncate(sqlite3_file* base, sqlite3_int64 size) noexcept {
    return file_of(base).truncate(size);
}
int file_sync(sqlite3_file* base, int /*flags*/) noexcept {
    return mutant("base.sync_database") ? SQLITE_OK : file_of(base).sync();
}
int file_size(sqlite3_file* base, sqlite3_int64* out) noexcept {
    std::int64_t size = 0;
    const int code = file_of(base).size(&size);
    *out = size;
    return code;
}
int file_lock(sqlite3_file* base, int level) noexcept {
    return file_of(base).lock(level);
}
int file_unlock(sqlite3_file* base, int level) noexcept {
    return file_of(base).unlock(level);
}
int file_check_reserved(sqlite3_file* base, int* out) noexcept {
    return file_of(base).check_reserved(out);
}
int file_control(sqlite3_file* base, int operation, void* argument) noexcept {
    SqliteFile& file = file_of(base);
    auto* number = static_cast<int*>(argument);
    if (operation == SQLITE_FCNTL_LOCKSTATE) {
        *number = file.lock_level();
        return SQLITE_OK;
    }
    if (operation == SQLITE_FCNTL_PERSIST_WAL) {
        if (*number < 0) *number = file.persist_wal ? 1 : 0;
        file.persist_wal = *number != 0;
        return SQLITE_OK;
    }
    return SQLITE_NOTFOUND;
}
int file_sector_size(sqlite3_file* /*base*/) noexcept {
    return 4096;
}
int file_characteristics(sqlite3_file* /*base*/) noexcept {
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}
int file_shm_map(
    sqlite3_file* base, int region, int region_bytes, int extend, volatile void** out) noexcept {
    return file_of(base).shm_map(region, region_bytes, extend, out);
}
int file_shm_lock(sqlite3_file* base, int offset, int count, int flags) noexcept {
    return file_of(base).shm_lock(offset, count, flags);
}
void file_shm_barrier(sqlite3_file* /*base*/) noexcept {
    __sync_synchronize();  // std::atomic_thread_fence is refused under the thread sanitizer
}
int file_shm_unmap(sqlite3_file* base, int delete_file) noexcept {
    return file_of(base).shm_unmap(delete_file);
}

constexpr sqlite3_io_methods kFileTable = {2,
                                           file_close,
                                           file_read,
                                           file_write,
                                           file_truncate,
                                           file_sync,
                                           file_size,
                                           file_lock,
                                           file_unlock,
                                           file_check_reserved,
                                           file_control,
                                           file_sector_size,
                                           file_characteristics,
                                           file_shm_map,
                                           file_shm_lock,
                                           file_shm_barrier,
                                           file_shm_unmap,
                                           nullptr,
                                           nullptr};

// ---- the table of a file system ----

SqliteVfs::Registration& registration_of(sqlite3_vfs* vfs) {
    return *static_cast<SqliteVfs::Registration*>(vfs->pAppData);
}

// Clock, sleep and seed of SQLite's own generator are not files: the system's table serves them.
sqlite3_vfs& system_vfs() {
    sqlite3_vfs* vfs = sqlite3_vfs_find("unix");
    TRADECTL_ASSERT(vfs != nullptr);
    return *vfs;
}

struct Target {
    Disk& disk;
    std::string path;
};

Target target_of(SqliteVfs::Registration& registration, const char* path) {
    if (path != nullptr) return {registration.disk, path};
    const std::lock_guard lock(registration.scratch_mutex);
    return {*registration.scratch, "/scratch-" + std::to_string(registration.scratch_count++)};
}

int vfs_open(
    sqlite3_vfs* vfs, const char* path, sqlite3_file* base, int flags, int* flags_out) noexcept {
    base->pMethods = nullptr;
    auto [disk, name] = target_of(registration_of(vfs), path);
    const bool create = (flags & SQLITE_OPEN_CREATE) != 0 || path == nullptr;
    const bool write = (flags & SQLITE_OPEN_READWRITE) != 0 || path == nullptr;
    const auto existed = disk.exists(name);
    if (!existed) return sqlite_failure(existed.error(), SQLITE_CANTOPEN);
    auto file = disk.open(name,
                          {.write = write,
                           .create = create,
                           .exclusive = (flags & SQLITE_OPEN_EXCLUSIVE) != 0 && create});
    if (!file) return sqlite_failure(file.error(), SQLITE_CANTOPEN);
    const SqliteFile::Place place = {
        .disk = disk,
        .path = name,
        .delete_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0 || path == nullptr,
        .created = !*existed};
    reinterpret_cast<OpenFile*>(base)->file = new SqliteFile(place, std::move(*file));
    base->pMethods = &kFileTable;
    if (flags_out != nullptr) *flags_out = flags;
    return SQLITE_OK;
}

int vfs_delete(sqlite3_vfs* vfs, const char* path, int sync_directory) noexcept {
    Disk& disk = registration_of(vfs).disk;
    if (const auto done = disk.remove(path); !done) {
        if (done.error().code == ErrorCode::NotFound) return SQLITE_IOERR_DELETE_NOENT;
        return sqlite_failure(done.error(), SQLITE_IOERR_DELETE);
    }
    if (sync_directory == 0) return SQLITE_OK;
    const std::string name = path;
    const auto done =
        disk.sync_directory(name.substr(0, std::max<std::size_t>(1, name.rfind('/'))));
    return done ? SQLITE_OK : sqlite_failure(done.error(), SQLITE_IOERR_DIR_FSYNC);
}

int vfs_access(sqlite3_vfs* vfs, const char* path, int /*flags*/, int* out) noexcept {
    const auto exists = registration_of(vfs).disk.exists(path);
    if (!exists) return sqlite_failure(exists.error(), SQLITE_IOERR_ACCESS);
    *out = *exists ? 1 : 0;
    return SQLITE_OK;
}

int vfs_full_path(sqlite3_vfs* /*vfs*/, const char* path, int bytes_max, char* out) noexcept {
    const std::size_t bytes = std::strlen(path) + 1;
    if (bytes > static_cast<std::size_t>(bytes_max)) return SQLITE_CANTOPEN;
    std::memcpy(out, path, bytes);
    return SQLITE_OK;
}

int vfs_randomness(sqlite3_vfs* /*vfs*/, int bytes, char* out) noexcept {
    return system_vfs().xRandomness(&system_vfs(), bytes, out);
}
int vfs_sleep(sqlite3_vfs* /*vfs*/, int microseconds) noexcept {
    return system_vfs().xSleep(&system_vfs(), microseconds);
}
int vfs_time(sqlite3_vfs* /*vfs*/, double* out) noexcept {
    return system_vfs().xCurrentTime(&system_vfs(), out);
}
int vfs_time_ms(sqlite3_vfs* /*vfs*/, sqlite3_int64* out) noexcept {
    return system_vfs().xCurrentTimeInt64(&system_vfs(), out);
}
int vfs_last_error(sqlite3_vfs* /*vfs*/, int /*bytes*/, char* /*out*/) noexcept {
    return 0;
}

sqlite3_vfs make_table(SqliteVfs::Registration& registration) {
    sqlite3_vfs table{};
    table.iVersion = 2;
    table.szOsFile = sizeof(OpenFile);
    table.mxPathname = kPathBytesMax;
    table.zName = registration.name.c_str();
    table.pAppData = &registration;
    table.xOpen = vfs_open;
    table.xDelete = vfs_delete;
    table.xAccess = vfs_access;
    table.xFullPathname = vfs_full_path;
    table.xRandomness = vfs_randomness;
    table.xSleep = vfs_sleep;
    table.xCurrentTime = vfs_time;
    table.xGetLastError = vfs_last_error;
    table.xCurrentTimeInt64 = vfs_time_ms;
    return table;
}

std::mutex registry_mutex;
std::uint64_t registry_count = 0;
std::map<Disk*, std::weak_ptr<SqliteVfs>>& registry() {
    static std::map<Disk*, std::weak_ptr<SqliteVfs>> map;
    return map;
}

}  // namespace

std::shared_ptr<SqliteVfs> SqliteVfs::of(Disk& disk) {
    const std::lock_guard lock(registry_mutex);
    std::weak_ptr<SqliteVfs>& known = registry()[&disk];
    if (auto vfs = known.lock()) return vfs;
    auto vfs = std::make_shared<SqliteVfs>(disk, "tradectl-" + std::to_string(++registry_count));
    known = vfs;
    std::erase_if(registry(), [](const auto& entry) { return entry.second.expired(); });
    return vfs;
}

SqliteVfs::SqliteVfs(Disk& disk, std::string name)
    : registration_(std::make_unique<Registration>(disk)) {
    registration_->name = std::move(name);
    registration_->table = make_table(*registration_);
    const int code = sqlite3_vfs_register(&registration_->table, 0);
    TRADECTL_ASSERT(code == SQLITE_OK);
}

SqliteVfs::~SqliteVfs() {
    sqlite3_vfs_unregister(&registration_->table);
}

const std::string& SqliteVfs::name() const {
    return registration_->name;
}

}  // namespace tradectl
