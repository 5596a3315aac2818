#include "tests/venues/polymarket/access.hpp"
#include "tests/venues/polymarket/control.hpp"
#include "tests/venues/polymarket/feed.hpp"
#include "tests/venues/polymarket/reports.hpp"

namespace polysim {
namespace {

/// One thing done to one session; false for an unknown action.
bool act(World& world, Session& session, const std::string& action, const Json& body) {
    const std::int64_t count = body["count"].integer_or(1);
    const auto push = [&](Push::Kind kind, std::string text) {
        world.pushes.push_back({session.id, kind, std::move(text), 0});
    };
    if (action == "close") {
        push(Push::Kind::Close, "");
    } else if (action == "reset") {
        push(Push::Kind::Reset, "");
    } else if (action == "silent") {  // neither data nor PONG
        session.silent = true;
        session.answers_ping = false;
    } else if (action == "ping_only") {
        session.silent = true;
    } else if (action == "no_pong") {
        session.answers_ping = false;
    } else if (action == "resume") {
        session = {.id = session.id,
                   .channel = session.channel,
                   .subscribed = session.subscribed,
                   .custom = session.custom,
                   .api_key = session.api_key,
                   .keys = session.keys};
    } else if (action == "drop") {
        session.drop = count;
    } else if (action == "duplicate") {
        session.duplicate = count;
    } else if (action == "swap") {
        session.swap = count;
    } else if (action == "delay") {
        session.delay_ms = body["ms"].integer_or(0);
    } else if (action == "text") {
        push(Push::Kind::Text, body["text"].text());
    } else if (action == "fragments") {
        push(Push::Kind::Fragments, body["text"].text());
    } else if (action == "ping") {
        push(Push::Kind::Ping, "");
    } else if (action == "utf8") {
        push(Push::Kind::Text, "{\"event_type\":\"\xC3\x28\"}");
    } else if (action == "huge") {
        push(Push::Kind::Text,
             "[" + std::string(static_cast<std::size_t>(body["bytes"].integer_or(64 << 20)), ' ') +
                 "]");
    } else {
        return false;
    }
    return true;
}

Json orders_json(const World& world) {
    Json list = Json::array();
    for (const auto& [id, order] : world.orders) {
        Json row = order_json(world, order);
        row.set("reserved", micro_text(order.reserved));
        row.set("post_only", order.post_only);
        list.push(row);
    }
    return list;
}

Json trades_json(const World& world) {
    Json list = Json::array();
    for (const auto& trade : world.trades) {
        Json row = trade_json(world, trade, trade.owner);
        list.push(row.set("fee", micro_text(trade.fee)));
    }
    return list;
}

Json balances_json(const World& world) {
    Json list = Json::array();
    for (const auto& [key, holding] : world.holdings.all()) {
        list.push(Json::object({{"address", to_text(key.first)},
                                {"asset", key.second},
                                {"chain", micro_text(holding.chain)},
                                {"venue", micro_text(holding.venue())},
                                {"reserved", micro_text(holding.reserved)}}));
    }
    return list;
}

Json requests_json(const World& world) {
    Json list = Json::array();
    for (const auto& entry : world.log) {
        list.push(Json::object({{"at_ms", entry.at_ms},
                                {"at_us", entry.at_us},
                                {"connection", entry.connection},
                                {"method", entry.method},
                                {"path", entry.path},
                                {"query", entry.query},
                                {"body_bytes", static_cast<std::int64_t>(entry.body_bytes)},
                                {"level", entry.level},
                                {"verified", entry.verified},
                                {"status", entry.status},
                                {"reason", entry.reason},
                                {"fault", entry.fault}}));
    }
    return list;
}

Json sessions_json(const World& world) {
    Json list = Json::array();
    for (const auto& [id, session] : world.sessions) {
        list.push(
            Json::object({{"id", id},
                          {"channel", session.channel == Channel::User ? "user" : "market"},
                          {"subscribed", session.subscribed},
                          {"api_key", session.api_key},
                          {"keys", Json::texts({session.keys.begin(), session.keys.end()})}}));
    }
    return list;
}

}  // namespace

Response control_session(World& world, const Json& body) {
    const std::string channel = body["channel"].text_or("all");
    std::int64_t touched = 0;
    for (auto& [id, session] : world.sessions) {
        const bool user = session.channel == Channel::User;
        if (channel != "all" && channel != (user ? "user" : "market")) continue;
        if (body.has("session") && body["session"].integer_or(0) != id) continue;
        if (!act(world, session, body["action"].text(), body)) {
            return error_answer(400, "unknown action");
        }
        ++touched;
    }
    return json_answer(Json::object({{"sessions", touched}}));
}

Response control_settings(World& world, const Json& body) {
    Settings& s = world.settings;
    const auto number = [&](const char* name, std::int64_t& value) {
        value = body[name].integer_or(value);
    };
    const auto flag = [&](const char* name, bool& value) {
        if (body.has(name)) value = body[name].truth();
    };
    s.chain_id = static_cast<std::uint64_t>(
        body["chain_id"].integer_or(static_cast<std::int64_t>(s.chain_id)));
    s.order_version = static_cast<int>(body["order_version"].integer_or(s.order_version));
    number("clock_tolerance_s", s.clock_tolerance_s);
    number("page_size", s.page_size);
    number("security_s", s.security_s);
    number("heartbeat_ms", s.heartbeat_ms);
    if (const auto least = micro_from(body["marketable_min"].text())) s.marketable_min = *least;
    flag("auto_settle", s.auto_settle);
    flag("revert", s.revert);
    number("mined_ms", s.mined_ms);
    number("confirmed_ms", s.confirmed_ms);
    flag("amount_buys", s.amount_buys);
    flag("hashes_in_answers", s.hashes_in_answers);
    flag("closed_order_is_404", s.closed_order_is_404);
    flag("book_after_trade", s.book_after_trade);
    flag("data_v1", s.data_v1);
    s.mode = body["mode"].text_or(s.mode);
    if (body.has("restart_ms"))
        s.restart_until_ms = world.now_ms() + body["restart_ms"].integer_or(0);
    return json_answer(Json::object({{"ok", true}}));
}

Json ledger_json(const World& world, const Query& query) {
    Json connections = Json::object();
    for (const auto& [name, count] : world.connections)
        connections.set(name, count);
    Json ledger = Json::object({{"now_ms", world.now_ms()},
                                {"orders", orders_json(world)},
                                {"trades", trades_json(world)},
                                {"balances", balances_json(world)},
                                {"sessions", sessions_json(world)},
                                {"connections", connections},
                                {"block", world.block}});
    Json transactions = Json::array();
    for (const auto& [hash, receipt] : world.receipts)
        transactions.push(hash);
    ledger.set("transactions", transactions);
    if (query_value(query, "requests") != "0") ledger.set("requests", requests_json(world));
    return ledger;
}

}  // namespace polysim
