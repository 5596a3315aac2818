/// A sweep: one config run at every point of a grid, and the points put in order.
///
/// What is found is kept line by line (sweep_file.hpp), so that a sweep that was stopped anywhere
/// goes on where it was: points that are there are not run again.
#pragma once

#include "host/backtest/backtest.hpp"
#include "host/backtest/sweep_axis.hpp"
#include "host/backtest/sweep_walk.hpp"
#include "host/base/disk.hpp"
#include "host/base/json.hpp"
#include "host/base/process_paths.hpp"
#include "host/config/load.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::backtest {

class SweepFile;

/// `$XDG_DATA_HOME/tradectl/sweeps`, see data_directory. NotFound when no variable helps.
[[nodiscard]] Expected<std::string> sweeps_directory(const Environment& env = process_environment);

struct SweepProgress {
    std::uint64_t jobs = 0;    ///< of this sweep in all
    std::uint64_t there = 0;   ///< found from an earlier start
    std::uint64_t done = 0;    ///< by now, those included
    std::uint64_t failed = 0;  ///< of these
    std::int64_t wall_ns = 0;  ///< since this start
};

struct SweepOptions {
    std::string config_text;        ///< as read_source gave it
    config::LoadOptions load;       ///< with the overrides of the command line
    std::vector<std::string> axes;  ///< "KEY=A..B:STEP", as typed
    std::vector<std::string> plugin_files;
    std::string rank = "sharpe";      ///< key of a statistic
    std::optional<std::string> walk;  ///< "TRAIN:TEST[:STEP]"
    std::optional<Timestamp> from;    ///< as in BacktestOptions
    std::optional<Timestamp> until;
    std::int64_t sample_ns = 0;
    std::int64_t lock_wait_ns = 0;  ///< how long another sweep of the same directory may take
    std::size_t workers = 1;        ///< processes at a time, at least 1
    std::string out_dir;  ///< absolute; empty: a place by name and digest under sweeps_directory()
    std::vector<NamedVersion> versions;
    /// What runs a point; tests put their own in its place.
    std::function<Expected<BacktestResult>(const config::Document&, const BacktestOptions&)>
        runner = run_backtest;
    std::function<void(const SweepProgress&)> on_progress;  ///< a few times a second; may be empty
};

/// One finished job, as much of it as is held in memory.
struct SweepPoint {
    std::uint64_t point = 0;
    std::uint64_t line = 0;  ///< where its line begins in the sweep's file
    double rank = 0;         ///< NaN: the statistic is not defined there
    bool failed = false;     ///< its line has the error
};

/// Everything that a table, a page or a document shows. `file` reads the lines.
struct SweepResult {
    std::string name;  ///< of the config
    std::string config_hash;
    std::string directory;
    std::string rank;
    bool lower_is_better = false;
    std::vector<SweepAxis> axes;
    std::vector<SweepPoint> points;  ///< best first; those without the statistic, then failed ones
    std::uint64_t points_total = 0;
    std::uint64_t failed = 0;
    std::string first_error;         ///< of the failed point with the lowest number
    std::uint64_t found_before = 0;  ///< jobs that an earlier start had finished
    std::int64_t wall_ns = 0;
    /// What luck alone makes of the best of so many Sharpe ratios: see expected_best_sharpe.
    /// Nothing unless the rank is "sharpe" and it has two values or more.
    std::optional<double> luck;
    std::optional<WalkForward> walk;
    int signal = 0;  ///< that stopped it before its end, or 0; points are those found so far
    std::shared_ptr<SweepFile> file;
};

/// Whether less of a statistic is better: drawdowns, volatility, fees ...
[[nodiscard]] bool is_lower_better(std::string_view statistic);

/// Checks everything, then runs what is not there yet. A point that fails is kept with its error
/// and does not stop the others; one whose process died is tried again by the next start.
///
/// Usage: a bad axis, rank, or split. Config: the config, a key or a value. Locked, BadState,
/// Corrupt: see SweepFile. The process must have one thread.
[[nodiscard]] Expected<SweepResult> run_sweep(Disk& disk, const SweepOptions& options);

}  // namespace tradectl::backtest
