#include "host/base/disk.hpp"

#include "host/base/mutant.hpp"
#include "host/base/system_error.hpp"

#include <algorithm>
#include <cerrno>

#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tradectl {
namespace {

/// Repeats a system call that a signal interrupted.
template <typename Call>
auto without_interrupt(Call&& call) {
    auto result = call();
    while (result == -1 && errno == EINTR)
        result = call();
    return result;
}

class PosixFile final : public File {
  public:
    PosixFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
    PosixFile(const PosixFile&) = delete;
    PosixFile& operator=(const PosixFile&) = delete;
    ~PosixFile() override {
        for (const auto& map : maps_)
            ::munmap(map.data(), map.size());
        ::close(fd_);
    }

    Expected<std::size_t> read(std::uint64_t offset, std::span<std::byte> out) override {
        std::size_t done = 0;
        while (done < out.size()) {
            const ssize_t count = without_interrupt([&] {
                return ::pread(
                    fd_, out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
            });
            if (count < 0) return system_failure(errno, path_, "read");
            if (count == 0) break;
            done += static_cast<std::size_t>(count);
        }
        return done;
    }

    Status write(std::uint64_t offset, std::span<const std::byte> bytes) override {
        while (!bytes.empty()) {
            const ssize_t count = without_interrupt([&] {
                return ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
            });
            if (count < 0) return system_failure(errno, path_, "write");
            offset += static_cast<std::uint64_t>(count);
            bytes = bytes.subspan(static_cast<std::size_t>(count));
        }
        return {};
    }

    Status sync() override {
        // Only an interrupted call is repeated: after a real failure the kernel may have dropped
        // the pages, and a second call would claim success.
        if (without_interrupt([&] { return ::fdatasync(fd_); }) != 0)
            return system_failure(errno, path_, "sync");
        return {};
    }

    Status truncate(std::uint64_t size) override {
        const auto length = static_cast<off_t>(size);
        if (without_interrupt([&] { return ::ftruncate(fd_, length); }) != 0)
            return system_failure(errno, path_, "truncate");
        return {};
    }

    Expected<std::uint64_t> size() override {
        struct stat info {};
        if (::fstat(fd_, &info) != 0) return system_failure(errno, path_, "stat");
        return static_cast<std::uint64_t>(info.st_size);
    }

    Status lock(std::uint64_t offset, std::uint64_t bytes, Lock lock) override {
        struct flock range {};
        range.l_type = static_cast<short>(lock == Lock::None     ? F_UNLCK
                                          : lock == Lock::Shared ? F_RDLCK
                                                                 : F_WRLCK);
        range.l_whence = SEEK_SET;
        range.l_start = static_cast<off_t>(offset);
        range.l_len = static_cast<off_t>(bytes);
        if (without_interrupt([&] { return ::fcntl(fd_, F_OFD_SETLK, &range); }) == 0) return {};
        if (errno == EAGAIN || errno == EACCES)
            return fail(ErrorCode::Locked, path_ + ": lock: held by another");
        return system_failure(errno, path_, "lock");
    }

    Expected<std::byte*> map_shared(std::uint64_t offset, std::uint64_t bytes) override {
        const auto length = size();
        if (!length) return fail(length.error());
        if (*length < offset + bytes) {
            // Real blocks, not a hole: a store into a hole of a full device is a SIGBUS.
            const int error = ::posix_fallocate(
                fd_, static_cast<off_t>(*length), static_cast<off_t>(offset + bytes - *length));
            if (error != 0) return system_failure(error, path_, "map");
        }
        void* at = ::mmap(
            nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, static_cast<off_t>(offset));
        if (at == MAP_FAILED) return system_failure(errno, path_, "map");
        maps_.emplace_back(static_cast<std::byte*>(at), bytes);
        return static_cast<std::byte*>(at);
    }

  private:
    int fd_;
    std::string path_;
    std::vector<std::span<std::byte>> maps_;
};

class PosixDisk final : public Disk {
  public:
    Expected<std::unique_ptr<File>> open(const std::string& path, OpenOptions options) override {
        int flags = O_CLOEXEC | (options.write ? O_RDWR : O_RDONLY);
        if (options.create) flags |= O_CREAT;
        if (options.create && options.exclusive) flags |= O_EXCL;
        const int fd = without_interrupt([&] { return ::open(path.c_str(), flags, 0600); });
        if (fd < 0) return system_failure(errno, path, "open");
        return std::unique_ptr<File>(std::make_unique<PosixFile>(fd, path));
    }

    Status rename(const std::string& from, const std::string& to) override {
        if (::rename(from.c_str(), to.c_str()) != 0)
            return system_failure(errno, from, "rename to " + to);
        return {};
    }

    Status remove(const std::string& path) override {
        if (::unlink(path.c_str()) == 0) return {};
        const int error = errno;
        if (error == EISDIR && ::rmdir(path.c_str()) == 0) return {};
        return system_failure(error == EISDIR ? errno : error, path, "remove");
    }

    Status make_directory(const std::string& path) override {
        for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
            const std::string part = path.substr(0, end);
            if (::mkdir(part.c_str(), 0700) != 0 && errno != EEXIST) {
                const int error = errno;
                // A parent on a read-only device or without write permission is fine if it exists.
                if (!is_directory(part)) return system_failure(error, part, "make directory");
            }
            if (end == std::string::npos) break;
        }
        if (is_directory(path)) return {};
        return fail(ErrorCode::BadState, path + ": make directory: not a directory");
    }

    Status sync_directory(const std::string& path) override {
        const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0) return system_failure(errno, path, "open directory");
        const int result = without_interrupt([&] { return ::fsync(fd); });
        const int error = errno;
        ::close(fd);
        if (result != 0) return system_failure(error, path, "sync directory");
        return {};
    }

    Expected<std::vector<std::string>> list(const std::string& path) override {
        DIR* directory = ::opendir(path.c_str());
        if (directory == nullptr) return system_failure(errno, path, "list");
        std::vector<std::string> names;
        errno = 0;
        while (const dirent* entry = ::readdir(directory)) {
            const std::string name = entry->d_name;
            if (name != "." && name != "..") names.push_back(name);
            errno = 0;
        }
        const int error = errno;
        ::closedir(directory);
        if (error != 0) return system_failure(error, path, "list");
        std::sort(names.begin(), names.end());
        return names;
    }

    Expected<bool> exists(const std::string& path) override {
        struct stat info {};
        if (::stat(path.c_str(), &info) == 0) return true;
        if (errno == ENOENT || errno == ENOTDIR) return false;
        return system_failure(errno, path, "stat");
    }

  private:
    static bool is_directory(const std::string& path) {
        struct stat info {};
        return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
    }
};

Status write_new_file(Disk& disk, const std::string& path, std::string_view content) {
    auto file = disk.open(path, {.write = true, .create = true});
    if (!file) return fail(file.error());
    if (auto done = (*file)->truncate(0); !done) return done;
    const auto bytes = std::as_bytes(std::span(content.data(), content.size()));
    if (auto done = (*file)->write(0, bytes); !done) return done;
    return mutant("base.sync_new_file") ? Status{} : (*file)->sync();
}

}  // namespace

std::unique_ptr<Disk> make_posix_disk() {
    return std::make_unique<PosixDisk>();
}

Expected<std::string> read_file(Disk& disk, const std::string& path, std::uint64_t bytes_max) {
    auto file = disk.open(path, {});
    if (!file) return fail(file.error());
    const auto size = (*file)->size();
    if (!size) return fail(size.error());
    // Files of /proc say 0: one byte more than the size tells whether there is more.
    std::string content;
    std::uint64_t room = *size + 1;
    while (content.size() <= bytes_max) {
        const std::size_t before = content.size();
        content.resize(before + std::min(room, bytes_max + 1 - before));
        const auto part = std::as_writable_bytes(std::span(content)).subspan(before);
        const auto count = (*file)->read(before, part);
        if (!count) return fail(count.error());
        content.resize(before + *count);
        if (*count < part.size()) return content;
        room = 65536;
    }
    return fail(ErrorCode::InvalidArgument,
                path + ": longer than " + std::to_string(bytes_max) + " bytes");
}

Status write_file_atomically(Disk& disk, const std::string& path, std::string_view content) {
    const std::string temporary = path + ".tmp";
    Status done = write_new_file(disk, temporary, content);
    if (done) done = disk.rename(temporary, path);
    if (!done) {
        static_cast<void>(disk.remove(temporary));  // the first error is the one to report
        return done;
    }
    if (mutant("base.sync_new_name")) return {};
    const std::size_t slash = path.rfind('/');
    return disk.sync_directory(slash == 0 ? "/" : path.substr(0, slash));
}

}  // namespace tradectl
