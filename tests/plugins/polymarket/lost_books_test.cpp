// Ticks that several voices tell, books that are asked for, and the end of a market.
#include "tests/plugins/polymarket/venue_fixture.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::polymarket {
namespace {

constexpr std::int64_t kBegin = 1'700'000'000;

class LostBookTest : public VenueTest {
  protected:
    LostBookTest() {
        connect();
        want(instrument, 5);
        run.ws(100, TRADECTL_WS_OPENED, "");
        stream_book();
    }
    void want(InstrumentHandle handle, std::uint64_t id) {
        tradectl_subscription item{};
        item.struct_size = sizeof item;
        item.instrument = handle;
        item.streams = TRADECTL_STREAM_BOOK;
        EXPECT_EQ(run.api().subscribe(run.self(), id, &item, 1, sizeof item), TRADECTL_OK);
    }
    void stream(const std::string& frame) { run.ws(100, TRADECTL_WS_TEXT, frame); }
    /// Of `second`, counted from the begin.
    static std::string head(std::string_view type, std::int64_t second) {
        return R"({"event_type":")" + std::string(type) + R"(","asset_id":")" +
               std::string(kToken) + R"(","timestamp":")" +
               std::to_string((kBegin + second) * 1000) + "\"";
    }
    void stream_book() {
        stream(head("book", 0) + R"(,"bids":[{"price":"0.48","size":"10"}],"asks":[]})");
    }
    void stream_tick(std::string_view tick, std::int64_t second) {
        stream(head("tick_size_change", second) + R"(,"new_tick_size":")" + std::string(tick) +
               "\"}");
    }
    void stream_change(std::string_view price, std::string_view size, std::int64_t second) {
        stream(head("price_change", second) + R"(,"price_changes":[{"asset_id":")" +
               std::string(kToken) + R"(","price":")" + std::string(price) + R"(","size":")" +
               std::string(size) + R"(","side":"BUY"}]})");
    }
    void stream_end() {
        stream(R"({"event_type":"market_resolved","assets_ids":[")" + std::string(kToken) +
               R"("]})");
    }
    /// The order book's own answer, with one bid.
    void answer_book(std::string_view tick, std::int64_t second, std::string_view bid = "0.47") {
        answer("GET /book",
               200,
               head("book", second) + R"(,"bids":[{"price":")" + std::string(bid) +
                   R"(","size":"10"}],"asks":[],"neg_risk":false,"tick_size":")" +
                   std::string(tick) + "\"}");
    }
    [[nodiscard]] bool asks_for_book() const {
        for (const std::string& each : waiting())
            if (each.starts_with("GET /book")) return true;
        return false;
    }
    /// The list of markets, a minute later: this outcome's tick, and whether it trades.
    void list(std::string_view tick, bool trades = true, bool is_there = true) {
        for (int i = 0; i < 6; ++i) {
            run.advance(10 * kNsPerSecond);
            stream("PONG");
            user("PONG");
            answer_sync();
        }
        const std::string row =
            R"({"conditionId":"0x05","slug":"ours","outcomes":"[\"Yes\"]","clobTokenIds":"[\")" +
            std::string(kToken) + R"(\"]","outcomePrices":"[\"0.5\"]","orderPriceMinTickSize":)" +
            std::string(tick) + R"(,"enableOrderBook":true,"acceptingOrders":)" +
            (trades ? "true" : "false") + R"(,"closed":false})";
        answer("GET /markets?limit=100&closed=false", 200, is_there ? "[" + row + "]" : "[]");
        answer("GET /markets?limit=100&closed=true", 200, "[]");
    }
    [[nodiscard]] std::vector<Decimal> told_ticks() const {
        std::vector<Decimal> out;
        for (const auto& event : host.events_of<tradectl_instrument_event>())
            if (event.change == TRADECTL_INSTRUMENT_TICK_CHANGED)
                out.push_back(Decimal::from_abi(event.instrument.tick));
        return out;
    }
    [[nodiscard]] std::vector<std::uint32_t> told_status() const {
        std::vector<std::uint32_t> out;
        for (const auto& event : host.events_of<tradectl_instrument_event>())
            if (event.header.instrument == instrument &&
                event.change == TRADECTL_INSTRUMENT_STATUS_CHANGED)
                out.push_back(event.instrument.status);
        return out;
    }
    [[nodiscard]] std::vector<std::uint32_t> told_gaps() const {
        std::vector<std::uint32_t> out;
        for (const auto& event : host.events_of<tradectl_status_event>())
            if (event.header.instrument == instrument) out.push_back(event.status);
        return out;
    }
    /// Best bid of the last book that was told whole, and how many were.
    [[nodiscard]] std::pair<std::size_t, Decimal> last_book() const {
        std::size_t count = 0;
        Decimal bid = Decimal::null();
        for (const auto& bytes : host.events) {
            const auto* event = reinterpret_cast<const tradectl_book_event*>(bytes.data());
            if (event->header.type != TRADECTL_EVENT_BOOK_SNAPSHOT) continue;
            ++count;
            const Book book{*event};
            bid = book.bid_count() > 0 ? book.bid(0).price : Decimal::null();
        }
        return {count, bid};
    }
};

using Found = std::pair<std::size_t, Decimal>;

TEST_F(LostBookTest, TheListNeverChangesATickThatTheStreamTold) {
    list("0.01");
    stream_tick("0.001", 60);
    answer_book("0.001", 61, "0.471");
    EXPECT_EQ(told_ticks(), std::vector<Decimal>{0.001_d});
    list("0.01");
    EXPECT_EQ(told_ticks(), std::vector<Decimal>{0.001_d}) << "the list is late";
    EXPECT_TRUE(asks_for_book()) << "the order book decides";
    answer_book("0.001", 121);
    EXPECT_EQ(told_ticks(), std::vector<Decimal>{0.001_d});
    EXPECT_EQ(last_book(), (Found{2, 0.471_d})) << "the book stands";
}

TEST_F(LostBookTest, WhereTheyDifferTheOrderBookIsBelieved) {
    stream_tick("0.001", 1);
    answer_book("0.001", 2);
    list("0.01");
    answer_book("0.01", 121);
    EXPECT_EQ(told_ticks(), (std::vector<Decimal>{0.001_d, 0.01_d})) << "the stream missed it";
    EXPECT_TRUE(asks_for_book()) << "in the new steps";
}

TEST_F(LostBookTest, AStatusThatTheListTellsCarriesTheTickThatTheStreamTold) {
    stream_tick("0.001", 1);
    answer_book("0.001", 2);
    list("0.01", false);
    const auto told = host.events_of<tradectl_instrument_event>();
    EXPECT_EQ(told.back().instrument.status,
              static_cast<std::uint32_t>(TRADECTL_INSTRUMENT_CLOSING));
    EXPECT_EQ(Decimal::from_abi(told.back().instrument.tick), 0.001_d);
}

TEST_F(LostBookTest, ABookOlderThanTheTickIsAskedForAgain) {
    stream_tick("0.001", 10);
    answer_book("0.01", 9);
    EXPECT_EQ(last_book().first, 1U);
    EXPECT_EQ(told_ticks().size(), 1U);
    EXPECT_FALSE(asks_for_book()) << "not at once";
    run.advance(kNsPerSecond);
    answer_book("0.001", 11, "0.471");
    EXPECT_EQ(last_book(), (Found{2, 0.471_d}));
    run.advance(kNsPerMinute);
    EXPECT_FALSE(asks_for_book());
}

TEST_F(LostBookTest, ABookThatCannotBeReadIsAskedForAgain) {
    stream_tick("0.001", 10);
    answer("GET /book", 500, "");
    run.advance(kNsPerSecond);
    answer_book("0.001", 11);
    EXPECT_EQ(last_book().first, 2U);
}

TEST_F(LostBookTest, ChangesThatCameMeanwhileAreInTheBookThatWasAskedFor) {
    stream_tick("0.001", 10);
    stream_change("0.475", "7", 11);
    stream_change("0.479", "7", 13);
    stream_change("0.479", "0", 14);
    stream_change("0.476", "7", 15);
    answer_book("0.001", 12);
    EXPECT_EQ(last_book(), (Found{2, 0.476_d}));
}

TEST_F(LostBookTest, AChangeFromBeforeTheBookIsNotDoneToIt) {
    stream_tick("0.001", 10);
    stream_change("0.475", "7", 11);
    answer_book("0.001", 12);
    EXPECT_EQ(last_book(), (Found{2, 0.47_d}));
}

TEST_F(LostBookTest, WhatWasTooMuchToKeepMakesAnOlderBookUseless) {
    stream_tick("0.001", 10);
    for (int i = 0; i < 1001; ++i)
        stream_change("0.475", std::to_string(i + 1), 11 + i);
    answer_book("0.001", 12);
    EXPECT_EQ(last_book().first, 1U);
    run.advance(kNsPerSecond);
    answer_book("0.001", 2000);
    EXPECT_EQ(last_book(), (Found{2, 0.47_d}));
}

TEST_F(LostBookTest, OfAStreamThatIsDownNoBookIsTaken) {
    stream_tick("0.001", 10);
    run.ws(100, TRADECTL_WS_CLOSED, "");
    answer_book("0.001", 11);
    EXPECT_EQ(last_book().first, 1U);
    EXPECT_EQ(told_gaps(), (std::vector<std::uint32_t>{TRADECTL_STATUS_GAP}));
    run.advance(kNsPerMinute);
    EXPECT_FALSE(asks_for_book());
}

TEST_F(LostBookTest, WhatTheStreamEndedNoListOpensAgain) {
    stream_end();
    EXPECT_EQ(told_status(), (std::vector<std::uint32_t>{TRADECTL_INSTRUMENT_CLOSED}));
    EXPECT_EQ(told_gaps(), (std::vector<std::uint32_t>{TRADECTL_STATUS_GAP}));
    stream_change("0.479", "7", 13);
    list("0.01");
    EXPECT_EQ(told_status(), (std::vector<std::uint32_t>{TRADECTL_INSTRUMENT_CLOSED}));
    EXPECT_EQ(last_book().first, 1U);
}

TEST_F(LostBookTest, AMarketThatComesBackGetsAFreshBook) {
    list("0.01");
    for (int i = 0; i < 3; ++i)
        list("0.01", true, false);
    EXPECT_EQ(told_status(), (std::vector<std::uint32_t>{TRADECTL_INSTRUMENT_CLOSED}));
    EXPECT_EQ(told_gaps(), (std::vector<std::uint32_t>{TRADECTL_STATUS_GAP}));
    EXPECT_FALSE(asks_for_book());
    list("0.01");
    EXPECT_EQ(told_status().back(), static_cast<std::uint32_t>(TRADECTL_INSTRUMENT_OPEN));
    answer_book("0.01", 400);
    EXPECT_EQ(last_book(), (Found{2, 0.47_d}));
    EXPECT_EQ(told_gaps(),
              (std::vector<std::uint32_t>{TRADECTL_STATUS_GAP, TRADECTL_STATUS_RESYNCED}));
}

}  // namespace
}  // namespace tradectl::polymarket
