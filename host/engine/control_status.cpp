#include "host/engine/control_status.hpp"

#include "host/engine/halts.hpp"

#include <algorithm>

#include <unistd.h>

namespace tradectl::engine {

namespace {

/// Beyond it only the number is told.
constexpr std::size_t kUnresolvedMax = 100;

std::string_view word_of(risk::TradingState state) {
    switch (state) {
        case risk::TradingState::Active: return "active";
        case risk::TradingState::ReduceOnly: return "reduce-only";
        case risk::TradingState::Halted: break;
    }
    return "halted";
}

Json time_or_null(Timestamp time) {
    return time.is_none() ? Json() : Json::text_of(time);
}

Json exchanges_json(const Trading& trading,
                    const FlowBoard* flows,
                    const std::vector<Halt>& breakers) {
    Json out = Json::array();
    for (const auto& runtime : trading.exchanges) {
        const std::string scope = "exchange:" + runtime->name();
        const bool tripped =
            std::any_of(breakers.begin(), breakers.end(), [&](const Halt& breaker) {
                return breaker.scope == scope || breaker.scope == "all";
            });
        auto state = trading.halts.state({}, runtime->name(), {});
        if (state == risk::TradingState::Active && tripped) state = risk::TradingState::ReduceOnly;
        Json& exchange = out.push(Json::object());
        exchange.set("name", runtime->name());
        exchange.set("state", word_of(state));
        exchange.set("flows",
                     flows == nullptr ? Json::array()
                                      : flows->to_json(runtime->name(), trading.clock.now()));
        exchange.set("fault", runtime->faulted() ? Json(runtime->fault_reason()) : Json());
    }
    return out;
}

Json strategies_json(const Trading& trading, const Pipeline& pipeline) {
    Json out = Json::array();
    for (const auto& runner : trading.runners) {
        const auto open = std::count_if(
            runner->positions().begin(), runner->positions().end(), [](const auto& position) {
                return !Decimal::from_abi(position.quantity).is_zero();
            });
        Json& strategy = out.push(Json::object());
        strategy.set("name", runner->name());
        strategy.set("exchange", runner->config().exchange);
        strategy.set("account", runner->config().account);
        strategy.set("state", word_of(pipeline.states().of(*runner)));
        strategy.set("positions", open);
        strategy.set("open_orders", runner->open_order_count());
        const bool faulted = runner->faulted();
        strategy.set("fault", faulted ? Json(runner->fault_reason()) : Json());
    }
    return out;
}

Json unresolved_json(Trading& trading) {
    Json out = Json::array();
    std::size_t count = 0;
    trading.orders.each_open([&](const OrderEntry& entry) {
        if (entry.order.status != execution::OrderStatus::Unresolved) return;
        if (++count > kUnresolvedMax) return;
        Json& order = out.push(Json::object());
        order.set("client_order_id", entry.order.client_order_id);
        order.set("strategy", trading.runners[entry.runner]->name());
        order.set("instrument", trading.instrument_name(entry.order.instrument));
        order.set("since", time_or_null(entry.order.updated));
    });
    return out;
}

Json counters_json(const Counters& counters) {
    Json out = Json::object();
    out.set("market_events", counters.market_events);
    out.set("orders", counters.orders);
    out.set("fills", counters.fills);
    out.set("denied", counters.denied);
    out.set("rejected", counters.rejected);
    out.set("canceled", counters.canceled);
    out.set("unresolved", counters.unresolved);
    return out;
}

Json lines_json(const std::vector<Halt>& halts) {
    Json out = Json::array();
    for (const Halt& halt : halts)
        out.push(to_json(halt));
    return out;
}

std::size_t open_positions(const LiveView& view) {
    return static_cast<std::size_t>(
        std::count_if(view.positions.begin(), view.positions.end(), [](const auto& position) {
            return !position.quantity.is_zero();
        }));
}

Json feed_json(const Trading& trading, const SessionFacts& facts) {
    Json out = Json::object();
    out.set("market_time", time_or_null(facts.view.market_time));
    const bool fed = !facts.market_arrived.is_none();
    const std::int64_t age_ns = fed ? trading.clock.now().minus(facts.market_arrived) : 0;
    out.set("age_ms", fed ? Json(age_ns / kNsPerMillisecond) : Json());
    return out;
}

Json trouble_json(const std::optional<Trouble>& trouble) {
    if (!trouble) return {};
    Json out = Json::object();
    out.set("event", config::to_string(trouble->kind));
    out.set("subject", trouble->subject);
    out.set("message", trouble->text);
    out.set("time", time_or_null(trouble->time));
    return out;
}

}  // namespace

Json status_json(Trading& trading,
                 Pipeline& pipeline,
                 const Projector& projector,
                 const SessionFacts& facts) {
    const auto breakers = pipeline.breakers().open_scopes();
    const std::uint64_t durable = trading.journal->durable().value;
    const std::uint64_t applied = projector.applied().value;
    Json out = Json::object();
    out.set("name", trading.config.name);
    out.set("mode", config::to_string(trading.config.mode));
    out.set("pid", static_cast<std::int64_t>(::getpid()));
    out.set("state", facts.view.state);
    out.set("started_at", Json::text_of(facts.started));
    out.set("up_ms", facts.view.now.minus(facts.started) / kNsPerMillisecond);
    out.set("exchanges", exchanges_json(trading, facts.flows, breakers));
    out.set("strategies", strategies_json(trading, pipeline));
    out.set("positions", open_positions(facts.view));
    out.set("open_orders", facts.view.open_orders);
    out.set("unresolved", pipeline.gate().blocked_count());
    out.set("unresolved_orders", unresolved_json(trading));
    out.set("halts", lines_json(trading.halts.list()));
    out.set("breakers", lines_json(breakers));
    out.set("feed", feed_json(trading, facts));
    Json& wal = out.set("wal", Json::object());
    wal.set("durable_sequence", durable);
    wal.set("last_sequence", trading.journal->next_sequence().value - 1);
    Json& ledger = out.set("ledger", Json::object());
    ledger.set("applied_sequence", applied);
    ledger.set("lag", durable > applied ? durable - applied : 0);
    out.set("counters", counters_json(facts.view.counters));
    out.set("last_error", trouble_json(trading.trouble));
    return out;
}

}  // namespace tradectl::engine
