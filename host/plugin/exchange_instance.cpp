#include "host/plugin/exchange_instance.hpp"

#include "host/base/assert.hpp"
#include "host/plugin/exchange_host_table.hpp"
#include "host/plugin/host_services.hpp"
#include "host/plugin/life_cycle.hpp"
#include "host/plugin/load.hpp"

#include <algorithm>
#include <cstring>

namespace tradectl::plugin {
namespace {

/// A copy in which functions that the plugin's table is too short for are null.
tradectl_exchange_api widen(const tradectl_exchange_api& api) {
    tradectl_exchange_api wide{};
    const std::size_t bytes = std::min<std::size_t>(api.struct_size, sizeof(wide));
    std::memcpy(&wide, &api, bytes - bytes % sizeof(void*));
    return wide;
}

}  // namespace

struct ExchangeInstance::State {
    State(std::shared_ptr<Library> from,
          const tradectl_exchange_api& table,
          std::string name,
          ExchangeServices& services,
          InstanceOptions options)
        : library(std::move(from)),
          api(widen(table)),
          guard(std::move(name), options),
          host(guard, services) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { destroy_self(guard, api, self); }

    template <typename Function, typename... Arguments>
    tradectl_status request(const char* what, Function function, Arguments... arguments) {
        if (function == nullptr) return TRADECTL_UNSUPPORTED;
        return guard.run(
            what, guard.options().turn_budget_ns, [&] { return function(self, arguments...); });
    }

    std::shared_ptr<Library> library;
    tradectl_exchange_api api;
    CallGuard guard;
    ExchangeHostTable host;
    tradectl_exchange* self = nullptr;
};

ExchangeInstance::ExchangeInstance(std::unique_ptr<State> state) : state_(std::move(state)) {}
ExchangeInstance::~ExchangeInstance() = default;

Expected<std::unique_ptr<ExchangeInstance>> ExchangeInstance::create(
    std::shared_ptr<Library> library,
    std::string name,
    ExchangeServices& host,
    InstanceOptions options) {
    const auto api = library->exchange_api();
    if (!api) return fail(api.error());
    auto state = std::make_unique<State>(std::move(library), **api, std::move(name), host, options);
    auto done = create_self(state->guard, state->api, state->host.get(), state->self);
    if (!done) return fail(done.error());
    return std::unique_ptr<ExchangeInstance>(new ExchangeInstance(std::move(state)));
}

Status ExchangeInstance::configure(std::string_view settings_json) {
    return configure_self(state_->guard, state_->api, state_->self, settings_json);
}

Status ExchangeInstance::start() {
    State& state = *state_;
    return run_or_fault(state.guard, "start", state.guard.slow_budget_ns(), [&] {
        return state.api.start(state.self);
    });
}

Status ExchangeInstance::stop() {
    State& state = *state_;
    return run_or_fault(state.guard, "stop", state.guard.slow_budget_ns(), [&] {
        return state.api.stop(state.self);
    });
}

tradectl_status ExchangeInstance::connect(std::uint64_t request_id) {
    return state_->request("connect", state_->api.connect, request_id);
}
tradectl_status ExchangeInstance::disconnect(std::uint64_t request_id) {
    return state_->request("disconnect", state_->api.disconnect, request_id);
}
tradectl_status ExchangeInstance::load_instruments(std::uint64_t request_id) {
    return state_->request("load_instruments", state_->api.load_instruments, request_id);
}
tradectl_status ExchangeInstance::discover(std::uint64_t request_id,
                                           const tradectl_discover& request) {
    return state_->request("discover", state_->api.discover, request_id, &request);
}
tradectl_status ExchangeInstance::subscribe(std::uint64_t request_id,
                                            std::span<const tradectl_subscription> items) {
    return state_->request("subscribe",
                           state_->api.subscribe,
                           request_id,
                           items.data(),
                           static_cast<std::uint32_t>(items.size()),
                           std::uint32_t{sizeof(tradectl_subscription)});
}
bool ExchangeInstance::takes_market_data() const {
    return state_->api.on_market_data != nullptr;
}
tradectl_status ExchangeInstance::on_market_data(const std::uint8_t* events,
                                                 std::uint64_t bytes,
                                                 std::uint32_t count) {
    return state_->request("on_market_data", state_->api.on_market_data, events, bytes, count);
}
tradectl_status ExchangeInstance::prepare(std::uint64_t first_request_id,
                                          std::span<const tradectl_operation> operations) {
    return state_->request("prepare",
                           state_->api.prepare,
                           first_request_id,
                           operations.data(),
                           static_cast<std::uint32_t>(operations.size()),
                           std::uint32_t{sizeof(tradectl_operation)});
}
tradectl_status ExchangeInstance::submit_prepared(
    std::uint64_t first_request_id,
    std::span<const std::uint64_t> prepare_ids,
    std::span<const tradectl_signature* const> signatures) {
    TRADECTL_ASSERT(prepare_ids.size() == signatures.size());
    const bool faulted_before = faulted();
    const tradectl_status status = state_->request("submit_prepared",
                                                   state_->api.submit_prepared,
                                                   first_request_id,
                                                   prepare_ids.data(),
                                                   signatures.data(),
                                                   static_cast<std::uint32_t>(prepare_ids.size()));
    // It failed half-way: nobody can say what it had sent by then.
    return !faulted_before && faulted() ? TRADECTL_OUTCOME_UNKNOWN : status;
}
void ExchangeInstance::discard_prepared(std::uint64_t prepare_id) {
    if (state_->api.discard_prepared == nullptr) return;
    static_cast<void>(
        state_->guard.run("discard_prepared", state_->guard.options().turn_budget_ns, [&] {
            state_->api.discard_prepared(state_->self, prepare_id);
            return tradectl_status{TRADECTL_OK};
        }));
}
tradectl_status ExchangeInstance::quote(std::uint64_t request_id,
                                        const tradectl_quote_request& request) {
    return state_->request("quote", state_->api.quote, request_id, &request);
}
tradectl_status ExchangeInstance::query_order(std::uint64_t request_id,
                                              const tradectl_order_query& query) {
    return state_->request("query_order", state_->api.query_order, request_id, &query);
}
tradectl_status ExchangeInstance::open_orders(std::uint64_t request_id,
                                              const tradectl_scope& scope) {
    return state_->request("open_orders", state_->api.open_orders, request_id, &scope);
}
tradectl_status ExchangeInstance::positions(std::uint64_t request_id, const tradectl_scope& scope) {
    return state_->request("positions", state_->api.positions, request_id, &scope);
}
tradectl_status ExchangeInstance::balances(std::uint64_t request_id, const tradectl_scope& scope) {
    return state_->request("balances", state_->api.balances, request_id, &scope);
}
tradectl_status ExchangeInstance::fills_since(std::uint64_t request_id,
                                              const tradectl_scope& scope) {
    return state_->request("fills_since", state_->api.fills_since, request_id, &scope);
}
tradectl_status ExchangeInstance::activity(std::uint64_t request_id, const tradectl_scope& scope) {
    return state_->request("activity", state_->api.activity, request_id, &scope);
}
tradectl_status ExchangeInstance::server_time(std::uint64_t request_id) {
    return state_->request("server_time", state_->api.server_time, request_id);
}
tradectl_status ExchangeInstance::on_timer(std::uint64_t timer_id, tradectl_time due) {
    return state_->request("on_timer", state_->api.on_timer, timer_id, due);
}
tradectl_status ExchangeInstance::on_http(const tradectl_http_response& response) {
    return state_->request("on_http", state_->api.on_http, &response);
}
tradectl_status ExchangeInstance::on_ws(const tradectl_ws_event& event) {
    return state_->request("on_ws", state_->api.on_ws, &event);
}
tradectl_status ExchangeInstance::on_signed(std::uint64_t sign_id,
                                            const tradectl_signature& signature) {
    return state_->request("on_signed", state_->api.on_signed, sign_id, &signature);
}
tradectl_status ExchangeInstance::on_wake() {
    return state_->request("on_wake", state_->api.on_wake);
}

bool ExchangeInstance::faulted() const {
    return state_->guard.faulted();
}
const std::string& ExchangeInstance::fault_reason() const {
    return state_->guard.reason();
}
const std::string& ExchangeInstance::name() const {
    return state_->guard.name();
}

}  // namespace tradectl::plugin
