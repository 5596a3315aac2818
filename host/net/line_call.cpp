#include "host/net/line_call.hpp"

#include "host/net/socket_file.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tradectl::net {

namespace {

using SteadyClock = std::chrono::steady_clock;

class Connection {
  public:
    Connection(int fd, const LineCall& call)
        : fd_(fd),
          call_(call),
          deadline_(SteadyClock::now() + std::chrono::nanoseconds(call.timeout_ns)) {}
    ~Connection() { ::close(fd_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    Status send() {
        const std::string line = call_.line + "\n";
        for (std::size_t sent = 0; sent < line.size();) {
            const ssize_t count = ::send(fd_, line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
            if (count >= 0) {
                sent += static_cast<std::size_t>(count);
            } else if (errno == EAGAIN) {
                if (!wait(POLLOUT)) return fail(ErrorCode::Unavailable, late("take the request"));
            } else if (errno != EINTR) {
                // A server that sends the client away may have said why.
                return errno == EPIPE || errno == ECONNRESET ? Status() : broken();
            }
        }
        return {};
    }

    Expected<std::string> receive() {
        std::string answer;
        std::array<char, 16384> buffer{};
        for (;;) {
            const ssize_t count = ::recv(fd_, buffer.data(), buffer.size(), 0);
            if (count > 0) {
                const std::size_t searched = answer.size();
                answer.append(buffer.data(), static_cast<std::size_t>(count));
                const std::size_t end = answer.find('\n', searched);
                if (end != std::string::npos) return answer.substr(0, end);
                if (answer.size() > call_.answer_bytes_max) {
                    return fail(ErrorCode::Quota,
                                call_.path + ": an answer above " +
                                    std::to_string(call_.answer_bytes_max) + " bytes");
                }
            } else if (count == 0) {
                return fail(ErrorCode::OutcomeUnknown, call_.path + ": closed before it answered");
            } else if (errno == EAGAIN) {
                if (!wait(POLLIN)) return fail(ErrorCode::OutcomeUnknown, late("answer"));
            } else if (errno != EINTR) {
                return fail(broken().error());
            }
        }
    }

  private:
    bool wait(short events) const {
        for (;;) {
            const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
                deadline_ - SteadyClock::now());
            pollfd waiting{.fd = fd_, .events = events, .revents = 0};
            const int ready =
                ::poll(&waiting, 1, static_cast<int>(std::max<long>(left.count(), 0)));
            if (ready > 0) return true;
            if (ready == 0 && left.count() <= 0) return false;
        }
    }
    [[nodiscard]] std::string late(const char* what) const {
        return call_.path + ": did not " + what + " within " +
               std::to_string(call_.timeout_ns / kNsPerMillisecond) + " ms";
    }
    [[nodiscard]] Status broken() const {
        return fail(ErrorCode::OutcomeUnknown, call_.path + ": " + std::strerror(errno));
    }

    int fd_;
    const LineCall& call_;
    SteadyClock::time_point deadline_;
};

}  // namespace

Expected<std::string> call_line(const LineCall& call) {
    const auto fd = connect_to(call.path);
    if (!fd) return fail(fd.error());
    Connection connection(*fd, call);
    if (auto sent = connection.send(); !sent) return fail(sent.error());
    return connection.receive();
}

}  // namespace tradectl::net
