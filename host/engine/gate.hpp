/// The way to the risk gate: gathers what it may know, keeps what it must remember.
#pragma once

#include "host/engine/trading.hpp"
#include "host/execution/accounting.hpp"
#include "host/risk/check.hpp"

#include <tradectl/abi/commands.h>

#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace tradectl::engine {

/// Fees that a buy holds on top of its notional, as a fraction of it: above what public venues
/// take.
inline constexpr Decimal kFeeRateMax = Decimal::from_raw(Decimal::from_int(1).raw() / 200);
/// How far above the reference price a market order holds money, as a fraction of it.
inline constexpr Decimal kMarketHoldMargin = Decimal::from_raw(Decimal::from_int(1).raw() / 20);

/// What the gate said, and what the order would hold.
struct GateAnswer {
    risk::Result result;
    execution::Hold hold;  ///< valid when the order is allowed
    Decimal needed = Decimal::null();
    bool reduces = false;
};

/// [engine] `trading` must outlive it.
class Gate {
  public:
    explicit Gate(Trading& trading);

    /// Checks one order. Takes no tokens and remembers nothing.
    [[nodiscard]] GateAnswer check(const StrategyRunner& runner,
                                   const tradectl_submit_command& command,
                                   risk::Origin origin,
                                   bool duplicate_ref) const;
    /// Counts an order that goes on: tokens, duplicate window.
    void take(const StrategyRunner& runner, const tradectl_submit_command& command);
    /// Counts orders of earlier sessions of the same UTC day.
    void take_earlier(const StrategyRunner& runner, Timestamp created);

    /// An order of unknown outcome blocks its account and instrument until it is resolved.
    void block(tradectl_account_handle account, tradectl_instrument_handle instrument);
    void unblock(tradectl_account_handle account, tradectl_instrument_handle instrument);
    [[nodiscard]] std::size_t blocked_count() const { return blocked_.size(); }

    [[nodiscard]] const risk::Limits& limits(const StrategyRunner& runner) const {
        return limits_[runner.index()];
    }

  private:
    execution::Hold hold_terms(const tradectl_instrument& instrument,
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
    void see_exposure(const StrategyRunner& runner, risk::Snapshot& snapshot) const;
    std::optional<Decimal> exposure_of(const StrategyRunner& runner) const;

    Trading& trading_;
    std::vector<risk::Limits> limits_;          // by strategy
    std::vector<risk::RateState> rates_;        // by strategy
    std::vector<risk::RateState> venue_rates_;  // by exchange
    std::map<std::pair<std::uint32_t, std::uint64_t>, Timestamp> intent_tags_;
    std::multiset<std::pair<std::uint32_t, std::uint32_t>> blocked_;
};

}  // namespace tradectl::engine
