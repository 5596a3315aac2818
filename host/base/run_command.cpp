#include "host/base/run_command.hpp"

#include "host/base/system_error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tradectl {

namespace {

constexpr int kLookMs = 50;
constexpr const char* kPathUsual = "/usr/local/bin:/usr/bin:/bin";

/// The input as a file, so that nobody has to feed a pipe. The caller closes it.
Expected<int> input_file(const std::string& input) {
    const int fd = ::memfd_create("input", MFD_CLOEXEC);
    if (fd < 0) return system_failure(errno, "memfd", "create");
    std::size_t done = 0;
    while (done < input.size()) {
        const ssize_t count = ::write(fd, input.data() + done, input.size() - done);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) {
            const int reason = errno;
            ::close(fd);
            return system_failure(reason, "memfd", "write");
        }
        done += static_cast<std::size_t>(count);
    }
    ::lseek(fd, 0, SEEK_SET);
    return fd;
}

std::vector<std::string> environment_of(const CommandRun& run) {
    const char* path = std::getenv("PATH");
    std::vector<std::string> lines{std::string("PATH=") + (path == nullptr ? kPathUsual : path)};
    for (const std::string& name : run.variables) {
        if (const char* value = std::getenv(name.c_str())) lines.push_back(name + "=" + value);
    }
    return lines;
}

std::vector<char*> pointers_to(std::vector<std::string>& lines) {
    std::vector<char*> pointers;
    for (std::string& line : lines)
        pointers.push_back(line.data());
    pointers.push_back(nullptr);
    return pointers;
}

/// `output` of -1 is nowhere.
Expected<pid_t> start(const CommandRun& run, int input, int output) {
    std::vector<std::string> words = run.words;
    std::vector<std::string> lines = environment_of(run);
    const std::vector<char*> argv = pointers_to(words);
    const std::vector<char*> environment = pointers_to(lines);
    posix_spawn_file_actions_t actions{};
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    if (output >= 0)
        ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    else
        ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    posix_spawnattr_t attributes{};
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    sigset_t signals;
    ::sigfillset(&signals);
    ::posix_spawnattr_setsigdefault(&attributes, &signals);
    ::sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes, &signals);
    pid_t child = -1;
    const int failed =
        ::posix_spawn(&child, argv[0], &actions, &attributes, argv.data(), environment.data());
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) return system_failure(failed, run.words.front(), "start");
    return child;
}

/// False when the time was up first.
bool wait_for_end(pid_t child, const CommandRun& run) {
    const auto deadline =
        std::chrono::steady_clock::now() + std::chrono::nanoseconds(run.timeout_ns);
    const int fd = static_cast<int>(::syscall(SYS_pidfd_open, child, 0));
    bool ended = false;
    while (!ended) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0 || (run.give_up && run.give_up())) break;
        pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
        const int wait_ms = static_cast<int>(std::min<long>(left.count(), kLookMs));
        ended = ::poll(&waiting, 1, wait_ms) > 0;
        if (fd < 0) {  // no descriptors left: asked without one, and not reaped
            siginfo_t info{};
            ended = ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) ==
                        0 &&
                    info.si_pid == child;
        }
    }
    if (fd >= 0) ::close(fd);
    return ended;
}

Status run_with_output(const CommandRun& run, int output) {
    const std::string& program = run.words.front();
    auto input = input_file(run.input);
    if (!input) return fail(input.error());
    const auto child = start(run, *input, output);
    ::close(*input);
    if (!child) return fail(child.error());
    const bool ended = wait_for_end(*child, run);
    // Whatever it started goes with it.
    ::kill(-*child, SIGKILL);
    int status = 0;
    while (::waitpid(*child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!ended) {
        return fail(ErrorCode::Unavailable,
                    program + ": killed, not done within " +
                        std::to_string(run.timeout_ns / 1'000'000) + " ms");
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
    const std::string how = WIFEXITED(status) ? "status " + std::to_string(WEXITSTATUS(status))
                                              : "signal " + std::to_string(WTERMSIG(status));
    return fail(ErrorCode::Unavailable, program + ": ended with " + how);
}

}  // namespace

Status run_command(const CommandRun& run) {
    return run_with_output(run, -1);
}

Expected<std::size_t> read_from_command(const CommandRun& run, std::span<std::byte> out) {
    std::array<int, 2> pipe{-1, -1};
    if (::pipe2(pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0)
        return system_failure(errno, "pipe", "create");
    // The child's end waits as programs expect; ours never does.
    ::fcntl(pipe[1], F_SETFL, 0);
    const auto ended = run_with_output(run, pipe[1]);
    ::close(pipe[1]);
    std::size_t done = 0;
    std::byte one_more{};
    bool too_much = false;
    while (ended) {
        const bool full = done == out.size();
        const ssize_t count =
            ::read(pipe[0], full ? &one_more : out.data() + done, full ? 1 : out.size() - done);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        too_much = full;
        if (full) break;
        done += static_cast<std::size_t>(count);
    }
    ::close(pipe[0]);
    if (!ended) return fail(ended.error());
    if (!too_much) return done;
    return fail(ErrorCode::InvalidArgument,
                run.words.front() + ": wrote more than " + std::to_string(out.size()) + " bytes");
}

}  // namespace tradectl
