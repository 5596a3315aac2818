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
