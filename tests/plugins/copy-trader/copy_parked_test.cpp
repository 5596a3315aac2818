// Fills in a market that has no book yet.
#include "tests/plugins/copy-trader/copy_trader_fixture.hpp"

#include <cstring>

namespace tradectl::copy_trader {
namespace {

class CopyWithoutBook : public CopyTraderTest {
  protected:
    CopyWithoutBook() {
        fresh = host.add_instrument({.name = "new-yes.pm", .base = "NEW", .quote = "pUSD"});
    }
    void hear_fresh(const Done& done) { run->send(event_of(done, fresh)); }
    void book_fresh() { run->quote(fresh, {.bid = 0.49_d, .ask = 0.50_d, .quantity = 1000_d}); }
    std::vector<std::string> kept_parked() {
        std::vector<std::string> keys;
        for (const auto& [key, value] : host.kv())
            if (key.starts_with("parked/")) keys.push_back(key);
        return keys;
    }
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

TEST_F(CopyWithoutBook, ARestartKeepsItAndCopiesItOnceThoughItIsToldAgain) {
    start();
    hear_fresh({});
    restart();
    hear_fresh({});
    book_fresh();
    EXPECT_EQ(orders().size(), 1U) << last_note();
    EXPECT_TRUE(kept_parked().empty());
    restart();
    book_fresh();
    EXPECT_EQ(orders().size(), 1U);
}

TEST_F(CopyWithoutBook, ARestartKeepsItThoughNobodyTellsItAgain) {
    start();
    hear_fresh({});
    hear_fresh({.wallet = kBob, .id = "f2", .price = 0.52_d});
    EXPECT_EQ(kept_parked().size(), 2U);
    restart();
    book_fresh();
    ASSERT_EQ(orders().size(), 2U) << last_note();
    EXPECT_LT(price_of(0), price_of(1));  // in the order heard
}

TEST_F(CopyWithoutBook, AfterARestartItIsGivenUpAsTooOldOnRecord) {
    start();
    hear_fresh({});
    restart();
    run->advance(kNsPerMinute);
    EXPECT_EQ(last_note(), "skipped, too old: f1");
    EXPECT_TRUE(kept_parked().empty());
}

TEST_F(CopyWithoutBook, WhatIsKeptAndNobodysIsForgotten) {
    for (const char* text : {"",
                             "0xa11ce",
                             "0xa11ce\tf1\tno-such.pm\t1\t0.5\t1\t1",
                             "0xother\tf1\tnew-yes.pm\t1\t0.5\t1\t1"}) {
        host.kv()["parked/1"] = {text, text + std::strlen(text)};
        start();
        EXPECT_TRUE(kept_parked().empty()) << text;
        run->stop();
    }
}

}  // namespace
}  // namespace tradectl::copy_trader
