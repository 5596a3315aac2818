#include "host/backtest/sweep.hpp"

#include "host/backtest/moments.hpp"
#include "host/backtest/sweep_luck.hpp"
#include "host/backtest/sweep_runner.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace tradectl::backtest {
namespace {

constexpr std::array<std::string_view, 10> kLowerIsBetter = {"max_drawdown",
                                                             "average_drawdown",
                                                             "max_drawdown_duration",
                                                             "average_drawdown_duration",
                                                             "annual_volatility",
                                                             "average_loss",
                                                             "losing_streak",
                                                             "fees",
                                                             "turnover",
                                                             "beta"};

Expected<SweepResult> run_grid(SweepRunner& runner) {
    const SweepOptions& options = runner.options();
    runner.expect(runner.points());
    const auto finished = runner.finish(job_numbers(0, runner.points()), [&](std::uint64_t number) {
        return SweepJob{.point = number,
                        .from = options.from,
                        .until = options.until,
                        .sample_ns = options.sample_ns};
    });
    if (!finished) return fail(finished.error());
    SweepResult result = runner.result();
    Moments ranks;
    for (std::uint64_t job = 0; job < runner.points(); ++job) {
        const SweepPoint* point = runner.book().find(job);
        if (point == nullptr) continue;
        result.points.push_back(*point);
        if (!std::isnan(point->rank)) ranks.add(point->rank);
    }
    const bool lower = result.lower_is_better;
    std::sort(result.points.begin(), result.points.end(), [lower](const auto& a, const auto& b) {
        return ranks_before(a, b, lower);
    });
    if (options.rank == "sharpe")
        result.luck = expected_best_sharpe(ranks.count(), ranks.variance());
    return result;
}

}  // namespace

Expected<std::string> sweeps_directory(const Environment& env) {
    auto data = data_directory(env);
    if (!data) return data;
    return *data + "/sweeps";
}

bool is_lower_better(std::string_view statistic) {
    return std::find(kLowerIsBetter.begin(), kLowerIsBetter.end(), statistic) !=
           kLowerIsBetter.end();
}

std::vector<std::uint64_t> job_numbers(std::uint64_t first, std::uint64_t end) {
    std::vector<std::uint64_t> out(end - first);
    std::iota(out.begin(), out.end(), first);
    return out;
}

void SweepRunner::tell() const {
    if (!options_.on_progress) return;
    options_.on_progress({.jobs = jobs_,
                          .there = found_before_,
                          .done = book_.size(),
                          .failed = book_.failed(),
                          .wall_ns = clock_.monotonic_ns() - started_ns_});
}

Status SweepRunner::take(const JobResult& result, const JobOf& job_of) {
    auto line = result.died.empty()
                    ? parse_json(result.text)
                    : Expected<Json>(fail(ErrorCode::Internal, "its process died: " + result.died));
    if (line) return book_.add(*line);
    Json failed = Json::object();
    failed.set("job", result.job);
    failed.set("point", job_of(result.job).point);
    failed.set("error", line.error().message);
    failed.set("retry", true);
    return book_.add(failed);
}

Expected<bool> SweepRunner::finish(const std::vector<std::uint64_t>& jobs, const JobOf& job_of) {
    std::vector<std::uint64_t> missing;
    for (const std::uint64_t job : jobs) {
        if (book_.find(job) == nullptr) missing.push_back(job);
    }
    PoolOptions pool;
    pool.workers = options_.workers;
    pool.work = [&](std::uint64_t number) {
        return run_job(options_, plan_.grid, number, job_of(number)).dump();
    };
    pool.on_result = [&](const JobResult& result) { return take(result, job_of); };
    pool.on_tick = [this] { tell(); };
    const auto signal = run_jobs(missing, pool);
    if (!signal) return fail(signal.error());
    signal_ = *signal;
    return signal_ == 0;
}

SweepResult SweepRunner::result() const {
    SweepResult out;
    out.name = plan_.base.config.name;
    out.config_hash = plan_.base.hash;
    out.directory = plan_.directory;
    out.rank = options_.rank;
    out.lower_is_better = is_lower_better(options_.rank);
    out.axes = plan_.grid.axes();
    out.points_total = points();
    out.failed = book_.failed();
    out.first_error = book_.first_error();
    out.found_before = found_before_;
    out.wall_ns = clock_.monotonic_ns() - started_ns_;
    out.signal = signal_;
    out.file = book_.file();
    return out;
}

Expected<SweepResult> run_sweep(Disk& disk, const SweepOptions& options) {
    const auto plan = plan_sweep(options);
    if (!plan) return fail(plan.error());
    auto book =
        SweepBook::open(disk, plan->directory, plan->head, options.rank, options.lock_wait_ns);
    if (!book) return fail(book.error());
    SweepRunner runner(options, *plan, **book);
    return plan->split ? run_walk(runner) : run_grid(runner);
}

}  // namespace tradectl::backtest
