#include "tests/engine_support/session_fixture.hpp"

#include <tradectl/abi/commands.h>

#include <algorithm>

namespace tradectl::engine {
namespace {

constexpr const char* kOneASecond = "{orders_per_second: 1, orders_burst: 1, retry_deadline: 10s}";

/// How orders and positions leave: exits, cancels, the end of a run.
class WayOut : public SessionFixture {
  protected:
    SessionText text_;

    /// One exit, of that side, and nothing is left.
    void expect_flat(const RunSummary& summary, std::uint8_t exit_side) {
        for (const auto& position : summary.positions)
            EXPECT_EQ(position.quantity, 0_d);
        EXPECT_TRUE(summary.not_flat.empty());
        ASSERT_EQ(orders().size(), 2u);
        EXPECT_EQ(orders()[1].side, exit_side);
        EXPECT_EQ(orders()[1].status, TRADECTL_ORDER_STATUS_FILLED);
    }
    [[nodiscard]] bool was_denied(std::uint64_t ref, std::uint16_t reason) {
        const auto rows = denied();
        return std::any_of(rows.begin(), rows.end(), [&](const auto& row) {
            return row.order_ref.value == ref && row.reason == reason;
        });
    }
};

TEST_F(WayOut, AnExitThatIsDeniedIsTriedAgainUntilItIsOut) {
    // The resting sell already sells the position: the exit may not sell it twice.
    text_.script("s", {"1 buy 1", "2 sell 1 200", "3 exits hold 1"});
    const RunSummary summary = run_well(text_);
    ASSERT_EQ(summary.positions.size(), 1u);
    EXPECT_TRUE(summary.positions[0].quantity.is_zero());
    EXPECT_FALSE(denied().empty());
}

TEST_F(WayOut, FlatteningWaitsForTheCancelInItsWay) {
    text_.script("s", {"1 buy 1", "2 sell 1 200"});
    text_.rest = "shutdown: {orders: keep, positions: flatten}\n";
    const RunSummary summary = run_well(text_);
    EXPECT_TRUE(summary.not_flat.empty());
    ASSERT_EQ(summary.positions.size(), 1u);
    EXPECT_TRUE(summary.positions[0].quantity.is_zero());
    EXPECT_EQ(summary.open_orders, 0u);
}

TEST_F(WayOut, WhatRestsIsCanceledAtOnceAtTheEnd) {
    text_.venue("rest").script("s", {"3 buy 1 90"});
    text_.rest = "shutdown: {orders: cancel}\n";
    const RunSummary summary = run_well(text_);
    EXPECT_EQ(summary.open_orders, 0u);
    ASSERT_EQ(orders().size(), 1u);
    EXPECT_EQ(orders()[0].reason, TRADECTL_REASON_CANCELED_ON_SHUTDOWN);
    EXPECT_LT(summary.ended.minus(summary.market_last), kNsPerSecond);
}

TEST_F(WayOut, TheEndWaitsForACancelButNotForWhatNobodyKnows) {
    text_.venue("one_way").script("s", {"3 sell 1 110"});
    text_.rest = "shutdown: {orders: cancel}\n";
    const RunSummary refused = run_well(text_);
    EXPECT_EQ(refused.open_orders, 1u);
    ASSERT_EQ(refused.not_canceled.size(), 1u);
    EXPECT_NE(refused.not_canceled[0].find("of s"), std::string::npos);
    EXPECT_GE(refused.ended.minus(refused.market_last), 10 * kNsPerSecond);
    fresh_state();
    SessionText unknown;
    unknown.venue("unknown_stays").script("s", {"3 buy 1 90"});
    unknown.rest = text_.rest;
    const RunSummary summary = run_well(unknown);
    EXPECT_EQ(summary.unresolved, 1u);
    EXPECT_TRUE(summary.not_canceled.empty());
    EXPECT_LT(summary.ended.minus(summary.market_last), kNsPerSecond);
}

TEST_F(WayOut, WhatCouldNotBeFlattenedIsTold) {
    // Nobody is left to sell nine to when the data have ended.
    text_.script("s", {"1 buy 9 150"});
    text_.rest = "shutdown: {orders: cancel, positions: flatten}\n";
    const RunSummary summary = run_well(text_);
    ASSERT_EQ(summary.positions.size(), 1u);
    EXPECT_TRUE(summary.positions[0].quantity.is_positive());
    ASSERT_EQ(summary.not_flat.size(), 1u);
    EXPECT_NE(summary.not_flat[0].find(summary.positions[0].quantity.to_string()),
              std::string::npos);
}

/// A short of coins that the account has: what the strategy sold, beside what is there anyway.
TEST_F(WayOut, ExitsOfAShortForCashAreBoughtBack) {
    for (const std::string rule : {"hold 1", "now"}) {
        fresh_state();
        SessionText text;
        text.script("s", {"1 sell 1", "3 exits " + rule});
        expect_flat(run_well(text), TRADECTL_SIDE_BUY);
        EXPECT_EQ(total("BTC"), 10_d) << rule;
    }
}

TEST_F(WayOut, AShortForCashIsFlattenedAtTheEnd) {
    text_.script("s", {"1 sell 1"});
    text_.rest = "shutdown: {positions: flatten}\n";
    expect_flat(run_well(text_), TRADECTL_SIDE_BUY);
}

TEST_F(WayOut, AShortForCashIsFlattenedAfterAFault) {
    text_.script("s", {"1 sell 1", "5 throw"}, ", on_fault: flatten");
    expect_flat(run_well(text_), TRADECTL_SIDE_BUY);
}

TEST_F(WayOut, AStrategyMayBuyBackReduceOnly) {
    text_.script("s", {"1 sell 1", "5 buy 1 reduce"});
    expect_flat(run_well(text_), TRADECTL_SIDE_BUY);
}

/// The account's net position is nothing, or of the other side: at the venue nothing is reduced.
TEST_F(WayOut, StrategiesThatHoldAgainstEachOtherOnMarginGetOut) {
    text_.instrument += ", margin: {initial: \"0.1\"}";
    text_.script("a", {"1 buy 1", "8 exits now"}).script("b", {"2 sell 2", "12 exits now"});
    const RunSummary summary = run_well(text_);
    ASSERT_EQ(summary.positions.size(), 2u);
    for (const auto& position : summary.positions)
        EXPECT_TRUE(position.quantity.is_zero()) << position.strategy;
    EXPECT_EQ(orders().size(), 4u);
}

TEST_F(WayOut, AnOrderThatWaitsForItsRateCanBeCanceled) {
    text_.risk = kOneASecond;
    text_.script("s", {"1 buy 1 50 ref=1", "1 buy 1 50 ref=2", "2 cancel 2"});
    run_well(text_);
    EXPECT_EQ(orders().size(), 1u);
    EXPECT_TRUE(was_denied(2, TRADECTL_REASON_CANCELED_BY_STRATEGY));
}

TEST_F(WayOut, CancelAllTakesTheWaitingOrdersToo) {
    text_.risk = kOneASecond;
    text_.script("s", {"1 buy 1 50 ref=1", "1 buy 1 50 ref=2", "2 cancel_all"});
    run_well(text_);
    EXPECT_EQ(orders().size(), 1u);
    EXPECT_TRUE(was_denied(2, TRADECTL_REASON_CANCELED_BY_STRATEGY));
}

TEST_F(WayOut, AnOrderThatStillWaitsAtTheEndIsDeniedOnRecord) {
    text_.risk = kOneASecond;
    text_.script("s", {"50 buy 1 50 ref=1", "50 buy 1 50 ref=2"});
    run_well(text_);
    EXPECT_EQ(orders().size(), 1u);
    EXPECT_TRUE(was_denied(2, TRADECTL_REASON_SHUTTING_DOWN));
}

}  // namespace
}  // namespace tradectl::engine
