#include "host/market/csv_formats.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

namespace tradectl::market {
namespace {

using enum CsvField;

constexpr std::string_view kBinanceTrades[] = {"id|tradeid",
                                               "price",
                                               "qty|quantity",
                                               "quoteqty|quotequantity",
                                               "time|timestamp|transacttime",
                                               "isbuyermaker|buyermaker",
                                               "isbestmatch|bestmatch"};
constexpr std::string_view kBinanceAggTrades[] = {"aggtradeid|aggregatetradeid|id",
                                                  "price",
                                                  "qty|quantity",
                                                  "firstid|firsttradeid",
                                                  "lastid|lasttradeid",
                                                  "time|timestamp|transacttime",
                                                  "isbuyermaker|buyermaker",
                                                  "isbestmatch|bestmatch"};
constexpr std::string_view kBinanceKlines[] = {"opentime",
                                               "open",
                                               "high",
                                               "low",
                                               "close",
                                               "volume",
                                               "closetime",
                                               "quotevolume|quoteassetvolume",
                                               "count|numberoftrades|trades",
                                               "takerbuyvolume|takerbuybasevolume|"
                                               "takerbuybaseassetvolume",
                                               "takerbuyquotevolume|takerbuyquoteassetvolume",
                                               "ignore"};
constexpr std::string_view kBinanceBookTicker[] = {"updateid",
                                                   "bestbidprice",
                                                   "bestbidqty",
                                                   "bestaskprice",
                                                   "bestaskqty",
                                                   "transactiontime",
                                                   "eventtime"};
constexpr std::string_view kLeanTrades[] = {
    "time", "price", "quantity", "exchange", "condition", "suspicious"};
constexpr std::string_view kLeanBars[] = {"time", "open", "high", "low", "close", "volume"};
constexpr std::string_view kTardisTrades[] = {
    "exchange", "symbol", "timestamp", "localtimestamp", "id", "side", "price", "amount"};
constexpr std::string_view kTardisQuotes[] = {"exchange",
                                              "symbol",
                                              "timestamp",
                                              "localtimestamp",
                                              "askamount",
                                              "askprice",
                                              "bidprice",
                                              "bidamount"};
constexpr std::string_view kHistdataQuotes[] = {"time", "bid", "ask", "volume"};
constexpr std::string_view kTruefxQuotes[] = {"timestamp", "bid", "ask"};

struct Place {
    CsvField field;
    std::size_t column;
};

CsvLayout fixed_layout(DataKind kind,
                       std::span<const std::string_view> names,
                       TimeUnit unit,
                       std::initializer_list<Place> places) {
    CsvLayout layout;
    layout.kind = kind;
    layout.fixed = names;
    layout.time_unit = unit;
    for (const Place& place : places)
        layout.columns.push_back({place.field, std::to_string(place.column)});
    return layout;
}

std::size_t column_of(std::span<const std::string_view> names, std::string_view name) {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

/// What a column of an OHLCV file is by its name; the unit matters for a time alone.
struct Meaning {
    CsvField field;
    TimeUnit unit = TimeUnit::GuessOrText;
};

std::optional<Meaning> meaning_of(std::string_view plain, std::size_t column) {
    if (plain.empty() && column == 0) return Meaning{Time};
    for (const CsvField field : {Open, High, Low, Close, Volume})
        if (plain == csv_field_name(field)) return Meaning{field};
    constexpr std::array<std::string_view, 5> kTimes = {
        "timestamp", "time", "date", "datetime", "opentime"};
    constexpr std::array<std::pair<std::string_view, TimeUnit>, 5> kUnits = {
        {{"", TimeUnit::GuessOrText},
         {"ms", TimeUnit::Milliseconds},
         {"us", TimeUnit::Microseconds},
         {"ns", TimeUnit::Nanoseconds},
         {"s", TimeUnit::Seconds}}};
    for (const std::string_view time : kTimes)
        for (const auto& [suffix, unit] : kUnits)
            if (plain == std::string(time) + std::string(suffix)) return Meaning{Time, unit};
    return std::nullopt;
}

}  // namespace

CsvLayout binance_trades_layout() {
    CsvLayout layout =
        fixed_layout(DataKind::Trades,
                     kBinanceTrades,
                     TimeUnit::Guess,
                     {{TradeId, 0}, {Price, 1}, {Quantity, 2}, {Time, 4}, {BuyerMaker, 5}});
    layout.optional_last = 1;
    return layout;
}

CsvLayout binance_agg_trades_layout() {
    CsvLayout layout =
        fixed_layout(DataKind::Trades,
                     kBinanceAggTrades,
                     TimeUnit::Guess,
                     {{TradeId, 0}, {Price, 1}, {Quantity, 2}, {Time, 5}, {BuyerMaker, 6}});
    layout.optional_last = 1;
    return layout;
}

CsvLayout binance_klines_layout() {
    return fixed_layout(DataKind::Bars,
                        kBinanceKlines,
                        TimeUnit::Guess,
                        {{Time, 0},
                         {Open, 1},
                         {High, 2},
                         {Low, 3},
                         {Close, 4},
                         {Volume, 5},
                         {CloseTime, 6},
                         {TradeCount, 8}});
}

CsvLayout binance_book_ticker_layout() {
    return fixed_layout(
        DataKind::Quotes,
        kBinanceBookTicker,
        TimeUnit::Guess,
        {{BidPrice, 1}, {BidQuantity, 2}, {AskPrice, 3}, {AskQuantity, 4}, {Time, 5}});
}

CsvLayout lean_trades_layout() {
    CsvLayout layout = fixed_layout(DataKind::Trades,
                                    kLeanTrades,
                                    TimeUnit::DayMs,
                                    {{Time, 0}, {Price, 1}, {Quantity, 2}, {Suspicious, 5}});
    layout.header = CsvHeader::Absent;
    layout.price_shift = 4;
    return layout;
}

CsvLayout lean_bars_layout() {
    CsvLayout layout =
        fixed_layout(DataKind::Bars,
                     kLeanBars,
                     TimeUnit::DayMsOrText,
                     {{Time, 0}, {Open, 1}, {High, 2}, {Low, 3}, {Close, 4}, {Volume, 5}});
    layout.header = CsvHeader::Absent;
    return layout;
}

CsvLayout tardis_trades_layout(std::string_view time_column) {
    CsvLayout layout = fixed_layout(DataKind::Trades,
                                    kTardisTrades,
                                    TimeUnit::Microseconds,
                                    {{Symbol, 1},
                                     {Time, column_of(kTardisTrades, time_column)},
                                     {TradeId, 4},
                                     {Side, 5},
                                     {Price, 6},
                                     {Quantity, 7}});
    layout.header = CsvHeader::Present;
    layout.ids = CsvIds::UnknownWhenText;
    return layout;
}

CsvLayout tardis_quotes_layout(std::string_view time_column) {
    CsvLayout layout = fixed_layout(DataKind::Quotes,
                                    kTardisQuotes,
                                    TimeUnit::Microseconds,
                                    {{Symbol, 1},
                                     {Time, column_of(kTardisQuotes, time_column)},
                                     {AskQuantity, 4},
                                     {AskPrice, 5},
                                     {BidPrice, 6},
                                     {BidQuantity, 7}});
    layout.header = CsvHeader::Present;
    return layout;
}

CsvLayout histdata_quotes_layout() {
    CsvLayout layout = fixed_layout(DataKind::Quotes,
                                    kHistdataQuotes,
                                    TimeUnit::Civil,
                                    {{Time, 0}, {BidPrice, 1}, {AskPrice, 2}});
    layout.header = CsvHeader::Absent;
    layout.zone = "-05:00";
    return layout;
}

CsvLayout truefx_quotes_layout() {
    CsvLayout layout = fixed_layout(DataKind::Quotes,
                                    kTruefxQuotes,
                                    TimeUnit::Civil,
                                    {{Time, 0}, {BidPrice, 1}, {AskPrice, 2}});
    layout.header = CsvHeader::Present;
    return layout;
}

Expected<CsvLayout> ohlcv_layout(std::string_view header, char delimiter) {
    std::array<std::string_view, kCsvFieldsMax> names;
    const std::size_t count = split_row(header, delimiter, names);
    if (count == 0 || count > kCsvFieldsMax)
        return fail(ErrorCode::Corrupt, "header has no columns, or too many");
    CsvLayout layout;
    layout.kind = DataKind::Bars;
    layout.header = CsvHeader::Present;
    layout.delimiter = delimiter;
    std::array<int, kCsvFieldCount> found;
    found.fill(-1);
    for (std::size_t i = 0; i < count; ++i) {
        const auto meaning = meaning_of(plain_column_name(names[i]), i);
        if (!meaning) continue;
        int& place = found[static_cast<std::size_t>(meaning->field)];
        if (place >= 0)
            return fail(ErrorCode::Corrupt,
                        "header: columns " + std::to_string(place) + " and " + std::to_string(i) +
                            " could both be \"" + std::string(csv_field_name(meaning->field)) +
                            "\"");
        place = static_cast<int>(i);
        layout.columns.push_back({meaning->field, std::to_string(i)});
        if (meaning->field == Time) layout.time_unit = meaning->unit;
    }
    for (const CsvField field : {Time, Open, High, Low, Close})
        if (found[static_cast<std::size_t>(field)] < 0)
            return fail(ErrorCode::Corrupt,
                        "header: no column \"" + std::string(csv_field_name(field)) + "\"");
    return layout;
}

}  // namespace tradectl::market
