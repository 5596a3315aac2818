/// What both kinds of sweep share: a plan, a book of finished jobs, and workers for the rest.
#pragma once

#include "host/backtest/sweep_book.hpp"
#include "host/backtest/sweep_plan.hpp"
#include "host/backtest/sweep_pool.hpp"
#include "host/base/clock.hpp"

#include <functional>
#include <vector>

namespace tradectl::backtest {

class SweepRunner {
  public:
    using JobOf = std::function<SweepJob(std::uint64_t number)>;

    /// All must outlive it.
    SweepRunner(const SweepOptions& options, const SweepPlan& plan, SweepBook& book)
        : options_(options), plan_(plan), book_(book), found_before_(book.size()) {}

    /// Runs those of `jobs` that the book does not have; false when a signal came.
    [[nodiscard]] Expected<bool> finish(const std::vector<std::uint64_t>& jobs,
                                        const JobOf& job_of);
    /// How many jobs there are in all, for the progress.
    void expect(std::uint64_t jobs) { jobs_ = jobs; }
    /// A result with all but its points and its walk.
    [[nodiscard]] SweepResult result() const;

    [[nodiscard]] const SweepOptions& options() const { return options_; }
    [[nodiscard]] const SweepPlan& plan() const { return plan_; }
    [[nodiscard]] const SweepBook& book() const { return book_; }
    [[nodiscard]] std::uint64_t points() const { return plan_.grid.size(); }

  private:
    [[nodiscard]] Status take(const JobResult& result, const JobOf& job_of);
    void tell() const;

    const SweepOptions& options_;
    const SweepPlan& plan_;
    SweepBook& book_;
    std::uint64_t found_before_;
    std::uint64_t jobs_ = 0;
    SystemClock clock_;
    std::int64_t started_ns_ = clock_.monotonic_ns();
    int signal_ = 0;
};

/// `first`, `first + 1` ... `end - 1`.
[[nodiscard]] std::vector<std::uint64_t> job_numbers(std::uint64_t first, std::uint64_t end);

/// Trains and tests window by window; see SweepJob for the numbers.
[[nodiscard]] Expected<SweepResult> run_walk(SweepRunner& runner);

}  // namespace tradectl::backtest
