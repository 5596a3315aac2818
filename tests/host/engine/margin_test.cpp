// Positions on margin: what is held, what is paid, and what a venue closes by itself.
#include "tests/engine_support/session_fixture.hpp"

namespace tradectl::engine {
namespace {

class OnMargin : public SessionFixture {
  protected:
    /// Ten times leverage on a venue that fills what it is told to.
    static SessionText margin(const std::string& script, const std::string& settle = "USD") {
        SessionText text;
        text.instrument =
            "name: BTC-USD.x, base: BTC, quote: USD, tick: \"0.01\", lot: \"0.0001\", "
            "margin: {initial: \"0.1\"}, settle: " +
            settle;
        text.venue(script);
        return text;
    }
    void expect_nothing_held() { EXPECT_EQ(amount("USD", wal::Bucket::Held), 0_d); }
};

TEST_F(OnMargin, AShortNeedsNoCoinsAndPaysItsProfit) {
    SessionText text = margin("fill");
    text.script("s", {"3 sell 2 100", "5 buy 2 90"});
    const RunSummary summary = run_well(text);
    EXPECT_EQ(fills().size(), 2u);
    EXPECT_EQ(total("BTC"), 10_d);
    EXPECT_EQ(total("USD"), 100'020_d);
    EXPECT_EQ(summary.realized_pnl.at("USD"), 20_d);
    expect_nothing_held();
    EXPECT_TRUE(books().check_books());
}

TEST_F(OnMargin, AnOpenOrderHoldsAShareOfItsNotional) {
    SessionText text = margin("rest");
    text.rest = "shutdown: {orders: keep}\n";
    text.script("s", {"3 buy 2 100"});
    run_well(text);
    // 2 * 100 * (0.1 + 0.005 for fees)
    EXPECT_EQ(amount("USD", wal::Bucket::Held), 21_d);
    EXPECT_EQ(total("USD"), 100'000_d);
}

TEST_F(OnMargin, AnOrderThatOnlyReducesHoldsNothing) {
    SessionText text = margin("fill");
    text.script("s", {"3 buy 2 100", "5 sell 2 110"});
    run_well(text);
    EXPECT_EQ(total("USD"), 100'020_d);
    expect_nothing_held();
}

TEST_F(OnMargin, MoreThanTheLeverageAllowsIsDenied) {
    SessionText text = margin("fill");
    text.script("s", {"3 buy 9600 100", "4 buy 9500 100"});
    run_well(text);
    // 100000 / (100 * 0.105) is 9523.8.
    ASSERT_EQ(denied().size(), 1u);
    EXPECT_EQ(denied()[0].reason, TRADECTL_REASON_INSUFFICIENT_BALANCE);
    EXPECT_EQ(fills().size(), 1u);
    EXPECT_EQ(fills()[0].quantity, 9500_d);
}

TEST_F(OnMargin, ProfitSettledInTheBaseIsDividedByThePrice) {
    SessionText text = margin("fill", "BTC");
    text.script("s", {"3 buy 3 100", "5 sell 3 120"});
    run_well(text);
    // 3 * 20 USD at 120
    EXPECT_EQ(total("BTC"), 10.5_d);
    EXPECT_EQ(total("USD"), 100'000_d);
}

TEST_F(OnMargin, EquityIsCashAndWhatIsNotYetRealised) {
    SessionText text = margin("fill");
    text.data =
        "instrument: BTC-USD.x, synth: {price: \"100\", trades: 50, gap: 1s, quotes: false}";
    text.script("s", {"3 buy 2 90"});
    const RunSummary summary = run_well(text);
    ASSERT_EQ(summary.positions.size(), 1u);
    const Decimal open = summary.positions[0].unrealized_pnl;
    EXPECT_FALSE(open.is_zero());
    EXPECT_EQ(summary.equity_end.at("USD"), *checked_add(100'000_d, open));
}

TEST_F(OnMargin, TheAccountIsNettedWhateverTheStrategiesHold) {
    SessionText text = margin("fill");
    text.script("a", {"3 buy 1 100"}).script("b", {"5 sell 1 110"});
    const RunSummary summary = run_well(text);
    // The venue closed the account's position and paid 10, though each strategy holds its own.
    EXPECT_EQ(total("USD"), 100'010_d);
    EXPECT_EQ(summary.positions.size(), 2u);
    EXPECT_EQ(summary.equity_end.at("USD"), 100'010_d);
}

TEST_F(OnMargin, ALiquidationGoesToThoseWhoHoldWhatItClosed) {
    SessionText text = margin("liquidates");
    text.script("a", {"3 buy 2 110"}).script("b", {"4 buy 1 116", "6 sell 1 100"});
    const RunSummary summary = run_well(text);
    for (const auto& position : summary.positions)
        EXPECT_TRUE(position.quantity.is_zero()) << position.strategy;
    // Bought 2 at 110 and 1 at 116, sold 3 at 100.
    EXPECT_EQ(total("USD"), 99'964_d);
    const auto rows = orders();
    ASSERT_EQ(rows.size(), 5u);
    EXPECT_EQ(rows[3].client_order_id, "liquidation-1");
    EXPECT_EQ(rows[3].reason, TRADECTL_REASON_LIQUIDATION);
    EXPECT_EQ(rows[3].instance, "a");
    EXPECT_EQ(rows[4].client_order_id, "liquidation-1#2");
    EXPECT_EQ(rows[4].instance, "b");
    EXPECT_EQ(rows[4].quantity, 1_d);
    EXPECT_TRUE(books().check_books());
}

TEST_F(OnMargin, ALiquidationOfWhatNobodyHoldsHaltsTheInstrument) {
    SessionText text = margin("liquidates");
    text.script("a", {"3 buy 2 110", "6 sell 1 100", "8 buy 1 100"});
    run_well(text);
    EXPECT_EQ(total("USD"), 99'980_d);
    ASSERT_EQ(denied().size(), 1u);
    EXPECT_EQ(denied()[0].reason, TRADECTL_REASON_HALTED);
    const auto faults = notes(wal::NoteKind::Fault);
    ASSERT_FALSE(faults.empty());
    EXPECT_NE(faults[0].find("closed 1 that no strategy holds"), std::string::npos) << faults[0];
}

}  // namespace
}  // namespace tradectl::engine
