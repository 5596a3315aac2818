#include "host/market/capture_decoder.hpp"

#include <cstdint>
#include <string>
#include <unordered_map>

namespace tradectl::market {
namespace {

/// Tables `trade`, `quote` and `orderBookL2`. Source: BitMEX web socket API.
class BitmexDecoder final : public CaptureDecoder {
  public:
    Status decode(std::string_view url, JsonView message, CaptureMessage& out) override;

  private:
    /// By id: levels are changed and deleted without their price.
    using Prices = std::unordered_map<std::uint64_t, tradectl_decimal>;

    void add_trades(JsonView data, CaptureMessage& out);
    void add_quotes(JsonView data, CaptureMessage& out);
    void add_book(JsonView message, CaptureMessage& out);
    void begin_book(std::string_view action, JsonView symbol, CaptureMessage& out);
    void end_book(CaptureMessage& out);
    void add_level(JsonView item, std::string_view action, CaptureMessage& out);

    FieldReader read_;
    std::unordered_map<std::string, Prices> books_;
    Prices* prices_ = nullptr;  ///< of the symbol whose levels are being read
};

Status BitmexDecoder::decode(std::string_view, JsonView message, CaptureMessage& out) {
    out.clear();
    read_ = {};
    out.type = message["table"] ? read_.text_in(message, "table") : "other";
    if (out.type == "trade") add_trades(message["data"], out);
    if (out.type == "quote") add_quotes(message["data"], out);
    if (out.type == "orderBookL2") add_book(message, out);
    return read_.status();
}

void BitmexDecoder::add_trades(JsonView data, CaptureMessage& out) {
    for (const JsonView item : read_.array(data, "data")) {
        CaptureUnit& unit = out.units.emplace_back();
        unit.symbol = read_.text_in(item, "symbol");
        unit.event_time = read_.date_time(item["timestamp"], "timestamp");
        TradeRecord trade{};
        trade.price = read_.decimal_in(item, "price");
        trade.quantity = read_.decimal_in(item, "size");
        trade.aggressor = read_.side(item["side"], "side", "Buy", "Sell");
        unit.what = trade;  // its id is no number
    }
}

void BitmexDecoder::add_quotes(JsonView data, CaptureMessage& out) {
    for (const JsonView item : read_.array(data, "data")) {
        CaptureUnit& unit = out.units.emplace_back();
        unit.symbol = read_.text_in(item, "symbol");
        unit.event_time = read_.date_time(item["timestamp"], "timestamp");
        unit.what = QuoteRecord{0,
                                read_.decimal_in(item, "bidPrice"),
                                read_.decimal_in(item, "bidSize"),
                                read_.decimal_in(item, "askPrice"),
                                read_.decimal_in(item, "askSize")};
    }
}

void BitmexDecoder::add_book(JsonView message, CaptureMessage& out) {
    const std::string_view action = read_.text_in(message, "action");
    if (action != "partial" && action != "insert" && action != "update" && action != "delete")
        read_.fault(message["action"], "action", "unknown");
    // A book without levels is named by the filter alone.
    const JsonView data = read_.array_in(message, "data");
    if (data.begin() == data.end()) begin_book(action, message["filter"]["symbol"], out);
    JsonView symbol;
    for (const JsonView item : data) {
        if (!symbol || item["symbol"].text() != symbol.text()) {
            symbol = item["symbol"];
            begin_book(action, symbol, out);
        }
        add_level(item, action, out);
    }
    end_book(out);
}

/// The levels of a message come in runs of one symbol each.
void BitmexDecoder::begin_book(std::string_view action, JsonView symbol, CaptureMessage& out) {
    end_book(out);
    CaptureUnit& unit = out.units.emplace_back();
    unit.symbol = read_.text(symbol, "symbol");
    BookChange change;
    change.levels_begin = static_cast<std::uint32_t>(out.levels.size());
    if (action == "partial") change.type = BookChange::Type::Snapshot;
    unit.what = change;
    prices_ = &books_[std::string(unit.symbol)];
    if (action == "partial") prices_->clear();
}

void BitmexDecoder::end_book(CaptureMessage& out) {
    if (out.units.empty()) return;
    auto& change = std::get<BookChange>(out.units.back().what);
    close_levels(change.levels_begin, change, out);
}

void BitmexDecoder::add_level(JsonView item, std::string_view action, CaptureMessage& out) {
    const std::uint64_t id = read_.number_in(item, "id");
    CaptureLevel& level = out.levels.emplace_back();
    level.side = read_.side(item["side"], "side", "Buy", "Sell");
    if (item["price"]) (*prices_)[id] = read_.decimal_in(item, "price");
    if (action != "delete") level.quantity = read_.decimal_in(item, "size");
    const auto known = prices_->find(id);
    if (known == prices_->end()) {
        std::get<BookChange>(out.units.back().what).type = BookChange::Type::Lost;
        return;
    }
    level.price = known->second;
    if (action == "delete") prices_->erase(known);
}

}  // namespace

std::unique_ptr<CaptureDecoder> make_bitmex_decoder() {
    return std::make_unique<BitmexDecoder>();
}

}  // namespace tradectl::market
