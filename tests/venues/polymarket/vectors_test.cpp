// The shared golden vectors, judged by the venue.
#include "tests/venues/polymarket/access.hpp"
#include "tests/venues/polymarket/crypto.hpp"
#include "tests/venues/polymarket/posted_order.hpp"
#include "tests/venues/polymarket/trader.hpp"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace polysim {
namespace {

Json vectors(const std::string& name) {
    std::ifstream file{TRADECTL_SOURCE_DIR "/../shared/vectors/evm/" + name + ".json"};
    std::stringstream text;
    text << file.rdbuf();
    return Json::parse(text.str()).value_or(Json{});
}

#define SHARED_VECTORS(variable, name)           \
    const Json variable = vectors(name);         \
    if (variable.is_null()) {                    \
        GTEST_SKIP() << "skipped: no ../shared"; \
    }                                            \
    ASSERT_FALSE(variable["vectors"].items().empty())

/// A venue in which the vector's order can be taken.
class OrderVector {
  public:
    explicit OrderVector(const Json& vector)
        : input{vector["input"]}, expected{vector["expected"]} {
        const Json& message = expected["typedMessage"];
        const auto version = vector["orderVersion"].integer_or(0);
        world.frozen_ms = input["timestampMs"].integer_or(1'790'000'000'000);
        if (expected["requestBodyObject"]["orderType"].text() == "GTD") {
            const auto end = expected["requestBodyObject"]["order"]["expiration"].integer_or(0);
            world.frozen_ms = (end - 3600) * 1000;
        }
        world.settings.chain_id = static_cast<std::uint64_t>(input["chainId"].integer_or(137));
        world.settings.order_version = version == 1 ? 1 : 2;
        world.settings.marketable_min = 0;
        const Json made = turn(world,
                               "market",
                               Json::object({{"tokens", Json::array().push(input["tokenId"])},
                                             {"outcomes", Json::texts({"Yes"})},
                                             {"tick", input["tickSize"]},
                                             {"neg_risk", input["negRisk"]},
                                             {"version", version == 3 ? "v2" : "v1"},
                                             {"min_size", "0"}}));
        key = {input["apiKey"].text(),
               "c2VjcmV0",
               "passphrase",
               *address_from(expected["signerAddress"].text()),
               "0"};
        world.keys[key.id] = key;
        const std::string maker = message["maker"].text();
        if (input["signatureType"].integer_or(0) == 3) {
            world.deposit_owners[*address_from(maker)] = key.address;
        }
        for (const std::string& asset : {std::string{"pUSD"}, input["tokenId"].text()}) {
            turn(world,
                 "fund",
                 Json::object({{"address", maker},
                               {"asset", asset},
                               {"amount", "100000000000"},
                               {"approve", true}}));
        }
        fill_book(message["side"].integer_or(0) == 0);
    }

    /// Something to trade with for orders that must be filled at once.
    void fill_book(bool buys) {
        const std::string type = input["orderType"].text();
        if (type != "FOK" && type != "FAK") return;
        const Json level =
            Json::object({{"price",
                           buys ? input["tickSize"].text()
                                : micro_text(kOne - *micro_from(input["tickSize"].text()))},
                          {"size", "100000000000"}});
        turn(world,
             "book",
             Json::object({{"token", input["tokenId"]},
                           {buys ? "asks" : "bids", Json::array().push(level)}}));
    }

    Response post(const std::string& body) {
        const std::string now = std::to_string(world.now_ms() / 1000);
        Request request;
        request.method = "POST";
        request.path = "/order";
        request.body = body;
        request.headers = {
            {"POLY_ADDRESS", to_text(key.address)},
            {"POLY_SIGNATURE",
             to_base64_url(hmac_sha256(*from_base64(key.secret), now + "POST/order" + body))},
            {"POLY_TIMESTAMP", now},
            {"POLY_API_KEY", key.id},
            {"POLY_PASSPHRASE", key.passphrase}};
        return ask(world, request);
    }

    Json input;
    Json expected;
    World world{1};
    ApiKey key;
};

TEST(OrderVectors, EveryOneIsTakenUnderItsId) {
    SHARED_VECTORS(file, "polymarket_orders");
    for (const auto& vector : file["vectors"].items()) {
        OrderVector venue{vector};
        const Response answer = venue.post(venue.expected["requestBodyJson"].text());
        EXPECT_EQ(answer.status, 200) << vector["id"].text() << ": " << answer.body;
        const auto body = Json::parse(answer.body);
        ASSERT_TRUE(body);
        EXPECT_EQ((*body)["orderID"].text(), venue.expected["orderId"].text())
            << vector["id"].text();
    }
}

/// The body with bit `bit` of the signature turned.
std::string with_turned_bit(const std::string& body,
                            const std::string& signature,
                            std::size_t bit) {
    Bytes bytes = *from_hex(signature);
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    std::string changed = body;
    changed.replace(changed.find(signature), signature.size(), hex(bytes));
    return changed;
}

TEST(OrderVectors, ATurnedBitInTheSignatureIsRefused) {
    SHARED_VECTORS(file, "polymarket_orders");
    std::set<std::string> seen;
    for (const auto& vector : file["vectors"].items()) {
        OrderVector venue{vector};
        const std::string body = venue.expected["requestBodyJson"].text();
        const std::string signature = venue.expected["signature"].text();
        const std::size_t bits = (signature.size() - 2) * 4;
        const std::string kind =
            vector["orderVersion"].text() + "/" + venue.input["signatureType"].text();
        // All bits once for each version and wallet, a few for the rest.
        const std::size_t step = seen.insert(kind).second ? 1 : 61;
        for (std::size_t bit = 0; bit < bits; bit += step) {
            const Response answer = venue.post(with_turned_bit(body, signature, bit));
            ASSERT_EQ(answer.status, 400) << vector["id"].text() << " bit " << bit;
        }
        EXPECT_TRUE(venue.world.orders.size() <= 1) << "only the house's";
    }
}

TEST(OrderVectors, AChangedMemberIsRefused) {
    SHARED_VECTORS(file, "polymarket_orders");
    for (const auto& vector : file["vectors"].items()) {
        OrderVector venue{vector};
        const Json& object = venue.expected["requestBodyObject"];
        for (const char* name : {"salt", "makerAmount", "takerAmount", "timestamp"}) {
            Json order = object["order"];
            if (!order.has(name)) continue;
            const std::string text = std::to_string(order[name].integer_or(0) + 1);
            order.set(name, order[name].is_number() ? Json::number(text) : Json{text});
            Json body = object;
            const Response answer = venue.post(body.set("order", order).dump());
            EXPECT_EQ(answer.status, 400) << vector["id"].text() << " " << name;
        }
    }
}

TEST(AuthVectors, EveryWalletGetsAKeyAndOnlyOnce) {
    SHARED_VECTORS(file, "polymarket_l1_auth");
    for (const auto& vector : file["vectors"].items()) {
        World world{1};
        world.settings.chain_id =
            static_cast<std::uint64_t>(vector["input"]["chainId"].integer_or(0));
        world.frozen_ms = vector["input"]["timestamp"].integer_or(0) * 1000;
        Request request;
        request.method = "POST";
        request.path = "/auth/api-key";
        for (const auto& [name, value] : vector["expected"]["headers"].members()) {
            request.headers.emplace_back(name, value.text());
        }
        EXPECT_EQ(ask(world, request).status, 200) << vector["id"].text();
        EXPECT_EQ(ask(world, request).status, 400) << vector["id"].text();
        world.settings.chain_id += 1;
        EXPECT_EQ(ask(world, request).status, 401) << vector["id"].text();
    }
}

TEST(HmacVectors, AreReproduced) {
    SHARED_VECTORS(file, "polymarket_l2_hmac");
    for (const auto& vector : file["vectors"].items()) {
        const auto secret = from_base64(vector["input"]["secret"].text());
        ASSERT_TRUE(secret) << vector["id"].text();
        EXPECT_EQ(to_base64_url(hmac_sha256(*secret, vector["expected"]["message"].text())),
                  vector["expected"]["signature"].text());
    }
}

TEST(RequestVectors, EverySignedRequestIsVerified) {
    SHARED_VECTORS(file, "polymarket_http_requests");
    const Json& account = file["account"];
    World world{1};
    world.frozen_ms = 1'790'000'123'456;
    turn(world,
         "key",
         Json::object({{"api_key", account["apiKey"]},
                       {"secret", account["apiSecret"]},
                       {"passphrase", account["apiPassphrase"]},
                       {"address", account["address"]},
                       {"nonce", "99"}}));
    int verified = 0;
    for (const auto& vector : file["vectors"].items()) {
        for (const auto& sent : vector["requests"].items()) {
            Request request;
            const std::string target = sent["target"].text();
            request.method = sent["method"].text();
            request.path = target.substr(0, target.find('?'));
            request.body = sent["body"].text();
            for (const auto& [name, value] : sent["headers"].members()) {
                request.headers.emplace_back(name, value.text());
            }
            if (request.header("POLY_API_KEY").empty()) continue;
            LoggedRequest entry;
            EXPECT_NE(check_hmac(world, request, entry), nullptr)
                << vector["id"].text() << ": " << entry.reason;
            request.body += " ";
            EXPECT_EQ(check_hmac(world, request, entry), nullptr) << vector["id"].text();
            ++verified;
        }
    }
    EXPECT_GT(verified, 10);
}

TEST(BookHashVectors, AreReproduced) {
    SHARED_VECTORS(file, "polymarket_book_hash");
    for (const auto& vector : file["vectors"].items()) {
        const Json& book = vector["input"]["book"];
        EXPECT_EQ(book.dump(), vector["input"]["hashedJson"].text());
        EXPECT_EQ(sha1_hex(book.dump()), vector["expected"]["hash"].text());
    }
}

TEST(WalletVectors, AreReproduced) {
    SHARED_VECTORS(file, "polymarket_wallet_addresses");
    for (const auto& vector : file["vectors"].items()) {
        const auto owner = address_from(vector["input"]["owner"].text());
        ASSERT_TRUE(owner);
        EXPECT_EQ(to_text(proxy_wallet(*owner)), vector["expected"]["polyProxy"].text());
        EXPECT_EQ(to_text(safe_wallet(*owner)), vector["expected"]["gnosisSafe"].text());
    }
}

TEST(AmountVectors, ExplainThemselvesOnTheGrid) {
    SHARED_VECTORS(file, "polymarket_amounts");
    for (const auto& vector : file["vectors"].items()) {
        const Side side = vector["side"].text() == "BUY" ? Side::Buy : Side::Sell;
        const Micro maker = *units_from(vector["expected"]["makerAmount"].text());
        const Micro taker = *units_from(vector["expected"]["takerAmount"].text());
        const Micro tick = *micro_from(vector["tickSize"].text());
        const auto terms = vector["kind"].text() == "limit"
                               ? limit_terms(side, maker, taker, tick)
                               : market_terms(side, maker, taker, tick);
        EXPECT_TRUE(terms) << vector["id"].text() << " " << vector.dump();
    }
}

}  // namespace
}  // namespace polysim
