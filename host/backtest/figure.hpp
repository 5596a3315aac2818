/// How a figure is put into a table: with its value, or with the reason why it has none.
#pragma once

#include "host/backtest/report.hpp"

#include <string_view>
#include <vector>

namespace tradectl::backtest {

/// What is fixed about a figure.
struct Figure {
    std::string_view key;
    std::string_view label;
    Unit unit = Unit::Number;
    std::string_view formula;
};

/// Appends a figure. A value that is not finite is left out; `why` says then what is missing.
inline void put(std::vector<Statistic>& out,
                const Figure& figure,
                double value,
                std::string_view why = "not a finite number") {
    Statistic statistic{.key = std::string(figure.key),
                        .label = std::string(figure.label),
                        .unit = figure.unit,
                        .value = std::nullopt,
                        .undefined = {},
                        .formula = std::string(figure.formula)};
    if (value - value == 0) {
        statistic.value = value;
    } else {
        statistic.undefined = why;
    }
    out.push_back(std::move(statistic));
}

}  // namespace tradectl::backtest
