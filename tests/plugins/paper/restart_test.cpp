// What the plugin stores, and that it is all there is.
#include "tests/plugins/paper/paper_host.hpp"
#include "tests/plugins/paper/twin_venues.hpp"

#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace tradectl::paper {
namespace {

constexpr const char* kCash = R"({"balances":{"USD":"10000"}})";

TEST(Paper, AccountIsPaidOnceInItsLife) {
    PaperHost host(R"({"balances":{"USD":"5"},"accounts":["main"]})");
    ASSERT_EQ(host.start(), TRADECTL_OK);
    ASSERT_EQ(host.restart(), TRADECTL_OK);
    EXPECT_EQ(host.kv.at("b/main/USD"), "1\t5\t0");
    EXPECT_EQ(host.kv.count("a/main"), 1u);
}

TEST(Paper, DamagedStoreIsRefused) {
    for (const char* key : {"m", "o/a", "b/main/USD", "i/BTC-USD.paper"}) {
        PaperHost host(kCash);
        ASSERT_EQ(host.start(), TRADECTL_OK);
        host.submit({.id = "a", .price = 99_d});
        ASSERT_EQ(host.kv.count(key), 1u) << key;
        host.kv[key] += "\tx";
        EXPECT_EQ(host.restart(), TRADECTL_CORRUPT) << key;
    }
}

TEST(Paper, HoldWithoutItsOrderIsDamage) {
    PaperHost host(kCash);
    ASSERT_EQ(host.start(), TRADECTL_OK);
    host.submit({.id = "a", .price = 99_d});
    host.kv.erase("o/a");
    EXPECT_EQ(host.restart(), TRADECTL_CORRUPT);
}

TEST(Paper, NothingWorksBeforeTheStart) {
    PaperHost host(R"({"maker_fee":"-0.002","taker_fee":"0.001"})");
    EXPECT_EQ(host.start(), TRADECTL_INVALID_ARGUMENT);
    EXPECT_NE(host.error.find("rebate"), std::string::npos) << host.error;
    host.query("a");
    EXPECT_EQ(host.last_status, TRADECTL_BAD_STATE);
    host.trade(100_d, 1_d);
    EXPECT_EQ(host.last_status, TRADECTL_BAD_STATE);
}

TEST(Paper, SubmitOfWhatWasDiscardedIsAnsweredNotFound) {
    PaperHost host(kCash);
    ASSERT_EQ(host.start(), TRADECTL_OK);
    const std::uint64_t prepared = host.prepare({.id = "a", .price = 99_d});
    host.api->discard_prepared(host.instance, prepared);
    const std::uint64_t id = host.submit_prepared(prepared);
    EXPECT_TRUE(host.has_answer(id) || host.last_status == TRADECTL_NOT_FOUND);
    EXPECT_EQ(host.query("a").record.status, TRADECTL_NOT_FOUND);
}

/// One random call; the same dice give the same call.
void random_call(PaperHost& host, Dice& dice, int number) {
    const std::string id = "o" + std::to_string(number);
    switch (dice.roll(0, 5)) {
        case 0: host.trade(Decimal::from_int(dice.roll(95, 105)), 3_d); break;
        case 1: host.advance_to(host.now + dice.roll(1, 3000)); break;
        case 2: host.cancel("o" + std::to_string(dice.roll(0, number))); break;
        default: {
            OrderSpec spec{.id = id};
            spec.side = dice.one_in(2) ? Side::Buy : Side::Sell;
            spec.quantity = Decimal::from_int(dice.roll(1, 4));
            if (!dice.one_in(3)) spec.price = Decimal::from_int(dice.roll(95, 105));
            if (dice.one_in(4)) spec.expires = host.now + dice.roll(1, 20'000);
            spec.account = static_cast<std::uint32_t>(dice.roll(0, 1));
            host.submit(spec);
        }
    }
}

// What was on its way is lost with the process, so this one has no latency.
TEST(Paper, KillAfterAnyCallLosesNothing) {
    PaperHost host(R"({"accounts":["main","second"],"balances":{"USD":"3000","BTC":"20"},
                      "taker_fee":"0.0015","maker_fee":"-0.0005","queue":"front"})");
    ASSERT_EQ(host.start(), TRADECTL_OK);
    Dice dice(7);
    for (int i = 0; i < 500; ++i) {
        random_call(host, dice, i);
        const std::string before = host.state();
        ASSERT_EQ(host.restart(), TRADECTL_OK) << host.last_log;
        ASSERT_EQ(host.state(), before) << "call " << i;
        ASSERT_EQ(host.error, "");
    }
    EXPECT_GT(host.fill_events.size(), 100u);
}

TEST(Paper, PositionsOutliveTheProcess) {
    PaperHost host(R"({"accounts":["main","second"],"balances":{"USD":"300"},
                      "taker_fee":"0.001","liquidation_fee":"0.002","history":20})");
    host.use_margin();
    ASSERT_EQ(host.start(), TRADECTL_OK);
    Dice dice(5);
    for (int i = 0; i < 600; ++i) {
        random_call(host, dice, i);
        const std::string before = host.state();
        ASSERT_EQ(host.restart(), TRADECTL_OK) << host.last_log;
        ASSERT_EQ(host.state(), before) << "call " << i;
        ASSERT_EQ(host.error, "");
    }
    EXPECT_GT(host.fill_events.size(), 100u);
    EXPECT_GT(host.position_events.size(), 100u);
}

TEST(Paper, PositionAndDebtNeedTheirMarket) {
    PaperHost host(kCash);
    host.use_margin();
    ASSERT_EQ(host.start(), TRADECTL_OK);
    host.trade(100_d, 1_d);
    host.submit({.id = "a"});
    EXPECT_EQ(host.kv.at("p/main/BTC-USD.paper"), "1\t1\t100\t0");
    EXPECT_EQ(host.kv.at("i/BTC-USD.paper"), "2\tBTC\tUSD\tUSD\t0.1\t0.05");
    ASSERT_EQ(host.ask(host.api->positions).positions.size(), 1u);
    host.kv["p/main/BTC-USD.paper"] = "1\t1\tnull\t0";
    EXPECT_EQ(host.restart(), TRADECTL_CORRUPT);
}

TEST(Paper, LiquidationIsAFillOfTheVenuesOwnOrder) {
    PaperHost host(R"({"balances":{"USD":"1000"}})");
    host.use_margin();
    ASSERT_EQ(host.start(), TRADECTL_OK);
    host.trade(100_d, 100_d);
    host.submit({.id = "a", .quantity = 100_d});
    host.submit({.id = "b", .quantity = 1_d, .price = 50_d});
    const std::size_t orders = host.order_events.size();
    host.trade(94_d, 100_d);
    ASSERT_EQ(host.fill_events.size(), 2u);
    const tradectl_fill_event& fill = host.fill_events.back();
    EXPECT_EQ(fill.header.flags, TRADECTL_EVENT_FLAG_VENUE_ORDER);
    EXPECT_EQ(fill.order_ref, 0u);
    EXPECT_EQ(view(fill.client_order_id), "liquidation-1");
    EXPECT_EQ(Decimal::from_abi(fill.realized_pnl), -600_d);
    EXPECT_EQ(host.order_events.size(), orders);  // b could not be afforded beside a
    const Answer& told = host.fills_since(TRADECTL_TIME_NONE, "", 0);
    EXPECT_EQ(told.fills.back().flags, TRADECTL_EVENT_FLAG_VENUE_ORDER);
    EXPECT_EQ(host.query("liquidation-1").orders.at(0).reason,
              static_cast<std::uint32_t>(TRADECTL_REASON_LIQUIDATION));
}

TEST(Paper, PlaceInTheQueueOutlivesAGoodbye) {
    PaperHost host(R"({"balances":{"USD":"1000"}})");
    ASSERT_EQ(host.start(), TRADECTL_OK);
    host.quote(99_d, 101_d, 10_d);
    host.submit({.id = "a", .price = 99_d});
    host.quote(99_d, 101_d, 4_d);
    host.stop();
    ASSERT_EQ(host.last_status, TRADECTL_OK);
    ASSERT_EQ(host.start(), TRADECTL_OK);
    host.quote(99_d, 101_d, 10_d);
    host.trade(99_d, 4_d);
    EXPECT_TRUE(host.fill_events.empty());
    host.trade(99_d, 0.5_d);
    EXPECT_EQ(host.fill_events.size(), 1u);
}

TEST(Paper, SameCallsSayTheSame) {
    const auto run = [] {
        PaperHost host(R"({"accounts":["main","second"],"balances":{"USD":"3000","BTC":"20"},
                          "latency":700,"latency_jitter":500,"ack_latency":900,
                          "ack_latency_jitter":300})");
        EXPECT_EQ(host.start(), TRADECTL_OK);
        Dice dice(11);
        for (int i = 0; i < 1500; ++i)
            random_call(host, dice, i);
        return std::pair(host.state(), host.said);
    };
    const auto first = run();
    EXPECT_GT(first.second.size(), 1000u);
    EXPECT_EQ(first, run());
}

}  // namespace
}  // namespace tradectl::paper
