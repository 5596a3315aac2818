/// Walk-forward: what was best in one stretch of time is run on the next one, which it never saw.
#pragma once

#include "host/backtest/report.hpp"
#include "host/config/config.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::backtest {

/// Most windows of a walk.
inline constexpr std::size_t kWindowsMax = 10'000;

struct WalkSplit {
    std::int64_t train_ns = 0;
    std::int64_t test_ns = 0;
    std::int64_t step_ns = 0;  ///< from one window to the next
};
/// Reads "TRAIN:TEST" or "TRAIN:TEST:STEP", durations above 0; the step is TEST when it is not
/// there, and not below it: tests must not overlap. Usage.
[[nodiscard]] Expected<WalkSplit> parse_walk(std::string_view text);

/// Times are half open: [train_from, test_from) and [test_from, test_until).
struct WalkWindow {
    Timestamp train_from;
    Timestamp test_from;
    Timestamp test_until;
};
/// All windows whose training lies in [first, last] and whose test begins in it; the last test ends
/// where the data do. Usage when not even one fits, or more than kWindowsMax.
[[nodiscard]] Expected<std::vector<WalkWindow>> walk_windows(const WalkSplit& split,
                                                             Timestamp first,
                                                             Timestamp last);

/// A point of an equity curve.
struct WalkSample {
    Timestamp time;
    double equity = 0;
    double exposure = 0;
};
/// The curve of one test, from the equity that it began with.
struct WalkCurve {
    Timestamp start;
    double equity_start = 0;
    std::vector<WalkSample> samples;
};

/// One window of the result.
struct WalkStep {
    WalkWindow window;
    std::optional<std::uint64_t> point;  ///< the best of its training; nothing: none could be run
    std::vector<std::string> values;     ///< of that point
    std::optional<double> train_rank;
    std::optional<double> test_rank;
    std::optional<double> train_return;
    std::optional<double> test_return;
    std::string error;  ///< why there is no test; empty: there is
};

struct WalkForward {
    std::vector<WalkStep> steps;
    std::vector<WalkSample> equity;  ///< tests one behind the other, each from the last one's end
    /// Of the stitched tests: return, cagr, annual_volatility, sharpe, sortino, max_drawdown ...
    std::vector<Statistic> test;
    /// The same statistics as means over the trainings that `steps` chose from; nothing where none
    /// of them has a value.
    std::vector<std::optional<double>> train;
};

/// Puts the tests' curves one behind the other: each is scaled to begin with the equity at which
/// the one before ended, 1 for the first. A curve without samples or with no equity to begin with
/// is passed over.
[[nodiscard]] std::vector<WalkSample> stitch(const std::vector<WalkCurve>& curves);

/// The statistics of a stitched curve that begins at `start` with 1.
[[nodiscard]] std::vector<Statistic> walk_statistics(const std::vector<WalkSample>& equity,
                                                     Timestamp start,
                                                     const config::ReportConfig& rules,
                                                     std::int64_t sample_ns);

}  // namespace tradectl::backtest
