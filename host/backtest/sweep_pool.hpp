/// Jobs in child processes, a fixed number of them at a time.
///
/// Every job has a process of its own, forked from a parent with one thread: a plugin's static
/// state, a crash, a leak or a library that is never unloaded stay in it, and the memory of all
/// jobs is that of the workers alive. Files that jobs map are in the page cache once.
#pragma once

#include <tradectl/expected.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace tradectl::backtest {

struct JobResult {
    std::uint64_t job = 0;
    std::string text;  ///< what the job returned
    std::string died;  ///< how its process ended without an answer: "signal 11"; empty: it answered
};

struct PoolOptions {
    std::size_t workers = 1;  ///< at least 1
    /// Runs in the child and gives the job's answer, of any length. An exception ends the child.
    std::function<std::string(std::uint64_t job)> work;
    /// Called in the parent in the order in which jobs end; an error stops the pool.
    std::function<Status(const JobResult&)> on_result;
    /// Called in the parent a few times a second while jobs run; may be empty.
    std::function<void()> on_tick;
};

/// Runs all jobs. SIGINT and SIGTERM stop it: children are killed and the signal's number is
/// returned; 0 is the end of all jobs. Children die with this process, however it ends. They start
/// with both signals blocked and in a process group of their own, so that a terminal's ^C is the
/// parent's alone. Unavailable when no process or pipe can be had.
///
/// The caller's process must have one thread.
[[nodiscard]] Expected<int> run_jobs(const std::vector<std::uint64_t>& jobs,
                                     const PoolOptions& options);

}  // namespace tradectl::backtest
