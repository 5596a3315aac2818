#include "host/plugin/strategy_instance.hpp"

#include "host/plugin/host_services.hpp"
#include "host/plugin/host_table.hpp"
#include "host/plugin/life_cycle.hpp"
#include "host/plugin/load.hpp"

#include <algorithm>

namespace tradectl::plugin {

struct StrategyInstance::State {
    State(std::shared_ptr<Library> from,
          const tradectl_strategy_api& table,
          std::string name,
          HostServices& services,
          InstanceOptions options)
        : library(std::move(from)),
          api(table),
          guard(std::move(name), options),
          host(guard, services, HostTable::Commands::Taken) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { destroy_self(guard, api, self); }

    std::shared_ptr<Library> library;
    const tradectl_strategy_api& api;
    CallGuard guard;
    HostTable host;
    tradectl_strategy* self = nullptr;
    std::int64_t turn_ns_max = 0;
};

StrategyInstance::StrategyInstance(std::unique_ptr<State> state) : state_(std::move(state)) {}
StrategyInstance::~StrategyInstance() = default;

Expected<std::unique_ptr<StrategyInstance>> StrategyInstance::create(
    std::shared_ptr<Library> library,
    std::string name,
    HostServices& host,
    InstanceOptions options) {
    const auto api = library->strategy_api();
    if (!api) return fail(api.error());
    auto state = std::make_unique<State>(std::move(library), **api, std::move(name), host, options);
    auto done = create_self(state->guard, state->api, state->host.get(), state->self);
    if (!done) return fail(done.error());
    return std::unique_ptr<StrategyInstance>(new StrategyInstance(std::move(state)));
}

Status StrategyInstance::configure(std::string_view settings_json) {
    return configure_self(state_->guard, state_->api, state_->self, settings_json);
}

Status StrategyInstance::start() {
    State& state = *state_;
    return run_or_fault(state.guard, "start", state.guard.slow_budget_ns(), [&] {
        return state.api.start(state.self);
    });
}

Status StrategyInstance::on_events(const tradectl_turn& turn) {
    State& state = *state_;
    auto done = run_or_fault(state.guard, "on_events", state.guard.options().turn_budget_ns, [&] {
        return state.api.on_events(state.self, &turn);
    });
    state.turn_ns_max = std::max(state.turn_ns_max, state.guard.last_ns());
    return done;
}

Status StrategyInstance::stop() {
    State& state = *state_;
    return run_or_fault(state.guard, "stop", state.guard.slow_budget_ns(), [&] {
        return state.api.stop(state.self);
    });
}

bool StrategyInstance::faulted() const {
    return state_->guard.faulted();
}
const std::string& StrategyInstance::fault_reason() const {
    return state_->guard.reason();
}
const std::string& StrategyInstance::name() const {
    return state_->guard.name();
}
std::int64_t StrategyInstance::turn_ns_max() const {
    return state_->turn_ns_max;
}

}  // namespace tradectl::plugin
