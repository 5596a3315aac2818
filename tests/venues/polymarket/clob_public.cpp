#include "tests/venues/polymarket/access.hpp"
#include "tests/venues/polymarket/clob.hpp"
#include "tests/venues/polymarket/feed.hpp"

#include <algorithm>

namespace polysim {
namespace {

Response no_book() {
    return error_answer(404, "No orderbook exists for the requested token id");
}

/// A token whose market has a book.
const Token* booked(World& world, const std::string& id) {
    const Market* market = world.market_of(id);
    return market != nullptr && market->order_book ? world.token(id) : nullptr;
}

std::optional<Micro> midpoint(const Token& token) {
    const auto bid = token.book.best(Side::Buy);
    const auto ask = token.book.best(Side::Sell);
    if (!bid || !ask) return std::nullopt;
    return (*bid + *ask) / 2;
}

/// Best price at which a taker of the other side meets `side`: BUY shows the best bid.
std::string price_of(const Token& token, const std::string& side) {
    const auto best = token.book.best(side == "SELL" ? Side::Sell : Side::Buy);
    return best ? micro_text(*best) : "0";
}

using TokenAnswer = Json (*)(World&, const Token&, const std::string& side);

Json mid_json(World&, const Token& token, const std::string&) {
    const auto mid = midpoint(token);
    return Json::object({{"mid", mid ? micro_text(*mid) : std::string{"0"}}});
}

Json spread_json(World&, const Token& token, const std::string&) {
    const auto bid = token.book.best(Side::Buy);
    const auto ask = token.book.best(Side::Sell);
    return Json::object({{"spread", bid && ask ? micro_text(*ask - *bid) : std::string{"0"}}});
}

Json price_json(World&, const Token& token, const std::string& side) {
    return Json::object({{"price", price_of(token, side)}});
}

Json last_json(World&, const Token& token, const std::string&) {
    return Json::object({{"price", token.last_price == 0 ? "0.5" : micro_text(token.last_price)},
                         {"side", token.last_price == 0 ? "" : text_of(token.last_side)}});
}

Json full_book(World& world, const Token& token, const std::string&) {
    return book_json(world, token);
}

Json tick_json(World& world, const Token& token, const std::string&) {
    return Json::object(
        {{"minimum_tick_size", Json::number(micro_text(world.markets.at(token.condition).tick))}});
}

Json neg_risk_json(World& world, const Token& token, const std::string&) {
    return Json::object({{"neg_risk", world.markets.at(token.condition).neg_risk}});
}

Json fee_json(World& world, const Token& token, const std::string&) {
    return Json::object({{"base_fee", world.markets.at(token.condition).fee_rate / 100}});
}

Json parent_json(World&, const Token& token, const std::string&) {
    return Json::object({{"condition_id", token.condition}});
}

const std::map<std::string, TokenAnswer> kByToken = {
    {"/book", full_book},
    {"/price", price_json},
    {"/midpoint", mid_json},
    {"/spread", spread_json},
    {"/last-trade-price", last_json},
    {"/tick-size", tick_json},
    {"/neg-risk", neg_risk_json},
    {"/fee-rate", fee_json},
};

Response post_many(World& world, const Request& request) {
    const auto body = Json::parse(request.body);
    if (!body || !body->is_array()) return error_answer(400, "Invalid payload");
    const bool list = request.path == "/books" || request.path == "/last-trades-prices";
    Json answer = list ? Json::array() : Json::object();
    for (const auto& wanted : body->items()) {
        const Token* token = booked(world, wanted["token_id"].text());
        const std::string side = wanted["side"].text();
        if (token == nullptr) continue;
        if (request.path == "/books") answer.push(book_json(world, *token));
        if (request.path == "/last-trades-prices") {
            Json row = last_json(world, *token, side);
            answer.push(row.set("token_id", token->id));
        }
        if (request.path == "/prices") {
            answer.set(token->id, Json::object({{side, price_of(*token, side)}}));
        }
        if (request.path == "/midpoints") {
            answer.set(token->id, mid_json(world, *token, side)["mid"]);
        }
        if (request.path == "/spreads") {
            answer.set(token->id, spread_json(world, *token, side)["spread"]);
        }
    }
    return json_answer(answer);
}

Json market_json(const World& world, const Market& market) {
    Json tokens = Json::array();
    for (const auto& id : market.tokens) {
        const Token& token = world.tokens.at(id);
        const Micro price = market.winner == token.index ? kOne : token.last_price;
        tokens.push(Json::object({{"token_id", id},
                                  {"outcome", token.outcome},
                                  {"price", Json::number(micro_text(price))},
                                  {"winner", market.winner == token.index}}));
    }
    return Json::object({{"enable_order_book", market.order_book},
                         {"active", true},
                         {"closed", market.closed},
                         {"archived", false},
                         {"accepting_orders", market.accepting && !market.closed},
                         {"minimum_order_size", Json::number(micro_text(market.min_size))},
                         {"minimum_tick_size", Json::number(micro_text(market.tick))},
                         {"condition_id", market.condition},
                         {"question", market.question},
                         {"market_slug", market.slug},
                         {"end_date_iso", iso_text(market.end_s)},
                         {"seconds_delay", market.delay_s},
                         {"maker_base_fee", 0},
                         {"taker_base_fee", market.fee_rate / 100},
                         {"neg_risk", market.neg_risk},
                         {"tokens", tokens},
                         {"tags", Json::texts(market.tags)}});
}

Json compact_json(const World& world, const Market& market) {
    Json tokens = Json::array();
    for (const auto& id : market.tokens) {
        tokens.push(Json::object({{"t", id}, {"o", world.tokens.at(id).outcome}}));
    }
    Json answer = Json::object({{"c", market.condition},
                                {"t", tokens},
                                {"mts", Json::number(micro_text(market.tick))},
                                {"mos", Json::number(micro_text(market.min_size))},
                                {"ao", market.accepting && !market.closed},
                                {"cbos", market.order_book},
                                {"sd", market.delay_s},
                                {"mbf", 0},
                                {"tbf", market.fee_rate / 100},
                                {"fd",
                                 Json::object({{"r", Json::number(micro_text(market.fee_rate))},
                                               {"e", market.fee_exponent},
                                               {"to", true}})}});
    if (market.neg_risk) answer.set("nr", true);
    return answer;
}

Json simplified_json(const World& world, const Market& market) {
    const Json full = market_json(world, market);
    return Json::object({{"condition_id", market.condition},
                         {"tokens", full["tokens"]},
                         {"active", true},
                         {"closed", market.closed},
                         {"archived", false},
                         {"accepting_orders", full["accepting_orders"]}});
}

Response list_markets(World& world, const Request& request) {
    const bool simplified = request.path.find("simplified") != request.path.npos;
    std::vector<Json> rows;
    for (const auto& [condition, market] : world.markets) {
        if (!market.order_book) continue;
        rows.push_back(simplified ? simplified_json(world, market) : market_json(world, market));
    }
    return json_answer(
        page_of(world, rows, query_value(parse_query(request.query), "next_cursor")));
}

Response price_history(World& world, const Request& request) {
    const std::string id = query_value(parse_query(request.query), "market");
    Json points = Json::array();
    for (const auto& trade : world.trades) {
        if (trade.token != id) continue;
        points.push(Json::object(
            {{"t", trade.match_ms / 1000}, {"p", Json::number(micro_text(trade.price))}}));
    }
    return json_answer(Json::object({{"history", points}}));
}

/// `/name/ID` -> ID.
std::optional<std::string> after(const std::string& path, const std::string& prefix) {
    if (path.rfind(prefix, 0) != 0 || path.size() == prefix.size()) return std::nullopt;
    return path.substr(prefix.size());
}

std::optional<Response> serve_by_name(World& world, const std::string& path) {
    if (const auto id = after(path, "/markets-by-token/")) {
        const Token* token = booked(world, *id);
        return token == nullptr ? error_answer(404, "market not found")
                                : json_answer(parent_json(world, *token, ""));
    }
    for (const char* prefix : {"/markets/", "/clob-markets/"}) {
        const auto condition = after(path, prefix);
        if (!condition) continue;
        const auto found = world.markets.find(*condition);
        if (found == world.markets.end() || !found->second.order_book) {
            return error_answer(404, "market not found");
        }
        return json_answer(prefix[1] == 'm' ? market_json(world, found->second)
                                            : compact_json(world, found->second));
    }
    return std::nullopt;
}

}  // namespace

std::optional<Response> serve_public(World& world, const Request& request) {
    const std::string& path = request.path;
    if (request.method == "POST") {
        for (const char* name :
             {"/books", "/prices", "/midpoints", "/spreads", "/last-trades-prices"}) {
            if (path == name) return post_many(world, request);
        }
        return std::nullopt;
    }
    if (request.method != "GET") return std::nullopt;
    if (path == "/ok" || path == "/") return json_answer("OK");
    if (path == "/time") return json_answer(world.now_ms() / 1000);
    if (path == "/version") {
        return json_answer(Json::object({{"version", world.settings.order_version}}));
    }
    if (path == "/markets" || path == "/simplified-markets" || path == "/sampling-markets" ||
        path == "/sampling-simplified-markets") {
        return list_markets(world, request);
    }
    if (path == "/prices-history") return price_history(world, request);
    if (const auto found = kByToken.find(path); found != kByToken.end()) {
        const Query query = parse_query(request.query);
        const Token* token = booked(world, query_value(query, "token_id"));
        if (token == nullptr) return no_book();
        return json_answer(found->second(world, *token, query_value(query, "side")));
    }
    return serve_by_name(world, path);
}

}  // namespace polysim
