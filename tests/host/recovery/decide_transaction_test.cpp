// Transactions on a chain: done, reverted, never done, or not known yet.
#include "tests/host/recovery/decide_fixture.hpp"

namespace tradectl::recovery {
namespace {

class DecideTransaction : public Decide {
  protected:
    DecideTransaction() {
        operation_.step = wal::StepKind::Redeem;
        operation_.fence = FenceKind::Nonce;
        operation_.fence_value = 5;
        operation_.client_order_id.clear();
        operation_.order_status = 0;
        operation_.quantity = Decimal::null();
    }
    void told(std::uint8_t status) {
        look(Look::Answer::Found, kIntent + 1);
        evidence_.order = VenueOrder{.status = status};
    }
};

TEST_F(DecideTransaction, IsAskedForWhenItMayHaveLeft) {
    EXPECT_TRUE(needs_venue(operation_));
    operation_.step = wal::StepKind::Approve;
    EXPECT_TRUE(needs_venue(operation_));
    operation_.may_be_sent = false;
    EXPECT_FALSE(needs_venue(operation_));
    EXPECT_EQ(outcome(), Outcome::RolledBack);
}

TEST_F(DecideTransaction, ItsReceiptDecides) {
    told(TRADECTL_ORDER_STATUS_FILLED);
    EXPECT_EQ(outcome(), Outcome::Completed);
    told(TRADECTL_ORDER_STATUS_REJECTED);
    EXPECT_EQ(outcome(), Outcome::Failed);
}

TEST_F(DecideTransaction, IsUnresolvedWhileNobodyTells) {
    EXPECT_EQ(outcome(), Outcome::Unresolved);
    look(Look::Answer::Silent, kIntent + 1);
    evidence_.problem = "nonce 5 is not used at the last final block";
    EXPECT_EQ(outcome(), Outcome::Unresolved);
    EXPECT_NE(verdict().why.find("nonce 5 is not used"), std::string::npos) << verdict().why;
}

TEST_F(DecideTransaction, WasNeverDoneWhenTwoLooksApartFindAnotherInItsPlace) {
    look(Look::Answer::Absent, kIntent + 1);
    EXPECT_EQ(outcome(), Outcome::Unresolved);
    EXPECT_EQ(verdict().ask_again, at(kIntent + 1 + kLooksApartNs));
    look(Look::Answer::Absent, kIntent + kLooksApartNs);
    EXPECT_EQ(outcome(), Outcome::Unresolved) << "a nanosecond early";
    look(Look::Answer::Absent, kIntent + 1 + kLooksApartNs);
    EXPECT_EQ(outcome(), Outcome::RolledBack);
}

}  // namespace
}  // namespace tradectl::recovery
