// Each rule of the venue, by the text that it refuses with.
#include "tests/venues/polymarket/venue_fixture.hpp"

namespace polysim {
namespace {

class Rules : public VenueTest {
  protected:
    std::string post(const Wish& wish) { return refusal(trader.post(wish)); }
    /// The body with one member of `order` (or of the whole) replaced.
    std::string post_with(const char* name, const Json& value, bool inside = true) {
        Json body = trader.signed_order({.token = yes});
        Json order = body["order"];
        if (inside) {
            body.set("order", order.set(name, value));
        } else {
            body.set(name, value);
        }
        return refusal(trader.call("POST", "/order", body.dump()));
    }
};

TEST_F(Rules, AGoodOrderRests) {
    const std::string id = trader.place({.token = yes});
    ASSERT_EQ(id.size(), 66U);
    const auto page = Json::parse(trader.call("GET", "/data/orders").body);
    EXPECT_EQ((*page)["data"].items()[0]["id"].text(), id);
    EXPECT_EQ((*page)["next_cursor"].text(), "LTE=");
}

TEST_F(Rules, MembersOfTheWrongTypeAreRefused) {
    EXPECT_EQ(post_with("salt", "1"), "400 Invalid order payload");
    EXPECT_EQ(post_with("salt", Json::number("9007199254740992")), "400 Invalid order payload");
    EXPECT_EQ(post_with("makerAmount", 5), "400 Invalid order payload");
    EXPECT_EQ(post_with("makerAmount", "05000000"), "400 Invalid order payload");
    EXPECT_EQ(post_with("side", 0), "400 Invalid order payload");
    EXPECT_EQ(post_with("surprise", 1), "400 Invalid order payload");
    EXPECT_EQ(post_with("orderType", "IOC", false), "400 Invalid order payload");
    EXPECT_EQ(post_with("timestamp", "1790000000"), "400 Invalid order payload");
}

TEST_F(Rules, OwnerAndSignerMustBeTheKeys) {
    EXPECT_EQ(post_with("owner", "00000000-0000-0000-0000-00000000000f", false),
              "400 the order owner has to be the owner of the API KEY");
    Trader other{world, 0x12};
    other.create_key();
    Json body = other.signed_order({.token = yes});
    body.set("owner", trader.key().id);
    EXPECT_EQ(refusal(trader.call("POST", "/order", body.dump())),
              "400 the order signer address has to be the address of the API KEY");
}

TEST_F(Rules, AnOrderOfAnotherVersionIsAMismatch) {
    EXPECT_EQ(post({.token = yes, .version = 3}), "400 order_version_mismatch");
    set("order_version", 1);
    EXPECT_EQ(post({.token = yes}), "400 order_version_mismatch");
}

TEST_F(Rules, TheOtherExchangeIsABadSignature) {
    EXPECT_EQ(post({.token = yes, .neg_risk = true}), "400 invalid signature");
    const std::string body = trader.signed_order({.token = yes}).dump();
    set("chain_id", 80002);
    EXPECT_EQ(refusal(trader.call("POST", "/order", body)), "400 invalid signature");
}

TEST_F(Rules, PriceMustBeOnTheGrid) {
    EXPECT_NE(post({.token = yes, .price = "0.505"}).find("breaks minimum tick size rule: 0.01"),
              std::string::npos);
    EXPECT_NE(post({.token = yes, .price = "1"}).find("tick size rule"), std::string::npos);
    change_market("tick", "0.005");
    EXPECT_FALSE(trader.place({.token = yes, .price = "0.505"}).empty());
}

TEST_F(Rules, SizeHasTwoDecimalsAndAMinimum) {
    EXPECT_NE(post({.token = yes, .size = "4.99"}).find("lower than the minimum: 5"),
              std::string::npos);
    EXPECT_NE(post({.token = yes, .size = "10.001"}).find("400"), std::string::npos);
    EXPECT_FALSE(trader.place({.token = yes, .size = "5"}).empty());
}

TEST_F(Rules, AMarketableOrderIsWorthADollar) {
    quote("0.02", "0.05");
    EXPECT_EQ(post({.token = yes, .price = "0.05", .size = "19"}),
              "400 invalid amount for a marketable BUY order ($0.95), min size: $1");
    EXPECT_FALSE(trader.place({.token = yes, .price = "0.05", .size = "20"}).empty());
}

TEST_F(Rules, PostOnlyMustNotCross) {
    quote("0.4", "0.6");
    EXPECT_EQ(post({.token = yes, .price = "0.6", .post_only = true}),
              "400 invalid post-only order: order crosses book");
    EXPECT_FALSE(trader.place({.token = yes, .price = "0.59", .post_only = true}).empty());
}

TEST_F(Rules, TheSameOrderTwiceIsADuplicate) {
    const std::string body = trader.signed_order({.token = yes}).dump();
    EXPECT_EQ(trader.call("POST", "/order", body).status, 200);
    EXPECT_NE(refusal(trader.call("POST", "/order", body)).find("is invalid. Duplicated."),
              std::string::npos);
}

TEST_F(Rules, ExpirationBelongsToGtdAndIsAMinuteAhead) {
    const std::int64_t now = world.now_ms() / 1000;
    EXPECT_EQ(post({.token = yes, .expiration_s = now + 600}), "400 invalid expiration");
    EXPECT_EQ(post({.token = yes, .type = "GTD", .expiration_s = now + 60}),
              "400 invalid expiration");
    const std::string id = trader.place({.token = yes, .type = "GTD", .expiration_s = now + 61});
    ASSERT_FALSE(id.empty());
    advance(1000);
    EXPECT_EQ(world.orders.at(id).status, OrderStatus::Canceled);
}

TEST_F(Rules, FokFillsWhollyOrNot) {
    quote("0.4", "0.6", "10");
    EXPECT_EQ(post({.token = yes, .price = "0.6", .size = "10.05", .type = "FOK"}),
              "400 order couldn't be fully filled. FOK orders are fully filled or killed.");
    EXPECT_FALSE(trader.place({.token = yes, .price = "0.6", .size = "10", .type = "FOK"}).empty());
}

TEST_F(Rules, AnOrderThatTakesPaysWholeCents) {
    quote("0.4", "0.6", "100");
    for (const char* type : {"FAK", "FOK"}) {
        EXPECT_NE(post({.token = yes, .price = "0.6", .size = "10.01", .type = type})
                      .find("has two decimals"),
                  std::string::npos);
    }
    EXPECT_FALSE(trader.place({.token = yes, .price = "0.59", .size = "10.01"}).empty());
}

TEST_F(Rules, FakTakesWhatIsThereAndEnds) {
    EXPECT_EQ(post({.token = yes, .type = "FAK"}).find("400 no orders found to match with FAK"),
              0U);
    quote("0.4", "0.6", "10");
    const std::string id =
        trader.place({.token = yes, .price = "0.6", .size = "25", .type = "FAK"});
    EXPECT_EQ(world.orders.at(id).matched, 10 * kOne);
    EXPECT_EQ(world.orders.at(id).status, OrderStatus::Canceled);
    EXPECT_EQ(holding(trader, "pUSD").reserved, 0);
}

TEST_F(Rules, BalanceAndAllowanceAreNeeded) {
    const std::string text = "400 not enough balance / allowance";
    EXPECT_EQ(post({.token = yes, .side = Side::Sell}).find(text), 0U);
    EXPECT_FALSE(trader.place({.token = yes, .price = "0.5", .size = "2000"}).empty());
    EXPECT_EQ(post({.token = yes, .size = "5"}).find(text), 0U) << "all of it is reserved";
    trader.call("DELETE", "/cancel-all");
    turn(world, "fund", Json::object({{"address", to_text(trader.address())}, {"revoke", true}}));
    EXPECT_EQ(post({.token = yes, .size = "5"}).find(text), 0U);
}

TEST_F(Rules, UnknownAndClosedMarketsHaveNoBook) {
    EXPECT_EQ(post({.token = "12345"}), "404 No orderbook exists for the requested token id");
    change_market("accepting", false);
    EXPECT_EQ(post({.token = yes}), "400 the market is not yet ready to process new orders");
    change_market("closed", true);
    EXPECT_EQ(post({.token = yes}), "404 No orderbook exists for the requested token id");
}

TEST_F(Rules, ABatchHasAtMostFifteenAndEachLegFailsAlone) {
    Json batch = Json::array();
    for (int i = 0; i < 16; ++i)
        batch.push(trader.signed_order({.token = yes, .size = "5"}));
    EXPECT_EQ(refusal(trader.call("POST", "/orders", batch.dump())),
              "400 Too many orders in payload: 16, max allowed: 15");
    Json legs = Json::array();
    legs.push(trader.signed_order({.token = yes, .size = "1"}));
    legs.push(trader.signed_order({.token = yes}));
    const auto answers = Json::parse(trader.call("POST", "/orders", legs.dump()).body);
    EXPECT_TRUE(answers->items()[0]["success"].truth());
    EXPECT_EQ(answers->items()[0]["orderID"].text(), "");
    EXPECT_NE(answers->items()[0]["errorMsg"].text(), "");
    EXPECT_EQ(answers->items()[1]["status"].text(), "live");
}

TEST_F(Rules, EveryPartOfTheHmacIsChecked) {
    for (const char* name :
         {"POLY_ADDRESS", "POLY_SIGNATURE", "POLY_TIMESTAMP", "POLY_API_KEY", "POLY_PASSPHRASE"}) {
        Request request = trader.request("GET", "/data/orders");
        EXPECT_EQ(ask(world, request).status, 200);
        for (auto& [key, value] : request.headers) {
            if (key == name) value.back() = value.back() == '1' ? '2' : '1';
        }
        EXPECT_EQ(refusal(ask(world, request)), "401 Unauthorized/Invalid api key") << name;
    }
}

TEST_F(Rules, AClockThatIsMinutesOffIsRefused) {
    const Request request = trader.request("GET", "/data/orders");
    *world.frozen_ms += 61'000;
    EXPECT_EQ(ask(world, request).status, 401);
    EXPECT_EQ(world.log.back().reason, "timestamp is not near the clock");
}

TEST_F(Rules, ModesCloseTheDoorStepByStep) {
    const std::string id = trader.place({.token = yes});
    set("mode", "post-only");
    EXPECT_EQ(post({.token = yes}).substr(0, 18), "503 post-only mode");
    EXPECT_FALSE(trader.place({.token = yes, .post_only = true}).empty());
    set("mode", "cancel-only");
    EXPECT_EQ(post({.token = yes}).substr(0, 3), "503");
    EXPECT_EQ(trader.call("DELETE", "/order", "{\"orderID\":\"" + id + "\"}").status, 200);
    set("mode", "disabled");
    EXPECT_EQ(trader.call("DELETE", "/cancel-all").status, 503);
    set("mode", "normal");
    set("restart_ms", 5000);
    EXPECT_EQ(trader.post({.token = yes}).status, 425);
    advance(5001);
    EXPECT_EQ(trader.post({.token = yes}).status, 200);
}

TEST_F(Rules, AHeartbeatThatStopsCancelsEverything) {
    const std::string id = trader.place({.token = yes});
    auto first = Json::parse(trader.call("POST", "/v1/heartbeats", R"({"heartbeat_id":""})").body);
    const std::string beat = (*first)["heartbeat_id"].text();
    advance(9'000);
    EXPECT_EQ(trader.call("POST", "/v1/heartbeats", R"({"heartbeat_id":"stale"})").status, 400);
    const std::string body = Json::object({{"heartbeat_id", beat}}).dump();
    EXPECT_EQ(trader.call("POST", "/v1/heartbeats", body).status, 200);
    advance(9'999);
    EXPECT_TRUE(world.orders.at(id).open());
    advance(1);
    EXPECT_FALSE(world.orders.at(id).open());
}

TEST_F(Rules, CancelFormsNameWhatTheyCouldNot) {
    const std::string a = trader.place({.token = yes});
    const std::string b = trader.place({.token = no});
    const auto forms = Json::parse(
        trader.call("DELETE", "/cancel-market-orders", R"({"asset_id":")" + yes + "\"}").body);
    EXPECT_EQ((*forms)["canceled"].items()[0].text(), a);
    const auto again =
        Json::parse(trader.call("DELETE", "/orders", Json::texts({a, b, "0x00"}).dump()).body);
    EXPECT_EQ((*again)["canceled"].size(), 1U);
    EXPECT_TRUE((*again)["not_canceled"].has(a));
    EXPECT_TRUE((*again)["not_canceled"].has("0x00"));
}

TEST_F(Rules, PagesGoOnFromTheirCursor) {
    set("page_size", 2);
    std::set<std::string> placed;
    for (int i = 0; i < 5; ++i)
        placed.insert(trader.place({.token = yes, .size = "5"}));
    std::set<std::string> seen;
    std::string cursor = "MA==";
    for (int i = 0; i < 3; ++i) {
        const auto page =
            Json::parse(trader.call("GET", "/data/orders", "", "next_cursor=" + cursor).body);
        for (const auto& row : (*page)["data"].items())
            seen.insert(row["id"].text());
        cursor = (*page)["next_cursor"].text();
    }
    EXPECT_EQ(seen, placed);
    EXPECT_EQ(cursor, "LTE=");
}

}  // namespace
}  // namespace polysim
