/// What a data file holds, told.
#pragma once

#include "host/base/json.hpp"

#include <tradectl/expected.hpp>

namespace tradectl::market {

class DataFile;

/// An object with file, format, version, kind, instrument, origin, records, blocks, bytes,
/// time_first, time_last, duration_s, gap_max_s, gap_max_start, duplicates (trades), interval
/// (bars, in ns), tick, lot, price_min, price_max, quantity_sum. Read from the header alone.
[[nodiscard]] Json describe(const DataFile& file);

}  // namespace tradectl::market
