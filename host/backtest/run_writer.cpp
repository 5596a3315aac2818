// Writing a run: a directory under a hidden name with a locked file beside it, then one rename.
#include "host/backtest/run_store.hpp"

#include <atomic>

#include <unistd.h>

namespace tradectl::backtest {
namespace {

constexpr std::string_view kHidden = ".new-";
constexpr std::string_view kLock = ".lock";
constexpr int kNamesMax = 10'000;

std::string fresh_name(const std::string& wanted) {
    static std::atomic<unsigned> count{0};
    return std::string(kHidden) + wanted + "-" + std::to_string(getpid()) + "-" +
           std::to_string(++count);
}

/// Removes a file or a directory with all that is in it. NotFound counts as done.
Status remove_tree(Disk& disk, const std::string& path) {
    if (const auto names = disk.list(path); names) {
        for (const std::string& name : *names) {
            if (auto done = remove_tree(disk, path + "/" + name); !done) return done;
        }
    }
    auto removed = disk.remove(path);
    if (!removed && removed.error().code == ErrorCode::NotFound) return {};
    return removed;
}

Status sync_tree(Disk& disk, const std::string& path) {
    const auto names = disk.list(path);
    if (!names) {
        auto file = disk.open(path, {});
        if (!file) return fail(file.error());
        return (*file)->sync();
    }
    for (const std::string& name : *names) {
        if (auto done = sync_tree(disk, path + "/" + name); !done) return done;
    }
    return disk.sync_directory(path);
}

/// Removes what killed processes left: hidden directories whose lock nobody holds. A lock that is
/// held belongs to a run that is being written. Failures are left for the next time.
void remove_stale(Disk& disk, const std::string& parent) {
    const auto names = disk.list(parent);
    if (!names) return;
    for (const std::string& name : *names) {
        if (!name.starts_with(kHidden) || !name.ends_with(kLock)) continue;
        const std::string lock_path = parent + "/" + name;
        auto file = disk.open(lock_path, {.write = true});
        if (!file || !(*file)->lock(0, 1, File::Lock::Exclusive)) continue;
        const std::string directory = lock_path.substr(0, lock_path.size() - kLock.size());
        if (remove_tree(disk, directory)) static_cast<void>(disk.remove(lock_path));
    }
}

struct Place {
    std::string parent;
    std::string name;
};

Place split(std::string path) {
    while (path.size() > 1 && path.ends_with('/'))
        path.pop_back();
    const std::size_t slash = path.rfind('/');
    return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

}  // namespace

RunWriter::RunWriter(Disk& disk, std::string parent, std::string wanted)
    : disk_(disk), parent_(std::move(parent)), wanted_(std::move(wanted)) {}

Expected<std::unique_ptr<RunWriter>> RunWriter::begin(Disk& disk,
                                                      const std::string& root,
                                                      const std::string& name,
                                                      Timestamp created) {
    std::unique_ptr<RunWriter> writer(new RunWriter(disk, root + "/" + name, run_stamp(created)));
    if (auto made = writer->prepare(); !made) return fail(made.error());
    return writer;
}

Expected<std::unique_ptr<RunWriter>> RunWriter::begin_at(Disk& disk, const std::string& directory) {
    const Place place = split(directory);
    if (place.name.empty() || place.name == "." || place.name == "..") {
        return fail(ErrorCode::InvalidArgument, "'" + directory + "' is no place for a run");
    }
    if (auto there = disk.exists(directory); !there || *there) {
        if (!there) return fail(there.error());
        const auto names = disk.list(directory);
        if (!names || !names->empty()) {
            return fail(ErrorCode::BadState,
                        directory + ": is there already, and is not overwritten");
        }
    }
    std::unique_ptr<RunWriter> writer(new RunWriter(disk, place.parent, place.name));
    writer->exact_ = true;
    if (auto made = writer->prepare(); !made) return fail(made.error());
    return writer;
}

Status RunWriter::prepare() {
    if (auto made = disk_.make_directory(parent_); !made) return made;
    remove_stale(disk_, parent_);
    for (int tries = 0; tries < kNamesMax; ++tries) {
        paths_.root = parent_ + "/" + fresh_name(wanted_);
        const std::string lock_path = paths_.root + std::string(kLock);
        auto file = disk_.open(lock_path, {.write = true, .create = true, .exclusive = true});
        if (!file && file.error().code == ErrorCode::BadState) continue;
        if (!file) return fail(file.error());
        // Somebody who cleans up may have been faster: then it is theirs, or gone already.
        const auto locked = (*file)->lock(0, 1, File::Lock::Exclusive);
        if (!locked || !disk_.exists(lock_path).value_or(false)) continue;
        lock_ = std::move(*file);
        return disk_.make_directory(scratch());
    }
    return fail(ErrorCode::Io, parent_ + ": no free name for a new run");
}

RunWriter::~RunWriter() {
    if (!lock_) return;
    if (!kept_ && !remove_tree(disk_, paths_.root)) return;  // the next run cleans up
    static_cast<void>(disk_.remove((kept_ ? hidden_ : paths_.root) + std::string(kLock)));
}

Expected<std::string> RunWriter::keep() {
    if (auto removed = remove_tree(disk_, scratch()); !removed) return fail(removed.error());
    if (auto synced = sync_tree(disk_, paths_.root); !synced) return fail(synced.error());
    for (int number = 1; number < kNamesMax; ++number) {
        const std::string name = number == 1 ? wanted_ : wanted_ + "-" + std::to_string(number);
        const std::string path = parent_ + "/" + name;
        const auto there = disk_.exists(path);
        if (!there) return fail(there.error());
        if (*there && !exact_) continue;
        auto renamed = disk_.rename(paths_.root, path);
        if (!renamed) {
            // Taken between the look and the rename: a directory with something in it stays.
            if (!exact_ && renamed.error().code == ErrorCode::BadState) continue;
            return fail(renamed.error());
        }
        hidden_ = paths_.root;
        paths_.root = path;
        kept_ = true;
        if (auto synced = disk_.sync_directory(parent_); !synced) return fail(synced.error());
        return path;
    }
    return fail(ErrorCode::Io, parent_ + ": no free name for the run " + wanted_);
}

}  // namespace tradectl::backtest
