#include "host/market/capture_decoder.hpp"

namespace tradectl::market {
namespace {

constexpr TradeNames kTradeNames{.symbol = "coin",
                                 .time = "time",
                                 .price = "px",
                                 .quantity = "sz",
                                 .id = "tid",
                                 .side = "side",
                                 .buy = "B",
                                 .sell = "A"};

/// Channels `trades` and `l2Book`, of which each message is a whole book of some levels.
/// Source: Hyperliquid Docs, API, web socket subscriptions.
class HyperliquidDecoder final : public CaptureDecoder {
  public:
    Status decode(std::string_view url, JsonView message, CaptureMessage& out) override;

  private:
    void add_book(JsonView data, CaptureMessage& out);
    void add_levels(JsonView levels, std::uint16_t side, CaptureMessage& out);

    FieldReader read_;
};

Status HyperliquidDecoder::decode(std::string_view, JsonView message, CaptureMessage& out) {
    out.clear();
    read_ = {};
    out.type = message["channel"] ? read_.text_in(message, "channel") : "other";
    if (out.type == "trades") add_trades(message["data"], kTradeNames, read_, out);
    if (out.type == "l2Book") add_book(message["data"], out);
    return read_.status();
}

void HyperliquidDecoder::add_book(JsonView data, CaptureMessage& out) {
    CaptureUnit& unit = out.units.emplace_back();
    unit.symbol = read_.text_in(data, "coin");
    unit.event_time = read_.milliseconds_in(data, "time");
    const JsonView sides = read_.array_in(data, "levels");
    add_levels(sides.at(0), TRADECTL_SIDE_BUY, out);
    add_levels(sides.at(1), TRADECTL_SIDE_SELL, out);
    BookChange change;
    change.type = BookChange::Type::Snapshot;
    close_levels(0, change, out);
    unit.what = change;
}

void HyperliquidDecoder::add_levels(JsonView levels, std::uint16_t side, CaptureMessage& out) {
    for (const JsonView level : read_.array(levels, "levels"))
        out.levels.push_back({read_.decimal_in(level, "px"), read_.decimal_in(level, "sz"), side});
}

}  // namespace

std::unique_ptr<CaptureDecoder> make_hyperliquid_decoder() {
    return std::make_unique<HyperliquidDecoder>();
}

}  // namespace tradectl::market
