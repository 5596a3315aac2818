#include "host/market/capture_decoder.hpp"

#include <cstdint>

namespace tradectl::market {
namespace {

/// The id of a trade is no number.
constexpr TradeNames kTradeNames{.symbol = "symbol",
                                 .time = "trade_time_ms",
                                 .price = "price",
                                 .quantity = "size",
                                 .side = "side",
                                 .buy = "Buy",
                                 .sell = "Sell"};

/// Topics `trade.SYMBOL` and `orderBookL2_25.SYMBOL`. Source: Bybit API version 2, web socket.
class BybitLinearDecoder final : public CaptureDecoder {
  public:
    Status decode(std::string_view url, JsonView message, CaptureMessage& out) override;

  private:
    void add_book(std::string_view symbol, JsonView message, CaptureMessage& out);
    void add_levels(JsonView levels, std::string_view name, CaptureMessage& out);

    FieldReader read_;
};

/// "orderBookL2_25.BTCUSD": what and of which symbol.
struct Topic {
    std::string_view channel;
    std::string_view symbol;
};

Topic split_topic(std::string_view topic) {
    const std::size_t dot = topic.rfind('.');
    if (dot == std::string_view::npos) return {topic, {}};
    return {topic.substr(0, dot), topic.substr(dot + 1)};
}

Status BybitLinearDecoder::decode(std::string_view, JsonView message, CaptureMessage& out) {
    out.clear();
    read_ = {};
    const auto [channel, symbol] = split_topic(message["topic"].text());
    out.type = channel.empty() ? "other" : channel;
    if (channel == "trade") add_trades(message["data"], kTradeNames, read_, out);
    if (channel.starts_with("orderBookL2_")) add_book(symbol, message, out);
    return read_.status();
}

void BybitLinearDecoder::add_book(std::string_view symbol, JsonView message, CaptureMessage& out) {
    CaptureUnit& unit = out.units.emplace_back();
    unit.symbol = symbol;
    if (const JsonView time = message["timestamp_e6"]) {
        const std::uint64_t us = read_.number(time, "timestamp_e6");
        if (us > static_cast<std::uint64_t>(INT64_MAX) / 1'000)
            read_.fault(time, "timestamp_e6", "out of range");
        else
            unit.sent_time = static_cast<tradectl_time>(us) * 1'000;
    }
    BookChange change;
    const JsonView data = message["data"];
    const std::string_view type = read_.text_in(message, "type");
    if (type == "snapshot") {
        change.type = BookChange::Type::Snapshot;
        // A list for inverse contracts, an object around it for linear ones.
        add_levels(data.is(JsonKind::Object) ? data["order_book"] : data, "order_book", out);
    } else if (type == "delta") {
        for (const char* name : {"delete", "update", "insert"})
            add_levels(data[name], name, out);
    } else {
        read_.fault(message["type"], "type", "neither snapshot nor delta");
    }
    close_levels(0, change, out);
    unit.what = change;
}

void BybitLinearDecoder::add_levels(JsonView levels, std::string_view name, CaptureMessage& out) {
    for (const JsonView level : read_.array(levels, name)) {
        CaptureLevel& added = out.levels.emplace_back();
        added.price = read_.decimal_in(level, "price");
        if (name != "delete") added.quantity = read_.decimal_in(level, "size");
        added.side = read_.side(level["side"], "side", "Buy", "Sell");
    }
}

/// Topic `orderbook.N.SYMBOL`, whose update ids count up by one.
/// Source: Bybit API version 5, web socket, order book.
class BybitUnifiedDecoder final : public CaptureDecoder {
  public:
    Status decode(std::string_view url, JsonView message, CaptureMessage& out) override;

  private:
    void add_book(JsonView message, CaptureMessage& out);

    FieldReader read_;
};

Status BybitUnifiedDecoder::decode(std::string_view, JsonView message, CaptureMessage& out) {
    out.clear();
    read_ = {};
    const auto channel = split_topic(message["topic"].text()).channel;
    out.type = channel.empty() ? "other" : channel;
    if (channel.starts_with("orderbook.")) add_book(message, out);
    return read_.status();
}

void BybitUnifiedDecoder::add_book(JsonView message, CaptureMessage& out) {
    const JsonView data = read_.object_in(message, "data");
    CaptureUnit& unit = out.units.emplace_back();
    unit.symbol = read_.text_in(data, "s");
    unit.sent_time = read_.milliseconds_in(message, "ts");
    if (message["cts"]) unit.event_time = read_.milliseconds_in(message, "cts");
    BookChange change;
    change.first = change.last = read_.number_in(data, "u");
    change.numbering = BookNumbering::Contiguous;
    const std::string_view type = read_.text_in(message, "type");
    if (type == "snapshot")
        change.type = BookChange::Type::Snapshot;
    else if (type != "delta")
        read_.fault(message["type"], "type", "neither snapshot nor delta");
    add_pairs_of(data, "b", "a", change, read_, unit, out);
}

}  // namespace

std::unique_ptr<CaptureDecoder> make_bybit_linear_decoder() {
    return std::make_unique<BybitLinearDecoder>();
}

std::unique_ptr<CaptureDecoder> make_bybit_unified_decoder() {
    return std::make_unique<BybitUnifiedDecoder>();
}

}  // namespace tradectl::market
