/// The layer that lets SQLite live on a Disk. For database.cpp alone.
#pragma once

#include <tradectl/expected.hpp>

#include <memory>
#include <optional>
#include <string>

namespace tradectl {

class Disk;

/// SQLite's operating system interface (sqlite.org/vfs.html) over one Disk, registered under a name
/// of its own while it lives.
class SqliteVfs {
  public:
    /// The one of this Disk, made when it has none. The Disk must outlive it. [any]
    static std::shared_ptr<SqliteVfs> of(Disk& disk);

    /// For `of`: registers under `name`.
    SqliteVfs(Disk& disk, std::string name);
    SqliteVfs(const SqliteVfs&) = delete;
    SqliteVfs& operator=(const SqliteVfs&) = delete;
    ~SqliteVfs();

    [[nodiscard]] const std::string& name() const;

    struct Registration;

  private:
    std::unique_ptr<Registration> registration_;
};

/// The last failure of a Disk under this thread's SQLite calls: SQLite's own code says only where
/// it happened. Taking it forgets it.
std::optional<Error> take_sqlite_disk_error();

}  // namespace tradectl
