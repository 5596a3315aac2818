#include "tests/venues/polymarket/clob.hpp"

#include "tests/venues/polymarket/access.hpp"
#include "tests/venues/polymarket/reports.hpp"
#include "tests/venues/polymarket/trading.hpp"

#include <algorithm>

namespace polysim {
namespace {

constexpr std::size_t kBatchMax = 15;
constexpr std::size_t kCancelMax = 1000;

using Handler = Response (*)(World&, const ApiKey&, const Request&);

/// The modes in which nothing is placed, or nothing at all.
std::optional<Response> closed_for(World& world, const Request& request) {
    const bool places = request.method == "POST";
    if (world.settings.restart_until_ms > world.now_ms()) return Response{425, "", {}};
    if (world.settings.mode == "disabled") {
        return error_answer(503,
                            "Trading is currently disabled. Check for updates and retry later");
    }
    if (world.settings.mode == "cancel-only" && places) {
        return error_answer(503, "Trading is currently cancel-only. Only cancels are accepted");
    }
    return std::nullopt;
}

Response refusal_answer(const Refusal& refusal) {
    if (refusal.status != 503) return error_answer(refusal.status, refusal.text);
    Response answer = json_answer(
        Json::object(
            {{"error", refusal.text}, {"code", "post_only_mode"}, {"retry_after_seconds", 2}}),
        503);
    answer.headers.emplace_back("Retry-After", "2");
    return answer;
}

Response post_order(World& world, const ApiKey& key, const Request& request) {
    if (auto closed = closed_for(world, request)) return *closed;
    const auto body = Json::parse(request.body);
    if (!body || !body->is_object()) return error_answer(400, "Invalid order payload");
    const Placed placed = place(world, key, *body);
    return placed.refusal ? refusal_answer(placed.refusal) : json_answer(placed.answer);
}

Response post_orders(World& world, const ApiKey& key, const Request& request) {
    if (auto closed = closed_for(world, request)) return *closed;
    const auto body = Json::parse(request.body);
    if (!body || !body->is_array() || body->size() == 0) {
        return error_answer(400, "Invalid order payload");
    }
    if (body->size() > kBatchMax) {
        return error_answer(400,
                            "Too many orders in payload: " + std::to_string(body->size()) +
                                ", max allowed: " + std::to_string(kBatchMax));
    }
    Json answers = Json::array();
    for (const auto& posted : body->items()) {
        Placed placed = place(world, key, posted);
        if (placed.refusal) placed.answer.set("success", true);
        answers.push(placed.answer);
    }
    return json_answer(answers);
}

Response delete_order(World& world, const ApiKey& key, const Request& request) {
    if (auto closed = closed_for(world, request)) return *closed;
    const auto body = Json::parse(request.body);
    if (!body || !(*body)["orderID"].is_text()) return error_answer(400, "Invalid order payload");
    return json_answer(cancel_all(world, key, {(*body)["orderID"].text()}));
}

Response delete_orders(World& world, const ApiKey& key, const Request& request) {
    if (auto closed = closed_for(world, request)) return *closed;
    const auto body = Json::parse(request.body);
    if (!body || !body->is_array() || body->size() == 0 || body->size() > kCancelMax) {
        return error_answer(400, "Invalid order payload");
    }
    std::vector<std::string> ids;
    for (const auto& id : body->items())
        ids.push_back(id.text());
    return json_answer(cancel_all(world, key, ids));
}

Response delete_everything(World& world, const ApiKey& key, const Request& request) {
    if (auto closed = closed_for(world, request)) return *closed;
    return json_answer(cancel_all(world, key, open_ids(world, key.id)));
}

bool fits(const std::string& wanted, const std::string& value) {
    return wanted.empty() || wanted == value;
}

Response delete_of_market(World& world, const ApiKey& key, const Request& request) {
    if (auto closed = closed_for(world, request)) return *closed;
    const auto body = Json::parse(request.body);
    if (!body || !body->is_object()) return error_answer(400, "Invalid order payload");
    std::vector<std::string> ids;
    for (const auto& id : open_ids(world, key.id)) {
        const Order& order = world.orders.at(id);
        if (fits((*body)["asset_id"].text(), order.token) &&
            fits((*body)["market"].text(), world.tokens.at(order.token).condition)) {
            ids.push_back(id);
        }
    }
    return json_answer(cancel_all(world, key, ids));
}

Response get_orders(World& world, const ApiKey& key, const Request& request) {
    const Query query = parse_query(request.query);
    std::vector<Json> rows;
    for (const auto& id : open_ids(world, key.id)) {
        const Order& order = world.orders.at(id);
        if (fits(query_value(query, "id"), id) &&
            fits(query_value(query, "asset_id"), order.token) &&
            fits(query_value(query, "market"), world.tokens.at(order.token).condition)) {
            rows.push_back(order_json(world, order));
        }
    }
    return json_answer(page_of(world, rows, query_value(query, "next_cursor")));
}

Response get_order(World& world, const ApiKey& key, const Request& request) {
    const std::string id = request.path.substr(std::string{"/data/order/"}.size());
    const auto found = world.orders.find(id);
    if (found != world.orders.end() && found->second.owner == key.id && found->second.open()) {
        return json_answer(order_json(world, found->second));
    }
    if (world.settings.closed_order_is_404) return error_answer(404, "order not found");
    return json_answer(nullptr);
}

bool in_window(const Query& query, const Trade& trade) {
    const std::int64_t second = trade.match_ms / 1000;
    const auto before = units_from(query_value(query, "before"));
    const auto after = units_from(query_value(query, "after"));
    return (!before || second < *before) && (!after || second > *after);
}

Response get_trades(World& world, const ApiKey& key, const Request& request) {
    const Query query = parse_query(request.query);
    const auto maker = address_from(query_value(query, "maker_address"));
    std::vector<Json> rows;
    for (auto trade = world.trades.rbegin(); trade != world.trades.rend(); ++trade) {
        const bool of_maker =
            !maker || trade->taker == *maker ||
            std::any_of(trade->makers.begin(), trade->makers.end(), [&](const MakerFill& fill) {
                return fill.maker == *maker;
            });
        if (takes_part(*trade, key.id) && of_maker && in_window(query, *trade) &&
            fits(query_value(query, "id"), trade->id) &&
            fits(query_value(query, "asset_id"), trade->token) &&
            fits(query_value(query, "market"), world.tokens.at(trade->token).condition)) {
            rows.push_back(trade_json(world, *trade, key.id));
        }
    }
    return json_answer(page_of(world, rows, query_value(query, "next_cursor")));
}

Address wallet_of(const World& world, const ApiKey& key, const std::string& signature_type) {
    if (signature_type == "1") return proxy_wallet(key.address);
    if (signature_type == "2") return safe_wallet(key.address);
    if (signature_type == "3") {
        for (const auto& [wallet, owner] : world.deposit_owners) {
            if (owner == key.address) return wallet;
        }
    }
    return key.address;
}

Response get_balance(World& world, const ApiKey& key, const Request& request) {
    const Query query = parse_query(request.query);
    const std::string type = query_value(query, "asset_type");
    const Address wallet = wallet_of(world, key, query_value(query, "signature_type"));
    const auto contracts = Contracts::of(world.settings.chain_id);
    const bool collateral = type == "COLLATERAL";
    const std::string asset = collateral ? "pUSD" : query_value(query, "token_id");
    if (!collateral && world.token(asset) == nullptr) return error_answer(400, "Invalid token id");
    Json allowances = Json::object();
    const std::vector<Address> exchanges = type == "CONDITIONAL-V2"
                                               ? std::vector<Address>{contracts.exchange(3, false)}
                                               : std::vector<Address>{contracts.exchange(2, false),
                                                                      contracts.exchange(2, true),
                                                                      contracts.exchange(3, false)};
    for (const auto& exchange : exchanges) {
        Word allowed{};
        const auto& tokens =
            type == "CONDITIONAL-V2" ? contracts.position_manager : contracts.outcomes;
        if (!collateral && world.holdings.approvals.count({wallet, tokens, exchange}) > 0) {
            allowed.fill(0xFF);
        }
        const auto found = world.holdings.allowances.find({wallet, "pUSD", exchange});
        if (collateral && found != world.holdings.allowances.end()) allowed = found->second;
        allowances.set(to_text(exchange), to_decimal(allowed));
    }
    const Micro balance = world.holdings.look(wallet, asset).venue();
    return json_answer(Json::object(
        {{"balance", std::to_string(std::max<Micro>(0, balance))}, {"allowances", allowances}}));
}

Response post_heartbeat(World& world, const ApiKey& key, const Request& request) {
    Heartbeat& beat = world.heartbeats[key.id];
    const auto body = Json::parse(request.body);
    const bool legacy = request.path == "/heartbeats";
    if (!legacy && (!body || !(*body)["heartbeat_id"].is_text() ||
                    (*body)["heartbeat_id"].text() != (beat.deadline_ms == 0 ? "" : beat.id))) {
        return json_answer(Json::object({{"error_msg", "Invalid Heartbeat ID"},
                                         {"heartbeat_id", beat.deadline_ms == 0 ? "" : beat.id}}),
                           400);
    }
    beat.id = world.uuid();
    beat.deadline_ms = world.now_ms() + world.settings.heartbeat_ms;
    return json_answer(Json::object({{"heartbeat_id", beat.id}}));
}

Response list_keys(World& world, const ApiKey& key, const Request&) {
    Json ids = Json::array();
    for (const auto& [id, other] : world.keys) {
        if (other.address == key.address) ids.push(id);
    }
    return json_answer(Json::object({{"apiKeys", ids}}));
}

Response delete_key(World& world, const ApiKey& key, const Request&) {
    world.keys.erase(std::string{key.id});
    return json_answer("OK");
}

Response closed_only(World& world, const ApiKey& key, const Request&) {
    const auto ban = world.bans.find(to_text(key.address));
    return json_answer(Json::object({{"closed_only", ban != world.bans.end()}}));
}

Response scoring(World&, const ApiKey&, const Request& request) {
    if (request.method == "GET") return json_answer(Json::object({{"scoring", false}}));
    Json answer = Json::object();
    if (const auto ids = Json::parse(request.body)) {
        for (const auto& id : ids->items())
            answer.set(id.text(), false);
    }
    return json_answer(answer);
}

Response notifications(World&, const ApiKey&, const Request& request) {
    return request.method == "GET" ? json_answer(Json::array()) : json_answer("OK");
}

Handler private_handler(const Request& request) {
    if (request.method == "GET" && request.path.rfind("/data/order/", 0) == 0) return get_order;
    static const std::map<std::string, Handler> kHandlers = {
        {"POST /order", post_order},
        {"POST /orders", post_orders},
        {"DELETE /order", delete_order},
        {"DELETE /orders", delete_orders},
        {"DELETE /cancel-all", delete_everything},
        {"DELETE /cancel-market-orders", delete_of_market},
        {"GET /data/orders", get_orders},
        {"GET /data/trades", get_trades},
        {"GET /balance-allowance", get_balance},
        {"GET /balance-allowance/update", get_balance},
        {"POST /v1/heartbeats", post_heartbeat},
        {"POST /heartbeats", post_heartbeat},
        {"GET /auth/api-keys", list_keys},
        {"DELETE /auth/api-key", delete_key},
        {"GET /auth/ban-status/closed-only", closed_only},
        {"GET /order-scoring", scoring},
        {"POST /orders-scoring", scoring},
        {"GET /notifications", notifications},
        {"DELETE /notifications", notifications},
    };
    const auto found = kHandlers.find(request.method + " " + request.path);
    return found == kHandlers.end() ? nullptr : found->second;
}

}  // namespace

Json page_of(const World& world, const std::vector<Json>& rows, const std::string& cursor) {
    std::size_t first = 0;
    if (const auto bytes = from_base64(cursor); bytes && !cursor.empty()) {
        const auto offset = units_from(std::string{bytes->begin(), bytes->end()});
        first = offset ? static_cast<std::size_t>(*offset) : rows.size();
    }
    const std::size_t last =
        std::min(rows.size(), first + static_cast<std::size_t>(world.settings.page_size));
    Json data = Json::array();
    for (std::size_t i = first; i < last; ++i)
        data.push(rows[i]);
    const std::string next = std::to_string(last);
    return Json::object(
        {{"data", data},
         {"next_cursor", last < rows.size() ? to_base64_url({next.begin(), next.end()}) : "LTE="},
         {"limit", world.settings.page_size},
         {"count", static_cast<std::int64_t>(data.size())}});
}

Response serve_clob(World& world, const Request& request, LoggedRequest& entry) {
    if (request.method == "POST" && request.path == "/auth/api-key") {
        return create_key(world, request, entry);
    }
    if (request.method == "GET" && request.path == "/auth/derive-api-key") {
        return derive_key(world, request, entry);
    }
    if (const Handler handler = private_handler(request)) {
        const ApiKey* key = check_hmac(world, request, entry);
        if (key == nullptr) return error_answer(401, "Unauthorized/Invalid api key");
        return handler(world, *key, request);
    }
    if (auto answer = serve_public(world, request)) return *answer;
    return error_answer(404, "Not Found");
}

}  // namespace polysim
