/// A sweep's plan: what was asked for, checked, and the jobs that it comes down to.
#pragma once

#include "host/backtest/sweep.hpp"

#include <string>
#include <vector>

namespace tradectl::backtest {

struct SweepPlan {
    config::Document base;  ///< as the config is, the first point's values laid over it
    SweepGrid grid;
    std::optional<WalkSplit> split;
    Json head;              ///< of the sweep's file: all that its results depend on
    std::string directory;  ///< where they are kept
};

/// Checks the config, its plugins, the axes, the rank and the split. Runs no plugin code.
[[nodiscard]] Expected<SweepPlan> plan_sweep(const SweepOptions& options);

/// The config at a point. Config when its values do not go together.
[[nodiscard]] Expected<config::Document> document_at(const SweepOptions& options,
                                                     const SweepGrid& grid,
                                                     std::uint64_t point);

/// One run of a sweep. Numbers: without a split, a job is its point. With one, job 0 looks at the
/// data, then come the trainings, window by window, then one test for each window.
struct SweepJob {
    std::uint64_t point = 0;
    std::optional<Timestamp> from;
    std::optional<Timestamp> until;
    std::int64_t sample_ns = 0;
    enum class Asks { Figures, DataRange, Curve } asks = Asks::Figures;
};

/// Runs it and puts what it found into one line. Every failure becomes a line with an `error`; one
/// that another try may not have (a full disk, a call that took too long) says `retry`.
[[nodiscard]] Json run_job(const SweepOptions& options,
                           const SweepGrid& grid,
                           std::uint64_t number,
                           const SweepJob& job);

/// The value of a statistic in such a line.
[[nodiscard]] std::optional<double> figure_in(const Json& line, std::string_view statistic);

}  // namespace tradectl::backtest
