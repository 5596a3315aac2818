#include "host/market/import_format.hpp"

#include "host/market/bid_ask_bars.hpp"
#include "host/market/capture_import.hpp"
#include "host/market/csv_books.hpp"
#include "host/market/csv_formats.hpp"
#include "host/market/csv_reader.hpp"
#include "host/market/json_trades.hpp"
#include "host/market/lean_quotes.hpp"

#include <algorithm>

namespace tradectl::market {
namespace {

constexpr DataKind kTrades[] = {DataKind::Trades};
constexpr DataKind kQuotes[] = {DataKind::Quotes};
constexpr DataKind kBars[] = {DataKind::Bars};
constexpr DataKind kBook[] = {DataKind::Book};
constexpr DataKind kBookOrQuotes[] = {DataKind::Book, DataKind::Quotes};
constexpr DataKind kQuotesOrBars[] = {DataKind::Quotes, DataKind::Bars};
constexpr DataKind kAnyRows[] = {DataKind::Trades, DataKind::Quotes, DataKind::Bars};

using Made = Expected<std::unique_ptr<RowReader>>;

template <CsvLayout (*layout)()>
Made reader_of(const ImportOptions& options) {
    CsvLayout made = layout();
    made.delimiter = options.layout.delimiter;
    if (options.layout.header != CsvHeader::Auto) made.header = options.layout.header;
    return make_csv_reader(made, options);
}

std::string_view tardis_clock(const ImportOptions& options) {
    return options.capture.clock == CaptureClock::Exchange ? "timestamp" : "localtimestamp";
}

Made tardis_trades(const ImportOptions& options) {
    return make_csv_reader(tardis_trades_layout(tardis_clock(options)), options);
}

Made tardis_quotes(const ImportOptions& options) {
    return make_csv_reader(tardis_quotes_layout(tardis_clock(options)), options);
}

Made custom(const ImportOptions& options) {
    return make_csv_reader(options.layout, options);
}

/// Percentages around the price, and what stands within them: no levels to make a book of.
Made percentage_depth(const ImportOptions&) {
    return fail(ErrorCode::Unsupported,
                "import: binance-book-depth holds sums by percentage of the price, not levels: no "
                "book can be made of it");
}

constexpr std::uint32_t kRow = kUsesDecimals | kUsesDelimiter | kUsesHeader;
constexpr std::uint32_t kDay = kUsesDecimals | kUsesZone | kUsesDate;
constexpr std::uint32_t kBar = kUsesInterval | kUsesBarStamp;
constexpr std::uint32_t kTardis = kUsesDecimals | kUsesSymbol | kUsesClock;
constexpr std::uint32_t kOhlcv = kUsesDecimals | kUsesDelimiter | kUsesZone | kBar;
constexpr std::uint32_t kCapture = kUsesSymbol | kUsesClock | kUsesBookRule | kUsesInterval;

const ImportFormat kRowFormats[] = {
    {"binance-trades", "Binance trades", kTrades, kRow, reader_of<binance_trades_layout>},
    {"binance-agg-trades",
     "Binance aggregate trades",
     kTrades,
     kRow,
     reader_of<binance_agg_trades_layout>},
    {"binance-klines", "Binance bars", kBars, kRow | kBar, reader_of<binance_klines_layout>},
    {"binance-book-ticker",
     "Binance best quotes",
     kQuotes,
     kRow,
     reader_of<binance_book_ticker_layout>},
    {"binance-depth",
     "Binance book snapshots and updates",
     kBook,
     kUsesDecimals | kUsesSymbol | kUsesBookRule,
     make_binance_depth_reader},
    {"binance-book-depth", "refused: percentages, not levels", kBook, 0, percentage_depth},
    {"lean-trades",
     "LEAN trade ticks of a day",
     kTrades,
     kRow | kDay | kUsesSuspicious,
     reader_of<lean_trades_layout>},
    {"lean-quotes",
     "LEAN quote ticks of a day",
     kQuotes,
     kDay | kUsesSuspicious | kUsesConsolidate,
     make_lean_quote_reader},
    {"lean-bars", "LEAN trade bars", kBars, kRow | kDay | kBar, reader_of<lean_bars_layout>},
    {"lean-quote-bars", "LEAN quote bars", kQuotesOrBars, kDay | kBar, make_lean_quote_bar_reader},
    {"tardis-trades", "Tardis trades", kTrades, kTardis, tardis_trades},
    {"tardis-quotes", "Tardis best quotes", kQuotes, kTardis, tardis_quotes},
    {"tardis-book-snapshot",
     "Tardis book snapshots",
     kBookOrQuotes,
     kTardis,
     make_tardis_snapshot_reader},
    {"tardis-incremental-book",
     "Tardis book updates",
     kBook,
     kTardis | kUsesBookRule,
     make_tardis_incremental_reader},
    {"ccxt-trades", "a JSON array of trades", kTrades, kUsesDecimals, make_json_trade_reader},
    {"ohlcv", "bars, columns by their header", kBars, kOhlcv, make_ohlcv_reader},
    {"bid-ask-bars",
     "bars of bids and of asks",
     kQuotes,
     kOhlcv | kUsesSpacing,
     nullptr,
     import_bid_ask_bars},
    {"histdata",
     "histdata.com quote ticks",
     kQuotes,
     kRow | kUsesZone,
     reader_of<histdata_quotes_layout>},
    {"truefx", "TrueFX quote ticks", kQuotes, kRow | kUsesZone, reader_of<truefx_quotes_layout>},
    {"csv", "any columns, with a map of them", kAnyRows, kRow | kDay | kBar | kUsesSymbol, custom},
};

std::vector<ImportFormat> all_formats() {
    std::vector<ImportFormat> formats(std::begin(kRowFormats), std::end(kRowFormats));
    for (const CaptureFormat& capture : capture_formats())
        formats.push_back(
            {capture.name, capture.description, capture.kinds, kCapture, nullptr, import_capture});
    return formats;
}

}  // namespace

std::span<const ImportFormat> import_formats() {
    static const std::vector<ImportFormat> formats = all_formats();
    return formats;
}

const ImportFormat* find_import_format(std::string_view name) {
    const auto formats = import_formats();
    const auto found = std::find_if(
        formats.begin(), formats.end(), [name](const auto& format) { return format.name == name; });
    return found == formats.end() ? nullptr : &*found;
}

}  // namespace tradectl::market
