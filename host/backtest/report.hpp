/// What a backtest has to say: everything that a page, a text or a comparison shows.
#pragma once

#include "host/base/json.hpp"
#include "host/config/config.hpp"

#include <tradectl/decimal.hpp>
#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tradectl::backtest {

/// Most points of the equity curve and bars of a price series in a report; longer ones are merged.
inline constexpr std::size_t kCurvePointsMax = 4000;
inline constexpr std::size_t kPriceBarsMax = 2000;
/// Most round trips in a report; all of them are in the run's trades.csv.
inline constexpr std::size_t kReportTradesMax = 5000;

/// What a statistic is measured in.
enum class Unit : std::uint8_t {
    Count,
    Number,    ///< a plain ratio
    Fraction,  ///< shown times 100, with a percent sign
    Money,     ///< in the report's currency
    Seconds,   ///< shown as days, hours, minutes and seconds
};
[[nodiscard]] std::string_view to_string(Unit unit);

struct Statistic {
    std::string key;    ///< stable: "max_drawdown"
    std::string label;  ///< "Max drawdown"
    Unit unit = Unit::Number;
    std::optional<double> value;  ///< finite; nothing: not defined
    std::string undefined;        ///< why there is no value, empty when there is one
    std::string formula;          ///< in words, with its source
};

/// One or several samples of the equity curve, merged.
struct EquityPoint {
    Timestamp time;         ///< end of the last sample
    double equity = 0;      ///< at that time
    double equity_low = 0;  ///< over the samples merged into this point
    double equity_high = 0;
    double drawdown = 0;  ///< deepest of them: 1 - equity / peak so far, at least 0
    double exposure = 0;  ///< largest of them: sum of the positions' absolute values
};

struct PriceBar {
    Timestamp time;  ///< its end
    double open = 0;
    double high = 0;
    double low = 0;
    double close = 0;
};

struct PriceSeries {
    std::string instrument;
    std::string quote;
    std::vector<PriceBar> bars;  ///< of sampled prices; times rise
};

/// A round trip: what one order opened and another one closed, matched first in, first out.
struct Trade {
    std::uint64_t number = 0;  ///< from 1, in the order of the exits
    std::string strategy;
    std::string instrument;
    std::uint8_t side = 0;  ///< TRADECTL_SIDE_BUY: long, TRADECTL_SIDE_SELL: short
    Decimal quantity;       ///< above zero
    Timestamp entry_time;
    Timestamp exit_time;  ///< of the last fill; of the mark when it is still open
    Decimal entry_price;  ///< mean of the fills
    Decimal exit_price;   ///< mean of the fills, or the mark
    Decimal profit;       ///< with fees taken off, in the currency that the instrument settles in
    double profit_ratio = 0;  ///< profit / notional at entry; NaN never: 0 without a notional
    Decimal fees;             ///< of entry and exit, in that currency
    std::uint32_t bars = 0;   ///< samples from entry to exit
    std::string exit_reason;  ///< "signal", "stop", "target", ...; "open": not closed by the end
    std::string entry_order;  ///< client order ids
    std::string exit_order;
};

struct MonthReturn {
    int year = 0;
    int month = 0;     ///< 1 to 12, UTC
    double value = 0;  ///< equity at its end / equity at the end of the month before - 1
};

struct DeniedCount {
    std::string reason;
    std::uint64_t count = 0;
};

struct FinalPosition {
    std::string strategy;
    std::string instrument;
    Decimal quantity;
    Decimal average_price;
    Decimal mark = Decimal::null();
    Decimal realized_pnl;
    Decimal unrealized_pnl = Decimal::null();
};

/// A name and its version: "tradectl" "0.2.0", "plugin paper" "0.2.0".
using NamedVersion = std::pair<std::string, std::string>;

struct Report {
    std::string name;         ///< of the config
    std::string config_hash;  ///< SHA-256 in hex
    std::string config_text;  ///< merged YAML, secrets redacted
    std::vector<std::pair<std::string, std::string>> config_values;  ///< path and value, redacted
    std::vector<NamedVersion> versions;
    std::uint64_t seed = 0;
    Timestamp created = Timestamp::none();     ///< wall time at which the run began
    Timestamp data_first = Timestamp::none();  ///< of the market events; none: there was none
    Timestamp data_last = Timestamp::none();
    Timestamp started = Timestamp::none();  ///< by the session's clock
    Timestamp ended = Timestamp::none();
    std::int64_t wall_ns = 0;
    std::uint64_t market_events = 0;
    std::uint64_t orders = 0;
    std::uint64_t fills = 0;
    std::uint64_t denied = 0;
    std::uint64_t rejected = 0;
    std::uint64_t canceled = 0;

    std::string currency;  ///< of equity and of money statistics
    std::int64_t sample_ns = 0;
    config::ReportConfig rules;
    Decimal equity_start = Decimal::null();  ///< first point of the equity curve; null: none
    Decimal equity_end = Decimal::null();    ///< the last one
    std::vector<Statistic> statistics;       ///< in the order in which they are shown
    std::vector<EquityPoint> equity;
    std::vector<PriceSeries> prices;
    std::vector<Trade> trades;  ///< the first kReportTradesMax
    std::uint64_t trades_total = 0;
    std::vector<Trade> open_trades;  ///< at the end, marked
    std::vector<MonthReturn> months;
    std::vector<DeniedCount> denied_by_reason;  ///< most frequent first
    std::map<std::string, Decimal> balances;    ///< at the end, total, by asset
    std::vector<FinalPosition> positions;
    std::vector<std::string> warnings;  ///< one line each
    std::string error;                  ///< what stopped the run early; empty: nothing

    /// The statistic with that key, or null.
    [[nodiscard]] const Statistic* find(std::string_view key) const;
};

/// A value as people read it: "12.34 %", "1.27", "3d 4h", "9,876.50"; "not defined" without one.
[[nodiscard]] std::string format_value(const Statistic& statistic);

/// The report as calm text of at most 80 columns, ending with a newline.
[[nodiscard]] std::string report_text(const Report& report);

/// The report as one JSON object, and back. Corrupt when a member is missing or of a wrong kind.
[[nodiscard]] Json report_json(const Report& report);
[[nodiscard]] Json trade_json(const Trade& trade);
[[nodiscard]] Expected<Report> report_from_json(const Json& json);

}  // namespace tradectl::backtest
