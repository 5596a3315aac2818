#include "host/backtest/sweep_pool.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <map>
#include <numeric>
#include <set>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tradectl::backtest {
namespace {

struct Ran {
    std::map<std::uint64_t, JobResult> results;
    Expected<int> end = 0;
};

Ran run(std::size_t jobs, std::size_t workers, std::function<std::string(std::uint64_t)> work) {
    Ran ran;
    std::vector<std::uint64_t> numbers(jobs);
    std::iota(numbers.begin(), numbers.end(), 0);
    PoolOptions options;
    options.workers = workers;
    options.work = std::move(work);
    options.on_result = [&](const JobResult& result) -> Status {
        EXPECT_TRUE(ran.results.emplace(result.job, result).second) << "twice: " << result.job;
        return {};
    };
    ran.end = run_jobs(numbers, options);
    return ran;
}

TEST(SweepPool, RunsEachJobOnceInAProcessOfItsOwn) {
    const Ran ran = run(9, 3, [](std::uint64_t) { return std::to_string(::getpid()); });
    ASSERT_TRUE(ran.end);
    EXPECT_EQ(*ran.end, 0);
    std::set<std::string> pids;
    for (const auto& [job, result] : ran.results) {
        EXPECT_TRUE(result.died.empty()) << result.died;
        pids.insert(result.text);
    }
    EXPECT_EQ(pids.size(), 9U);
    EXPECT_EQ(pids.count(std::to_string(::getpid())), 0U);
}

TEST(SweepPool, CarriesAnswersOfAnyLength) {
    const Ran ran = run(4, 2, [](std::uint64_t job) { return std::string(job * 1'000'000, 'x'); });
    ASSERT_EQ(ran.results.size(), 4U);
    for (const auto& [job, result] : ran.results)
        EXPECT_EQ(result.text.size(), job * 1'000'000) << result.died;
}

TEST(SweepPool, ADeadChildIsAResultAndStopsNobody) {
    const Ran ran = run(4, 2, [](std::uint64_t job) -> std::string {
        if (job == 1) ::raise(SIGKILL);
        if (job == 2) ::_exit(70);
        return "fine";
    });
    ASSERT_EQ(ran.results.size(), 4U);
    EXPECT_EQ(ran.results.at(0).text, "fine");
    EXPECT_EQ(ran.results.at(1).died, "signal 9 (SIGKILL)");
    EXPECT_EQ(ran.results.at(2).died, "exit status 70");
    EXPECT_EQ(ran.results.at(3).text, "fine");
}

TEST(SweepPool, WhatAChildPrintsIsNotTheAnswer) {
    testing::internal::CaptureStdout();
    const Ran ran = run(1, 1, [](std::uint64_t) {
        std::puts("noise");
        std::fflush(stdout);
        return std::string("answer");
    });
    EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
    EXPECT_EQ(ran.results.at(0).text, "answer");
}

TEST(SweepPool, NoMoreWorkersThanAskedForLiveAtATime) {
    // Each child counts its siblings' places: a place is taken by an exclusive file.
    char folder[] = "/tmp/tradectl-test-XXXXXX";
    ASSERT_NE(::mkdtemp(folder), nullptr);
    const std::string counter = std::string(folder) + "/alive";
    const Ran ran = run(12, 2, [&](std::uint64_t) {
        std::FILE* file = std::fopen(counter.c_str(), "a+");
        std::fputc('+', file);
        std::fclose(file);
        std::string text(4096, '\0');
        file = std::fopen(counter.c_str(), "r");
        text.resize(std::fread(text.data(), 1, text.size(), file));
        std::fclose(file);
        file = std::fopen(counter.c_str(), "a");
        std::fputc('-', file);
        std::fclose(file);
        const auto in = std::count(text.begin(), text.end(), '+');
        return std::to_string(in - std::count(text.begin(), text.end(), '-'));
    });
    for (const auto& [job, result] : ran.results)
        EXPECT_LE(std::stoi(result.text), 2) << job;
    ::unlink(counter.c_str());
    ::rmdir(folder);
}

TEST(SweepPool, ASignalStopsItAndLeavesNoChildBehind) {
    std::uint64_t finished = 0;
    PoolOptions options;
    options.workers = 2;
    options.work = [](std::uint64_t job) -> std::string {
        if (job > 0) ::pause();  // until it is killed
        return "first";
    };
    options.on_result = [&](const JobResult& result) -> Status {
        ++finished;
        EXPECT_EQ(result.job, 0U);
        ::kill(::getpid(), SIGTERM);
        return {};
    };
    const auto end = run_jobs({0, 1, 2, 3}, options);
    ASSERT_TRUE(end);
    EXPECT_EQ(*end, SIGTERM);
    EXPECT_EQ(finished, 1U);
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);  // no child is left
}

TEST(SweepPool, AnErrorInTheParentStopsIt) {
    PoolOptions options;
    options.workers = 2;
    options.work = [](std::uint64_t) { return std::string("x"); };
    options.on_result = [](const JobResult&) -> Status { return fail(ErrorCode::NoSpace, "full"); };
    const auto end = run_jobs({0, 1, 2}, options);
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().code, ErrorCode::NoSpace);
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
}

}  // namespace
}  // namespace tradectl::backtest
