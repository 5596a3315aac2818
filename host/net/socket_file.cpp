#include "host/net/socket_file.hpp"

#include "host/base/system_error.hpp"
#include "host/net/line_server.hpp"

#include <cerrno>
#include <cstring>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace tradectl::net {

namespace {

constexpr int kBacklog = 16;

Expected<sockaddr_un> address_of(const std::string& path) {
    sockaddr_un address{};
    static_assert(sizeof(address.sun_path) == kSocketPathBytesMax + 1);
    if (path.size() > kSocketPathBytesMax) {
        return fail(ErrorCode::InvalidArgument,
                    path + ": a socket's path has " + std::to_string(path.size()) +
                        " bytes, limit " + std::to_string(kSocketPathBytesMax) +
                        ": give a shorter --state-dir");
    }
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

/// Whoever can write the folder could put a socket of his own in our place.
Status check_folder(const std::string& path) {
    const std::string folder = path.substr(0, path.rfind('/'));
    struct stat info {};
    if (::stat(folder.c_str(), &info) != 0) return system_failure(errno, folder, "stat");
    if (info.st_uid != ::geteuid()) {
        return fail(ErrorCode::Permission,
                    folder + ": belongs to uid " + std::to_string(info.st_uid) + ", not to uid " +
                        std::to_string(::geteuid()));
    }
    if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return fail(ErrorCode::Permission, folder + ": others may write it, wants chmod 700");
    }
    return {};
}

Status remove_stale(const std::string& path) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0) {
        return errno == ENOENT ? Status() : system_failure(errno, path, "stat");
    }
    if (!S_ISSOCK(info.st_mode)) {
        return fail(ErrorCode::BadState, path + ": is no socket: move it away");
    }
    if (::unlink(path.c_str()) != 0) return system_failure(errno, path, "unlink");
    return {};
}

}  // namespace

Expected<int> listen_at(const std::string& path) {
    auto address = address_of(path);
    if (!address) return fail(address.error());
    if (auto checked = check_folder(path); !checked) return fail(checked.error());
    if (auto removed = remove_stale(path); !removed) return fail(removed.error());
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return system_failure(errno, path, "socket");
    // The mode of the descriptor becomes the name's: there is no moment at which it is wider.
    const bool done = ::fchmod(fd, 0600) == 0 &&
                      ::bind(fd, reinterpret_cast<sockaddr*>(&*address), sizeof(*address)) == 0 &&
                      ::listen(fd, kBacklog) == 0;
    if (done) return fd;
    const int reason = errno;
    ::close(fd);
    return system_failure(reason, path, "listen");
}

Expected<int> connect_to(const std::string& path) {
    auto address = address_of(path);
    if (!address) return fail(address.error());
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return system_failure(errno, path, "socket");
    if (::connect(fd, reinterpret_cast<sockaddr*>(&*address), sizeof(*address)) == 0) return fd;
    const int reason = errno;
    ::close(fd);
    if (reason == ENOENT || reason == ECONNREFUSED) {
        return fail(ErrorCode::NotFound, path + ": nobody listens");
    }
    if (reason == EAGAIN) return fail(ErrorCode::Unavailable, path + ": too many clients wait");
    return system_failure(reason, path, "connect");
}

}  // namespace tradectl::net
