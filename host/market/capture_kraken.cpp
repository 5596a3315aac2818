#include "host/market/capture_decoder.hpp"

#include <algorithm>

namespace tradectl::market {
namespace {

/// Channels `trade`, `ticker` and `book`; a message of data is a list that ends with the names of
/// its channel and of its pair. Source: Kraken Exchange, Web Socket API version 1.
class KrakenDecoder final : public CaptureDecoder {
  public:
    Status decode(std::string_view url, JsonView message, CaptureMessage& out) override;

  private:
    void add_trades(JsonView trades, std::string_view pair, CaptureMessage& out);
    void add_quote(JsonView ticker, std::string_view pair, CaptureMessage& out);
    void add_book(JsonView message, std::string_view channel, CaptureMessage& out);
    void add_levels(JsonView levels, std::uint16_t side, CaptureUnit& unit, CaptureMessage& out);

    FieldReader read_;
};

Status KrakenDecoder::decode(std::string_view, JsonView message, CaptureMessage& out) {
    out.clear();
    read_ = {};
    if (!message.is(JsonKind::Array)) {
        out.type = message["event"] ? read_.text_in(message, "event") : "other";
        return read_.status();
    }
    constexpr std::size_t kElementsMin = 4;
    const std::size_t size = message.size();
    const std::string_view channel =
        size < kElementsMin ? "" : read_.text(message.at(size - 2), "channel");
    if (size < kElementsMin) read_.fault(message, "message", "a list of less than 4 elements");
    const std::string_view pair = read_.text(message.at(size - 1), "pair");
    out.type = channel.substr(0, channel.find('-'));
    if (out.type == "trade") add_trades(message.at(1), pair, out);
    if (out.type == "ticker") add_quote(message.at(1), pair, out);
    if (out.type == "book") {
        out.units.emplace_back().symbol = pair;
        add_book(message, channel, out);
    }
    return read_.status();
}

void KrakenDecoder::add_trades(JsonView trades, std::string_view pair, CaptureMessage& out) {
    for (const JsonView item : read_.array(trades, "trades")) {
        CaptureUnit& unit = out.units.emplace_back();
        unit.symbol = pair;
        unit.event_time = read_.seconds(item.at(2), "time");
        TradeRecord trade{};
        trade.price = read_.decimal(item.at(0), "price");
        trade.quantity = read_.decimal(item.at(1), "volume");
        trade.aggressor = read_.side(item.at(3), "side", "b", "s");
        unit.what = trade;
    }
}

void KrakenDecoder::add_quote(JsonView ticker, std::string_view pair, CaptureMessage& out) {
    CaptureUnit& unit = out.units.emplace_back();
    unit.symbol = pair;
    const JsonView bid = read_.array_in(ticker, "b");
    const JsonView ask = read_.array_in(ticker, "a");
    unit.what = QuoteRecord{0,
                            read_.decimal(bid.at(0), "bid"),
                            read_.decimal(bid.at(2), "bid volume"),
                            read_.decimal(ask.at(0), "ask"),
                            read_.decimal(ask.at(2), "ask volume")};
}

void KrakenDecoder::add_book(JsonView message, std::string_view channel, CaptureMessage& out) {
    CaptureUnit& unit = out.units.back();
    BookChange change;
    // A change of both sides comes as two objects.
    for (const JsonView part : message) {
        if (!part.is(JsonKind::Object)) continue;
        if (part["as"] || part["bs"]) change.type = BookChange::Type::Snapshot;
        for (const char* name : {"a", "as"})
            if (part[name]) add_levels(part[name], TRADECTL_SIDE_SELL, unit, out);
        for (const char* name : {"b", "bs"})
            if (part[name]) add_levels(part[name], TRADECTL_SIDE_BUY, unit, out);
    }
    // The levels of a snapshot changed long ago.
    if (change.type == BookChange::Type::Snapshot) unit.event_time = TRADECTL_TIME_NONE;
    const std::size_t dash = channel.find('-');
    std::uint64_t depth = 0;
    if (dash != std::string_view::npos && read_number(channel.substr(dash + 1), depth))
        change.depth_max = static_cast<std::uint32_t>(std::min<std::uint64_t>(depth, UINT32_MAX));
    close_levels(0, change, out);
    unit.what = change;
}

void KrakenDecoder::add_levels(JsonView levels,
                               std::uint16_t side,
                               CaptureUnit& unit,
                               CaptureMessage& out) {
    for (const JsonView level : read_.array(levels, "levels")) {
        out.levels.push_back(
            {read_.decimal(level.at(0), "price"), read_.decimal(level.at(1), "volume"), side});
        const tradectl_time time = read_.seconds(level.at(2), "time");
        unit.event_time = std::max(unit.event_time, time);
    }
}

}  // namespace

std::unique_ptr<CaptureDecoder> make_kraken_decoder() {
    return std::make_unique<KrakenDecoder>();
}

}  // namespace tradectl::market
