/// What the parts of `backtest` share.
#pragma once

#include "cli/command.hpp"
#include "host/backtest/backtest.hpp"

#include <tradectl/expected.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tradectl::cli {

/// The options of `backtest CONFIG`.
struct BacktestWords {
    std::string out;
    std::vector<std::string> plugins;
    std::string from;
    std::string until;
    std::optional<std::int64_t> sample_ns;
    std::vector<std::string> sweep;
    std::optional<std::int64_t> jobs;
    std::optional<std::string> rank;
    std::optional<std::string> walk;
    std::optional<std::int64_t> limit;
};

/// What a run and a sweep take from the words: absolute --out, plugin files, times, sample. Usage.
[[nodiscard]] Expected<backtest::BacktestOptions> backtest_options(const BacktestWords& words);

/// `backtest CONFIG --sweep ...`.
[[nodiscard]] Expected<Answer> run_sweep_command(const BacktestWords& words, Context& context);

/// Whether a line that is written over and over has a reader.
[[nodiscard]] bool shows_progress(const Context& context);
/// Writes such a line to standard error; an empty one takes it away.
void show_progress(const std::string& line);

/// `list`, `show`, `compare` and `at` below `backtest`.
void register_kept_runs(Command& backtest);

}  // namespace tradectl::cli
