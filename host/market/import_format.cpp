#include "host/market/import_format.hpp"

#include "host/market/capture_import.hpp"
#include "host/market/csv_formats.hpp"
#include "host/market/csv_reader.hpp"

#include <algorithm>

namespace tradectl::market {
namespace {

constexpr DataKind kTrades[] = {DataKind::Trades};
constexpr DataKind kQuotes[] = {DataKind::Quotes};
constexpr DataKind kBars[] = {DataKind::Bars};
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

const ImportFormat kRowFormats[] = {
    {"binance-trades", "Binance public trades", kTrades, reader_of<binance_trades_layout>},
    {"binance-agg-trades",
     "Binance public aggregate trades",
     kTrades,
     reader_of<binance_agg_trades_layout>},
    {"binance-klines", "Binance public klines", kBars, reader_of<binance_klines_layout>},
    {"binance-book-ticker",
     "Binance public best bid and ask",
     kQuotes,
     reader_of<binance_book_ticker_layout>},
    {"lean-trades", "LEAN trade ticks of a day", kTrades, reader_of<lean_trades_layout>},
    {"lean-bars", "LEAN trade bars", kBars, reader_of<lean_bars_layout>},
    {"tardis-trades", "Tardis trades", kTrades, tardis_trades},
    {"tardis-quotes", "Tardis quotes", kQuotes, tardis_quotes},
    {"ohlcv", "bars whose header says what is where", kBars, make_ohlcv_reader},
    {"histdata", "histdata.com quote ticks", kQuotes, reader_of<histdata_quotes_layout>},
    {"truefx", "TrueFX quote ticks", kQuotes, reader_of<truefx_quotes_layout>},
    {"csv", "any other, with a map of its columns", kAnyRows, custom},
};

std::vector<ImportFormat> all_formats() {
    std::vector<ImportFormat> formats(std::begin(kRowFormats), std::end(kRowFormats));
    for (const CaptureFormat& capture : capture_formats())
        formats.push_back(
            {capture.name, capture.description, capture.kinds, nullptr, import_capture});
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
