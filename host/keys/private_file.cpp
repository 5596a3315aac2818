#include "host/keys/private_file.hpp"

#include "host/base/system_error.hpp"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tradectl::keys {
namespace {

constexpr mode_t kModeBits = 07777;

std::string octal(mode_t mode) {
    std::string text = "0";
    for (int shift = 6; shift >= 0; shift -= 3)
        text += static_cast<char>('0' + ((mode >> shift) & 7));
    return text;
}

Status check(const std::string& path, const struct stat& status, FileOwner owner) {
    if (!S_ISREG(status.st_mode))
        return fail(ErrorCode::Permission, "key " + path + ": a link or no file");
    const bool service = owner == FileOwner::Service;
    if (status.st_uid != ::geteuid() && !(service && status.st_uid == 0)) {
        return fail(ErrorCode::Permission,
                    "key " + path + ": belongs to uid " + std::to_string(status.st_uid) +
                        ", not to this user");
    }
    if ((status.st_mode & (service ? 037 : 077)) != 0) {
        return fail(ErrorCode::Permission,
                    "key " + path + ": others may read or write it (mode " +
                        octal(status.st_mode & kModeBits) + "); chmod 600 makes it private");
    }
    return {};
}

struct Descriptor {
    int number = -1;
    explicit Descriptor(int fd) : number(fd) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number >= 0) ::close(number);
    }
};

Expected<std::size_t> read_all(int fd, std::span<std::byte> out, const std::string& path) {
    std::size_t done = 0;
    while (done < out.size()) {
        const ssize_t count = ::read(fd, out.data() + done, out.size() - done);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return system_failure(errno, "key " + path, "read");
        if (count == 0) break;
        done += static_cast<std::size_t>(count);
    }
    return done;
}

}  // namespace

Status check_private_file(const std::string& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) return {};
        return system_failure(errno, path, "stat");
    }
    return check(path, status, FileOwner::User);
}

Expected<LockedBytes> read_private_file(const std::string& path,
                                        std::size_t bytes_max,
                                        FileOwner owner) {
    // Not blocked by a pipe that nobody writes to.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (file.number < 0 && errno == ELOOP)
        return fail(ErrorCode::Permission, "key " + path + ": a link or no file");
    if (file.number < 0) return system_failure(errno, "key " + path, "open");
    struct stat status {};
    if (::fstat(file.number, &status) != 0) return system_failure(errno, "key " + path, "stat");
    if (auto sound = check(path, status, owner); !sound) return fail(sound.error());
    LockedBytes content(bytes_max + 1);
    const auto bytes = read_all(file.number, content.bytes(), path);
    if (!bytes) return fail(bytes.error());
    if (*bytes == 0) return fail(ErrorCode::InvalidArgument, "key " + path + ": empty");
    if (*bytes > bytes_max) {
        return fail(ErrorCode::InvalidArgument,
                    "key " + path + ": longer than " + std::to_string(bytes_max) + " bytes");
    }
    content.shorten(*bytes);
    return content;
}

}  // namespace tradectl::keys
