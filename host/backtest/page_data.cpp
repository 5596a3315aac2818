// The numbers behind the time pictures. Times are milliseconds after the page's first time; lows
// and highs are distances from what they belong to.
#include "host/backtest/page_charts.hpp"
#include "host/backtest/page_text.hpp"

#include <cstdint>
#include <string>

namespace tradectl::backtest::page {
namespace {

constexpr int kMoneyDigits = 9, kPriceDigits = 8, kShareDigits = 5;

std::int64_t milliseconds(Timestamp time, Timestamp first) {
    return time.minus(first) / kNsPerMillisecond;
}

/// "name":[...] of one number for each item; comma after it when `more` follows.
template <typename Items, typename Value>
std::string list(std::string_view name, const Items& items, Value value) {
    std::string out = "\"" + std::string(name) + "\":[";
    for (const auto& item : items) {
        if (out.back() != '[') out += ',';
        out += value(item);
    }
    return out + "]";
}

/// Steps from each time to the next: how often, how long, how often, how long ...
template <typename Items>
std::string times(const Items& items, Timestamp first) {
    std::string out = "\"dt\":[";
    std::int64_t before = 0, step = 0;
    std::size_t count = 0;
    const auto put_run = [&] {
        if (count == 0) return;
        if (out.back() != '[') out += ',';
        out += std::to_string(count) + "," + std::to_string(step);
    };
    for (const auto& item : items) {
        const std::int64_t at = milliseconds(item.time, first);
        if (count == 0 || at - before != step) {
            put_run();
            count = 0;
            step = at - before;
        }
        ++count;
        before = at;
    }
    put_run();
    return out + "]";
}

std::string curve_data(const Report& report, Timestamp first) {
    const auto from_equity = [&](std::string_view name, double EquityPoint::*member) {
        return list(name, report.equity, [&](const EquityPoint& point) {
            return plain_number(point.*member - point.equity, kShareDigits);
        });
    };
    std::string out = "{" + times(report.equity, first) + "," +
                      list("v", report.equity, [](const EquityPoint& point) {
                          return plain_number(point.equity, kMoneyDigits);
                      });
    bool is_merged = false;
    for (const EquityPoint& point : report.equity)
        is_merged = is_merged || point.equity_low != point.equity_high;
    if (is_merged)
        out += "," + from_equity("lo", &EquityPoint::equity_low) + "," +
               from_equity("hi", &EquityPoint::equity_high);
    out += "," + list("dd", report.equity, [](const EquityPoint& point) {
               return plain_number(point.drawdown, kShareDigits);
           });
    return out + "," +
           list("ex",
                report.equity,
                [](const EquityPoint& point) {
                    return plain_number(point.exposure, kShareDigits);
                }) +
           "}";
}

std::string price_data(const PriceSeries& series, Timestamp first) {
    const auto from_close = [&](std::string_view name, double PriceBar::*price) {
        return list(name, series.bars, [&](const PriceBar& bar) {
            return plain_number(bar.*price - bar.close, kShareDigits);
        });
    };
    const auto close = [](const PriceBar& bar) { return plain_number(bar.close, kPriceDigits); };
    return "{\"name\":\"" + escape_script_json(series.instrument) + "\"," +
           times(series.bars, first) + "," + list("c", series.bars, close) + "," +
           from_close("lo", &PriceBar::low) + "," + from_close("hi", &PriceBar::high);
}

/// [number, 1 long or -1 short, entry time, exit time, entry price, exit price, return].
std::string trade_data(const Report& report, const PriceSeries& series, Timestamp first) {
    std::string out = "\"tr\":[";
    for (const Trade& trade : marked_trades(report)) {
        if (trade.instrument != series.instrument) continue;
        if (out.back() != '[') out += ',';
        out += "[" + std::to_string(trade.number) +
               (trade.side == TRADECTL_SIDE_BUY ? ",1," : ",-1,") +
               std::to_string(milliseconds(trade.entry_time, first)) + "," +
               std::to_string(milliseconds(trade.exit_time, first)) + "," +
               plain_number(drawn(trade.entry_price), kPriceDigits) + "," +
               plain_number(drawn(trade.exit_price), kPriceDigits) + "," +
               plain_number(trade.profit_ratio, kShareDigits) + "]";
    }
    return out + "]}";
}

}  // namespace

std::string chart_data(const Report& report) {
    const TimeSpan span = time_span(report);
    std::string out =
        "{\"first\":" + std::to_string(span.first.ns() / kNsPerMillisecond) +
        ",\"span\":" + plain_number(static_cast<double>(span.last.minus(span.first)) / 1e6, 12) +
        ",\"currency\":\"" + escape_script_json(report.currency) +
        "\",\"start\":" + plain_number(report.equity_start.to_double(), kMoneyDigits) +
        ",\"equity\":" + curve_data(report, span.first) + ",\"prices\":{";
    const char* separator = "";
    for (const std::size_t index : drawn_prices(report)) {
        const PriceSeries& series = report.prices[index];
        out += separator + ("\"price-" + std::to_string(index) + "\":") +
               price_data(series, span.first) + "," + trade_data(report, series, span.first);
        separator = ",";
    }
    return out + "}}";
}

}  // namespace tradectl::backtest::page
