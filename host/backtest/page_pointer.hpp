#pragma once

#include <string_view>

namespace tradectl::backtest::page {

/// The part of the page's script that reads values, zooms and sorts; it uses what the part that
/// draws has named. [any]
[[nodiscard]] std::string_view pointer_script();

}  // namespace tradectl::backtest::page
