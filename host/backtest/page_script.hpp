#pragma once

#include <string>

namespace tradectl::backtest::page {

/// The page's script: draws the time pictures at the reader's width, reads values under the
/// pointer, zooms, and sorts tables. [any]
[[nodiscard]] std::string page_script();

}  // namespace tradectl::backtest::page
