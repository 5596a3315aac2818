#include "host/config/value_file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tradectl::config {
namespace {

class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int get() const { return fd_; }

  private:
    int fd_;
};

Unexpected system_failure(const std::string& path, const char* what) {
    const int reason = errno;
    const ErrorCode code = reason == ENOENT                      ? ErrorCode::NotFound
                           : reason == EACCES || reason == EPERM ? ErrorCode::Permission
                                                                 : ErrorCode::Io;
    return fail(code, path + ": " + what + ": " + std::strerror(reason));
}

/// What the opened file may not be; asked of the descriptor, so that nothing can change between.
Status check_private(int fd, const std::string& path) {
    struct stat info {};
    if (::fstat(fd, &info) != 0) return system_failure(path, "stat");
    if (!S_ISREG(info.st_mode))
        return fail(ErrorCode::InvalidArgument, path + ": not a regular file");
    if ((info.st_mode & (S_IWGRP | S_IRWXO)) != 0)
        return fail(ErrorCode::Permission,
                    path + ": readable by others or writable by its group, wants chmod 600");
    return {};
}

Expected<std::string> read_all(int fd, const std::string& path) {
    std::string content(kValueFileBytesMax + 1, '\0');
    std::size_t size = 0;
    while (size < content.size()) {
        const ssize_t count = ::read(fd, content.data() + size, content.size() - size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return system_failure(path, "read");
        if (count == 0) break;
        size += static_cast<std::size_t>(count);
    }
    if (size > kValueFileBytesMax)
        return fail(ErrorCode::InvalidArgument,
                    path + ": above the limit of " + std::to_string(kValueFileBytesMax) + " bytes");
    content.resize(size);
    return content;
}

}  // namespace

std::string absolute_path(const std::string& path, const std::string& directory) {
    const std::filesystem::path given(path);
    if (given.is_absolute()) return given.lexically_normal().string();
    return (std::filesystem::path(directory) / given).lexically_normal().string();
}

Expected<std::string> read_value_file(const std::string& path, const std::string& directory) {
    const std::string full = absolute_path(path, directory);
    // NONBLOCK: a FIFO must be refused, not waited for.
    const Descriptor file(::open(full.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file.get() < 0) return system_failure(full, "open");
    const Status status = check_private(file.get(), full);
    if (!status) return fail(status.error());
    auto content = read_all(file.get(), full);
    if (!content) return content;
    constexpr const char* kBlank = " \t\r\n";
    const std::size_t first = content->find_first_not_of(kBlank);
    if (first == std::string::npos) return fail(ErrorCode::InvalidArgument, full + ": is empty");
    return content->substr(first, content->find_last_not_of(kBlank) - first + 1);
}

}  // namespace tradectl::config
