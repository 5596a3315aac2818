// What reads of orders and trades find, and what they must not conclude.
#include "tests/plugins/polymarket/venue_fixture.hpp"

#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::polymarket {
namespace {

constexpr std::string_view kNothing = R"({"data":[],"next_cursor":"LTE="})";

std::string page(const std::string& rows) {
    return R"({"data":[)" + rows + R"(],"next_cursor":"LTE="})";
}

class SyncTest : public VenueTest {
  protected:
    explicit SyncTest(std::string more = {}, FakeHost::Kv kept = {})
        : VenueTest(std::move(more), std::move(kept)) {}
    std::string place_one(std::uint64_t request, std::string_view client_id) {
        const std::string id = place(request, order(client_id));
        answer("POST /order",
               200,
               R"({"success":true,"errorMsg":"","orderID":")" + id + R"(","status":"live"})");
        return id;
    }
    /// One poll.
    void poll(std::string_view orders = kNothing, std::string_view trades = kNothing) {
        run.advance(30 * kNsPerSecond);
        answer_sync(orders, trades);
    }
    [[nodiscard]] std::vector<tradectl_order_event> ends() const {
        return host.events_of<tradectl_order_event>();
    }
    [[nodiscard]] std::vector<tradectl_fill_event> fills() const {
        return host.events_of<tradectl_fill_event>();
    }
    /// How often orders were asked for by their ids.
    [[nodiscard]] std::size_t asked() const {
        std::size_t count = 0;
        for (const FakeHttpRequest& request : host.http)
            count += request.url.find("/data/order/") != std::string::npos ? 1U : 0U;
        return count;
    }
    /// The second that the last read of trades began at.
    [[nodiscard]] std::int64_t last_after() const {
        std::int64_t second = 0;
        for (const FakeHttpRequest& request : host.http) {
            const std::size_t at = request.url.find("/data/trades?after=");
            if (at == std::string::npos) continue;
            const char* const begin = request.url.data() + at + 19;
            std::from_chars(begin, request.url.data() + request.url.size(), second);
        }
        return second;
    }
    void connect_at(std::int64_t venue_second) {
        EXPECT_EQ(run.api().connect(run.self(), 1), TRADECTL_OK);
        answer("GET /time", 200, std::to_string(venue_second));
        answer("GET /version", 200, R"({"version":2})");
        answer("POST /auth/api-key", 200, R"({"apiKey":")" + std::string(kKey) + R"("})");
        answer_sync();
        run.ws(1, TRADECTL_WS_OPENED, "");
        answer_sync();
    }
};

TEST_F(SyncTest, TradesAreAskedForInTheVenuesTimeWhateverOurClockSays) {
    const std::int64_t ours = base.now().ns() / kNsPerSecond;
    connect_at(ours - 900);
    poll();
    poll();
    EXPECT_LE(last_after(), ours - 900 + 60 - 300);
    EXPECT_GT(last_after(), ours - 900 - 300);
}

TEST_F(SyncTest, OneReadWithoutAnOrderIsNotItsEnd) {
    connect();
    const std::string id = place_one(10, "c-1");
    poll(page(order_news(id, "", "LIVE", "0")));
    poll();
    EXPECT_EQ(asked(), 1U);
    EXPECT_TRUE(ends().empty());
    poll(page(order_news(id, "", "LIVE", "0")));
    poll();
    poll();
    EXPECT_TRUE(ends().empty()) << "not three in a row";
    poll();
    ASSERT_EQ(ends().size(), 1U);
    EXPECT_EQ(ends()[0].status, static_cast<std::uint32_t>(TRADECTL_ORDER_STATUS_CANCELED));
}

TEST_F(SyncTest, ReadsInOneMomentCountAsOne) {
    connect();
    place_one(10, "c-1");
    poll();
    for (int i = 0; i < 5; ++i) {
        user("{}");  // while an order seems to be over, each word is a reason to look
        answer_sync();
    }
    EXPECT_TRUE(ends().empty());
    EXPECT_EQ(asked(), 1U);
}

TEST_F(SyncTest, ATradeThatIsListedLateIsTheOrders) {
    connect();
    const std::string id = place_one(10, "c-1");
    run.advance(2 * kNsPerHour);
    answer_sync(page(order_news(id, "", "LIVE", "0")));
    for (int i = 0; i < 3; ++i)
        poll();
    ASSERT_EQ(ends().size(), 1U);
    poll();
    EXPECT_TRUE(fills().empty());
    poll(kNothing, page(taker_trade("t-1", id, "10", "CONFIRMED")));
    ASSERT_EQ(fills().size(), 1U) << "the order ended a moment ago, however old it is";
    EXPECT_EQ(view(fills()[0].client_order_id), "c-1");
    run.advance(2 * kNsPerHour);
    answer_sync();
    EXPECT_FALSE(base.kv().contains("o/" + id));
}

TEST_F(SyncTest, AnOrderThatTheVenueNeverShowedIsNotAskedForForEver) {
    connect();
    const std::string id = place(10, order("c-1"));
    drop("POST /order", TRADECTL_OUTCOME_UNKNOWN);
    for (int i = 0; i < 20; ++i)
        poll();
    EXPECT_EQ(asked(), 3U);
    EXPECT_TRUE(ends().empty()) << "nobody knows whether it ever stood there";
    poll(kNothing, page(taker_trade("t-1", id, "10", "CONFIRMED")));
    EXPECT_EQ(fills().size(), 1U);
}

constexpr std::string_view kKept =
    "0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

FakeHost::Kv kept_order(const std::string& more = "") {
    const std::string record = R"({"client":"c-9","instrument":"yes.test","side":1,"tif":1,)"
                               R"("account":0,"price":"0.5","quantity":"10",)"
                               R"("sent":1699990000000000000)" +
                               more + "}";
    FakeHost::Kv kv;
    kv["o/" + std::string(kKept)].assign(record.begin(), record.end());
    return kv;
}

constexpr std::string_view kNotListed = "[]";

/// An order of an earlier run.
class RecallTest : public SyncTest {
  protected:
    explicit RecallTest(const std::string& more = "") : SyncTest({}, kept_order(more)) {
        connect();
    }
    [[nodiscard]] bool is_kept() { return base.kv().contains("o/" + std::string(kKept)); }
    void answer_fee(std::string_view fee = R"("fd":{"r":0.04,"e":1})") {
        answer("GET /clob-markets/" + std::string(kCondition),
               200,
               R"({"c":")" + std::string(kCondition) + R"(","mts":0.01,)" + std::string(fee) + "}");
    }
    [[nodiscard]] Decimal fee(std::size_t fill) const {
        return Decimal::from_abi(fills().at(fill).fee);
    }
};

TEST_F(RecallTest, AFillThatTakesIsToldWhenItsFeeIsKnown) {
    user(taker_trade("t-1", kKept, "4", "MATCHED"));
    user(taker_trade("t-1", kKept, "4", "MINED"));
    EXPECT_TRUE(fills().empty());
    answer_fee();
    ASSERT_EQ(fills().size(), 2U);
    EXPECT_EQ(fills()[0].settlement, TRADECTL_SETTLEMENT_MATCHED);
    EXPECT_EQ(fee(0), 0.04_d);  // 4 * 0.04 * 0.25
    EXPECT_EQ(fee(1), 0.04_d);
}

TEST_F(RecallTest, AMakersFillWaitsForNoFee) {
    user(maker_trade("t-1", kKept, "4", "MATCHED"));
    ASSERT_EQ(fills().size(), 1U);
    EXPECT_TRUE(fee(0).is_zero());
}

TEST_F(RecallTest, AFeeThatCannotBeReadIsAskedForAgainAndTheFillIsToldOnce) {
    user(taker_trade("t-1", kKept, "4", "MATCHED"));
    drop("GET /clob-markets/", TRADECTL_OUTCOME_UNKNOWN);
    EXPECT_TRUE(fills().empty());
    run.advance(2 * kNsPerSecond);
    answer_fee();
    answer_sync(kNothing, page(taker_trade("t-1", kKept, "4", "MATCHED")));
    ASSERT_EQ(fills().size(), 1U);
    EXPECT_EQ(fee(0), 0.04_d);
}

TEST_F(RecallTest, AMarketThatIsGoneIsAskedForInTheList) {
    user(taker_trade("t-1", kKept, "4", "MATCHED"));
    answer("GET /clob-markets/", 404, R"({"error":"market not found"})");
    answer("GET /markets?", 200, kNotListed);
    EXPECT_TRUE(fills().empty());
    answer("GET /markets?",
           200,
           R"([{"conditionId":")" + std::string(kCondition) +
               R"(","outcomes":"[\"Yes\",\"No\"]",)"
               R"("clobTokenIds":"[\")" +
               std::string(kToken) + R"(\",\")" + std::string(kOtherToken) +
               R"(\"]","closed":true,"feeSchedule":{"rate":0.05,"exponent":1}}])");
    ASSERT_EQ(fills().size(), 1U);
    EXPECT_EQ(fee(0), 0.05_d);
}

TEST_F(RecallTest, AFeeThatIsRefusedIsAskedForInTheList) {
    user(taker_trade("t-1", kKept, "4", "MATCHED"));
    answer("GET /clob-markets/", 400, R"({"error":"invalid market"})");
    answer("GET /markets?", 200, kNotListed);
    answer("GET /markets?", 200, kNotListed);
    EXPECT_EQ(fills().size(), 1U);
}

TEST_F(RecallTest, ReadingGoesOnWhileAFeeIsMissing) {
    user(taker_trade("t-1", kKept, "4", "MATCHED"));
    answer("GET /clob-markets/", 503, "{}");
    run.advance(2 * kNsPerSecond);
    answer("GET /clob-markets/", 503, "{}");
    answer("GET /data/orders", 200, kNothing);
    answer("GET /data/trades", 200, kNothing);
    EXPECT_TRUE(fills().empty());
    answer_fee();
    EXPECT_EQ(fills().size(), 1U);
}

TEST_F(RecallTest, AFeeThatNobodyTellsIsTakenAsNoneAloud) {
    user(taker_trade("t-1", kKept, "4", "MATCHED"));
    answer("GET /clob-markets/", 404, R"({"error":"market not found"})");
    answer("GET /markets?", 200, kNotListed);
    answer("GET /markets?", 200, kNotListed);
    ASSERT_EQ(fills().size(), 1U);
    EXPECT_TRUE(fee(0).is_zero());
    EXPECT_NE(log_text().find("fee of yes.test is told nowhere, taken as 0"), std::string::npos);
}

TEST_F(RecallTest, AFeeIsNotUnlearnedByAListThatHasNone) {
    user(taker_trade("t-1", kKept, "4", "MATCHED"));
    answer_fee();
    run.advance(kNsPerMinute);
    answer("GET /markets?",
           200,
           R"([{"conditionId":")" + std::string(kCondition) +
               R"(","outcomes":"[\"Yes\",\"No\"]",)"
               R"("clobTokenIds":"[\")" +
               std::string(kToken) + R"(\",\")" + std::string(kOtherToken) + R"(\"]"}])");
    user(taker_trade("t-2", kKept, "4", "MATCHED"));
    ASSERT_EQ(fills().size(), 2U);
    EXPECT_EQ(fee(1), 0.04_d);
}

TEST_F(RecallTest, FillsThatAreAskedForHaveTheirFees) {
    tradectl_scope scope{};
    scope.account = TRADECTL_HANDLE_NONE;
    scope.since = TRADECTL_TIME_NONE;
    EXPECT_EQ(run.api().fills_since(run.self(), 40, &scope), TRADECTL_OK);
    answer("GET /data/trades", 200, page(taker_trade("t-1", kKept, "4", "CONFIRMED")));
    EXPECT_EQ(host.completion(40), nullptr);
    answer_fee();
    ASSERT_EQ(completion(40).item_count, 1U);
    const auto told = completion(40).items_as<tradectl_fill_report>();
    EXPECT_EQ(Decimal::from_abi(told[0].fee), 0.04_d);
}

TEST_F(RecallTest, OneThatTheVenueDoesNotShowIsForgottenAfterThreeReads) {
    EXPECT_TRUE(is_kept());
    for (int i = 0; i < 10; ++i)
        poll();
    EXPECT_EQ(asked(), 3U);
    EXPECT_FALSE(is_kept());
    EXPECT_TRUE(ends().empty()) << "the host asks for it by itself";
}

TEST_F(RecallTest, OneThatStandsIsFollowedToItsEnd) {
    poll(page(order_news(kKept, "", "LIVE", "0")));
    user(order_news(kKept, "CANCELLATION", "CANCELED", "0"));
    ASSERT_EQ(ends().size(), 1U);
    EXPECT_EQ(view(ends()[0].client_order_id), "c-9");
    EXPECT_NE(as_text(base.kv().at("o/" + std::string(kKept))).find(R"("closed":)"),
              std::string::npos);
    run.advance(2 * kNsPerHour);
    answer_sync();
    EXPECT_FALSE(is_kept());
}

class RecallClosedTest : public RecallTest {
  protected:
    RecallClosedTest() : RecallTest(R"(,"closed":)" + std::to_string(FakeHost().now().ns())) {}
};

TEST_F(RecallClosedTest, ItIsNotAskedForAndItsLateFillsAreItsOwn) {
    poll();
    poll(kNothing, page(taker_trade("t-1", kKept, "4", "CONFIRMED")));
    EXPECT_EQ(asked(), 0U);
    answer_fee();
    ASSERT_EQ(fills().size(), 1U);
    EXPECT_EQ(view(fills()[0].client_order_id), "c-9");
    EXPECT_TRUE(is_kept());
    run.advance(2 * kNsPerHour);
    answer_sync();
    EXPECT_FALSE(is_kept());
}

/// Closed two hours before this run; its settlement is heard now.
class RecallOldTest : public RecallTest {
  protected:
    RecallOldTest()
        : RecallTest(R"(,"closed":)" + std::to_string(FakeHost().now().ns() - 2 * kNsPerHour)) {}
};

TEST_F(RecallOldTest, ItIsKeptAnHourBehindWhatWasTold) {
    EXPECT_TRUE(is_kept());
    run.advance(50 * kNsPerMinute);
    answer_sync(kNothing, page(maker_trade("t-1", kKept, "4", "CONFIRMED")));
    ASSERT_EQ(fills().size(), 1U);
    run.advance(50 * kNsPerMinute);
    answer_sync();
    EXPECT_TRUE(is_kept());
    run.advance(2 * kNsPerHour);
    answer_sync();
    EXPECT_FALSE(is_kept());
}

}  // namespace
}  // namespace tradectl::polymarket
