// The part of Settler that tells the strategy.
#include "host/engine/settler.hpp"

#include <algorithm>
#include <cstring>

namespace tradectl::engine {

void put_id(tradectl_id& id, std::string_view text) {
    id = {};
    id.size = static_cast<std::uint8_t>(std::min<std::size_t>(text.size(), TRADECTL_ID_BYTES_MAX));
    if (id.size != 0) std::memcpy(id.text, text.data(), id.size);
}

void put_text(tradectl_text& field, std::string_view text) {
    field = {};
    field.size = static_cast<std::uint8_t>(std::min(text.size(), sizeof(field.text)));
    if (field.size != 0) std::memcpy(field.text, text.data(), field.size);
}

void Settler::stamp(tradectl_event& header, tradectl_instrument_handle instrument) {
    header.seq = ++trading_.event_seq;
    header.host_time = trading_.clock.now().ns();
    if (header.event_time == 0) header.event_time = header.host_time;
    header.instrument = instrument;
}

void Settler::show(const OrderEntry& entry) {
    auto& runner = *trading_.runners[entry.runner];
    const auto& order = entry.order;
    if (trading_.observer != nullptr) trading_.observer->on_order(entry);
    if (execution::is_closed(order.status)) return runner.drop_open_order(order.order_ref);
    runner.put_open_order({.order_ref = order.order_ref.value,
                           .instrument = order.instrument,
                           .account = order.account,
                           .status = static_cast<std::uint32_t>(order.status),
                           .side = order.side,
                           .order_type = order.order_type,
                           .time_in_force = order.time_in_force,
                           .reserved = 0,
                           .price = order.price.to_abi(),
                           .order_qty = order.order_qty.to_abi(),
                           .filled_qty = order.filled_qty.to_abi()});
}

void Settler::tell_order(const OrderEntry& entry,
                         std::string_view text,
                         const risk::Verdict* verdict) {
    const auto& order = entry.order;
    tradectl_order_event event{};
    event.header.size = sizeof(event);
    event.header.type = TRADECTL_EVENT_ORDER;
    event.header.event_time = order.updated.is_none() ? 0 : order.updated.ns();
    stamp(event.header, order.instrument);
    event.order_ref = order.order_ref.value;
    event.status = static_cast<std::uint32_t>(order.status);
    event.reason = order.reason;
    event.side = order.side;
    event.order_type = order.order_type;
    event.time_in_force = order.time_in_force;
    event.account = order.account;
    event.order_flags = order.order_flags;
    event.price = order.price.to_abi();
    event.order_qty = order.order_qty.to_abi();
    event.filled_qty = order.filled_qty.to_abi();
    event.leaves_qty = order.leaves_qty.to_abi();
    event.average_price = order.average_price.to_abi();
    event.limit = (verdict != nullptr ? verdict->limit : Decimal::null()).to_abi();
    event.value = (verdict != nullptr ? verdict->value : Decimal::null()).to_abi();
    put_id(event.client_order_id, order.client_order_id);
    put_id(event.venue_order_id, order.venue_order_id);
    put_text(event.text, text);
    trading_.runners[entry.runner]->hear(event.header);
    if (verdict != nullptr && trading_.observer != nullptr) {
        trading_.observer->on_denied(trading_.runners[entry.runner]->name(), event);
    }
}

void Settler::tell_denied(StrategyRunner& runner,
                          const tradectl_submit_command& command,
                          const risk::Verdict& verdict,
                          std::string_view text) {
    tradectl_order_event event{};
    event.header.size = sizeof(event);
    event.header.type = TRADECTL_EVENT_ORDER;
    stamp(event.header, command.header.instrument);
    event.order_ref = command.order_ref;
    event.status = TRADECTL_ORDER_STATUS_DENIED;
    event.reason = verdict.reason;
    event.side = command.side;
    event.order_type = command.order_type;
    event.time_in_force = command.time_in_force;
    event.account = runner.account();
    event.order_flags = command.order_flags;
    event.price = command.price;
    event.order_qty = command.quantity;
    event.filled_qty = Decimal().to_abi();
    event.leaves_qty = command.quantity;
    event.average_price = Decimal::null().to_abi();
    event.limit = verdict.limit.to_abi();
    event.value = verdict.value.to_abi();
    put_text(event.text, text);
    runner.hear(event.header);
    if (trading_.observer != nullptr) trading_.observer->on_denied(runner.name(), event);
}

void Settler::tell_fill(const OrderEntry& entry, const tradectl_fill_event& news) {
    tradectl_fill_event event = news;
    event.header.size = sizeof(event);
    stamp(event.header, entry.order.instrument);
    event.order_ref = entry.order.order_ref.value;
    event.account = entry.order.account;
    event.side = entry.order.side;
    event.filled_qty = entry.order.filled_qty.to_abi();
    event.leaves_qty = entry.order.leaves_qty.to_abi();
    auto& runner = *trading_.runners[entry.runner];
    runner.hear(event.header);
    if (trading_.observer != nullptr) {
        trading_.observer->on_fill(entry, event, runner.position(entry.order.instrument));
    }
}

void Settler::tell_position(StrategyRunner& runner, tradectl_instrument_handle instrument) {
    const auto& state = runner.position(instrument);
    tradectl_position_event event{};
    event.header.size = sizeof(event);
    event.header.type = TRADECTL_EVENT_POSITION;
    stamp(event.header, instrument);
    event.account = state.account;
    event.quantity = state.quantity;
    event.average_price = state.average_price;
    event.realized_pnl = state.realized_pnl;
    runner.hear(event.header);
}

void Settler::tell_balances(StrategyRunner& runner, const execution::Postings& postings) {
    for (const auto& state : trading_.balances->states(runner.account())) {
        const std::string_view asset = trading_.table.asset(state.asset);
        const bool moved = std::any_of(postings.begin(), postings.end(), [&](const auto& posting) {
            return posting.asset == asset;
        });
        if (!moved) continue;
        tradectl_balance_event event{};
        event.header.size = sizeof(event);
        event.header.type = TRADECTL_EVENT_BALANCE;
        stamp(event.header, TRADECTL_HANDLE_NONE);
        event.account = state.account;
        event.asset = state.asset;
        event.total = state.total;
        event.free = state.free;
        event.held = state.held;
        event.unsettled = state.unsettled;
        put_id(event.asset_name, asset);
        runner.hear(event.header);
    }
}

}  // namespace tradectl::engine
