#include "host/market/capture_decoder.hpp"

#include "host/base/assert.hpp"

#include <tradectl/decimal.hpp>

#include <algorithm>

namespace tradectl::market {
namespace {

bool stands_before(const CaptureLevel& a, const CaptureLevel& b) {
    if (a.side != b.side) return a.side < b.side;
    const Decimal price_a = Decimal::from_abi(a.price);
    const Decimal price_b = Decimal::from_abi(b.price);
    return a.side == TRADECTL_SIDE_BUY ? price_a > price_b : price_a < price_b;
}

template <typename Iterator>
bool worst_first(Iterator begin, Iterator end) {
    return std::adjacent_find(begin, end, [](const CaptureLevel& a, const CaptureLevel& b) {
               return !stands_before(b, a);
           }) == end;
}

}  // namespace

std::unique_ptr<CaptureDecoder> make_capture_decoder(CaptureVenue venue) {
    switch (venue) {
        case CaptureVenue::Binance: return make_binance_decoder();
        case CaptureVenue::Bitmex: return make_bitmex_decoder();
        case CaptureVenue::BybitLinear: return make_bybit_linear_decoder();
        case CaptureVenue::BybitUnified: return make_bybit_unified_decoder();
        case CaptureVenue::Coinbase: return make_coinbase_decoder();
        case CaptureVenue::Hyperliquid: return make_hyperliquid_decoder();
        case CaptureVenue::Kraken: return make_kraken_decoder();
    }
    TRADECTL_ASSERT(false);
    return nullptr;
}

bool decodes_alone(CaptureVenue venue) {
    return venue != CaptureVenue::Bitmex;  // its levels have prices by what was told before
}

void add_level_pairs(JsonView pairs,
                     std::string_view name,
                     std::uint16_t side,
                     FieldReader& read,
                     CaptureMessage& out) {
    for (const JsonView pair : read.array(pairs, name)) {
        auto part = pair.begin();
        if (!pair.is(JsonKind::Array) || part == pair.end()) {
            read.fault(pair, name, "a level is not a list of price and quantity");
            return;
        }
        const JsonView price = *part;
        ++part;
        const JsonView quantity = part == pair.end() ? JsonView{} : *part;
        out.levels.push_back(
            {read.decimal(price, "price"), read.decimal(quantity, "quantity"), side});
    }
}

void add_trades(JsonView trades, const TradeNames& names, FieldReader& read, CaptureMessage& out) {
    for (const JsonView item : read.array(trades, "data")) {
        CaptureUnit& unit = out.units.emplace_back();
        unit.symbol = read.text_in(item, names.symbol);
        unit.event_time = read.milliseconds_in(item, names.time);
        TradeRecord trade{};
        trade.price = read.decimal_in(item, names.price);
        trade.quantity = read.decimal_in(item, names.quantity);
        if (!names.id.empty()) trade.trade_id = read.number_in(item, names.id);
        trade.aggressor = read.side(item[names.side], names.side, names.buy, names.sell);
        unit.what = trade;
    }
}

void add_pairs_of(JsonView book,
                  std::string_view bids,
                  std::string_view asks,
                  BookChange change,
                  FieldReader& read,
                  CaptureUnit& unit,
                  CaptureMessage& out) {
    add_level_pairs(book[bids], bids, TRADECTL_SIDE_BUY, read, out);
    add_level_pairs(book[asks], asks, TRADECTL_SIDE_SELL, read, out);
    close_levels(0, change, out);
    unit.what = change;
}

void close_levels(std::uint32_t begin, BookChange& change, CaptureMessage& out) {
    const auto first = out.levels.begin() + begin;
    const auto last = out.levels.end();
    // The last of several changes of one price counts: equal ones keep their order.
    if (!std::is_sorted(first, last, stands_before)) {
        const auto asks = std::find_if(
            first, last, [](const CaptureLevel& level) { return level.side != TRADECTL_SIDE_BUY; });
        // Some venues tell bids from the worst on.
        if (worst_first(first, asks)) std::reverse(first, asks);
        if (!std::is_sorted(first, last, stands_before))
            std::stable_sort(first, last, stands_before);
    }
    change.levels_begin = begin;
    change.levels_end = static_cast<std::uint32_t>(out.levels.size());
}

}  // namespace tradectl::market
