// What is owed besides orders: heartbeats that keep them alive, and redeeming what a market pays.
#include "tests/plugins/polymarket/venue_fixture.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::polymarket {
namespace {

class HeartbeatTest : public VenueTest {
  protected:
    explicit HeartbeatTest(std::string more = R"("heartbeat":"on")") : VenueTest(std::move(more)) {
        connect();
    }
    [[nodiscard]] std::size_t beats() const {
        return static_cast<std::size_t>(
            std::count_if(host.http.begin(), host.http.end(), [](const auto& request) {
                return request.url.ends_with("/v1/heartbeats");
            }));
    }
    std::string beat(std::uint32_t status, std::string_view body) {
        return answer("POST /v1/heartbeats", status, body).body;
    }
};

TEST_F(HeartbeatTest, BeatsEveryFiveSecondsWithTheIdThatItWasGiven) {
    EXPECT_EQ(beat(200, R"({"heartbeat_id":"a"})"), R"({"heartbeat_id":""})");
    run.advance(5 * kNsPerSecond);
    EXPECT_EQ(beat(200, R"({"heartbeat_id":"b"})"), R"({"heartbeat_id":"a"})");
    run.advance(5 * kNsPerSecond);
    EXPECT_EQ(beat(200, R"({"heartbeat_id":"c"})"), R"({"heartbeat_id":"b"})");
    EXPECT_EQ(beats(), 3U);
}

TEST_F(HeartbeatTest, AStaleIdIsReplacedAtOnce) {
    beat(400, R"({"error_msg":"Invalid Heartbeat ID","heartbeat_id":"x"})");
    EXPECT_EQ(beat(200, R"({"heartbeat_id":"y"})"), R"({"heartbeat_id":"x"})");
    EXPECT_EQ(beats(), 2U);
}

TEST_F(HeartbeatTest, ARefusalThatGoesOnIsNotRepeatedForever) {
    beat(400, R"({"heartbeat_id":"x"})");
    beat(400, R"({"heartbeat_id":"y"})");
    EXPECT_EQ(beats(), 2U);
    run.advance(kNsPerSecond);
    sign_all();
    EXPECT_EQ(beats(), 3U);
}

TEST_F(HeartbeatTest, OneThatIsLostIsFollowedBeforeTheVenueGivesUp) {
    drop("POST /v1/heartbeats", TRADECTL_OUTCOME_UNKNOWN);
    run.advance(kNsPerSecond);
    sign_all();
    EXPECT_EQ(beats(), 2U);
    EXPECT_NE(log_text().find("/v1/heartbeats: no answer"), std::string::npos) << log_text();
}

TEST_F(HeartbeatTest, EndsWithTheConnection) {
    beat(200, R"({"heartbeat_id":"a"})");
    run.api().disconnect(run.self(), 9);
    run.advance(kNsPerMinute);
    EXPECT_EQ(beats(), 1U);
}

class KeepTest : public HeartbeatTest {
  protected:
    KeepTest() : HeartbeatTest("") {}
};

TEST_F(KeepTest, WithoutItNoneIsEverSentAndOrdersLiveOn) {
    run.advance(kNsPerMinute);
    EXPECT_EQ(beats(), 0U);
}

std::string word_text(std::uint64_t value) {
    return to_hex(word_of(value)).substr(2);
}

class RedeemTest : public VenueTest {
  protected:
    explicit RedeemTest(std::string more = {}) : VenueTest(std::move(more)) {
        connect(Lists::KnowNone);
    }
    void rpc(std::string_view result) {
        sign_all();
        const auto& last = host.http.back();
        const std::size_t id = last.body.find("\"id\":") + 5;
        const std::string number = last.body.substr(id, last.body.find(',', id) - id);
        answer(
            "POST /",
            200,
            R"({"jsonrpc":"2.0","id":)" + number + R"(,"result":")" + std::string(result) + "\"}");
    }
    [[nodiscard]] tradectl_operation redeem() const {
        tradectl_operation out = order("");
        out.kind = TRADECTL_OPERATION_REDEEM;
        return out;
    }
    /// The market ended: the list tells it among the closed ones alone.
    void answer_list(bool neg_risk) {
        answer("GET /markets?limit=100&closed=false", 200, "[]");
        answer("GET /markets?limit=100&closed=true",
               200,
               R"([{"conditionId":")" + std::string(kCondition) +
                   R"(","slug":"it","outcomes":"[\"Yes\",\"No\"]","clobTokenIds":"[\")" +
                   std::string(kToken) + R"(\",\")" + std::string(kOtherToken) +
                   R"(\"]","closed":true,"negRisk":)" + (neg_risk ? "true" : "false") + "}]");
    }
    void answer_gas() {
        rpc("0xb3b0");
        rpc("0x5d21dba00");
        rpc("0x6fc23ac00");
        rpc("0x56bc75e2d63100000");
        rpc("0x5");
        rpc("0x5");
    }
};

TEST_F(RedeemTest, AsksTheTokensContractForAPlainMarket) {
    run.prepare(10, redeem());
    answer_list(false);
    rpc("0x" + word_text(1));  // payoutDenominator
    answer_gas();
    const std::string& request = completion(10).request;
    EXPECT_EQ(completion(10).status, TRADECTL_OK) << completion(10).text;
    EXPECT_NE(request.find(R"("to":"0x4D97DCd97eC945f40cF65F87097ACe5EA0476045")"),
              std::string::npos)
        << request;
    EXPECT_NE(request.find(std::string(kCondition.substr(2))), std::string::npos);
    EXPECT_EQ(completion(10).identity, "tx:137:" + std::string(kSigner) + ":5");
}

TEST_F(RedeemTest, AsksTheAdapterForANegRiskMarketWithWhatIsHeld) {
    run.prepare(10, redeem());
    answer_list(true);
    rpc("0x" + word_text(1));
    answer("GET /clob-markets/",
           200,
           R"({"c":")" + std::string(kCondition) + R"(","mts":0.01,"t":[{"t":")" +
               std::string(kToken) + R"(","o":"Yes"},{"t":")" + std::string(kOtherToken) +
               R"(","o":"No"}]})");
    rpc("0x" + word_text(12'000'000));
    rpc("0x" + word_text(0));
    answer_gas();
    const std::string& request = completion(10).request;
    EXPECT_EQ(completion(10).status, TRADECTL_OK) << completion(10).text;
    EXPECT_NE(request.find(R"("to":"0xd91E80cF2E7be2e162c6513ceD06f1dD0dA35296")"),
              std::string::npos)
        << request;
    EXPECT_NE(request.find(word_text(12'000'000) + word_text(0)), std::string::npos);
}

TEST_F(RedeemTest, IsRefusedBeforeTheChainKnowsWhatItPays) {
    run.prepare(10, redeem());
    answer_list(false);
    rpc("0x" + word_text(0));
    EXPECT_EQ(completion(10).status, TRADECTL_BAD_STATE);
    EXPECT_NE(completion(10).text.find("is not resolved on the chain"), std::string::npos);
}

TEST_F(RedeemTest, IsRefusedForAMarketThatNoListKnows) {
    run.prepare(10, redeem());
    answer("GET /markets?limit=100&closed=false", 200, "[]");
    answer("GET /markets?limit=100&closed=true", 200, "[]");
    EXPECT_EQ(completion(10).status, TRADECTL_NOT_FOUND);
    EXPECT_NE(completion(10).text.find("yes.test is in none of the venue's lists"),
              std::string::npos)
        << completion(10).text;
}

TEST_F(RedeemTest, IsRefusedWithoutGasMoney) {
    run.prepare(10, redeem());
    answer_list(false);
    rpc("0x" + word_text(1));
    rpc("0xb3b0");
    rpc("0x5d21dba00");
    rpc("0x6fc23ac00");
    rpc("0x1");  // eth_getBalance
    EXPECT_EQ(completion(10).status, TRADECTL_DENIED);
    EXPECT_NE(completion(10).text.find("gas money is missing"), std::string::npos)
        << completion(10).text;
}

TEST_F(RedeemTest, IsQuotedOnceTheMarketIsResolved) {
    tradectl_quote_request request{};
    request.struct_size = sizeof(request);
    request.instrument = instrument;
    ASSERT_EQ(run.api().quote(run.self(), 10, &request), TRADECTL_OK);
    answer_list(false);
    rpc("0x" + word_text(0));  // payoutDenominator
    EXPECT_EQ(completion(10).status, TRADECTL_BAD_STATE);
    ASSERT_EQ(run.api().quote(run.self(), 11, &request), TRADECTL_OK);
    rpc("0x" + word_text(2));
    answer("GET /clob-markets/",
           200,
           R"({"c":")" + std::string(kCondition) + R"(","mts":0.01,"t":[{"t":")" +
               std::string(kToken) + R"(","o":"Yes"},{"t":")" + std::string(kOtherToken) +
               R"(","o":"No"}]})");
    rpc("0x" + word_text(1));
    rpc("0x" + word_text(1));
    rpc("0x" + word_text(12'000'000));
    EXPECT_EQ(completion(11).status, TRADECTL_OK) << completion(11).text;
}

/// A transaction of nonce 5 is asked for by its hash.
class TransactionQueryTest : public RedeemTest {
  protected:
    const std::string hash_ = "0x" + word_text(77);
    void query(const std::string& hash,
               const std::string& identity = "tx:137:" + std::string(kSigner) + ":5") {
        tradectl_order_query query{};
        query.struct_size = sizeof(query);
        query.instrument = instrument;
        query.identity = {identity.data(), static_cast<std::uint32_t>(identity.size()), 0};
        query.venue_order_id = {hash.data(), static_cast<std::uint32_t>(hash.size()), 0};
        ASSERT_EQ(run.api().query_order(run.self(), 10, &query), TRADECTL_OK);
    }
    void rpc_json(std::string_view result) {
        sign_all();
        const auto& last = host.http.back();
        EXPECT_NE(last.body.find(hash_), std::string::npos) << last.body;
        const std::size_t id = last.body.find("\"id\":") + 5;
        const std::string number = last.body.substr(id, last.body.find(',', id) - id);
        answer("POST /", 200, R"({"id":)" + number + R"(,"result":)" + std::string(result) + "}");
    }
};

TEST_F(TransactionQueryTest, ProvesNothingBeforeItsNonceIsFinal) {
    query(hash_);
    sign_all();  // and the chain is told
    EXPECT_NE(host.http.back().body.find("finalized"), std::string::npos);
    rpc("0x5");
    EXPECT_EQ(completion(10).status, TRADECTL_NOT_FOUND);
    EXPECT_EQ(completion(10).completeness, Completeness::Unknown);
}

TEST_F(TransactionQueryTest, ProvesNothingWithoutItsHash) {
    query("");
    rpc("0x6");
    EXPECT_EQ(completion(10).status, TRADECTL_NOT_FOUND);
    EXPECT_EQ(completion(10).completeness, Completeness::Unknown);
}

TEST_F(TransactionQueryTest, WasNeverDoneWhenAnotherUsedItsNonce) {
    query(hash_);
    for (int look = 0; look < 3; ++look) {  // the first, then each end point
        EXPECT_EQ(host.completion(10), nullptr);
        rpc("0x6");
        rpc_json("null");
    }
    EXPECT_EQ(completion(10).status, TRADECTL_NOT_FOUND);
    EXPECT_EQ(completion(10).completeness, Completeness::Complete);
}

TEST_F(TransactionQueryTest, ProvesNothingWhileOneEndPointLagsBehind) {
    query(hash_);
    rpc("0x6");
    rpc_json("null");
    rpc("0x6");
    rpc_json("null");
    rpc("0x5");
    EXPECT_EQ(completion(10).status, TRADECTL_NOT_FOUND);
    EXPECT_EQ(completion(10).completeness, Completeness::Unknown);
}

TEST_F(TransactionQueryTest, ProvesNothingOfAnotherWallet) {
    query(hash_, "tx:137:0x00000000000000000000000000000000000000aa:5");
    EXPECT_EQ(completion(10).status, TRADECTL_NOT_FOUND);
    EXPECT_EQ(completion(10).completeness, Completeness::Unknown);
    EXPECT_NE(completion(10).text.find("another wallet or chain"), std::string::npos);
}

TEST_F(TransactionQueryTest, TellsThatItReverted) {
    query(hash_);
    rpc("0x6");
    rpc_json(R"({"status":"0x0","logs":[]})");
    const auto rows = completion(10).items_as<tradectl_order_report>();
    ASSERT_EQ(rows.size(), 1U) << completion(10).text;
    EXPECT_EQ(rows[0].status, static_cast<std::uint32_t>(TRADECTL_ORDER_STATUS_REJECTED));
}

class SafeWalletTest : public RedeemTest {
  protected:
    SafeWalletTest()
        : RedeemTest(
              R"("signature_type":2,"funder":"0x70997970C51812dc3A010C7d01b50e0d17dc79C8")") {}
};

TEST_F(SafeWalletTest, ItsTransactionsAreRefusedByName) {
    run.prepare(10, redeem());
    EXPECT_EQ(completion(10).status, TRADECTL_UNSUPPORTED);
    EXPECT_NE(completion(10).text.find("Safe wallet (signature_type 2)"), std::string::npos)
        << completion(10).text;
    EXPECT_TRUE(host.http.back().body.find("eth_") == std::string::npos);
}

}  // namespace
}  // namespace tradectl::polymarket
