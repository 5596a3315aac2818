/// The part of start-up that puts the orders of earlier sessions back in place.
#pragma once

#include "host/engine/pipeline.hpp"
#include "host/engine/state_dir.hpp"
#include "host/engine/trading.hpp"
#include "host/ledger/reader.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace tradectl::engine {

/// Null when the config has no strategy of that name.
[[nodiscard]] StrategyRunner* find_runner(Trading& trading, std::string_view name);

/// Open orders with all their fills. Config when the config lacks a strategy or an instrument.
Status load_orders(ledger::Reader& reader, Trading& trading, Pipeline& pipeline);
/// What the ledger says of a fill: see Trading::booked.
[[nodiscard]] std::optional<BookedFill> booked_fill(Disk& disk,
                                                    const StatePaths& paths,
                                                    const Trading& trading,
                                                    std::string_view venue,
                                                    const tradectl_fill_event& fill);
/// Fills that a venue may still undo, with their orders; after `load_orders`.
Status load_unsettled(ledger::Reader& reader, Trading& trading, Pipeline& pipeline);
/// How the position of the order came to be, as far as its fills can be undone; once is enough.
Status load_tail(ledger::Reader& reader,
                 const Trading& trading,
                 const OrderEntry& entry,
                 Settler& settler);

}  // namespace tradectl::engine
