// Fills in a market that has no book yet.
#include "tests/plugins/copy-trader/copy_trader_fixture.hpp"

namespace tradectl::copy_trader {
namespace {

class CopyWithoutBook : public CopyTraderTest {
  protected:
    CopyWithoutBook() {
        fresh = host.add_instrument({.name = "new-yes.pm", .base = "NEW", .quote = "pUSD"});
    }
    void hear_fresh(const Done& done) { run->send(event_of(done, fresh)); }
    void book_fresh() { run->quote(fresh, {.bid = 0.49_d, .ask = 0.50_d, .quantity = 1000_d}); }
    InstrumentHandle fresh = 0;
};

TEST_F(CopyWithoutBook, WaitsForTheFirstQuoteAndIsCopiedOnce) {
    start();
    hear_fresh({});
    hear_fresh({});  // told again meanwhile
    EXPECT_TRUE(orders().empty());
    EXPECT_TRUE(notes().empty());
    book_fresh();
    ASSERT_EQ(orders().size(), 1U) << last_note();
    EXPECT_EQ(orders()[0].header.instrument, fresh);
    hear_fresh({});
    book_fresh();
    EXPECT_EQ(orders().size(), 1U);
}

TEST_F(CopyWithoutBook, IsGivenUpWhenItIsTooOld) {
    start();
    hear_fresh({});
    run->advance(kNsPerMinute);
    EXPECT_EQ(last_note(), "skipped, too old: f1");
    book_fresh();
    EXPECT_TRUE(orders().empty());
}

TEST_F(CopyWithoutBook, WhatTheWalletSellsBehindItKeepsItsPlace) {
    start();
    hear_fresh({});
    hear_fresh({.id = "f2", .side = Side::Sell});
    EXPECT_TRUE(notes().empty());
    book_fresh();
    ASSERT_EQ(notes().size(), 2U);
    EXPECT_EQ(orders().size(), 1U);  // nothing is held yet that could be sold
}

TEST_F(CopyWithoutBook, ARestartForgetsItAndHearsItAgain) {
    start();
    hear_fresh({});
    restart();
    hear_fresh({.age_ns = kNsPerSecond});
    book_fresh();
    EXPECT_EQ(orders().size(), 1U);
}

}  // namespace
}  // namespace tradectl::copy_trader
