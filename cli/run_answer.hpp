/// What `run` and `backtest` share: their log, and what the end of a run means.
#pragma once

#include "cli/command.hpp"
#include "host/backtest/backtest.hpp"
#include "host/engine/session.hpp"

#include <tradectl/expected.hpp>

#include <vector>

namespace tradectl::cli {

/// The log that the configuration asks for; -v and -q have the last word on its level.
[[nodiscard]] Status open_run_log(const config::Config& config, const Globals& globals);

/// Status, text, data and errors of a run that has ended.
[[nodiscard]] Answer answer_of_run(const engine::RunSummary& summary);

/// The same with the report in the place of the summary's text; data has `report` and `path` too.
/// A signal is not counted here: whoever asked for the whole of the data adds it.
[[nodiscard]] Answer answer_of_backtest(const backtest::BacktestResult& result);

/// The versions that reports name beside their plugins'.
[[nodiscard]] std::vector<backtest::NamedVersion> program_versions();

}  // namespace tradectl::cli
