/// What differs between two runs.
#pragma once

#include "host/backtest/report.hpp"
#include "host/base/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tradectl::backtest {

struct StatisticDelta {
    std::string key;
    std::string label;
    Unit unit = Unit::Number;
    std::optional<double> left;
    std::optional<double> right;
    /// right - left; nothing unless both have a value.
    [[nodiscard]] std::optional<double> delta() const;
};

struct ConfigDifference {
    std::string path;
    std::optional<std::string> left;  ///< nothing: the key is not there
    std::optional<std::string> right;
};

/// The first round trip at which two runs part.
struct TradeDifference {
    std::uint64_t number = 0;   ///< from 1
    std::optional<Trade> left;  ///< nothing: this run has no such trade
    std::optional<Trade> right;
    std::string what;  ///< the first field that differs: "exit_price"
};

struct Comparison {
    std::string left;  ///< "name/stamp" or whatever the caller calls it
    std::string right;
    std::vector<StatisticDelta> statistics;  ///< the left run's order; then what only right has
    std::vector<ConfigDifference> config;    ///< by path
    std::optional<TradeDifference> trade;    ///< nothing: the trades of both reports are equal
    /// Both reports' trades end before the runs' do: what comes after was not compared.
    bool trades_cut = false;
};

/// Compares two reports; `left_name` and `right_name` are for the reader.
[[nodiscard]] Comparison compare(const Report& left,
                                 const Report& right,
                                 const std::string& left_name,
                                 const std::string& right_name);

/// At most 80 columns, ending with a newline.
[[nodiscard]] std::string comparison_text(const Comparison& comparison);
[[nodiscard]] Json comparison_json(const Comparison& comparison);

}  // namespace tradectl::backtest
