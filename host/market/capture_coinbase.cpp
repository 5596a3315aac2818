#include "host/market/capture_decoder.hpp"

#include <tradectl/decimal.hpp>

namespace tradectl::market {
namespace {

/// Channels `matches`, `ticker` and `level2`. Source: Coinbase Exchange, web socket channels.
class CoinbaseDecoder final : public CaptureDecoder {
  public:
    Status decode(std::string_view url, JsonView message, CaptureMessage& out) override;

  private:
    void add_trade(JsonView message, CaptureMessage& out);
    void add_quote(JsonView message, CaptureMessage& out);
    void add_snapshot(JsonView message, CaptureMessage& out);
    void add_difference(JsonView message, CaptureMessage& out);
    CaptureUnit& add_unit(JsonView message, CaptureMessage& out);

    FieldReader read_;
};

Status CoinbaseDecoder::decode(std::string_view, JsonView message, CaptureMessage& out) {
    out.clear();
    read_ = {};
    out.type = message["type"] ? read_.text_in(message, "type") : "other";
    if (out.type == "l2update") add_difference(message, out);
    if (out.type == "snapshot") add_snapshot(message, out);
    if (out.type == "ticker") add_quote(message, out);
    if (out.type == "match" || out.type == "last_match") add_trade(message, out);
    return read_.status();
}

CaptureUnit& CoinbaseDecoder::add_unit(JsonView message, CaptureMessage& out) {
    CaptureUnit& unit = out.units.emplace_back();
    unit.symbol = read_.text_in(message, "product_id");
    if (const JsonView time = message["time"]) unit.event_time = read_.date_time(time, "time");
    return unit;
}

void CoinbaseDecoder::add_trade(JsonView message, CaptureMessage& out) {
    CaptureUnit& unit = add_unit(message, out);
    TradeRecord trade{};
    trade.price = read_.decimal_in(message, "price");
    trade.quantity = read_.decimal_in(message, "size");
    trade.trade_id = read_.number_in(message, "trade_id");
    // It names the maker's side; the taker's is the other one.
    trade.aggressor = read_.side(message["side"], "side", "sell", "buy");
    unit.what = trade;
}

void CoinbaseDecoder::add_quote(JsonView message, CaptureMessage& out) {
    CaptureUnit& unit = add_unit(message, out);
    const tradectl_decimal unknown = Decimal::null().to_abi();
    QuoteRecord quote{0,
                      read_.decimal_in(message, "best_bid"),
                      unknown,
                      read_.decimal_in(message, "best_ask"),
                      unknown};
    if (message["best_bid_size"]) quote.bid_quantity = read_.decimal_in(message, "best_bid_size");
    if (message["best_ask_size"]) quote.ask_quantity = read_.decimal_in(message, "best_ask_size");
    unit.what = quote;
}

void CoinbaseDecoder::add_snapshot(JsonView message, CaptureMessage& out) {
    CaptureUnit& unit = add_unit(message, out);
    BookChange change;
    change.type = BookChange::Type::Snapshot;
    add_pairs_of(message, "bids", "asks", change, read_, unit, out);
}

void CoinbaseDecoder::add_difference(JsonView message, CaptureMessage& out) {
    CaptureUnit& unit = add_unit(message, out);
    for (const JsonView change : read_.array_in(message, "changes")) {
        const std::uint16_t side = read_.side(change.at(0), "side", "buy", "sell");
        out.levels.push_back(
            {read_.decimal(change.at(1), "price"), read_.decimal(change.at(2), "size"), side});
    }
    BookChange change;
    close_levels(0, change, out);
    unit.what = change;
}

}  // namespace

std::unique_ptr<CaptureDecoder> make_coinbase_decoder() {
    return std::make_unique<CoinbaseDecoder>();
}

}  // namespace tradectl::market
