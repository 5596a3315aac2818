/// Kept runs: one directory each, there whole or not at all.
///
/// `<root>/<name>/<UTC stamp>[-n]/` holds report.json, report.txt, report.html, trades.csv,
/// export.jsonl, config.yaml and index.db. A run is written under a temporary name beside its place
/// and renamed at the end, so that whoever lists sees finished runs only.
#pragma once

#include "host/backtest/report.hpp"
#include "host/base/disk.hpp"
#include "host/base/process_paths.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::backtest {

/// Places of a run.
struct RunPaths {
    std::string root;

    [[nodiscard]] std::string report_json() const { return root + "/report.json"; }
    [[nodiscard]] std::string report_text() const { return root + "/report.txt"; }
    [[nodiscard]] std::string report_html() const { return root + "/report.html"; }
    [[nodiscard]] std::string trades() const { return root + "/trades.csv"; }
    [[nodiscard]] std::string canonical_export() const { return root + "/export.jsonl"; }
    [[nodiscard]] std::string config() const { return root + "/config.yaml"; }
    [[nodiscard]] std::string index() const { return root + "/index.db"; }
};

/// `$XDG_DATA_HOME/tradectl/runs`, see data_directory. NotFound when no variable helps.
[[nodiscard]] Expected<std::string> runs_directory(const Environment& env = process_environment);

/// "20260102T030405Z".
[[nodiscard]] std::string run_stamp(Timestamp time);

/// A run being written. What was not kept is removed when it ends; what a killed process left is
/// removed by the next run of the same name. `disk` must outlive it. [engine]
class RunWriter {
  public:
    /// A run with its place under `root`. Permission, NoSpace, Io.
    static Expected<std::unique_ptr<RunWriter>> begin(Disk& disk,
                                                      const std::string& root,
                                                      const std::string& name,
                                                      Timestamp created);
    /// A run that becomes `directory` itself. BadState when something that is not an empty
    /// directory is there.
    static Expected<std::unique_ptr<RunWriter>> begin_at(Disk& disk, const std::string& directory);
    ~RunWriter();
    RunWriter(const RunWriter&) = delete;
    RunWriter& operator=(const RunWriter&) = delete;

    /// Where to write until `keep`.
    [[nodiscard]] const RunPaths& paths() const { return paths_; }
    /// A place for what only the run itself needs; never kept.
    [[nodiscard]] std::string scratch() const { return paths_.root + "/scratch"; }
    /// Brings all files to the device, gives the directory its name and returns its path: the
    /// stamp, or the stamp with "-2", "-3" ... when runs of the same second have taken it. After an
    /// error there is no such run, unless the very last step failed: bringing its name to the
    /// device.
    Expected<std::string> keep();

  private:
    RunWriter(Disk& disk, std::string parent, std::string wanted);
    Status prepare();

    Disk& disk_;
    std::string parent_;
    std::string wanted_;  // name in `parent_`
    bool exact_ = false;  // no other name will do
    RunPaths paths_;
    std::string hidden_;  // the temporary name of a kept run
    std::unique_ptr<File> lock_;
    bool kept_ = false;
};

/// One line of a list.
struct RunHead {
    std::string path;
    std::string name;   ///< of the config, or of its directory when damaged
    std::string stamp;  ///< the directory's own name
    Timestamp created = Timestamp::none();
    Timestamp data_first = Timestamp::none();
    Timestamp data_last = Timestamp::none();
    std::string currency;
    Decimal equity_end = Decimal::null();
    std::uint64_t trades = 0;
    std::optional<double> total_return;
    std::optional<double> sharpe;
    std::optional<double> max_drawdown;
    std::string damaged;  ///< why it cannot be read; the figures mean nothing then
};

/// All runs under `root`, or those of one name, by name and then by stamp, oldest first. Damaged
/// ones are there with the reason. No directory at all is an empty list.
[[nodiscard]] Expected<std::vector<RunHead>> list_runs(Disk& disk,
                                                       const std::string& root,
                                                       std::string_view name = {});

/// The directory that a user means: an absolute path, "name/stamp", or "name" for the last of its
/// runs that has a report. NotFound, naming what was looked for.
[[nodiscard]] Expected<std::string> find_run(Disk& disk,
                                             const std::string& root,
                                             const std::string& wanted);

/// The report of a run's directory. NotFound, Corrupt, Unsupported (a newer version wrote it), Io.
[[nodiscard]] Expected<Report> read_report(Disk& disk, const std::string& directory);

}  // namespace tradectl::backtest
