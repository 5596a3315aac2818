// A resting entry: how it follows the touch, and how it ends without a fill.
#include "tests/plugins/scalping/scalping_fixture.hpp"

namespace tradectl::scalping {
namespace {

TEST_F(ScalpingTest, FollowsTheTouchWhenItMovesAway) {
    start();
    dip();
    touch(97.96_d, 98.00_d);
    EXPECT_EQ(cancel_count(), 1U);
    touch(97.97_d, 98.01_d);  // the cancel is on its way
    EXPECT_EQ(cancel_count(), 1U);
    EXPECT_EQ(orders().size(), 1U);
    run->order_status(1, OrderStatus::Canceled, TRADECTL_REASON_CANCELED_BY_STRATEGY);
    ASSERT_EQ(orders().size(), 2U);
    EXPECT_EQ(price_of(1), 97.97_d);
    touch(97.98_d, 98.02_d);
    EXPECT_EQ(cancel_count(), 2U);
}

TEST_F(ScalpingTest, StaysWhereItIsWithinTheTicksAllowed) {
    start(R"("requote_ticks":5)");
    dip();
    touch(97.99_d, 98.02_d);
    EXPECT_EQ(cancel_count(), 0U);
    touch(98.00_d, 98.02_d);
    EXPECT_EQ(cancel_count(), 1U);
}

TEST_F(ScalpingTest, StaysWhenTheTouchFallsBehindIt) {
    start();
    dip();
    touch(97.90_d, 98.00_d);
    EXPECT_EQ(cancel_count(), 0U);
}

TEST_F(ScalpingTest, DoesNotFollowAPriceThatIsBackAtTheMean) {
    start();
    dip();
    touch(99.00_d, 99.05_d);
    trades({99.5_d});
    run->order_status(1, OrderStatus::Canceled, TRADECTL_REASON_CANCELED_BY_STRATEGY);
    EXPECT_EQ(orders().size(), 1U);
    dip();  // and pauses
    EXPECT_EQ(orders().size(), 1U);
}

TEST_F(ScalpingTest, LeavesWhenItsTimeIsOver) {
    start(R"("entry_timeout":1000000000,"cooldown":10000000000)");
    dip();
    run->advance(kNsPerSecond - 1);
    EXPECT_EQ(cancel_count(), 0U);
    run->advance(1);
    EXPECT_EQ(cancel_count(), 1U);
    run->order_status(1, OrderStatus::Canceled, TRADECTL_REASON_CANCELED_BY_STRATEGY);
    dip();
    EXPECT_EQ(orders().size(), 1U);
    run->advance(10 * kNsPerSecond);
    dip();
    EXPECT_EQ(orders().size(), 2U);
}

TEST_F(ScalpingTest, ItsTimeIsOfAllQuotesTogether) {
    start(R"("entry_timeout":1000000000)");
    dip();
    run->advance(kNsPerSecond / 2);
    touch(97.96_d, 98.00_d);
    run->order_status(1, OrderStatus::Canceled, TRADECTL_REASON_CANCELED_BY_STRATEGY);
    ASSERT_EQ(orders().size(), 2U);
    run->advance(kNsPerSecond / 2);
    EXPECT_EQ(cancel_count(), 2U);
}

TEST_F(ScalpingTest, QuotesAnewWhenItCameTooLateForItsTouch) {
    start();
    dip();
    touch(97.90_d, 97.94_d);
    run->order_status(1, OrderStatus::Rejected, TRADECTL_REASON_POST_ONLY_WOULD_TAKE);
    ASSERT_EQ(orders().size(), 2U);
    EXPECT_EQ(price_of(1), 97.90_d);
    run->order_status(2, OrderStatus::Rejected, TRADECTL_REASON_POST_ONLY_WOULD_TAKE);
    EXPECT_EQ(orders().size(), 2U);  // the same touch again would be refused again
}

TEST_F(ScalpingTest, PausesAfterADeniedEntry) {
    start();
    dip();
    run->order_status(1, OrderStatus::Denied, TRADECTL_REASON_INSUFFICIENT_BALANCE);
    dip();
    EXPECT_EQ(orders().size(), 1U);
    run->advance(10 * kNsPerSecond);
    dip();
    EXPECT_EQ(orders().size(), 2U);
}

TEST_F(ScalpingTest, TriesAgainWhenTheHostRefusesTheCancel) {
    start();
    dip();
    host.refuse(TRADECTL_COMMAND_CANCEL, TRADECTL_QUOTA);
    touch(97.96_d, 98.00_d);
    EXPECT_EQ(cancel_count(), 0U);
    EXPECT_EQ(host.log_lines().size(), 1U);
    host.refuse(TRADECTL_COMMAND_CANCEL, TRADECTL_OK);
    touch(97.96_d, 98.00_d);
    EXPECT_EQ(cancel_count(), 1U);
}

TEST_F(ScalpingTest, PausesWhenTheHostRefusesTheOrder) {
    start();
    host.refuse(TRADECTL_COMMAND_SUBMIT, TRADECTL_QUOTA);
    dip();
    host.refuse(TRADECTL_COMMAND_SUBMIT, TRADECTL_OK);
    dip();
    EXPECT_EQ(orders().size(), 0U);
    run->advance(10 * kNsPerSecond);
    dip();
    EXPECT_EQ(orders().size(), 1U);
}

}  // namespace
}  // namespace tradectl::scalping
