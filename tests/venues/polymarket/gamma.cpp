#include "tests/venues/polymarket/access.hpp"
#include "tests/venues/polymarket/venue.hpp"

#include <algorithm>

namespace polysim {
namespace {

constexpr std::size_t kKeysetMax = 100;

Micro price_in(const Market& market, const Token& token) {
    if (market.winner == -2) return kOne / static_cast<Micro>(market.tokens.size());
    if (market.winner >= 0) return market.winner == token.index ? kOne : 0;
    const auto bid = token.book.best(Side::Buy);
    const auto ask = token.book.best(Side::Sell);
    if (bid && ask) return (*bid + *ask) / 2;
    return token.last_price == 0 ? kOne / 2 : token.last_price;
}

/// "2026-03-19 23:20:15+00".
std::string closed_text(std::int64_t seconds) {
    std::string text = iso_text(seconds);
    text.replace(10, 1, " ");
    return text.replace(text.size() - 1, 1, "+00");
}

std::string tag_id(const World& world, const std::string& tag) {
    const auto found = std::find(world.tags.begin(), world.tags.end(), tag);
    return std::to_string(found - world.tags.begin() + 1);
}

std::string slug_of(std::string label) {
    for (char& c : label) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
        if (c == ' ') c = '-';
    }
    return label;
}

Json tags_json(const World& world, const std::vector<std::string>& tags) {
    Json list = Json::array();
    for (const auto& tag : tags) {
        list.push(
            Json::object({{"id", tag_id(world, tag)}, {"label", tag}, {"slug", slug_of(tag)}}));
    }
    return list;
}

Json event_head(const World& world, const Market& market) {
    return Json::object({{"id", world.event_ids.at(market.event_slug)},
                         {"slug", market.event_slug},
                         {"title", market.question},
                         {"active", true},
                         {"closed", market.closed},
                         {"archived", false},
                         {"negRisk", market.neg_risk}});
}

Json best_of(const Token& token, Side side) {
    const auto best = token.book.best(side);
    return Json::number(micro_text(best ? *best : side == Side::Buy ? 0 : kOne));
}

Json market_json(const World& world, const Market& market) {
    Json outcomes = Json::array();
    Json prices = Json::array();
    for (const auto& id : market.tokens) {
        const Token& token = world.tokens.at(id);
        outcomes.push(token.outcome);
        prices.push(micro_text(price_in(market, token)));
    }
    const std::string ids = Json::texts(market.tokens).dump();
    const Token& first = world.tokens.at(market.tokens.front());
    Json row = Json::object({{"id", market.id},
                             {"question", market.question},
                             {"conditionId", market.condition},
                             {"slug", market.slug},
                             {"endDate", iso_text(market.end_s)},
                             {"createdAt", iso_text(market.created_s)},
                             {"outcomes", outcomes.dump()},
                             {"outcomePrices", prices.dump()},
                             {"active", true},
                             {"closed", market.closed},
                             {"archived", false},
                             {"version", market.protocol_v2 ? "v2" : "v1"},
                             {"enableOrderBook", market.order_book},
                             {"acceptingOrders", market.accepting},
                             {"orderPriceMinTickSize", Json::number(micro_text(market.tick))},
                             {"orderMinSize", Json::number(micro_text(market.min_size))},
                             {"negRisk", market.neg_risk},
                             {"secondsDelay", market.delay_s},
                             {"feesEnabled", market.fee_rate > 0},
                             {"makerBaseFee", 1000},
                             {"takerBaseFee", 1000},
                             {"bestBid", best_of(first, Side::Buy)},
                             {"bestAsk", best_of(first, Side::Sell)},
                             {"lastTradePrice", Json::number(micro_text(first.last_price))},
                             {"events", Json::array().push(event_head(world, market))},
                             {"tags", tags_json(world, market.tags)}});
    row.set(market.protocol_v2 ? "positionIds" : "clobTokenIds", market.order_book ? ids : "[]");
    if (market.protocol_v2) row.set("clobTokenIds", market.order_book ? ids : "[]");
    if (market.fee_rate > 0) {
        row.set("feeSchedule",
                Json::object({{"rate", Json::number(micro_text(market.fee_rate))},
                              {"exponent", market.fee_exponent},
                              {"takerOnly", true},
                              {"rebateRate", 0}}));
    }
    if (market.closed) row.set("closedTime", closed_text(market.closed_s));
    if (market.winner != -1) row.set("umaResolutionStatus", "resolved");
    return row;
}

Json event_json(const World& world, const std::string& slug) {
    Json event;
    Json markets = Json::array();
    bool open = false;
    for (const auto& [condition, market] : world.markets) {
        if (market.event_slug != slug) continue;
        if (event.is_null()) {
            event = event_head(world, market);
            event.set("tags", tags_json(world, market.tags));
            event.set("endDate", iso_text(market.end_s));
        }
        open = open || !market.closed;
        markets.push(market_json(world, market));
    }
    if (event.is_null()) return event;
    event.set("closed", !open);
    return event.set("markets", markets);
}

/// No such name in the query, or one of its values equal.
bool among(const Query& query, const std::string& name, const std::string& value) {
    const auto [begin, end] = query.equal_range(name);
    return begin == end ||
           std::any_of(begin, end, [&](const auto& entry) { return entry.second == value; });
}

bool any_among(const Query& query,
               const std::string& name,
               const std::vector<std::string>& values) {
    return query.count(name) == 0 ||
           std::any_of(values.begin(), values.end(), [&](const auto& value) {
               return among(query, name, value);
           });
}

bool wanted(const World& world, const Market& market, const Query& query) {
    std::vector<std::string> tags;
    for (const auto& tag : market.tags)
        tags.push_back(tag_id(world, tag));
    const std::string closed = query_value(query, "closed");
    const std::string archived = query_value(query, "archived");
    const std::string active = query_value(query, "active");
    return market.closed == (closed == "true") && archived != "true" && active != "false" &&
           among(query, "id", market.id) && among(query, "slug", market.slug) &&
           among(query, "condition_ids", market.condition) &&
           any_among(query, "clob_token_ids", market.tokens) && any_among(query, "tag_id", tags);
}

/// Markets by Gamma's number, newest last unless the query turns that round.
std::vector<const Market*> chosen(const World& world, const Query& query) {
    std::vector<const Market*> list;
    for (const auto& [condition, market] : world.markets) {
        if (wanted(world, market, query)) list.push_back(&market);
    }
    std::sort(
        list.begin(), list.end(), [](const Market* a, const Market* b) { return a->id < b->id; });
    if (query_value(query, "ascending") == "false") std::reverse(list.begin(), list.end());
    return list;
}

std::vector<Json> rows_of(const World& world, const Query& query, const std::string& kind) {
    std::vector<Json> rows;
    std::set<std::string> seen;
    for (const Market* market : chosen(world, query)) {
        if (kind == "markets") {
            rows.push_back(market_json(world, *market));
        } else if (seen.insert(market->event_slug).second) {
            rows.push_back(event_json(world, market->event_slug));
        }
    }
    return rows;
}

Json slice(const std::vector<Json>& rows, std::size_t first, std::size_t count) {
    Json list = Json::array();
    for (std::size_t i = first; i < rows.size() && list.size() < count; ++i)
        list.push(rows[i]);
    return list;
}

std::size_t number_in(const Query& query, const std::string& name, std::size_t fallback) {
    const auto number = units_from(query_value(query, name));
    return number ? static_cast<std::size_t>(*number) : fallback;
}

Response keyset(const World& world, const Query& query, const std::string& kind) {
    if (query.count("offset") > 0) return error_answer(422, "offset is not supported");
    const std::size_t limit = number_in(query, "limit", 20);
    if (limit > kKeysetMax) return error_answer(422, "limit is at most 100");
    const auto rows = rows_of(world, query, kind);
    const auto cursor = from_base64(query_value(query, "after_cursor")).value_or(Bytes{});
    const auto first =
        static_cast<std::size_t>(units_from(std::string{cursor.begin(), cursor.end()}).value_or(0));
    Json page = Json::object({{kind, slice(rows, first, limit)}});
    const std::string next = std::to_string(first + limit);
    if (first + limit < rows.size()) {
        page.set("next_cursor", to_base64_url({next.begin(), next.end()}));
    }
    return json_answer(page);
}

Response listing(const World& world, const Query& query, const std::string& kind) {
    return json_answer(slice(
        rows_of(world, query, kind), number_in(query, "offset", 0), number_in(query, "limit", 20)));
}

Response one(const World& world, const std::string& kind, const std::string& name, bool by_slug) {
    for (const auto& [condition, market] : world.markets) {
        if (kind == "markets" && (by_slug ? market.slug : market.id) == name) {
            return json_answer(market_json(world, market));
        }
        const Json head = event_head(world, market);
        if (kind == "events" && head[by_slug ? "slug" : "id"].text() == name) {
            return json_answer(event_json(world, market.event_slug));
        }
    }
    return error_answer(404, "not found");
}

}  // namespace

Response serve_gamma(World& world, const Request& request) {
    const Query query = parse_query(request.query);
    const std::string& path = request.path;
    if (request.method != "GET") return error_answer(405, "method not allowed");
    if (path == "/tags") return json_answer(tags_json(world, world.tags));
    if (path.rfind("/tags/slug/", 0) == 0) {
        const Json tags = tags_json(world, world.tags);
        for (const auto& tag : tags.items()) {
            if (tag["slug"].text() == path.substr(11)) return json_answer(tag);
        }
        return error_answer(404, "tag not found");
    }
    for (const std::string kind : {"markets", "events"}) {
        const std::string base = "/" + kind;
        if (path == base) return listing(world, query, kind);
        if (path == base + "/keyset") return keyset(world, query, kind);
        if (path.rfind(base + "/slug/", 0) == 0) {
            return one(world, kind, path.substr(base.size() + 6), true);
        }
        if (path.rfind(base + "/", 0) == 0) {
            return one(world, kind, path.substr(base.size() + 1), false);
        }
    }
    return error_answer(404, "not found");
}

}  // namespace polysim
