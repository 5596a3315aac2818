#include "tests/venues/polymarket/access.hpp"
#include "tests/venues/polymarket/chain.hpp"
#include "tests/venues/polymarket/trading.hpp"
#include "tests/venues/polymarket/venue.hpp"

#include <algorithm>

namespace polysim {
namespace {

using Rows = std::vector<Json>;

Json number(Micro value) {
    return Json::number(micro_text(value));
}

void add_fill(const World& world,
              Rows& rows,
              const Trade& trade,
              const Address& wallet,
              Side side,
              Micro size,
              bool taker) {
    const Token& token = world.tokens.at(trade.token);
    const Market& market = world.markets.at(token.condition);
    rows.push_back(Json::object({{"proxyWallet", to_text(wallet)},
                                 {"side", text_of(side)},
                                 {"asset", trade.token},
                                 {"conditionId", token.condition},
                                 {"size", number(size)},
                                 {"usdcSize", number(notional_of(trade.price, size))},
                                 {"price", number(trade.price)},
                                 {"timestamp", trade.match_ms / 1000},
                                 {"title", market.question},
                                 {"slug", market.slug},
                                 {"icon", ""},
                                 {"eventSlug", market.event_slug},
                                 {"outcome", token.outcome},
                                 {"outcomeIndex", token.index},
                                 {"name", ""},
                                 {"pseudonym", ""},
                                 {"type", "TRADE"},
                                 {"transactionHash", trade.hash},
                                 {"taker", taker}}));
}

/// Fills on this venue, as far as they are on the chain.
Rows fills_of(const World& world, const Address& user) {
    Rows rows;
    for (const auto& trade : world.trades) {
        if (trade.status != TradeStatus::Mined && trade.status != TradeStatus::Confirmed) continue;
        if (trade.taker == user) {
            add_fill(world, rows, trade, user, trade.side, trade.size, true);
        }
        for (const auto& maker : trade.makers) {
            if (maker.maker != user) continue;
            add_fill(world, rows, trade, user, other(trade.side), maker.amount, false);
        }
    }
    return rows;
}

Rows injected(const World& world, const std::string& kind, const Address& user) {
    const auto found = world.wallets.find(kind + "/" + to_text(user));
    return found == world.wallets.end() ? Rows{} : found->second.items();
}

Rows positions_of(const World& world, const Address& user) {
    Rows rows = injected(world, "positions", user);
    for (const auto& [key, holding] : world.holdings.all()) {
        const auto token = world.tokens.find(key.second);
        if (key.first != user || token == world.tokens.end() || holding.chain == 0) continue;
        const Market& market = world.markets.at(token->second.condition);
        const auto payout = payout_of(market, token->second.index);
        const Micro price = payout.value_or(token->second.last_price);
        const Micro value = notional_of(price, holding.chain);
        rows.push_back(Json::object({{"proxyWallet", to_text(user)},
                                     {"asset", key.second},
                                     {"conditionId", market.condition},
                                     {"size", number(holding.chain)},
                                     {"avgPrice", number(price)},
                                     {"initialValue", number(value)},
                                     {"currentValue", number(value)},
                                     {"cashPnl", 0},
                                     {"percentPnl", 0},
                                     {"totalBought", number(holding.chain)},
                                     {"realizedPnl", 0},
                                     {"percentRealizedPnl", 0},
                                     {"curPrice", number(price)},
                                     {"redeemable", payout.has_value()},
                                     {"mergeable", false},
                                     {"title", market.question},
                                     {"slug", market.slug},
                                     {"icon", ""},
                                     {"eventSlug", market.event_slug},
                                     {"outcome", token->second.outcome},
                                     {"outcomeIndex", token->second.index},
                                     {"endDate", iso_text(market.end_s)},
                                     {"negativeRisk", market.neg_risk}}));
    }
    return rows;
}

/// "a,b" names `value`, or nothing is asked for.
bool listed(const std::string& list, const std::string& value) {
    return list.empty() || ("," + list + ",").find("," + value + ",") != std::string::npos;
}

bool wanted(const Json& row, const Query& query) {
    const std::string market = query_value(query, "market") + query_value(query, "condition");
    const auto start = units_from(query_value(query, "start"));
    const auto end = units_from(query_value(query, "end"));
    const std::int64_t at = row["timestamp"].integer_or(0);
    const std::string side = query_value(query, "side");
    return listed(market, row["conditionId"].text()) &&
           listed(query_value(query, "type"), row["type"].text_or("TRADE")) &&
           (side.empty() || side == row["side"].text()) && (!start || at >= *start) &&
           (!end || at <= *end);
}

/// `kind` as in the path; newest first unless the query says ASC.
Rows rows_of(const World& world, const std::string& kind, const Address& user, const Query& query) {
    if (kind == "positions" || kind == "closed-positions") {
        return kind == "positions" ? positions_of(world, user) : injected(world, kind, user);
    }
    Rows rows = fills_of(world, user);
    for (const auto& row : injected(world, "activity", user))
        rows.push_back(row);
    const bool takers = kind == "trades" && query_value(query, "takerOnly") != "false";
    rows.erase(std::remove_if(rows.begin(),
                              rows.end(),
                              [&](const Json& row) {
                                  const bool maker = row.has("taker") && !row["taker"].truth();
                                  const bool trade = row["type"].text_or("TRADE") == "TRADE";
                                  return !wanted(row, query) || (takers && maker) ||
                                         (kind == "trades" && !trade);
                              }),
               rows.end());
    const bool ascending = query_value(query, "sortDirection") == "ASC";
    std::stable_sort(rows.begin(), rows.end(), [&](const Json& a, const Json& b) {
        const auto left = a["timestamp"].integer_or(0);
        const auto right = b["timestamp"].integer_or(0);
        return ascending ? left < right : left > right;
    });
    return rows;
}

Json without_mark(const Json& row) {
    Json out = Json::object();
    for (const auto& [name, value] : row.members()) {
        if (name != "taker") out.set(name, value);
    }
    return out;
}

Micro value_of(const World& world, const Address& user) {
    Micro total = 0;
    for (const auto& row : positions_of(world, user)) {
        total += micro_from(row["currentValue"].text()).value_or(0);
    }
    return total;
}

Json cut(const Rows& rows, std::size_t first, std::size_t limit) {
    Json list = Json::array();
    for (std::size_t i = first; i < rows.size() && list.size() < limit; ++i) {
        list.push(without_mark(rows[i]));
    }
    return list;
}

Response first_version(const World& world,
                       const std::string& kind,
                       const Address& user,
                       const Query& query) {
    const std::int64_t limit_max = kind == "closed-positions" ? 50 : 500;
    const auto limit = units_from(query_value(query, "limit")).value_or(limit_max == 50 ? 10 : 100);
    const auto offset = units_from(query_value(query, "offset")).value_or(0);
    if (limit > limit_max || offset > 10'000) return error_answer(400, "invalid limit or offset");
    if (kind == "value") {
        return json_answer(Json::array().push(
            Json::object({{"user", to_text(user)}, {"value", number(value_of(world, user))}})));
    }
    return json_answer(cut(rows_of(world, kind, user, query),
                           static_cast<std::size_t>(offset),
                           static_cast<std::size_t>(limit)));
}

std::string snake(const std::string& name) {
    static const std::map<std::string, std::string> kNames = {{"asset", "token_id"},
                                                              {"curPrice", "current_price"},
                                                              {"usdcSize", "usdc_size"},
                                                              {"initialValue", "entry_cost_usdc"},
                                                              {"negativeRisk", "negative_risk"}};
    if (const auto found = kNames.find(name); found != kNames.end()) return found->second;
    std::string out;
    for (const char c : name) {
        if (c >= 'A' && c <= 'Z') {
            out += '_';
            out += static_cast<char>(c + 32);
        } else {
            out += c;
        }
    }
    return out;
}

Json second_row(const Json& row, const std::string& kind) {
    Json out = Json::object();
    for (const auto& [name, value] : row.members()) {
        if (name != "taker") out.set(snake(name), value);
    }
    if (kind == "positions") {
        out.set("current_size", row["size"]);
        out.set("status", row["redeemable"].truth() ? "REDEEMABLE" : "OPEN");
    }
    return out;
}

Response second_error(int status, const char* code, const std::string& text) {
    return json_answer(
        Json::object(
            {{"error", text}, {"code", code}, {"retryable", status >= 429}, {"trace_id", "0"}}),
        status);
}

Response second_version(const World& world,
                        const std::string& kind,
                        const Address& user,
                        const Query& query) {
    if (query.count("offset") > 0) {
        return second_error(400, "invalid_request", "offset is not supported");
    }
    if (kind == "value") {
        return json_answer(
            Json::object({{"data",
                           Json::object({{"proxy_wallet", to_text(user)},
                                         {"value", number(value_of(world, user))}})}}));
    }
    const auto limit =
        static_cast<std::size_t>(units_from(query_value(query, "limit")).value_or(100));
    const auto cursor = from_base64(query_value(query, "cursor")).value_or(Bytes{});
    const auto first =
        static_cast<std::size_t>(units_from(std::string{cursor.begin(), cursor.end()}).value_or(0));
    const Rows rows = rows_of(world, kind, user, query);
    const std::string status = query_value(query, "status");
    Json data = Json::array();
    std::size_t at = first;
    for (; at < rows.size() && data.size() < limit; ++at) {
        Json row = second_row(rows[at], kind);
        if (status.empty() || status == row["status"].text()) data.push(row);
    }
    const bool more = at < rows.size();
    const std::string next = std::to_string(at);
    return json_answer(Json::object(
        {{"data", data},
         {"pagination",
          Json::object(
              {{"next_cursor", more ? Json{to_base64_url({next.begin(), next.end()})} : Json{}},
               {"has_more", more}})}}));
}

}  // namespace

Response serve_data_api(World& world, const Request& request) {
    const bool second = request.path.rfind("/v2/", 0) == 0;
    const std::string kind = request.path.substr(second ? 4 : 1);
    const Query query = parse_query(request.query);
    const auto user = address_from(query_value(query, "user"));
    const bool known = kind == "positions" || kind == "trades" || kind == "activity" ||
                       kind == "value" || kind == "closed-positions";
    if (request.method != "GET" || !known || (!second && !world.settings.data_v1)) {
        return second ? second_error(404, "not_found", "no such route")
                      : error_answer(404, "not found");
    }
    if (!user) {
        return second ? second_error(400, "invalid_request", "user is required")
                      : error_answer(400, "required query param 'user' not provided");
    }
    return second ? second_version(world, kind, *user, query)
                  : first_version(world, kind, *user, query);
}

}  // namespace polysim
