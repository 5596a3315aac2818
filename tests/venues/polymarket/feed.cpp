#include "tests/venues/polymarket/feed.hpp"

#include "tests/venues/polymarket/crypto.hpp"

#include <algorithm>

namespace polysim {
namespace {

/// Worst first, best last, on both sides.
Json levels_json(const Token& token, Side side) {
    Json list = Json::array();
    const auto add = [&](Micro price) {
        list.push(Json::object(
            {{"price", micro_text(price)}, {"size", micro_text(token.book.level(side, price))}}));
    };
    const auto& levels = token.book.levels(side);
    if (side == Side::Buy) {
        for (auto level = levels.begin(); level != levels.end(); ++level)
            add(level->first);
    } else {
        for (auto level = levels.rbegin(); level != levels.rend(); ++level)
            add(level->first);
    }
    return list;
}

Json event(const char* type, Json body) {
    Json framed = Json::object({{"event_type", type}});
    for (const auto& [name, value] : body.members())
        framed.set(name, value);
    return framed;
}

std::vector<std::string> texts_of(const Json& list) {
    std::vector<std::string> texts;
    for (const auto& item : list.items())
        texts.push_back(item.text());
    return texts;
}

/// Beyond this many assets on one connection first snapshots stop coming.
constexpr std::size_t kSnapshotsMax = 500;

bool followed(const World& world, const std::string& token) {
    return std::any_of(world.sessions.begin(), world.sessions.end(), [&](const auto& entry) {
        return entry.second.channel == Channel::Market && entry.second.keys.count(token) > 0;
    });
}

void dump_books(World& world, Session& session, const std::vector<std::string>& tokens) {
    if (session.keys.size() > kSnapshotsMax) return;
    Json frames = Json::array();
    for (const auto& id : tokens) {
        if (const Token* token = world.token(id))
            frames.push(event("book", book_json(world, *token)));
    }
    if (frames.size() > 0) push_text(world, session, frames.dump());
}

bool knows_credentials(const World& world, const Json& auth) {
    const auto key = world.keys.find(auth["apiKey"].text());
    return key != world.keys.end() && same(key->second.secret, auth["secret"].text()) &&
           same(key->second.passphrase, auth["passphrase"].text());
}

void close_now(World& world, Session& session) {
    world.pushes.push_back({session.id, Push::Kind::Close, "", 0});
}

void first_frame(World& world, Session& session, const Json& frame) {
    const bool market = session.channel == Channel::Market;
    if (frame["type"].text() != (market ? "market" : "user")) return close_now(world, session);
    if (!market && !knows_credentials(world, frame["auth"])) return close_now(world, session);
    session.subscribed = true;
    const auto keys = texts_of(frame[market ? "assets_ids" : "markets"]);
    session.keys.insert(keys.begin(), keys.end());
    if (!market) {
        session.api_key = frame["auth"]["apiKey"].text();
        return;
    }
    session.custom = frame["custom_feature_enabled"].truth();
    if (!frame.has("initial_dump") || frame["initial_dump"].truth()) {
        dump_books(world, session, keys);
    }
}

void later_frame(World& world, Session& session, const Json& frame) {
    const bool market = session.channel == Channel::Market;
    const auto keys = texts_of(frame[market ? "assets_ids" : "markets"]);
    const std::string operation = frame["operation"].text();
    if (operation == "subscribe") {
        session.keys.insert(keys.begin(), keys.end());
        if (frame["custom_feature_enabled"].truth()) session.custom = true;
        if (market) dump_books(world, session, keys);
    } else if (operation == "unsubscribe") {
        for (const auto& key : keys)
            session.keys.erase(key);
    }
}

void queue_text(World& world, const Session& session, const std::string& text) {
    const std::int64_t due = session.delay_ms == 0 ? 0 : steady_ms() + session.delay_ms;
    world.pushes.push_back({session.id, Push::Kind::Text, text, due});
}

}  // namespace

void push_text(World& world, Session& session, const std::string& text) {
    if (session.silent) return;
    if (session.drop > 0) {
        --session.drop;
        return;
    }
    if (session.swap > 0 && session.held.empty()) {
        session.held = text;
        return;
    }
    queue_text(world, session, text);
    if (!session.held.empty()) {
        queue_text(world, session, session.held);
        session.held.clear();
        --session.swap;
    }
    if (session.duplicate > 0) {
        --session.duplicate;
        queue_text(world, session, text);
    }
}

int open_session(World& world, Channel channel) {
    const int id = world.next_id++;
    world.sessions[id] = {.id = id, .channel = channel};
    ++world.connections[channel == Channel::Market ? "ws_market" : "ws_user"];
    return id;
}

void close_session(World& world, int id) {
    world.sessions.erase(id);
}

void on_text(World& world, int id, const std::string& text) {
    const auto found = world.sessions.find(id);
    if (found == world.sessions.end()) return;
    Session& session = found->second;
    if (text == "PING") {
        if (session.answers_ping) world.pushes.push_back({id, Push::Kind::Text, "PONG", 0});
        return;
    }
    const auto frame = Json::parse(text);
    if (!frame || !frame->is_object()) {
        world.pushes.push_back({id, Push::Kind::Text, "INVALID OPERATION", 0});
        return;
    }
    if (session.subscribed) return later_frame(world, session, *frame);
    first_frame(world, session, *frame);
}

void publish_market(World& world, const std::string& token, const Json& body, Audience audience) {
    const std::string text = body.dump();
    for (auto& [id, session] : world.sessions) {
        if (session.channel != Channel::Market || !session.subscribed) continue;
        if (audience == Audience::Custom ? session.custom : session.keys.count(token) > 0) {
            push_text(world, session, text);
        }
    }
}

void publish_user(World& world,
                  const std::string& api_key,
                  const std::string& condition,
                  const Json& body) {
    const std::string text = body.dump();
    for (auto& [id, session] : world.sessions) {
        if (session.channel != Channel::User || session.api_key != api_key) continue;
        if (session.keys.empty() || session.keys.count(condition) > 0) {
            push_text(world, session, text);
        }
    }
}

Json book_json(World& world, const Token& token) {
    const Market& market = world.markets.at(token.condition);
    Json book =
        Json::object({{"market", market.condition},
                      {"asset_id", token.id},
                      {"timestamp", std::to_string(world.now_ms())},
                      {"hash", ""},
                      {"bids", levels_json(token, Side::Buy)},
                      {"asks", levels_json(token, Side::Sell)},
                      {"min_order_size", micro_text(market.min_size)},
                      {"tick_size", micro_text(market.tick)},
                      {"neg_risk", market.neg_risk},
                      {"last_trade_price",
                       token.last_price == 0 ? std::string{} : micro_text(token.last_price)}});
    return book.set("hash", sha1_hex(book.dump()));
}

void publish_book(World& world, const Token& token) {
    if (!followed(world, token.id)) return;
    publish_market(world, token.id, event("book", book_json(world, token)), Audience::Everyone);
}

void publish_levels(World& world, const Token& token, const std::vector<LevelChange>& changes) {
    if (!followed(world, token.id)) return;
    const auto best = [&](Side side) {
        const auto price = token.book.best(side);
        return price ? micro_text(*price) : std::string{side == Side::Buy ? "0" : "1"};
    };
    const std::string hash = book_json(world, token)["hash"].text();
    Json list = Json::array();
    for (const auto& change : changes) {
        list.push(Json::object({{"asset_id", token.id},
                                {"price", micro_text(change.price)},
                                {"size", micro_text(token.book.level(change.side, change.price))},
                                {"side", text_of(change.side)},
                                {"hash", hash},
                                {"best_bid", best(Side::Buy)},
                                {"best_ask", best(Side::Sell)}}));
    }
    publish_market(world,
                   token.id,
                   event("price_change",
                         Json::object({{"market", token.condition},
                                       {"timestamp", std::to_string(world.now_ms())},
                                       {"price_changes", list}})),
                   Audience::Everyone);
}

}  // namespace polysim
