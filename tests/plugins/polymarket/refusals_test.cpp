// What the venue's refusals become, and orders of every kind.
#include "tests/plugins/polymarket/venue_fixture.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::polymarket {
namespace {

TEST(Refusals, KnowTheVenuesTexts) {
    const std::vector<std::pair<std::string, Reason>> texts{
        {"invalid post-only order: order crosses book", TRADECTL_REASON_POST_ONLY_WOULD_TAKE},
        {"order 0xab breaks minimum tick size rule: 0.01", TRADECTL_REASON_PRICE_NOT_ON_TICK},
        {"Size (1) lower than the minimum: 5", TRADECTL_REASON_QUANTITY_BELOW_MIN},
        {"invalid amount for a marketable BUY order ($0.5), min size: $1",
         TRADECTL_REASON_NOTIONAL_BELOW_MIN},
        {"not enough balance / allowance: the balance is not enough",
         TRADECTL_REASON_INSUFFICIENT_BALANCE},
        {"order couldn't be fully filled. FOK orders are fully filled or killed.",
         TRADECTL_REASON_FOK_NOT_FILLED},
        {"no orders found to match with FAK order. FAK orders are ...",
         TRADECTL_REASON_NO_LIQUIDITY},
        {"the market is not yet ready to process new orders", TRADECTL_REASON_INSTRUMENT_NOT_OPEN},
        {"address in closed only mode", TRADECTL_REASON_REDUCE_ONLY},
        {"invalid expiration", TRADECTL_REASON_BAD_FIELD},
        {"something new", TRADECTL_REASON_VENUE_REJECTED}};
    for (const auto& [text, reason] : texts) {
        const Refused refused = classify(400, text);
        EXPECT_EQ(refused.code, ErrorCode::Rejected) << text;
        EXPECT_EQ(refused.reason, reason) << text;
    }
    EXPECT_TRUE(refusal_of("x order_version_mismatch y").version_mismatch);
}

TEST(Refusals, ADuplicateStandsAtTheVenueAlready) {
    const Refused refused = classify(400, "order 0xab is invalid. Duplicated.");
    EXPECT_EQ(refused.code, ErrorCode::OutcomeUnknown);
    EXPECT_EQ(refused.reason, static_cast<Reason>(TRADECTL_REASON_DUPLICATE_INTENT));
}

TEST(Refusals, StatusCodesSayWhetherAnythingHappened) {
    EXPECT_EQ(classify(401, "Unauthorized/Invalid api key").code, ErrorCode::Authentication);
    EXPECT_EQ(classify(425, "").code, ErrorCode::Maintenance);
    EXPECT_EQ(classify(429, "Too Many Requests").code, ErrorCode::RateLimited);
    EXPECT_EQ(classify(503, "Trading is currently disabled.").code, ErrorCode::Maintenance);
    EXPECT_EQ(classify(503, "Trading is currently cancel-only.").code, ErrorCode::Maintenance);
    EXPECT_EQ(classify(503, "post-only mode: only post-only orders and cancels are allowed").code,
              ErrorCode::Maintenance);
    EXPECT_EQ(classify(503, "<html>").code, ErrorCode::OutcomeUnknown);
    for (const std::uint32_t status : {0U, 100U, 408U, 500U, 502U, 504U, 599U})
        EXPECT_EQ(classify(status, "x").code, ErrorCode::OutcomeUnknown) << status;
    EXPECT_EQ(classify(404, "No orderbook exists for the requested token id").reason,
              static_cast<Reason>(TRADECTL_REASON_INSTRUMENT_NOT_OPEN));
}

class OrderKindsTest : public VenueTest {
  protected:
    explicit OrderKindsTest(std::string more = {}) : VenueTest(std::move(more)) { connect(); }
    /// The body that would be posted, or why there is none.
    std::string body_of(const tradectl_operation& operation) {
        const std::uint64_t id = next_++;
        run.prepare(id, operation);
        for (const std::string& each : waiting())
            if (each.starts_with("GET /book")) answer_market();
        return completion(id).status == TRADECTL_OK ? completion(id).request
                                                    : "refused: " + completion(id).text;
    }
    tradectl_operation kind(std::uint8_t tif, Decimal price, Decimal quantity) {
        tradectl_operation out = order("c-" + std::to_string(next_), price, quantity);
        out.time_in_force = tif;
        return out;
    }
    static bool has(const std::string& text, std::string_view part) {
        return text.find(part) != std::string::npos;
    }

  private:
    std::uint64_t next_ = 1000;
};

TEST_F(OrderKindsTest, TimesInForceAreTheVenuesWords) {
    EXPECT_TRUE(has(body_of(kind(TRADECTL_TIF_GTC, 0.5_d, 10_d)), R"("orderType":"GTC")"));
    EXPECT_TRUE(has(body_of(kind(TRADECTL_TIF_IOC, 0.5_d, 10_d)), R"("orderType":"FAK")"));
    EXPECT_TRUE(has(body_of(kind(TRADECTL_TIF_FOK, 0.5_d, 10_d)), R"("orderType":"FOK")"));
}

TEST_F(OrderKindsTest, GtdEndsAMinuteLaterForTheVenueAndNotTooSoon) {
    tradectl_operation gtd = kind(TRADECTL_TIF_GTD, 0.5_d, 10_d);
    EXPECT_TRUE(has(body_of(gtd), "needs an expire time"));
    gtd.expire_time = base.now().plus_ns(600 * kNsPerSecond).ns();
    const std::string body = body_of(gtd);
    EXPECT_TRUE(has(body, R"("orderType":"GTD")"));
    const auto seconds = base.now().ns() / kNsPerSecond + 660;
    EXPECT_TRUE(has(body, R"("expiration":")" + std::to_string(seconds) + "\"")) << body;
    gtd.expire_time = base.now().plus_ns(119 * kNsPerSecond).ns();
    EXPECT_TRUE(has(body_of(gtd), "less than 180 s ahead"));
    gtd.expire_time = base.now().plus_ns(120 * kNsPerSecond).ns();
    EXPECT_TRUE(has(body_of(gtd), R"("expiration")"));
}

TEST_F(OrderKindsTest, PostOnlyGoesWithRestingOrdersAlone) {
    tradectl_operation maker = kind(TRADECTL_TIF_GTC, 0.5_d, 10_d);
    maker.order_flags = TRADECTL_ORDER_POST_ONLY;
    EXPECT_TRUE(has(body_of(maker), R"("postOnly":true)"));
    maker.time_in_force = TRADECTL_TIF_FOK;
    EXPECT_TRUE(has(body_of(maker), "post-only"));
}

TEST_F(OrderKindsTest, APriceOffTheTickIsRefusedBeforeItIsSent) {
    EXPECT_TRUE(has(body_of(kind(TRADECTL_TIF_GTC, 0.505_d, 10_d)), "not on the tick 0.01"));
    EXPECT_TRUE(has(body_of(kind(TRADECTL_TIF_GTC, 1_d, 10_d)), "0.01 .. 0.99"));
    EXPECT_TRUE(has(body_of(kind(TRADECTL_TIF_GTC, 0.5_d, 0.001_d)), "nothing is left"));
}

TEST_F(OrderKindsTest, AMarketOrderTakesItsWorstPriceFromTheBook) {
    tradectl_operation market = kind(TRADECTL_TIF_IOC, Decimal::null(), 10_d);
    market.order_type = TRADECTL_ORDER_MARKET;
    EXPECT_TRUE(has(body_of(market), "needs a worst price"));
    tradectl_subscription item{};
    item.struct_size = sizeof item;
    item.instrument = instrument;
    item.streams = TRADECTL_STREAM_BOOK;
    run.api().subscribe(run.self(), 901, &item, 1, sizeof item);
    run.ws(100, TRADECTL_WS_OPENED, "");
    run.ws(100,
           TRADECTL_WS_TEXT,
           R"({"event_type":"book","asset_id":")" + std::string(kToken) +
               R"(","bids":[],"asks":[{"price":"0.52","size":"9"},{"price":"0.51","size":"5"}]})");
    const std::string body = body_of(market);
    EXPECT_TRUE(has(body, R"("makerAmount":"5200000","takerAmount":"10000000")")) << body;
}

TEST_F(OrderKindsTest, OneThatRestsHasTheMarketsLeastQuantityAndOneThatTakesNeedsAValue) {
    run.prepare(10, kind(TRADECTL_TIF_GTC, 0.5_d, 4.99_d));
    answer_market();
    EXPECT_EQ(completion(10).status, TRADECTL_REJECTED);
    EXPECT_NE(completion(10).text.find("quantity 4.99 is below 5"), std::string::npos)
        << completion(10).text;
    EXPECT_FALSE(has(body_of(kind(TRADECTL_TIF_GTC, 0.5_d, 5_d)), "refused"));
    EXPECT_FALSE(has(body_of(kind(TRADECTL_TIF_IOC, 0.5_d, 4.99_d)), "refused"));
}

TEST_F(OrderKindsTest, ABuyThatTakesPaysWholeCentsAndNeverBuysMore) {
    struct Golden {
        Decimal price;
        Decimal quantity;
        std::string_view amounts;
    };
    const std::vector<Golden> goldens{
        {0.53_d, 10_d, R"("makerAmount":"5300000","takerAmount":"10000000")"},     // 5.3
        {0.33_d, 10.01_d, R"("makerAmount":"3300000","takerAmount":"10000000")"},  // 3.3033
        {0.57_d, 7.77_d, R"("makerAmount":"4420000","takerAmount":"7754400")"},    // 4.4289
        {0.99_d, 1.99_d, R"("makerAmount":"1970000","takerAmount":"1989900")"},    // 1.9701
        {0.07_d, 14.43_d, R"("makerAmount":"1010000","takerAmount":"14428600")"},  // 1.0101
    };
    for (const auto& [price, quantity, amounts] : goldens) {
        for (const std::uint8_t tif : {TRADECTL_TIF_IOC, TRADECTL_TIF_FOK}) {
            const std::string body = body_of(kind(tif, price, quantity));
            EXPECT_TRUE(has(body, amounts)) << body;
        }
        EXPECT_FALSE(
            has(body_of(kind(TRADECTL_TIF_GTC, price, std::max(quantity, 5_d))), "refused"));
    }
}

TEST_F(OrderKindsTest, NegRiskMarketsHaveTheirOwnExchange) {
    run.prepare(900, kind(TRADECTL_TIF_GTC, 0.5_d, 10_d));
    answer_market("0.01", "true");
    EXPECT_TRUE(has(completion(900).rebuild, "0xe2222d279d744050d28e00520010520000310F59"));
}

TEST_F(OrderKindsTest, AVersionMismatchAsksForTheOrderToBePreparedAnew) {
    const std::string first = place(10, order("c-1"));
    answer("POST /order", 400, R"({"error":"order_version_mismatch"})");
    EXPECT_EQ(completion(11).status, 1) << "the version is read first";
    answer("GET /version", 200, R"({"version":2})");
    EXPECT_EQ(completion(11).status, TRADECTL_REJECTED);
    EXPECT_EQ(completion(11).reason, static_cast<Reason>(TRADECTL_REASON_PREPARE_FAILED));
    EXPECT_TRUE(has(completion(11).text, "built in version 2, from now on in 3"));
    EXPECT_FALSE(base.kv().contains("o/" + first));
    EXPECT_TRUE(has(body_of(kind(TRADECTL_TIF_GTC, 0.5_d, 10_d)), "\"timestamp\""));
    run.prepare(30, order("c-1"));
    EXPECT_NE(completion(30).identity, first);
    EXPECT_TRUE(has(completion(30).rebuild, R"("version":3)")) << completion(30).rebuild;
    EXPECT_TRUE(has(completion(30).rebuild, "0xe3333700cA9d93003F00f0F71f8515005F6c00Aa"));
}

TEST_F(OrderKindsTest, TwoOrdersOfAnOldVersionChangeItOnce) {
    place(10, order("c-1"));
    place(20, order("c-2"));
    for (int i = 0; i < 2; ++i) {
        answer("POST /order", 400, R"({"error":"order_version_mismatch"})");
        answer("GET /version", 200, R"({"version":2})");
    }
    EXPECT_EQ(completion(21).reason, static_cast<Reason>(TRADECTL_REASON_PREPARE_FAILED));
    run.prepare(30, order("c-3"));
    EXPECT_TRUE(has(completion(30).rebuild, R"("version":3)")) << completion(30).rebuild;
}

class ForcedVersionTest : public OrderKindsTest {
  protected:
    ForcedVersionTest() : OrderKindsTest(R"("order_version":"2")") {}
};

TEST_F(ForcedVersionTest, AVersionMismatchIsTheEndOfTheOrder) {
    place(10, order("c-1"));
    answer("POST /order", 400, R"({"error":"order_version_mismatch"})");
    answer("GET /version", 200, R"({"version":3})");
    EXPECT_EQ(completion(11).status, TRADECTL_REJECTED);
    EXPECT_EQ(completion(11).reason, static_cast<Reason>(TRADECTL_REASON_VENUE_REJECTED));
}

TEST_F(OrderKindsTest, ARestartOfTheVenueHoldsOrdersBackForAWhile) {
    place(10, order("c-1"));
    answer("POST /order", 425, "");
    EXPECT_EQ(completion(11).status, TRADECTL_MAINTENANCE);
    EXPECT_FALSE(completion(11).retry_after.is_none());
    const std::size_t sent = host.http.size();
    place(20, order("c-2"));
    EXPECT_EQ(completion(21).status, TRADECTL_MAINTENANCE);
    EXPECT_EQ(host.http.size(), sent);
    run.advance(2 * kNsPerSecond);
    answer_sync();
    const std::string id = place(30, order("c-3"));
    answer("POST /order",
           200,
           R"({"success":true,"errorMsg":"","orderID":")" + id + R"(","status":"live"})");
    EXPECT_EQ(completion(31).status, TRADECTL_OK);
}

TEST_F(OrderKindsTest, AnAnswerThatCannotBeReadLeavesTheOutcomeOpen) {
    place(10, order("c-1"));
    answer("POST /order", 200, "<html>");
    EXPECT_EQ(completion(11).status, TRADECTL_OUTCOME_UNKNOWN);
    place(20, order("c-2"));
    drop("POST /order", TRADECTL_OUTCOME_UNKNOWN);
    EXPECT_EQ(completion(21).status, TRADECTL_OUTCOME_UNKNOWN);
    place(30, order("c-3"));
    drop("POST /order", TRADECTL_UNAVAILABLE);
    EXPECT_EQ(completion(31).status, TRADECTL_UNAVAILABLE);
}

TEST_F(OrderKindsTest, WhatNeverLeftIsRefusedByItsReason) {
    std::uint64_t id = 10;
    for (const tradectl_status status :
         {TRADECTL_UNAVAILABLE, TRADECTL_RATE_LIMITED, TRADECTL_AUTHENTICATION, TRADECTL_QUOTA}) {
        const std::string hash = place(id, order("c-" + std::to_string(id)));
        EXPECT_TRUE(base.kv().contains("o/" + hash));
        drop("POST /order", status);
        EXPECT_EQ(completion(id + 1).status, status);
        EXPECT_FALSE(base.kv().contains("o/" + hash));
        id += 10;
    }
    EXPECT_TRUE(waiting().empty()) << "nothing is unknown, so nothing is looked for";
}

TEST_F(OrderKindsTest, ADuplicateIsLookedForAndNeverForgotten) {
    const std::string id = place(10, order("c-1"));
    answer("POST /order", 400, R"({"error":"order 0xab is invalid. Duplicated."})");
    EXPECT_EQ(completion(11).status, TRADECTL_OUTCOME_UNKNOWN);
    EXPECT_TRUE(base.kv().contains("o/" + id));
    answer_sync(R"({"data":[)" + order_news(id, "", "LIVE", "0") + R"(],"next_cursor":"LTE="})");
    user(taker_trade("t-1", id, "10", "MATCHED"));
    ASSERT_EQ(host.events_of<tradectl_fill_event>().size(), 1U);
}

TEST_F(OrderKindsTest, ARetryTimeMayBeADateOfTheVenuesClock) {
    const auto told = [&](std::uint64_t id, std::string_view when) {
        place(id, order("c-" + std::to_string(id)));
        const tradectl_header header{to_str("Retry-After"), to_str(when)};
        tradectl_http_response response{};
        response.struct_size = sizeof response;
        response.http_id = host.http.back().http_id;
        response.http_status = 425;
        response.headers = &header;
        response.header_count = 1;
        run.api().on_http(run.self(), &response);
        const Timestamp until = completion(id + 1).retry_after;
        const std::int64_t wait_ns = until.minus(base.now());
        run.advance(std::max<std::int64_t>(wait_ns, 0));
        answer_sync();
        return wait_ns / kNsPerSecond;
    };
    ASSERT_EQ(base.now().ns() / kNsPerSecond, 1'700'000'000) << "14 November 2023, 22:13:20";
    EXPECT_EQ(told(10, "Tue, 14 Nov 2023 22:13:30 GMT"), 10);
    EXPECT_EQ(told(20, "7"), 7);
    EXPECT_EQ(told(30, "Tue, 14 Nov 2023 22:13:20 GMT"), 0) << "it has passed";
    for (const char* nonsense : {"Tue, 14 Nop 2023 22:15:30 GMT", "soon", "7 s", "-7", ""})
        EXPECT_LE(told(base.now().ns() / kNsPerSecond, nonsense), 30) << nonsense;
}

TEST_F(OrderKindsTest, AnOrderOfUnknownOutcomeStillGetsItsFills) {
    const std::string id = place(10, order("c-1"));
    drop("POST /order", TRADECTL_OUTCOME_UNKNOWN);
    user(taker_trade("t-1", id, "10", "MATCHED"));
    ASSERT_EQ(host.events_of<tradectl_fill_event>().size(), 1U);
}

TEST_F(OrderKindsTest, WhatAnOrderTradedUnderAnEarlierKeyIsItsOwn) {
    const std::string id = "0x" + std::string(64, 'c');
    tradectl_order_query query{};
    query.struct_size = sizeof query;
    query.instrument = instrument;
    query.identity = to_str(id);
    query.client_order_id = to_str("c-1");
    run.api().query_order(run.self(), 41, &query);
    answer("GET /data/order/" + id, 404, R"({"error":"order not found"})");
    std::string trade = taker_trade("t-1", id, "10", "CONFIRMED");
    trade.replace(trade.find(kKey), kKey.size(), "an-earlier-key");
    answer(
        "GET /data/trades?asset_id=", 200, R"({"data":[)" + trade + R"(],"next_cursor":"LTE="})");
    const auto reports = completion(41).items_as<tradectl_order_report>();
    ASSERT_EQ(reports.size(), 1U) << completion(41).text;
    EXPECT_EQ(Decimal::from_abi(reports[0].filled_qty), 10_d);
}

TEST_F(OrderKindsTest, ALookForAnOrderFindsItOrProvesItsAbsence) {
    const std::string id = place(10, order("c-1"));
    drop("POST /order", TRADECTL_OUTCOME_UNKNOWN);
    answer_sync();
    tradectl_order_query query{};
    query.struct_size = sizeof query;
    query.instrument = instrument;
    query.identity = to_str(id);
    query.client_order_id = to_str("c-1");
    run.api().query_order(run.self(), 40, &query);
    answer("GET /data/order/" + id, 200, order_news(id, "", "LIVE", "0"));
    ASSERT_EQ(completion(40).item_count, 1U);
    EXPECT_EQ(completion(40).completeness, Completeness::Complete);
    run.api().query_order(run.self(), 41, &query);
    answer("GET /data/order/" + id, 404, R"({"error":"order not found"})");
    answer("GET /data/trades?asset_id=", 200, R"({"data":[],"next_cursor":"LTE="})");
    EXPECT_EQ(completion(41).status, TRADECTL_NOT_FOUND);
    EXPECT_EQ(completion(41).completeness, Completeness::Complete);
    run.api().query_order(run.self(), 42, &query);
    answer("GET /data/order/" + id, 200, "null");
    answer(
        "GET /data/trades?asset_id=",
        200,
        R"({"data":[)" + taker_trade("t-1", id, "10", "CONFIRMED") + R"(],"next_cursor":"LTE="})");
    const auto reports = completion(42).items_as<tradectl_order_report>();
    ASSERT_EQ(reports.size(), 1U);
    EXPECT_EQ(reports[0].status, static_cast<std::uint32_t>(TRADECTL_ORDER_STATUS_FILLED));
    run.api().query_order(run.self(), 43, &query);
    answer("GET /data/order/" + id, 500, "");
    EXPECT_EQ(completion(43).status, TRADECTL_UNAVAILABLE);
}

}  // namespace
}  // namespace tradectl::polymarket
