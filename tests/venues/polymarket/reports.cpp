#include "tests/venues/polymarket/reports.hpp"

#include "tests/venues/polymarket/feed.hpp"

#include <algorithm>

namespace polysim {
namespace {

Json maker_json(const World& world, const Trade& trade, const MakerFill& maker) {
    const Token& token = world.tokens.at(trade.token);
    return Json::object({{"order_id", maker.order},
                         {"owner", maker.owner},
                         {"maker_address", to_text(maker.maker)},
                         {"matched_amount", micro_text(maker.amount)},
                         {"price", micro_text(trade.price)},
                         {"fee_rate_bps", "0"},
                         {"asset_id", trade.token},
                         {"outcome", token.outcome},
                         {"outcome_index", token.index},
                         {"side", text_of(other(trade.side))}});
}

std::string seconds(std::int64_t ms) {
    return std::to_string(ms / 1000);
}

}  // namespace

std::string status_text(const Order& order) {
    std::string text = "LIVE";
    if (order.status == OrderStatus::Delayed) text = "DELAYED";
    if (order.status == OrderStatus::Matched) text = "MATCHED";
    if (order.status == OrderStatus::Canceled) text = "CANCELED";
    return order.reason.empty() ? text : text + "_" + order.reason;
}

const char* status_text(TradeStatus status) {
    switch (status) {
        case TradeStatus::Matched: return "MATCHED";
        case TradeStatus::Mined: return "MINED";
        case TradeStatus::Retrying: return "RETRYING";
        case TradeStatus::Confirmed: return "CONFIRMED";
        case TradeStatus::Failed: return "FAILED";
    }
    return "";
}

Json order_json(const World& world, const Order& order) {
    const Token& token = world.tokens.at(order.token);
    return Json::object({{"id", order.id},
                         {"status", status_text(order)},
                         {"owner", order.owner},
                         {"maker_address", to_text(order.maker)},
                         {"market", token.condition},
                         {"asset_id", order.token},
                         {"side", text_of(order.side)},
                         {"original_size", micro_text(order.size)},
                         {"size_matched", micro_text(order.matched)},
                         {"price", micro_text(order.price)},
                         {"associate_trades", Json::texts(order.trades)},
                         {"outcome", token.outcome},
                         {"created_at", order.created_ms / 1000},
                         {"expiration", std::to_string(order.expiration_s)},
                         {"order_type", order.type}});
}

bool takes_part(const Trade& trade, const std::string& api_key) {
    return trade.owner == api_key ||
           std::any_of(trade.makers.begin(), trade.makers.end(), [&](const MakerFill& maker) {
               return maker.owner == api_key;
           });
}

Json trade_json(const World& world, const Trade& trade, const std::string& api_key) {
    const Token& token = world.tokens.at(trade.token);
    const Market& market = world.markets.at(token.condition);
    Json makers = Json::array();
    for (const auto& maker : trade.makers)
        makers.push(maker_json(world, trade, maker));
    return Json::object({{"id", trade.id},
                         {"taker_order_id", trade.taker_order},
                         {"market", token.condition},
                         {"asset_id", trade.token},
                         {"side", text_of(trade.side)},
                         {"size", micro_text(trade.size)},
                         {"fee_rate_bps", std::to_string(market.fee_rate / 100)},
                         {"price", micro_text(trade.price)},
                         {"status", status_text(trade.status)},
                         {"match_time", seconds(trade.match_ms)},
                         {"last_update", seconds(trade.update_ms)},
                         {"outcome", token.outcome},
                         {"bucket_index", 0},
                         {"owner", trade.owner},
                         {"maker_address", to_text(trade.taker)},
                         {"transaction_hash", trade.hash},
                         {"trader_side", trade.owner == api_key ? "TAKER" : "MAKER"},
                         {"maker_orders", makers}});
}

void report_order(World& world, const Order& order, const char* type) {
    if (order.owner.empty()) return;
    Json frame = order_json(world, order);
    frame.set("event_type", "order");
    frame.set("type", type);
    frame.set("order_owner", order.owner);
    frame.set("created_at", std::to_string(order.created_ms));
    frame.set("timestamp", std::to_string(world.now_ms()));
    if (order.trades.empty()) frame.set("associate_trades", nullptr);
    publish_user(world, order.owner, world.tokens.at(order.token).condition, frame);
}

void report_trade(World& world, const Trade& trade) {
    std::set<std::string> seen{trade.owner};
    for (const auto& maker : trade.makers)
        seen.insert(maker.owner);
    seen.erase("");
    for (const auto& api_key : seen) {
        Json frame = trade_json(world, trade, api_key);
        frame.set("event_type", "trade");
        frame.set("type", "TRADE");
        frame.set("trade_owner", trade.owner);
        frame.set("timestamp", std::to_string(world.now_ms()));
        publish_user(world, api_key, world.tokens.at(trade.token).condition, frame);
    }
}

}  // namespace polysim
