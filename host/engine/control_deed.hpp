/// What an operator asked for and takes a while: orders that go, positions that are closed.
#pragma once

#include "host/engine/pipeline.hpp"
#include "host/engine/trading.hpp"
#include "host/ops/control_server.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::engine {

/// Cancels the open orders of a scope; to flatten it closes its positions too, as far as the gate
/// lets exits go. Works through the pipeline, where intents are durable before anything is sent,
/// and tries again every second. [engine]
class ControlDeed {
  public:
    enum class Kind : std::uint8_t { CancelAll, Flatten };
    struct Order {
        Kind kind{};
        std::string scope;             ///< "all", "strategy:NAME" or "exchange:NAME"
        std::int64_t deadline_ns = 0;  ///< by the session's monotonic clock
    };

    /// Begins it. `trading` and `pipeline` must outlive it.
    ControlDeed(Order order, ops::ControlCall&& call, Trading& trading, Pipeline& pipeline);

    /// One step; true when it is done or its time is up, and the caller has been told.
    bool pursue();
    /// Tells the caller how far it came.
    void give_up();

  private:
    [[nodiscard]] bool covers(const StrategyRunner& runner) const;
    void try_again();
    [[nodiscard]] Json orders_json() const;
    [[nodiscard]] Json positions_json() const;
    [[nodiscard]] std::size_t open_orders() const;
    [[nodiscard]] std::size_t open_positions() const;
    [[nodiscard]] bool done() const;
    void tell();

    Order order_;
    ops::ControlCall call_;
    Trading* trading_;
    Pipeline* pipeline_;
    std::vector<std::string> orders_;  // client order ids that were open when it began
    std::size_t positions_ = 0;        // that were open then
    std::int64_t next_try_ns_ = 0;
};

/// Usage unless the scope is "all", "strategy:NAME" or "exchange:NAME" of this session.
Status check_deed_scope(const config::Config& config, const std::string& scope);

}  // namespace tradectl::engine
