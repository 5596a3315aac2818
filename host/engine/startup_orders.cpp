#include "host/engine/startup_orders.hpp"

#include "host/base/assert.hpp"
#include "host/base/log.hpp"
#include "host/base/mutant.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace tradectl::engine {

StrategyRunner* find_runner(Trading& trading, std::string_view name) {
    for (auto& runner : trading.runners) {
        if (runner->name() == name) return runner.get();
    }
    return nullptr;
}

namespace {

/// All fills of the orders that are still open, by order.
using FillsByOrder = std::map<OpId, std::vector<ledger::FillRow>>;

execution::Order order_of(const ledger::OrderRow& row,
                          const std::vector<ledger::FillRow>& fills,
                          const Trading& trading) {
    const auto or_zero = [](Decimal value) { return value.is_null() ? Decimal() : value; };
    execution::Order order;
    order.order_ref = row.order_ref;
    order.op_id = row.op_id;
    order.instrument = trading.table.find(row.instrument).value_or(TRADECTL_HANDLE_NONE);
    order.account =
        trading.table.find_account(row.venue, row.account).value_or(TRADECTL_HANDLE_NONE);
    order.side = row.side;
    order.order_type = row.order_type;
    order.time_in_force = row.time_in_force;
    order.order_flags = row.order_flags;
    order.status = static_cast<execution::OrderStatus>(row.status);
    order.reason = row.reason;
    order.order_qty = row.quantity;
    order.filled_qty = or_zero(row.filled_qty);
    order.leaves_qty = row.leaves_qty.is_null() ? row.quantity : row.leaves_qty;
    order.price = row.price;
    order.stop_price = row.stop_price;
    order.average_price = row.average_price;
    order.created = row.created;
    order.updated = row.updated;
    order.client_order_id = row.client_order_id;
    order.venue_order_id = row.venue_order_id;
    for (const auto& fill : fills)
        order.trade_ids.push_back(fill.trade_id);
    return order;
}

/// What an open order still holds: for its leaves at the price that it was held at.
execution::Hold hold_of(const execution::Order& order,
                        Decimal held,
                        Decimal fee_reserve,
                        const Trading& trading) {
    const auto* instrument = trading.table.instrument(order.instrument);
    execution::Hold hold;
    hold.side = order.side;
    hold.multiplier = Decimal::from_abi(instrument->multiplier);
    hold.fee_rate_max = fee_reserve;
    hold.held = held;
    hold.price = order.price;
    if (is_margin(*instrument)) {
        // What only reduces holds nothing. A bound that is not on record is not needed: what is
        // given back for a part is bounded by what is held.
        hold.margin = held.is_zero() ? Decimal{} : Decimal::from_abi(instrument->margin_initial);
        if (instrument->settle_asset == instrument->base_asset || hold.price.is_null())
            hold.price = Decimal::from_int(1);
        return hold;
    }
    if (!hold.price.is_null()) return hold;
    // A market order's bound is not on record, but what it held for its leaves is.
    if (order.side == TRADECTL_SIDE_BUY && !order.leaves_qty.is_zero()) {
        const auto unit = checked_div(held, order.leaves_qty, Rounding::Up);
        const auto with_fee = checked_add(Decimal::from_int(1), fee_reserve);
        const auto price =
            unit && with_fee ? checked_div(*unit, *with_fee, Rounding::Up) : std::nullopt;
        hold.price = price.value_or(Decimal::from_int(1));
    } else {
        hold.price = Decimal::from_int(1);
    }
    return hold;
}

Status load_order(const ledger::OrderRow& row,
                  const std::vector<ledger::FillRow>& fills,
                  Decimal held,
                  Trading& trading,
                  Pipeline& pipeline) {
    auto* runner = find_runner(trading, row.instance);
    if (runner == nullptr) {
        return fail(ErrorCode::Config,
                    "order " + row.client_order_id + " is open and belongs to strategy '" +
                        row.instance + "', which the config does not have");
    }
    auto entry = std::make_unique<OrderEntry>();
    entry->order = order_of(row, fills, trading);
    if (entry->order.instrument == TRADECTL_HANDLE_NONE ||
        entry->order.account == TRADECTL_HANDLE_NONE) {
        return fail(ErrorCode::Config,
                    "order " + row.client_order_id + " is open in instrument '" + row.instrument +
                        "', account '" + row.account + "', which the config does not have");
    }
    entry->runner = runner->index();
    entry->exchange = runner->exchange();
    entry->txn_id = row.txn_id;
    entry->deduct_op = OpId{row.txn_id.value};
    entry->stage = Stage::Sent;
    entry->expire_time = row.expire_time;
    entry->hold = hold_of(entry->order, held, runner->config().risk.fee_reserve, trading);
    if (row.order_ref.value >= wal::kHostOrderRefFirst) {
        entry->exit_reason = TRADECTL_REASON_EXIT_SIGNAL;  // which one is known to its exits
    }
    OrderEntry& added = trading.orders.add(std::move(entry));
    const bool unresolved = added.order.status == execution::OrderStatus::Unresolved;
    if (unresolved && !mutant("engine.unresolved_blocks")) {
        pipeline.gate().block(added.order.account, added.order.instrument);
    }
    pipeline.settler().show(added);
    return {};
}

}  // namespace

Status load_orders(ledger::Reader& reader, Trading& trading, Pipeline& pipeline) {
    auto rows = reader.open_orders();
    if (!rows) return fail(rows.error());
    if (rows->empty()) return {};
    Timestamp oldest = rows->front().created;
    for (const auto& row : *rows)
        oldest = std::min(oldest, row.created);
    // A day earlier: the machine's clock may have been set back since.
    auto fills = reader.fills({.since = oldest.plus_ns(-kNsPerDay)});
    if (!fills) return fail(fills.error());
    FillsByOrder by_order;
    for (auto& fill : *fills)
        by_order[fill.op_id].push_back(std::move(fill));
    for (const auto& row : *rows) {
        auto held = reader.held(row.txn_id);
        if (!held) return fail(held.error());
        if (auto loaded = load_order(row, by_order[row.op_id], *held, trading, pipeline); !loaded) {
            return loaded;
        }
    }
    return {};
}

std::optional<BookedFill> booked_fill(Disk& disk,
                                      const StatePaths& paths,
                                      const Trading& trading,
                                      std::string_view venue,
                                      const tradectl_fill_event& fill) {
    auto reader = ledger::Reader::open(disk, paths.ledger());
    if (!reader || fill.header.instrument >= trading.table.size()) return std::nullopt;
    if (fill.account >= trading.table.account_count()) return std::nullopt;
    ledger::FillKeyRow key;
    key.instrument = trading.instrument_name(fill.header.instrument);
    key.trade_id = market::id_text(fill.trade_id);
    key.venue_order_id = market::id_text(fill.venue_order_id);
    key.side = fill.side;
    const auto found = reader->find_fill(venue, trading.account_name(fill.account), key);
    if (!found || !*found) return std::nullopt;
    return BookedFill{(*found)->settlement, (*found)->quantity};
}

Status load_unsettled(ledger::Reader& reader, Trading& trading, Pipeline& pipeline) {
    auto fills = reader.unsettled_fills();
    if (!fills) return fail(fills.error());
    for (const auto& fill : *fills) {
        OrderEntry* entry = trading.orders.find(fill.client_order_id);
        const auto instrument = trading.table.find(fill.instrument);
        if (!instrument || find_runner(trading, fill.instance) == nullptr) {
            log(LogLevel::Warning,
                "startup",
                "fill " + fill.trade_id + " in " + fill.instrument +
                    " is not settled, and the config does not have its instrument or strategy");
            continue;
        }
        // What is traded on margin was booked as final.
        if (is_margin(*trading.table.instrument(*instrument))) continue;
        if (entry == nullptr) {
            auto row = reader.order(fill.op_id);
            if (!row) return fail(row.error());
            if (!*row) continue;
            // A day earlier: the machine's clock may have been set back since.
            auto of_order = reader.fills({.since = (*row)->created.plus_ns(-kNsPerDay),
                                          .venue = fill.venue,
                                          .account = fill.account,
                                          .instrument = fill.instrument});
            if (!of_order) return fail(of_order.error());
            std::erase_if(*of_order, [&](const auto& each) { return each.op_id != fill.op_id; });
            if (auto loaded = load_order(**row, *of_order, Decimal(), trading, pipeline); !loaded)
                return loaded;
            entry = trading.orders.find(fill.client_order_id);
            TRADECTL_ASSERT(entry != nullptr);
            trading.orders.close(*entry);
        }
        entry->unsettled.push_back({.trade_id = fill.trade_id,
                                    .venue_order_id = fill.venue_order_id,
                                    .settlement = fill.settlement,
                                    .price = fill.price,
                                    .quantity = fill.quantity,
                                    .fee = fill.fee.is_null() ? Decimal() : fill.fee,
                                    .fee_asset = fill.fee_asset});
        if (auto known = load_tail(reader, trading, *entry, pipeline.settler()); !known)
            return known;
    }
    return {};
}

}  // namespace tradectl::engine
