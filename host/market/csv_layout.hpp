/// Which column of a CSV file holds what.
#pragma once

#include "host/market/csv_row.hpp"
#include "host/market/data_format.hpp"

#include <tradectl/expected.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::market {

/// What a column can hold; the names that a column map uses are those of `csv_field_name`.
enum class CsvField : std::uint8_t {
    Time,
    Price,
    Quantity,
    Side,        ///< of the aggressor
    BuyerMaker,  ///< the same, told as Binance does
    TradeId,
    BidPrice,
    BidQuantity,
    AskPrice,
    AskQuantity,
    Open,
    High,
    Low,
    Close,
    Volume,
    TradeCount,
    Symbol,      ///< must be the same in all rows, or one is chosen
    CloseTime,   ///< of a bar, its last unit of time: tells the bar's length
    Suspicious,  ///< 0 or 1
};
inline constexpr std::size_t kCsvFieldCount = 19;

/// "time", "price", "quantity", "side", "is_buyer_maker", "id", "bid_price", "bid_quantity",
/// "ask_price", "ask_quantity", "open", "high", "low", "close", "volume", "trade_count", "symbol",
/// "close_time", "suspicious".
[[nodiscard]] std::string_view csv_field_name(CsvField field);

/// What to make of an id that is no whole number of 64 bits.
enum class CsvIds : std::uint8_t { Strict, UnknownWhenText };

/// A name as it is compared: lower case, without underscores and blanks.
[[nodiscard]] std::string plain_column_name(std::string_view name);

enum class CsvHeader : std::uint8_t {
    Auto,  ///< there when a name is mapped, or no mapped field of the first row is a number
    Present,
    Absent,
};

struct CsvColumn {
    CsvField field;
    std::string place;  ///< index from 0, or the name in the header
};

/// A file's shape as the user or a known format gives it.
struct CsvLayout {
    DataKind kind = DataKind::Trades;
    std::vector<CsvColumn> columns;
    char delimiter = ',';
    TimeUnit time_unit = TimeUnit::Milliseconds;
    CsvHeader header = CsvHeader::Auto;
    /// For formats with a fixed shape: accepted names of each column, separated by `|`, compared
    /// without case and underscores; then a row has this many fields, or `optional_last` fewer.
    std::span<const std::string_view> fixed;
    std::size_t optional_last = 0;
    int price_shift = 0;    ///< prices are this many powers of ten too large
    std::string_view zone;  ///< of times without one, when options name none; empty: UTC
    CsvIds ids = CsvIds::Strict;
};

/// Reads a map as `time=0,price=2,quantity=qty`. InvalidArgument for an unknown or doubled field,
/// a field that this kind has not, and a needed one that is missing; the message lists them.
[[nodiscard]] Expected<CsvLayout> parse_column_map(DataKind kind, std::string_view text);

/// A layout whose places are known.
struct CsvColumns {
    std::array<std::int16_t, kCsvFieldCount> index;  ///< -1: not in this file
    std::size_t fields_min = 0;                      ///< of a row
    std::size_t fields_max = kCsvFieldsMax;
    bool first_row_is_header = false;

    [[nodiscard]] int at(CsvField field) const { return index[static_cast<std::size_t>(field)]; }
};

/// Settles a layout by a file's first row. Corrupt when the header is not the format's or lacks a
/// mapped name, or the row has the wrong number of fields.
[[nodiscard]] Expected<CsvColumns> resolve_columns(const CsvLayout& layout,
                                                   std::string_view first_row);

}  // namespace tradectl::market
