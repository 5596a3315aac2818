// The part of Pipeline that books what a venue did by itself: liquidations, and what a market pays
// at its end.
#include "host/base/log.hpp"
#include "host/engine/margin.hpp"
#include "host/engine/pipeline.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace tradectl::engine {

namespace {

/// What of a strategy's position a fill of `side` can close.
Decimal closable(const StrategyRunner& runner,
                 tradectl_instrument_handle instrument,
                 std::uint8_t side) {
    for (const auto& state : runner.positions()) {
        if (state.instrument != instrument) continue;
        const Decimal quantity = Decimal::from_abi(state.quantity);
        const bool closes =
            side == TRADECTL_SIDE_SELL ? quantity.is_positive() : quantity.is_negative();
        return closes ? checked_abs(quantity).value_or(Decimal{}) : Decimal{};
    }
    return {};
}

/// The part of `whole` that belongs to `part` of `total`.
Decimal share_of(Decimal whole, Decimal part, Decimal total) {
    if (whole.is_null() || part == total) return whole;
    const auto product = checked_mul(whole, part, Rounding::HalfEven);
    const auto share = product ? checked_div(*product, total, Rounding::HalfEven) : std::nullopt;
    return share.value_or(Decimal{});
}

std::string part_name(const tradectl_id& id, std::size_t part) {
    const std::string name(market::id_text(id));
    return part == 0 ? name : name + "#" + std::to_string(part + 1);
}

}  // namespace

/// A venue knows accounts, not strategies: the fill goes to the strategies that hold what it
/// closed, in the config's order, each with its share of fee and profit. A rest that nobody holds
/// is a difference that only an operator can explain.
void Pipeline::on_venue_fill(std::uint32_t exchange, const tradectl_fill_event& fill) {
    const Decimal total = Decimal::from_abi(fill.quantity);
    Decimal rest = total;
    tradectl_fill_event part = fill;
    std::size_t parts = 0;
    Decimal fee_left = Decimal::from_abi(fill.fee);
    Decimal profit_left = Decimal::from_abi(fill.realized_pnl);
    for (auto& runner : trading_.runners) {
        if (runner->account() != fill.account || runner->exchange() != exchange) continue;
        const Decimal quantity =
            std::min(closable(*runner, fill.header.instrument, fill.side), rest);
        if (!quantity.is_positive()) continue;
        const bool last = quantity == rest;
        const Decimal fee =
            last ? fee_left : share_of(Decimal::from_abi(fill.fee), quantity, total);
        const Decimal profit =
            last ? profit_left : share_of(Decimal::from_abi(fill.realized_pnl), quantity, total);
        rest = rest - quantity;
        fee_left = checked_sub(fee_left, fee).value_or(Decimal{});
        if (!profit_left.is_null())
            profit_left = checked_sub(profit_left, profit).value_or(Decimal{});
        part.quantity = quantity.to_abi();
        part.fee = fee.to_abi();
        part.realized_pnl = profit.to_abi();
        put_id(part.client_order_id, part_name(fill.client_order_id, parts));
        put_id(part.trade_id, part_name(fill.trade_id, parts));
        ++parts;
        book_venue_order(*runner, part);
        if (last) break;
    }
    if (rest.is_zero()) return;
    const std::string text = "the venue's own order " +
                             std::string(market::id_text(fill.client_order_id)) + " closed " +
                             rest.to_string() + " that no strategy holds";
    log(LogLevel::Error, "engine", text);
    scribe_.note(wal::NoteKind::Fault, "host", text);
    halt_instrument(fill.header.instrument, text);
}

void Pipeline::book_venue_order(StrategyRunner& runner, const tradectl_fill_event& fill) {
    auto entry = std::make_unique<OrderEntry>();
    entry->runner = runner.index();
    entry->exchange = runner.exchange();
    entry->deduct_op = trading_.take_op();
    entry->txn_id = TxnId{entry->deduct_op.value};
    entry->trigger_time = trading_.clock.now();
    // For cash nothing can be liquidated: the market is over, and paid.
    const bool pays = !is_margin(*trading_.table.instrument(fill.header.instrument));
    entry->exit_reason = pays ? TRADECTL_REASON_EXIT_MARKET_CLOSE : TRADECTL_REASON_LIQUIDATION;
    entry->reduces = true;
    entry->by_venue = true;
    entry->stage = Stage::Sent;
    entry->hold.side = fill.side;
    if (!pays) entry->hold.margin = Decimal{};
    entry->admission = std::make_unique<Admission>();

    execution::Order& order = entry->order;
    order.op_id = trading_.take_op();
    order.order_ref = runner.next_host_ref();
    order.instrument = fill.header.instrument;
    order.account = runner.account();
    order.side = fill.side;
    order.order_type = TRADECTL_ORDER_MARKET;
    order.time_in_force = TRADECTL_TIF_IOC;
    order.order_flags = TRADECTL_ORDER_REDUCE_ONLY;
    order.created = trading_.clock.now();
    order.updated = order.created;
    order.reason = entry->exit_reason;
    order.client_order_id = market::id_text(fill.client_order_id);
    if (auto set = execution::set_quantity(order, Decimal::from_abi(fill.quantity)); !set)
        return scribe_.fail_with(set.error());
    log(pays ? LogLevel::Info : LogLevel::Error,
        "engine",
        pays ? "a market is over and paid" : "the venue liquidated a position",
        {{"strategy", runner.name()},
         {"instrument", trading_.instrument_name(order.instrument)},
         {"quantity", order.order_qty.to_string()},
         {"price", Decimal::from_abi(fill.price).to_string()}});

    OrderEntry& added = trading_.orders.add(std::move(entry));
    ++trading_.counters.orders;
    scribe_.venue_order(added);
    settler_.update(added, {.kind = execution::UpdateKind::Sent, .time = trading_.clock.now()});
    settler_.fill(added, fill);
    exits_.on_fill(runner, fill.header.instrument);
}

}  // namespace tradectl::engine
