#include "host/market/capture_format.hpp"

#include <algorithm>

namespace tradectl::market {
namespace {

constexpr DataKind kAll[] = {DataKind::Trades, DataKind::Quotes, DataKind::Bars, DataKind::Book};
constexpr DataKind kNoBars[] = {DataKind::Trades, DataKind::Quotes, DataKind::Book};
constexpr DataKind kTradesAndBook[] = {DataKind::Trades, DataKind::Book};
constexpr DataKind kBook[] = {DataKind::Book};

constexpr CaptureFormat kFormats[] = {
    {"binance-ws",
     CaptureFrame::Nanoseconds,
     CaptureVenue::Binance,
     kAll,
     "Binance streams and REST depth, each line `NANOSECONDS JSON`"},
    {"bybit-ob500",
     CaptureFrame::Bare,
     CaptureVenue::BybitUnified,
     kBook,
     "Bybit order book archive, one message a line"},
    {"cryptofeed-binance",
     CaptureFrame::Playback,
     CaptureVenue::Binance,
     kAll,
     "Binance streams and REST depth, cryptofeed playback files"},
    {"cryptofeed-bitmex",
     CaptureFrame::Playback,
     CaptureVenue::Bitmex,
     kNoBars,
     "BitMEX tables trade, quote and orderBookL2, cryptofeed playback files"},
    {"cryptofeed-bybit",
     CaptureFrame::Playback,
     CaptureVenue::BybitLinear,
     kTradesAndBook,
     "Bybit trade and orderBookL2_25, cryptofeed playback files"},
    {"cryptofeed-coinbase",
     CaptureFrame::Playback,
     CaptureVenue::Coinbase,
     kNoBars,
     "Coinbase match, ticker and level2, cryptofeed playback files"},
    {"cryptofeed-kraken",
     CaptureFrame::Playback,
     CaptureVenue::Kraken,
     kNoBars,
     "Kraken trade, ticker and book, cryptofeed playback files"},
    {"hyperliquid-ws",
     CaptureFrame::Nanoseconds,
     CaptureVenue::Hyperliquid,
     kTradesAndBook,
     "Hyperliquid trades and l2Book, each line `NANOSECONDS JSON`"},
};

}  // namespace

std::span<const CaptureFormat> capture_formats() {
    return kFormats;
}

const CaptureFormat* find_capture_format(std::string_view name) {
    const auto* found =
        std::find_if(std::begin(kFormats), std::end(kFormats), [name](const CaptureFormat& format) {
            return format.name == name;
        });
    return found == std::end(kFormats) ? nullptr : found;
}

bool gives(const CaptureFormat& format, DataKind kind) {
    return std::find(format.kinds.begin(), format.kinds.end(), kind) != format.kinds.end();
}

}  // namespace tradectl::market
