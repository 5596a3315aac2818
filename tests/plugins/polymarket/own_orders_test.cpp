#include "plugins/exchanges/polymarket/own_orders.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::polymarket {
namespace {

constexpr std::string_view kMe = "key-1";

VenueTrade taker(std::string id, std::string order, Decimal quantity, std::uint8_t settlement) {
    VenueTrade out;
    out.id = std::move(id);
    out.taker_order_id = std::move(order);
    out.owner = kMe;
    out.asset_id = "1";
    out.side = Side::Buy;
    out.quantity = quantity;
    out.price = 0.5_d;
    out.settlement = settlement;
    out.match_time = Timestamp{kNsPerSecond};
    return out;
}

bool nobody(std::string_view) {
    return false;
}

OwnOrder own(Decimal quantity) {
    OwnOrder out;
    out.client_order_id = "c";
    out.side = Side::Buy;
    out.price = 0.5_d;
    out.quantity = quantity;
    out.is_sent = true;
    return out;
}

VenueOrder told(std::string id, OrderState state, Decimal matched) {
    VenueOrder out;
    out.id = std::move(id);
    out.state = state;
    out.size_matched = matched;
    out.original_size = 10_d;
    return out;
}

TEST(OwnOrders, AMakerOfTheComplementStandsOnTheSameSide) {
    VenueTrade trade = taker("t", "0xff", 5_d, TRADECTL_SETTLEMENT_MATCHED);
    trade.we_are_taker = false;
    trade.owner = "someone";
    trade.makers = {{"0xA", std::string(kMe), "", "1", Side::None, 2_d, 0.5_d},
                    {"0xb", std::string(kMe), "", "2", Side::None, 3_d, 0.5_d},
                    {"0xc", "other", "", "1", Side::None, 4_d, 0.5_d}};
    const auto fills = fills_of(trade, kMe, nobody);
    ASSERT_EQ(fills.size(), 2U);
    EXPECT_EQ(fills[0].side, Side::Sell);
    EXPECT_EQ(fills[0].order_id, "0xa");
    EXPECT_EQ(fills[1].side, Side::Buy);
    EXPECT_NE(fills[0].trade_id, fills[1].trade_id);
}

TEST(OwnOrders, ATradeOfSomebodyElsesKeyIsNotOurs) {
    VenueTrade trade = taker("t", "0xa", 5_d, TRADECTL_SETTLEMENT_MATCHED);
    trade.owner = "someone";
    EXPECT_TRUE(fills_of(trade, kMe, nobody).empty());
}

TEST(OwnOrders, AnOrderOfOursIsOursWhateverKeyTheVenueNotesWithIt) {
    OwnOrders orders;
    orders.put("0xA", own(10_d));
    orders.put("0xB", own(10_d));
    VenueTrade trade = taker("t", "0xA", 5_d, TRADECTL_SETTLEMENT_MATCHED);
    trade.owner = "an earlier key";
    trade.makers = {{"0xb", "an earlier key", "", "1", Side::None, 2_d, 0.5_d},
                    {"0xc", "an earlier key", "", "1", Side::None, 3_d, 0.5_d}};
    std::size_t foreign = 0;
    const auto news = orders.apply(trade, kMe, foreign);
    ASSERT_EQ(news.size(), 2U);
    EXPECT_EQ(news[0].order_id, "0xa");
    EXPECT_EQ(news[1].order_id, "0xb");
    EXPECT_EQ(foreign, 0U);
    trade.we_are_taker = false;
    trade.id = "t-2";
    EXPECT_EQ(orders.apply(trade, kMe, foreign).size(), 2U) << "the row says maker";
}

TEST(OwnOrders, AFillOfAnOrderThatIsNotKnownIsCountedAndKept) {
    OwnOrders orders;
    std::size_t foreign = 0;
    const auto trade = taker("t", "0xa", 5_d, TRADECTL_SETTLEMENT_MATCHED);
    EXPECT_TRUE(orders.apply(trade, kMe, foreign).empty());
    EXPECT_EQ(foreign, 1U);
    orders.put("0xA", own(10_d));
    EXPECT_EQ(orders.apply(trade, kMe, foreign).size(), 1U);
}

TEST(OwnOrders, AFillThatFailedBeforeItWasToldIsToldOnceAsThat) {
    OwnOrders orders;
    orders.put("0xa", own(10_d));
    std::size_t foreign = 0;
    const auto failed = taker("t", "0xa", 5_d, TRADECTL_SETTLEMENT_FAILED);
    const auto news = orders.apply(failed, kMe, foreign);
    ASSERT_EQ(news.size(), 1U);
    EXPECT_TRUE(news[0].is_new);
    EXPECT_EQ(news[0].settlement, TRADECTL_SETTLEMENT_FAILED);
    EXPECT_TRUE(orders.find("0xa")->filled.is_zero());
    EXPECT_TRUE(orders.apply(failed, kMe, foreign).empty());
    EXPECT_TRUE(
        orders.apply(taker("t", "0xa", 5_d, TRADECTL_SETTLEMENT_MATCHED), kMe, foreign).empty());
    EXPECT_TRUE(orders.find("0xa")->filled.is_zero());
}

TEST(OwnOrders, AnEndWaitsForItsFillsButNotForEver) {
    OwnOrders orders;
    orders.put("0xa", own(10_d));
    orders.apply(told("0xA", OrderState::Canceled, 4_d), Timestamp{1});
    EXPECT_TRUE(orders.take_closed(Timestamp{2}).empty());
    EXPECT_TRUE(orders.waits_for_fills());
    for (int i = 0; i < 3; ++i)
        orders.count_round();
    const auto news = orders.take_closed(Timestamp{3});
    ASSERT_EQ(news.size(), 1U);
    // The host hears of more than it booked, and asks.
    EXPECT_EQ(news[0].filled, 4_d);
    EXPECT_TRUE(orders.take_closed(Timestamp{4}).empty());
}

TEST(OwnOrders, OneThatWasGivenUpAndTradesIsLookedForAgain) {
    OwnOrders orders;
    orders.put("0xa", own(10_d));
    OwnOrder& order = *orders.find("0xa");
    for (int i = 0; i < 3; ++i)
        orders.miss(order, Timestamp{1});
    ASSERT_TRUE(OwnOrders::is_lost(order));
    EXPECT_FALSE(order.is_closing) << "nobody has seen it yet";
    std::size_t foreign = 0;
    const auto trade = taker("t", "0xa", 4_d, TRADECTL_SETTLEMENT_MATCHED);
    EXPECT_EQ(orders.apply(trade, kMe, foreign).size(), 1U);
    for (int i = 0; i < 3; ++i) {
        EXPECT_FALSE(order.is_closing);
        static_cast<void>(orders.apply(trade, kMe, foreign));  // listed again
        orders.miss(order, Timestamp{2});
    }
    EXPECT_TRUE(order.is_closing);
}

TEST(OwnOrders, AWholeOrderEndsByItsFillsAlone) {
    OwnOrders orders;
    orders.put("0xa", own(10_d));
    std::size_t foreign = 0;
    static_cast<void>(
        orders.apply(taker("t", "0xa", 10_d, TRADECTL_SETTLEMENT_MATCHED), kMe, foreign));
    orders.apply(told("0xa", OrderState::Matched, 10_d), Timestamp{1});
    EXPECT_TRUE(orders.take_closed(Timestamp{2}).empty());
    EXPECT_TRUE(orders.find("0xa")->is_closed);
}

TEST(OwnOrders, StatesAreKnownByTheirLongestPrefix) {
    EXPECT_EQ(order_state_of("CANCELED_order couldn't be fully filled."), OrderState::Canceled);
    EXPECT_EQ(order_state_of("CANCELED_MARKET_RESOLVED"), OrderState::CanceledResolved);
    EXPECT_EQ(order_state_of("ORDER_STATUS_LIVE"), OrderState::Live);
    EXPECT_EQ(order_state_of("UNMATCHED"), OrderState::Unmatched);
    EXPECT_EQ(order_state_of(""), OrderState::Unknown);
    EXPECT_EQ(settlement_of("TRADE_STATUS_MINED"), TRADECTL_SETTLEMENT_MINED);
    EXPECT_EQ(settlement_of("MATCHED_NOT_BROADCASTED"), TRADECTL_SETTLEMENT_MATCHED);
    EXPECT_EQ(settlement_of("?"), 0);
}

/// Every fill once, and every failed one undone once, whatever the order and however often.
TEST(OwnOrders, RandomStreamsTellEachFillOnce) {
    const char* given = std::getenv("TRADECTL_TEST_SEED");
    const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 20261122;
    std::cout << "TRADECTL_TEST_SEED=" << seed << "\n";
    std::mt19937_64 random(seed);
    for (int round = 0; round < 300; ++round) {
        OwnOrders orders;
        std::vector<VenueTrade> stream;
        std::map<std::string, Decimal> expected;
        for (int o = 0; o < 3; ++o) {
            const std::string id = "0x" + std::to_string(o);
            orders.put(id, own(1000_d));
            for (std::uint64_t t = random() % 5; t > 0; --t) {
                const std::string trade = id + "-" + std::to_string(t);
                const auto quantity =
                    Decimal::from_int(static_cast<std::int64_t>(random() % 9 + 1));
                const bool fails = random() % 4 == 0;
                if (!fails) expected[id] = expected[id] + quantity;
                std::vector<std::uint8_t> states{TRADECTL_SETTLEMENT_MATCHED,
                                                 TRADECTL_SETTLEMENT_MINED};
                if (fails) states.push_back(TRADECTL_SETTLEMENT_RETRYING);
                states.push_back(fails ? TRADECTL_SETTLEMENT_FAILED
                                       : TRADECTL_SETTLEMENT_CONFIRMED);
                for (const std::uint8_t state : states)
                    for (std::uint64_t copies = random() % 3 + 1; copies > 0; --copies)
                        stream.push_back(taker(trade, id, quantity, state));
            }
        }
        std::shuffle(stream.begin(), stream.end(), random);
        std::map<std::string, Decimal> booked;
        std::set<std::string> ids;
        std::size_t foreign = 0;
        for (const VenueTrade& trade : stream) {
            for (const FillNews& fill : orders.apply(trade, kMe, foreign)) {
                if (fill.is_new) {
                    EXPECT_TRUE(ids.insert(fill.order_id + fill.trade_id).second);
                }
                if (fill.is_new) booked[fill.order_id] = booked[fill.order_id] + fill.quantity;
                if (fill.settlement == TRADECTL_SETTLEMENT_FAILED)
                    booked[fill.order_id] = booked[fill.order_id] - fill.quantity;
            }
        }
        std::erase_if(booked, [](const auto& each) { return each.second.is_zero(); });
        ASSERT_EQ(booked, expected) << "round " << round;
        for (const auto& [id, order] : orders.all())
            ASSERT_EQ(order.filled, expected[id]);
    }
}

}  // namespace
}  // namespace tradectl::polymarket
