// How large a copy is: rules, then random wallets, prices and caps.
#include "plugins/strategies/copy-trader/sizing.hpp"

#include "tests/plugins/copy-trader/copy_trader_fixture.hpp"

#include <cstdlib>
#include <random>

namespace tradectl::copy_trader {
namespace {

TEST(Sizing, IsFixed) {
    EXPECT_EQ(copy_notional({.fixed = 5_d}, 1000_d, 1_d), 5_d);
    EXPECT_EQ(copy_notional({.fixed = 5_d}, 0.01_d, 2_d), 10_d);
}

TEST(Sizing, IsAShareOfTheirs) {
    const Sizing share{.kind = SizingKind::Share, .share = 0.1_d};
    EXPECT_EQ(copy_notional(share, 1000_d, 1_d), 100_d);
    EXPECT_EQ(copy_notional(share, 1000_d, 0.5_d), 50_d);
    EXPECT_TRUE(copy_notional(share, Decimal::null(), 1_d).is_null());
    EXPECT_TRUE(copy_notional(share, Decimal::max(), 1000_d).is_null());
}

TEST(Sizing, StepsAtEachTier) {
    const auto tiers = read_tiers({{"1000", 20_d}, {"100", 5_d}});
    ASSERT_TRUE(tiers);
    const Sizing by_tier{.kind = SizingKind::Tiers, .tiers = *tiers};
    EXPECT_EQ(copy_notional(by_tier, 99.99_d, 1_d), 0_d);
    EXPECT_EQ(copy_notional(by_tier, 100_d, 1_d), 5_d);
    EXPECT_EQ(copy_notional(by_tier, 999.99_d, 1_d), 5_d);
    EXPECT_EQ(copy_notional(by_tier, 1000_d, 1_d), 20_d);
}

TEST(Sizing, RefusesTiersThatFall) {
    const auto tiers = read_tiers({{"1", 5_d}, {"10", 4_d}});
    ASSERT_FALSE(tiers);
    EXPECT_EQ(tiers.error().message, "tiers: 10 copies 4, less than the tier below it");
    EXPECT_FALSE(read_tiers({{"-1", 5_d}}));
    EXPECT_FALSE(read_tiers({{"1", 5_d}, {"1.00", 5_d}}));
    EXPECT_FALSE(read_tiers({{"", 5_d}}));
}

TEST_F(CopyTraderTest, SizesByTheWalletsMultiplier) {
    start(R"("sizing":"share","share":"0.1","slippage":"0","multipliers":{"0xB0B":"2.5"})");
    hear({.id = "a"});
    hear({.wallet = kBob, .id = "a"});
    EXPECT_EQ(quantity_of(0), 10_d);
    EXPECT_EQ(quantity_of(1), 25_d);
}

TEST_F(CopyTraderTest, SkipsACopyBelowTheLeastValue) {
    start(R"("sizing":"share","share":"0.1","slippage":"0","trade_notional_min":"5")");
    EXPECT_EQ(orders_for({.id = "a", .quantity = 100_d}), 1U);
    EXPECT_EQ(orders_for({.id = "b", .quantity = 99.9_d}), 0U);
    EXPECT_EQ(last_note(), "skipped, below the least value: b");
}

TEST_F(CopyTraderTest, RaisesACopyBelowTheLeastValueWhenAsked) {
    start(R"("sizing":"share","share":"0.1","slippage":"0","small_trades":"raise")");
    EXPECT_EQ(orders_for({.id = "a", .quantity = 2_d}), 1U);
    EXPECT_EQ(quantity_of(0), 2.01_d);  // worth 1 and a little
    EXPECT_EQ(orders_for({.id = "b", .quantity = 0.01_d}), 1U);
}

TEST_F(CopyTraderTest, RaisesNothingBelowTheLowestTier) {
    start(R"("sizing":"tiers","tiers":{"50":"5"},"small_trades":"raise","slippage":"0")");
    EXPECT_EQ(orders_for({.id = "a", .quantity = 100_d}), 1U);
    EXPECT_EQ(orders_for({.id = "b", .quantity = 99_d}), 0U);
    EXPECT_EQ(last_note(), "skipped, no size for it: b");
}

TEST_F(CopyTraderTest, CutsACopyDownToTheHighestValue) {
    start(R"("sizing":"share","share":"1","slippage":"0","trade_notional_max":"7")");
    EXPECT_EQ(orders_for({}), 1U);
    EXPECT_EQ(quantity_of(0), 14_d);
}

/// Random settings and fills. The fake host looks at tick and lot of each order.
class RandomSizes : public CopyTraderTest {
  protected:
    static Decimal cents(std::mt19937_64& random, std::uint64_t below) {
        return *Decimal::from_mantissa(std::int64_t(1 + random() % below), 2);
    }
    static std::string quoted(Decimal value) { return "\"" + value.to_string() + "\""; }

    void begin(std::mt19937_64& random) {
        trade_max_ = cents(random, 5000);
        market_max_ = cents(random, 10000);
        wallet_max_ = cents(random, 10000);
        total_max_ = cents(random, 15000);
        const char* kinds[] = {"fixed", "share", "tiers"};
        start(R"("sizing":")" + std::string(kinds[random() % 3]) + R"(","share":"0.37","fixed":)" +
              quoted(cents(random, 3000)) + R"(,"tiers":{"1":"2","10":"9","100":"33.3"})" +
              R"(,"small_trades":")" + (random() % 2 == 0 ? "skip" : "raise") +
              R"(","order_type":"limit","order_timeout":0,"trade_notional_max":)" +
              quoted(trade_max_) + R"(,"market_exposure_max":)" + quoted(market_max_) +
              R"(,"wallet_exposure_max":)" + quoted(wallet_max_) + R"(,"exposure_max":)" +
              quoted(total_max_));
        balance_ = cents(random, 20000);
        run->set_balance("pUSD", balance_);
    }
    /// Cost of all purchases so far, of those for one wallet, or in one instrument.
    Decimal cost(std::optional<std::size_t> bought_for, std::optional<InstrumentHandle> in) {
        Decimal sum;
        const auto all = orders();
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (bought_for && for_.at(i) != *bought_for) continue;
            if (in && all[i].header.instrument != *in) continue;
            sum = sum + *checked_mul(Decimal::from_abi(all[i].quantity),
                                     Decimal::from_abi(all[i].price),
                                     Rounding::Up);
        }
        return sum;
    }
    void buy(std::mt19937_64& random, int number) {
        const std::size_t who = random() % 2;
        const InstrumentHandle where = random() % 2 == 0 ? yes : no;
        const Decimal ask = cents(random, 97) + 0.01_d;
        run->quote(where, {.bid = 0.01_d, .ask = ask, .quantity = 100_d});
        const std::size_t before = orders().size();
        run->send(event_of({.wallet = who == 0 ? kAlice : kBob,
                            .id = std::to_string(number),
                            .price = cents(random, 98),
                            .quantity = cents(random, 100000)},
                           where));
        if (orders().size() == before) return;
        for_.push_back(who);
        ASSERT_EQ(orders().size(), before + 1);
        const auto order = orders().back();
        const Decimal price = Decimal::from_abi(order.price);
        const Decimal quantity = Decimal::from_abi(order.quantity);
        ASSERT_LE(*checked_mul(quantity, price, Rounding::Up), trade_max_);
        ASSERT_LE(cost(std::nullopt, where), market_max_);
        ASSERT_LE(cost(who, std::nullopt), wallet_max_);
        ASSERT_LE(cost(std::nullopt, std::nullopt), total_max_);
        spent_ = spent_ + *checked_mul(quantity, price, Rounding::Up);
        ASSERT_LE(spent_, balance_);
        run->set_balance("pUSD", balance_ - spent_);
        if (random() % 2 == 0) run->fill(order.order_ref, price, quantity);
    }

    Decimal trade_max_, market_max_, wallet_max_, total_max_, balance_, spent_;
    std::vector<std::size_t> for_;  // by order: 0 Alice, 1 Bob
};

TEST_F(RandomSizes, NeverCostMoreThanAnyCapLeaves) {
    const char* given = std::getenv("TRADECTL_TEST_SEED");
    const std::uint64_t seed =
        given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::cout << "TRADECTL_TEST_SEED=" << seed << "\n";
    std::mt19937_64 random(seed);
    std::size_t made = 0;
    for (int round = 0; round < 60; ++round) {
        host.kv().clear();
        host.forget_commands();
        for_.clear();
        spent_ = 0_d;
        begin(random);
        for (int i = 0; i < 40 && !HasFatalFailure(); ++i)
            buy(random, i);
        made += orders().size();
    }
    EXPECT_GT(made, 100U);
}

TEST_F(RandomSizes, NeverFallWhileTheirsRises) {
    const char* given = std::getenv("TRADECTL_TEST_SEED");
    const std::uint64_t seed =
        given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::cout << "TRADECTL_TEST_SEED=" << seed << "\n";
    std::mt19937_64 random(seed);
    for (int round = 0; round < 60; ++round) {
        begin(random);
        const Decimal ask = cents(random, 90) + 0.02_d;
        run->quote(yes, {.bid = 0.01_d, .ask = ask, .quantity = 100_d});
        Decimal last, theirs;
        for (int i = 0; i < 30; ++i) {
            theirs = theirs + cents(random, 3000);
            host.kv().clear();
            host.forget_commands();
            hear({.id = std::to_string(round) + "-" + std::to_string(i),
                  .price = ask,
                  .quantity = theirs});
            const Decimal now = orders().empty() ? Decimal{} : quantity_of(0);
            ASSERT_GE(now, last) << "theirs " << theirs.to_string();
            last = now;
            if (!orders().empty()) run->order_status(orders()[0].order_ref, OrderStatus::Canceled);
        }
    }
}

}  // namespace
}  // namespace tradectl::copy_trader
