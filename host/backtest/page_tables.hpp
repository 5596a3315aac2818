/// The page's figures and tables, as HTML. [any]
#pragma once

#include "host/backtest/report.hpp"

#include <string>

namespace tradectl::backtest::page {

/// The figures that are looked at first.
[[nodiscard]] std::string key_figures(const Report& report);
/// Every statistic, its formula under the pointer, and all formulas in a list to unfold.
[[nodiscard]] std::string statistics_card(const Report& report);
/// The first kPageTradesMax trades, and those that are still open.
[[nodiscard]] std::string trades_card(const Report& report);
/// Orders that were denied, by reason; empty when there were none.
[[nodiscard]] std::string denied_card(const Report& report);
/// Balances and positions at the end.
[[nodiscard]] std::string holdings_card(const Report& report);
/// What ran: versions, data, seed, and the configuration.
[[nodiscard]] std::string origin_card(const Report& report);

}  // namespace tradectl::backtest::page
