// Followed wallets: what is asked, what is told, and what happens when the venue does not answer.
#include "tests/host/base/corpus.hpp"
#include "tests/plugins/polymarket/venue_fixture.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::polymarket {
namespace {

constexpr std::string_view kWallet = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";

class FollowingTest : public VenueTest {
  protected:
    explicit FollowingTest(std::string more = {}) : VenueTest(std::move(more)) { connect(); }
    tradectl_status follow(std::uint32_t streams = TRADECTL_STREAM_ACTIVITY,
                           std::string_view wallet = kWallet) {
        tradectl_subscription item{};
        item.struct_size = sizeof item;
        item.instrument = TRADECTL_HANDLE_NONE;
        item.streams = streams;
        item.wallet = to_str(wallet);
        return run.api().subscribe(run.self(), next_id_++, &item, 1, sizeof item);
    }
    /// Seconds since the test began.
    [[nodiscard]] std::int64_t second(std::int64_t offset = 0) const {
        return base.now().ns() / kNsPerSecond + offset;
    }
    static std::string row(std::int64_t second,
                           std::string_view hash,
                           std::string_view size = "3",
                           std::string_view token = kToken) {
        return R"({"type":"TRADE","proxy_wallet":"0xAB","token_id":")" + std::string(token) +
               R"(","side":"SELL","size":")" + std::string(size) +
               R"(","price":"0.25","timestamp":)" + std::to_string(second) +
               R"(,"transaction_hash":")" + std::string(hash) + "\"}";
    }
    static std::string page(const std::string& rows, std::string_view next = "") {
        return R"({"data":[)" + rows + R"(],"pagination":{"has_more":)" +
               (next.empty() ? "false" : R"(true,"next_cursor":")" + std::string(next) + "\"") +
               "}}";
    }
    [[nodiscard]] std::vector<tradectl_activity_event> told() const {
        return host.events_of<tradectl_activity_event>();
    }
    static std::string market(std::string_view token, std::string_view slug) {
        return R"({"conditionId":"0x05","slug":")" + std::string(slug) +
               R"(","outcomes":"[\"Yes\",\"No\"]","clobTokenIds":"[\")" + std::string(token) +
               R"(\",\"888\"]","orderPriceMinTickSize":0.01,"orderMinSize":5,)"
               R"("enableOrderBook":true,"acceptingOrders":true,"closed":false})";
    }
    [[nodiscard]] bool is_waiting(std::string_view begins) const {
        for (const std::string& each : waiting())
            if (each.starts_with(begins)) return true;
        return false;
    }

  private:
    std::uint64_t next_id_ = 900;
};

TEST_F(FollowingTest, TellsATradeOnceWithAllThatItWas) {
    const std::int64_t start = second();
    ASSERT_EQ(follow(), TRADECTL_OK);
    answer("GET /v2/activity?user=" + std::string(kWallet) + "&start=" + std::to_string(start),
           200,
           page(row(start, "0x01")));
    ASSERT_EQ(told().size(), 1U);
    const auto event = told()[0];
    EXPECT_EQ(event.header.instrument, instrument);
    EXPECT_EQ(event.header.event_time, start * kNsPerSecond);
    EXPECT_EQ(event.header.flags, 0);
    EXPECT_EQ(view(event.wallet), kWallet);
    EXPECT_EQ(event.side, static_cast<std::uint32_t>(TRADECTL_SIDE_SELL));
    EXPECT_EQ(Decimal::from_abi(event.price), 0.25_d);
    EXPECT_EQ(Decimal::from_abi(event.quantity), 3_d);
    EXPECT_TRUE(view(event.activity_id).starts_with("0x01:"));
    EXPECT_EQ(view(event.counterparty), kToken);
    run.advance(kNsPerSecond);
    answer("GET /v2/activity", 200, page(row(start, "0x01", "4") + "," + row(start, "0x01")));
    ASSERT_EQ(told().size(), 2U);
    EXPECT_EQ(Decimal::from_abi(told()[1].quantity), 4_d);
}

TEST_F(FollowingTest, AsksSeldomWhileNothingHappensAndOftenBehindNews) {
    ASSERT_EQ(follow(), TRADECTL_OK);
    for (int i = 0; i < 20; ++i) {
        answer("GET /v2/activity", 200, page(""));
        run.advance(5 * kNsPerSecond);
    }
    answer("GET /v2/activity", 200, page(""));
    run.advance(4 * kNsPerSecond);
    EXPECT_FALSE(is_waiting("GET /v2/activity"));
    run.advance(kNsPerSecond);
    answer("GET /v2/activity", 200, page(row(second(), "0x01")));
    run.advance(kNsPerSecond);
    EXPECT_TRUE(is_waiting("GET /v2/activity"));
}

TEST_F(FollowingTest, TellsNothingUntilAllPagesAreThere) {
    const std::int64_t now = second();
    ASSERT_EQ(follow(), TRADECTL_OK);
    answer("GET /v2/activity", 200, page(row(now, "0x02"), "next"));
    EXPECT_TRUE(told().empty());
    answer("GET /v2/activity", 500, "{}");
    EXPECT_TRUE(told().empty()) << "half of it";
    run.advance(10 * kNsPerSecond);
    answer("GET /v2/activity", 200, page(row(now, "0x02"), "next"));
    answer("GET /v2/activity", 200, page(row(now, "0x01")));
    EXPECT_EQ(told().size(), 2U);
}

TEST_F(FollowingTest, ACursorThatRepeatsIsNoEnd) {
    ASSERT_EQ(follow(), TRADECTL_OK);
    answer("GET /v2/activity", 200, page(row(second(), "0x02"), "next"));
    answer("GET /v2/activity", 200, page(row(second(), "0x01"), "next"));
    EXPECT_TRUE(told().empty());
    EXPECT_NE(log_text().find("repeats"), std::string::npos) << log_text();
}

TEST_F(FollowingTest, WaitsLongerBehindEachFailureAndAsLongAsItIsTold) {
    ASSERT_EQ(follow(), TRADECTL_OK);
    answer("GET /v2/activity", 503, R"({"error":"busy"})");
    run.advance(kNsPerSecond / 2);
    EXPECT_FALSE(is_waiting("GET /v2/activity"));
    run.advance(2 * kNsPerSecond);
    drop("GET /v2/activity", TRADECTL_OUTCOME_UNKNOWN);
    run.advance(5 * kNsPerSecond);
    const FakeHttpRequest last = host.http.back();
    answer("GET /v2/activity", 200, page(""));
    EXPECT_NE(log_text().find("followed wallet: polymarket: GET"), std::string::npos) << log_text();
    EXPECT_NE(log_text().find("is read again"), std::string::npos);
}

TEST_F(FollowingTest, AnUnknownTokenBecomesAnInstrumentFirst) {
    ASSERT_EQ(follow(), TRADECTL_OK);
    answer("GET /v2/activity", 200, page(row(second(), "0x01", "3", "777")));
    EXPECT_TRUE(told().empty());
    answer("GET /markets?limit=100&closed=false&clob_token_ids=777",
           200,
           "[" + market("777", "will-it-rain") + "]");
    ASSERT_EQ(host.added_instruments.size(), 1U);
    ASSERT_EQ(told().size(), 1U);
    EXPECT_EQ(told()[0].header.instrument, host.added_instruments[0]);
    const auto& record = base.instrument(host.added_instruments[0]);
    EXPECT_EQ(view(record.name), "will-it-rain-yes.test");
    EXPECT_EQ(view(record.venue_symbol), "777");
}

TEST_F(FollowingTest, ATokenThatNoListKnowsIsToldByItsIdAndAskedForSeldom) {
    ASSERT_EQ(follow(), TRADECTL_OK);
    answer("GET /v2/activity", 200, page(row(second(), "0x01", "3", "777")));
    answer("GET /markets?limit=100&closed=false", 200, "[]");
    answer("GET /markets?limit=100&closed=true", 200, "[]");
    ASSERT_EQ(told().size(), 1U);
    EXPECT_EQ(told()[0].header.instrument, TRADECTL_HANDLE_NONE);
    EXPECT_EQ(view(told()[0].counterparty), "777");
    run.advance(kNsPerSecond);
    answer("GET /v2/activity", 200, page(row(second(), "0x02", "3", "777")));
    EXPECT_FALSE(is_waiting("GET /markets"));
    EXPECT_EQ(told().size(), 2U);
}

TEST_F(FollowingTest, WhileTheListsAreDownNothingIsLost) {
    ASSERT_EQ(follow(), TRADECTL_OK);
    const std::string rows = row(second(), "0x01", "3", "777") + "," + row(second(), "0x02");
    answer("GET /v2/activity", 200, page(rows));
    answer("GET /markets", 500, "{}");
    EXPECT_TRUE(told().empty());
    run.advance(10 * kNsPerSecond);
    answer("GET /v2/activity", 200, page(rows));
    answer("GET /markets", 200, "[" + market("777", "will-it-rain") + "]");
    EXPECT_EQ(told().size(), 2U);
}

TEST_F(FollowingTest, ATokenOfAMarketThatIsOverIsNoNewInstrument) {
    ASSERT_EQ(follow(), TRADECTL_OK);
    answer("GET /v2/activity", 200, page(row(second(), "0x01", "3", "777")));
    std::string ended = market("777", "did-it-rain");
    ended.replace(ended.find(R"("closed":false)"), 14, R"("closed":true)");
    answer("GET /markets?limit=100&closed=false", 200, "[]");
    answer("GET /markets?limit=100&closed=true", 200, "[" + ended + "]");
    EXPECT_TRUE(host.added_instruments.empty());
    ASSERT_EQ(told().size(), 1U);
    EXPECT_EQ(told()[0].header.instrument, TRADECTL_HANDLE_NONE);
    run.advance(10 * kNsPerMinute);
    answer("GET /v2/activity", 200, page(row(second(), "0x02", "3", "777")));
    EXPECT_FALSE(is_waiting("GET /markets?limit=100&closed=false&clob_token_ids=777"));
}

TEST_F(FollowingTest, AHostThatTakesNoMoreInstrumentsStillHearsTheTrade) {
    host.instrument_answer = TRADECTL_QUOTA;
    ASSERT_EQ(follow(), TRADECTL_OK);
    answer("GET /v2/activity", 200, page(row(second(), "0x01", "3", "777")));
    answer("GET /markets", 200, "[" + market("777", "will-it-rain") + "]");
    ASSERT_EQ(told().size(), 1U);
    EXPECT_EQ(told()[0].header.instrument, TRADECTL_HANDLE_NONE);
    EXPECT_NE(log_text().find("not listed"), std::string::npos) << log_text();
}

TEST_F(FollowingTest, ABrokenRowIsNamedAndTheOthersAreTold) {
    ASSERT_EQ(follow(), TRADECTL_OK);
    answer("GET /v2/activity",
           200,
           page(R"({"type":"TRADE","token_id":"7","size":"x","timestamp":1},)" +
                row(second(), "0x01") + R"(,{"type":"REWARD","timestamp":)" +
                std::to_string(second()) + "}"));
    EXPECT_EQ(told().size(), 1U);
    EXPECT_NE(log_text().find("field \"size\""), std::string::npos) << log_text();
}

TEST_F(FollowingTest, EndsWithTheSubscriptionAndWithTheConnection) {
    ASSERT_EQ(follow(), TRADECTL_OK);
    EXPECT_EQ(base.kv().count("w/" + std::string(kWallet)), 1U);
    ASSERT_EQ(follow(0), TRADECTL_OK);
    answer("GET /v2/activity", 200, page(row(second(), "0x01")));
    run.advance(kNsPerMinute / 2);
    EXPECT_TRUE(told().empty());
    EXPECT_FALSE(is_waiting("GET /v2/activity"));
    EXPECT_EQ(base.kv().count("w/" + std::string(kWallet)), 0U);
}

TEST_F(FollowingTest, GoesOnBehindARestartWhereItWas) {
    const std::int64_t start = second();
    ASSERT_EQ(follow(), TRADECTL_OK);
    answer("GET /v2/activity", 200, page(row(start + 600, "0x01")));
    base.set_now(Timestamp{(start + 600) * kNsPerSecond});
    run.advance(kNsPerSecond);
    answer("GET /v2/activity", 200, page(row(start + 600, "0x02")));
    run.advance(kNsPerSecond);  // the next read keeps the place
    ExchangeRun again(host,
                      kExchangeApi<Polymarket>,
                      R"({"clob_url":"https://clob.test","data_url":"https://data.test"})");
    ASSERT_EQ(again.api().connect(again.self(), 1), TRADECTL_OK);
    again.answer_http(host.http.back().http_id, 200, std::to_string(second()));
    again.answer_http(host.http.back().http_id, 200, R"({"version":2})");
    tradectl_subscription item{};
    item.struct_size = sizeof item;
    item.instrument = TRADECTL_HANDLE_NONE;
    item.streams = TRADECTL_STREAM_ACTIVITY;
    item.wallet = to_str(kWallet);
    ASSERT_EQ(again.api().subscribe(again.self(), 2, &item, 1, sizeof item), TRADECTL_OK);
    const FakeHttpRequest asked = host.http.back();
    EXPECT_NE(asked.url.find("&start=" + std::to_string(start + 600 - 120)), std::string::npos)
        << asked.url;
    const std::string first_id(view(told().back().activity_id));
    again.answer_http(asked.http_id, 200, page(row(start + 600, "0x02")));
    EXPECT_EQ(view(told().back().activity_id), first_id) << "told again, by the same name";
    EXPECT_EQ(told().back().header.flags, TRADECTL_EVENT_FLAG_REPLAYED);
}

TEST_F(FollowingTest, RefusesWhatIsNoAddress) {
    EXPECT_EQ(follow(TRADECTL_STREAM_ACTIVITY, "alice"), TRADECTL_INVALID_ARGUMENT);
    EXPECT_NE(log_text().find("\"alice\" is not an address"), std::string::npos) << log_text();
}

TEST_F(FollowingTest, TheSuiteOfBadJsonTellsNothingAndEndsNothing) {
    const Corpus corpus("json-test-suite.tar.gz");
    if (!corpus.found()) GTEST_SKIP() << "skipped: no ../shared";
    ASSERT_EQ(follow(), TRADECTL_OK);
    for (const auto& path : corpus.files("json-test-suite/test_parsing")) {
        const std::string text = Corpus::read(path);
        for (const std::string& body : {text, page(text), "[" + text + "]"}) {
            answer("GET /v2/activity", 200, body);
            run.advance(2 * kNsPerMinute);
        }
    }
    EXPECT_TRUE(told().empty());
    answer("GET /v2/activity", 200, page(row(second(), "0x01")));
    EXPECT_EQ(told().size(), 1U);
}

class OlderRoutesTest : public FollowingTest {
  protected:
    OlderRoutesTest() : FollowingTest(R"("data_version":1)") {}
    static std::string old_row(std::int64_t second, int number) {
        return R"({"type":"TRADE","proxyWallet":"0xAB","asset":")" + std::string(kToken) +
               R"(","side":"BUY","size":1,"price":0.5,"timestamp":)" + std::to_string(second) +
               R"(,"transactionHash":"0x)" + std::to_string(number) + "\"}";
    }
    static std::string rows(std::int64_t second, int first, int count, std::int64_t step) {
        std::string out;
        for (int i = 0; i < count; ++i)
            out += (i == 0 ? "" : ",") + old_row(second + (step == 0 ? 0 : i / step), first + i);
        return out;
    }
};

TEST_F(OlderRoutesTest, AFullPageGoesOnAtItsLastSecondWhichIsReadWhole) {
    const std::int64_t start = second();
    ASSERT_EQ(follow(), TRADECTL_OK);
    const std::string head = "GET /activity?user=" + std::string(kWallet) +
                             "&sortBy=TIMESTAMP&sortDirection=ASC&limit=500&start=";
    // 500 rows, 200 a second: the last second has a hundred of its 150.
    answer(head + std::to_string(start), 200, "[" + rows(start, 0, 500, 200) + "]");
    EXPECT_TRUE(told().empty());
    answer(head + std::to_string(start + 2), 200, "[" + rows(start + 2, 400, 150, 0) + "]");
    EXPECT_EQ(told().size(), 550U);
}

TEST_F(OlderRoutesTest, ASecondThatFillsPagesIsReadByOffsetAndTheNextBehindIt) {
    const std::int64_t start = second();
    ASSERT_EQ(follow(), TRADECTL_OK);
    answer("GET /activity", 200, "[" + rows(start, 0, 500, 0) + "]");
    const std::string within = std::to_string(start) + "&end=" + std::to_string(start);
    EXPECT_NE(host.http.back().url.find(within + "&offset=0"), std::string::npos);
    answer("GET /activity", 200, "[" + rows(start, 0, 500, 0) + "]");
    EXPECT_NE(host.http.back().url.find(within + "&offset=500"), std::string::npos);
    answer("GET /activity", 200, "[" + rows(start, 500, 20, 0) + "]");
    EXPECT_TRUE(host.http.back().url.ends_with("&start=" + std::to_string(start + 1)));
    answer("GET /activity", 200, "[" + rows(start + 1, 520, 5, 0) + "]");
    EXPECT_EQ(told().size(), 525U);
}

}  // namespace
}  // namespace tradectl::polymarket
