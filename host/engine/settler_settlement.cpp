// The part of Settler that follows a fill until it is final, or undoes it.
#include "host/base/log.hpp"
#include "host/engine/settler.hpp"

#include <algorithm>

namespace tradectl::engine {

namespace {

execution::Execution execution_of(const UnsettledFill& fill) {
    return {.price = fill.price,
            .quantity = fill.quantity,
            .leaves_qty = {},
            .fee = fill.fee,
            .fee_asset = fill.fee_asset};
}

std::uint8_t other_side(std::uint8_t side) {
    return side == TRADECTL_SIDE_BUY ? TRADECTL_SIDE_SELL : TRADECTL_SIDE_BUY;
}

}  // namespace

bool is_unsettled(std::uint8_t settlement) {
    return settlement == TRADECTL_SETTLEMENT_MATCHED || settlement == TRADECTL_SETTLEMENT_MINED ||
           settlement == TRADECTL_SETTLEMENT_RETRYING;
}

execution::Position position_of(const tradectl_position_state& state) {
    return {.quantity = Decimal::from_abi(state.quantity),
            .average_price = Decimal::from_abi(state.average_price),
            .realized_pnl = Decimal::from_abi(state.realized_pnl)};
}

std::string fill_name(std::string_view client_order_id, std::string_view trade_id) {
    return std::string(client_order_id) + "/" + std::string(trade_id);
}

execution::PositionTail& Settler::tail(std::uint32_t runner,
                                       tradectl_instrument_handle instrument) {
    return tails_[{runner, instrument}];
}

/// Only what may be undone, and what came after it, is worth remembering.
void Settler::remember(const OrderEntry& entry,
                       const tradectl_fill_event& event,
                       const execution::Position& before,
                       const execution::Position& after) {
    const bool is_final = !is_unsettled(event.settlement);
    if (is_final && (tails_.empty() || tail(entry.runner, entry.order.instrument).empty())) return;
    tail(entry.runner, entry.order.instrument)
        .add(before,
             {.name = fill_name(entry.order.client_order_id, market::id_text(event.trade_id)),
              .side = entry.order.side,
              .price = Decimal::from_abi(event.price),
              .quantity = Decimal::from_abi(event.quantity),
              .is_final = is_final},
             after);
}

void Settler::settle_further(OrderEntry& entry, const tradectl_fill_event& event) {
    const auto trade_id = market::id_text(event.trade_id);
    const auto found = std::find_if(entry.unsettled.begin(),
                                    entry.unsettled.end(),
                                    [&](const auto& fill) { return fill.trade_id == trade_id; });
    if (found == entry.unsettled.end()) {
        if (event.settlement != TRADECTL_SETTLEMENT_FAILED) return;
        const auto& venue = trading_.runners[entry.runner]->config().exchange;
        const auto booked = trading_.booked ? trading_.booked(venue, event) : std::nullopt;
        if (booked && booked->settlement == TRADECTL_SETTLEMENT_FAILED)
            return;  // undone by an earlier run
        return contradiction(entry,
                             {ErrorCode::InvalidArgument,
                              "settlement of fill " + std::string(trade_id) +
                                  " failed, but it was final or undone already"});
    }
    if (found->settlement == event.settlement || event.settlement == 0) return;
    const wal::FillBody body{.trade_id = trade_id,
                             .side = entry.order.side,
                             .liquidity = event.liquidity,
                             .settlement = event.settlement,
                             .price = found->price,
                             .quantity = found->quantity,
                             .fee = found->fee,
                             .fee_asset = found->fee_asset,
                             .venue_time = Timestamp{event.header.event_time}};
    if (is_unsettled(event.settlement)) {
        // News may overtake each other: what was mined is not just matched again.
        if (event.settlement == TRADECTL_SETTLEMENT_MATCHED) return;
        found->settlement = event.settlement;
        return scribe_.settlement(
            entry, found->venue_order_id, body, wal::StepStatus::InProgress, {});
    }
    const UnsettledFill fill = std::move(*found);
    entry.unsettled.erase(found);
    if (event.settlement == TRADECTL_SETTLEMENT_FAILED)
        undo(entry, fill, body);
    else
        confirm(entry, fill, body);
}

void Settler::confirm(OrderEntry& entry, const UnsettledFill& fill, const wal::FillBody& body) {
    const auto* instrument = trading_.table.instrument(entry.order.instrument);
    const auto postings = execution::confirm_fill(book_of(entry),
                                                  entry.order.side,
                                                  Decimal::from_abi(instrument->multiplier),
                                                  execution_of(fill));
    if (!postings) return contradiction(entry, postings.error());
    tail(entry.runner, entry.order.instrument)
        .settle(fill_name(entry.order.client_order_id, fill.trade_id));
    scribe_.settlement(entry, fill.venue_order_id, body, wal::StepStatus::Completed, *postings);
    post(entry.order.account, *postings);
    tell_balances(*trading_.runners[entry.runner], *postings);
}

/// The strategy's position as if the fill had never been; where nobody knows how it came to be, by
/// a fill of the other side, which keeps the quantity true and leaves what it cost as it is.
Expected<execution::PositionChange> Settler::without(const OrderEntry& entry,
                                                     const UnsettledFill& fill) {
    const Decimal multiplier =
        Decimal::from_abi(trading_.table.instrument(entry.order.instrument)->multiplier);
    const auto now = position_of(trading_.runners[entry.runner]->position(entry.order.instrument));
    auto change = tail(entry.runner, entry.order.instrument)
                      .undo(fill_name(entry.order.client_order_id, fill.trade_id), now, multiplier);
    if (change || change.error().code != ErrorCode::NotFound) return change;
    return execution::apply_fill(
        now, other_side(entry.order.side), fill.price, fill.quantity, multiplier);
}

/// The venue took the trade back: so do position and money, and people are told.
void Settler::undo(OrderEntry& entry, const UnsettledFill& fill, const wal::FillBody& body) {
    auto& runner = *trading_.runners[entry.runner];
    const auto* instrument = trading_.table.instrument(entry.order.instrument);
    const Decimal multiplier = Decimal::from_abi(instrument->multiplier);
    auto& state = runner.position(entry.order.instrument);
    const auto postings =
        execution::undo_fill(book_of(entry), entry.order.side, multiplier, execution_of(fill));
    if (!postings) return contradiction(entry, postings.error());
    const auto change = without(entry, fill);
    if (!change) return contradiction(entry, change.error());
    scribe_.begin_group();
    scribe_.settlement(entry, fill.venue_order_id, body, wal::StepStatus::Failed, *postings);
    scribe_.position_result(entry, *change);
    state.quantity = change->after.quantity.to_abi();
    state.average_price = change->after.average_price.to_abi();
    state.realized_pnl = change->after.realized_pnl.to_abi();
    post(entry.order.account, *postings);
    const std::string text = "settlement of fill " + fill.trade_id +
                             " failed: " + fill.quantity.to_string() + " at " +
                             fill.price.to_string() + " is undone";
    log(LogLevel::Error, "engine", text, {{"client_order_id", entry.order.client_order_id}});
    trading_.alert(
        config::AlertKind::Drift, trading_.instrument_name(entry.order.instrument), text);
    tell_position(runner, entry.order.instrument);
    tell_balances(runner, *postings);
}

}  // namespace tradectl::engine
