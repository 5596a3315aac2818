#include "host/backtest/round_trips.hpp"

#include <tradectl/abi/types.h>

#include <cstdlib>
#include <iostream>
#include <random>

#include <gtest/gtest.h>

namespace tradectl::backtest {
namespace {

Decimal number(const std::string& text) {
    return Decimal::parse(text).value();
}

class RoundTripsTest : public testing::Test {
  protected:
    Status fill(const std::string& order,
                std::uint8_t side,
                const std::string& quantity,
                const std::string& price,
                const std::string& fee = "0") {
        MatchFill fill;
        fill.strategy = "s";
        fill.instrument = instrument_;
        fill.order = order;
        fill.side = side;
        fill.time = Timestamp{++time_};
        fill.price = number(price);
        fill.quantity = number(quantity);
        fill.fee = number(fee);
        fill.settle = settle_;
        fill.reason = "signal";
        fill.sample = static_cast<std::uint64_t>(time_);
        return trips_.add(fill);
    }
    Status buy(const std::string& order,
               const std::string& quantity,
               const std::string& price,
               const std::string& fee = "0") {
        return fill(order, TRADECTL_SIDE_BUY, quantity, price, fee);
    }
    Status sell(const std::string& order,
                const std::string& quantity,
                const std::string& price,
                const std::string& fee = "0") {
        return fill(order, TRADECTL_SIDE_SELL, quantity, price, fee);
    }
    std::vector<Trade> open(const std::string& mark) {
        return trips_.open({{"i", number(mark)}}, Timestamp{1000}, 1000);
    }

    std::string instrument_ = "i";
    SettleIn settle_ = SettleIn::Quote;
    std::int64_t time_ = 0;
    std::vector<Trade> trades_;
    RoundTrips trips_{[this](const Trade& trade) { trades_.push_back(trade); }};
};

TEST_F(RoundTripsTest, OneOrderClosesAnother) {
    ASSERT_TRUE(buy("1", "2", "100", "0.2"));
    ASSERT_TRUE(sell("2", "2", "110", "0.22"));
    trips_.flush();
    ASSERT_EQ(trades_.size(), 1u);
    const Trade& trade = trades_[0];
    EXPECT_EQ(trade.side, TRADECTL_SIDE_BUY);
    EXPECT_EQ(trade.profit, number("19.58"));
    EXPECT_EQ(trade.fees, number("0.42"));
    EXPECT_DOUBLE_EQ(trade.profit_ratio, 19.58 / 200);
    EXPECT_EQ(trade.entry_order, "1");
    EXPECT_EQ(trade.exit_order, "2");
    EXPECT_EQ(trade.bars, 1u);
    EXPECT_TRUE(open("1").empty());
}

TEST_F(RoundTripsTest, FillsOfOneOrderAreOneTrade) {
    ASSERT_TRUE(buy("1", "1", "100"));
    ASSERT_TRUE(buy("1", "3", "104"));
    ASSERT_TRUE(sell("2", "2", "110"));
    ASSERT_TRUE(sell("2", "2", "111"));
    EXPECT_TRUE(trades_.empty()) << "further fills of the exit may come";
    trips_.flush();
    ASSERT_EQ(trades_.size(), 1u);
    EXPECT_EQ(trades_[0].entry_price, number("103"));
    EXPECT_EQ(trades_[0].exit_price, number("110.5"));
    EXPECT_EQ(trades_[0].profit, number("30"));
}

TEST_F(RoundTripsTest, TheOldestOrderIsClosedFirst) {
    ASSERT_TRUE(buy("1", "1", "100"));
    ASSERT_TRUE(buy("2", "1", "200"));
    ASSERT_TRUE(sell("3", "1.5", "210"));
    trips_.flush();
    ASSERT_EQ(trades_.size(), 2u);
    EXPECT_EQ(trades_[0].profit, number("110"));
    EXPECT_EQ(trades_[1].quantity, number("0.5"));
    EXPECT_EQ(trades_[1].profit, number("5"));
    ASSERT_EQ(open("220").size(), 1u);
    EXPECT_EQ(open("220")[0].profit, number("10"));
}

TEST_F(RoundTripsTest, AReversalClosesAndOpens) {
    ASSERT_TRUE(buy("1", "1", "100", "1"));
    ASSERT_TRUE(sell("2", "3", "90", "3"));
    ASSERT_TRUE(buy("3", "2", "80", "2"));
    trips_.flush();
    ASSERT_EQ(trades_.size(), 2u);
    EXPECT_EQ(trades_[0].profit, number("-12"));
    EXPECT_EQ(trades_[0].fees, number("2"));
    EXPECT_EQ(trades_[1].side, TRADECTL_SIDE_SELL);
    EXPECT_EQ(trades_[1].profit, number("16"));
    EXPECT_EQ(trades_[1].fees, number("4"));
}

TEST_F(RoundTripsTest, FeesAreSharedWithoutALoss) {
    ASSERT_TRUE(buy("1", "3", "10", "1"));
    for (const char* order : {"2", "3", "4"})
        ASSERT_TRUE(sell(order, "1", "10"));
    trips_.flush();
    ASSERT_EQ(trades_.size(), 3u);
    Decimal sum;
    for (const Trade& trade : trades_)
        sum = sum + trade.fees;
    EXPECT_EQ(sum, number("1"));
}

TEST_F(RoundTripsTest, TheSmallestFeeIsNotRoundedAway) {
    ASSERT_TRUE(buy("1", "0.001", "10", "0.000000000000000001"));
    ASSERT_TRUE(sell("2", "0.001", "10"));
    trips_.flush();
    EXPECT_EQ(trades_.at(0).fees, number("0.000000000000000001"));
}

TEST_F(RoundTripsTest, ProfitInTheBaseAssetIsAtThePriceOfTheExit) {
    settle_ = SettleIn::Base;
    ASSERT_TRUE(buy("1", "1000", "80"));
    ASSERT_TRUE(sell("2", "1000", "100"));
    trips_.flush();
    ASSERT_EQ(trades_.size(), 1u);
    EXPECT_EQ(trades_[0].profit, number("200"));  // 20,000 of the quote at 100
    EXPECT_DOUBLE_EQ(trades_[0].profit_ratio, 0.2);
}

TEST_F(RoundTripsTest, WhatIsOpenIsMarkedByOrder) {
    ASSERT_TRUE(sell("1", "1", "100", "0.5"));
    ASSERT_TRUE(sell("1", "1", "102", "0.5"));
    const auto left = open("91");
    ASSERT_EQ(left.size(), 1u);
    EXPECT_EQ(left[0].profit, number("19"));
    EXPECT_EQ(left[0].exit_reason, "open");
    EXPECT_EQ(left[0].quantity, number("2"));
}

TEST_F(RoundTripsTest, WithoutAMarkTheEntryPriceStands) {
    ASSERT_TRUE(buy("1", "1", "100"));
    EXPECT_TRUE(trips_.open({}, Timestamp{5}, 5)[0].profit.is_zero());
}

TEST_F(RoundTripsTest, StrategiesAndInstrumentsDoNotMeet) {
    ASSERT_TRUE(buy("1", "1", "100"));
    instrument_ = "other";
    ASSERT_TRUE(sell("2", "1", "100"));
    trips_.flush();
    EXPECT_TRUE(trades_.empty());
}

TEST_F(RoundTripsTest, NonsenseIsRefused) {
    EXPECT_FALSE(fill("1", TRADECTL_SIDE_NONE, "1", "1"));
    EXPECT_FALSE(buy("1", "0", "1"));
    EXPECT_FALSE(buy("1", "-1", "1"));
    EXPECT_FALSE(buy("1", "1", "0"));
    ASSERT_TRUE(buy("1", "100000000000", "1000000000"));
    const auto big = sell("2", "100000000000", "100000000000");
    ASSERT_FALSE(big);
    EXPECT_EQ(big.error().code, ErrorCode::Overflow);
}

/// Profits of all trades and of what is open at the last price are what cash and position say.
TEST_F(RoundTripsTest, RandomFillsAddUpToTheCash) {
    const char* given = std::getenv("TRADECTL_TEST_SEED");
    const auto seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::cout << "seed " << seed << "\n";
    std::mt19937_64 random(seed);
    Decimal cash;
    Decimal position;
    Decimal price;
    for (int i = 0; i < 2000; ++i) {
        price = Decimal::from_int(static_cast<std::int64_t>(50 + random() % 100));
        const Decimal quantity = Decimal::from_int(static_cast<std::int64_t>(1 + random() % 9));
        const Decimal fee =
            Decimal::from_mantissa(static_cast<std::int64_t>(random() % 100), 2).value();
        const bool buys = random() % 2 == 0;
        const auto side = buys ? TRADECTL_SIDE_BUY : TRADECTL_SIDE_SELL;
        const std::string order = std::to_string(i / (1 + static_cast<int>(random() % 3)));
        ASSERT_TRUE(fill(order + (buys ? "b" : "s"),
                         side,
                         quantity.to_string(),
                         price.to_string(),
                         fee.to_string()));
        const Decimal value = checked_mul(price, quantity, Rounding::HalfEven).value();
        cash = (buys ? cash - value : cash + value) - fee;
        position = buys ? position + quantity : position - quantity;
    }
    trips_.flush();
    Decimal profit;
    for (const Trade& trade : trades_)
        profit = profit + trade.profit;
    for (const Trade& trade : open(price.to_string()))
        profit = profit + trade.profit;
    EXPECT_EQ(profit, cash + checked_mul(position, price, Rounding::HalfEven).value());
}

}  // namespace
}  // namespace tradectl::backtest
