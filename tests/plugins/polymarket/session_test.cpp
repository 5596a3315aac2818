#include "tests/plugins/polymarket/venue_fixture.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace tradectl::polymarket {
namespace {

std::string header(const FakeHttpRequest& request, std::string_view name) {
    for (const auto& [key, value] : request.headers)
        if (key == name) return value;
    return {};
}

class SessionTest : public VenueTest {
  protected:
    std::vector<std::uint32_t> statuses() {
        std::vector<std::uint32_t> out;
        for (const auto& event : host.events_of<tradectl_status_event>())
            out.push_back(event.status);
        return out;
    }
};

TEST_F(SessionTest, CreatesAnApiKeyWhoseSecretsItNeverSees) {
    EXPECT_EQ(run.api().connect(run.self(), 1), TRADECTL_OK);
    answer("GET /time", 200, "1700000000");
    answer("GET /version", 200, R"({"version":2})");
    sign_all();
    const FakeHttpRequest request =
        answer("POST /auth/api-key", 200, R"({"apiKey":"k-1","secret":"s","passphrase":"p"})");
    EXPECT_EQ(header(request, "POLY_ADDRESS"), kSigner);
    EXPECT_EQ(header(request, "POLY_TIMESTAMP"), "1700000000");
    EXPECT_EQ(header(request, "POLY_NONCE"), "0");
    EXPECT_EQ(header(request, "POLY_SIGNATURE").size(), 132U);
    ASSERT_EQ(request.captures.size(), 2U);
    EXPECT_EQ(request.captures[0].first, "/secret");
    EXPECT_EQ(request.captures[0].second, "clob-secret");
    EXPECT_EQ(request.captures[1].second, "clob-passphrase");
    EXPECT_EQ(host.sign_requests[0].type, TRADECTL_SIGN_EIP712);
    EXPECT_EQ(host.sign_requests[0].key, "wallet");
    const FakeHttpRequest read = answer("GET /data/orders?next_cursor=MA%3D%3D", 200, "[]");
    EXPECT_EQ(header(read, "POLY_API_KEY"), "k-1");
    EXPECT_EQ(header(read, "POLY_PASSPHRASE"), "{{secret:clob-passphrase}}");
    EXPECT_EQ(host.sign_requests[1].payload, "1700000000GET/data/orders");
}

TEST_F(SessionTest, DerivesTheKeyWhereItWasCreatedBefore) {
    EXPECT_EQ(run.api().connect(run.self(), 1), TRADECTL_OK);
    answer("GET /time", 200, "1700000000");
    answer("GET /version", 200, R"({"version":2})");
    answer("POST /auth/api-key", 400, R"({"error":"Could not create api key"})");
    answer("GET /auth/derive-api-key", 200, R"({"apiKey":"k-2","secret":"","passphrase":""})");
    answer_sync();
    EXPECT_EQ(completion(1).status, TRADECTL_OK);
    EXPECT_EQ(as_text(base.kv().at("api_key")), std::string(kSigner) + " 0 k-2");
}

TEST_F(SessionTest, SaysBothReasonsWhenNoKeyComes) {
    EXPECT_EQ(run.api().connect(run.self(), 1), TRADECTL_OK);
    answer("GET /time", 200, "1700000000");
    answer("GET /version", 200, R"({"version":2})");
    answer("POST /auth/api-key", 401, R"({"error":"Invalid L1 Request headers"})");
    answer("GET /auth/derive-api-key", 400, R"({"error":"Could not derive api key!"})");
    EXPECT_NE(completion(1).status, TRADECTL_OK);
    EXPECT_NE(completion(1).text.find("Invalid L1 Request headers"), std::string::npos);
    EXPECT_NE(completion(1).text.find("Could not derive api key!"), std::string::npos);
}

TEST_F(SessionTest, AStoredKeyThatTheVenueForgotIsDerivedAnew) {
    connect();
    EXPECT_EQ(run.api().disconnect(run.self(), 2), TRADECTL_OK);
    EXPECT_EQ(run.api().connect(run.self(), 3), TRADECTL_OK);
    answer("GET /time", 200, "1700000000");
    answer("GET /version", 200, R"({"version":2})");
    answer("GET /data/orders", 401, R"({"error":"Unauthorized/Invalid api key"})");
    answer("POST /auth/api-key", 200, R"({"apiKey":"k-3","secret":"","passphrase":""})");
    answer_sync();
    EXPECT_EQ(completion(3).status, TRADECTL_OK) << completion(3).text;
}

TEST_F(SessionTest, SubscribesWithSlotsForItsSecrets) {
    connect();
    ASSERT_EQ(host.ws_opened.size(), 1U);
    EXPECT_EQ(host.ws_opened[0].url, "wss://ws.test/ws/user");
    ASSERT_FALSE(host.ws_sent.empty());
    EXPECT_EQ(host.ws_sent[0].payload,
              R"({"type":"user","auth":{"apiKey":"00000000-0000-0000-0000-000000000001",)"
              R"("secret":"{{secret:clob-secret}}","passphrase":"{{secret:clob-passphrase}}"},)"
              R"("markets":[]})");
}

TEST_F(SessionTest, TellsAClockThatIsOffAndSendsTheVenuesTime) {
    EXPECT_EQ(run.api().connect(run.self(), 1), TRADECTL_OK);
    answer("GET /time", 200, "1700000300");
    EXPECT_NE(log_text().find("our clock is off"), std::string::npos) << log_text();
    EXPECT_NE(log_text().find("300500 ms"), std::string::npos) << log_text();
    answer("GET /version", 404, "");
    sign_all();
    EXPECT_NE(host.sign_requests[0].payload.find("\"1700000300\""), std::string::npos);
}

TEST_F(SessionTest, RefusesAnOrderVersionThatItDoesNotKnow) {
    EXPECT_EQ(run.api().connect(run.self(), 1), TRADECTL_OK);
    answer("GET /time", 200, "1700000000");
    answer("GET /version", 200, R"({"version":4})");
    EXPECT_EQ(completion(1).status, TRADECTL_BAD_STATE);
}

TEST_F(SessionTest, PingsAndOpensASilentStreamAnew) {
    connect();
    run.advance(10 * kNsPerSecond);
    EXPECT_EQ(host.ws_sent.back().payload, "PING");
    user("PONG");
    EXPECT_EQ(host.ws_opened.size(), 1U);
    run.advance(60 * kNsPerSecond);
    EXPECT_EQ(host.ws_opened.size(), 2U);
    const auto told = statuses();
    EXPECT_NE(std::find(told.begin(), told.end(), TRADECTL_STATUS_STALE), told.end());
}

TEST_F(SessionTest, ReadsFastWhileTheStreamIsDownAndSlowlyAfter) {
    connect();
    const auto reads = [&] {
        std::size_t count = 0;
        for (const auto& request : host.http)
            count += request.url.find("/data/orders") != std::string::npos ? 1 : 0;
        return count;
    };
    run.ws(1, TRADECTL_WS_CLOSED, "");
    EXPECT_EQ(statuses().back(), static_cast<std::uint32_t>(TRADECTL_STATUS_GAP));
    const auto before = reads();
    for (int i = 0; i < 5; ++i) {
        run.advance(2 * kNsPerSecond);
        answer_sync();
    }
    EXPECT_GE(reads(), before + 4);
    run.ws(1, TRADECTL_WS_OPENED, "");
    answer_sync();
    EXPECT_EQ(statuses().back(), static_cast<std::uint32_t>(TRADECTL_STATUS_RESYNCED));
    const auto after = reads();
    for (int i = 0; i < 5; ++i) {
        run.advance(2 * kNsPerSecond);
        answer_sync();
    }
    EXPECT_LE(reads(), after + 1);
}

TEST_F(SessionTest, AStreamThatTheHostReopenedIsLeftAlone) {
    connect();
    run.ws(1, TRADECTL_WS_CLOSED, "");
    run.ws(1, TRADECTL_WS_OPENED, "");
    answer_sync();
    host.ws_sent.clear();
    for (int i = 0; i < 20; ++i) {
        run.advance(kNsPerSecond);
        user("PONG");
        answer_sync();
    }
    EXPECT_EQ(host.ws_opened.size(), 1U);
    EXPECT_EQ(host.ws_sent.size(), 2U) << "a ping every ten seconds";
    EXPECT_EQ(statuses().back(), static_cast<std::uint32_t>(TRADECTL_STATUS_RESYNCED));
    EXPECT_EQ(log_text().find("user stream"), std::string::npos) << log_text();
}

TEST_F(SessionTest, AConnectionMadeAnewOpensTheStreamAnew) {
    connect();
    EXPECT_EQ(run.api().disconnect(run.self(), 2), TRADECTL_OK);
    EXPECT_TRUE(host.ws_kept.empty());
    EXPECT_EQ(run.api().connect(run.self(), 3), TRADECTL_OK);
    answer("GET /time", 200, std::to_string(base.now().ns() / kNsPerSecond));
    answer("GET /version", 200, R"({"version":2})");
    answer_sync();
    EXPECT_EQ(completion(3).status, TRADECTL_OK) << completion(3).text;
    EXPECT_EQ(host.ws_opened.size(), 2U);
}

TEST_F(SessionTest, NoSecretAndNoSlotReachesTheLog) {
    connect();
    EXPECT_EQ(log_text().find("secret"), std::string::npos) << log_text();
}

TEST(PolymarketSettings, NameWhatIsWrong) {
    FakeHost base;
    FakeExchangeHost host{base};
    use_real_hashes(host);
    const auto error = [&](std::string_view settings) {
        return ExchangeRun(host, kExchangeApi<Polymarket>, settings).error();
    };
    EXPECT_NE(error(R"({"address":"0x1"})").find("is not an address"), std::string::npos);
    EXPECT_NE(error(R"({"address":"0xF39Fd6e51aad88F6F4ce6aB8827279cffFb92266"})").find("checksum"),
              std::string::npos);
    EXPECT_NE(error(R"({"address":"0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",)"
                    R"("signature_type":2})")
                  .find("funder"),
              std::string::npos);
    EXPECT_EQ(error(R"({"address":"0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"})"), "");
}

TEST(PolymarketSettings, AreAllInTheManual) {
    std::ifstream file(TRADECTL_SOURCE_DIR "/man/tradectl-polymarket.7");
    std::stringstream manual;
    manual << file.rdbuf();
    const std::string text = manual.str();
    ASSERT_FALSE(text.empty());
    const Settings settings;
    settings_detail::each_member(settings, [&](const auto& setting) {
        const std::string name(setting.name());
        const bool told = text.find(".It Cm " + name + "\n") != std::string::npos ||
                          text.find(".It Cm " + name + " ,") != std::string::npos ||
                          text.find(" , " + name + " ,") != std::string::npos ||
                          text.find(" , " + name + "\n") != std::string::npos;
        EXPECT_TRUE(told) << name;
    });
}

}  // namespace
}  // namespace tradectl::polymarket
