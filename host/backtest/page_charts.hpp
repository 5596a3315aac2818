/// The page's pictures, each as a <figure>, or a sentence where there is nothing to draw. [any]
#pragma once

#include "host/backtest/report.hpp"

#include <tradectl/timestamp.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace tradectl::backtest::page {

/// Most instruments whose prices are drawn: those with the most trades.
inline constexpr std::size_t kPagePricesMax = 3;

/// Most trades that are marked on prices: the first.
inline constexpr std::size_t kPageMarksMax = 2000;
[[nodiscard]] std::span<const Trade> marked_trades(const Report& report);

/// The time that all pictures of a page share; `last` is after `first`.
struct TimeSpan {
    Timestamp first;
    Timestamp last;
};
[[nodiscard]] TimeSpan time_span(const Report& report);

/// Indices into `report.prices`, at most kPagePricesMax.
[[nodiscard]] std::vector<std::size_t> drawn_prices(const Report& report);

/// Equity, drawdown and exposure over one time axis.
[[nodiscard]] std::string equity_figure(const Report& report);
/// Prices of `report.prices[index]` with its trades.
[[nodiscard]] std::string price_figure(const Report& report, std::size_t index);
/// How many trades had which return.
[[nodiscard]] std::string returns_figure(const Report& report);
/// How long each trade was held, and what it returned.
[[nodiscard]] std::string holding_figure(const Report& report);
/// Returns by year and month, as a table that is coloured.
[[nodiscard]] std::string months_figure(const Report& report);

/// What the page's script draws from, as JSON for a script element.
[[nodiscard]] std::string chart_data(const Report& report);

}  // namespace tradectl::backtest::page
