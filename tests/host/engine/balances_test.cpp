#include "host/engine/balances.hpp"

#include <algorithm>
#include <string_view>

#include <gtest/gtest.h>

namespace tradectl::engine {
namespace {

using wal::Bucket;

Decimal dec(std::string_view text) {
    return Decimal::parse(text).value();
}

class BalancesTest : public testing::Test {
  protected:
    void post(tradectl_asset_handle asset, Bucket bucket, std::string_view amount) {
        const auto done = balances_.post(0, asset, bucket, dec(amount));
        ASSERT_TRUE(done) << done.error().message;
    }
    /// What a strategy is told of account 0; the asset must be among it, and once.
    tradectl_balance_state state(tradectl_asset_handle asset) {
        const auto states = balances_.states(0);
        const auto is_it = [asset](const auto& one) { return one.asset == asset; };
        EXPECT_EQ(std::count_if(states.begin(), states.end(), is_it), 1);
        const auto found = std::find_if(states.begin(), states.end(), is_it);
        return found == states.end() ? tradectl_balance_state{} : *found;
    }

    Balances balances_{2};
};

TEST_F(BalancesTest, APostingAddsToItsBucketAlone) {
    post(0, Bucket::Available, "10.5");
    post(0, Bucket::Available, "-3");
    post(0, Bucket::Held, "3");
    EXPECT_EQ(balances_.amount(0, 0, Bucket::Available), dec("7.5"));
    EXPECT_EQ(balances_.amount(0, 0, Bucket::Held), dec("3"));
    EXPECT_EQ(balances_.amount(0, 0, Bucket::Unsettled), Decimal());
    EXPECT_EQ(balances_.amount(1, 0, Bucket::Available), Decimal()) << "the other account";
}

TEST_F(BalancesTest, EveryBucketIsApart) {
    for (int bucket = 1; bucket <= 7; ++bucket)
        post(0, static_cast<Bucket>(bucket), std::to_string(bucket));
    for (int bucket = 1; bucket <= 7; ++bucket) {
        EXPECT_EQ(balances_.amount(0, 0, static_cast<Bucket>(bucket)), Decimal::from_int(bucket));
    }
}

TEST_F(BalancesTest, AnUnknownAssetReadsAsZeroAndIsMadeByAPosting) {
    EXPECT_EQ(balances_.amount(0, 99, Bucket::Available), Decimal());
    post(1, Bucket::Available, "1");
    post(99, Bucket::Available, "2");
    EXPECT_EQ(balances_.amount(0, 1, Bucket::Available), dec("1")) << "growing keeps what is there";
    EXPECT_EQ(balances_.amount(0, 99, Bucket::Available), dec("2"));
    EXPECT_EQ(balances_.amount(0, 50, Bucket::Available), Decimal());
    EXPECT_EQ(balances_.states(0).size(), 2u) << "assets in between were never seen";
}

TEST_F(BalancesTest, AnOverflowChangesNothing) {
    ASSERT_TRUE(balances_.post(0, 0, Bucket::Available, Decimal::max()));
    const auto refused = balances_.post(0, 0, Bucket::Available, Decimal::from_raw(1));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Overflow);
    EXPECT_EQ(balances_.amount(0, 0, Bucket::Available), Decimal::max());
    EXPECT_EQ(Decimal::from_abi(state(0).free), Decimal::max());
    EXPECT_TRUE(balances_.post(0, 0, Bucket::Available, Decimal::from_raw(-1)));
}

TEST_F(BalancesTest, AnOverflowBelowIsRefusedToo) {
    ASSERT_TRUE(balances_.post(0, 0, Bucket::Funding, Decimal::min()));
    EXPECT_FALSE(balances_.post(0, 0, Bucket::Funding, Decimal::from_raw(-1)));
    EXPECT_EQ(balances_.amount(0, 0, Bucket::Funding), Decimal::min());
}

TEST_F(BalancesTest, AStateIsTheSumOfWhatIsOurs) {
    post(3, Bucket::Available, "70");
    post(3, Bucket::Held, "20");
    post(3, Bucket::Unsettled, "5");
    const tradectl_balance_state told = state(3);
    EXPECT_EQ(told.account, 0u);
    EXPECT_EQ(Decimal::from_abi(told.free), dec("70"));
    EXPECT_EQ(Decimal::from_abi(told.held), dec("20"));
    EXPECT_EQ(Decimal::from_abi(told.unsettled), dec("5"));
    EXPECT_EQ(Decimal::from_abi(told.total), dec("95"));
}

TEST_F(BalancesTest, ContraAccountsAreNotShown) {
    for (const Bucket bucket : {Bucket::Trade, Bucket::Fee, Bucket::Funding, Bucket::Adjustment})
        post(0, bucket, "-100");
    EXPECT_TRUE(balances_.states(0).empty());
    post(0, Bucket::Available, "1");
    EXPECT_EQ(Decimal::from_abi(state(0).total), dec("1"));
}

TEST_F(BalancesTest, EachAccountHasItsOwnStates) {
    ASSERT_TRUE(balances_.post(1, 0, Bucket::Available, dec("4")));
    EXPECT_TRUE(balances_.states(0).empty());
    ASSERT_EQ(balances_.states(1).size(), 1u);
    EXPECT_EQ(balances_.states(1)[0].account, 1u);
    EXPECT_EQ(Decimal::from_abi(balances_.states(1)[0].free), dec("4"));
}

TEST_F(BalancesTest, ATotalOutOfRangeIsToldAsUnknown) {
    ASSERT_TRUE(balances_.post(0, 0, Bucket::Available, Decimal::max()));
    ASSERT_TRUE(balances_.post(0, 0, Bucket::Held, Decimal::max()));
    EXPECT_TRUE(Decimal::from_abi(state(0).total).is_null());
    EXPECT_EQ(Decimal::from_abi(state(0).held), Decimal::max());
}

}  // namespace
}  // namespace tradectl::engine
