// An order that was there and is not shown any more: what must come together before it has ended.
#include "tests/host/recovery/decide_fixture.hpp"

namespace tradectl::recovery {
namespace {

TEST_F(Decide, WhatWasThereEndsWhenAllSourcesAgree) {
    for (const int filled : {0, 4}) {
        ended(filled);
        EXPECT_EQ(outcome(), Outcome::Completed) << filled;
        EXPECT_NE(verdict().why.find("ended at the venue"), std::string::npos);
    }
}

TEST_F(Decide, AnyProofThatItWasThereWillDo) {
    ended();
    operation_.venue_order_id.clear();
    EXPECT_EQ(outcome(), Outcome::Completed);
    operation_.order_status = TRADECTL_ORDER_STATUS_UNRESOLVED;
    EXPECT_EQ(outcome(), Outcome::Unresolved)
        << "it may never have arrived, and that needs a fence";
}

TEST_F(Decide, AnEndNeedsNoFence) {
    ended();
    operation_.fence = FenceKind::None;
    EXPECT_EQ(outcome(), Outcome::Completed);
}

TEST_F(Decide, AnEndNeedsTwoLooksFarApart) {
    ended();
    evidence_.looks.pop_back();
    EXPECT_EQ(outcome(), Outcome::Unresolved);
    EXPECT_EQ(verdict().ask_again, at(kIntent + kEndedApartNs));
    ended();
    evidence_.looks.back().venue_time = at(kIntent + kEndedApartNs - 1);
    EXPECT_EQ(outcome(), Outcome::Unresolved);
    evidence_.looks.back().venue_time = Timestamp::none();
    EXPECT_EQ(outcome(), Outcome::Unresolved);
    ended();
    evidence_.looks.front().answer = Look::Answer::Silent;
    EXPECT_EQ(outcome(), Outcome::Unresolved);
}

TEST_F(Decide, AnEndNeedsTheListOfOpenOrdersWithoutIt) {
    for (const auto answer :
         {Listing::Answer::NotAsked, Listing::Answer::Listed, Listing::Answer::Incomplete}) {
        ended();
        evidence_.open_orders.answer = answer;
        EXPECT_EQ(outcome(), Outcome::Unresolved) << static_cast<int>(answer);
    }
    for (const auto time : {at(kIntent + kEndedApartNs - 1), Timestamp::none()}) {
        ended();
        evidence_.open_orders.venue_time = time;
        EXPECT_EQ(outcome(), Outcome::Unresolved);
    }
}

TEST_F(Decide, AnEndNeedsAllFillsAndTheyAreThoseThatAreBooked) {
    for (const int filled : {0, 4}) {
        ended(filled);
        evidence_.fills_whole = false;
        EXPECT_EQ(outcome(), Outcome::Unresolved);
        for (const int listed : {filled + 1, filled - 1}) {
            ended(filled);
            evidence_.fills_qty = Decimal::from_int(listed);
            EXPECT_EQ(outcome(), Outcome::Unresolved) << listed;
        }
        for (const auto time : {at(kIntent + kEndedApartNs - 1), Timestamp::none()}) {
            ended(filled);
            evidence_.fills.venue_time = time;
            EXPECT_EQ(outcome(), Outcome::Unresolved);
        }
    }
}

TEST_F(Decide, WhatWasShownMeanwhileHasNotEnded) {
    ended();
    evidence_.looks.insert(evidence_.looks.begin(), {Look::Answer::Found, at(kIntent)});
    EXPECT_EQ(outcome(), Outcome::Unresolved);
}

TEST_F(Decide, AStoreYoungerThanTheOrderProvesNoEnd) {
    ended();
    operation_.order_time = at(kIntent);
    evidence_.knows_since = at(kIntent + 1);
    EXPECT_EQ(outcome(), Outcome::Unresolved);
}

TEST_F(Decide, ACancelOfAnOrderThatEndedIsDone) {
    ended();
    operation_.step = wal::StepKind::OrderCancel;
    EXPECT_EQ(outcome(), Outcome::Completed);
}

}  // namespace
}  // namespace tradectl::recovery
