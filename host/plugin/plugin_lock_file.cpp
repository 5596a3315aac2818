#include "host/plugin/plugin_lock_file.hpp"

#include "host/base/disk.hpp"
#include "host/base/system_error.hpp"

#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tradectl::plugin {
namespace {

constexpr std::uint64_t kLockBytesMax = 1u << 20;
constexpr mode_t kModeNew = 0600;
constexpr mode_t kModeBits = 07777;

std::string folder_of(const std::string& path) {
    return std::filesystem::path(path).parent_path();
}

/// Refuses what anybody else may write. `what` names it in messages.
Status check_hands(const struct stat& info, const std::string& path, const std::string& what) {
    if (info.st_uid != ::geteuid() && info.st_uid != 0) {
        return fail(ErrorCode::Permission,
                    path + ": " + what + " belongs to user " + std::to_string(info.st_uid) +
                        ", want user " + std::to_string(::geteuid()) + " or root");
    }
    if ((info.st_mode & (S_IWGRP | S_IWOTH)) == 0) return {};
    return fail(ErrorCode::Permission,
                path + ": " + what + " is writable by group or others: chmod go-w " + path);
}

/// NotFound when there is no file.
Expected<mode_t> check_lock(const std::string& path) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0) return system_failure(errno, path, "plugins.lock");
    if (!S_ISREG(info.st_mode))
        return fail(ErrorCode::Permission, path + ": plugins.lock is not a regular file");
    if (auto done = check_hands(info, path, "plugins.lock"); !done) return fail(done.error());
    const mode_t mode = info.st_mode & kModeBits;
    const std::string folder = folder_of(path);
    if (::stat(folder.c_str(), &info) != 0) return system_failure(errno, folder, "folder");
    if (auto done = check_hands(info, folder, "the folder of plugins.lock"); !done)
        return fail(done.error());
    return mode;
}

/// One process at a time changes what is in a folder: it holds a lock on the folder itself, which
/// leaves no file behind.
class FolderHold {
  public:
    static Expected<FolderHold> take(const std::string& folder) {
        FolderHold hold(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (hold.fd_ < 0) return system_failure(errno, folder, "open");
        if (::flock(hold.fd_, LOCK_EX | LOCK_NB) == 0) return hold;
        if (errno != EWOULDBLOCK) return system_failure(errno, folder, "lock");
        return fail(ErrorCode::Locked, folder + ": another process changes plugins.lock");
    }
    FolderHold(FolderHold&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
    FolderHold& operator=(FolderHold&&) = delete;
    ~FolderHold() {
        if (fd_ >= 0) ::close(fd_);
    }
    /// The folder's own mode, as it is held.
    [[nodiscard]] Status check(const std::string& folder) const {
        struct stat info {};
        if (::fstat(fd_, &info) != 0) return system_failure(errno, folder, "folder");
        return check_hands(info, folder, "the folder of plugins.lock");
    }

  private:
    explicit FolderHold(int fd) : fd_(fd) {}
    int fd_;
};

}  // namespace

Expected<std::string> lock_path(const std::string& configured, const Environment& env) {
    if (!configured.empty()) {
        std::error_code error;
        const auto absolute = std::filesystem::absolute(configured, error);
        if (error) return system_failure(error.value(), configured, "plugins.lock");
        return absolute.lexically_normal().string();
    }
    const auto directory = config_directory(env);
    if (!directory) return fail(directory.error());
    return *directory + "/plugins.lock";
}

Expected<LockFile> read_lock(const std::string& path) {
    LockFile file{.path = path, .there = false, .lock = {}};
    const auto mode = check_lock(path);
    if (!mode && mode.error().code == ErrorCode::NotFound) return file;
    if (!mode) return fail(mode.error());
    const auto disk = make_posix_disk();
    const auto text = read_file(*disk, path, kLockBytesMax);
    if (!text) return fail(text.error());
    auto lock = PluginLock::parse(*text, path);
    if (!lock) return fail(lock.error());
    file.there = true;
    file.lock = std::move(*lock);
    return file;
}

Status change_lock(const std::string& path, const std::function<bool(PluginLock&)>& change) {
    const std::string folder = folder_of(path);
    const auto disk = make_posix_disk();
    if (auto made = disk->make_directory(folder); !made) return made;
    const auto hold = FolderHold::take(folder);
    if (!hold) return fail(hold.error());
    if (auto done = hold->check(folder); !done) return done;
    auto file = read_lock(path);
    if (!file) return fail(file.error());
    const mode_t mode = file->there ? check_lock(path).value_or(kModeNew) : kModeNew;
    if (!change(file->lock)) return {};
    if (auto done = write_file_atomically(*disk, path, file->lock.to_text()); !done) return done;
    if (mode == kModeNew || ::chmod(path.c_str(), mode) == 0) return {};
    return system_failure(errno, path, "chmod");
}

}  // namespace tradectl::plugin
