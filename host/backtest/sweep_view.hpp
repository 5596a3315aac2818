/// What a sweep found, for people and programs: text, JSON, CSV and a page.
#pragma once

#include "host/backtest/sweep.hpp"
#include "host/base/disk.hpp"
#include "host/base/json.hpp"

#include <tradectl/expected.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::backtest {

/// Most values of an axis that a map shows.
inline constexpr std::size_t kMapValuesMax = 200;

/// One point as a table shows it.
struct SweepRow {
    std::uint64_t point = 0;
    std::vector<std::string> values;  ///< in the order of the axes
    std::optional<double> rank;
    std::optional<double> total_return;
    std::optional<double> sharpe;
    std::optional<double> max_drawdown;
    std::optional<double> trades;
    std::string error;  ///< empty: it ran
};
/// Reads the line of `result.points[place]`. Corrupt, Io.
[[nodiscard]] Expected<SweepRow> row_at(const SweepResult& result, std::size_t place);

/// The first axis down, the second one across; the best over all other axes in each cell.
struct SweepMap {
    SweepAxis down;
    SweepAxis across;
    std::vector<std::optional<double>> cells;  ///< row by row; nothing: no point has the statistic
    double low = 0;                            ///< of the cells that have a value
    double high = 0;
    std::optional<std::size_t> best;  ///< index of a cell
};
/// Nothing with one axis, when no cell has a value, or with more than kMapValuesMax values.
[[nodiscard]] std::optional<SweepMap> sweep_map(const SweepResult& result);

/// A value of the statistic that the sweep is ranked by, or of any other, as people read it; "-"
/// for nothing.
[[nodiscard]] std::string shown(std::string_view statistic, std::optional<double> value);

enum class Colors { None, Full };
struct SweepTextOptions {
    std::size_t rows_max = 20;  ///< of the table
    std::size_t columns = 80;   ///< of the terminal: a wider map is left out
    Colors colors = Colors::None;
};
/// The whole answer as text: table, map or walk, and what to think of the best one.
[[nodiscard]] Expected<std::string> sweep_text(const SweepResult& result,
                                               const SweepTextOptions& options);
/// The map alone; says where else it is when it is too wide.
[[nodiscard]] std::string map_text(const SweepMap& map,
                                   std::string_view rank,
                                   const SweepTextOptions& options);
[[nodiscard]] std::string walk_text(const SweepResult& result);
/// One to three sentences: how many points were tried, and what luck alone would show.
[[nodiscard]] std::string honesty_text(const SweepResult& result);

/// The same facts; `rows_max` points at most.
[[nodiscard]] Expected<Json> sweep_json(const SweepResult& result, std::size_t rows_max);

/// One self-contained page without script. At most 500 rows.
[[nodiscard]] Expected<std::string> sweep_page(const SweepResult& result);

/// Writes sweep.csv (every point in order, every statistic) and sweep.html beside sweep.jsonl, each
/// as a whole. NoSpace, Permission, Io.
[[nodiscard]] Status write_sweep_files(Disk& disk, const SweepResult& result);

}  // namespace tradectl::backtest
