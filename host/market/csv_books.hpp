/// CSV files of order books.
#pragma once

#include "host/market/import_options.hpp"
#include "host/market/row_reader.hpp"

#include <tradectl/expected.hpp>

#include <memory>

namespace tradectl::market {

/// `exchange,symbol,timestamp,local_timestamp,` and then for each level i from 0
/// `asks[i].price,asks[i].amount,bids[i].price,bids[i].amount`; a level that is not there has empty
/// fields. Each row becomes a snapshot, or the quote of its best levels.
[[nodiscard]] Expected<std::unique_ptr<RowReader>> make_tardis_snapshot_reader(
    const ImportOptions& options);
/// `exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount`: rows that share both
/// times and the mark are one event; an amount of 0 removes a level.
[[nodiscard]] Expected<std::unique_ptr<RowReader>> make_tardis_incremental_reader(
    const ImportOptions& options);
/// Binance's dumps of futures books: `symbol,timestamp,first_update_id,last_update_id,side,
/// update_type,price,qty,pu`, one file of snapshots (`snap`) and one of differences (`set`), given
/// in this order. `side` is b or a; rows that share time, ids and type are one event; `pu` is the
/// last id of the event before, or -1.
[[nodiscard]] Expected<std::unique_ptr<RowReader>> make_binance_depth_reader(
    const ImportOptions& options);

}  // namespace tradectl::market
