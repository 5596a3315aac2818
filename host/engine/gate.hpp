/// The way to the risk gate: gathers what it may know, keeps what it must remember.
#pragma once

#include "host/engine/breaker_board.hpp"
#include "host/engine/intent_window.hpp"
#include "host/engine/shared_rate.hpp"
#include "host/engine/trading.hpp"
#include "host/engine/watch.hpp"
#include "host/execution/accounting.hpp"
#include "host/risk/check.hpp"

#include <tradectl/abi/commands.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace tradectl::engine {

/// What the gate said, and what the order would hold.
struct GateAnswer {
    risk::Result result;
    execution::Hold hold;  ///< valid when the order is allowed
    Decimal needed = Decimal::null();
    bool reduces = false;
};

/// [engine] What it is made of must outlive it.
class Gate {
  public:
    Gate(Trading& trading, const Breakers& breakers, Watch& watch, IntentWindow& intents);

    /// Checks one order. Takes no tokens and remembers nothing.
    [[nodiscard]] GateAnswer check(const StrategyRunner& runner,
                                   const tradectl_submit_command& command,
                                   risk::Origin origin,
                                   bool duplicate_ref) const;
    /// Shares the venues' token buckets with other processes: their files are in `directory`. Only
    /// venues that have a limit. Io, Permission. `disk` must outlive it.
    Status share_rates(Disk& disk, const std::string& directory);

    enum class Taken : std::uint8_t { Yes, RateLimited };
    /// Counts an order that goes on: tokens, duplicate window. RateLimited, and nothing is counted,
    /// when another process was faster; never for an exit.
    [[nodiscard]] Taken take(const StrategyRunner& runner,
                             const tradectl_submit_command& command,
                             const GateAnswer& answer);
    /// Which breakers the strategy's figures open now.
    [[nodiscard]] std::vector<risk::LossTrip> trips(const StrategyRunner& runner) const;
    /// Counts orders of earlier sessions of the same UTC day.
    void take_earlier(const StrategyRunner& runner, Timestamp created);

    /// An order of unknown outcome blocks its account and instrument until it is resolved.
    void block(tradectl_account_handle account, tradectl_instrument_handle instrument);
    void unblock(tradectl_account_handle account, tradectl_instrument_handle instrument);
    /// Whether any instrument of the account is blocked.
    [[nodiscard]] bool blocks(tradectl_account_handle account) const;
    [[nodiscard]] std::size_t blocked_count() const { return blocked_.size(); }

    [[nodiscard]] const risk::Limits& limits(const StrategyRunner& runner) const {
        return limits_[runner.index()];
    }

  private:
    /// The price that money is held at, and the share for fees.
    execution::Hold hold_terms(const StrategyRunner& runner,
                               const tradectl_instrument& instrument,
                               const tradectl_submit_command& command,
                               Decimal reference) const;
    void see_money(const StrategyRunner& runner,
                   const tradectl_instrument& instrument,
                   const tradectl_submit_command& command,
                   GateAnswer& answer,
                   risk::Snapshot& snapshot) const;
    void see_margin(const StrategyRunner& runner,
                    const tradectl_instrument& instrument,
                    GateAnswer& answer,
                    risk::Snapshot& snapshot) const;
    void see_positions(const StrategyRunner& runner,
                       tradectl_instrument_handle instrument,
                       risk::Snapshot& snapshot) const;
    void see_market(const risk::OrderRequest& order,
                    tradectl_instrument_handle instrument,
                    const risk::MarketLimits& limits,
                    risk::Snapshot& snapshot) const;
    [[nodiscard]] risk::RateState see_venue_rate(const StrategyRunner& runner, Timestamp now) const;
    [[nodiscard]] risk::LossView see_losses(const StrategyRunner& runner) const;
    void see_exposure(const StrategyRunner& runner, risk::Snapshot& snapshot) const;
    std::optional<Decimal> exposure_of(const StrategyRunner& runner) const;

    /// What the limits of a strategy ask for: the rest is not looked at.
    struct Looks {
        bool market = false;
        bool losses = false;
    };

    Trading& trading_;
    const Breakers& breakers_;
    Watch& watch_;
    IntentWindow& intents_;
    std::vector<risk::Limits> limits_;          // by strategy
    std::vector<Looks> looks_;                  // by strategy
    std::vector<risk::RateState> rates_;        // by strategy
    std::vector<risk::RateState> venue_rates_;  // by exchange
    /// By account; nothing where the bucket is not shared. A look takes the file's lock.
    mutable std::vector<std::optional<SharedRate>> shared_rates_;
    std::multiset<std::pair<std::uint32_t, std::uint32_t>> blocked_;
};

}  // namespace tradectl::engine
