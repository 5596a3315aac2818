#include "tests/plugins/polymarket/venue_fixture.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace tradectl::polymarket {
namespace {

class TradingTest : public VenueTest {
  protected:
    TradingTest() { connect(); }
    std::string accepted(const std::string& order_id, std::string_view status = "live") {
        return R"({"success":true,"errorMsg":"","orderID":")" + order_id +
               R"(","takingAmount":"","makingAmount":"","status":")" + std::string(status) + "\"}";
    }
    std::vector<tradectl_fill_event> fills() { return host.events_of<tradectl_fill_event>(); }
    std::vector<tradectl_order_event> order_events() {
        return host.events_of<tradectl_order_event>();
    }
    std::string accepted_all(const std::vector<std::string>& ids) {
        std::string out;
        for (const std::string& id : ids)
            out += (out.empty() ? "[" : ",") + accepted(id);
        return out + "]";
    }
    /// Submits so many in one call: requests 100 and up, then 200 and up. Their hashes.
    std::vector<std::string> place_together(std::uint64_t count) {
        place(10, order("warm"));
        answer("POST /order", 200, accepted(completion(10).identity));
        const std::string signature = std::string(64, 's') + "\x1b";
        std::vector<std::uint64_t> prepared;
        std::vector<std::string> ids;
        std::vector<tradectl_signature> signatures(count);
        std::vector<const tradectl_signature*> given;
        for (std::uint64_t i = 0; i < count; ++i) {
            run.prepare(100 + i, order("c-" + std::to_string(i)));
            prepared.push_back(100 + i);
            ids.push_back(completion(100 + i).identity);
            signatures[i] = {
                sizeof(tradectl_signature), TRADECTL_OK, to_bytes(as_bytes(signature))};
            given.push_back(&signatures[i]);
        }
        run.api().submit_prepared(
            run.self(), 200, prepared.data(), given.data(), static_cast<std::uint32_t>(count));
        sign_all();
        return ids;
    }
    tradectl_operation cancel_of(const std::string& order_id) {
        tradectl_operation out{};
        out.kind = TRADECTL_OPERATION_CANCEL;
        out.op_id = 78;
        out.instrument = instrument;
        out.target_venue_order_id = to_id(order_id);
        return out;
    }
};

TEST_F(TradingTest, NamesAnOrderByItsDigestBeforeAnythingIsSigned) {
    EXPECT_EQ(run.prepare(10, order("c-1")), TRADECTL_OK);
    answer_market();
    const FakeCompletion& prepared = completion(10);
    EXPECT_TRUE(parse_hash(prepared.identity));
    EXPECT_EQ(prepared.identity_class, TRADECTL_CLASS_B_DUPLICATE_REJECTED);
    EXPECT_EQ(prepared.fence, static_cast<std::uint32_t>(TRADECTL_FENCE_NONE));
    EXPECT_EQ(prepared.sign_count, 1U);
    EXPECT_NE(prepared.rebuild.find(R"("version":2)"), std::string::npos);
    EXPECT_NE(prepared.rebuild.find(R"("negRisk":false)"), std::string::npos);
    EXPECT_NE(prepared.rebuild.find(R"("salt":)"), std::string::npos);
    EXPECT_NE(prepared.rebuild.find(R"("timestamp":")"), std::string::npos);
}

TEST_F(TradingTest, PostsASignedOrderAndTakesTheAck) {
    const std::string id = place(10, order("c-1"));
    const FakeHttpRequest post = answer("POST /order", 200, accepted(id));
    EXPECT_EQ(post.op_id, 77U);
    EXPECT_EQ(post.bucket, static_cast<std::uint32_t>(Bucket::Orders));
    EXPECT_NE(post.body.find(R"("makerAmount":"5000000","takerAmount":"10000000")"),
              std::string::npos);
    EXPECT_NE(post.body.find(R"("signature":"0x7373)"), std::string::npos);
    EXPECT_NE(post.body.find(R"("owner":"00000000-0000-0000-0000-000000000001")"),
              std::string::npos);
    EXPECT_EQ(completion(11).status, TRADECTL_OK);
    EXPECT_EQ(completion(11).venue_order_id, id);
    EXPECT_EQ(host.sign_requests.back().payload.substr(10), "POST/order" + post.body);
}

TEST_F(TradingTest, AFillOfTheStreamIsToldOnceAndItsSettlementFollows) {
    const std::string id = place(10, order("c-1"));
    answer("POST /order", 200, accepted(id));
    user(taker_trade("t-1", id, "4", "MATCHED"));
    user(taker_trade("t-1", id, "4", "MATCHED"));
    ASSERT_EQ(fills().size(), 1U);
    EXPECT_EQ(view(fills()[0].client_order_id), "c-1");
    EXPECT_EQ(view(fills()[0].venue_order_id), id);
    EXPECT_EQ(Decimal::from_abi(fills()[0].quantity), 4_d);
    EXPECT_EQ(Decimal::from_abi(fills()[0].fee), 0.04_d);  // 4 * 0.04 * 0.25
    EXPECT_EQ(fills()[0].liquidity, TRADECTL_LIQUIDITY_TAKER);
    user(taker_trade("t-1", id, "4", "CONFIRMED"));
    user(taker_trade("t-1", id, "4", "MINED"));
    ASSERT_EQ(fills().size(), 2U);
    EXPECT_EQ(fills()[1].settlement, TRADECTL_SETTLEMENT_CONFIRMED);
    EXPECT_EQ(Decimal::from_abi(fills()[1].filled_qty), 4_d);
}

TEST_F(TradingTest, AMakersFillIsItsOwnEntryInTheTrade) {
    const std::string id = place(10, order("c-1"));
    answer("POST /order", 200, accepted(id));
    user("[" + maker_trade("t-2", id, "6", "MATCHED") + "]");
    ASSERT_EQ(fills().size(), 1U);
    EXPECT_EQ(Decimal::from_abi(fills()[0].quantity), 6_d);
    EXPECT_EQ(fills()[0].side, TRADECTL_SIDE_BUY);
    EXPECT_EQ(fills()[0].liquidity, TRADECTL_LIQUIDITY_MAKER);
    EXPECT_TRUE(Decimal::from_abi(fills()[0].fee).is_zero());
}

TEST_F(TradingTest, ASettlementThatFailsIsToldAsAReversal) {
    const std::string id = place(10, order("c-1"));
    answer("POST /order", 200, accepted(id));
    user(taker_trade("t-1", id, "4", "MATCHED"));
    user(taker_trade("t-1", id, "4", "RETRYING"));
    user(taker_trade("t-1", id, "4", "FAILED"));
    ASSERT_EQ(fills().size(), 3U);
    EXPECT_EQ(fills()[2].settlement, TRADECTL_SETTLEMENT_FAILED);
    EXPECT_TRUE(Decimal::from_abi(fills()[2].filled_qty).is_zero());
    user(taker_trade("t-1", id, "4", "MATCHED"));
    EXPECT_EQ(fills().size(), 3U);
}

TEST_F(TradingTest, CancelsByHashAndTellsTheEndWithItsFills) {
    const std::string id = place(10, order("c-1"));
    answer("POST /order", 200, accepted(id));
    EXPECT_EQ(run.prepare(20, cancel_of(id)), TRADECTL_OK);
    EXPECT_EQ(completion(20).identity, "cancel:" + id);
    EXPECT_EQ(completion(20).identity_class, TRADECTL_CLASS_A_IDEMPOTENT);
    run.submit(21, 20);
    const FakeHttpRequest sent =
        answer("DELETE /order", 200, R"({"canceled":[")" + id + R"("],"not_canceled":{}})");
    EXPECT_EQ(sent.body, R"({"orderID":")" + id + R"("})");
    EXPECT_EQ(sent.op_id, 78U);
    EXPECT_EQ(completion(21).status, TRADECTL_OK);
    EXPECT_TRUE(order_events().empty());
    // The end counts a fill that comes behind it.
    user(order_news(id, "CANCELLATION", "CANCELED", "3"));
    EXPECT_TRUE(order_events().empty());
    user(taker_trade("t-1", id, "3", "MATCHED"));
    ASSERT_EQ(order_events().size(), 1U);
    EXPECT_EQ(order_events()[0].status, static_cast<std::uint32_t>(TRADECTL_ORDER_STATUS_CANCELED));
    EXPECT_EQ(Decimal::from_abi(order_events()[0].filled_qty), 3_d);
}

TEST_F(TradingTest, ACancelThatTheStreamDoesNotTellIsFoundByReading) {
    const std::string id = place(10, order("c-1"));
    answer("POST /order", 200, accepted(id));
    run.prepare(20, cancel_of(id));
    run.submit(21, 20);
    answer("DELETE /order", 200, R"({"canceled":[")" + id + R"("],"not_canceled":{}})");
    for (int i = 0; i < 3; ++i) {
        run.advance(3 * kNsPerSecond);
        answer_sync();
    }
    ASSERT_EQ(order_events().size(), 1U);
    EXPECT_EQ(order_events()[0].status, static_cast<std::uint32_t>(TRADECTL_ORDER_STATUS_CANCELED));
}

TEST_F(TradingTest, ARefusedCancelSaysWhy) {
    const std::string id = place(10, order("c-1"));
    answer("POST /order", 200, accepted(id));
    run.prepare(20, cancel_of(id));
    run.submit(21, 20);
    answer("DELETE /order",
           200,
           R"({"canceled":[],"not_canceled":{")" + id + R"(":"already canceled or matched"}})");
    EXPECT_EQ(completion(21).status, TRADECTL_REJECTED);
    EXPECT_EQ(completion(21).text, "already canceled or matched");
    EXPECT_EQ(completion(21).reason, static_cast<Reason>(TRADECTL_REASON_UNKNOWN_ORDER));
}

TEST_F(TradingTest, WhatIsSubmittedTogetherTravelsTogether) {
    place_together(17);
    const auto posted = waiting();
    ASSERT_EQ(std::count(posted.begin(), posted.end(), "POST /orders"), 2);
    std::string first = "[";
    for (std::uint64_t i = 0; i < 15; ++i) {
        if (i > 0) first += ",";
        first += i == 4 ? R"({"success":true,"errorMsg":"not enough balance / allowance",)"
                          R"("orderID":"","status":""})"
                        : accepted(completion(100 + i).identity);
    }
    answer("POST /orders", 200, first + "]");
    EXPECT_EQ(completion(203).status, TRADECTL_OK);
    EXPECT_EQ(completion(204).status, TRADECTL_REJECTED);
    EXPECT_EQ(completion(204).reason, static_cast<Reason>(TRADECTL_REASON_INSUFFICIENT_BALANCE));
    EXPECT_EQ(completion(216).status, 1);
    answer("POST /orders", 500, R"({"error":"Internal server error"})");
    EXPECT_EQ(completion(215).status, TRADECTL_OUTCOME_UNKNOWN);
    EXPECT_EQ(completion(216).status, TRADECTL_OUTCOME_UNKNOWN);
}

TEST_F(TradingTest, EachOrderOfABatchEndsAsItsOwnAnswerSays) {
    const auto said = [](std::string_view words, std::string_view status) {
        return R"({"success":true,"errorMsg":")" + std::string(words) +
               R"(","orderID":"","status":")" + std::string(status) + "\"}";
    };
    const auto ids = place_together(6);
    const std::string body = "[" + accepted(ids[0]) + "," + said("order timed out", "") + ",7," +
                             said("", "") + "," + said("", "unmatched") + "," +
                             said("breaks minimum tick size rule: 0.01", "") + "]";
    answer("POST /orders", 200, body);
    const tradectl_status wanted[] = {TRADECTL_OK,
                                      TRADECTL_OUTCOME_UNKNOWN,
                                      TRADECTL_OUTCOME_UNKNOWN,
                                      TRADECTL_OUTCOME_UNKNOWN,
                                      TRADECTL_REJECTED,
                                      TRADECTL_REJECTED};
    for (std::uint64_t i = 0; i < 6; ++i)
        EXPECT_EQ(completion(200 + i).status, wanted[i]) << i;
    EXPECT_EQ(completion(205).reason, static_cast<Reason>(TRADECTL_REASON_PRICE_NOT_ON_TICK));
    EXPECT_TRUE(base.kv().contains("o/" + ids[1]));
    EXPECT_FALSE(base.kv().contains("o/" + ids[4]));
}

TEST_F(TradingTest, AnAnswerOfAnotherLengthSaysNothingOfAnyOrder) {
    const auto ids = place_together(3);
    answer("POST /orders", 200, "[" + accepted(ids[0]) + "," + accepted(ids[1]) + "]");
    for (std::uint64_t i = 0; i < 3; ++i)
        EXPECT_EQ(completion(200 + i).status, TRADECTL_OUTCOME_UNKNOWN) << i;
}

TEST_F(TradingTest, ABatchThatIsThrottledWasNotTaken) {
    const auto ids = place_together(3);
    answer("POST /orders", 429, R"({"error":"Too Many Requests"})");
    for (std::uint64_t i = 0; i < 3; ++i) {
        EXPECT_EQ(completion(200 + i).status, TRADECTL_RATE_LIMITED) << i;
        EXPECT_FALSE(base.kv().contains("o/" + ids[i]));
    }
}

TEST_F(TradingTest, WhatIsCanceledTogetherIsCanceledInOneRequest) {
    const auto ids = place_together(3);
    answer("POST /orders", 200, accepted_all(ids));
    std::vector<std::uint64_t> cancels;
    for (std::uint64_t i = 0; i < 3; ++i) {
        run.prepare(300 + i, cancel_of(ids[i]));
        cancels.push_back(300 + i);
    }
    const std::vector<const tradectl_signature*> none(3, nullptr);
    run.api().submit_prepared(run.self(), 400, cancels.data(), none.data(), 3);
    sign_all();
    const auto sent = answer("DELETE /orders",
                             200,
                             R"({"canceled":[")" + ids[0] + R"("],"not_canceled":{")" + ids[1] +
                                 R"(":"already canceled or matched"}})");
    EXPECT_EQ(sent.body, "[\"" + ids[0] + "\",\"" + ids[1] + "\",\"" + ids[2] + "\"]");
    EXPECT_EQ(completion(400).status, TRADECTL_OK);
    EXPECT_EQ(completion(401).status, TRADECTL_REJECTED);
    EXPECT_EQ(completion(402).status, TRADECTL_OUTCOME_UNKNOWN);
}

TEST_F(TradingTest, OpenOrdersAreListedToTheLastPage) {
    const std::string id = place(10, order("c-1"));
    answer("POST /order", 200, accepted(id));
    tradectl_scope scope{};
    scope.struct_size = sizeof scope;
    scope.account = scope.instrument = TRADECTL_HANDLE_NONE;
    scope.since = TRADECTL_TIME_NONE;
    EXPECT_EQ(run.api().open_orders(run.self(), 30, &scope), TRADECTL_OK);
    answer("GET /data/orders?next_cursor=MA%3D%3D",
           200,
           R"({"data":[)" + order_news(id, "", "LIVE", "2.5") + R"(],"next_cursor":"Mg=="})");
    EXPECT_EQ(completion(30).status, 1);
    answer("GET /data/orders?next_cursor=Mg%3D%3D", 200, R"({"data":[],"next_cursor":"LTE="})");
    EXPECT_EQ(completion(30).completeness, Completeness::Complete);
    const auto reports = completion(30).items_as<tradectl_order_report>();
    ASSERT_EQ(reports.size(), 1U);
    EXPECT_EQ(view(reports[0].client_order_id), "c-1");
    EXPECT_EQ(reports[0].status,
              static_cast<std::uint32_t>(TRADECTL_ORDER_STATUS_PARTIALLY_FILLED));
    EXPECT_EQ(Decimal::from_abi(reports[0].filled_qty), 2.5_d);
}

TEST_F(TradingTest, WhatIsInAMarketOfNoInstrumentIsToldWithoutOne) {
    tradectl_scope scope{};
    scope.struct_size = sizeof scope;
    scope.account = scope.instrument = TRADECTL_HANDLE_NONE;
    scope.since = TRADECTL_TIME_NONE;
    const auto elsewhere = [](std::string row) {
        row.replace(row.find(kToken), kToken.size(), "777");
        return R"({"data":[)" + row + R"(],"next_cursor":"LTE="})";
    };
    EXPECT_EQ(run.api().open_orders(run.self(), 30, &scope), TRADECTL_OK);
    answer("GET /data/orders", 200, elsewhere(order_news("0xab", "", "LIVE", "0")));
    ASSERT_EQ(completion(30).item_count, 1U);
    EXPECT_EQ(completion(30).completeness, Completeness::Complete);
    const auto orders = completion(30).items_as<tradectl_order_report>();
    EXPECT_EQ(orders[0].instrument, TRADECTL_HANDLE_NONE);
    EXPECT_EQ(view(orders[0].venue_order_id), "0xab");
    EXPECT_EQ(run.api().fills_since(run.self(), 31, &scope), TRADECTL_OK);
    answer("GET /data/trades", 200, elsewhere(taker_trade("t-1", "0xab", "4", "CONFIRMED")));
    ASSERT_EQ(completion(31).item_count, 1U);
    EXPECT_EQ(completion(31).completeness, Completeness::Complete);
    const auto fills = completion(31).items_as<tradectl_fill_report>();
    EXPECT_EQ(fills[0].instrument, TRADECTL_HANDLE_NONE);
    EXPECT_EQ(view(fills[0].fee_asset), "pUSD");
}

TEST_F(TradingTest, ARepeatedCursorIsNotACompleteList) {
    tradectl_scope scope{};
    scope.account = scope.instrument = TRADECTL_HANDLE_NONE;
    scope.since = TRADECTL_TIME_NONE;
    EXPECT_EQ(run.api().open_orders(run.self(), 30, &scope), TRADECTL_OK);
    answer("GET /data/orders", 200, R"({"data":[],"next_cursor":"MA=="})");
    EXPECT_EQ(completion(30).status, TRADECTL_CORRUPT);
}

TEST_F(TradingTest, TheSameOrderIsFoundAgainAfterARestart) {
    const std::string id = place(10, order("c-1"));
    answer("POST /order", 200, accepted(id));
    ExchangeRun second(host,
                       kExchangeApi<Polymarket>,
                       R"({"address":"0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"})");
    EXPECT_EQ(second.status(), TRADECTL_OK) << second.error();
    EXPECT_EQ(log_text(), "");
    EXPECT_TRUE(base.kv().contains("o/" + id));
}

}  // namespace
}  // namespace tradectl::polymarket
