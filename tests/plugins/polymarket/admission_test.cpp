// Whether an order may leave: a market that is known as it is now, clocks that agree, allowances.
#include "tests/plugins/polymarket/venue_fixture.hpp"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace tradectl::polymarket {
namespace {

constexpr std::string_view kExchange = "0xE111180000d2663C0091e4f400237545B87B996B";

class AdmissionTest : public VenueTest {
  protected:
    explicit AdmissionTest(std::string more = {}) : VenueTest(std::move(more)) { connect(); }
    [[nodiscard]] std::size_t waits_for(std::string_view begins) const {
        const auto open = waiting();
        return static_cast<std::size_t>(
            std::count_if(open.begin(), open.end(), [&](const std::string& each) {
                return each.starts_with(begins);
            }));
    }
    [[nodiscard]] bool is_answered(std::uint64_t id) const {
        return host.completion(id) != nullptr;
    }
    tradectl_operation sell() {
        tradectl_operation out = order("s");
        out.side = TRADECTL_SIDE_SELL;
        return out;
    }
    void tell_allowance(std::string_view amount) {
        answer("GET /balance-allowance?",
               200,
               R"({"balance":"9000000","allowances":{")" + std::string(kExchange) + R"(":")" +
                   std::string(amount) + R"("}})");
    }
    void ask_balances(std::string_view allowance) {
        tradectl_scope all{};
        all.struct_size = sizeof all;
        all.instrument = all.account = TRADECTL_HANDLE_NONE;
        run.api().balances(run.self(), 900, &all);
        tell_allowance(allowance);
        answer("GET /balance-allowance?asset_type=CONDITIONAL", 500, "");
    }
    void wait(std::int64_t ns) {
        run.advance(ns);
        answer_sync();
    }
};

// ---- The market

TEST_F(AdmissionTest, AnOrderOfAnOldMarketWaitsForAFreshOne) {
    place(10, order("a"));
    wait(61 * kNsPerSecond);
    run.prepare(20, order("b", 0.5_d));
    EXPECT_FALSE(is_answered(20));
    answer_market("0.1");
    EXPECT_EQ(completion(20).status, TRADECTL_OK) << completion(20).text;
    run.prepare(21, order("c", 0.55_d));  // off the new grid
    EXPECT_EQ(completion(21).status, TRADECTL_REJECTED);
}

TEST_F(AdmissionTest, OrdersOfOneMarketWaitForOneRead) {
    run.prepare(10, order("a"));
    run.prepare(11, order("b"));
    EXPECT_EQ(waits_for("GET /book"), 1U);
    answer_market();
    EXPECT_EQ(completion(10).status, TRADECTL_OK);
    EXPECT_EQ(completion(11).status, TRADECTL_OK);
}

TEST_F(AdmissionTest, WhoTradesOnDoesNotWait) {
    place(10, order("a"));
    wait(40 * kNsPerSecond);
    run.prepare(20, order("b"));
    EXPECT_EQ(completion(20).status, TRADECTL_OK);
    run.prepare(21, order("c"));
    EXPECT_EQ(waits_for("GET /book"), 1U);
}

TEST_F(AdmissionTest, AMarketThatCannotBeReadStandsForTenMinutes) {
    place(10, order("a"));
    wait(9 * kNsPerMinute);
    run.prepare(20, order("b"));
    answer("GET /book", 500, "");
    EXPECT_EQ(completion(20).status, TRADECTL_OK) << completion(20).text;
    run.prepare(21, order("c"));  // not asked at each order
    EXPECT_EQ(completion(21).status, TRADECTL_OK) << completion(21).text;
    wait(2 * kNsPerMinute);
    run.prepare(22, order("d"));
    EXPECT_FALSE(is_answered(22));
    answer("GET /book", 500, "");
    EXPECT_EQ(completion(22).status, TRADECTL_UNAVAILABLE);
    EXPECT_NE(completion(22).text.find("market_cache_max is 600 s"), std::string::npos)
        << completion(22).text;
}

// ---- The clock

TEST_F(AdmissionTest, TheClockIsLookedAtAgainAndStopsWhatAddsRisk) {
    place(10, order("a"));
    run.advance(kNsPerMinute);
    answer("GET /time", 200, std::to_string(base.now().ns() / kNsPerSecond + 120));
    run.prepare(20, order("b"));
    EXPECT_EQ(completion(20).status, TRADECTL_REJECTED);
    EXPECT_NE(completion(20).text.find("clock_skew: our clock is off: the venue's is 120"),
              std::string::npos)
        << completion(20).text;
    run.prepare(21, sell());
    answer_market();
    EXPECT_EQ(completion(21).status, TRADECTL_OK) << completion(21).text;
    run.advance(kNsPerMinute);
    answer("GET /time", 200, std::to_string(base.now().ns() / kNsPerSecond));
    run.prepare(22, order("d"));
    answer_market();
    EXPECT_EQ(completion(22).status, TRADECTL_OK) << completion(22).text;
    EXPECT_NE(log_text().find("our clock agrees"), std::string::npos);
}

TEST_F(AdmissionTest, ASmallOffsetIsToldOnceAndUsed) {
    for (int i = 0; i < 2; ++i) {
        run.advance(kNsPerMinute);
        answer("GET /time", 200, std::to_string(base.now().ns() / kNsPerSecond - 3));
    }
    const std::string text = log_text();
    EXPECT_NE(text.find("ms behind it"), std::string::npos) << text;
    EXPECT_EQ(text.find("ms behind it"), text.rfind("ms behind it")) << text;
    run.prepare(20, order("a"));
    answer_market();
    EXPECT_EQ(completion(20).status, TRADECTL_OK) << completion(20).text;
}

TEST_F(AdmissionTest, AClockThatCannotBeReadChangesNothing) {
    run.advance(kNsPerMinute);
    answer("GET /time", 500, "");
    place(20, order("a"));
    EXPECT_NE(log_text().find("/time: 500"), std::string::npos) << log_text();
}

// ---- Allowances

TEST_F(AdmissionTest, AnAllowanceThatIsNotKnownStopsNothing) {
    place(10, order("a"));
    EXPECT_EQ(completion(10).status, TRADECTL_OK);
}

TEST_F(AdmissionTest, AnAllowanceThatIsTooSmallDeniesTheOrderWithWhatIsMissing) {
    ask_balances("4999999");
    run.prepare(10, order("a"));  // pays 5
    answer_market();
    EXPECT_FALSE(is_answered(10));
    answer("GET /balance-allowance/update?asset_type=COLLATERAL&signature_type=0", 200, "{}");
    tell_allowance("4999999");
    EXPECT_EQ(completion(10).status, TRADECTL_REJECTED);
    EXPECT_EQ(
        completion(10).text,
        "allowance_missing: pUSD for " + std::string(kExchange) + ", needed 5, held 4.999999");
}

TEST_F(AdmissionTest, OneThatWasGivenSinceLetsItPass) {
    ask_balances("0");
    run.prepare(10, order("a"));
    answer_market();
    answer("GET /balance-allowance/update", 200, "");
    tell_allowance("5000000");
    EXPECT_EQ(completion(10).status, TRADECTL_OK) << completion(10).text;
    run.prepare(11, order("b"));  // known now
    EXPECT_EQ(completion(11).status, TRADECTL_OK);
}

TEST_F(AdmissionTest, ASaleNeedsTheTokensApproval) {
    const std::string order_id = place(10, sell());
    answer("POST /order", 400, R"({"error":"not enough balance / allowance: 0"})");
    answer("GET /balance-allowance/update?asset_type=CONDITIONAL&token_id=" + std::string(kToken),
           200,
           "");
    tell_allowance("0");
    run.prepare(20, sell());
    answer("GET /balance-allowance/update", 200, "");
    tell_allowance("0");
    EXPECT_EQ(
        completion(20).text,
        "allowance_missing: outcome tokens for " + std::string(kExchange) + ", needed 10, held 0");
    place(30, order("b"));  // a buy gives something else
}

}  // namespace
}  // namespace tradectl::polymarket
