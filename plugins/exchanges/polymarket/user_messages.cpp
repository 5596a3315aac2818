#include "user_messages.hpp"

#include <tradectl/abi/types.h>

#include <array>
#include <cstddef>
#include <utility>

namespace tradectl::polymarket {

namespace {

Expected<Side> side_of(const JsonView& json) {
    const auto text = json.text("side");
    if (!text) return fail(text.error());
    if (*text == "BUY" || *text == "buy") return Side::Buy;
    if (*text == "SELL" || *text == "sell") return Side::Sell;
    return fail(ErrorCode::InvalidArgument,
                "field \"side\": \"" + std::string(text->substr(0, 20)) + "\" is not BUY or SELL");
}

OrderNews news_of(std::string_view type) {
    if (type == "PLACEMENT") return OrderNews::Placement;
    if (type == "UPDATE") return OrderNews::Update;
    if (type == "CANCELLATION") return OrderNews::Cancellation;
    return OrderNews::None;
}

/// Reads members until one fails; the first failure stays.
class Reader {
  public:
    explicit Reader(const JsonView& json) : json_(json) {}
    std::string text(std::string_view key) {
        const auto value = json_.text(key);
        return value ? std::string(*value) : failed<std::string>(value.error());
    }
    Decimal decimal(std::string_view key) {
        const auto value = json_.decimal(key);
        return value ? *value : failed<Decimal>(value.error());
    }
    Side side() {
        const auto value = side_of(json_);
        return value ? *value : failed<Side>(value.error());
    }
    [[nodiscard]] const Status& status() const { return status_; }

  private:
    template <typename T>
    T failed(const Error& error) {
        if (status_) status_ = fail(error);
        return T{};
    }
    const JsonView& json_;
    Status status_;
};

Expected<MakerFill> decode_maker(const JsonView& json) {
    Reader read{json};
    MakerFill out{.order_id = read.text("order_id"),
                  .owner = std::string(json.text_or("owner", "")),
                  .maker_address = std::string(json.text_or("maker_address", "")),
                  .asset_id = std::string(json.text_or("asset_id", "")),
                  .side = Side::None,
                  .quantity = read.decimal("matched_amount"),
                  .price = read.decimal("price")};
    if (json.has("side")) out.side = read.side();
    if (!read.status()) return fail(read.status().error());
    return out;
}

}  // namespace

OrderState order_state_of(std::string_view status) {
    constexpr std::array<std::pair<std::string_view, OrderState>, 7> kStates{
        {{"CANCELED_MARKET_RESOLVED", OrderState::CanceledResolved},
         {"CANCELED", OrderState::Canceled},
         {"UNMATCHED", OrderState::Unmatched},
         {"MATCHED", OrderState::Matched},
         {"DELAYED", OrderState::Delayed},
         {"INVALID", OrderState::Invalid},
         {"LIVE", OrderState::Live}}};
    constexpr std::string_view kPrefix = "ORDER_STATUS_";
    if (status.starts_with(kPrefix)) status.remove_prefix(kPrefix.size());
    for (const auto& [name, state] : kStates)
        if (status.starts_with(name)) return state;
    return OrderState::Unknown;
}

std::uint8_t settlement_of(std::string_view status) {
    constexpr std::string_view kPrefix = "TRADE_STATUS_";
    if (status.starts_with(kPrefix)) status.remove_prefix(kPrefix.size());
    if (status == "MATCHED" || status == "MATCHED_NOT_BROADCASTED")
        return TRADECTL_SETTLEMENT_MATCHED;
    if (status == "MINED") return TRADECTL_SETTLEMENT_MINED;
    if (status == "CONFIRMED") return TRADECTL_SETTLEMENT_CONFIRMED;
    if (status == "RETRYING") return TRADECTL_SETTLEMENT_RETRYING;
    if (status == "FAILED") return TRADECTL_SETTLEMENT_FAILED;
    return 0;
}

Expected<VenueOrder> decode_order(const JsonView& json) {
    Reader read{json};
    VenueOrder out;
    out.id = read.text("id");
    out.asset_id = read.text("asset_id");
    out.side = read.side();
    out.price = read.decimal("price");
    out.original_size = read.decimal("original_size");
    out.size_matched = read.decimal("size_matched");
    if (!read.status()) return fail(read.status().error());
    out.owner = json.text_or("owner", "");
    out.market = json.text_or("market", "");
    out.status_text = json.text_or("status", "");
    out.state = order_state_of(out.status_text);
    out.news = news_of(json.text_or("type", ""));
    out.order_type = json.text_or("order_type", "");
    out.created = json.time_or("created_at", Timestamp::none());
    out.updated = json.time_or("timestamp", out.created);
    // "0" means none.
    if (const Timestamp end = json.time_or("expiration", Timestamp::none()); end.ns() > 0)
        out.expiration = end;
    if (json.has("associate_trades")) {
        const auto trades = json.at("associate_trades");
        const Status listed = trades->each([&](const JsonView& item) -> Status {
            const auto id = item.as_text();
            if (!id)
                return fail(ErrorCode::InvalidArgument,
                            "field \"associate_trades\": " + id.error().message);
            out.trades.emplace_back(*id);
            return {};
        });
        if (!listed) return fail(listed.error());
    }
    return out;
}

Expected<VenueTrade> decode_trade(const JsonView& json) {
    Reader read{json};
    VenueTrade out;
    out.id = read.text("id");
    out.taker_order_id = read.text("taker_order_id");
    out.asset_id = read.text("asset_id");
    out.side = read.side();
    out.quantity = read.decimal("size");
    out.price = read.decimal("price");
    const std::string status = read.text("status");
    if (!read.status()) return fail(read.status().error());
    out.settlement = settlement_of(status);
    if (out.settlement == 0)
        return fail(ErrorCode::InvalidArgument,
                    "field \"status\": \"" + status.substr(0, 40) + "\" is not known");
    out.owner = json.text_or("owner", "");
    out.market = json.text_or("market", "");
    out.match_time =
        json.time_or("match_time", json.time_or("matchtime", json.time_or("timestamp", {})));
    out.updated = json.time_or("last_update", out.match_time);
    out.we_are_taker = json.text_or("trader_side", "TAKER") != "MAKER";
    out.transaction = json.text_or("transaction_hash", "");
    if (!json.has("maker_orders")) return out;
    const Status makers = json.at("maker_orders")->each([&](const JsonView& item) -> Status {
        auto maker = decode_maker(item);
        if (!maker)
            return fail(ErrorCode::InvalidArgument,
                        "field \"maker_orders\": " + maker.error().message);
        out.makers.push_back(std::move(*maker));
        return {};
    });
    if (!makers) return fail(makers.error());
    return out;
}

UserFrame decode_user_frame(JsonDocument& document, std::string_view text) {
    UserFrame out;
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos || (text[first] != '{' && text[first] != '[')) return out;
    const auto root = document.parse(text);
    if (!root) {
        out.problems.push_back(root.error().message);
        return out;
    }
    const auto one = [&](const JsonView& message) -> Status {
        const std::string_view type = message.text_or("event_type", message.text_or("type", ""));
        if (type == "order" || news_of(type) != OrderNews::None) {
            auto order = decode_order(message);
            if (order)
                out.orders.push_back(std::move(*order));
            else
                out.problems.push_back("order: " + order.error().message);
        } else if (type == "trade" || type == "TRADE") {
            auto trade = decode_trade(message);
            if (trade)
                out.trades.push_back(std::move(*trade));
            else
                out.problems.push_back("trade: " + trade.error().message);
        }
        return {};
    };
    const Status done = root->is_array() ? root->each(one) : one(*root);
    if (!done) out.problems.push_back(done.error().message);
    return out;
}

}  // namespace tradectl::polymarket
