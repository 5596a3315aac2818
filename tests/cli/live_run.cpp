#include "tests/cli/live_run.hpp"

#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

namespace tradectl::cli {

LiveRun::LiveRun(const TemporaryFolder& folder, const std::string& config_text) {
    const std::string config = folder.write("live.yaml", config_text);
    const std::string state = folder.file("live");
    words_ = {"-c", config, "--state-dir", state};
    child_ = ::fork();
    if (child_ == 0) {
        ::execl(TRADECTL_BINARY_DIR "/bin/tradectl",
                "tradectl",
                "run",
                config.c_str(),
                "--state-dir",
                state.c_str(),
                "-q",
                "--wall",
                "60s",
                nullptr);
        ::_exit(99);
    }
}

int LiveRun::wait() {
    int raw = 0;
    ::waitpid(child_, &raw, 0);
    child_ = -1;
    return status_ = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
}

int LiveRun::stop() {
    if (child_ < 0) return status_;
    signal(SIGTERM);
    return wait();
}

void LiveRun::kill() {
    signal(SIGKILL);
    wait();
}

void LiveRun::signal(int number) const {
    ::kill(child_, number);
}

ChildResult LiveRun::on(std::vector<std::string> command) const {
    command.insert(command.end(), words_.begin(), words_.end());
    return run_tradectl(command);
}

}  // namespace tradectl::cli
