#include "tests/venues/polymarket/trader.hpp"

#include "tests/venues/polymarket/crypto.hpp"
#include "tests/venues/polymarket/trading.hpp"

namespace polysim {

Response ask(World& world, const Request& request) {
    Delivery delivery;
    return serve(world, request, delivery);
}

Json turn(World& world, const std::string& name, const Json& body) {
    Request request;
    request.method = "POST";
    request.path = "/control/" + name;
    request.body = body.dump();
    return Json::parse(ask(world, request).body).value_or(Json{});
}

Trader::Trader(World& world, std::uint8_t number) : world_{world} {
    secret_.fill(number);
    address_ = address_of_key(secret_);
}

void Trader::fund(const std::string& collateral) {
    turn(world_,
         "fund",
         Json::object({{"address", to_text(address_)}, {"amount", collateral}, {"approve", true}}));
}

void Trader::give(const std::string& token, const std::string& shares) {
    turn(world_,
         "fund",
         Json::object({{"address", to_text(address_)}, {"asset", token}, {"amount", shares}}));
}

Response Trader::create_key() {
    const std::string now = std::to_string(world_.now_ms() / 1000);
    Request request;
    request.method = "POST";
    request.path = "/auth/api-key";
    const Word digest = auth_digest(world_.settings.chain_id, address_, now, Word{});
    request.headers = {{"POLY_ADDRESS", to_text(address_)},
                       {"POLY_SIGNATURE", hex(sign(digest, secret_))},
                       {"POLY_TIMESTAMP", now},
                       {"POLY_NONCE", "0"}};
    const Response answer = ask(world_, request);
    if (const auto body = Json::parse(answer.body)) {
        key_ = {(*body)["apiKey"].text(),
                (*body)["secret"].text(),
                (*body)["passphrase"].text(),
                address_,
                "0"};
    }
    return answer;
}

Request Trader::request(const std::string& method,
                        const std::string& path,
                        const std::string& body,
                        const std::string& query) const {
    const std::string now = std::to_string(world_.now_ms() / 1000);
    Request request;
    request.method = method;
    request.path = path;
    request.query = query;
    request.body = body;
    const Bytes mac =
        hmac_sha256(from_base64(key_.secret).value_or(Bytes{}), now + method + path + body);
    request.headers = {{"POLY_ADDRESS", to_text(address_)},
                       {"POLY_SIGNATURE", to_base64_url(mac)},
                       {"POLY_TIMESTAMP", now},
                       {"POLY_API_KEY", key_.id},
                       {"POLY_PASSPHRASE", key_.passphrase}};
    return request;
}

Response Trader::call(const std::string& method,
                      const std::string& path,
                      const std::string& body,
                      const std::string& query) {
    return ask(world_, request(method, path, body, query));
}

Json Trader::signed_order(const Wish& wish) {
    const Micro size = micro_from(wish.size).value_or(0);
    const Micro worth = notional_of(micro_from(wish.price).value_or(0), size);
    const bool buys = wish.side == Side::Buy;
    const Micro maker = wish.maker_amount != 0 ? wish.maker_amount : buys ? worth : size;
    const Micro taker = wish.taker_amount != 0 ? wish.taker_amount : buys ? size : worth;
    const std::string now = std::to_string(world_.now_ms());
    SignedOrder order;
    order.version = wish.version;
    order.salt = word_of(static_cast<std::uint64_t>(++salt_));
    order.maker = order.signer = address_;
    order.token = word_from_decimal(wish.token).value_or(Word{});
    order.maker_amount = word_of(static_cast<std::uint64_t>(maker));
    order.taker_amount = word_of(static_cast<std::uint64_t>(taker));
    order.side = buys ? 0 : 1;
    order.timestamp = *word_from_decimal(now);
    const Address exchange =
        Contracts::of(world_.settings.chain_id).exchange(wish.version, wish.neg_risk);
    const Word domain = exchange_domain(wish.version, world_.settings.chain_id, exchange);
    const Bytes signature = sign(typed_digest(domain, order_struct_hash(order)), secret_);
    const Json body = Json::object({{"salt", salt_},
                                    {"maker", to_text(address_)},
                                    {"signer", to_text(address_)},
                                    {"tokenId", wish.token},
                                    {"makerAmount", std::to_string(maker)},
                                    {"takerAmount", std::to_string(taker)},
                                    {"side", text_of(wish.side)},
                                    {"signatureType", 0},
                                    {"timestamp", now},
                                    {"expiration", std::to_string(wish.expiration_s)},
                                    {"metadata", hex(Word{})},
                                    {"builder", hex(Word{})},
                                    {"signature", hex(signature)}});
    return Json::object({{"deferExec", false},
                         {"postOnly", wish.post_only},
                         {"order", body},
                         {"owner", key_.id},
                         {"orderType", wish.type}});
}

Response Trader::post(const Wish& wish) {
    return call("POST", "/order", signed_order(wish).dump());
}

std::string Trader::place(const Wish& wish) {
    const auto answer = Json::parse(post(wish).body);
    return answer ? (*answer)["orderID"].text() : "";
}

}  // namespace polysim
