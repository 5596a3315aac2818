#pragma once

#include <string_view>

namespace tradectl::backtest::page {

/// The page's style sheet: light, dark and print. [any]
[[nodiscard]] std::string_view page_style();

}  // namespace tradectl::backtest::page
