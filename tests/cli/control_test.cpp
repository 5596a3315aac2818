// The built program steered by its own commands.
#include "tests/cli/run_fixture.hpp"

#include <chrono>
#include <csignal>
#include <functional>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tradectl::cli {
namespace {

class Steering : public RunFixture {
  protected:
    ~Steering() override {
        if (child_ > 0) stop(SIGKILL);
    }
    /// Starts an endless paper run of the scripted strategy, and waits until it answers.
    void start(const std::string& step, const std::string& script) {
        std::string text = scripted_config(step, script);
        text.replace(text.find("mode: backtest"), 14, "mode: paper");
        const std::string synth = "trades: 300";
        text.replace(text.find(synth), synth.size(), "trades: 0, interval: 2ms, gap: 2ms");
        config_ = folder_.write("run.yaml", text);
        child_ = ::fork();
        if (child_ == 0) {
            const int null = ::open("/dev/null", O_WRONLY);
            ::dup2(null, STDOUT_FILENO);
            ::dup2(null, STDERR_FILENO);
            ::execl(TRADECTL_BINARY_DIR "/bin/tradectl",
                    "tradectl",
                    "run",
                    config_.c_str(),
                    "--state-dir",
                    state_.c_str(),
                    nullptr);
            ::_exit(127);
        }
        wait_until([this] { return ask({"status"}).exit_status != 75 && has_state(); });
        wait_until([this] { return ask({"status"}).exit_status == 0; });
    }
    int stop(int signal) {
        int status = 0;
        ::kill(child_, signal);
        ::waitpid(child_, &status, 0);
        child_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    ChildResult ask(std::vector<std::string> words) {
        words.insert(words.end(), {"-c", config_, "--state-dir", state_});
        return run_tradectl(words);
    }
    Json data(std::vector<std::string> words) {
        words.emplace_back("--json");
        return *ask(std::move(words)).json().find("data");
    }
    [[nodiscard]] bool has_state() const { return ::access(state_.c_str(), F_OK) == 0; }
    static void wait_until(const std::function<bool()>& holds) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!holds())
            ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "nothing came of it";
    }
    void wait_for(const char* key, std::int64_t value) {
        wait_until([&] { return data({"status"}).find(key)->as_integer() == value; });
    }
    static bool has(const std::string& text, const std::string& part) {
        return text.find(part) != std::string::npos;
    }

    const std::string state_ = folder_.file("state");
    std::string config_;
    pid_t child_ = -1;
};

TEST_F(Steering, ARunIsAskedHaltedFlattenedAndStopped) {
    start("3 buy 1 100", "fill");
    wait_for("positions", 1);
    const ChildResult status = ask({"status"});
    EXPECT_TRUE(has(status.out, "state       running\n")) << status.out;
    EXPECT_TRUE(has(status.out, "last error  none\n")) << status.out;

    EXPECT_EQ(ask({"halt", "--scope", "strategy:s"}).out,
              "halted: strategy:s (the running instance obeys)\n");
    EXPECT_EQ(*data({"status"}).find_text("state"), "halted");
    EXPECT_EQ(data({"resume", "--scope", "strategy:s"}).find("acknowledged")->as_boolean(), true);
    EXPECT_EQ(*data({"status"}).find_text("state"), "running");

    EXPECT_EQ(ask({"flatten"}).exit_status, 64);
    EXPECT_EQ(ask({"flatten", "--confirm=another"}).exit_status, 64);
    EXPECT_EQ(ask({"flatten", "--confirm=run-test", "--scope", "strategy:x"}).exit_status, 64);
    const ChildResult flat = ask({"flatten", "--confirm=run-test", "--reason", "enough"});
    EXPECT_EQ(flat.exit_status, 0) << flat.err;
    EXPECT_TRUE(has(flat.out, "positions closed: 1 of 1\n")) << flat.out;
    EXPECT_TRUE(has(flat.out, "halted: all ")) << flat.out;
    wait_for("positions", 0);
    EXPECT_EQ(stop(SIGTERM), 0);
    for (const char* command : {"cancel-all", "flatten"}) {
        const ChildResult none = ask({command, "--confirm=run-test"});
        EXPECT_EQ(none.exit_status, 69);
        EXPECT_TRUE(has(none.err, "no instance of 'run-test' runs")) << none.err;
    }
    EXPECT_EQ(ask({"status"}).exit_status, 69);
    EXPECT_TRUE(ask({"halt"}).out.starts_with("halted already: all\n"));
}

TEST_F(Steering, WhatIsLeftIsToldAndIsNotSuccess) {
    start("3 sell 1 110", "one_way");
    wait_for("open_orders", 1);
    const ChildResult left = ask({"cancel-all", "--confirm=run-test", "--timeout", "100ms"});
    EXPECT_EQ(left.exit_status, 3);
    EXPECT_TRUE(has(left.out, "orders left: 1\n")) << left.out;
    const Json told = data({"cancel-all", "--confirm=run-test", "--timeout", "100ms"});
    EXPECT_EQ(told.find("orders_left")->as_integer(), 1);
    EXPECT_EQ(stop(SIGKILL), 128 + SIGKILL);
    // The socket of the dead one is there, and nobody behind it.
    EXPECT_EQ(::access((state_ + "/control.sock").c_str(), F_OK), 0);
    EXPECT_EQ(ask({"status"}).exit_status, 69);
}

TEST_F(Steering, AnOrderThatRestsIsCanceled) {
    start("3 buy 1 90", "rest");
    wait_for("open_orders", 1);
    const ChildResult gone = ask({"cancel-all", "--confirm=run-test"});
    EXPECT_EQ(gone.exit_status, 0) << gone.err;
    EXPECT_TRUE(has(gone.out, "canceled")) << gone.out;
    EXPECT_EQ(ask({"cancel-all", "--confirm=run-test"}).out, "no order was open\n");
    EXPECT_EQ(stop(SIGTERM), 0);
}

TEST_F(Steering, ADirectoryThatSomethingElseHoldsCannotBeAsked) {
    ASSERT_EQ(run_config(good_config(), {"--state-dir", state_}).exit_status, 0);
    config_ = folder_.file("run.yaml");
    const int fd = ::open((state_ + "/lock").c_str(), O_RDWR | O_CLOEXEC);
    struct flock range {};
    range.l_type = F_WRLCK;
    range.l_len = 2;
    ASSERT_EQ(::fcntl(fd, F_OFD_SETLK, &range), 0);
    for (const char* command : {"status", "cancel-all", "flatten"}) {
        std::vector<std::string> words{command};
        if (words[0] != "status") words.emplace_back("--confirm=run-test");
        EXPECT_EQ(ask(words).exit_status, 75) << command;
    }
    ::close(fd);
}

TEST_F(Steering, ALogThatCannotBeWrittenIsToldBeforeTheExit) {
    const std::string strace = "/usr/bin/strace";
    if (::access(strace.c_str(), X_OK) != 0) GTEST_SKIP() << "skipped: no strace";
    std::string text = scripted_config("3 buy 1 100", "fill");
    text.replace(text.find("mode: backtest"), 14, "mode: paper\nspeed: 100");
    const std::string told = folder_.file("told");
    text += "alerts: {command: [/bin/sh, -c, 'cat >> \"$0\"', " + told + "]}\n";
    config_ = folder_.write("run.yaml", text);
    // The log's own thread counts for itself: its second sync fails, and all behind it.
    const ChildResult run = run_program_at(strace,
                                           {"-f",
                                            "-qq",
                                            "-o",
                                            "/dev/null",
                                            // A leak check cannot run in a traced process.
                                            "-E",
                                            "ASAN_OPTIONS=detect_leaks=0",
                                            "-P",
                                            state_ + "/wal/00000001.twal",
                                            "-e",
                                            "inject=fdatasync:error=EIO:when=2+",
                                            TRADECTL_BINARY_DIR "/bin/tradectl",
                                            "run",
                                            config_,
                                            "--state-dir",
                                            state_});
    EXPECT_EQ(run.exit_status, 74) << run.err;
    const std::string message = read_text(told);
    EXPECT_TRUE(has(message, "\"event\":\"wal\"")) << message;
    EXPECT_TRUE(has(message, "\"detail\":\"the run stops: ")) << message;
    EXPECT_TRUE(has(read_text(state_ + "/halt"), "the log cannot be written")) << run.err;
}

}  // namespace
}  // namespace tradectl::cli
