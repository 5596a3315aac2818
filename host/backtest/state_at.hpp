/// The state of a kept run at any moment, by index.
///
/// index.db holds, for each thing that changes, one row a change under (thing, time, sequence).
/// What was true at a moment is each thing's last row at or before it: one descent of a B-tree a
/// thing, however long the run was. Nothing is replayed.
#pragma once

#include "host/base/disk.hpp"
#include "host/base/json.hpp"

#include <tradectl/decimal.hpp>
#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tradectl::backtest {

struct StateAt {
    struct Position {
        std::string strategy;
        std::string instrument;
        Decimal quantity;
        Decimal average_price;
        Decimal realized_pnl;
    };
    struct Balance {
        std::string account;  ///< "venue/account"
        std::string asset;
        Decimal total;
    };
    struct OpenOrder {
        std::string client_order_id;
        std::string strategy;
        std::string instrument;
        std::string side;
        std::string type;
        std::string status;
        Decimal quantity;
        Decimal price;  ///< null: none
        Decimal filled;
        Timestamp created;
    };
    struct Fill {
        Timestamp time;
        std::string client_order_id;
        std::string strategy;
        std::string instrument;
        std::string side;
        Decimal price;
        Decimal quantity;
        Decimal fee;
        std::string fee_asset;
    };
    struct Price {
        std::string instrument;
        Timestamp time;  ///< of the sample or fill that tells it
        Decimal price;
    };
    struct Equity {
        std::string asset;
        Timestamp time;  ///< of the sample
        Decimal equity;  ///< null: there was no price yet
        Decimal exposure;
    };

    Timestamp time;
    Timestamp first;  ///< of the run
    Timestamp last;
    std::vector<Position> positions;  ///< those that are not flat
    std::vector<Balance> balances;
    std::vector<OpenOrder> open_orders;
    std::vector<Equity> equity;  ///< of the last sample at or before `time`
    std::vector<Price> prices;
    std::vector<Fill> fills;      ///< the last ones, newest first
    std::uint64_t rows_read = 0;  ///< of the index, for tests
};

struct StateAtOptions {
    std::size_t fills_max = 10;
};

/// What held at `time`, everything of that very nanosecond included. InvalidArgument when `time` is
/// outside of the run, NotFound without an index, Corrupt, Io.
[[nodiscard]] Expected<StateAt> state_at(Disk& disk,
                                         const std::string& directory,
                                         Timestamp time,
                                         const StateAtOptions& options = {});

/// At most 80 columns, ending with a newline.
[[nodiscard]] std::string state_text(const StateAt& state);
[[nodiscard]] Json state_json(const StateAt& state);

}  // namespace tradectl::backtest
