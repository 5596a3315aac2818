#include "tests/venues/polymarket/reports.hpp"
#include "tests/venues/polymarket/trading.hpp"

#include <algorithm>
#include <limits>

namespace polysim {
namespace {

bool is_final(TradeStatus status) {
    return status == TradeStatus::Confirmed || status == TradeStatus::Failed;
}

bool on_chain(TradeStatus status) {
    return status == TradeStatus::Mined || status == TradeStatus::Confirmed;
}

void apply(World& world, const Trade& trade, TradeStatus status) {
    for (const auto& transfer : trade.transfers) {
        Holding& holding = world.holdings.at(transfer.account, transfer.asset);
        if (on_chain(trade.status) && !on_chain(status)) {
            holding.chain -= transfer.change;
            holding.pending += transfer.change;
        }
        if (!on_chain(trade.status) && on_chain(status)) {
            holding.chain += transfer.change;
            holding.pending -= transfer.change;
        }
        if (status == TradeStatus::Failed) holding.pending -= transfer.change;
    }
}

std::int64_t due_of(const World& world, const Trade& trade) {
    const auto wait = trade.status == TradeStatus::Mined
                          ? world.settings.confirmed_ms - world.settings.mined_ms
                          : world.settings.mined_ms;
    return trade.update_ms + std::max<std::int64_t>(0, wait);
}

std::int64_t due_of(const World& world, const Order& order) {
    if (order.status == OrderStatus::Delayed) return order.due_ms;
    return (order.expiration_s - world.settings.security_s) * 1000;
}

}  // namespace

void settle(World& world, Trade& trade, TradeStatus status) {
    if (is_final(trade.status) || trade.status == status) return;
    apply(world, trade, status);
    if (status == TradeStatus::Mined || status == TradeStatus::Retrying || trade.hash.empty()) {
        trade.hash = world.random_hex(32);
    }
    if (on_chain(status) && !on_chain(trade.status)) ++world.block;
    trade.status = status;
    trade.update_ms = world.now_ms();
    if (is_final(status)) world.settling.erase(world.trade_index.at(trade.id));
    report_trade(world, trade);
}

void pass_time(World& world) {
    const std::int64_t now = world.now_ms();
    const auto timed = world.timed;
    for (const auto& id : timed) {
        Order& order = world.orders.at(id);
        if (due_of(world, order) > now) continue;
        if (order.status == OrderStatus::Delayed) {
            run_delayed(world, order);
        } else {
            cancel_order(world, order, "");
        }
    }
    for (auto& [key, beat] : world.heartbeats) {
        if (beat.deadline_ms == 0 || beat.deadline_ms > now) continue;
        beat.deadline_ms = 0;
        for (const auto& id : open_ids(world, key)) {
            cancel_order(world, world.orders.at(id), "heartbeat");
        }
    }
    if (!world.settings.auto_settle) return;
    const auto settling = world.settling;
    for (const std::size_t index : settling) {
        Trade& trade = world.trades[index];
        if (due_of(world, trade) > now) continue;
        settle(world,
               trade,
               trade.status == TradeStatus::Mined ? TradeStatus::Confirmed : TradeStatus::Mined);
    }
}

std::int64_t next_due_ms(const World& world) {
    std::int64_t due = std::numeric_limits<std::int64_t>::max();
    for (const auto& id : world.timed)
        due = std::min(due, due_of(world, world.orders.at(id)));
    for (const auto& [key, beat] : world.heartbeats) {
        if (beat.deadline_ms != 0) due = std::min(due, beat.deadline_ms);
    }
    if (world.settings.auto_settle) {
        for (const std::size_t index : world.settling) {
            due = std::min(due, due_of(world, world.trades[index]));
        }
    }
    return due;
}

}  // namespace polysim
