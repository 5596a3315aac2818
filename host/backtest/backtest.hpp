/// A backtest: one session over recorded or made-up data under a simulated clock, and its report.
#pragma once

#include "host/backtest/report.hpp"
#include "host/config/load.hpp"
#include "host/engine/session.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tradectl::backtest {

enum class Keep : std::uint8_t {
    Run,      ///< a directory with everything
    Nothing,  ///< the report in memory alone: sweeps
};

struct BacktestOptions {
    Keep keep = Keep::Run;
    std::string out_dir;    ///< absolute: the run becomes this directory; empty: a place under root
    std::string runs_root;  ///< absolute; empty: runs_directory()
    std::string export_file;                ///< absolute: a further copy of the export; empty: none
    std::vector<std::string> plugin_files;  ///< --plugin
    std::optional<Timestamp> from;          ///< market events before it are left out
    std::optional<Timestamp> until;         ///< market events at or after it are left out
    std::int64_t sample_ns = 0;             ///< in the place of the config's; 0: as it says
    std::optional<std::int64_t> session_ns_max;
    std::optional<std::int64_t> wall_ns_max;
    std::vector<NamedVersion> versions;       ///< of the program, for the report
    engine::RunObserver* observer = nullptr;  ///< told everything, before the report is made
};

struct BacktestResult {
    Report report;
    engine::RunSummary summary;
    std::string path;  ///< of the kept run; empty: nothing was kept
};

/// Runs the config as a backtest whatever its `mode` and `clock` say, without touching its state
/// directory. What the run does streams to disk: memory is that of what is open, not of the run.
///
/// Errors are those of start-up (see run_session) and of keeping the run: BadState (out_dir is
/// taken), Permission, NoSpace, Io. A run that began and then failed is kept with its error in the
/// report, which is not a failure of this call. A run that a signal cut short is kept too, with a
/// warning.
[[nodiscard]] Expected<BacktestResult> run_backtest(const config::Document& document,
                                                    const BacktestOptions& options);

/// Config when made-up data never end, and nothing else ends the run. `run_backtest` only warns: a
/// signal ends it.
[[nodiscard]] Status check_end(const config::Config& config, const BacktestOptions& options);

/// The interval of the equity curve for data of that length: the shortest of a row of round ones
/// from 1s to 1d that gives at most 10,000 samples.
[[nodiscard]] std::int64_t derived_sample_ns(std::int64_t length_ns);

}  // namespace tradectl::backtest
