// Markets that are found, change, close, resolve and disappear, and what their streams tell.
#include "tests/host/base/corpus.hpp"
#include "tests/plugins/polymarket/lifecycle_fixture.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::polymarket {
namespace {

TEST_F(LifecycleTest, WhatDidNotChangeIsNotTold) {
    connect();
    review(market(ours()));
    review(market(ours()));
    EXPECT_TRUE(told().empty());
}

TEST_F(LifecycleTest, AChangedTickIsTold) {
    connect();
    review(market(ours()));
    Listed finer = ours();
    finer.tick = "0.001";
    review(market(finer));
    ASSERT_EQ(told().size(), 2U) << "of both outcomes";
    EXPECT_EQ(told()[0].change, static_cast<std::uint32_t>(TRADECTL_INSTRUMENT_TICK_CHANGED));
    EXPECT_EQ(Decimal::from_abi(told()[0].instrument.tick), 0.001_d);
    review(market(finer));
    EXPECT_EQ(told().size(), 2U);
}

TEST_F(LifecycleTest, AMarketWithoutATickChangesNone) {
    connect();
    for (const std::string tick : {"null", "0"}) {
        Listed without = ours();
        without.tick = tick;
        review(market(without));
    }
    EXPECT_TRUE(told().empty());
}

TEST_F(LifecycleTest, ClosesStepByStepAndPaysWhatItPays) {
    connect();
    Listed now = ours();
    now.more = R"("acceptingOrders":false,"closed":false)";
    review(market(now));
    ASSERT_EQ(told().size(), 2U);
    EXPECT_EQ(told()[0].instrument.status, static_cast<std::uint32_t>(TRADECTL_INSTRUMENT_CLOSING));
    now.more = R"("acceptingOrders":false,"closed":true,"umaResolutionStatus":"proposed")";
    review("", market(now));
    ASSERT_EQ(told().size(), 4U);
    EXPECT_EQ(told()[2].instrument.status, static_cast<std::uint32_t>(TRADECTL_INSTRUMENT_CLOSED));
    EXPECT_TRUE(Decimal::from_abi(told()[2].resolved_price).is_null());
    // Settled, as the list says, but at prices of the last trades: not yet what it pays.
    now.more = R"("acceptingOrders":false,"closed":true,"umaResolutionStatus":"resolved")";
    now.prices = R"([\"0.9995\",\"0.0005\"])";
    review("", market(now));
    EXPECT_EQ(told().size(), 4U);
    now.prices = R"([\"0\",\"1\"])";
    review("", market(now));
    ASSERT_EQ(told().size(), 6U);
    EXPECT_EQ(told()[4].header.instrument, instrument);
    EXPECT_EQ(told()[4].instrument.status,
              static_cast<std::uint32_t>(TRADECTL_INSTRUMENT_RESOLVED));
    EXPECT_EQ(Decimal::from_abi(told()[4].resolved_price), 0_d);
    EXPECT_EQ(Decimal::from_abi(told()[5].resolved_price), 1_d);
    // That is final: it is not asked for any more.
    run.advance(10 * kNsPerMinute);
    EXPECT_FALSE(is_waiting("GET /markets"));
}

TEST_F(LifecycleTest, ASplitMarketPaysTheHalf) {
    connect();
    Listed now = ours();
    now.more = R"("acceptingOrders":false,"closed":true,"umaResolutionStatus":"settled")";
    review("", market(now));
    ASSERT_EQ(told().size(), 2U);
    EXPECT_EQ(Decimal::from_abi(told()[0].resolved_price), 0.5_d);
    EXPECT_EQ(Decimal::from_abi(told()[1].resolved_price), 0.5_d);
}

class UnknownTokenTest : public LifecycleTest {};

TEST_F(UnknownTokenTest, IsToldAtTheStart) {
    EXPECT_EQ(run.api().connect(run.self(), 1), TRADECTL_OK);
    answer("GET /time", 200, std::to_string(base.now().ns() / kNsPerSecond));
    answer("GET /version", 200, R"({"version":2})");
    answer("POST /auth/api-key", 200, R"({"apiKey":")" + std::string(kKey) + R"("})");
    answer_sync();
    review(market(ours()).replace(market(ours()).find(kToken), kToken.size(), "777"), "");
    EXPECT_NE(log_text().find("instrument yes.test: the venue's lists do not know its token"),
              std::string::npos)
        << log_text();
    EXPECT_EQ(log_text().find("instrument no.test"), std::string::npos);
    EXPECT_TRUE(told().empty());
}

TEST_F(LifecycleTest, AMarketThatDisappearsIsClosedAtTheThirdTimeAndMayComeBack) {
    connect();
    review(market(ours()));
    review("", "");
    review("", "");
    EXPECT_TRUE(told().empty());
    review("", "");
    ASSERT_EQ(told().size(), 2U);
    EXPECT_EQ(told()[0].instrument.status, static_cast<std::uint32_t>(TRADECTL_INSTRUMENT_CLOSED));
    EXPECT_NE(log_text().find("yes.test is in the venue's lists no more"), std::string::npos);
    review("", "");
    EXPECT_EQ(told().size(), 2U);
    review(market(ours()));
    ASSERT_EQ(told().size(), 4U);
    EXPECT_EQ(told()[2].instrument.status, static_cast<std::uint32_t>(TRADECTL_INSTRUMENT_OPEN));
}

TEST_F(LifecycleTest, AListThatCannotBeReadSaysNothingOfItsMarkets) {
    connect();
    for (int i = 0; i < 5; ++i) {
        run.advance(kNsPerMinute);
        if (i % 2 == 0)
            answer("GET /markets", 500, "{}");
        else
            answer("GET /markets", 200, R"({"markets":[]})");
    }
    EXPECT_TRUE(told().empty());
    EXPECT_NE(log_text().find("expected an array"), std::string::npos) << log_text();
    review(market(ours()));
}

TEST_F(LifecycleTest, ARowThatCannotBeReadIsNamedAndTheOthersCount) {
    connect();
    Listed now = ours();
    now.more = R"("acceptingOrders":false,"closed":false)";
    review(R"({"slug":"broken","conditionId":7},"what",null,)" + market(now));
    EXPECT_EQ(told().size(), 2U);
    EXPECT_NE(log_text().find("market broken: "), std::string::npos) << log_text();
}

TEST_F(LifecycleTest, AnEndWithoutAWinnerIsReadFromTheList) {
    connect();
    tradectl_subscription item{};
    item.struct_size = sizeof item;
    item.instrument = instrument;
    item.streams = TRADECTL_STREAM_BOOK;
    run.api().subscribe(run.self(), 2, &item, 1, sizeof item);
    run.ws(100, TRADECTL_WS_OPENED, "");
    run.ws(100,
           TRADECTL_WS_TEXT,
           R"({"event_type":"market_resolved","assets_ids":[")" + std::string(kToken) + R"("]})");
    ASSERT_EQ(told().size(), 1U);
    EXPECT_EQ(told()[0].instrument.status, static_cast<std::uint32_t>(TRADECTL_INSTRUMENT_CLOSED));
    run.advance(kNsPerSecond);
    Listed now = ours();
    now.more = R"("acceptingOrders":false,"closed":true,"umaResolutionStatus":"resolved")";
    answer("GET /markets?limit=100&closed=false", 200, "[]");
    answer("GET /markets?limit=100&closed=true", 200, "[" + market(now) + "]");
    ASSERT_EQ(told().size(), 3U);
    EXPECT_EQ(Decimal::from_abi(told()[1].resolved_price), 0.5_d);
}

TEST_F(LifecycleTest, TheSuiteOfBadJsonEndsNothing) {
    const Corpus corpus("json-test-suite.tar.gz");
    if (!corpus.found()) GTEST_SKIP() << "skipped: no ../shared";
    connect();
    for (const auto& path : corpus.files("json-test-suite/test_parsing")) {
        const std::string text = Corpus::read(path);
        run.advance(kNsPerMinute);
        answer("GET /markets?limit=100&closed=false", 200, "[" + text + "]");
        if (is_waiting("GET /markets")) answer("GET /markets", 200, text);
    }
    Listed now = ours();
    now.more = R"("acceptingOrders":false,"closed":false)";
    review(market(now));
    ASSERT_FALSE(told().empty());
    EXPECT_EQ(told().back().instrument.status,
              static_cast<std::uint32_t>(TRADECTL_INSTRUMENT_CLOSING));
}

class ClosingTest : public LifecycleTest {
  protected:
    ClosingTest() : LifecycleTest(R"("closing_before":3600000000000)") {}
};

TEST_F(ClosingTest, IsToldSoLongBeforeTheCloseTime) {
    connect();
    Listed now = ours();
    const Timestamp end = base.now().plus_ns(kNsPerHour + 90 * kNsPerSecond);
    now.more += R"(,"endDate":")" + end.to_string() + "\"";
    review(market(now));
    ASSERT_EQ(told().size(), 2U) << "the close time itself is news";
    EXPECT_EQ(told()[0].instrument.status, static_cast<std::uint32_t>(TRADECTL_INSTRUMENT_OPEN));
    EXPECT_EQ(told()[0].instrument.close_time, end.ns());
    review(market(now));
    ASSERT_EQ(told().size(), 4U);
    EXPECT_EQ(told()[2].instrument.status, static_cast<std::uint32_t>(TRADECTL_INSTRUMENT_CLOSING));
    review(market(now));
    EXPECT_EQ(told().size(), 4U);
}

class DiscoverTest : public LifecycleTest {
  protected:
    explicit DiscoverTest(std::string more = R"("discover":["crypto"],"discover_max":4)")
        : LifecycleTest(std::move(more)) {}
    void begin() {
        EXPECT_EQ(run.api().connect(run.self(), 1), TRADECTL_OK);
        answer("GET /time", 200, std::to_string(base.now().ns() / kNsPerSecond));
        answer("GET /version", 200, R"({"version":2})");
        answer("POST /auth/api-key", 200, R"({"apiKey":")" + std::string(kKey) + R"("})");
        answer_sync();
        EXPECT_EQ(host.completion(1), nullptr) << "what is there is known first";
        answer("GET /tags/slug/crypto", 200, R"({"id":"21"})");
    }
    void list(const std::string& rows, std::string_view tag = "21") {
        answer("GET /markets/keyset?limit=100&closed=false&tag_id=" + std::string(tag),
               200,
               R"({"markets":[)" + rows + "]}");
    }
};

TEST_F(DiscoverTest, WhatIsThereIsKnownBeforeTheConnectionStands) {
    begin();
    list(market({}));
    EXPECT_EQ(completion(1).status, TRADECTL_OK);
    ASSERT_EQ(host.added_instruments.size(), 2U);
    EXPECT_EQ(view(base.instrument(host.added_instruments[1]).name), "will-it-rain-no.test");
}

TEST_F(DiscoverTest, ANewMarketIsFoundByTheNextLook) {
    begin();
    list("");
    EXPECT_TRUE(host.added_instruments.empty());
    run.advance(kNsPerMinute);
    list(market({}));
    ASSERT_EQ(host.added_instruments.size(), 2U);
    run.advance(kNsPerMinute);
    list(market({}));
    EXPECT_EQ(host.added_instruments.size(), 2U);
}

TEST_F(DiscoverTest, AMarketWithoutTokensYetIsTakenWhenItHasThem) {
    begin();
    list(market({.tokens = "[]"}));
    EXPECT_TRUE(host.added_instruments.empty());
    run.advance(kNsPerMinute);
    list(market({}));
    EXPECT_EQ(host.added_instruments.size(), 2U);
}

TEST_F(DiscoverTest, AMarketThatTakesNoOrdersIsLeftOut) {
    begin();
    list(market({.more = R"("acceptingOrders":false,"closed":false)"}));
    EXPECT_TRUE(host.added_instruments.empty());
}

TEST_F(DiscoverTest, StopsAtItsMostAndAtTheHostsAndSaysSo) {
    begin();
    list(market({}) + "," +
         market({.slug = "second", .tokens = R"([\"9\"])", .condition = "0x06"}));
    EXPECT_EQ(host.added_instruments.size(), 2U) << "two were in the config";
    EXPECT_NE(log_text().find("discover_max is reached: 4"), std::string::npos);
}

TEST_F(DiscoverTest, AListThatIsDownDoesNotHoldUpTheConnection) {
    begin();
    answer("GET /markets/keyset", 503, "{}");
    EXPECT_EQ(completion(1).status, TRADECTL_OK);
    EXPECT_NE(log_text().find("discover crypto: "), std::string::npos) << log_text();
    run.advance(kNsPerMinute);
    list(market({}));
    EXPECT_EQ(host.added_instruments.size(), 2U);
}

TEST_F(DiscoverTest, AMarketThatTheStreamTellsOfIsLookedForAtOnce) {
    begin();
    list("");
    tradectl_subscription item{};
    item.struct_size = sizeof item;
    item.instrument = instrument;
    item.streams = TRADECTL_STREAM_BOOK;
    run.api().subscribe(run.self(), 2, &item, 1, sizeof item);
    run.ws(100, TRADECTL_WS_OPENED, "");
    for (int i = 0; i < 3; ++i) {
        run.ws(100, TRADECTL_WS_TEXT, R"({"event_type":"new_market","market":"0x05"})");
        run.advance(kNsPerSecond / 2);
    }
    list(market({}));
    EXPECT_EQ(host.added_instruments.size(), 2U);
}

class CategoryTest : public DiscoverTest {
  protected:
    CategoryTest() : DiscoverTest(R"("discover":["crypto/5"])") {}
};

TEST_F(CategoryTest, TakesWhatHasBoth) {
    begin();
    list(market({}));
    list(market({}) + "," + market({.slug = "second", .tokens = R"([\"9\"])", .condition = "0x06"}),
         "5");
    ASSERT_EQ(host.added_instruments.size(), 2U);
    EXPECT_EQ(view(base.instrument(host.added_instruments[0]).venue_symbol), "777");
}

class StreamStatusTest : public LifecycleTest {
  protected:
    StreamStatusTest() {
        connect();
        for (const InstrumentHandle handle : {instrument, instrument + 1}) {
            tradectl_subscription item{};
            item.struct_size = sizeof item;
            item.instrument = handle;
            item.streams = TRADECTL_STREAM_BOOK;
            run.api().subscribe(run.self(), 5 + handle, &item, 1, sizeof item);
        }
        run.ws(100, TRADECTL_WS_OPENED, "");
        before_ = host.events_of<tradectl_status_event>().size();
    }
    /// Of the market streams, since the test began.
    [[nodiscard]] std::vector<tradectl_status_event> statuses() const {
        auto all = host.events_of<tradectl_status_event>();
        all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(before_));
        std::erase_if(
            all, [](const auto& each) { return each.header.instrument == TRADECTL_HANDLE_NONE; });
        return all;
    }
    void book(std::string_view token) {
        run.ws(100,
               TRADECTL_WS_TEXT,
               R"({"event_type":"book","asset_id":")" + std::string(token) +
                   R"(","timestamp":"1700000000000","bids":[],"asks":[]})");
    }

  private:
    std::size_t before_ = 0;
};

TEST_F(StreamStatusTest, ACutNamesEachInstrumentAndSoDoesItsReturn) {
    book(kToken);
    EXPECT_TRUE(statuses().empty());
    run.ws(100, TRADECTL_WS_CLOSED, "");
    ASSERT_EQ(statuses().size(), 2U);
    EXPECT_EQ(statuses()[0].status, static_cast<std::uint32_t>(TRADECTL_STATUS_GAP));
    EXPECT_EQ(statuses()[0].header.instrument, instrument);
    EXPECT_EQ(statuses()[1].header.instrument, instrument + 1);
    run.advance(kNsPerSecond);
    run.ws(100, TRADECTL_WS_OPENED, "");
    EXPECT_EQ(statuses().size(), 2U) << "not before there is a book";
    book(kOtherToken);
    ASSERT_EQ(statuses().size(), 3U);
    EXPECT_EQ(statuses()[2].status, static_cast<std::uint32_t>(TRADECTL_STATUS_RESYNCED));
    EXPECT_EQ(statuses()[2].header.instrument, instrument + 1);
    book(kOtherToken);
    EXPECT_EQ(statuses().size(), 3U);
}

TEST_F(StreamStatusTest, ASilentStreamIsStaleOnce) {
    run.advance(45 * kNsPerSecond);
    ASSERT_EQ(statuses().size(), 2U);
    EXPECT_EQ(statuses()[0].status, static_cast<std::uint32_t>(TRADECTL_STATUS_STALE));
    run.ws(100, TRADECTL_WS_CLOSED, "");
    EXPECT_EQ(statuses().size(), 2U) << "the end of what was lost already";
}

}  // namespace
}  // namespace tradectl::polymarket
