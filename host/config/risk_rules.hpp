/// The keys under `risk:`, of the session and of one strategy.
#pragma once

#include "host/config/config.hpp"
#include "host/config/rule.hpp"

#include <vector>

namespace tradectl::config {

/// Limits that a strategy may have of its own.
[[nodiscard]] std::vector<Rule> strategy_limits();
/// All limits: those of the whole session too.
[[nodiscard]] std::vector<Rule> session_limits();

/// What is in force where the file says nothing. What looks at the age and the shape of the market,
/// and breakers, is off in a backtest unless asked for; the window for duplicates is off wherever
/// the clock is simulated.
[[nodiscard]] RiskConfig default_risk(Mode mode, ClockKind clock);
/// The keys that are there replace what `risk` has. The map must have passed the rules.
void overlay_risk(const Node& map, RiskConfig& risk);

}  // namespace tradectl::config
