#include "host/execution/accounting.hpp"

#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace tradectl::execution {
namespace {

constexpr Book kBook{"main", "BTC", "USD"};

Hold buy_terms(Decimal price, Decimal fee_rate = 0_d) {
    return {.side = TRADECTL_SIDE_BUY, .price = price, .fee_rate_max = fee_rate, .held = 0_d};
}
Hold sell_terms() {
    return {.side = TRADECTL_SIDE_SELL, .price = 1_d, .fee_rate_max = 0_d, .held = 0_d};
}

/// A ledger of everything that was posted.
struct Ledger {
    std::map<std::pair<std::string, Bucket>, Decimal> balances;

    void post(const Postings& postings) {
        for (const Posting& each : postings) {
            EXPECT_FALSE(each.amount.is_zero());
            auto& balance = balances[{std::string(each.asset), each.bucket}];
            balance = balance + each.amount;
        }
        EXPECT_TRUE(sums_to_zero());
    }
    Hold post(const Expected<Step>& step) {
        post(step.value().postings);
        return step.value().hold;
    }
    [[nodiscard]] Decimal get(const char* asset, Bucket bucket) const {
        const auto found = balances.find({asset, bucket});
        return found == balances.end() ? Decimal{} : found->second;
    }
    [[nodiscard]] bool sums_to_zero() const {
        std::map<std::string, Decimal> sums;
        for (const auto& [key, amount] : balances)
            sums[key.first] = sums[key.first] + amount;
        for (const auto& [asset, sum] : sums)
            if (!sum.is_zero()) return false;
        return true;
    }
};

TEST(Accounting, FundsAgainstFunding) {
    Ledger ledger;
    ledger.post(fund("main", "USD", 1000_d).value());
    EXPECT_EQ(ledger.get("USD", Bucket::Available), 1000_d);
    EXPECT_EQ(ledger.get("USD", Bucket::Funding), -1000_d);
    ledger.post(fund("main", "USD", -400_d).value());
    EXPECT_EQ(ledger.get("USD", Bucket::Available), 600_d);
    EXPECT_FALSE(fund("main", "USD", Decimal::null()));
}

TEST(Accounting, HoldsTheCostOfABuyWithItsHighestFee) {
    Ledger ledger;
    const Hold hold = ledger.post(hold_order(kBook, buy_terms(100_d, 0.001_d), 2_d));
    EXPECT_EQ(hold.held, 200.2_d);
    EXPECT_EQ(ledger.get("USD", Bucket::Held), 200.2_d);
    EXPECT_EQ(ledger.get("USD", Bucket::Available), -200.2_d);
}

TEST(Accounting, HoldsWhatASellSells) {
    Ledger ledger;
    ledger.post(hold_order(kBook, sell_terms(), 2_d));
    EXPECT_EQ(ledger.get("BTC", Bucket::Held), 2_d);
    EXPECT_EQ(ledger.get("USD", Bucket::Held), 0_d);
}

TEST(Accounting, RoundsAHoldUp) {
    EXPECT_EQ(*needed_for(buy_terms(1e-18_d), 0.1_d), 1e-18_d);
    EXPECT_EQ(*needed_for(buy_terms(1e-18_d, 0.1_d), 1_d), 2e-18_d);
}

TEST(Accounting, SettlesABuyInTwoFills) {
    Ledger ledger;
    Hold hold = ledger.post(hold_order(kBook, buy_terms(100_d, 0.001_d), 2_d));
    hold = ledger.post(fill_order(
        kBook, hold, {.price = 99_d, .quantity = 0.5_d, .leaves_qty = 1.5_d, .fee = 0.04_d}));
    EXPECT_EQ(hold.held, 150.15_d);
    EXPECT_EQ(ledger.get("USD", Bucket::Held), 150.15_d);
    EXPECT_EQ(ledger.get("USD", Bucket::Available), -150.15_d - 49.5_d - 0.04_d);
    hold = ledger.post(fill_order(
        kBook, hold, {.price = 100_d, .quantity = 1.5_d, .leaves_qty = 0_d, .fee = 0.15_d}));
    EXPECT_TRUE(hold.held.is_zero());
    EXPECT_EQ(ledger.get("USD", Bucket::Held), 0_d);
    EXPECT_EQ(ledger.get("USD", Bucket::Available), -199.69_d);
    EXPECT_EQ(ledger.get("USD", Bucket::Trade), 199.5_d);
    EXPECT_EQ(ledger.get("USD", Bucket::Fee), 0.19_d);
    EXPECT_EQ(ledger.get("BTC", Bucket::Available), 2_d);
    EXPECT_EQ(ledger.get("BTC", Bucket::Trade), -2_d);
}

TEST(Accounting, PaysTheFeeOfASellFromItsProceeds) {
    Ledger ledger;
    const Hold hold = ledger.post(hold_order(kBook, sell_terms(), 2_d));
    ledger.post(fill_order(
        kBook, hold, {.price = 100_d, .quantity = 2_d, .leaves_qty = 0_d, .fee = 0.2_d}));
    EXPECT_EQ(ledger.get("USD", Bucket::Available), 199.8_d);
    EXPECT_EQ(ledger.get("BTC", Bucket::Available), -2_d);
    EXPECT_EQ(ledger.get("BTC", Bucket::Held), 0_d);
}

TEST(Accounting, TakesFeesInAnyAssetAndRebates) {
    Ledger ledger;
    const Hold hold = ledger.post(hold_order(kBook, buy_terms(10_d), 2_d));
    const Execution base_fee{
        .price = 10_d, .quantity = 1_d, .leaves_qty = 1_d, .fee = 0.01_d, .fee_asset = "BTC"};
    const Hold rest = ledger.post(fill_order(kBook, hold, base_fee));
    EXPECT_EQ(ledger.get("BTC", Bucket::Available), 0.99_d);
    EXPECT_EQ(ledger.get("BTC", Bucket::Fee), 0.01_d);
    const Execution rebate{
        .price = 10_d, .quantity = 1_d, .leaves_qty = 0_d, .fee = -0.5_d, .fee_asset = "BNB"};
    ledger.post(fill_order(kBook, rest, rebate));
    EXPECT_EQ(ledger.get("BNB", Bucket::Available), 0.5_d);
    EXPECT_EQ(ledger.get("BNB", Bucket::Fee), -0.5_d);
}

TEST(Accounting, WhatAPendingBuyBoughtWaitsUntilItIsConfirmed) {
    Ledger ledger;
    const Hold hold = ledger.post(hold_order(kBook, buy_terms(100_d), 2_d));
    const Execution fill{.price = 100_d,
                         .quantity = 2_d,
                         .leaves_qty = 0_d,
                         .fee = 0.3_d,
                         .settling = Settling::Pending};
    ledger.post(fill_order(kBook, hold, fill));
    EXPECT_EQ(ledger.get("BTC", Bucket::Available), 0_d);
    EXPECT_EQ(ledger.get("BTC", Bucket::Unsettled), 2_d);
    EXPECT_EQ(ledger.get("USD", Bucket::Available), -200.3_d);
    ledger.post(confirm_fill(kBook, TRADECTL_SIDE_BUY, 1_d, fill).value());
    EXPECT_EQ(ledger.get("BTC", Bucket::Available), 2_d);
    EXPECT_EQ(ledger.get("BTC", Bucket::Unsettled), 0_d);
    EXPECT_EQ(ledger.get("USD", Bucket::Available), -200.3_d);
}

TEST(Accounting, APendingSaleThatFailsLeavesNothingBehind) {
    Ledger ledger;
    const Hold hold = ledger.post(hold_order(kBook, sell_terms(), 2_d));
    const Execution fill{.price = 100_d,
                         .quantity = 2_d,
                         .leaves_qty = 0_d,
                         .fee = 0.3_d,
                         .fee_asset = "BNB",
                         .settling = Settling::Pending};
    ledger.post(fill_order(kBook, hold, fill));
    EXPECT_EQ(ledger.get("USD", Bucket::Unsettled), 200_d);
    EXPECT_EQ(ledger.get("USD", Bucket::Available), 0_d);
    ledger.post(undo_fill(kBook, TRADECTL_SIDE_SELL, 1_d, fill).value());
    for (const char* asset : {"BTC", "USD", "BNB"}) {
        for (const Bucket bucket :
             {Bucket::Available, Bucket::Held, Bucket::Unsettled, Bucket::Trade, Bucket::Fee}) {
            EXPECT_EQ(ledger.get(asset, bucket), 0_d) << asset << static_cast<int>(bucket);
        }
    }
}

TEST(Accounting, GivesBackTheRestOnce) {
    Ledger ledger;
    Hold hold = ledger.post(hold_order(kBook, buy_terms(100_d), 2_d));
    hold = ledger.post(close_order(kBook, hold));
    EXPECT_EQ(ledger.get("USD", Bucket::Held), 0_d);
    EXPECT_EQ(ledger.get("USD", Bucket::Available), 0_d);
    EXPECT_TRUE(close_order(kBook, hold)->postings.empty());
}

TEST(Accounting, PaysAFillThatCrossedACancelFromAvailable) {
    Ledger ledger;
    Hold hold = ledger.post(hold_order(kBook, buy_terms(100_d), 2_d));
    hold = ledger.post(close_order(kBook, hold));
    hold = ledger.post(fill_order(
        kBook, hold, {.price = 100_d, .quantity = 0.5_d, .leaves_qty = 1.5_d, .fee = 0_d}));
    EXPECT_TRUE(hold.held.is_zero());
    EXPECT_EQ(ledger.get("USD", Bucket::Held), 0_d);
    EXPECT_EQ(ledger.get("USD", Bucket::Available), -50_d);
}

TEST(Accounting, UndoesPostingsByTheirReverse) {
    Ledger ledger;
    const Step step = hold_order(kBook, buy_terms(100_d), 2_d).value();
    ledger.post(step.postings);
    ledger.post(reversed(step.postings).value());
    for (const auto& [key, amount] : ledger.balances)
        EXPECT_TRUE(amount.is_zero()) << key.first;
}

TEST(Accounting, CountsTheMultiplier) {
    Hold terms = buy_terms(100_d);
    terms.multiplier = 50_d;
    EXPECT_EQ(*needed_for(terms, 2_d), 10'000_d);
    EXPECT_EQ(*notional(100_d, 2_d, 50_d), 10'000_d);
}

TEST(Postings, MergeEntriesAndDropZeros) {
    Postings postings;
    EXPECT_TRUE(postings.add({"main", "USD", Bucket::Held, 5_d}));
    EXPECT_TRUE(postings.add({"main", "USD", Bucket::Available, 1_d}));
    EXPECT_TRUE(postings.add({"main", "USD", Bucket::Held, -5_d}));
    EXPECT_TRUE(postings.add({"main", "EUR", Bucket::Held, 0_d}));
    ASSERT_EQ(postings.size(), 1U);
    EXPECT_EQ(postings[0].bucket, Bucket::Available);
    EXPECT_FALSE(postings.add({"main", "USD", Bucket::Available, Decimal::max()}));
    EXPECT_FALSE(postings.add({"main", "USD", Bucket::Available, Decimal::null()}));
}

TEST(Postings, HoldNoMoreThanTwelve) {
    Postings postings;
    const std::string names = "abcdefghijklm";
    for (std::size_t i = 0; i < Postings::kMax; ++i)
        EXPECT_TRUE(
            postings.add({"main", std::string_view(names).substr(i, 1), Bucket::Held, 1_d}));
    EXPECT_EQ(postings.add({"main", "m", Bucket::Held, 1_d}).error().code, ErrorCode::Quota);
}

TEST(Accounting, RefusesTermsThatCannotBe) {
    const Decimal null = Decimal::null();
    for (const Decimal bad : {0_d, -1_d, null}) {
        EXPECT_EQ(needed_for(buy_terms(100_d), bad).error().code, ErrorCode::InvalidArgument);
        EXPECT_EQ(needed_for(buy_terms(bad), 1_d).error().code, ErrorCode::InvalidArgument);
    }
    EXPECT_EQ(needed_for(buy_terms(1_d, -0.1_d), 1_d).error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(needed_for(buy_terms(1_d, null), 1_d).error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(needed_for({.price = 1_d}, 1_d).error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(needed_for(buy_terms(Decimal::max()), 2_d).error().code, ErrorCode::Overflow);
}

TEST(Accounting, RefusesFillsThatCannotBe) {
    const Hold hold = hold_order(kBook, buy_terms(100_d), 2_d)->hold;
    const Decimal null = Decimal::null();
    const auto code = [&](const Execution& fill) {
        return fill_order(kBook, hold, fill).error().code;
    };
    EXPECT_EQ(code({0_d, 1_d, 1_d, 0_d, ""}), ErrorCode::InvalidArgument);
    EXPECT_EQ(code({1_d, null, 1_d, 0_d, ""}), ErrorCode::InvalidArgument);
    EXPECT_EQ(code({1_d, 1_d, -1_d, 0_d, ""}), ErrorCode::InvalidArgument);
    EXPECT_EQ(code({1_d, 1_d, null, 0_d, ""}), ErrorCode::InvalidArgument);
    EXPECT_EQ(code({1_d, 1_d, 1_d, null, ""}), ErrorCode::InvalidArgument);
    EXPECT_EQ(code({Decimal::max(), 2_d, 0_d, 0_d, ""}), ErrorCode::Overflow);
    EXPECT_FALSE(fill_order(kBook, {}, {1_d, 1_d, 0_d, 0_d, ""}));
}

/// A random order's whole life: held, filled in parts (also after a cancel), closed.
class RandomLife {
  public:
    explicit RandomLife(std::uint64_t seed) : random_(seed) {}

    void run(Ledger& ledger) {
        const bool buy = pick(0, 1) == 1;
        Hold hold = buy ? buy_terms(amount(1'000'000, 5), amount(1000, 5)) : sell_terms();
        Decimal leaves = amount(1'000'000, pick(0, 8));
        hold = ledger.post(hold_order(kBook, hold, leaves));
        for (int fills = pick(0, 4); fills > 0 && leaves.is_positive(); --fills) {
            if (pick(0, 9) == 0) hold = ledger.post(close_order(kBook, hold));
            const Decimal part =
                fills == 1 && pick(0, 1) == 1
                    ? leaves
                    : *checked_mul(leaves, *Decimal::from_mantissa(pick(1, 99), 2), Rounding::Up);
            leaves = leaves - part;
            const char* const fee_assets[] = {"", "USD", "BTC", "BNB"};
            const Execution fill{
                hold.price, part, leaves, amount(1000, 6) - 0.0002_d, fee_assets[pick(0, 3)]};
            hold = ledger.post(fill_order(kBook, hold, fill));
            ASSERT_FALSE(hold.held.is_negative());
        }
        if (leaves.is_positive()) hold = ledger.post(close_order(kBook, hold));
        ASSERT_TRUE(hold.held.is_zero());
    }

  private:
    int pick(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
    Decimal amount(int mantissa_max, int decimals) {
        return *Decimal::from_mantissa(pick(1, mantissa_max), decimals);
    }

    std::mt19937_64 random_;
};

TEST(Accounting, BalancesAndHoldsNothingAfterAnyHundredThousandOrders) {
    const char* text = std::getenv("TRADECTL_TEST_SEED");
    const auto seed = text != nullptr ? std::strtoul(text, nullptr, 10) : std::random_device{}();
    std::printf("TRADECTL_TEST_SEED=%lu\n", static_cast<unsigned long>(seed));
    RandomLife life(seed);
    Ledger ledger;
    for (int i = 0; i < 100'000 && !testing::Test::HasFailure(); ++i) {
        life.run(ledger);
        ASSERT_TRUE(ledger.get("USD", Bucket::Held).is_zero()) << i;
        ASSERT_TRUE(ledger.get("BTC", Bucket::Held).is_zero()) << i;
    }
    EXPECT_FALSE(ledger.get("USD", Bucket::Trade).is_zero());
    EXPECT_FALSE(ledger.get("BNB", Bucket::Fee).is_zero());
}

}  // namespace
}  // namespace tradectl::execution
