#include "host/backtest/page_tables.hpp"

#include "host/backtest/page.hpp"
#include "host/backtest/page_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace tradectl::backtest::page {
namespace {

/// A configuration longer than this is cut: the run's config.yaml has all of it.
constexpr std::size_t kConfigBytesMax = 48 * 1024;
constexpr std::size_t kDeniedRowsMax = 40, kHoldingRowsMax = 100;

std::string card(std::string_view title, const std::string& note, const std::string& body) {
    std::string out = "<section class=\"card\"><div class=\"head\"><h2>";
    out.append(title).append("</h2>");
    if (!note.empty()) out += "<p>" + note + "</p>";
    return out + "</div>\n" + body + "</section>\n";
}

std::string cell(const std::string& html) {
    return "<td>" + html + "</td>";
}

std::string number_cell(const std::string& html) {
    return "<td class=\"n\">" + html + "</td>";
}

struct Column {
    std::string_view name;
    bool is_number = false;
};

template <std::size_t Count>
std::string head_row(const std::array<Column, Count>& columns) {
    std::string out = "<thead><tr>";
    for (const Column& column : columns) {
        out += column.is_number ? "<th class=\"n\">" : "<th>";
        out.append(column.name).append("</th>");
    }
    return out + "</tr></thead>";
}

std::string_view direction(double value) {
    return value > 0 ? " up" : value < 0 ? " down" : "";
}

std::string shown(const Statistic& statistic) {
    return escape_html(typeset(format_value(statistic)));
}

struct Tile {
    std::string_view key;
    std::string_view label;
    bool is_signed = false;
};

constexpr std::array<Tile, 7> kTiles{{{"return", "Return", true},
                                      {"sharpe", "Sharpe ratio", false},
                                      {"max_drawdown", "Max drawdown", false},
                                      {"trades", "Trades", false},
                                      {"win_rate", "Win rate", false},
                                      {"profit_factor", "Profit factor", false},
                                      {"fees", "Fees", false}}};

std::string tile(std::string_view label,
                 const std::string& value,
                 const std::string& note,
                 std::string_view css_class) {
    constexpr std::size_t kFitting = 9;  // of the large digits
    std::string out = "<div class=\"tile";
    if (value.size() > kFitting && css_class != " large") out += " long";
    out.append(css_class).append("\"><dt>").append(label).append("</dt><dd>");
    out += value + "</dd>";
    if (!note.empty()) out += "<small>" + note + "</small>";
    return out + "</div>\n";
}

std::string statistic_row(const Statistic& statistic) {
    std::string out = "<tr><th><abbr title=\"" + escape_html(statistic.formula) + "\">" +
                      escape_html(statistic.label) + "</abbr></th>";
    if (statistic.value && std::isfinite(*statistic.value))
        return out + "<td>" + shown(statistic) + "</td></tr>\n";
    const std::string why = statistic.undefined.empty() ? "" : ": " + statistic.undefined;
    return out + "<td class=\"not\">not defined" + escape_html(why) + "</td></tr>\n";
}

constexpr std::array<Column, 13> kTradeColumns{{{"No.", true},
                                                {"Instrument"},
                                                {"Strategy"},
                                                {"Side"},
                                                {"Quantity", true},
                                                {"Entry, UTC"},
                                                {"Price", true},
                                                {"Held", true},
                                                {"Price out", true},
                                                {"Profit", true},
                                                {"Return", true},
                                                {"Fees", true},
                                                {"Exit by"}}};

/// Digits after the point that a column needs, so that its points stand under each other.
int decimals_of(const std::vector<Trade>& trades, Decimal Trade::*member, int most) {
    std::size_t needed = 0;
    for (const Trade& trade : trades) {
        const std::string text = show(trade.*member, most);
        const std::size_t point = text.find('.');
        if (point != std::string::npos) needed = std::max(needed, text.size() - point - 1);
    }
    return static_cast<int>(needed);
}

struct TradeDecimals {
    int quantity;
    int entry_price;
    int exit_price;
    int profit;
    int fees;
};

/// Numbers are right of the text by their column (page_style.cpp), the duration sorts by seconds.
std::string trade_row(const Trade& trade, const TradeDecimals& decimals) {
    const std::int64_t held = trade.exit_time.minus(trade.entry_time);
    const auto signed_cell = [](double value, const std::string& html) {
        const std::string_view way = direction(value);
        return way.empty() ? cell(html)
                           : "<td class=" + std::string(way.substr(1)) + ">" + html + "</td>";
    };
    return "<tr>" + cell(std::to_string(trade.number)) + cell(escape_html(trade.instrument)) +
           cell(escape_html(trade.strategy)) +
           cell(trade.side == TRADECTL_SIDE_BUY ? "long" : "short") +
           cell(show_fixed(trade.quantity, decimals.quantity)) + cell(show_time(trade.entry_time)) +
           cell(show_fixed(trade.entry_price, decimals.entry_price)) +
           "<td data-v=" + plain_number(static_cast<double>(held) / 1e9, 12) + ">" +
           show_duration(held) + "</td>" + cell(show_fixed(trade.exit_price, decimals.exit_price)) +
           signed_cell(trade.profit.to_double(), show_fixed(trade.profit, decimals.profit)) +
           signed_cell(trade.profit_ratio, show_percent(trade.profit_ratio, 3)) +
           cell(show_fixed(trade.fees, decimals.fees)) + cell(escape_html(trade.exit_reason)) +
           "</tr>\n";
}

std::string trade_table(std::vector<Trade> trades, std::string_view css_class) {
    if (trades.size() > kPageTradesMax) trades.resize(kPageTradesMax);
    const TradeDecimals decimals{decimals_of(trades, &Trade::quantity, 8),
                                 decimals_of(trades, &Trade::entry_price, 6),
                                 decimals_of(trades, &Trade::exit_price, 6),
                                 decimals_of(trades, &Trade::profit, 4),
                                 decimals_of(trades, &Trade::fees, 4)};
    std::string out = "<div class=\"tall\"><table class=\"trades";
    out.append(css_class).append("\">") += head_row(kTradeColumns) + "<tbody>\n";
    for (const Trade& trade : trades)
        out += trade_row(trade, decimals);
    return out + "</tbody></table></div>\n";
}

std::string fact(std::string_view label, const std::string& html) {
    std::string out = "<dt>";
    return out.append(label).append("</dt><dd>") += html + "</dd>\n";
}

std::string count_of(std::uint64_t count) {
    return typeset(std::to_string(count));
}

}  // namespace

std::string key_figures(const Report& report) {
    std::string out;
    const std::string ends = report.currency.empty() ? "" : " " + escape_html(report.currency);
    const auto money = [](double value) {
        return std::isfinite(value) ? shown(Statistic{.unit = Unit::Money, .value = value})
                                    : std::string("\u2013");
    };
    if (!report.equity.empty())
        out += tile("Equity at the end",
                    money(report.equity_end.to_double()),
                    "from " + money(report.equity_start.to_double()) + ends,
                    " large");
    for (const Tile& each : kTiles) {
        const Statistic* statistic = report.find(each.key);
        if (statistic == nullptr) continue;
        const bool is_defined = statistic->value && std::isfinite(*statistic->value);
        const std::string note = is_defined ? "" : escape_html(statistic->undefined);
        out += tile(each.label,
                    is_defined ? shown(*statistic) : "\u2013",
                    each.key == "fees" ? ends : note,
                    each.is_signed && is_defined ? direction(*statistic->value) : "");
    }
    return out.empty() ? "" : "<dl class=\"tiles\">\n" + out + "</dl>\n";
}

std::string statistics_card(const Report& report) {
    if (report.statistics.empty()) return "";
    constexpr std::size_t kColumns = 3;
    const std::size_t rows = (report.statistics.size() + kColumns - 1) / kColumns;
    std::string tables = "<div class=\"figures\">", formulas;
    for (std::size_t i = 0; i < report.statistics.size(); ++i) {
        const Statistic& each = report.statistics[i];
        if (i % rows == 0) tables += i == 0 ? "<table><tbody>" : "</tbody></table><table><tbody>";
        tables += statistic_row(each);
        formulas += fact(escape_html(each.label), escape_html(each.formula));
    }
    return card("Statistics",
                report.currency.empty() ? "" : "money in " + escape_html(report.currency),
                tables +
                    "</tbody></table></div>\n<details><summary>How each figure is defined"
                    "</summary><dl>" +
                    formulas + "</dl></details>\n");
}

std::string trades_card(const Report& report) {
    const std::uint64_t total = std::max<std::uint64_t>(report.trades_total, report.trades.size());
    if (total == 0 && report.open_trades.empty())
        return card("Trades", "", "<p class=\"none\">No trade was closed.</p>\n");
    const std::size_t listed = std::min(report.trades.size(), kPageTradesMax);
    std::string note = count_of(total) + (total == 1 ? " trade" : " trades");
    if (listed < total)
        note = "the first " + count_of(listed) + " of " + count_of(total) + "; " +
               count_of(total - listed) + " more are in the run\u2019s trades.csv";
    std::string body = trade_table(report.trades, " sorted");
    if (!report.open_trades.empty())
        body += "<h3>Still open at the end, marked at the last price</h3>\n" +
                trade_table(report.open_trades, "");
    return card("Trades", note, body);
}

std::string denied_card(const Report& report) {
    if (report.denied_by_reason.empty()) return "";
    std::uint64_t most = 1;
    for (const DeniedCount& each : report.denied_by_reason)
        most = std::max(most, each.count);
    std::string rows;
    const std::size_t listed = std::min(report.denied_by_reason.size(), kDeniedRowsMax);
    for (std::size_t i = 0; i < listed; ++i) {
        const DeniedCount& each = report.denied_by_reason[i];
        const auto width = std::max<std::uint64_t>(each.count * 160 / most, 2);
        rows += "<tr>" + cell(escape_html(each.reason)) + number_cell(count_of(each.count)) +
                cell("<i class=\"share\" style=\"width:" + std::to_string(width) + "px\"></i>") +
                "</tr>\n";
    }
    return card("Denied orders",
                count_of(report.denied) + " that the risk gate held back",
                "<div class=\"wide\"><table class=\"narrow\">" +
                    head_row<3>({{{"Reason"}, {"Orders", true}, {""}}}) + "<tbody>\n" + rows +
                    "</tbody></table></div>\n");
}

std::string holdings_card(const Report& report) {
    if (report.balances.empty() && report.positions.empty()) return "";
    std::string out;
    if (!report.balances.empty()) {
        out += "<div class=\"wide\"><table class=\"narrow\">" +
               head_row<2>({{{"Asset"}, {"Balance", true}}}) + "<tbody>\n";
        std::size_t rows = 0;
        for (const auto& [asset, total] : report.balances)
            if (rows++ < kHoldingRowsMax)
                out += "<tr>" + cell(escape_html(asset)) + number_cell(show(total)) + "</tr>\n";
        out += "</tbody></table></div>\n";
    }
    if (!report.positions.empty()) {
        out += "<div class=\"wide\"><table>" +
               head_row<6>({{{"Position"},
                             {"Strategy"},
                             {"Quantity", true},
                             {"Average", true},
                             {"Mark", true},
                             {"Unrealized", true}}}) +
               "<tbody>\n";
        for (std::size_t i = 0; i < std::min(report.positions.size(), kHoldingRowsMax); ++i) {
            const FinalPosition& each = report.positions[i];
            out += "<tr>" + cell(escape_html(each.instrument)) + cell(escape_html(each.strategy)) +
                   number_cell(show(each.quantity)) + number_cell(show(each.average_price, 6)) +
                   number_cell(show(each.mark, 6)) + number_cell(show(each.unrealized_pnl, 4)) +
                   "</tr>\n";
        }
        out += "</tbody></table></div>\n";
    }
    return card("At the end", "", out);
}

std::string origin_card(const Report& report) {
    std::string facts;
    for (const auto& [name, version] : report.versions)
        facts += fact(escape_html(name), escape_html(version));
    if (!report.data_first.is_none())
        facts += fact("Data", show_time(report.data_first) + " to " + show_time(report.data_last));
    facts += fact("Market events", count_of(report.market_events));
    facts += fact("Orders",
                  count_of(report.orders) + ", of them " + count_of(report.canceled) +
                      " canceled, " + count_of(report.rejected) + " rejected; " +
                      count_of(report.fills) + " fills; " + count_of(report.denied) + " denied");
    facts += fact("Sample", show_duration(report.sample_ns));
    facts += fact("Seed", std::to_string(report.seed));
    if (!report.created.is_none())
        facts +=
            fact("Run", show_time(report.created) + " UTC, in " + show_duration(report.wall_ns));
    facts += fact("Config SHA-256", "<code>" + escape_html(report.config_hash) + "</code>");
    const std::string_view config = report.config_text;
    std::string text = escape_html(config.substr(0, kConfigBytesMax));
    if (config.size() > kConfigBytesMax) text += "\n# ... cut here; config.yaml has all of it";
    return card("What ran",
                "",
                "<details open><summary>Versions and data</summary><dl>" + facts +
                    "</dl></details>\n<details><summary>Configuration</summary><pre>" + text +
                    "</pre></details>\n");
}

}  // namespace tradectl::backtest::page
