/// What an import found, told.
#pragma once

#include "host/base/json.hpp"
#include "host/market/import_options.hpp"

#include <string>
#include <vector>

namespace tradectl::market {

/// An object with rows, rows_late, rows_left_out, rows_without_end, duplicates, gaps and
/// gap_limit_s (when gaps were counted), what belongs to the kind of records (quotes_crossed,
/// quotes_locked, quotes_one_sided; bars_without_volume; book_events, book_snapshots, book_crossed,
/// book_gaps, sequence_gaps with file, line, expected, found) and, for recordings of messages,
/// `capture`.
[[nodiscard]] Json describe(const ImportReport& report);

/// What looks like a wrong option although every row was sound, one line each: bars that are all
/// farther apart than their length, quotes of which most are crossed.
[[nodiscard]] std::vector<std::string> hints(const ImportReport& report,
                                             const ImportOptions& options);

}  // namespace tradectl::market
