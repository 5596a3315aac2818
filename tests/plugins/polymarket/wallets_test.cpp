// What wallets hold and do, markets that are found, and transactions.
#include "tests/plugins/polymarket/venue_fixture.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::polymarket {
namespace {

constexpr std::string_view kOther = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

std::string word_text(std::uint64_t value) {
    return to_hex(word_of(value)).substr(2);
}

class WalletsTest : public VenueTest {
  protected:
    explicit WalletsTest(std::string more = {}) : VenueTest(std::move(more)) { connect(); }
    /// Answers the oldest request to that end point.
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
    void rpc_error(std::string_view text) {
        answer("POST /",
               200,
               R"({"jsonrpc":"2.0","error":{"code":-32005,"message":")" + std::string(text) +
                   R"("}})");
    }
    void answer_balance() {
        answer("GET /balance-allowance?asset_type=COLLATERAL", 200, R"({"balance":"25000000"})");
        const auto open = waiting();
        if (!open.empty() && open.back().starts_with("GET /balance-allowance"))
            answer("GET /balance-allowance?asset_type=CONDITIONAL", 200, R"({"balance":"0"})");
    }
    void rpc_word(std::uint64_t value) { rpc("0x" + word_text(value)); }
    void rpc_two(std::uint64_t a, std::uint64_t b) {
        rpc("0x" + word_text(32) + word_text(2) + word_text(a) + word_text(b));
    }
    tradectl_scope scope(std::string_view address = {}) {
        tradectl_scope out{};
        out.struct_size = sizeof out;
        out.account = out.instrument = TRADECTL_HANDLE_NONE;
        out.since = TRADECTL_TIME_NONE;
        out.address = to_str(address);
        return out;
    }
};

class ProviderTest : public WalletsTest {
  protected:
    ProviderTest()
        : WalletsTest(R"("rpc_urls":["https://rpc-a.test/v2/hush","https://rpc-b.test/hush"])") {}
};

TEST_F(ProviderTest, NoErrorTellsWhatFollowsTheHost) {
    const tradectl_scope all = scope();
    run.api().balances(run.self(), 10, &all);
    answer_balance();
    answer("POST /v2/hush", 500, "broken");
    answer("POST /hush", 200, "no json");
    const std::string text = log_text();
    EXPECT_NE(text.find("https://rpc-a.test: 500"), std::string::npos) << text;
    EXPECT_NE(text.find("https://rpc-b.test: eth_call"), std::string::npos) << text;
    EXPECT_EQ(text.find("hush"), std::string::npos) << text;
}

TEST_F(WalletsTest, BalancesComeFromTheVenueAndTheChain) {
    const tradectl_scope all = scope();
    run.api().balances(run.self(), 10, &all);
    answer("GET /balance-allowance?asset_type=COLLATERAL&signature_type=0",
           200,
           R"({"balance":"25000000","allowances":{"0xE111":"0"}})");
    answer("GET /balance-allowance?asset_type=CONDITIONAL", 200, R"({"balance":"0"})");
    rpc_word(25'000'000);
    rpc_word(7'000'000);
    rpc_word(0);
    rpc_two(3'500'000, 0);
    const auto reports = completion(10).items_as<tradectl_balance_report>();
    ASSERT_EQ(reports.size(), 5U) << completion(10).text;
    EXPECT_EQ(view(reports[0].asset), "pUSD");
    EXPECT_EQ(Decimal::from_abi(reports[0].total), 25_d);
    EXPECT_EQ(view(reports[1].asset), "USDC.e");
    EXPECT_EQ(Decimal::from_abi(reports[1].total), 7_d);
    EXPECT_EQ(completion(10).completeness, Completeness::Complete);
    // Within the cache's life the chain is not asked again.
    const std::size_t asked = host.http.size();
    run.api().balances(run.self(), 11, &all);
    answer_balance();
    EXPECT_EQ(host.http.size(), asked + 1);
    EXPECT_EQ(completion(11).item_count, 5U);
}

class CachedTest : public WalletsTest {
  protected:
    /// Asks for our balances; how many requests went to the chain.
    std::size_t ask(std::uint64_t id) {
        const tradectl_scope all = scope();
        const std::size_t before = chain_requests();
        run.api().balances(run.self(), id, &all);
        answer_balance();
        if (chain_requests() > before) {
            rpc_word(25'000'000);
            rpc_word(0);
            rpc_word(0);
            rpc_two(3'500'000, 0);
        }
        return chain_requests() - before;
    }
    [[nodiscard]] std::size_t chain_requests() const {
        return static_cast<std::size_t>(
            std::count_if(host.http.begin(), host.http.end(), [](const auto& request) {
                return request.body.find("eth_call") != std::string::npos;
            }));
    }
    std::string place_one() {
        std::string id = place(20, order("c-1"));
        answer("POST /order",
               200,
               R"({"success":true,"errorMsg":"","orderID":")" + id + R"(","status":"live"})");
        return id;
    }
    std::uint64_t last_ = 100;
};

TEST_F(CachedTest, AnAnswerIsOfTheTimeOfItsReading) {
    EXPECT_EQ(ask(10), 4U);
    const Timestamp read = completion(10).as_of;
    run.advance(20 * kNsPerSecond);
    EXPECT_EQ(ask(11), 0U);
    EXPECT_EQ(completion(11).as_of, read);
    run.advance(kNsPerMinute);
    answer_sync();
    EXPECT_EQ(ask(12), 4U);
    EXPECT_GT(completion(12).as_of, read);
}

TEST_F(CachedTest, EachFillAndEachStepOfItsSettlementIsAReasonToReadAnew) {
    const std::string id = place_one();
    EXPECT_EQ(ask(10), 4U);
    for (const std::string_view status : {"MATCHED", "MINED", "CONFIRMED"}) {
        user(taker_trade("t-1", id, "4", status));
        user(taker_trade("t-1", id, "4", status));
        EXPECT_EQ(ask(++last_), 4U) << status;
        EXPECT_EQ(ask(++last_), 0U) << status;
    }
}

TEST_F(CachedTest, AReadingThatAFillOvertookIsNotKept) {
    const std::string id = place_one();
    const tradectl_scope all = scope();
    run.api().balances(run.self(), 10, &all);
    answer_balance();
    rpc_word(25'000'000);
    user(taker_trade("t-1", id, "4", "MATCHED"));
    rpc_word(0);
    rpc_word(0);
    rpc_two(3'500'000, 0);
    EXPECT_EQ(completion(10).status, TRADECTL_OK);
    EXPECT_EQ(ask(11), 4U);
}

TEST_F(WalletsTest, TheNextEndPointAnswersForOneThatIsLost) {
    const tradectl_scope all = scope(kOther);
    run.api().balances(run.self(), 10, &all);
    EXPECT_EQ(host.http.back().url, "https://rpc-a.test");
    drop("POST /", TRADECTL_UNAVAILABLE);
    EXPECT_EQ(host.http.back().url, "https://rpc-b.test");
    rpc_word(1'000'000);
    EXPECT_EQ(host.http.back().url, "https://rpc-a.test");
}

TEST_F(WalletsTest, AnEndPointOfAnotherChainIsLeftOutAndNamedOnce) {
    chain_id = "0x13882";
    const tradectl_scope all = scope(kOther);
    run.api().balances(run.self(), 10, &all);
    sign_all();
    EXPECT_EQ(completion(10).status, TRADECTL_DENIED);
    run.api().balances(run.self(), 11, &all);
    EXPECT_EQ(completion(11).status, TRADECTL_DENIED);
    const std::string words = "https://rpc-a.test serves chain 80002, not 137: it is not used";
    const std::string text = log_text();
    EXPECT_NE(text.find(words), std::string::npos) << text;
    EXPECT_EQ(text.find(words), text.rfind(words)) << text;
}

TEST_F(WalletsTest, TheNextEndPointAnswersForOneThatIsTooBusy) {
    const tradectl_scope all = scope(kOther);
    run.api().balances(run.self(), 10, &all);
    rpc_error("rate limit exceeded");
    EXPECT_EQ(host.http.back().url, "https://rpc-b.test");
    rpc_word(1'000'000);
    EXPECT_EQ(host.http.back().url, "https://rpc-a.test");
    rpc_error("execution reverted: no");
    EXPECT_EQ(completion(10).status, TRADECTL_REJECTED) << "the contract's own word";
}

class QuorumTest : public WalletsTest {
  protected:
    QuorumTest() : WalletsTest(R"("rpc_mode":"quorum")") {}
};

TEST_F(QuorumTest, TwoEndPointsThatDisagreeAreNoAnswer) {
    const tradectl_scope all = scope(kOther);
    run.api().balances(run.self(), 10, &all);
    rpc_word(1);
    rpc_word(2);
    EXPECT_EQ(completion(10).status, TRADECTL_UNAVAILABLE);
    EXPECT_NE(completion(10).text.find("disagree"), std::string::npos);
}

TEST_F(WalletsTest, PositionsOfKnownInstrumentsAreReported) {
    const tradectl_scope all = scope();
    run.api().positions(run.self(), 10, &all);
    answer("GET /v2/positions?user=" + std::string(kSigner) + "&status=OPEN",
           200,
           R"({"data":[{"token_id":")" + std::string(kToken) +
               R"(","current_size":"12.5","avg_price":"0.4"},{"token_id":"9","current_size":1}],)"
               R"("pagination":{"has_more":false}})");
    const auto reports = completion(10).items_as<tradectl_position_report>();
    ASSERT_EQ(reports.size(), 1U) << completion(10).text;
    EXPECT_EQ(Decimal::from_abi(reports[0].quantity), 12.5_d);
    EXPECT_EQ(Decimal::from_abi(reports[0].average_price), 0.4_d);
}

TEST_F(WalletsTest, ActivityNamesEachFillOfATransaction) {
    const auto row = [](std::string_view hash, std::string_view size, std::string_view time) {
        return R"({"type":"TRADE","proxy_wallet":"0xAB","token_id":")" + std::string(kToken) +
               R"(","side":"BUY","size":")" + std::string(size) +
               R"(","price":"0.5","timestamp":)" + std::string(time) + R"(,"transaction_hash":")" +
               std::string(hash) + "\"}";
    };
    tradectl_scope all = scope(kOther);
    all.since = 1'700'000'000 * kNsPerSecond;
    run.api().activity(run.self(), 10, &all);
    answer("GET /v2/activity?user=" + std::string(kOther) + "&start=1700000000",
           200,
           R"({"data":[)" + row("0x02", "3", "1700000002") + "," + row("0x01", "2", "1700000001") +
               "," + row("0x01", "1", "1700000001") + R"(],"pagination":{"has_more":false}})");
    const auto events = host.events_of<tradectl_activity_event>();
    ASSERT_EQ(events.size(), 3U) << completion(10).text;
    EXPECT_EQ(Decimal::from_abi(events[0].quantity), 1_d);
    EXPECT_NE(view(events[0].activity_id), view(events[1].activity_id));
    EXPECT_TRUE(view(events[0].activity_id).starts_with("0x01:"));
    EXPECT_EQ(events[0].header.instrument, instrument);
    EXPECT_EQ(completion(10).completeness, Completeness::Complete);
    // The same rows again have the same names.
    run.api().activity(run.self(), 11, &all);
    answer("GET /v2/activity",
           200,
           R"({"data":[)" + row("0x01", "2", "1700000001") + "," + row("0x01", "1", "1700000001") +
               R"(],"pagination":{"has_more":false}})");
    const auto again = host.events_of<tradectl_activity_event>();
    EXPECT_EQ(view(again[3].activity_id), view(events[0].activity_id));
    EXPECT_EQ(view(again[4].activity_id), view(events[1].activity_id));
}

TEST_F(WalletsTest, DiscoveryListsOpenMarketsAsInstruments) {
    tradectl_discover request{};
    request.struct_size = sizeof request;
    request.tag = to_str("crypto");
    run.api().discover(run.self(), 10, &request);
    answer("GET /tags/slug/crypto", 200, R"({"id":"21","slug":"crypto"})");
    const std::string market =
        R"({"conditionId":"0x05","slug":"will-it-rain","outcomes":"[\"Yes\",)"
        R"(\"No\"]","clobTokenIds":"[\"777\",\"888\"]","negRisk":true,)"
        R"("orderPriceMinTickSize":0.001,"orderMinSize":5,)"
        R"("enableOrderBook":true,"acceptingOrders":true,"closed":false,)"
        R"("endDate":"2026-12-31T00:00:00Z"})";
    answer("GET /markets/keyset?limit=100&closed=false&tag_id=21",
           200,
           R"({"markets":[)" + market + R"(,{"slug":"broken"}]})");
    const auto found = completion(10).items_as<tradectl_instrument>();
    ASSERT_EQ(found.size(), 2U) << completion(10).text;
    EXPECT_EQ(view(found[0].name), "will-it-rain-yes.test");
    EXPECT_EQ(view(found[0].venue_symbol), "777");
    EXPECT_EQ(view(found[0].base), "ctf-777");
    EXPECT_EQ(view(found[0].quote), "pUSD");
    EXPECT_EQ(found[0].kind, static_cast<std::uint32_t>(TRADECTL_INSTRUMENT_BINARY));
    EXPECT_EQ(Decimal::from_abi(found[0].tick), 0.001_d);
    EXPECT_EQ(Decimal::from_abi(found[0].price_max), 0.999_d);
    EXPECT_EQ(Decimal::from_abi(found[0].quantity_min), 5_d);
    EXPECT_NE(log_text().find("conditionId"), std::string::npos);
}

class ApprovalTest : public WalletsTest {
  protected:
    tradectl_operation approval(Decimal amount) {
        tradectl_operation out{};
        out.kind = TRADECTL_OPERATION_APPROVE;
        out.op_id = 80;
        out.asset = TRADECTL_HANDLE_NONE;
        out.quantity = amount.to_abi();
        return out;
    }
    void answer_preparation() {
        rpc("0xb3b0");               // gas
        rpc("0x5d21dba00");          // tip: 25 gwei
        rpc("0x6fc23ac00");          // 30 gwei
        rpc("0x56bc75e2d63100000");  // 100 coins
        rpc("0x5");                  // nonce, latest
        rpc("0x7");                  // nonce, pending
    }
};

TEST_F(ApprovalTest, IsATransactionKnownByItsNonce) {
    run.prepare(10, approval(100_d));
    answer_preparation();
    EXPECT_EQ(completion(10).identity, "tx:137:" + std::string(kSigner) + ":7");
    EXPECT_EQ(completion(10).fence, static_cast<std::uint32_t>(TRADECTL_FENCE_NONCE));
    EXPECT_EQ(completion(10).fence_value, 7);
    EXPECT_NE(completion(10).request.find(R"("gasLimit":69000)"), std::string::npos)
        << completion(10).request;
    EXPECT_NE(completion(10).request.find("095ea7b3"), std::string::npos);
    EXPECT_NE(completion(10).request.find(word_text(100'000'000)), std::string::npos);
    run.submit(11, 10, "\x02raw transaction");
    EXPECT_NE(host.http.back().body.find("eth_sendRawTransaction"), std::string::npos);
    EXPECT_EQ(host.http.back().op_id, 80U);
    rpc("0x" + std::string(64, '0'));
    EXPECT_EQ(completion(11).status, TRADECTL_OK);
    EXPECT_EQ(completion(11).venue_order_id, to_hex(keccak256(as_bytes("\x02raw transaction"))));
}

TEST_F(ApprovalTest, IsRefusedOnAnotherChainAndWithoutAnAmount) {
    chain_id = "0x1";
    run.prepare(10, approval(100_d));
    sign_all();
    EXPECT_EQ(completion(10).status, TRADECTL_DENIED);
    EXPECT_NE(completion(10).text.find("https://rpc-a.test serves chain 1, not 137"),
              std::string::npos);
    run.prepare(20, approval(Decimal::null()));
    EXPECT_NE(completion(20).text.find("approve_unlimited"), std::string::npos);
}

TEST_F(ApprovalTest, ALostAnswerLeavesTheOutcomeOpenAndAKnownTransactionIsTaken) {
    run.prepare(10, approval(1_d));
    answer_preparation();
    run.submit(11, 10, "\x02raw");
    drop("POST /", TRADECTL_OUTCOME_UNKNOWN);
    drop("POST /", TRADECTL_UNAVAILABLE);
    EXPECT_EQ(completion(11).status, TRADECTL_OUTCOME_UNKNOWN);
}

TEST_F(ApprovalTest, ANodeThatIsTooBusyLeavesTheOutcomeOpenAndTheNextIsAsked) {
    run.prepare(10, approval(1_d));
    answer_preparation();
    run.submit(11, 10, "\x02raw");
    rpc_error("header not found");
    EXPECT_EQ(host.http.back().url, "https://rpc-b.test");
    rpc_error("rate limit exceeded");
    EXPECT_EQ(completion(11).status, TRADECTL_OUTCOME_UNKNOWN);
    EXPECT_NE(completion(11).text.find("rate limit"), std::string::npos);
}

TEST_F(ApprovalTest, ANodeThatCannotBePaidRefusesAndNothingWasSentMeansSo) {
    run.prepare(10, approval(1_d));
    answer_preparation();
    run.submit(11, 10, "\x02raw");
    drop("POST /", TRADECTL_AUTHENTICATION);
    rpc_error("insufficient funds for gas * price + value");
    EXPECT_EQ(completion(11).status, TRADECTL_REJECTED);
    // Its nonce is the next one's: what is behind a gap is never mined.
    run.prepare(12, approval(1_d));
    answer_preparation();
    EXPECT_EQ(completion(12).identity, "tx:137:" + std::string(kSigner) + ":7");
}

TEST_F(ApprovalTest, ALostOneKeepsItsNonce) {
    run.prepare(10, approval(1_d));
    answer_preparation();
    run.submit(11, 10, "\x02raw");
    drop("POST /", TRADECTL_OUTCOME_UNKNOWN);
    drop("POST /", TRADECTL_UNAVAILABLE);
    run.prepare(12, approval(1_d));
    answer_preparation();
    EXPECT_EQ(completion(12).identity, "tx:137:" + std::string(kSigner) + ":8");
}

}  // namespace
}  // namespace tradectl::polymarket
