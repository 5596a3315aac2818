#include "host/engine/reset.hpp"

#include "host/base/mutant.hpp"

namespace tradectl::engine {

namespace {

/// Removes a directory and the files in it; Ok when it is not there.
Status remove_directory(Disk& disk, const std::string& path) {
    auto there = disk.exists(path);
    if (!there) return fail(there.error());
    if (!*there) return {};
    auto names = disk.list(path);
    if (!names) return fail(names.error());
    for (const auto& name : *names) {
        if (auto removed = disk.remove(path + "/" + name); !removed) return removed;
    }
    if (auto synced = disk.sync_directory(path); !synced) return synced;
    return disk.remove(path);
}

/// Removes a directory with all that is below it, or a file; Ok when it is not there.
Status remove_tree(Disk& disk, const std::string& path) {
    auto there = disk.exists(path);
    if (!there) return fail(there.error());
    if (!*there) return {};
    auto names = disk.list(path);
    if (!names) return disk.remove(path);  // a file
    for (const auto& name : *names) {
        if (auto removed = remove_tree(disk, path + "/" + name); !removed) return removed;
    }
    return disk.remove(path);
}

Status remove_plugins(Disk& disk, const StatePaths& paths) {
    auto there = disk.exists(paths.plugins());
    if (!there) return fail(there.error());
    if (!*there) return {};
    auto instances = disk.list(paths.plugins());
    if (!instances) return fail(instances.error());
    for (const auto& instance : *instances) {
        auto removed = remove_directory(disk, paths.plugins() + "/" + instance);
        if (!removed) return removed;
    }
    return remove_directory(disk, paths.plugins());
}

/// The database and what SQLite keeps beside it.
Status remove_ledger(Disk& disk, const StatePaths& paths) {
    auto names = disk.list(paths.root);
    if (!names) return fail(names.error());
    for (const auto& name : *names) {
        const std::string path = paths.root + "/" + name;
        if (!path.starts_with(paths.ledger())) continue;
        if (auto removed = disk.remove(path); !removed) return removed;
    }
    return {};
}

}  // namespace

Status reset_state(Disk& disk, const StatePaths& paths) {
    auto marked = write_file_atomically(disk, paths.reset(), "a reset has begun\n");
    if (!marked) return marked;
    return finish_reset(disk, paths);
}

Status finish_reset(Disk& disk, const StatePaths& paths) {
    auto begun = disk.exists(paths.reset());
    if (!begun) return fail(begun.error());
    if (!*begun || mutant("engine.reset_marker")) return {};
    if (auto removed = remove_ledger(disk, paths); !removed) return removed;
    if (auto removed = remove_directory(disk, paths.wal()); !removed) return removed;
    if (auto removed = remove_tree(disk, paths.audit()); !removed) return removed;
    if (auto removed = remove_plugins(disk, paths); !removed) return removed;
    // The marker goes when all else is known to be gone.
    if (auto synced = disk.sync_directory(paths.root); !synced) return synced;
    if (auto removed = disk.remove(paths.reset()); !removed) return removed;
    return disk.sync_directory(paths.root);
}

}  // namespace tradectl::engine
