// Without an address: markets and other wallets are read, nothing is signed and nothing is ours.
#include "tests/plugins/polymarket/venue_fixture.hpp"

#include <string>

#include <gtest/gtest.h>

namespace tradectl::polymarket {
namespace {

class AnonymousTest : public VenueTest {
  protected:
    AnonymousTest() : VenueTest(R"("address":"")") {
        EXPECT_EQ(run.api().connect(run.self(), 1), TRADECTL_OK);
        answer("GET /time", 200, std::to_string(base.now().ns() / kNsPerSecond));
        answer("GET /version", 200, R"({"version":2})");
        tell_markets();
    }
    static tradectl_scope scope(std::string_view address = {}) {
        tradectl_scope out{};
        out.struct_size = sizeof out;
        out.account = out.instrument = TRADECTL_HANDLE_NONE;
        out.since = TRADECTL_TIME_NONE;
        out.address = to_str(address);
        return out;
    }
};

TEST_F(AnonymousTest, ConnectsWithoutASignatureAndWithoutAUserStream) {
    EXPECT_EQ(completion(1).status, TRADECTL_OK) << completion(1).text;
    run.advance(5 * kNsPerMinute);
    EXPECT_TRUE(host.sign_requests.empty());
    EXPECT_TRUE(host.ws_opened.empty());
    for (const std::string& each : waiting())
        EXPECT_TRUE(each.starts_with("GET /markets?") || each == "GET /time") << each;
}

TEST_F(AnonymousTest, BringsBooks) {
    tradectl_subscription item{};
    item.struct_size = sizeof item;
    item.instrument = instrument;
    item.streams = TRADECTL_STREAM_QUOTES;
    ASSERT_EQ(run.api().subscribe(run.self(), 2, &item, 1, sizeof item), TRADECTL_OK);
    ASSERT_EQ(host.ws_opened.size(), 1U);
    EXPECT_EQ(host.ws_opened[0].url, "wss://ws.test/ws/market");
    run.ws(100, TRADECTL_WS_OPENED, "");
    run.ws(100,
           TRADECTL_WS_TEXT,
           R"({"event_type":"book","asset_id":")" + std::string(kToken) +
               R"(","timestamp":"1700000000000","bids":[{"price":"0.4","size":"5"}],"asks":[]})");
    EXPECT_EQ(host.events_of<tradectl_quote_event>().size(), 1U);
}

TEST_F(AnonymousTest, RefusesWhatActsByTheNameOfTheSetting) {
    tradectl_operation cancel = order("c1");
    cancel.kind = TRADECTL_OPERATION_CANCEL_ALL;
    tradectl_operation redeem = order("c1");
    redeem.kind = TRADECTL_OPERATION_REDEEM;
    std::uint64_t id = 10;
    for (const tradectl_operation& operation : {order("c1"), cancel, redeem}) {
        EXPECT_EQ(run.prepare(++id, operation), TRADECTL_OK);
        EXPECT_EQ(completion(id).status, TRADECTL_REJECTED);
        EXPECT_EQ(completion(id).reason, static_cast<std::uint32_t>(TRADECTL_REASON_UNSUPPORTED));
        EXPECT_NE(completion(id).text.find("\"address\" is empty"), std::string::npos)
            << completion(id).text;
    }
    EXPECT_TRUE(waiting().empty());
    EXPECT_TRUE(host.sign_requests.empty());
}

TEST_F(AnonymousTest, RefusesToTellWhatWouldBeOurs) {
    const tradectl_scope ours = scope();
    tradectl_order_query query{};
    query.struct_size = sizeof query;
    query.identity = to_str("0x" + std::string(64, 'a'));
    auto& api = run.api();
    EXPECT_EQ(api.open_orders(run.self(), 20, &ours), TRADECTL_UNSUPPORTED);
    EXPECT_EQ(api.fills_since(run.self(), 21, &ours), TRADECTL_UNSUPPORTED);
    EXPECT_EQ(api.query_order(run.self(), 22, &query), TRADECTL_UNSUPPORTED);
    EXPECT_EQ(api.positions(run.self(), 23, &ours), TRADECTL_UNSUPPORTED);
    EXPECT_EQ(api.balances(run.self(), 24, &ours), TRADECTL_UNSUPPORTED);
    EXPECT_EQ(api.activity(run.self(), 25, &ours), TRADECTL_UNSUPPORTED);
    EXPECT_NE(log_text().find("\"address\" is empty"), std::string::npos) << log_text();
    // Those of others are public.
    const tradectl_scope theirs = scope("0x70997970C51812dc3A010C7d01b50e0d17dc79C8");
    EXPECT_EQ(api.positions(run.self(), 26, &theirs), TRADECTL_OK);
    EXPECT_TRUE(waiting().back().starts_with("GET /v2/positions")) << waiting().back();
    EXPECT_TRUE(host.sign_requests.empty());
}

class ContradictingTest : public testing::Test {
  protected:
    std::string refusal(const std::string& settings) {
        FakeHost base;
        FakeExchangeHost host{base};
        use_real_hashes(host);
        const ExchangeRun run(host, kExchangeApi<Polymarket>, "{" + settings + "}");
        EXPECT_NE(run.status(), TRADECTL_OK);
        return run.error();
    }
};

TEST_F(ContradictingTest, AHeartbeatOrAFunderNeedsAnAddress) {
    EXPECT_NE(refusal(R"("heartbeat":"on")").find("\"heartbeat\""), std::string::npos);
    EXPECT_NE(refusal(R"("signature_type":2,"funder":"0x70997970C51812dc3A010C7d01b50e0d17dc79C8")")
                  .find("\"funder\": needs an address"),
              std::string::npos);
}

}  // namespace
}  // namespace tradectl::polymarket
