/// The report as one HTML file: figures, pictures and tables that need no network and no script.
#pragma once

#include "host/backtest/report.hpp"

#include <string>

namespace tradectl::backtest {

/// Most trades in the page's table; the rest is counted.
inline constexpr std::size_t kPageTradesMax = 500;

/// One self-contained page: styles, SVG pictures and a script are inside, and its content policy
/// forbids every request. It is whole without the script, which adds reading by the pointer, zoom
/// and sorting. Light or dark as the reader's system is. UTF-8; the size is bounded by the bounds
/// of `Report` and stays near 1 MB. Text from the report is escaped. [any]
[[nodiscard]] std::string render_page(const Report& report);

}  // namespace tradectl::backtest
