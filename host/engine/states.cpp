#include "host/engine/states.hpp"

#include <algorithm>

namespace tradectl::engine {

namespace {

std::uint32_t status_of(risk::TradingState state) {
    switch (state) {
        case risk::TradingState::Active: return TRADECTL_STATUS_ACTIVE;
        case risk::TradingState::ReduceOnly: return TRADECTL_STATUS_REDUCE_ONLY;
        case risk::TradingState::Halted: break;
    }
    return TRADECTL_STATUS_HALTED;
}

}  // namespace

States::States(Trading& trading, const Breakers& breakers)
    : trading_(trading),
      breakers_(breakers),
      told_(trading.runners.size(), risk::TradingState::Active),
      told_instruments_(trading.table.size(), risk::TradingState::Active) {}

risk::TradingState States::of(const StrategyRunner& runner) const {
    const auto halted = trading_.halts.state(runner.name(), runner.config().exchange, {});
    if (halted != risk::TradingState::Active || !breakers_.is_open(runner)) return halted;
    return risk::TradingState::ReduceOnly;
}

std::string_view States::word() const {
    const auto& halts = trading_.halts.list();
    const bool reduce_only = std::all_of(halts.begin(), halts.end(), [](const Halt& halt) {
        return halt.kind == HaltKind::ReduceOnly;
    });
    if (trading_.halts.any()) return reduce_only && !halts.empty() ? "reduce-only" : "halted";
    return breakers_.any() ? "breaker open" : "running";
}

void States::tell_changes(Look look) {
    const std::uint64_t halts = trading_.halts.version();
    const std::uint64_t breakers = breakers_.version();
    if (look == Look::IfChanged && halts == halts_seen_ && breakers == breakers_seen_) return;
    halts_seen_ = halts;
    breakers_seen_ = breakers;
    for (const auto& runner : trading_.runners) {
        const auto state = of(*runner);
        if (state == told_[runner->index()]) continue;
        told_[runner->index()] = state;
        tell(*runner, TRADECTL_HANDLE_NONE, state);
    }
    told_instruments_.resize(trading_.table.size(), risk::TradingState::Active);
    for (std::uint32_t handle = 0; handle < told_instruments_.size(); ++handle) {
        const auto state = trading_.halts.state({}, {}, trading_.instrument_name(handle));
        if (state == told_instruments_[handle]) continue;
        told_instruments_[handle] = state;
        for (const auto& runner : trading_.runners) {
            if (runner->may_trade(handle) && state != of(*runner)) tell(*runner, handle, state);
        }
    }
}

void States::tell(StrategyRunner& runner,
                  tradectl_instrument_handle instrument,
                  risk::TradingState state) {
    tradectl_status_event event{};
    event.header.size = sizeof(event);
    event.header.type = TRADECTL_EVENT_STATUS;
    event.header.seq = ++trading_.event_seq;
    event.header.instrument = instrument;
    event.header.event_time = event.header.host_time = trading_.clock.now().ns();
    event.status = status_of(state);
    runner.hear(event.header);
}

}  // namespace tradectl::engine
