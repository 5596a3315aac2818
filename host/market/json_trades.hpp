/// Trades as one array of arrays.
#pragma once

#include "host/market/import_options.hpp"
#include "host/market/row_reader.hpp"

#include <tradectl/expected.hpp>

#include <memory>

namespace tradectl::market {

/// One JSON array of `[timestamp in ms, "id" or null, type or null, "buy" or "sell", price, amount,
/// cost]`. Numbers are read from their text. Ids that are no numbers are not known. Instead of a
/// line, messages count arrays. Strings with escapes are refused.
[[nodiscard]] Expected<std::unique_ptr<RowReader>> make_json_trade_reader(
    const ImportOptions& options);

}  // namespace tradectl::market
