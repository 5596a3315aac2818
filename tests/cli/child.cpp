#include "tests/cli/child.hpp"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tradectl::cli {
namespace {

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (std::string& text : texts)
        out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

/// Reads both pipes to their ends, so that neither can fill up and block the child.
void drain(int out_fd, int err_fd, ChildResult& result) {
    std::array<pollfd, 2> fds{{{out_fd, POLLIN, 0}, {err_fd, POLLIN, 0}}};
    std::array<std::string*, 2> texts{&result.out, &result.err};
    for (int open = 2; open > 0;) {
        ::poll(fds.data(), fds.size(), -1);
        for (std::size_t i = 0; i < fds.size(); ++i) {
            if (fds[i].fd < 0 || fds[i].revents == 0) continue;
            std::array<char, 4096> buffer{};
            const ssize_t count = ::read(fds[i].fd, buffer.data(), buffer.size());
            if (count > 0) {
                texts[i]->append(buffer.data(), static_cast<std::size_t>(count));
            } else {
                ::close(fds[i].fd);
                fds[i].fd = -1;
                --open;
            }
        }
    }
}

int input_file(const std::string& text) {
    std::FILE* file = std::tmpfile();
    std::fwrite(text.data(), 1, text.size(), file);
    std::fflush(file);
    const int fd = ::dup(::fileno(file));
    std::fclose(file);
    ::lseek(fd, 0, SEEK_SET);
    return fd;
}

}  // namespace

ChildResult run_program_at(const std::string& program,
                           const std::vector<std::string>& arguments,
                           const ChildOptions& options) {
    std::vector<std::string> words = {program};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<std::string> variables = {"PATH=/usr/bin:/bin", "HOME=/nonexistent"};
    for (const auto& [name, value] : options.environment)
        variables.push_back(name + "=" + value);
    const std::vector<char*> argv = pointers_to(words);
    const std::vector<char*> envp = pointers_to(variables);
    std::array<int, 2> out{};
    std::array<int, 2> err{};
    EXPECT_EQ(::pipe2(out.data(), O_CLOEXEC), 0);
    EXPECT_EQ(::pipe2(err.data(), O_CLOEXEC), 0);
    const int in = input_file(options.input);
    const pid_t child = ::fork();
    if (child == 0) {
        const int target =
            options.stdout_path.empty() ? out[1] : ::open(options.stdout_path.c_str(), O_WRONLY);
        ::dup2(in, STDIN_FILENO);
        ::dup2(target, STDOUT_FILENO);
        ::dup2(err[1], STDERR_FILENO);
        ::execve(program.c_str(), argv.data(), envp.data());
        ::_exit(127);
    }
    ::close(in);
    ::close(out[1]);
    ::close(err[1]);
    ChildResult result;
    drain(out[0], err[0], result);
    int status = 0;
    ::waitpid(child, &status, 0);
    result.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

ChildResult run_tradectl(const std::vector<std::string>& arguments, const ChildOptions& options) {
    return run_program_at(TRADECTL_BINARY_DIR "/bin/tradectl", arguments, options);
}

Json ChildResult::json() const {
    auto document = parse_json(out);
    EXPECT_TRUE(document) << out << err;
    return document ? *document : Json();
}

TemporaryFolder::TemporaryFolder() {
    char name[] = "/tmp/tradectl-cli-XXXXXX";
    path_ = ::mkdtemp(name);
}

TemporaryFolder::~TemporaryFolder() {
    std::filesystem::remove_all(path_);
}

std::string TemporaryFolder::write(const std::string& name, const std::string& text) const {
    std::ofstream(file(name)) << text;
    return file(name);
}

std::string read_text(const std::string& path) {
    std::ifstream file(path);
    std::stringstream content;
    content << file.rdbuf();
    return content.str();
}

}  // namespace tradectl::cli
