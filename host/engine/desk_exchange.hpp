/// One exchange plugin that is asked and does not trade.
#pragma once

#include "host/engine/ask.hpp"
#include "host/engine/doorbell.hpp"
#include "host/engine/session_parts.hpp"
#include "host/engine/trading.hpp"
#include "host/exchange/kv_store.hpp"
#include "host/exchange/runtime.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <functional>
#include <memory>

namespace tradectl::engine {

/// [engine] `trading` and `bell` must outlive it. Commits of the plugin are made inside of the call
/// that caused them.
class DeskExchange {
  public:
    /// The exchange of that index in the config. The runtime belongs to the caller, who may keep it
    /// in `trading.exchanges`, and must end before this object. `pause` passes a little time;
    /// empty: waits for the bell.
    DeskExchange(Trading& trading,
                 const Doorbell& bell,
                 std::uint32_t index,
                 WaitALittle pause = {});

    /// Makes the instance on `store` and configures it. Config, Internal.
    Expected<std::unique_ptr<exchange::ExchangeRuntime>> make(
        const PluginUse& plugin,
        std::unique_ptr<exchange::KvStore> store,
        std::unique_ptr<exchange::Wire> wire);
    /// Starts and connects it. Unavailable when it cannot be reached.
    Status connect(exchange::ExchangeRuntime& runtime,
                   exchange::ExchangeSink& others,
                   std::int64_t timeout_ns);
    /// Waits for an answer; meanwhile the plugin gets its wakes and timers.
    Expected<exchange::Completion> wait_for(exchange::ExchangeRuntime& runtime,
                                            std::uint64_t request,
                                            exchange::ExchangeSink& others,
                                            std::int64_t timeout_ns);
    /// Waits a little, with the plugin's wakes and timers and what its network brought.
    void wait_a_little(exchange::ExchangeRuntime& runtime);

  private:
    Trading& trading_;
    const Doorbell& bell_;
    std::uint32_t index_;
    ExchangeHost host_;
    WaitALittle pause_;
};

/// What a venue says besides the answer is nobody's business here.
class DeafSink final : public exchange::ExchangeSink {
  public:
    void on_completion(std::uint32_t, exchange::Completion&&) override {}
    void on_exchange_event(std::uint32_t, const tradectl_event&) override {}
};

}  // namespace tradectl::engine
