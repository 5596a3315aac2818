#include "host/engine/doorbell.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace tradectl::engine {

Expected<Doorbell> Doorbell::make() {
    const int fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0) {
        return fail(ErrorCode::Io, std::string("eventfd: ") + std::strerror(errno));
    }
    return Doorbell(fd);
}

Doorbell::Doorbell(Doorbell&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

Doorbell::~Doorbell() {
    if (fd_ >= 0) ::close(fd_);
}

void Doorbell::ring() const noexcept {
    const int saved = errno;
    const std::uint64_t one = 1;
    // It can fail only when the counter is full, and then the bell is ringing.
    [[maybe_unused]] const auto written = ::write(fd_, &one, sizeof(one));
    errno = saved;
}

void Doorbell::wait(std::int64_t timeout_ns) const {
    pollfd waiting{.fd = fd_, .events = POLLIN, .revents = 0};
    const timespec timeout{.tv_sec = std::max<std::int64_t>(timeout_ns, 0) / 1'000'000'000,
                           .tv_nsec = std::max<std::int64_t>(timeout_ns, 0) % 1'000'000'000};
    if (::ppoll(&waiting, 1, &timeout, nullptr) > 0) static_cast<void>(take());
}

bool Doorbell::take() const {
    std::uint64_t count = 0;
    return ::read(fd_, &count, sizeof(count)) == sizeof(count);
}

}  // namespace tradectl::engine
