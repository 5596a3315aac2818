#include "host/engine/exit_runner.hpp"

#include "host/base/hash.hpp"
#include "host/base/log.hpp"

namespace tradectl::engine {

namespace {

constexpr std::string_view kKeyPrefix = "exits/";

execution::ExitRules rules_of(const tradectl_exits_command& command, std::uint32_t kind) {
    execution::ExitRules rules{
        .rules = command.rules & ~(TRADECTL_EXIT_NOW | TRADECTL_EXIT_CLEAR),
        .offset_kind = kind == TRADECTL_INSTRUMENT_BINARY ? execution::OffsetKind::Absolute
                                                          : execution::OffsetKind::Fraction,
        .target_offset = Decimal::from_abi(command.target_offset),
        .stop_offset = Decimal::from_abi(command.stop_offset),
        .trailing_offset = Decimal::from_abi(command.trailing_offset),
        .trailing_activation = Decimal::from_abi(command.trailing_activation),
        .quantity_fraction = Decimal::from_abi(command.quantity_fraction),
        .hold_ns_max = command.hold_ns_max,
        .trailing_before = Decimal::from_abi(command.trailing_before),
        .fee_rate = Decimal::from_abi(command.fee_rate),
        .step_count = command.step_count};
    for (std::uint32_t i = 0; i < command.step_count && i < rules.steps.size(); ++i)
        rules.steps[i] = {command.steps[i].after_ns, Decimal::from_abi(command.steps[i].offset)};
    return rules;
}

}  // namespace

Status ExitRunner::declare(StrategyRunner& runner, const tradectl_exits_command& command) {
    const auto handle = command.header.instrument;
    const auto* instrument = trading_.table.instrument(handle);
    if (instrument == nullptr || !runner.may_trade(handle)) {
        return fail(ErrorCode::InvalidArgument,
                    "exits: no instrument with handle " + std::to_string(handle));
    }
    const Key key{runner.index(), handle};
    if ((command.rules & TRADECTL_EXIT_CLEAR) != 0) {
        if (watches_.erase(key) != 0) {
            const auto name =
                std::string(kKeyPrefix) + std::string(market::id_text(instrument->name));
            scribe_.kv(kv_instance(runner.name()), name, {});
        }
        return {};
    }
    if ((command.rules & TRADECTL_EXIT_NOW) != 0) {
        const auto quantity = checked_abs(Decimal::from_abi(runner.position(handle).quantity));
        if (!quantity || quantity->is_zero()) return {};
        const bool is_long = Decimal::from_abi(runner.position(handle).quantity).is_positive();
        const bool started = submit_(
            runner,
            {.instrument = handle,
             .side = static_cast<std::uint8_t>(is_long ? TRADECTL_SIDE_SELL : TRADECTL_SIDE_BUY),
             .quantity = *quantity,
             .reason = TRADECTL_REASON_EXIT_SIGNAL,
             .trigger_seq = command.header.trigger_seq});
        if (!started) return fail(ErrorCode::Denied, "exits: the exit was denied");
        return {};
    }
    const auto rules = rules_of(command, instrument->kind);
    if (auto valid = execution::check_rules(rules); !valid) return valid;
    Watch& watch = watches_[key];
    watch.exits.rules = rules;
    watch.exits.state.fired = 0;
    on_fill(runner, handle);
    return {};
}

Status ExitRunner::restore(StrategyRunner& runner, std::string_view key, std::string_view text) {
    if (!key.starts_with(kKeyPrefix)) return {};
    const auto handle = trading_.table.find(key.substr(kKeyPrefix.size()));
    if (!handle) return {};
    auto exits = execution::exits_from_text(text);
    if (!exits) return fail(exits.error());
    watches_[{runner.index(), *handle}] = {.exits = *exits, .kept = trading_.clock.now()};
    return {};
}

void ExitRunner::keep(const StrategyRunner& runner,
                      tradectl_instrument_handle instrument,
                      Watch& watch) {
    watch.kept = trading_.clock.now();
    const auto name = std::string(kKeyPrefix) + std::string(trading_.instrument_name(instrument));
    const std::string text = execution::to_text(watch.exits);
    scribe_.kv(kv_instance(runner.name()), name, bytes_of(text));
}

bool ExitRunner::inside_bars(std::uint32_t runner) const {
    return trading_.runners[runner]->config().exits_on_bars != config::ExitsOnBars::Close;
}

void ExitRunner::look(StrategyRunner& runner,
                      tradectl_instrument_handle instrument,
                      Watch& watch,
                      const execution::ExitBar* bar) {
    const auto& position = runner.position(instrument);
    const Decimal quantity = Decimal::from_abi(position.quantity);
    if (quantity.is_zero() || trading_.clock.now() < watch.not_before) return;
    const auto* record = trading_.table.instrument(instrument);
    const auto& top = trading_.books->top(instrument);
    auto decision = execution::evaluate(watch.exits,
                                        {.quantity = quantity,
                                         .average_price = Decimal::from_abi(position.average_price),
                                         .lot = Decimal::from_abi(record->lot),
                                         .bid_price = Decimal::from_abi(top.bid_price),
                                         .ask_price = Decimal::from_abi(top.ask_price),
                                         .last_price = Decimal::from_abi(top.last_price),
                                         .now = trading_.clock.now(),
                                         .close_by = Timestamp{record->close_time},
                                         .bar = bar});
    if (!decision) {
        log(LogLevel::Error, "exits", decision.error().message, {{"instance", runner.name()}});
        return;
    }
    const bool moved = decision->state.best_price != watch.exits.state.best_price;
    watch.exits.state = decision->state;
    if (decision->reason != TRADECTL_REASON_NONE) return act(runner, instrument, watch, *decision);
    // The best price of a trailing stop is kept at most once a second: it may be a second old after
    // a crash.
    if (moved && trading_.clock.now().minus(watch.kept) >= kNsPerSecond) {
        keep(runner, instrument, watch);
    }
}

void ExitRunner::act(StrategyRunner& runner,
                     tradectl_instrument_handle instrument,
                     Watch& watch,
                     const execution::ExitDecision& decision) {
    keep(runner, instrument, watch);
    ExitOrder exit{.instrument = instrument,
                   .side = decision.side,
                   .quantity = decision.quantity,
                   .reason = decision.reason,
                   .order_ref = runner.next_host_ref()};
    scribe_.triggered(runner,
                      {.instrument = instrument,
                       .order_ref = exit.order_ref,
                       .side = exit.side,
                       .quantity = exit.quantity,
                       .price = decision.price,
                       .level = decision.level,
                       .reason = exit.reason});
    if (inside_bars(runner.index()) && !decision.level.is_null()) {
        // On the grid, toward the worse side: what is assumed is never better than what was hit.
        const auto* record = trading_.table.instrument(instrument);
        const bool sells = decision.side == TRADECTL_SIDE_SELL;
        exit.price = round_to(decision.level,
                              Decimal::from_abi(record->tick),
                              sells ? Rounding::Down : Rounding::Up)
                         .value_or(Decimal::null());
    }
    if (submit_(runner, exit)) return;
    // The position still needs its exit: it is tried again, loudly, until it is out.
    log(LogLevel::Error,
        "exits",
        "an exit was denied and will be tried again",
        {{"instance", runner.name()}, {"instrument", trading_.instrument_name(instrument)}});
    watch.exits.state = execution::finish_exit(watch.exits, Decimal());
    watch.not_before = trading_.clock.now().plus_ns(kNsPerSecond);
    try_again(runner, instrument, watch);
    keep(runner, instrument, watch);
}

/// Nothing of the position is out by now: an exit by time, which no price wakes, waits longer each
/// time.
void ExitRunner::try_again(const StrategyRunner& runner,
                           tradectl_instrument_handle instrument,
                           Watch& watch) {
    watch.retry_ns = std::clamp(2 * watch.retry_ns, kNsPerSecond, kNsPerMinute);
    set_timer(runner, instrument, watch, trading_.clock.now().plus_ns(watch.retry_ns));
}

void ExitRunner::end_restore() {
    for (auto& [key, watch] : watches_) {
        if (watch.exits.state.in_flight == TRADECTL_REASON_NONE) continue;
        const Key& mine = key;
        bool out = false;
        trading_.orders.each_open([&](OrderEntry& entry) {
            out = out || (entry.runner == mine.first && entry.order.instrument == mine.second &&
                          entry.exit_reason != TRADECTL_REASON_NONE);
        });
        if (!out) watch.exits.state = execution::finish_exit(watch.exits, Decimal());
    }
    for (const auto& [key, watch] : watches_)
        set_timer(*trading_.runners[key.first], key.second, watch, trading_.clock.now());
}

void ExitRunner::note_bar(const tradectl_bar_event& bar) {
    const Timestamp end{bar.header.event_time};
    last_bars_[bar.header.instrument] = {end.plus_ns(-bar.interval_ns), trading_.clock.now()};
}

void ExitRunner::on_price(tradectl_instrument_handle instrument, const tradectl_bar_event* bar) {
    execution::ExitBar seen;
    if (bar != nullptr) {
        const Timestamp end{bar->header.event_time};
        seen = {.open = Decimal::from_abi(bar->open),
                .high = Decimal::from_abi(bar->high),
                .low = Decimal::from_abi(bar->low),
                .close = Decimal::from_abi(bar->close),
                .start = end.plus_ns(-bar->interval_ns)};
    }
    for (auto& [key, watch] : watches_) {
        if (key.second != instrument || watch.opened_by == trading_.counters.market_events)
            continue;
        const bool inside = bar != nullptr && inside_bars(key.first);
        seen.hits =
            trading_.runners[key.first]->config().exits_on_bars == config::ExitsOnBars::Level
                ? execution::HitPrice::Level
                : execution::HitPrice::InBar;
        look(*trading_.runners[key.first], instrument, watch, inside ? &seen : nullptr);
    }
}

void ExitRunner::on_timer(std::uint32_t runner, tradectl_instrument_handle instrument) {
    const auto found = watches_.find({runner, instrument});
    if (found != watches_.end()) look(*trading_.runners[runner], instrument, found->second);
}

void ExitRunner::set_timer(const StrategyRunner& runner,
                           tradectl_instrument_handle instrument,
                           const Watch& watch,
                           Timestamp earliest) {
    const auto& [rules, state] = watch.exits;
    const bool waits = (rules.rules & ~state.fired & TRADECTL_EXIT_TIME) != 0 &&
                       state.in_flight == TRADECTL_REASON_NONE && !state.entered.is_none();
    std::int64_t due = 0;
    const bool never =
        !waits || __builtin_add_overflow(state.entered.ns(), rules.hold_ns_max, &due);
    trading_.scheduler.set(TimerOwner::Exit,
                           runner.index(),
                           instrument,
                           never ? Timestamp::none() : std::max(Timestamp{due}, earliest));
}

void ExitRunner::on_fill(const StrategyRunner& runner, tradectl_instrument_handle instrument) {
    const auto found = watches_.find({runner.index(), instrument});
    if (found == watches_.end()) return;
    auto& state = found->second.exits.state;
    const bool flat = Decimal::from_abi(runner.position(instrument).quantity).is_zero();
    if (flat) {
        const auto in_flight = state.in_flight;
        state = {};
        state.in_flight = in_flight;
    } else if (state.entered.is_none()) {
        state.entered = trading_.clock.now();
        found->second.opened_by = trading_.counters.market_events;
        // What is filled by a bar that has just ended was entered during it.
        const auto bar = last_bars_.find(instrument);
        if (inside_bars(runner.index()) && bar != last_bars_.end() &&
            bar->second.end == state.entered)
            state.entered = bar->second.start;
    }
    found->second.retry_ns = 0;
    set_timer(runner, instrument, found->second, trading_.clock.now());
    keep(runner, instrument, found->second);
}

void ExitRunner::act_at_market(StrategyRunner& runner,
                               const OrderEntry& entry,
                               Watch& watch,
                               Decimal quantity) {
    if (submit_(runner,
                {.instrument = entry.order.instrument,
                 .side = entry.order.side,
                 .quantity = quantity,
                 .reason = entry.exit_reason}))
        return;
    watch.exits.state = execution::finish_exit(watch.exits, Decimal());
    watch.not_before = trading_.clock.now().plus_ns(kNsPerSecond);
    try_again(runner, entry.order.instrument, watch);
    keep(runner, entry.order.instrument, watch);
}

void ExitRunner::on_closed(const OrderEntry& entry) {
    if (entry.exit_reason == TRADECTL_REASON_NONE) return;
    const auto found = watches_.find({entry.runner, entry.order.instrument});
    if (found == watches_.end()) return;
    Watch& watch = found->second;
    watch.exits.state = execution::finish_exit(watch.exits, entry.order.filled_qty);
    StrategyRunner& runner = *trading_.runners[entry.runner];
    try_again(runner, entry.order.instrument, watch);
    keep(runner, entry.order.instrument, watch);
    const bool missed = entry.order.order_type == TRADECTL_ORDER_LIMIT &&
                        entry.order.filled_qty < entry.order.order_qty;
    if (!missed || trading_.shutting_down) return;
    // The venue did not trade at the level that the bar had reached: out at market.
    const auto left = checked_sub(entry.order.order_qty, entry.order.filled_qty);
    watch.exits.state.in_flight = entry.exit_reason;
    act_at_market(runner, entry, watch, left.value_or(entry.order.order_qty));
}

}  // namespace tradectl::engine
