// What a restart knows of fills that a venue may still undo.
#include "host/engine/startup_orders.hpp"

#include <utility>
#include <vector>

namespace tradectl::engine {

namespace {

struct KnownFill {
    execution::PositionTail::Fill fill;
    execution::Position before;
    execution::Position after;
};

/// How the position came to be, fill by fill; nothing when its fills do not add up to it: somebody
/// changed it otherwise.
Expected<std::vector<KnownFill>> known_fills(ledger::Reader& reader,
                                             const Trading& trading,
                                             const OrderEntry& entry) {
    auto& runner = *trading.runners[entry.runner];
    const auto* instrument = trading.table.instrument(entry.order.instrument);
    auto rows =
        reader.fills({.instance = runner.name(),
                      .venue = runner.config().exchange,
                      .account = std::string(trading.account_name(entry.order.account)),
                      .instrument = std::string(trading.instrument_name(entry.order.instrument))});
    if (!rows) return fail(rows.error());
    std::vector<KnownFill> out;
    execution::Position position;
    for (const ledger::FillRow& row : *rows) {
        if (row.settlement == TRADECTL_SETTLEMENT_FAILED) continue;
        const auto change = execution::apply_fill(
            position, row.side, row.price, row.quantity, Decimal::from_abi(instrument->multiplier));
        if (!change) return std::vector<KnownFill>();
        out.push_back({{.name = fill_name(row.client_order_id, row.trade_id),
                        .side = row.side,
                        .price = row.price,
                        .quantity = row.quantity,
                        .is_final = !is_unsettled(row.settlement)},
                       position,
                       change->after});
        position = change->after;
    }
    const auto now = position_of(runner.position(entry.order.instrument));
    if (position != now) out.clear();
    return out;
}

}  // namespace

Status load_tail(ledger::Reader& reader,
                 const Trading& trading,
                 const OrderEntry& entry,
                 Settler& settler) {
    auto& tail = settler.tail(entry.runner, entry.order.instrument);
    if (!tail.empty()) return {};
    auto known = known_fills(reader, trading, entry);
    if (!known) return fail(known.error());
    for (KnownFill& each : *known)
        tail.add(each.before, std::move(each.fill), each.after);
    return {};
}

}  // namespace tradectl::engine
