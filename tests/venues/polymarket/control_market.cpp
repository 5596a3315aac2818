#include "tests/venues/polymarket/access.hpp"
#include "tests/venues/polymarket/control.hpp"
#include "tests/venues/polymarket/crypto.hpp"
#include "tests/venues/polymarket/feed.hpp"
#include "tests/venues/polymarket/trading.hpp"

#include <algorithm>

namespace polysim {
namespace {

std::string stamp(const World& world) {
    return std::to_string(world.now_ms());
}

std::vector<std::string> texts_of(const Json& list) {
    std::vector<std::string> texts;
    for (const auto& item : list.items())
        texts.push_back(item.text());
    return texts;
}

Json outcomes_of(const World& world, const Market& market) {
    Json names = Json::array();
    for (const auto& id : market.tokens)
        names.push(world.tokens.at(id).outcome);
    return names;
}

void announce(World& world, const Market& market) {
    publish_market(world,
                   "",
                   Json::object({{"event_type", "new_market"},
                                 {"id", market.id},
                                 {"question", market.question},
                                 {"market", market.condition},
                                 {"slug", market.slug},
                                 {"assets_ids", Json::texts(market.tokens)},
                                 {"outcomes", outcomes_of(world, market)},
                                 {"timestamp", stamp(world)},
                                 {"tags", Json::texts(market.tags)},
                                 {"condition_id", market.condition},
                                 {"active", true},
                                 {"clob_token_ids", Json::texts(market.tokens)},
                                 {"order_price_min_tick_size", micro_text(market.tick)}}),
                   Audience::Custom);
}

/// Random id, or one that is recognisably of Protocol V2: class on top, outcome below.
std::string make_token_id(World& world, const Market& market, int outcome) {
    Word id = *word_from_hex(world.random_hex(32));
    id[0] |= 0x10;
    if (market.protocol_v2) {
        id[0] = market.neg_risk ? 2 : 1;
        for (std::size_t i = 19; i < 27; ++i)
            id[i] = 0;
        id[31] = static_cast<std::uint8_t>(outcome);
    }
    return to_decimal(id);
}

Market& make_market(World& world, const Json& body) {
    Market market;
    market.protocol_v2 = body["version"].text() == "v2";
    market.neg_risk = body["neg_risk"].truth();
    market.condition = body["condition"].text_or(world.random_hex(market.protocol_v2 ? 31 : 32));
    market.id = std::to_string(500'000 + world.markets.size());
    market.slug = "market-" + market.id;
    market.event_slug = "event-" + market.id;
    market.question = "Will it happen?";
    market.created_s = world.now_ms() / 1000;
    market.end_s = market.created_s + 86'400;
    const auto outcomes =
        body.has("outcomes") ? texts_of(body["outcomes"]) : std::vector<std::string>{"Yes", "No"};
    const auto ids = texts_of(body["tokens"]);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        const int index = static_cast<int>(i);
        const std::string id = i < ids.size() ? ids[i] : make_token_id(world, market, index);
        Token& token = world.tokens[id];
        token.id = id;
        token.outcome = outcomes[i];
        token.index = index;
        token.condition = market.condition;
        market.tokens.push_back(id);
    }
    return world.markets[market.condition] = market;
}

void change_tick(World& world, Market& market, Micro tick) {
    const Micro old = market.tick;
    market.tick = tick;
    if (old == tick) return;
    for (const auto& id : market.tokens) {
        publish_market(world,
                       id,
                       Json::object({{"event_type", "tick_size_change"},
                                     {"market", market.condition},
                                     {"asset_id", id},
                                     {"old_tick_size", micro_text(old)},
                                     {"new_tick_size", micro_text(tick)},
                                     {"timestamp", stamp(world)}}),
                       Audience::Everyone);
        publish_book(world, world.tokens.at(id));
    }
}

void apply_members(World& world, Market& market, const Json& body) {
    const auto micro = [&](const char* name, Micro& value) {
        if (const auto read = micro_from(body[name].text())) value = *read;
    };
    const auto text = [&](const char* name, std::string& value) {
        if (body[name].is_text()) value = body[name].text();
    };
    const auto flag = [&](const char* name, bool& value) {
        if (body.has(name)) value = body[name].truth();
    };
    const auto number = [&](const char* name, std::int64_t& value) {
        value = body[name].integer_or(value);
    };
    text("question", market.question);
    text("slug", market.slug);
    text("event_slug", market.event_slug);
    if (body.has("tags")) market.tags = texts_of(body["tags"]);
    for (const auto& tag : market.tags) {
        if (std::find(world.tags.begin(), world.tags.end(), tag) == world.tags.end()) {
            world.tags.push_back(tag);
        }
    }
    micro("min_size", market.min_size);
    micro("fee_rate", market.fee_rate);
    flag("neg_risk", market.neg_risk);
    flag("accepting", market.accepting);
    flag("order_book", market.order_book);
    number("delay_s", market.delay_s);
    number("end_s", market.end_s);
    market.fee_exponent = static_cast<int>(body["fee_exponent"].integer_or(market.fee_exponent));
    if (const auto tick = micro_from(body["tick"].text())) change_tick(world, market, *tick);
    if (body.has("closed")) {
        market.closed = body["closed"].truth();
        market.closed_s = market.closed ? world.now_ms() / 1000 : 0;
    }
}

void cancel_market(World& world, const Market& market) {
    for (auto& [id, order] : world.orders) {
        if (world.tokens.at(order.token).condition == market.condition) {
            cancel_order(world, order, "MARKET_RESOLVED");
        }
    }
}

}  // namespace

Response control_market(World& world, const Json& body) {
    const auto found = world.markets.find(body["condition"].text());
    const bool fresh = found == world.markets.end();
    Market& market = fresh ? make_market(world, body) : found->second;
    apply_members(world, market, body);
    world.event_ids.emplace(market.event_slug, std::to_string(90'000 + world.event_ids.size()));
    if (fresh) announce(world, market);
    return json_answer(Json::object({{"condition", market.condition},
                                     {"tokens", Json::texts(market.tokens)},
                                     {"slug", market.slug},
                                     {"id", market.id}}));
}

Response control_resolve(World& world, const Json& body) {
    const auto found = world.markets.find(body["condition"].text());
    if (found == world.markets.end()) return error_answer(400, "unknown market");
    Market& market = found->second;
    market.winner = static_cast<int>(body["winner"].integer_or(0));
    market.closed = true;
    market.accepting = false;
    market.closed_s = world.now_ms() / 1000;
    cancel_market(world, market);
    const bool split = market.winner < 0;
    const std::string id = split ? "" : market.tokens.at(static_cast<std::size_t>(market.winner));
    publish_market(world,
                   "",
                   Json::object({{"event_type", "market_resolved"},
                                 {"id", market.id},
                                 {"market", market.condition},
                                 {"assets_ids", Json::texts(market.tokens)},
                                 {"winning_asset_id", id},
                                 {"winning_outcome", split ? "" : world.tokens.at(id).outcome},
                                 {"timestamp", stamp(world)},
                                 {"tags", Json::texts(market.tags)}}),
                   Audience::Custom);
    return json_answer(Json::object({{"ok", true}}));
}

}  // namespace polysim
