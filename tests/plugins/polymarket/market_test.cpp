// The market channel: decoder, local book, and what the host hears.
#include "plugins/exchanges/polymarket/json.hpp"
#include "plugins/exchanges/polymarket/market_messages.hpp"
#include "tests/plugins/polymarket/venue_fixture.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::polymarket {
namespace {

/// Writes down what it hears.
class Notes final : public MarketSink {
  public:
    std::vector<std::string> lines;
    void on_book(std::string_view asset,
                 Timestamp time,
                 std::span<const PriceLevel> bids,
                 std::span<const PriceLevel> asks) override {
        std::string line = "book " + std::string(asset) + " " + std::to_string(time.ns());
        for (const auto& level : bids)
            line += " " + level.price.to_string() + "x" + level.quantity.to_string();
        line += " |";
        for (const auto& level : asks)
            line += " " + level.price.to_string() + "x" + level.quantity.to_string();
        lines.push_back(line);
    }
    void on_changes(Timestamp, std::span<const LevelChange> changes) override {
        for (const auto& change : changes)
            lines.push_back("change " + std::string(change.asset) +
                            (change.side == Side::Buy ? " bid " : " ask ") +
                            change.price.to_string() + "x" + change.quantity.to_string());
    }
    void on_trade(std::string_view asset, Timestamp, Side side, Decimal p, Decimal q) override {
        lines.push_back("trade " + std::string(asset) + (side == Side::Buy ? " buy " : " sell ") +
                        p.to_string() + "x" + q.to_string());
    }
    void on_tick(std::string_view asset, Timestamp, Decimal tick) override {
        lines.push_back("tick " + std::string(asset) + " " + tick.to_string());
    }
    void on_new_market(std::string_view condition, Timestamp) override {
        lines.push_back("new " + std::string(condition));
    }
    void on_resolved(std::string_view winner,
                     Timestamp,
                     std::span<const std::string_view> assets) override {
        lines.push_back("resolved " + std::string(winner) + " of " + std::to_string(assets.size()));
    }
    void on_problem(std::string_view what) override { lines.push_back(std::string(what)); }
};

std::vector<std::string> heard(std::string_view frame) {
    Notes notes;
    MarketDecoder decoder;
    decoder.decode(frame, notes);
    return notes.lines;
}

using Lines = std::vector<std::string>;

TEST(MarketDecoder, ReadsABookWhateverTheOrderOfItsFields) {
    EXPECT_EQ(heard(R"({"asks":[{"size":"2","price":".51"}],"bids":[{"price":"0.49","size":"1"}],)"
                    R"("timestamp":"1700000000123","asset_id":"7","event_type":"book"})"),
              Lines{"book 7 1700000000123000000 0.49x1 | 0.51x2"});
}

TEST(MarketDecoder, ReadsChangesOfSeveralTokens) {
    EXPECT_EQ(heard(R"([{"event_type":"price_change","price_changes":[)"
                    R"({"asset_id":"7","price":"0.5","size":"0","side":"SELL","hash":"x"},)"
                    R"({"asset_id":"8","price":"0.4","size":"3.25","side":"BUY"}]}])"),
              (Lines{"change 7 ask 0.5x0", "change 8 bid 0.4x3.25"}));
}

TEST(MarketDecoder, ReadsTradesTicksAndTheEndOfAMarket) {
    EXPECT_EQ(heard(R"({"event_type":"last_trade_price","asset_id":"7","price":"0.5",)"
                    R"("size":"4","side":"BUY","timestamp":"1"})"),
              Lines{"trade 7 buy 0.5x4"});
    EXPECT_EQ(heard(R"({"event_type":"tick_size_change","asset_id":"7","new_tick_size":"0.001"})"),
              Lines{"tick 7 0.001"});
    EXPECT_EQ(heard(R"({"event_type":"market_resolved","assets_ids":["7","8"],)"
                    R"("winning_asset_id":"8"})"),
              Lines{"resolved 8 of 2"});
    EXPECT_EQ(heard(R"({"event_type":"new_market","market":"0xab"})"), Lines{"new 0xab"});
}

TEST(MarketDecoder, TakesASideThatIsNullForAnEmptyOne) {
    EXPECT_EQ(heard(R"({"event_type":"book","asset_id":"7","timestamp":"1","bids":null,)"
                    R"("asks":[{"price":"0.5","size":"1"}]})"),
              Lines{"book 7 1000000000 | 0.5x1"});
    // Nor does a broken one throw.
    EXPECT_NE(heard(R"({"event_type":"book","asset_id":"7","bids":nul)").back().find("not JSON"),
              std::string::npos);
}

TEST(MarketDecoder, TakesATimeBeyondTheClockForNone) {
    EXPECT_EQ(time_of_number(1'700'000'000), Timestamp{1'700'000'000'000'000'000});
    EXPECT_EQ(time_of_number(1'700'000'000'123), Timestamp{1'700'000'000'123'000'000});
    EXPECT_EQ(time_of_number(1'700'000'000'123'456), Timestamp{1'700'000'000'123'456'000});
    EXPECT_EQ(time_of_number(1'700'000'000'123'456'789), Timestamp{1'700'000'000'123'456'789});
    for (const std::int64_t late : {std::int64_t{99'999'999'999},
                                    std::int64_t{99'999'999'999'999},
                                    std::int64_t{99'999'999'999'999'999},
                                    std::int64_t{-1}})
        EXPECT_TRUE(time_of_number(late).is_none()) << late;
}

TEST(MarketDecoder, SkipsWordsAndUnknownKinds) {
    for (const char* quiet : {"PONG", "NO NEW ASSETS", "", " ", R"({"event_type":"moon"})", "[]"})
        EXPECT_EQ(heard(quiet), Lines{}) << quiet;
}

TEST(MarketDecoder, NamesTheFieldThatIsWrong) {
    const auto problem = [](std::string_view frame) {
        const auto lines = heard(frame);
        return lines.empty() ? std::string() : lines.back();
    };
    EXPECT_NE(problem(R"({"event_type":"book","bids":[],"asks":[]})").find("asset_id"),
              std::string::npos);
    EXPECT_NE(problem(R"({"event_type":"book","asset_id":"7","bids":[{"price":"x","size":"1"}]})")
                  .find("bids"),
              std::string::npos);
    EXPECT_NE(problem(R"({"event_type":"price_change","price_changes":[{"asset_id":"7"}]})")
                  .find("price_changes"),
              std::string::npos);
    EXPECT_NE(
        problem(R"({"event_type":"last_trade_price","asset_id":"7","price":"0.5"})").find("size"),
        std::string::npos);
    EXPECT_NE(problem("{\"event_type\":\"book\"").find("not JSON"), std::string::npos);
    EXPECT_NE(problem("{\"event_type\":\"\xff\"}").find("not JSON"), std::string::npos);
}

TEST(PlainDecimal, IsExactAndRefusesTheRest) {
    EXPECT_EQ(plain_decimal("0.51"), 0.51_d);
    EXPECT_EQ(plain_decimal(".5"), 0.5_d);
    EXPECT_EQ(plain_decimal("1000000.000001"), 1000000.000001_d);
    EXPECT_EQ(plain_decimal(""), 0_d);
    EXPECT_EQ(plain_decimal("123456789012345678"), 123456789012345678_d);
    EXPECT_EQ(plain_decimal("1.000000000000000000000"), 1_d);
    for (const char* bad : {".", "-1", "1.2.3", "1e3", "x", "99999999999999999999999"})
        EXPECT_TRUE(plain_decimal(bad).is_null()) << bad;
}

class MarketTest : public VenueTest {
  protected:
    MarketTest() {
        connect();
        subscribe(instrument,
                  TRADECTL_STREAM_BOOK | TRADECTL_STREAM_QUOTES | TRADECTL_STREAM_TRADES);
        run.ws(100, TRADECTL_WS_OPENED, "");
    }
    void subscribe(InstrumentHandle handle, std::uint32_t streams) {
        tradectl_subscription item{};
        item.struct_size = sizeof item;
        item.instrument = handle;
        item.streams = streams;
        EXPECT_EQ(run.api().subscribe(run.self(), next_request_++, &item, 1, sizeof item),
                  TRADECTL_OK);
    }
    void market(const std::string& frame) { run.ws(100, TRADECTL_WS_TEXT, frame); }
    std::string book(std::string_view bid, std::string_view ask) {
        return R"({"event_type":"book","asset_id":")" + std::string(kToken) +
               R"(","timestamp":"1700000000000","bids":[{"price":"0.1","size":"5"},{"price":")" +
               std::string(bid) +
               R"(","size":"10"}],"asks":[{"price":"0.9","size":"5"},{"price":")" +
               std::string(ask) + R"(","size":"20"}]})";
    }
    std::string change(std::string_view side, std::string_view price, std::string_view size) {
        return R"({"event_type":"price_change","price_changes":[{"asset_id":")" +
               std::string(kToken) + R"(","price":")" + std::string(price) + R"(","size":")" +
               std::string(size) + R"(","side":")" + std::string(side) + R"("}]})";
    }
    std::vector<const tradectl_book_event*> books(std::uint16_t type) {
        std::vector<const tradectl_book_event*> out;
        for (const auto& bytes : host.events) {
            const auto* event = reinterpret_cast<const tradectl_book_event*>(bytes.data());
            if (event->header.type == type) out.push_back(event);
        }
        return out;
    }

  private:
    std::uint64_t next_request_ = 500;
};

TEST_F(MarketTest, SubscribesAtOnceAndAddsLater) {
    EXPECT_EQ(host.ws_opened.back().url, "wss://ws.test/ws/market");
    EXPECT_NE(host.ws_sent.back().payload.find(R"("assets_ids":[")" + std::string(kToken)),
              std::string::npos);
    subscribe(instrument + 1, TRADECTL_STREAM_BOOK);
    EXPECT_EQ(host.ws_sent.back().payload,
              R"({"operation":"subscribe","assets_ids":[")" + std::string(kOtherToken) + R"("]})");
    subscribe(instrument + 1, 0);
    EXPECT_EQ(
        host.ws_sent.back().payload,
        R"({"operation":"unsubscribe","assets_ids":[")" + std::string(kOtherToken) + R"("]})");
}

TEST_F(MarketTest, ASnapshotIsToldBestFirst) {
    market(book("0.48", "0.52"));
    const auto told = books(TRADECTL_EVENT_BOOK_SNAPSHOT);
    ASSERT_EQ(told.size(), 1U);
    const Book view{*told[0]};
    ASSERT_TRUE(view.is_well_formed());
    EXPECT_EQ(view.bid(0).price, 0.48_d);
    EXPECT_EQ(view.bid(1).price, 0.1_d);
    EXPECT_EQ(view.ask(0).price, 0.52_d);
    EXPECT_EQ(view.ask(0).quantity, 20_d);
    const auto quotes = host.events_of<tradectl_quote_event>();
    ASSERT_EQ(quotes.size(), 1U);
    EXPECT_EQ(Decimal::from_abi(quotes[0].bid_price), 0.48_d);
}

TEST_F(MarketTest, AChangeBeforeASnapshotMeansNothing) {
    market(change("BUY", "0.5", "1"));
    EXPECT_TRUE(books(TRADECTL_EVENT_BOOK_DELTA).empty());
    market(book("0.48", "0.52"));
    market(change("BUY", "0.5", "1"));
    market(change("SELL", "0.9", "0"));
    EXPECT_EQ(books(TRADECTL_EVENT_BOOK_DELTA).size(), 2U);
    const auto quotes = host.events_of<tradectl_quote_event>();
    ASSERT_EQ(quotes.size(), 2U);
    EXPECT_EQ(Decimal::from_abi(quotes[1].bid_price), 0.5_d);
}

TEST_F(MarketTest, AChangedTickDropsTheBookUntilAFreshOne) {
    market(book("0.48", "0.52"));
    market(R"({"event_type":"tick_size_change","asset_id":")" + std::string(kToken) +
           R"(","old_tick_size":"0.01","new_tick_size":"0.001","timestamp":"1700000001000"})");
    const auto told = host.events_of<tradectl_instrument_event>();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].change, static_cast<std::uint32_t>(TRADECTL_INSTRUMENT_TICK_CHANGED));
    EXPECT_EQ(Decimal::from_abi(told[0].instrument.tick), 0.001_d);
    EXPECT_EQ(Decimal::from_abi(told[0].instrument.price_max), 0.999_d);
    market(change("BUY", "0.5", "1"));
    EXPECT_TRUE(books(TRADECTL_EVENT_BOOK_DELTA).empty());
    market(book("0.481", "0.519"));
    market(change("BUY", "0.5", "1"));
    EXPECT_EQ(books(TRADECTL_EVENT_BOOK_DELTA).size(), 1U);
}

TEST_F(MarketTest, ACutStreamDropsItsBooksAndComesBack) {
    market(book("0.48", "0.52"));
    run.ws(100, TRADECTL_WS_CLOSED, "");
    market(change("BUY", "0.5", "1"));
    EXPECT_TRUE(books(TRADECTL_EVENT_BOOK_DELTA).empty());
    run.ws(100, TRADECTL_WS_OPENED, "");
    market(book("0.48", "0.52"));
    EXPECT_EQ(books(TRADECTL_EVENT_BOOK_SNAPSHOT).size(), 2U);
}

TEST_F(MarketTest, AStreamThatTheHostReopenedIsLeftAlone) {
    const std::size_t opened = host.ws_opened.size();
    run.ws(100, TRADECTL_WS_CLOSED, "");
    run.ws(100, TRADECTL_WS_OPENED, "");
    EXPECT_NE(host.ws_sent.back().payload.find("initial_dump"), std::string::npos);
    market(book("0.48", "0.52"));
    const std::size_t told = host.events_of<tradectl_status_event>().size();
    for (std::size_t second = 1; second <= 30; ++second) {
        run.advance(kNsPerSecond);
        market(change("BUY", "0.5", std::to_string(second)));
        ASSERT_EQ(books(TRADECTL_EVENT_BOOK_DELTA).size(), second);
    }
    EXPECT_EQ(host.ws_sent.back().payload, "PING");
    EXPECT_EQ(host.events_of<tradectl_status_event>().size(), told);
    EXPECT_EQ(host.ws_opened.size(), opened);
    EXPECT_EQ(log_text().find("market stream"), std::string::npos) << log_text();
}

TEST_F(MarketTest, ASilentStreamIsOpenedAnewOnce) {
    const std::size_t opened = host.ws_opened.size();
    run.ws(100, TRADECTL_WS_STALE, "");
    run.advance(kNsPerSecond);
    EXPECT_EQ(host.ws_opened.size(), opened + 1);
    EXPECT_TRUE(host.ws_kept.contains(100));
    run.ws(100, TRADECTL_WS_OPENED, "");
    market(book("0.48", "0.52"));
    run.advance(5 * kNsPerSecond);
    EXPECT_EQ(host.ws_opened.size(), opened + 1);
    market(change("BUY", "0.5", "1"));
    EXPECT_EQ(books(TRADECTL_EVENT_BOOK_DELTA).size(), 1U);
}

TEST_F(MarketTest, AStreamThatLostItsLastTokenTakesTheNext) {
    subscribe(instrument, 0);
    run.ws(100, TRADECTL_WS_STALE, "");
    run.advance(kNsPerSecond);
    EXPECT_FALSE(host.ws_kept.contains(100)) << "nobody wants it";
    subscribe(instrument, TRADECTL_STREAM_BOOK);
    EXPECT_TRUE(host.ws_kept.contains(100));
    run.ws(100, TRADECTL_WS_OPENED, "");
    EXPECT_NE(host.ws_sent.back().payload.find(kToken), std::string::npos);
}

TEST_F(MarketTest, TradesAndResolutionsAreTold) {
    market(R"({"event_type":"last_trade_price","asset_id":")" + std::string(kToken) +
           R"(","price":"0.5","size":"3","side":"SELL","timestamp":"1700000000000"})");
    const auto trades = host.events_of<tradectl_trade_event>();
    ASSERT_EQ(trades.size(), 1U);
    EXPECT_EQ(trades[0].aggressor, static_cast<std::uint32_t>(TRADECTL_SIDE_SELL));
    market(R"({"event_type":"market_resolved","assets_ids":[")" + std::string(kToken) + R"(",")" +
           std::string(kOtherToken) + R"("],"winning_asset_id":")" + std::string(kToken) + R"("})");
    const auto told = host.events_of<tradectl_instrument_event>();
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(Decimal::from_abi(told[0].resolved_price), 1_d);
    EXPECT_TRUE(Decimal::from_abi(told[1].resolved_price).is_zero());
    EXPECT_EQ(told[0].instrument.status, static_cast<std::uint32_t>(TRADECTL_INSTRUMENT_RESOLVED));
}

}  // namespace
}  // namespace tradectl::polymarket
