/// What each strategy may do now, and telling it when that changes.
#pragma once

#include "host/engine/breaker_board.hpp"
#include "host/engine/trading.hpp"
#include "host/risk/check.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace tradectl::engine {

/// Halts and breakers together: the strictest of the scopes wins; an open breaker is reduce-only.
/// [engine] `trading` and `breakers` must outlive it.
class States {
  public:
    States(Trading& trading, const Breakers& breakers);

    /// Of the strategy, its venue and all; halts of single instruments not counted.
    [[nodiscard]] risk::TradingState of(const StrategyRunner& runner) const;
    /// Of the whole run: "halted", "reduce-only", "breaker open", "running": the strictest of any
    /// scope.
    [[nodiscard]] std::string_view word() const;

    enum class Look : std::uint8_t {
        IfChanged,  ///< only when halts or breakers say that something changed
        Again,      ///< the time came
    };
    /// Tells each strategy a state that it was not told yet: a STATUS event, HALTED, REDUCE_ONLY or
    /// ACTIVE; of an instrument, with its handle, when that alone is halted.
    void tell_changes(Look look);

  private:
    void tell(StrategyRunner& runner,
              tradectl_instrument_handle instrument,
              risk::TradingState state);

    Trading& trading_;
    const Breakers& breakers_;
    std::vector<risk::TradingState> told_;              // by strategy
    std::vector<risk::TradingState> told_instruments_;  // by instrument
    std::uint64_t halts_seen_ = 0;
    std::uint64_t breakers_seen_ = 0;
};

}  // namespace tradectl::engine
