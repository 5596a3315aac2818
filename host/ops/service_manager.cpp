#include "host/ops/service_manager.hpp"

#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <optional>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace tradectl::ops {

namespace {

std::optional<std::int64_t> number_in(const char* text) {
    if (text == nullptr) return std::nullopt;
    std::int64_t number = 0;
    const char* const end = text + std::strlen(text);
    const auto read = std::from_chars(text, end, number);
    if (read.ec != std::errc() || read.ptr != end || number < 0) return std::nullopt;
    return number;
}

}  // namespace

ServiceManager ServiceManager::from_environment(const Environment& env) {
    const char* socket = env("NOTIFY_SOCKET");
    if (socket == nullptr || *socket == '\0') return {};
    const char* pid = env("WATCHDOG_PID");
    const bool ours = pid == nullptr || number_in(pid) == std::int64_t{::getpid()};
    constexpr std::int64_t kUsecMax = INT64_MAX / 1000;
    const std::int64_t usec = number_in(env("WATCHDOG_USEC")).value_or(0);
    return {socket, ours && usec <= kUsecMax ? usec * 1000 : 0};
}

Status ServiceManager::tell(std::string_view assignments) const {
    if (socket_.empty()) return {};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const bool is_name = socket_.front() == '@' || socket_.front() == '/';
    if (!is_name || socket_.size() >= sizeof(address.sun_path)) {
        return fail(ErrorCode::InvalidArgument,
                    "NOTIFY_SOCKET: wants an absolute path or @NAME, at most " +
                        std::to_string(sizeof(address.sun_path) - 1) + " bytes");
    }
    std::memcpy(address.sun_path, socket_.data(), socket_.size());
    // An abstract name begins with a zero byte, and ends with its last character: unix(7).
    if (socket_.front() == '@') address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return fail(ErrorCode::Io, std::string("socket: ") + std::strerror(errno));
    const ssize_t sent = ::sendto(fd,
                                  assignments.data(),
                                  assignments.size(),
                                  MSG_NOSIGNAL,
                                  reinterpret_cast<sockaddr*>(&address),
                                  size);
    const int reason = errno;
    ::close(fd);
    if (sent == static_cast<ssize_t>(assignments.size())) return {};
    return fail(ErrorCode::Io, std::string("NOTIFY_SOCKET: ") + std::strerror(reason));
}

}  // namespace tradectl::ops
