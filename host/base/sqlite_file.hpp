/// One file of a database as SQLite sees it. For sqlite_vfs.cpp alone.
#pragma once

#include "host/base/disk.hpp"

#include <tradectl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tradectl {

/// Keeps a failure for `take_sqlite_disk_error` and returns the SQLite result code for it:
/// SQLITE_FULL for NoSpace, otherwise `fallback`.
int sqlite_failure(const Error& error, int fallback);

/// A File with SQLite's locks on it: the byte ranges of the file format (sqlite.org/fileformat2,
/// "The Lock-Byte Page") and of the shared memory file (sqlite.org/walformat, "WAL-Index Locks").
/// All functions return SQLite result codes.
class SqliteFile {
  public:
    struct Place {
        Disk& disk;
        std::string path;
        bool delete_on_close = false;
        bool created = false;  ///< its name is not on the device yet
    };

    SqliteFile(Place place, std::unique_ptr<File> file);
    SqliteFile(const SqliteFile&) = delete;
    SqliteFile& operator=(const SqliteFile&) = delete;
    ~SqliteFile();

    int read(void* out, int bytes, std::int64_t offset);
    int write(const void* from, int bytes, std::int64_t offset);
    int truncate(std::int64_t size);
    int sync();
    int size(std::int64_t* out);

    /// Locks of a database file: SQLITE_LOCK_NONE, SHARED, RESERVED, EXCLUSIVE.
    int lock(int level);
    int unlock(int level);
    int check_reserved(int* out);
    [[nodiscard]] int lock_level() const { return level_; }

    /// Shared memory of WAL mode: the file beside, with suffix -shm.
    int shm_map(int region, int region_bytes, int extend, volatile void** out);
    int shm_lock(int offset, int count, int flags);
    int shm_unmap(int delete_file);

    bool persist_wal = false;  ///< keep -wal when the last connection closes

  private:
    int take(std::uint64_t offset, std::uint64_t bytes, File::Lock lock);
    int lock_shared();
    int lock_exclusive();
    int shm_open();

    Place place_;
    std::unique_ptr<File> file_;
    int level_ = 0;
    std::unique_ptr<File> shm_;
    std::vector<std::byte*> regions_;
};

}  // namespace tradectl
