/// Layout of a recorded-data file. Format: tradectl-data(5).
#pragma once

#include <tradectl/abi/types.h>

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace tradectl::market {

/// Spells "TDAT", then bytes that a transfer in text mode would change.
inline constexpr std::uint8_t kDataMagic[8] = {'T', 'D', 'A', 'T', 0x0d, 0x0a, 0x1a, 0x0a};
inline constexpr std::uint16_t kDataVersion = 1;
inline constexpr std::uint32_t kDataHeaderBytes = 4096;
/// Records in every block but the last.
inline constexpr std::uint32_t kDataBlockRecords = 4096;
/// More records than this are refused: a bound for readers.
inline constexpr std::uint64_t kDataRecordsMax = std::uint64_t{1} << 40;

/// What the records of a file are.
enum class DataKind : std::uint32_t { Trades = 1, Quotes = 2, Bars = 3, Book = 4 };

struct DataHeader {
    std::uint8_t magic[8];
    std::uint16_t version;
    std::uint16_t reserved;
    std::uint32_t header_bytes;
    std::uint32_t kind;  ///< DataKind
    std::uint32_t record_bytes;
    std::uint32_t block_records;
    std::uint32_t block_count;
    std::uint64_t record_count;
    std::uint64_t index_offset;  ///< of DataBlock[block_count], behind the records
    tradectl_time time_first;    ///< TIME_NONE when there is no record
    tradectl_time time_last;
    std::int64_t interval_ns;     ///< of bars, else 0
    std::int64_t gap_max_ns;      ///< longest time between two records
    tradectl_time gap_max_start;  ///< time of the record before that gap
    std::uint64_t duplicates;     ///< trades whose id came before
    tradectl_decimal tick;        ///< smallest price step seen, a power of ten
    tradectl_decimal lot;         ///< smallest quantity step seen, a power of ten
    tradectl_decimal price_min;
    tradectl_decimal price_max;
    tradectl_decimal quantity_sum;  ///< null when it does not fit
    tradectl_id instrument;
    tradectl_text origin;  ///< what made the file: "binance-trades"
    std::uint32_t index_crc;
    std::uint32_t header_crc;  ///< CRC32C of the header page with this field 0
};

/// One entry of the index, for each block.
struct DataBlock {
    tradectl_time time_first;
    std::uint32_t record_count;
    std::uint32_t crc;  ///< CRC32C of the block's records
};

struct TradeRecord {
    tradectl_time time;
    tradectl_decimal price;
    tradectl_decimal quantity;
    std::uint64_t trade_id;
    std::uint32_t aggressor;  ///< TRADECTL_SIDE_NONE, BUY, SELL
    std::uint32_t reserved;
};

struct QuoteRecord {
    tradectl_time time;
    tradectl_decimal bid_price;
    tradectl_decimal bid_quantity;
    tradectl_decimal ask_price;
    tradectl_decimal ask_quantity;
};

struct BarRecord {
    tradectl_time time;  ///< end of the bar
    tradectl_decimal open;
    tradectl_decimal high;
    tradectl_decimal low;
    tradectl_decimal close;
    tradectl_decimal volume;
    std::uint64_t trade_count;
};

/// One level of a snapshot or delta; the levels of one event stand together, bids first.
struct BookRecord {
    tradectl_time time;
    std::uint64_t book_seq;
    std::uint64_t book_seq_prev;
    tradectl_decimal price;
    tradectl_decimal quantity;
    std::uint16_t side;         ///< BUY is a bid; NONE: the event has no level
    std::uint16_t flags;        ///< kBookRecordSnapshot
    std::uint32_t levels_left;  ///< records of this event that follow
};
inline constexpr std::uint16_t kBookRecordSnapshot = 1;
inline constexpr std::uint32_t kBookLevelsMax = 65'536;

static_assert(sizeof(DataHeader) == 408 && sizeof(DataHeader) <= kDataHeaderBytes);
static_assert(offsetof(DataHeader, record_count) == 32);
static_assert(offsetof(DataHeader, tick) == 96);
static_assert(offsetof(DataHeader, instrument) == 176);
static_assert(offsetof(DataHeader, header_crc) == 404);
static_assert(sizeof(DataBlock) == 16);
static_assert(sizeof(TradeRecord) == 56 && offsetof(TradeRecord, trade_id) == 40);
static_assert(sizeof(QuoteRecord) == 72);
static_assert(sizeof(BarRecord) == 96);
static_assert(sizeof(BookRecord) == 64 && offsetof(BookRecord, side) == 56);
static_assert(std::is_trivially_copyable_v<DataHeader>);

}  // namespace tradectl::market
