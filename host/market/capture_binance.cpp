#include "host/market/capture_decoder.hpp"

#include <tradectl/timestamp.hpp>

namespace tradectl::market {
namespace {

/// Streams `trade`, `aggTrade`, `bookTicker`, `kline` and `depth`, with or without the envelope of
/// combined streams, and the REST answer `depth`; spot, USD-M and COIN-M futures.
/// Source: Binance Open Platform, web socket streams and "How to manage a local order book
/// correctly" of spot and of futures.
class BinanceDecoder final : public CaptureDecoder {
  public:
    Status decode(std::string_view url, JsonView message, CaptureMessage& out) override;

  private:
    void decode_event(std::string_view event, JsonView data, CaptureMessage& out);
    void add_trade(JsonView data, std::string_view id, CaptureMessage& out);
    void add_quote(JsonView data, CaptureMessage& out);
    void add_bar(JsonView data, CaptureMessage& out);
    void add_difference(JsonView data, CaptureMessage& out);
    void add_snapshot(std::string_view symbol, JsonView data, CaptureMessage& out);
    CaptureUnit& add_unit(JsonView data, CaptureMessage& out);

    FieldReader read_;
};

std::string_view behind_last(std::string_view text, char mark) {
    const std::size_t at = text.rfind(mark);
    return at == std::string_view::npos ? text : text.substr(at + 1);
}

/// The value of `symbol` in a query, else empty.
std::string_view symbol_of_url(std::string_view url) {
    constexpr std::string_view kKey = "symbol=";
    const std::size_t at = url.find(kKey);
    if (at == std::string_view::npos) return {};
    const std::string_view rest = url.substr(at + kKey.size());
    return rest.substr(0, rest.find('&'));
}

Status BinanceDecoder::decode(std::string_view url, JsonView message, CaptureMessage& out) {
    out.clear();
    read_ = {};
    const JsonView stream = message["stream"];
    const JsonView data = stream ? read_.object_in(message, "data") : message;
    if (!stream && data["lastUpdateId"]) {
        out.type = "snapshot";
        add_snapshot(symbol_of_url(url), data, out);
    } else if (const JsonView event = data["e"]; event.is(JsonKind::String)) {
        decode_event(event.text(), data, out);
    } else if (data["u"] && data["B"] && data["A"]) {
        decode_event("bookTicker", data, out);  // spot does not name it
    } else {
        out.type = stream ? behind_last(stream.text(), '@') : "other";
    }
    return read_.status();
}

void BinanceDecoder::decode_event(std::string_view event, JsonView data, CaptureMessage& out) {
    out.type = event;
    if (event == "depthUpdate") return add_difference(data, out);
    if (event == "bookTicker") return add_quote(data, out);
    if (event == "trade") return add_trade(data, "t", out);
    if (event == "aggTrade") return add_trade(data, "a", out);
    if (event == "kline") return add_bar(data, out);
}

CaptureUnit& BinanceDecoder::add_unit(JsonView data, CaptureMessage& out) {
    CaptureUnit& unit = out.units.emplace_back();
    unit.symbol = read_.text_in(data, "s");
    if (data["T"]) unit.event_time = read_.milliseconds_in(data, "T");
    if (data["E"]) unit.sent_time = read_.milliseconds_in(data, "E");
    return unit;
}

void BinanceDecoder::add_trade(JsonView data, std::string_view id, CaptureMessage& out) {
    // Futures report transfers of the insurance fund and the like as trades of another type.
    const JsonView type = data["X"];
    if (type && type.text() != "MARKET") return;
    CaptureUnit& unit = add_unit(data, out);
    TradeRecord trade{};
    trade.price = read_.decimal_in(data, "p");
    trade.quantity = read_.decimal_in(data, "q");
    trade.trade_id = read_.number_in(data, id);
    const JsonView maker = data["m"];
    if (!maker.is(JsonKind::True) && !maker.is(JsonKind::False))
        read_.fault(maker, "m", "not true or false");
    trade.aggressor = maker.is(JsonKind::True) ? TRADECTL_SIDE_SELL : TRADECTL_SIDE_BUY;
    unit.what = trade;
}

void BinanceDecoder::add_quote(JsonView data, CaptureMessage& out) {
    CaptureUnit& unit = add_unit(data, out);
    QuoteRecord quote{};
    quote.bid_price = read_.decimal_in(data, "b");
    quote.bid_quantity = read_.decimal_in(data, "B");
    quote.ask_price = read_.decimal_in(data, "a");
    quote.ask_quantity = read_.decimal_in(data, "A");
    unit.what = quote;
}

/// "1m" is a minute; 0 for what has no fixed length ("1M") or is no interval.
std::int64_t interval_of(std::string_view text) {
    std::uint64_t count = 0;
    constexpr std::uint64_t kCountMax = 1000;
    if (text.empty() || !read_number(text.substr(0, text.size() - 1), count)) return 0;
    if (count > kCountMax) return 0;
    const auto n = static_cast<std::int64_t>(count);
    switch (text.back()) {
        case 's': return n * kNsPerSecond;
        case 'm': return n * kNsPerMinute;
        case 'h': return n * kNsPerHour;
        case 'd': return n * kNsPerDay;
        case 'w': return n * 7 * kNsPerDay;
        default: return 0;
    }
}

void BinanceDecoder::add_bar(JsonView data, CaptureMessage& out) {
    CaptureUnit& unit = add_unit(data, out);
    const JsonView kline = read_.object_in(data, "k");
    BarState state;
    state.interval_ns = interval_of(read_.text_in(kline, "i"));
    state.type = kline["x"].is(JsonKind::True) ? BarState::Type::Closed : BarState::Type::Open;
    state.bar.time = read_.milliseconds_in(kline, "t") + state.interval_ns;
    state.bar.open = read_.decimal_in(kline, "o");
    state.bar.high = read_.decimal_in(kline, "h");
    state.bar.low = read_.decimal_in(kline, "l");
    state.bar.close = read_.decimal_in(kline, "c");
    state.bar.volume = read_.decimal_in(kline, "v");
    state.bar.trade_count = read_.number_in(kline, "n");
    unit.what = state;
}

void BinanceDecoder::add_difference(JsonView data, CaptureMessage& out) {
    CaptureUnit& unit = add_unit(data, out);
    BookChange change;
    change.first = read_.number_in(data, "U");
    change.last = read_.number_in(data, "u");
    if (change.last < change.first) read_.fault(data["u"], "u", "below U");
    change.numbering = BookNumbering::Contiguous;
    if (data["pu"]) {  // futures
        change.numbering = BookNumbering::Linked;
        change.previous = read_.number_in(data, "pu");
    }
    add_pairs_of(data, "b", "a", change, read_, unit, out);
}

void BinanceDecoder::add_snapshot(std::string_view symbol, JsonView data, CaptureMessage& out) {
    CaptureUnit& unit = out.units.emplace_back();
    unit.symbol = data["symbol"] ? read_.text_in(data, "symbol") : symbol;
    if (data["T"]) unit.event_time = read_.milliseconds_in(data, "T");
    if (data["E"]) unit.sent_time = read_.milliseconds_in(data, "E");
    BookChange change;
    change.type = BookChange::Type::Answer;
    change.last = read_.number_in(data, "lastUpdateId");
    add_pairs_of(data, "bids", "asks", change, read_, unit, out);
}

}  // namespace

std::unique_ptr<CaptureDecoder> make_binance_decoder() {
    return std::make_unique<BinanceDecoder>();
}

}  // namespace tradectl::market
