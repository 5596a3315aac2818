#include "tests/plugins/paper/paper_host.hpp"

#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::paper {
namespace {

constexpr const char* kCash = R"({"balances":{"USD":"10000"}})";
constexpr const char* kSlow =
    R"({"balances":{"USD":"10000"},"latency":5000,"ack_latency":2000,"taker_fee":"0.001"})";

// ---- Orders ----

TEST(Paper, MarketOrderIsAnsweredThenFilledThenPaid) {
    PaperHost host(kCash);
    ASSERT_EQ(host.start(), TRADECTL_OK);
    host.said.clear();
    host.trade(100_d, 5_d);
    const std::uint64_t id = host.submit({.id = "a", .quantity = 2_d});
    EXPECT_EQ(host.answers[id].record.status, TRADECTL_OK);
    EXPECT_EQ(view(host.answers[id].record.venue_order_id), "P1");
    EXPECT_EQ(host.said,
              (std::vector<std::string>{
                  "answer 0", "answer 0", "order 3", "fill", "order 5", "balance", "balance"}));
    const tradectl_fill_event& fill = host.fill_events.at(0);
    EXPECT_EQ(Decimal::from_abi(fill.price), 100_d);
    EXPECT_EQ(Decimal::from_abi(fill.quantity), 2_d);
    EXPECT_EQ(view(fill.client_order_id), "a");
    EXPECT_EQ(view(fill.trade_id), "T1");
    EXPECT_EQ(view(fill.fee_asset_name), "USD");
}

TEST(Paper, PrepareNamesTheOrderAndItsFence) {
    PaperHost host(kSlow);
    ASSERT_EQ(host.start(), TRADECTL_OK);
    const Answer& answer = host.answers[host.prepare({.id = "a", .price = 99_d})];
    EXPECT_EQ(answer.identity, "a");
    EXPECT_EQ(answer.fence, host.now + 5000);
    EXPECT_EQ(host.prepare({.id = "", .price = 99_d}), 2u);
    EXPECT_EQ(host.answers[2].record.status, TRADECTL_INVALID_ARGUMENT);
}

TEST(Paper, OrderActsAfterItsLatencyAndIsAnsweredAfterTheWayBack) {
    PaperHost host(kSlow);
    ASSERT_EQ(host.start(), TRADECTL_OK);
    const std::int64_t begin = host.now;
    const std::uint64_t id = host.submit({.id = "a", .quantity = 1_d});
    host.trade(100_d, 5_d);
    host.advance_to(begin + 4999);
    EXPECT_EQ(host.query("a").record.status, TRADECTL_NOT_FOUND);
    host.trade(101_d, 5_d);
    host.advance_to(begin + 5000);
    EXPECT_EQ(host.query("a").orders.at(0).status, std::uint32_t{TRADECTL_ORDER_STATUS_FILLED});
    EXPECT_FALSE(host.has_answer(id));
    host.advance_to(begin + 6999);
    EXPECT_FALSE(host.has_answer(id));
    host.advance_to(begin + 7000);
    EXPECT_TRUE(host.has_answer(id));
    EXPECT_EQ(Decimal::from_abi(host.fill_events.at(0).price), 101_d);
    EXPECT_EQ(Decimal::from_abi(host.fill_events.at(0).fee), 0.101_d);
}

TEST(Paper, TimeToBecomeDurableCountsAsLatency) {
    PaperHost host(kSlow);
    ASSERT_EQ(host.start(), TRADECTL_OK);
    host.trade(100_d, 5_d);
    const std::uint64_t prepared = host.prepare({.id = "a", .quantity = 1_d});
    host.advance_to(host.now + 9000);
    host.submit_prepared(prepared);
    EXPECT_EQ(host.query("a").orders.size(), 1u);
}

TEST(Paper, CancelsTravelToo) {
    PaperHost host(kSlow);
    ASSERT_EQ(host.start(), TRADECTL_OK);
    host.submit({.id = "a", .price = 99_d});
    host.advance_to(host.now + 10'000);
    const std::uint64_t id = host.cancel("a");
    host.advance_to(host.now + 4999);
    host.trade(99_d, 0.4_d);
    host.advance_to(host.now + 5000);
    EXPECT_EQ(host.answers[id].record.status, TRADECTL_OK);
    const tradectl_order_report order = host.query("a").orders.at(0);
    EXPECT_EQ(order.status, std::uint32_t{TRADECTL_ORDER_STATUS_CANCELED});
    EXPECT_EQ(Decimal::from_abi(order.filled_qty), 0.4_d);
}

TEST(Paper, MarketEventsOfOneBatchDoNotOvertakeWhatArrivesBetweenThem) {
    PaperHost host(kSlow);
    ASSERT_EQ(host.start(), TRADECTL_OK);
    host.submit({.id = "a", .quantity = 1_d});
    host.trade(100_d, 5_d, host.now + 4999);
    host.trade(200_d, 5_d, host.now + 5001);
    EXPECT_EQ(Decimal::from_abi(host.query("a").orders.at(0).average_price), 100_d);
}

TEST(Paper, DuplicateClientOrderIdIsRejectedAlsoAfterARestart) {
    PaperHost host(kCash);
    ASSERT_EQ(host.start(), TRADECTL_OK);
    host.submit({.id = "open", .price = 50_d});
    host.submit({.id = "closed"});
    ASSERT_EQ(host.restart(), TRADECTL_OK);
    for (const char* id : {"open", "closed"}) {
        const Answer& answer = host.answers[host.submit({.id = id, .price = 51_d})];
        EXPECT_EQ(answer.record.status, TRADECTL_REJECTED);
        EXPECT_EQ(answer.record.reason, std::uint32_t{TRADECTL_REASON_DUPLICATE_ORDER_REF});
    }
    EXPECT_EQ(Decimal::from_abi(host.query("open").orders.at(0).price), 50_d);
}

TEST(Paper, RefusedOrderIsRememberedWithItsReason) {
    PaperHost host(kCash);
    ASSERT_EQ(host.start(), TRADECTL_OK);
    const Answer& answer =
        host.answers[host.submit({.id = "a", .quantity = 101_d, .price = 100_d})];
    EXPECT_EQ(answer.record.status, TRADECTL_REJECTED);
    EXPECT_EQ(answer.text, "USD needed 10100 free 10000");
    EXPECT_TRUE(host.order_events.empty());
    ASSERT_EQ(host.restart(), TRADECTL_OK);
    const tradectl_order_report order = host.query("a").orders.at(0);
    EXPECT_EQ(order.status, std::uint32_t{TRADECTL_ORDER_STATUS_REJECTED});
    EXPECT_EQ(order.reason, std::uint32_t{TRADECTL_REASON_INSUFFICIENT_BALANCE});
}

TEST(Paper, CancelOfAFilledOrderIsRejectedWithAReason) {
    PaperHost host(kCash);
    ASSERT_EQ(host.start(), TRADECTL_OK);
    host.trade(100_d, 5_d);
    host.submit({.id = "a"});
    const Answer& answer = host.answers[host.cancel("a")];
    EXPECT_EQ(answer.record.status, TRADECTL_REJECTED);
    EXPECT_EQ(answer.record.reason, std::uint32_t{TRADECTL_REASON_UNKNOWN_ORDER});
    EXPECT_EQ(answer.text, "order a is closed");
}

TEST(Paper, AccountThatIsNotListedIsRejected) {
    PaperHost host(kCash);
    ASSERT_EQ(host.start(), TRADECTL_OK);
    const Answer& answer = host.answers[host.submit({.id = "a", .price = 99_d, .account = 1})];
    EXPECT_EQ(answer.record.status, TRADECTL_REJECTED);
    EXPECT_EQ(answer.record.reason, std::uint32_t{TRADECTL_REASON_BAD_FIELD});
}

TEST(Paper, GoodTillDateExpiresByATimer) {
    PaperHost host(kCash);
    ASSERT_EQ(host.start(), TRADECTL_OK);
    host.submit({.id = "a", .price = 99_d, .expires = host.now + 500});
    host.advance_to(host.now + 499);
    EXPECT_EQ(host.order_events.size(), 1u);
    host.advance_to(host.now + 1);
    EXPECT_EQ(host.order_events.back().status, std::uint32_t{TRADECTL_ORDER_STATUS_EXPIRED});
    EXPECT_TRUE(host.timers.empty());
}

TEST(Paper, OrderWhoseTimePassedWhileItWasDownExpiresAtTheStart) {
    PaperHost host(kCash);
    ASSERT_EQ(host.start(), TRADECTL_OK);
    host.submit({.id = "a", .price = 99_d, .expires = host.now + 500});
    host.kill();
    host.now += 1000;
    ASSERT_EQ(host.start(), TRADECTL_OK);
    EXPECT_EQ(host.query("a").orders.at(0).status, std::uint32_t{TRADECTL_ORDER_STATUS_EXPIRED});
}

// ---- Queries ----

TEST(Paper, AbsenceIsProven) {
    PaperHost host(kCash);
    ASSERT_EQ(host.start(), TRADECTL_OK);
    const Answer& answer = host.query("nobody");
    EXPECT_EQ(answer.record.status, TRADECTL_NOT_FOUND);
    EXPECT_EQ(answer.record.completeness, std::uint32_t{TRADECTL_COMPLETENESS_COMPLETE});
    EXPECT_EQ(answer.record.as_of, host.now);
}

TEST(Paper, FillsComeInPartsByCursorAndFromATime) {
    PaperHost host(kCash);
    ASSERT_EQ(host.start(), TRADECTL_OK);
    for (int i = 0; i < 5; ++i) {
        host.advance_to(host.now + 100);
        host.trade(10_d, 1_d);
        host.submit({.id = "o" + std::to_string(i)});
    }
    const Answer first = host.fills_since(TRADECTL_TIME_NONE, "", 3);
    EXPECT_EQ(first.fills.size(), 3u);
    EXPECT_EQ(first.record.completeness, std::uint32_t{TRADECTL_COMPLETENESS_COMPLETE});
    const Answer rest = host.fills_since(TRADECTL_TIME_NONE, first.cursor, 3);
    EXPECT_EQ(rest.fills.size(), 2u);
    EXPECT_EQ(rest.cursor, "");
    EXPECT_EQ(rest.record.completeness, std::uint32_t{TRADECTL_COMPLETENESS_COMPLETE});
    EXPECT_EQ(host.fills_since(host.now - 100, "", 0).fills.size(), 2u);
    EXPECT_EQ(host.fills_since(host.now + 1, "", 0).fills.size(), 0u);
    host.fills_since(0, "x", 0);
    EXPECT_EQ(host.last_status, TRADECTL_INVALID_ARGUMENT);
}

TEST(Paper, PositionIsTheBaseBalance) {
    PaperHost host(kCash);
    ASSERT_EQ(host.start(), TRADECTL_OK);
    EXPECT_TRUE(host.ask(host.api->positions).positions.empty());
    host.trade(100_d, 5_d);
    host.submit({.id = "a", .quantity = 3_d});
    const auto& positions = host.ask(host.api->positions).positions;
    ASSERT_EQ(positions.size(), 1u);
    EXPECT_EQ(Decimal::from_abi(positions[0].quantity), 3_d);
}

TEST(Paper, AnswersTimeInstrumentsAndConnections) {
    PaperHost host(kCash);
    ASSERT_EQ(host.start(), TRADECTL_OK);
    EXPECT_EQ(host.ask(host.api->server_time).record.as_of, host.now);
    const auto& instruments = host.ask(host.api->load_instruments).instruments;
    ASSERT_EQ(instruments.size(), 1u);
    EXPECT_EQ(view(instruments[0].name), "BTC-USD.paper");
    EXPECT_EQ(host.ask(host.api->connect).record.status, TRADECTL_OK);
    EXPECT_EQ(host.ask(host.api->disconnect).record.status, TRADECTL_OK);
    host.ask(host.api->activity);
    EXPECT_EQ(host.last_status, TRADECTL_UNSUPPORTED);
}

// ---- Market data ----

TEST(Paper, MarketEventsAloneStoreNothing) {
    PaperHost host(kCash);
    ASSERT_EQ(host.start(), TRADECTL_OK);
    host.submit({.id = "a", .price = 50_d});
    const std::size_t before = host.puts;
    for (int i = 0; i < 100; ++i)
        host.trade(100_d, 5_d);
    EXPECT_EQ(host.puts, before);
}

TEST(Paper, BarFillsAtItsPricesUntilTradesAreSeen) {
    PaperHost host(kCash);
    ASSERT_EQ(host.start(), TRADECTL_OK);
    host.submit({.id = "a", .price = 95_d});
    auto bar = make_event<tradectl_bar_event>();
    bar.header.instrument = 0;
    bar.header.host_time = host.now;
    bar.open = (100_d).to_abi();
    bar.high = (110_d).to_abi();
    bar.low = (90_d).to_abi();
    bar.close = (105_d).to_abi();
    bar.volume = (2_d).to_abi();
    std::vector<std::uint8_t> bytes(sizeof bar);
    std::memcpy(bytes.data(), &bar, sizeof bar);
    EXPECT_EQ(host.market_data(bytes, 1), TRADECTL_OK);
    ASSERT_EQ(host.fill_events.size(), 1u);
    EXPECT_EQ(Decimal::from_abi(host.fill_events[0].price), 90_d);
    EXPECT_EQ(Decimal::from_abi(host.fill_events[0].quantity), 0.5_d);
    host.trade(100_d, 1_d);
    EXPECT_EQ(host.market_data(bytes, 1), TRADECTL_OK);
    EXPECT_EQ(host.fill_events.size(), 1u);
}

TEST(Paper, BookEventsAreWhatTakersMeet) {
    PaperHost host(kCash);
    ASSERT_EQ(host.start(), TRADECTL_OK);
    auto book = make_event<tradectl_book_event>();
    const tradectl_level levels[] = {{(99_d).to_abi(), (1_d).to_abi()},
                                     {(101_d).to_abi(), (0.3_d).to_abi()},
                                     {(102_d).to_abi(), (1_d).to_abi()}};
    book.header.size = sizeof book + sizeof levels;
    book.header.instrument = 0;
    book.header.host_time = host.now;
    book.bid_count = 1;
    book.ask_count = 2;
    book.levels_offset = sizeof book;
    book.level_stride = sizeof(tradectl_level);
    std::vector<std::uint8_t> bytes(book.header.size);
    std::memcpy(bytes.data(), &book, sizeof book);
    std::memcpy(bytes.data() + sizeof book, levels, sizeof levels);
    EXPECT_EQ(host.market_data(bytes, 1), TRADECTL_OK);
    host.submit({.id = "a", .quantity = 1_d});
    EXPECT_EQ(Decimal::from_abi(host.query("a").orders.at(0).average_price), 101.7_d);
}

TEST(Paper, GarbageOnTheFeedChangesNothing) {
    PaperHost host(kCash);
    ASSERT_EQ(host.start(), TRADECTL_OK);
    host.submit({.id = "a", .price = 100_d});
    for (const Decimal bad : {Decimal::null(), -1_d, 0_d, Decimal::min()}) {
        host.trade(bad, 1_d);
        host.trade(90_d, bad);
    }
    EXPECT_TRUE(host.fill_events.empty());
    std::vector<std::uint8_t> torn(sizeof(tradectl_event) - 8, 0);
    EXPECT_EQ(host.market_data(torn, 1), TRADECTL_INVALID_ARGUMENT);
    auto unknown = make_event<tradectl_trade_event>();
    unknown.header.type = 999;
    unknown.header.instrument = 12345;
    std::vector<std::uint8_t> bytes(sizeof unknown);
    std::memcpy(bytes.data(), &unknown, sizeof unknown);
    EXPECT_EQ(host.market_data(bytes, 1), TRADECTL_OK);
}

}  // namespace
}  // namespace tradectl::paper
