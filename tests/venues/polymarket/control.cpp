#include "tests/venues/polymarket/control.hpp"

#include "tests/venues/polymarket/access.hpp"
#include "tests/venues/polymarket/feed.hpp"
#include "tests/venues/polymarket/trading.hpp"
#include "tests/venues/polymarket/venue.hpp"

#include <algorithm>

namespace polysim {
namespace {

using Handler = Response (*)(World&, const Json&);

Response done() {
    return json_answer(Json::object({{"ok", true}}));
}

Response bad(const std::string& text) {
    return error_answer(400, text);
}

Response control_book(World& world, const Json& body) {
    Token* token = world.token(body["token"].text());
    if (token == nullptr) return bad("unknown token");
    if (body["replace"].truth()) {
        for (auto& [id, order] : world.orders) {
            if (order.owner.empty() && order.token == token->id) cancel_order(world, order, "");
        }
    }
    for (const auto& [name, side] : {std::pair{"bids", Side::Buy}, std::pair{"asks", Side::Sell}}) {
        for (const auto& level : body[name].items()) {
            const auto price = micro_from(level["price"].text());
            const auto size = micro_from(level["size"].text());
            if (!price || !size || *size == 0) return bad("price and size are decimals");
            rest_house(world, *token, side, *price, *size);
        }
    }
    publish_book(world, *token);
    return done();
}

Response control_trade(World& world, const Json& body) {
    Token* token = world.token(body["token"].text());
    const auto price = micro_from(body["price"].text());
    const auto size = micro_from(body["size"].text());
    if (token == nullptr || !price || !size) return bad("token, price and size");
    const Side side = body["side"].text() == "SELL" ? Side::Sell : Side::Buy;
    const std::int64_t at_us = steady_us();
    const Micro matched = trade_house(world, *token, side, *price, *size);
    return json_answer(Json::object({{"matched", micro_text(matched)}, {"at_us", at_us}}));
}

void approve_everything(World& world, const Address& address) {
    const auto contracts = Contracts::of(world.settings.chain_id);
    Word unlimited;
    unlimited.fill(0xFF);
    for (const int version : {1, 2, 3}) {
        for (const bool neg_risk : {false, true}) {
            const Address exchange = contracts.exchange(version, neg_risk);
            world.holdings.allowances[{address, "pUSD", exchange}] = unlimited;
            world.holdings.approvals.insert({address, contracts.outcomes, exchange});
            world.holdings.approvals.insert({address, contracts.position_manager, exchange});
        }
    }
}

Response control_fund(World& world, const Json& body) {
    const auto address = address_from(body["address"].text());
    const auto amount = micro_from(body["amount"].text_or("0"));
    const std::string asset = body["asset"].text_or("pUSD");
    if (!address || !amount) return bad("address and amount");
    Holding& holding = world.holdings.at(*address, asset);
    const Micro change = body["set"].truth() ? *amount - holding.chain : *amount;
    holding.chain += change;
    world.holdings.at(house(), asset).chain -= change;
    if (body["approve"].truth()) approve_everything(world, *address);
    if (body["revoke"].truth()) {
        for (const char* spent : {"pUSD", "USDC.e", "USDC"}) {
            auto& all = world.holdings.allowances;
            for (auto at = all.begin(); at != all.end();) {
                const bool hit =
                    std::get<0>(at->first) == *address && std::get<1>(at->first) == spent;
                at = hit ? all.erase(at) : std::next(at);
            }
        }
        auto& all = world.holdings.approvals;
        for (auto at = all.begin(); at != all.end();) {
            at = std::get<0>(*at) == *address ? all.erase(at) : std::next(at);
        }
    }
    return done();
}

Response control_wallet(World& world, const Json& body) {
    const auto wallet = address_from(body["wallet"].text());
    const auto owner = address_from(body["owner"].text());
    if (!wallet || !owner) return bad("wallet and owner");
    world.deposit_owners[*wallet] = *owner;
    return done();
}

Response control_key(World& world, const Json& body) {
    const auto address = address_from(body["address"].text());
    if (!address) return bad("address");
    const ApiKey key{body["api_key"].text(),
                     body["secret"].text(),
                     body["passphrase"].text(),
                     *address,
                     body["nonce"].text_or("0")};
    world.keys[key.id] = key;
    return done();
}

Response control_clock(World& world, const Json& body) {
    if (body.has("skew_ms")) {
        world.frozen_ms.reset();
        world.skew_ms = body["skew_ms"].integer_or(0);
    }
    if (body.has("now_ms")) world.frozen_ms = body["now_ms"].integer_or(0);
    if (body.has("advance_ms") && world.frozen_ms) {
        *world.frozen_ms += body["advance_ms"].integer_or(0);
    }
    pass_time(world);
    return json_answer(Json::object({{"now_ms", world.now_ms()}}));
}

Response control_settle(World& world, const Json& body) {
    static const std::map<std::string, TradeStatus> kNames = {{"MINED", TradeStatus::Mined},
                                                              {"RETRYING", TradeStatus::Retrying},
                                                              {"CONFIRMED", TradeStatus::Confirmed},
                                                              {"FAILED", TradeStatus::Failed}};
    const auto status = kNames.find(body["status"].text());
    if (status == kNames.end()) return bad("status");
    const std::string wanted = body["trade"].text();
    std::int64_t moved = 0;
    for (auto& trade : world.trades) {
        if (wanted != "all" && wanted != trade.id) continue;
        settle(world, trade, status->second);
        ++moved;
    }
    return json_answer(Json::object({{"moved", moved}}));
}

Response control_ban(World& world, const Json& body) {
    const auto address = address_from(body["address"].text());
    if (!address) return bad("address");
    world.bans[to_text(*address)] = body["text"].text_or("address banned");
    if (body["lift"].truth()) world.bans.erase(to_text(*address));
    return done();
}

Response control_fault(World& world, const Json& body) {
    if (body["clear"].truth()) world.faults.clear();
    if (!body["action"].is_object()) return body["clear"].truth() ? done() : bad("action");
    world.faults.push_back({body["method"].text(),
                            body["path"].text(),
                            body["skip"].integer_or(0),
                            body["count"].integer_or(1),
                            body["action"]});
    return done();
}

Response control_rows(World& world, const Json& body) {
    const auto user = address_from(body["user"].text());
    if (!user || !body["rows"].is_array()) return bad("user and rows");
    Json& rows = world.wallets[body["kind"].text_or("activity") + "/" + to_text(*user)];
    if (!rows.is_array() || body["replace"].truth()) rows = Json::array();
    for (const auto& row : body["rows"].items())
        rows.push(row);
    return done();
}

Response control_rpc(World& world, const Json& body) {
    RpcNode& node = world.nodes[body["node"].text_or("0")];
    node.lag = body["lag"].integer_or(node.lag);
    if (body.has("down")) node.down = body["down"].truth();
    if (body.has("stale")) {
        node.stale.reset();
        if (body["stale"].truth()) node.stale = world.holdings;
        node.stale_block = world.block;
    }
    if (body.has("fixed")) node.fixed.clear();
    for (const auto& [method, answer] : body["fixed"].members())
        node.fixed[method] = answer;
    world.block = body["block"].integer_or(world.block);
    return done();
}

Response control_approve(World& world, const Json& body) {
    const auto address = address_from(body["address"].text());
    if (!address) return bad("address");
    approve_everything(world, *address);
    return done();
}

}  // namespace

Response serve_control(World& world, const Request& request) {
    static const std::map<std::string, Handler> kHandlers = {{"/market", control_market},
                                                             {"/resolve", control_resolve},
                                                             {"/book", control_book},
                                                             {"/trade", control_trade},
                                                             {"/fund", control_fund},
                                                             {"/approve", control_approve},
                                                             {"/wallet", control_wallet},
                                                             {"/key", control_key},
                                                             {"/clock", control_clock},
                                                             {"/settle", control_settle},
                                                             {"/ban", control_ban},
                                                             {"/fault", control_fault},
                                                             {"/rows", control_rows},
                                                             {"/rpc", control_rpc},
                                                             {"/settings", control_settings},
                                                             {"/session", control_session}};
    if (request.method == "GET" && request.path == "/ledger") {
        return json_answer(ledger_json(world, parse_query(request.query)));
    }
    const auto found = kHandlers.find(request.path);
    const auto body = Json::parse(request.body.empty() ? "{}" : request.body);
    if (request.method != "POST" || found == kHandlers.end())
        return error_answer(404, "no such control");
    if (!body || !body->is_object()) return bad("body is not a JSON object");
    return found->second(world, *body);
}

}  // namespace polysim
