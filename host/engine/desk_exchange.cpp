#include "host/engine/desk_exchange.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::engine {

namespace {

constexpr std::int64_t kWaitNs = 5 * kNsPerMillisecond;
constexpr std::uint64_t kTimersMax = 64;

}  // namespace

DeskExchange::DeskExchange(Trading& trading,
                           const Doorbell& bell,
                           std::uint32_t index,
                           WaitALittle pause)
    : trading_(trading),
      bell_(bell),
      index_(index),
      host_(trading, trading.config.exchanges[index].name, trading.config.seed, bell),
      pause_(std::move(pause)) {}

Expected<std::unique_ptr<exchange::ExchangeRuntime>> DeskExchange::make(
    const PluginUse& plugin,
    std::unique_ptr<exchange::KvStore> store,
    std::unique_ptr<exchange::Wire> wire) {
    auto runtime = exchange::ExchangeRuntime::create(
        plugin.library,
        host_,
        std::move(store),
        [this](std::uint32_t index, std::uint64_t id, Timestamp due) {
            trading_.scheduler.set(TimerOwner::Exchange, index, id, due);
        },
        {.index = index_,
         .name = trading_.config.exchanges[index_].name,
         .instance = {},
         .on_commit = {},
         .wire = std::move(wire),
         .add_instrument = adder(trading_, index_)});
    if (!runtime) return runtime;
    if (auto done = (*runtime)->configure(plugin.settings.dump()); !done) return fail(done.error());
    return runtime;
}

Status DeskExchange::connect(exchange::ExchangeRuntime& runtime,
                             exchange::ExchangeSink& others,
                             std::int64_t timeout_ns) {
    if (auto started = runtime.start(); !started) return started;
    auto answer = wait_for(runtime, runtime.connect(), others, timeout_ns);
    if (!answer) return fail(answer.error());
    // A venue that needs no connection says so.
    if (answer->status == TRADECTL_OK || answer->status == TRADECTL_UNSUPPORTED) return {};
    // Asking again does not help who is refused.
    const bool refused = answer->status == TRADECTL_AUTHENTICATION;
    return fail(refused ? ErrorCode::Authentication : ErrorCode::Unavailable,
                "exchange '" + runtime.name() + "' cannot connect: " + answer->text);
}

Expected<exchange::Completion> DeskExchange::wait_for(exchange::ExchangeRuntime& runtime,
                                                      std::uint64_t request,
                                                      exchange::ExchangeSink& others,
                                                      std::int64_t timeout_ns) {
    const auto attempts = static_cast<int>(std::max<std::int64_t>(timeout_ns / kWaitNs, 1));
    const WaitALittle wait([&] { wait_a_little(runtime); }, pause_ ? 0 : timeout_ns);
    return await_answer(runtime, request, others, wait, attempts);
}

void DeskExchange::wait_a_little(exchange::ExchangeRuntime& runtime) {
    if (pause_) {
        pause_();
    } else {
        bell_.wait(kWaitNs);
    }
    runtime.hear_wire();
    if (host_.take_wake()) runtime.on_wake();
    for (std::uint64_t fired = 0; fired < kTimersMax; ++fired) {
        const auto timer = trading_.scheduler.take_due(trading_.clock.now());
        if (!timer) return;
        if (timer->owner == TimerOwner::Exchange && timer->index == index_)
            runtime.on_timer(timer->id, timer->due);
    }
}

}  // namespace tradectl::engine
