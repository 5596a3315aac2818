// What a wallet sells, and whose part of a position that is.
#include "tests/plugins/copy-trader/copy_trader_fixture.hpp"

namespace tradectl::copy_trader {
namespace {

class CopySellTest : public CopyTraderTest {
  protected:
    /// A wallet buys 100, and 19.23 of ours for it.
    void hold(const std::string& wallet = kAlice) {
        hear({.wallet = wallet, .id = "buy of " + wallet});
        fill_last();
    }
    std::size_t sells(const std::string& id, Decimal quantity, const std::string& wallet = kAlice) {
        return orders_for({.wallet = wallet, .id = id, .side = Side::Sell, .quantity = quantity});
    }
};

TEST_F(CopySellTest, SellsTheShareThatTheySell) {
    start();
    hold();
    EXPECT_EQ(sells("a", 25_d), 1U);
    const auto order = orders().back();
    EXPECT_EQ(order.side, TRADECTL_SIDE_SELL);
    EXPECT_EQ(order.order_flags, TRADECTL_ORDER_REDUCE_ONLY);
    EXPECT_EQ(quantity_of(1), 4.80_d);  // a quarter, down to the lot
    EXPECT_EQ(price_of(1), 0.47_d);     // the bid less the slippage
    EXPECT_EQ(last_note(), "copied, sell: a");
}

TEST_F(CopySellTest, SellsAllWhenTheyDo) {
    start();
    hold();
    EXPECT_EQ(sells("a", 25_d), 1U);
    fill_last();
    EXPECT_EQ(sells("b", 75_d), 1U);
    EXPECT_EQ(quantity_of(2), 14.43_d);
}

TEST_F(CopySellTest, SellsAllWhenTheySellMoreThanWasHeardOf) {
    start();
    hold();
    EXPECT_EQ(sells("a", 500_d), 1U);
    EXPECT_EQ(quantity_of(1), 19.23_d);
}

TEST_F(CopySellTest, DoesNotSellTheSameTwice) {
    start();
    hold();
    EXPECT_EQ(sells("a", 100_d), 1U);
    EXPECT_EQ(sells("b", 100_d), 0U);  // the first is on its way
    EXPECT_EQ(last_note(), "skipped, nothing to close: b");
}

TEST_F(CopySellTest, SellsOnlyWhatIsThereForTheWallet) {
    start();
    hold(kAlice);
    hold(kBob);
    EXPECT_EQ(sells("a", 100_d, kBob), 1U);
    EXPECT_EQ(quantity_of(2), 19.23_d);
    EXPECT_EQ(run->position(yes), 38.46_d);
}

TEST_F(CopySellTest, SharesWhatAnExitOfTheHostLeft) {
    start();
    hold(kAlice);
    hold(kBob);
    run->set_position(yes, 10_d, 0.52_d);
    EXPECT_EQ(sells("a", 100_d), 1U);
    EXPECT_EQ(quantity_of(2), 5_d);
}

TEST_F(CopySellTest, ForgetsItsPartWhenThePositionIsClosed) {
    start();
    hold();
    flat();
    run->set_position(yes, 5_d, 0.5_d);  // somebody else's
    EXPECT_EQ(sells("a", 100_d), 0U);
}

TEST_F(CopySellTest, KnowsItsPartAfterARestart) {
    start();
    hold();
    const Decimal held = run->position(yes);
    restart();
    run->set_position(yes, held, 0.52_d);
    EXPECT_EQ(sells("a", 50_d), 1U);
    EXPECT_EQ(quantity_of(1), 9.61_d);
}

TEST_F(CopySellTest, CanLeaveSellsAlone) {
    start(R"("sells":"ignore")");
    hold();
    EXPECT_EQ(sells("a", 100_d), 0U);
    EXPECT_EQ(last_note(), "skipped, sells are not followed: a");
}

TEST_F(CopySellTest, IsNotHeldUpByFiltersOfEntries) {
    start(R"("age_max":1000000000,"spread_max":"0.02")");
    hold();
    run->status_event(TRADECTL_STATUS_HALTED);
    book(0.30_d, 0.60_d);
    hear({.id = "a", .side = Side::Sell, .quantity = 100_d, .age_ns = 20 * kNsPerSecond});
    EXPECT_EQ(last_note(), "copied, sell: a");
    EXPECT_EQ(price_of(1), 0.28_d);
}

TEST_F(CopySellTest, NeedsABid) {
    start();
    hold();
    book(Decimal::null(), 0.50_d);
    EXPECT_EQ(sells("a", 100_d), 0U);
    EXPECT_EQ(last_note(), "skipped, no bid: a");
}

TEST_F(CopySellTest, NeverSellsBelowATick) {
    start(R"("slippage":"1")");
    book(0.49_d, 0.50_d);
    hold();
    EXPECT_EQ(sells("a", 100_d), 1U);
    EXPECT_EQ(price_of(1), 0.01_d);
}

TEST_F(CopySellTest, ForgetsAMarketThatIsOver) {
    start();
    hold();
    EXPECT_EQ(host.kv().count("held/0xa11ce/will-it-rain-yes.poly"), 1U);
    host.set_instrument_status(yes, TRADECTL_INSTRUMENT_RESOLVED);
    auto record = make_event<tradectl_instrument_event>();
    record.header.instrument = yes;
    record.change = TRADECTL_INSTRUMENT_STATUS_CHANGED;
    record.instrument = host.instrument(yes);
    run->send(record);
    EXPECT_EQ(host.kv().count("held/0xa11ce/will-it-rain-yes.poly"), 0U);
    EXPECT_EQ(host.kv().count("theirs/0xa11ce/will-it-rain-yes.poly"), 0U);
}

TEST_F(CopySellTest, ForgetsItsPartOfAPositionThatWasClosedWhileItWasDown) {
    start();
    hold(kAlice);
    restart();  // the new run's snapshot has no position
    hold(kBob);
    EXPECT_EQ(sells("a", 100_d, kAlice), 0U);
    EXPECT_EQ(sells("b", 100_d, kBob), 1U);
    EXPECT_EQ(quantity_of(2), 19.23_d);
}

TEST_F(CopySellTest, BooksAFillFromBeforeARestartOnce) {
    start(R"("order_type":"limit","order_timeout":0)");
    hear({});
    const auto order = orders()[0];
    run->fill(order.order_ref, 0.52_d, 5_d);
    run->stop();
    start_all(R"({"wallets":["0xa11ce"]})");
    tradectl_open_order open{};
    open.order_ref = order.order_ref;
    open.instrument = yes;
    open.side = TRADECTL_SIDE_BUY;
    open.order_qty = order.quantity;
    open.price = order.price;
    open.filled_qty = (8_d).to_abi();  // 3 more while it was down
    run->set_open_order(open);
    run->set_position(yes, 20_d, 0.52_d);
    book(0.49_d, 0.50_d);
    EXPECT_EQ(sells("a", 100_d), 1U);
    EXPECT_EQ(quantity_of(1), 8_d);
}

TEST_F(CopySellTest, CountsAFillThatIsToldTwiceOnce) {
    start(R"("order_type":"limit","order_timeout":0)");
    hear({});
    const auto order = orders()[0];
    run->fill(order.order_ref, 0.52_d, 5_d);
    auto again = make_event<tradectl_fill_event>();
    again.header.instrument = yes;
    again.order_ref = order.order_ref;
    again.quantity = again.filled_qty = (5_d).to_abi();
    run->send(again);
    again.filled_qty = (3_d).to_abi();  // one from before it
    run->send(again);
    EXPECT_EQ(sells("a", 100_d), 1U);
    EXPECT_EQ(quantity_of(1), 5_d);
}

}  // namespace
}  // namespace tradectl::copy_trader
