// Walk-forward: look at the data, train in every window, test what was best.
#include "host/backtest/moments.hpp"
#include "host/backtest/sweep_runner.hpp"
#include "host/base/assert.hpp"

#include <cmath>
#include <utility>

namespace tradectl::backtest {
namespace {

class WalkRun {
  public:
    explicit WalkRun(SweepRunner& runner) : runner_(runner) {}

    /// Job 0; false when a signal came.
    Expected<bool> look();
    Expected<bool> train();
    Expected<bool> test();
    /// Once everything is there.
    Expected<WalkForward> result() const;

  private:
    [[nodiscard]] Status split(const Json& looked);
    /// The best point of a window's training; null: none has the statistic.
    [[nodiscard]] const SweepPoint* best_of(std::uint64_t window) const;
    [[nodiscard]] Expected<WalkStep> step_of(std::uint64_t window, WalkCurve& curve) const;
    [[nodiscard]] Status add_means(WalkForward& walk) const;

    [[nodiscard]] std::uint64_t points() const { return runner_.points(); }
    [[nodiscard]] std::uint64_t training(std::uint64_t window) const {
        return 1 + window * points();
    }
    [[nodiscard]] std::uint64_t test_job(std::uint64_t window) const {
        return training(windows_.size()) + window;
    }

    SweepRunner& runner_;
    std::vector<WalkWindow> windows_;
    std::int64_t sample_ns_ = 0;
};

Expected<bool> WalkRun::look() {
    const SweepOptions& options = runner_.options();
    runner_.expect(1);
    auto looked = runner_.finish({0}, [&](std::uint64_t) {
        return SweepJob{
            .from = options.from, .until = options.until, .asks = SweepJob::Asks::DataRange};
    });
    if (!looked || !*looked) return looked;
    const auto line = runner_.book().line_of(*runner_.book().find(0));
    if (!line) return fail(line.error());
    if (auto done = split(*line); !done) return fail(done.error());
    runner_.expect(test_job(windows_.size()));
    return true;
}

Status WalkRun::split(const Json& looked) {
    if (const auto error = looked.find_text("error")) {
        return fail(
            ErrorCode::Config,
            "--walk-forward: the run that looks at the data failed: " + std::string(*error));
    }
    const auto time = [&](const char* key) {
        const Json* value = looked.find(key);
        const auto ns = value == nullptr ? std::nullopt : value->as_integer();
        return Timestamp{ns.value_or(TRADECTL_TIME_NONE)};
    };
    const Timestamp first = time("data_first");
    const Timestamp last = time("data_last");
    if (first.is_none() || last.is_none())
        return fail(ErrorCode::Config, "--walk-forward: there is no data to split");
    // All windows have samples of one length, or their figures could not be compared.
    sample_ns_ = runner_.options().sample_ns;
    if (sample_ns_ == 0) sample_ns_ = runner_.plan().base.config.report.sample_ns;
    if (sample_ns_ == 0) sample_ns_ = derived_sample_ns(last.minus(first));
    auto windows = walk_windows(*runner_.plan().split, first, last);
    if (!windows) return fail(windows.error());
    windows_ = std::move(*windows);
    if (windows_.size() <= kSweepPointsMax / points()) return {};
    return fail(ErrorCode::Usage,
                "--walk-forward: more than " + std::to_string(kSweepPointsMax) + " trainings");
}

Expected<bool> WalkRun::train() {
    const auto jobs = job_numbers(training(0), training(windows_.size()));
    return runner_.finish(jobs, [this](std::uint64_t number) {
        const WalkWindow& window = windows_[(number - 1) / points()];
        return SweepJob{.point = (number - 1) % points(),
                        .from = window.train_from,
                        .until = window.test_from,
                        .sample_ns = sample_ns_};
    });
}

const SweepPoint* WalkRun::best_of(std::uint64_t window) const {
    const bool lower = is_lower_better(runner_.options().rank);
    const SweepPoint* best = nullptr;
    for (std::uint64_t job = training(window); job < training(window + 1); ++job) {
        const SweepPoint* point = runner_.book().find(job);
        TRADECTL_ASSERT(point != nullptr);
        if (point->failed || std::isnan(point->rank)) continue;
        if (best == nullptr || ranks_before(*point, *best, lower)) best = point;
    }
    return best;
}

Expected<bool> WalkRun::test() {
    std::vector<std::uint64_t> jobs;
    std::vector<std::uint64_t> chosen(windows_.size());
    for (std::uint64_t i = 0; i < windows_.size(); ++i) {
        const SweepPoint* best = best_of(i);
        if (best == nullptr) continue;
        chosen[i] = best->point;
        jobs.push_back(test_job(i));
    }
    return runner_.finish(jobs, [&](std::uint64_t number) {
        const std::uint64_t window = number - test_job(0);
        return SweepJob{.point = chosen[window],
                        .from = windows_[window].test_from,
                        .until = windows_[window].test_until,
                        .sample_ns = sample_ns_,
                        .asks = SweepJob::Asks::Curve};
    });
}

/// The samples of a test's line; an empty curve when it has none.
WalkCurve curve_in(const Json& line, Timestamp start) {
    WalkCurve curve{.start = start};
    const Json* equity = line.find("equity_start");
    const Json* samples = line.find("curve");
    if (equity == nullptr || samples == nullptr || samples->as_array() == nullptr) return curve;
    curve.equity_start = equity->as_real().value_or(0);
    for (const Json& sample : *samples->as_array()) {
        const Json::Array* parts = sample.as_array();
        if (parts == nullptr || parts->size() != 3) continue;
        curve.samples.push_back({Timestamp{(*parts)[0].as_integer().value_or(0)},
                                 (*parts)[1].as_real().value_or(0),
                                 (*parts)[2].as_real().value_or(0)});
    }
    return curve;
}

Expected<WalkStep> WalkRun::step_of(std::uint64_t window, WalkCurve& curve) const {
    WalkStep step{.window = windows_[window]};
    const std::string& rank = runner_.options().rank;
    const SweepPoint* best = best_of(window);
    if (best == nullptr) {
        step.error = "no point of the training has a " + rank;
        return step;
    }
    const auto trained = runner_.book().line_of(*best);
    if (!trained) return fail(trained.error());
    step.point = best->point;
    step.values = runner_.plan().grid.values(best->point);
    step.train_rank = figure_in(*trained, rank);
    step.train_return = figure_in(*trained, "return");
    const SweepPoint* job = runner_.book().find(test_job(window));
    TRADECTL_ASSERT(job != nullptr);
    const auto tested = runner_.book().line_of(*job);
    if (!tested) return fail(tested.error());
    step.error = tested->find_text("error").value_or("");
    step.test_rank = figure_in(*tested, rank);
    step.test_return = figure_in(*tested, "return");
    curve = curve_in(*tested, step.window.test_from);
    return step;
}

Status WalkRun::add_means(WalkForward& walk) const {
    std::vector<Moments> means(walk.test.size());
    for (std::uint64_t window = 0; window < windows_.size(); ++window) {
        const SweepPoint* best = best_of(window);
        if (best == nullptr) continue;
        const auto line = runner_.book().line_of(*best);
        if (!line) return fail(line.error());
        for (std::size_t i = 0; i < means.size(); ++i) {
            if (const auto value = figure_in(*line, walk.test[i].key)) means[i].add(*value);
        }
    }
    for (const Moments& mean : means)
        walk.train.push_back(mean.count() == 0 ? std::nullopt : std::optional(mean.mean()));
    return {};
}

Expected<WalkForward> WalkRun::result() const {
    WalkForward walk;
    std::vector<WalkCurve> curves(windows_.size());
    for (std::uint64_t window = 0; window < windows_.size(); ++window) {
        auto step = step_of(window, curves[window]);
        if (!step) return fail(step.error());
        walk.steps.push_back(std::move(*step));
    }
    walk.equity = stitch(curves);
    walk.test = walk_statistics(
        walk.equity, windows_.front().test_from, runner_.plan().base.config.report, sample_ns_);
    if (auto added = add_means(walk); !added) return fail(added.error());
    return walk;
}

}  // namespace

Expected<SweepResult> run_walk(SweepRunner& runner) {
    WalkRun walk(runner);
    for (const auto phase : {&WalkRun::look, &WalkRun::train, &WalkRun::test}) {
        const auto finished = (walk.*phase)();
        if (!finished) return fail(finished.error());
        if (!*finished) return runner.result();
    }
    auto found = walk.result();
    if (!found) return fail(found.error());
    SweepResult result = runner.result();
    result.walk = std::move(*found);
    return result;
}

}  // namespace tradectl::backtest
