#include "host/backtest/compare.hpp"

#include <tradectl/abi/types.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace tradectl::backtest {
namespace {

constexpr std::size_t kColumns = 80;

std::vector<StatisticDelta> compare_statistics(const Report& left, const Report& right) {
    std::vector<StatisticDelta> all;
    for (const Statistic& mine : left.statistics) {
        const Statistic* theirs = right.find(mine.key);
        all.push_back({.key = mine.key,
                       .label = mine.label,
                       .unit = mine.unit,
                       .left = mine.value,
                       .right = theirs != nullptr ? theirs->value : std::nullopt});
    }
    for (const Statistic& theirs : right.statistics) {
        if (left.find(theirs.key) != nullptr) continue;
        all.push_back({.key = theirs.key,
                       .label = theirs.label,
                       .unit = theirs.unit,
                       .left = std::nullopt,
                       .right = theirs.value});
    }
    return all;
}

std::vector<ConfigDifference> compare_configs(const Report& left, const Report& right) {
    std::map<std::string, ConfigDifference> by_path;
    for (const auto& [path, value] : left.config_values)
        by_path[path].left = value;
    for (const auto& [path, value] : right.config_values)
        by_path[path].right = value;
    std::vector<ConfigDifference> found;
    for (auto& [path, difference] : by_path) {
        if (difference.left == difference.right) continue;
        difference.path = path;
        found.push_back(difference);
    }
    return found;
}

/// The first field in which two trades differ, but for the ids of orders; empty: none.
std::string first_difference(const Trade& a, const Trade& b) {
    if (a.strategy != b.strategy) return "strategy";
    if (a.instrument != b.instrument) return "instrument";
    if (a.side != b.side) return "side";
    if (a.entry_time != b.entry_time) return "entry_time";
    if (a.entry_price != b.entry_price) return "entry_price";
    if (a.quantity != b.quantity) return "quantity";
    if (a.exit_time != b.exit_time) return "exit_time";
    if (a.exit_price != b.exit_price) return "exit_price";
    if (a.exit_reason != b.exit_reason) return "exit_reason";
    if (a.fees != b.fees) return "fees";
    if (a.profit != b.profit) return "profit";
    return "";
}

void compare_trades(const Report& left, const Report& right, Comparison& out) {
    const std::size_t both = std::min(left.trades.size(), right.trades.size());
    for (std::size_t i = 0; i < both; ++i) {
        std::string what = first_difference(left.trades[i], right.trades[i]);
        if (what.empty()) continue;
        out.trade = {i + 1, left.trades[i], right.trades[i], std::move(what)};
        return;
    }
    const bool left_whole = left.trades.size() == left.trades_total;
    const bool right_whole = right.trades.size() == right.trades_total;
    if (left.trades.size() > both && right_whole) {
        out.trade = {both + 1, left.trades[both], std::nullopt, "missing"};
    } else if (right.trades.size() > both && left_whole) {
        out.trade = {both + 1, std::nullopt, right.trades[both], "missing"};
    }
    out.trades_cut = !out.trade && (!left_whole || !right_whole);
}

std::string shown(const StatisticDelta& delta, std::optional<double> value) {
    return value ? format_value({.unit = delta.unit, .value = value}) : "not defined";
}

std::string padded(std::string text, std::size_t width) {
    if (text.size() < width) text.append(width - text.size(), ' ');
    return text;
}

std::string right_aligned(const std::string& text, std::size_t width) {
    return text.size() < width ? std::string(width - text.size(), ' ') + text : " " + text;
}

void add_line(std::string& out, const std::string& line) {
    out += line.size() > kColumns ? line.substr(0, kColumns - 3) + "..." : line;
    out += '\n';
}

void add_trade(std::string& out, const std::string& side, const std::optional<Trade>& trade) {
    if (!trade) return add_line(out, "  " + padded(side, 7) + "no such trade");
    add_line(out,
             "  " + padded(side, 7) + (trade->side == TRADECTL_SIDE_BUY ? "long " : "short ") +
                 trade->quantity.to_string() + " " + trade->instrument + ", " +
                 trade->entry_price.to_string() + " to " + trade->exit_price.to_string() +
                 ", profit " + trade->profit.to_string());
    add_line(out,
             padded("", 9) + trade->entry_time.to_string() + " to " + trade->exit_time.to_string());
}

Json optional_json(const std::optional<double>& value) {
    return value ? Json(*value) : Json();
}
Json optional_json(const std::optional<std::string>& value) {
    return value ? Json(*value) : Json();
}
Json optional_json(const std::optional<Trade>& value) {
    return value ? trade_json(*value) : Json();
}

}  // namespace

std::optional<double> StatisticDelta::delta() const {
    if (!left || !right) return std::nullopt;
    return *right - *left;
}

Comparison compare(const Report& left,
                   const Report& right,
                   const std::string& left_name,
                   const std::string& right_name) {
    Comparison out;
    out.left = left_name;
    out.right = right_name;
    out.statistics = compare_statistics(left, right);
    out.config = compare_configs(left, right);
    compare_trades(left, right, out);
    return out;
}

std::string comparison_text(const Comparison& comparison) {
    std::string out;
    add_line(out, "left   " + comparison.left);
    add_line(out, "right  " + comparison.right);
    out += '\n';
    add_line(out,
             padded("", 26) + right_aligned("left", 17) + right_aligned("right", 18) +
                 right_aligned("difference", 18));
    for (const StatisticDelta& delta : comparison.statistics) {
        add_line(out,
                 padded(delta.label, 26) + right_aligned(shown(delta, delta.left), 17) +
                     right_aligned(shown(delta, delta.right), 18) +
                     right_aligned(delta.delta() ? shown(delta, delta.delta()) : "-", 18));
    }
    out += comparison.config.empty() ? "\nthe configs are the same\n" : "\nconfig\n";
    for (const ConfigDifference& one : comparison.config) {
        add_line(out,
                 "  " + one.path + ": " + one.left.value_or("(not set)") + " -> " +
                     one.right.value_or("(not set)"));
    }
    if (comparison.trade) {
        out += '\n';
        add_line(out,
                 "trade " + std::to_string(comparison.trade->number) +
                     " is the first that differs: " + comparison.trade->what);
        add_trade(out, "left", comparison.trade->left);
        add_trade(out, "right", comparison.trade->right);
    } else {
        out += comparison.trades_cut ? "\nthe trades that the reports hold are the same\n"
                                     : "\nthe trades are the same\n";
    }
    return out;
}

Json comparison_json(const Comparison& comparison) {
    Json out = Json::object();
    out.set("left", comparison.left);
    out.set("right", comparison.right);
    Json statistics = Json::array();
    for (const StatisticDelta& delta : comparison.statistics) {
        Json entry = Json::object();
        entry.set("key", delta.key);
        entry.set("label", delta.label);
        entry.set("unit", to_string(delta.unit));
        entry.set("left", optional_json(delta.left));
        entry.set("right", optional_json(delta.right));
        entry.set("delta", optional_json(delta.delta()));
        statistics.push(std::move(entry));
    }
    out.set("statistics", std::move(statistics));
    Json config = Json::array();
    for (const ConfigDifference& one : comparison.config) {
        Json entry = Json::object();
        entry.set("key", one.path);
        entry.set("left", optional_json(one.left));
        entry.set("right", optional_json(one.right));
        config.push(std::move(entry));
    }
    out.set("config", std::move(config));
    Json trade;
    if (comparison.trade) {
        trade = Json::object();
        trade.set("number", comparison.trade->number);
        trade.set("differs_in", comparison.trade->what);
        trade.set("left", optional_json(comparison.trade->left));
        trade.set("right", optional_json(comparison.trade->right));
    }
    out.set("first_trade_that_differs", std::move(trade));
    out.set("trades_cut", comparison.trades_cut);
    return out;
}

}  // namespace tradectl::backtest
