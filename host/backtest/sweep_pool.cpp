#include "host/backtest/sweep_pool.hpp"

#include "host/base/assert.hpp"
#include "host/base/system_error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tradectl::backtest {
namespace {

constexpr int kTickMs = 200;

class Descriptor {
  public:
    explicit Descriptor(int fd = -1) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    [[nodiscard]] int get() const { return fd_; }

  private:
    int fd_;
};

/// Holds SIGINT and SIGTERM back while it lives and tells of them by a descriptor.
class SignalWatch {
  public:
    SignalWatch() {
        sigset_t wanted;
        ::sigemptyset(&wanted);
        ::sigaddset(&wanted, SIGINT);
        ::sigaddset(&wanted, SIGTERM);
        ::sigprocmask(SIG_BLOCK, &wanted, &before_);
        fd_ = Descriptor(::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
    }
    ~SignalWatch() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }
    SignalWatch(const SignalWatch&) = delete;
    SignalWatch& operator=(const SignalWatch&) = delete;

    [[nodiscard]] int get() const { return fd_.get(); }
    /// The number of a signal that came, or 0.
    [[nodiscard]] int take() const {
        signalfd_siginfo info{};
        return ::read(fd_.get(), &info, sizeof(info)) == sizeof(info)
                   ? static_cast<int>(info.ssi_signo)
                   : 0;
    }

  private:
    sigset_t before_{};
    Descriptor fd_;
};

struct Worker {
    pid_t pid = -1;
    std::uint64_t job = 0;
    Descriptor answer;
    std::string text;
};

bool write_all(int fd, const std::string& text) {
    for (std::size_t at = 0; at < text.size();) {
        const ssize_t count = ::write(fd, text.data() + at, text.size() - at);
        if (count < 0 && errno != EINTR) return false;
        if (count > 0) at += static_cast<std::size_t>(count);
    }
    return true;
}

/// The child's whole life. Nothing of the parent's is run at its end: no destructor, no buffer.
[[noreturn]] void live_as_child(const PoolOptions& options,
                                std::uint64_t job,
                                int answer,
                                pid_t parent) noexcept {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(EXIT_FAILURE);
    // What a plugin prints must not end in the sweep's answer.
    const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    ::dup2(nowhere, STDIN_FILENO);
    ::dup2(nowhere, STDOUT_FILENO);
    const std::string text = options.work(job);
    ::_exit(write_all(answer, text) ? EXIT_SUCCESS : EXIT_FAILURE);
}

class Pool {
  public:
    explicit Pool(const PoolOptions& options) : options_(options) {}
    ~Pool() { stop(); }
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    Status start(std::uint64_t job);
    /// Waits for news, hands finished jobs on; the number of a signal that came, or 0.
    Expected<int> wait(const SignalWatch& signals);
    [[nodiscard]] std::size_t running() const { return workers_.size(); }

  private:
    void stop();
    Status hear(Worker& worker, bool& ended);
    Status finish(Worker worker);

    const PoolOptions& options_;
    std::vector<Worker> workers_;
};

Status Pool::start(std::uint64_t job) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return fail(ErrorCode::Unavailable, std::string("pipe: ") + std::strerror(errno));
    Descriptor read_end(ends[0]);
    const Descriptor write_end(ends[1]);
    const pid_t parent = ::getpid();
    std::fflush(nullptr);
    const pid_t pid = ::fork();
    if (pid < 0) return fail(ErrorCode::Unavailable, std::string("fork: ") + std::strerror(errno));
    if (pid == 0) live_as_child(options_, job, write_end.get(), parent);
    workers_.push_back({.pid = pid, .job = job, .answer = std::move(read_end), .text = {}});
    return {};
}

void Pool::stop() {
    for (const Worker& worker : workers_) {
        ::kill(worker.pid, SIGKILL);
        while (::waitpid(worker.pid, nullptr, 0) < 0 && errno == EINTR) {
        }
    }
    workers_.clear();
}

Status Pool::hear(Worker& worker, bool& ended) {
    std::array<char, 65536> buffer{};
    const ssize_t count = ::read(worker.answer.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) return {};
    if (count < 0) return system_failure(errno, "answer of a sweep's worker", "read");
    worker.text.append(buffer.data(), static_cast<std::size_t>(count));
    ended = count == 0;
    return {};
}

Status Pool::finish(Worker worker) {
    int state = 0;
    while (::waitpid(worker.pid, &state, 0) < 0) {
        if (errno != EINTR) return system_failure(errno, "worker of a sweep", "wait");
    }
    JobResult result{.job = worker.job, .text = std::move(worker.text), .died = {}};
    if (WIFSIGNALED(state)) {
        result.died = "signal " + std::to_string(WTERMSIG(state));
        if (const char* name = ::sigabbrev_np(WTERMSIG(state)))
            result.died += std::string(" (SIG") + name + ")";
    } else if (WEXITSTATUS(state) != EXIT_SUCCESS) {
        result.died = "exit status " + std::to_string(WEXITSTATUS(state));
    }
    if (!result.died.empty()) result.text.clear();
    return options_.on_result(result);
}

Expected<int> Pool::wait(const SignalWatch& signals) {
    std::vector<pollfd> watched = {{signals.get(), POLLIN, 0}};
    for (const Worker& worker : workers_)
        watched.push_back({worker.answer.get(), POLLIN, 0});
    if (::poll(watched.data(), watched.size(), kTickMs) < 0 && errno != EINTR)
        return system_failure(errno, "workers of a sweep", "poll");
    if (watched[0].revents != 0) {
        if (const int number = signals.take(); number != 0) return number;
    }
    // From the back: a finished worker leaves the list.
    for (std::size_t i = workers_.size(); i-- > 0;) {
        if (watched[i + 1].revents == 0) continue;
        bool ended = false;
        if (auto heard = hear(workers_[i], ended); !heard) return fail(heard.error());
        if (!ended) continue;
        Worker worker = std::move(workers_[i]);
        workers_.erase(workers_.begin() + static_cast<std::ptrdiff_t>(i));
        if (auto told = finish(std::move(worker)); !told) return fail(told.error());
    }
    return 0;
}

}  // namespace

Expected<int> run_jobs(const std::vector<std::uint64_t>& jobs, const PoolOptions& options) {
    TRADECTL_ASSERT(options.workers > 0);
    const SignalWatch signals;
    if (signals.get() < 0)
        return fail(ErrorCode::Unavailable, std::string("signalfd: ") + std::strerror(errno));
    Pool pool(options);
    std::size_t next = 0;
    while (next < jobs.size() || pool.running() > 0) {
        while (next < jobs.size() && pool.running() < options.workers) {
            if (auto started = pool.start(jobs[next]); !started) return fail(started.error());
            ++next;
        }
        const auto signal = pool.wait(signals);
        if (!signal || *signal != 0) return signal;
        if (options.on_tick) options.on_tick();
    }
    return 0;
}

}  // namespace tradectl::backtest
