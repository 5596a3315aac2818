#include "host/engine/control_deed.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::engine {

namespace {

constexpr std::int64_t kDeedAgainNs = kNsPerSecond;

constexpr std::string_view kStrategy = "strategy:";
constexpr std::string_view kExchange = "exchange:";

}  // namespace

Status check_deed_scope(const config::Config& config, const std::string& scope) {
    const auto has = [&](std::string_view prefix, const auto& items) {
        return std::any_of(items.begin(), items.end(), [&](const auto& item) {
            return scope == std::string(prefix) + item.name;
        });
    };
    if (scope == "all" || has(kStrategy, config.strategies) || has(kExchange, config.exchanges))
        return {};
    return fail(ErrorCode::InvalidArgument,
                "scope '" + scope + "': want all, strategy:NAME or exchange:NAME of config '" +
                    config.name + "'");
}

ControlDeed::ControlDeed(Order order, ops::ControlCall&& call, Trading& trading, Pipeline& pipeline)
    : order_(std::move(order)), call_(std::move(call)), trading_(&trading), pipeline_(&pipeline) {
    trading.orders.each_open([this](const OrderEntry& entry) {
        if (covers(*trading_->runners[entry.runner])) {
            orders_.push_back(entry.order.client_order_id);
        }
    });
    positions_ = open_positions();
    try_again();
}

bool ControlDeed::covers(const StrategyRunner& runner) const {
    return order_.scope == "all" || order_.scope == std::string(kStrategy) + runner.name() ||
           order_.scope == std::string(kExchange) + runner.config().exchange;
}

void ControlDeed::try_again() {
    next_try_ns_ = trading_->clock.monotonic_ns() + kDeedAgainNs;
    for (const auto& runner : trading_->runners) {
        if (!covers(*runner)) continue;
        pipeline_->deny_waiting(runner->index(), TRADECTL_REASON_CANCELED_BY_OPERATOR);
        for (const std::string& id : orders_) {
            OrderEntry* entry = trading_->orders.find(id);
            if (entry != nullptr && entry->runner == runner->index())
                pipeline_->cancel(*entry, TRADECTL_REASON_CANCELED_BY_OPERATOR);
        }
        if (order_.kind == Kind::Flatten)
            pipeline_->flatten(*runner, TRADECTL_REASON_EXIT_OPERATOR);
    }
}

std::size_t ControlDeed::open_orders() const {
    return static_cast<std::size_t>(
        std::count_if(orders_.begin(), orders_.end(), [this](const std::string& id) {
            const OrderEntry* entry = trading_->orders.find(id);
            return entry != nullptr && !execution::is_closed(entry->order.status);
        }));
}

std::size_t ControlDeed::open_positions() const {
    std::size_t count = 0;
    for (const auto& runner : trading_->runners) {
        if (!covers(*runner)) continue;
        for (const auto& position : runner->positions())
            count += Decimal::from_abi(position.quantity).is_zero() ? 0 : 1;
    }
    return count;
}

bool ControlDeed::done() const {
    return open_orders() == 0 && (order_.kind == Kind::CancelAll || open_positions() == 0);
}

bool ControlDeed::pursue() {
    const std::int64_t now = trading_->clock.monotonic_ns();
    if (done() || now >= order_.deadline_ns) {
        tell();
        return true;
    }
    if (now >= next_try_ns_) try_again();
    return false;
}

void ControlDeed::give_up() {
    tell();
}

Json ControlDeed::orders_json() const {
    Json out = Json::array();
    for (const std::string& id : orders_) {
        const OrderEntry* entry = trading_->orders.find(id);
        Json& order = out.push(Json::object());
        order.set("client_order_id", id);
        if (entry == nullptr) {
            order.set("status", "closed");
            continue;
        }
        order.set("strategy", trading_->runners[entry->runner]->name());
        order.set("instrument", trading_->instrument_name(entry->order.instrument));
        order.set("status", execution::to_string(entry->order.status));
        order.set("open", !execution::is_closed(entry->order.status));
        order.set("filled", Json::text_of(entry->order.filled_qty));
        order.set("leaves", Json::text_of(entry->order.leaves_qty));
    }
    return out;
}

Json ControlDeed::positions_json() const {
    Json out = Json::array();
    for (const auto& runner : trading_->runners) {
        if (!covers(*runner)) continue;
        for (const auto& position : runner->positions()) {
            const Decimal quantity = Decimal::from_abi(position.quantity);
            if (quantity.is_zero()) continue;
            Json& left = out.push(Json::object());
            left.set("strategy", runner->name());
            left.set("instrument", trading_->instrument_name(position.instrument));
            left.set("quantity", Json::text_of(quantity));
            const std::string why = pipeline_->exit_denial(*runner, position.instrument);
            if (!why.empty()) left.set("reason", why);
        }
    }
    return out;
}

void ControlDeed::tell() {
    Json data = Json::object();
    data.set("scope", order_.scope);
    data.set("done", done());
    data.set("orders", orders_json());
    data.set("orders_left", open_orders());
    if (order_.kind == Kind::Flatten) {
        data.set("positions_before", positions_);
        data.set("positions_left", positions_json());
    }
    call_.answer(data);
}

}  // namespace tradectl::engine
