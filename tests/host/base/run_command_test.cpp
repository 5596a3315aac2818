#include "host/base/run_command.hpp"

#include "tests/host/base/temporary_directory.hpp"

#include <tradectl/timestamp.hpp>

#include <array>
#include <cstdlib>
#include <sstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace tradectl {
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

TEST(ReadFromCommand, GivesWhatItWroteAndNoMore) {
    std::array<std::byte, 5> room{};
    const auto exact = read_from_command(
        {.words = {"/bin/sh", "-c", "printf 12345"}, .timeout_ns = kPatienceNs}, room);
    ASSERT_TRUE(exact) << exact.error().message;
    EXPECT_EQ(*exact, 5U);
    EXPECT_EQ(static_cast<char>(room[4]), '5');
    const auto more = read_from_command(
        {.words = {"/bin/sh", "-c", "printf 123456"}, .timeout_ns = kPatienceNs}, room);
    EXPECT_EQ(more.error().message, "/bin/sh: wrote more than 5 bytes");
    const auto none = read_from_command({.words = {"/bin/true"}, .timeout_ns = kPatienceNs}, room);
    ASSERT_TRUE(none);
    EXPECT_EQ(*none, 0U);
}

TEST(ReadFromCommand, SaysWhatWentWrongAndNotWhatWasWritten) {
    std::array<std::byte, 16> room{};
    const auto failed = read_from_command(
        {.words = {"/bin/sh", "-c", "printf secret; exit 3"}, .timeout_ns = kPatienceNs}, room);
    EXPECT_EQ(failed.error().message, "/bin/sh: ended with status 3");
    const auto late = read_from_command(
        {.words = {"/bin/sleep", "600"}, .timeout_ns = 100 * kNsPerMillisecond}, room);
    EXPECT_EQ(late.error().code, ErrorCode::Unavailable);
}

TEST(ReadFromCommand, PassesOnTheVariablesThatAreNamed) {
    ::setenv("TRADECTL_FOR_A_TEST", "7", 1);
    std::array<std::byte, 16> room{};
    const auto heard = read_from_command({.words = {"/bin/sh", "-c", "printf $TRADECTL_FOR_A_TEST"},
                                          .timeout_ns = kPatienceNs,
                                          .variables = {"TRADECTL_FOR_A_TEST"}},
                                         room);
    ::unsetenv("TRADECTL_FOR_A_TEST");
    EXPECT_EQ(heard.value_or(0), 1U);
}

}  // namespace
}  // namespace tradectl
