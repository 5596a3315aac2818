/// LEAN's quote files.
#pragma once

#include "host/market/import_options.hpp"
#include "host/market/row_reader.hpp"

#include <tradectl/expected.hpp>

#include <memory>

namespace tradectl::market {

/// Equity quote ticks of a day: `ms,bid price,bid size,ask price,ask size,exchange,condition,
/// suspicious`, prices in 1/10000, a price of 0 for a side that the message does not touch. With
/// Consolidate::Nbbo or Fresh each exchange's last bid and ask are kept, and a quote is made when
/// the best price over all of them, or the sum of what stands there, changes; a quantity of 0 takes
/// an exchange's side away.
[[nodiscard]] Expected<std::unique_ptr<RowReader>> make_lean_quote_reader(
    const ImportOptions& options);
/// Quote bars: `time,bid open,high,low,close,last bid size,ask open,high,low,close,last ask size`;
/// time is `YYYYMMDD HH:MM` or milliseconds since midnight. Each becomes the quote at its end, or a
/// bar of the means of bid and ask, which has no volume. A side may be empty.
[[nodiscard]] Expected<std::unique_ptr<RowReader>> make_lean_quote_bar_reader(
    const ImportOptions& options);

}  // namespace tradectl::market
