#include "host/ops/run_command.hpp"

#include "tests/host/base/temporary_directory.hpp"

#include <tradectl/timestamp.hpp>

#include <cstdlib>
#include <sstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace tradectl::ops {
namespace {

constexpr std::int64_t kPatienceNs = 10 * kNsPerSecond;

std::string text_in(const std::string& path) {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

TEST(RunCommand, HearsItsInputAndEndsWell) {
    const TemporaryDirectory folder;
    const std::string input(300'000, 'x');  // more than a pipe holds
    const auto done = run_command({.words = {"/bin/sh", "-c", "cat > \"$0\"", folder.file("heard")},
                                   .input = input,
                                   .timeout_ns = kPatienceNs});
    EXPECT_TRUE(done) << done.error().message;
    EXPECT_EQ(text_in(folder.file("heard")), input);
}

TEST(RunCommand, HasPathAloneAsItsEnvironment) {
    const TemporaryDirectory folder;
    ::setenv("TRADECTL_SECRET_OF_A_TEST", "x", 1);
    ASSERT_TRUE(
        run_command({.words = {"/bin/sh", "-c", "/usr/bin/env > \"$0\"", folder.file("env")},
                     .timeout_ns = kPatienceNs}));
    ::unsetenv("TRADECTL_SECRET_OF_A_TEST");
    std::istringstream lines(text_in(folder.file("env")));
    for (std::string line; std::getline(lines, line);) {
        const std::string name = line.substr(0, line.find('='));
        EXPECT_TRUE(name == "PATH" || name == "PWD" || name == "_" || name == "SHLVL") << line;
    }
}

TEST(RunCommand, HasNoDescriptorsOfOurs) {
    constexpr int kOurs = 77;
    ASSERT_EQ(::dup2(STDERR_FILENO, kOurs), kOurs);  // without close-on-exec
    const auto done = run_command(
        {.words = {"/bin/sh", "-c", "test ! -e /proc/self/fd/77"}, .timeout_ns = kPatienceNs});
    ::close(kOurs);
    EXPECT_TRUE(done) << done.error().message;
}

TEST(RunCommand, WhatTakesTooLongIsKilledWithAllItStarted) {
    const auto late = run_command({.words = {"/bin/sh", "-c", "/bin/sleep 600 & /bin/sleep 600"},
                                   .timeout_ns = 100 * kNsPerMillisecond});
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, ErrorCode::Unavailable);
    EXPECT_EQ(late.error().message, "/bin/sh: killed, not done within 100 ms");
}

TEST(RunCommand, WhoeverGivesUpDoesNotWait) {
    int asked = 0;
    EXPECT_FALSE(run_command({.words = {"/bin/sleep", "600"},
                              .timeout_ns = kNsPerHour,
                              .give_up = [&asked] { return ++asked > 2; }}));
}

TEST(RunCommand, SaysHowItEnded) {
    const auto status =
        run_command({.words = {"/bin/sh", "-c", "exit 7"}, .timeout_ns = kPatienceNs});
    EXPECT_EQ(status.error().message, "/bin/sh: ended with status 7");
    const auto signal =
        run_command({.words = {"/bin/sh", "-c", "kill -9 $$"}, .timeout_ns = kPatienceNs});
    EXPECT_EQ(signal.error().message, "/bin/sh: ended with signal 9");
    const auto missing =
        run_command({.words = {"/nonexistent/program"}, .timeout_ns = kPatienceNs});
    EXPECT_EQ(missing.error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace tradectl::ops
