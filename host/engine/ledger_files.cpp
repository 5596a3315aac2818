#include "host/engine/ledger_files.hpp"

namespace tradectl::engine {

namespace {

/// SQLite's side files of a database.
constexpr const char* kSideFiles[] = {"-wal", "-shm"};

Status remove_if_there(Disk& disk, const std::string& path) {
    auto there = disk.exists(path);
    if (!there) return fail(there.error());
    return *there ? disk.remove(path) : Status{};
}

}  // namespace

Status remove_database(Disk& disk, const std::string& path) {
    for (const char* side : kSideFiles) {
        if (auto gone = remove_if_there(disk, path + side); !gone) return gone;
    }
    return remove_if_there(disk, path);
}

/// Side files first: a database without its -wal lacks its last commits, which the log has; a -wal
/// beside another database would spoil that one.
Status move_database(Disk& disk, const std::string& from, const std::string& to) {
    if (auto gone = remove_if_there(disk, from + "-shm"); !gone) return gone;
    auto has_wal = disk.exists(from + "-wal");
    if (!has_wal) return fail(has_wal.error());
    if (*has_wal) {
        if (auto moved = disk.rename(from + "-wal", to + "-wal"); !moved) return moved;
    }
    return disk.rename(from, to);
}

std::string free_name(Disk& disk, const std::string& path) {
    for (int number = 1;; ++number) {
        std::string name = path + ".before-" + std::to_string(number);
        auto there = disk.exists(name);
        if (!there || !*there) return name;
    }
}

}  // namespace tradectl::engine
