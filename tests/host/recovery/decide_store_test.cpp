// What answers for the venue lost what it knew.
#include "tests/host/recovery/decide_fixture.hpp"

namespace tradectl::recovery {
namespace {

TEST_F(Decide, AStoreYoungerThanTheOrderProvesNoAbsence) {
    nowhere();
    operation_.order_time = at(kIntent);
    evidence_.knows_since = at(kIntent);
    EXPECT_EQ(outcome(), Outcome::RolledBack);
    evidence_.knows_since = at(kIntent + 1);
    EXPECT_EQ(outcome(), Outcome::Unresolved);
    EXPECT_NE(verdict().why.find("its own store is new (made "), std::string::npos);
    EXPECT_TRUE(verdict().ask_again.is_none());
}

TEST_F(Decide, AStoreYoungerThanTheOrderOvercomesNoPolicyEither) {
    nowhere();
    operation_.fence = FenceKind::None;
    policy_.never_arrived_after_ns = 0;
    EXPECT_EQ(outcome(), Outcome::RolledBack);
    operation_.order_time = at(kIntent);
    evidence_.knows_since = at(kIntent + 1);
    EXPECT_EQ(outcome(), Outcome::Unresolved);
}

TEST_F(Decide, AYoungCancelOfAnOrderOlderThanTheStoreIsUnresolved) {
    nowhere();
    operation_.step = wal::StepKind::OrderCancel;
    operation_.order_time = at(kIntent - 10);
    evidence_.knows_since = at(kIntent - 5);
    EXPECT_EQ(outcome(), Outcome::Unresolved);
    evidence_.knows_since = at(kIntent - 10);
    EXPECT_EQ(outcome(), Outcome::Completed);
}

TEST_F(Decide, WhatAYoungStoreShowsCounts) {
    operation_.order_time = at(kIntent);
    evidence_.knows_since = at(kIntent + 1);
    found(TRADECTL_ORDER_STATUS_FILLED, 10);
    EXPECT_EQ(outcome(), Outcome::Completed);
}

}  // namespace
}  // namespace tradectl::recovery
