/// Bars of bids and bars of asks in two files, as quotes.
#pragma once

#include "host/market/import_options.hpp"

#include <tradectl/expected.hpp>

namespace tradectl {
class Disk;
}

namespace tradectl::market {

/// Reads `options.inputs` (bids) and `options.ask_inputs` row by row side by side; both have the
/// columns of ohlcv_layout (csv_formats.hpp) and must have the same times. A row becomes four
/// quotes without quantities, of the opens, highs, lows and closes: the last at the end of the bar,
/// the others `quote_spacing_ns` apart before it. A row's time is the end of its bar unless
/// `bar_stamp` is Open. InvalidArgument for an interval that is missing or too short for four
/// quotes; otherwise as import_data says.
[[nodiscard]] Expected<ImportReport> import_bid_ask_bars(Disk& disk, const ImportOptions& options);

}  // namespace tradectl::market
