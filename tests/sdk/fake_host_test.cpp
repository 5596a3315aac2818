#include <tradectl/strategy.hpp>
#include <tradectl/strategy_run.hpp>

#include <string>

#include <gtest/gtest.h>

namespace tradectl {
namespace {

/// Buys one at each trade, at its price.
class EachTrade : public Strategy {
  public:
    void on_trade(const Trade& trade) override {
        drawn = random();
        static_cast<void>(buy(trade.instrument(), {.quantity = 1_d, .price = trade.price()}));
    }
    static inline std::uint64_t drawn = 0;
};

TEST(FakeHost, DrawsTheSameNumbersForTheSameSeed) {
    std::uint64_t first = 0;
    for (int round = 0; round < 2; ++round) {
        FakeHost host(7);
        const auto btc = host.add_instrument();
        StrategyRun run(host, kStrategyApi<EachTrade>);
        run.trade(btc, 1_d, 1_d);
        if (round == 0) first = EachTrade::drawn;
    }
    EXPECT_EQ(EachTrade::drawn, first);
    FakeHost other(8);
    EXPECT_NE(other.table()->random(other.table()), first);
}

TEST(FakeHost, NamesOrdersThatAHostWouldDeny) {
    FakeHost host;
    Host face(host.table());
    Commands commands(face);
    const auto btc = host.add_instrument();
    EXPECT_TRUE(commands.submit(btc, Side::Buy, {.quantity = 1_d, .order_ref = {5}}));
    EXPECT_TRUE(host.problems().empty());
    EXPECT_TRUE(commands.submit(btc, Side::Buy, {.quantity = 1_d, .order_ref = {5}}));
    EXPECT_TRUE(commands.submit(9, Side::Buy, {.quantity = 1_d}));
    EXPECT_TRUE(commands.submit(btc, Side::Buy, {.quantity = 0.0001_d}));
    EXPECT_TRUE(commands.submit(btc, Side::Buy, {.quantity = 1_d, .price = 0.001_d}));
    EXPECT_TRUE(commands.submit(btc, Side::None, {.quantity = 1_d}));
    ASSERT_EQ(host.problems().size(), 5U);
    EXPECT_EQ(host.problems()[0], "order 5: order ref used twice, or 0");
    EXPECT_EQ(host.problems()[1], "order 1: unknown instrument");
    EXPECT_EQ(host.problems()[2], "order 2: quantity 0.0001 is not on the lot");
    EXPECT_EQ(host.problems()[3], "order 3: price 0.001 is not on the tick");
    EXPECT_EQ(host.problems()[4], "order 4: no side");
}

TEST(FakeHost, FindsByName) {
    FakeHost host;
    const auto btc = host.add_instrument();
    const Host face(host.table());
    EXPECT_EQ(*face.find_instrument("BTC-USD.paper"), btc);
    EXPECT_EQ(face.find_instrument("X").error().code, ErrorCode::NotFound);
    EXPECT_EQ(*face.find_asset("USD"), host.asset("USD"));
    EXPECT_EQ(*face.find_account("main"), 0U);
    EXPECT_FALSE(face.find_account("other"));
    EXPECT_EQ(face.instrument(btc)->quote(), "USD");
    EXPECT_FALSE(face.instrument(99));
}

TEST(FakeHost, RefusesRecordsThatCannotBe) {
    FakeHost host;
    tradectl_command command{};
    for (const std::uint32_t size : {0U, 8U, 20U, 25U, TRADECTL_COMMAND_BYTES_MAX + 8U}) {
        command.size = size;
        EXPECT_EQ(host.table()->emit(host.table(), &command), TRADECTL_INVALID_ARGUMENT) << size;
    }
    EXPECT_TRUE(host.commands().empty());
}

class StrategyRunTest : public testing::Test {
  protected:
    FakeHost host;
    InstrumentHandle btc = host.add_instrument();
    StrategyRun run{host, kStrategyApi<EachTrade>};
};

TEST_F(StrategyRunTest, KeepsThePositionOfItsFills) {
    run.trade(btc, 100_d, 1_d);
    run.trade(btc, 110_d, 1_d);
    run.fill(1, 100_d, 1_d);
    run.fill(2, 110_d, 0.5_d);
    EXPECT_EQ(run.position(btc), 1.5_d);
    run.fill(2, 110_d, 0.5_d);
    run.fill(2, 110_d, 1_d);  // the order is closed: nothing happens
    EXPECT_EQ(run.position(btc), 2_d);
}

TEST_F(StrategyRunTest, TakesUpOrdersAfterCommandsWereForgotten) {
    run.trade(btc, 100_d, 1_d);
    run.trade(btc, 100_d, 1_d);
    host.forget_commands();
    run.trade(btc, 100_d, 1_d);
    run.fill(3, 100_d, 1_d);
    EXPECT_EQ(run.position(btc), 1_d);
    EXPECT_EQ(host.submits().size(), 1U);
}

TEST(FakeFill, AveragesWhileThePositionGrows) {
    tradectl_position_state held{};
    held.average_price = Decimal::null().to_abi();
    book_fake_fill(held, Side::Buy, 100_d, 1_d);
    book_fake_fill(held, Side::Buy, 130_d, 2_d);
    EXPECT_EQ(Decimal::from_abi(held.average_price), 120_d);
    book_fake_fill(held, Side::Sell, 50_d, 1_d);
    EXPECT_EQ(Decimal::from_abi(held.average_price), 120_d);
    book_fake_fill(held, Side::Sell, 70_d, 5_d);
    EXPECT_EQ(Decimal::from_abi(held.quantity), -3_d);
    EXPECT_EQ(Decimal::from_abi(held.average_price), 70_d);
    book_fake_fill(held, Side::Buy, 10_d, 3_d);
    EXPECT_TRUE(Decimal::from_abi(held.average_price).is_null());
}

}  // namespace
}  // namespace tradectl
