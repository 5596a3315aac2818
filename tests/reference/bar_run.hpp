/// Runs of the reference strategies over bars.
#pragma once

#include "host/market/import_options.hpp"
#include "tests/engine_support/session_fixture.hpp"

#include <tradectl/decimal.hpp>
#include <tradectl/timestamp.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tradectl::reference {

struct BarRow {
    Timestamp stamp;  ///< as the row names it: its open or its close
    Decimal open;
    Decimal high;
    Decimal low;
    Decimal close;
    Decimal volume;
};

/// Path of a file in the folder of public recordings, or nothing when it is not there.
[[nodiscard]] std::optional<std::string> shared_file(const std::string& name);

/// The first rows of a table "time,open,high,low,close[,volume]" with a header, times in UTC. Fails
/// the test for a row that it cannot read.
[[nodiscard]] std::vector<BarRow> read_bars(const std::string& path, std::size_t rows_max);

/// A made-up walk: `count` bars, stamped one interval apart from `start` on. The same for a seed.
/// Its steps do not depend on where it starts: from 1000 a position of all there is survives any of
/// them.
[[nodiscard]] std::vector<BarRow> made_up_bars(std::uint64_t seed,
                                               std::size_t count,
                                               Timestamp start,
                                               std::int64_t interval_ns,
                                               std::int64_t first_price = 100);

/// TRADECTL_TEST_SEED, or a new one; printed.
[[nodiscard]] std::uint64_t test_seed();

/// Sessions in memory over files of bars.
class BarRun : public engine::SessionFixture {
  protected:
    /// Imports the header and the first rows of a table of bars; returns the data file's path.
    std::string import_bars(const std::string& source,
                            std::size_t rows_max,
                            std::int64_t interval_ns,
                            market::BarStamp stamp,
                            std::optional<int> decimals = {});
    /// Writes rows as bars that end `offset_ns` after their stamps; returns the file's path.
    std::string write_bars(const std::string& name,
                           const std::vector<BarRow>& rows,
                           std::int64_t interval_ns,
                           std::int64_t offset_ns);
    /// A run that must begin and end well. `yaml` is what follows name, mode, log and plugins.
    engine::RunSummary run_backtest(const std::string& yaml);
    /// What a strategy kept under a key, or nothing.
    [[nodiscard]] std::string kept(const std::string& strategy, const std::string& key);
};

}  // namespace tradectl::reference
