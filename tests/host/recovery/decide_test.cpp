// Every row of the tables of recovery, and both sides of every boundary.
#include "tests/host/recovery/decide_fixture.hpp"

namespace tradectl::recovery {
namespace {

// ---- Not sent, failed before

TEST_F(Decide, AnIntentThatWasNotReleasedWasNeverSent) {
    operation_.may_be_sent = false;
    EXPECT_EQ(outcome(), Outcome::RolledBack);
    EXPECT_NE(verdict().why.find("never sent"), std::string::npos);
    EXPECT_FALSE(needs_venue(operation_));
}

TEST_F(Decide, AnAnswerProvesThatItWasSentWhateverTheFlagSays) {
    operation_.may_be_sent = false;
    operation_.answered = true;
    EXPECT_EQ(outcome(), Outcome::Unresolved);
    EXPECT_TRUE(needs_venue(operation_));
}

TEST_F(Decide, AFailureWithoutItsCompensationIsCompensated) {
    operation_.due = ledger::Due::Compensate;
    EXPECT_EQ(outcome(), Outcome::Failed);
    EXPECT_FALSE(needs_venue(operation_));
}

TEST_F(Decide, WithoutEvidenceNothingIsDecided) {
    EXPECT_EQ(outcome(), Outcome::Unresolved);
    EXPECT_FALSE(verdict().needs.empty());
}

// ---- What the venue shows

TEST_F(Decide, AFilledOrderIsCompleted) {
    found(TRADECTL_ORDER_STATUS_FILLED, 10);
    EXPECT_EQ(outcome(), Outcome::Completed);
}

TEST_F(Decide, ACanceledOrderIsCompletedWithItsFilledPart) {
    found(TRADECTL_ORDER_STATUS_CANCELED, 4);
    EXPECT_EQ(outcome(), Outcome::Completed);
}

TEST_F(Decide, AnExpiredOrderIsCompleted) {
    found(TRADECTL_ORDER_STATUS_EXPIRED, 0);
    EXPECT_EQ(outcome(), Outcome::Completed);
}

TEST_F(Decide, ARejectedOrderFailed) {
    found(TRADECTL_ORDER_STATUS_REJECTED, 0);
    EXPECT_EQ(outcome(), Outcome::Failed);
}

TEST_F(Decide, ARejectedOrderWithFillsIsAContradiction) {
    found(TRADECTL_ORDER_STATUS_REJECTED, 1);
    EXPECT_EQ(outcome(), Outcome::Unresolved);
}

TEST_F(Decide, ARestingOrderStaysOpen) {
    found(TRADECTL_ORDER_STATUS_ACKNOWLEDGED, 0);
    EXPECT_EQ(outcome(), Outcome::Open);
    evidence_ = {};
    found(TRADECTL_ORDER_STATUS_PARTIALLY_FILLED, 3);
    EXPECT_EQ(outcome(), Outcome::Open);
}

TEST_F(Decide, AStatusThatNobodyCanSayIsUnresolved) {
    found(TRADECTL_ORDER_STATUS_UNRESOLVED, 0);
    EXPECT_EQ(outcome(), Outcome::Unresolved);
}

TEST_F(Decide, FilledMeansFilledWhole) {
    found(TRADECTL_ORDER_STATUS_FILLED, 9);
    EXPECT_EQ(outcome(), Outcome::Unresolved);
}

TEST_F(Decide, FillsThatDoNotSumUpAreReadAgain) {
    found(TRADECTL_ORDER_STATUS_FILLED, 10, 9);
    EXPECT_EQ(outcome(), Outcome::Unresolved);
    EXPECT_EQ(verdict().ask_again, at(kIntent + 1 + kLooksApartNs));
    evidence_.fills_qty = Decimal::from_int(11);
    EXPECT_EQ(outcome(), Outcome::Unresolved);
}

TEST_F(Decide, FillsThatAreBookedNeedNoList) {
    found(TRADECTL_ORDER_STATUS_CANCELED, 4);
    operation_.filled_qty = Decimal::from_int(4);
    evidence_.fills = {};
    evidence_.fills_qty = Decimal();
    EXPECT_EQ(outcome(), Outcome::Completed);
}

TEST_F(Decide, MoreBookedThanTheVenueShowsIsAContradiction) {
    found(TRADECTL_ORDER_STATUS_CANCELED, 4);
    operation_.filled_qty = Decimal::from_int(5);
    EXPECT_EQ(outcome(), Outcome::Unresolved);
}

TEST_F(Decide, MoreFilledThanOrderedIsAContradiction) {
    found(TRADECTL_ORDER_STATUS_FILLED, 11);
    EXPECT_EQ(outcome(), Outcome::Unresolved);
}

TEST_F(Decide, AnIdThatWasUsedAgainIsNotOurOrder) {
    found(TRADECTL_ORDER_STATUS_FILLED, 10);
    evidence_.order->side = 2;
    EXPECT_EQ(outcome(), Outcome::Unresolved);
    evidence_.order->side = 1;
    evidence_.order->order_qty = Decimal::from_int(11);
    EXPECT_EQ(outcome(), Outcome::Unresolved);
    evidence_.order->order_qty = Decimal::null();  // not told
    EXPECT_EQ(outcome(), Outcome::Completed);
    evidence_.order->client_order_id = "other";
    EXPECT_EQ(outcome(), Outcome::Unresolved);
}

TEST_F(Decide, AnOrderThatWasSeenAndIsGoneIsUnresolved) {
    found(TRADECTL_ORDER_STATUS_ACKNOWLEDGED, 0);
    nowhere();
    EXPECT_EQ(outcome(), Outcome::Unresolved);
}

TEST_F(Decide, ALateOrderIsFoundByTheSecondLook) {
    look(Look::Answer::Absent, kFence + 1);
    found(TRADECTL_ORDER_STATUS_ACKNOWLEDGED, 0);
    EXPECT_EQ(outcome(), Outcome::Open);
}

// ---- Never arrived

TEST_F(Decide, NowhereBehindTheFenceIsNeverArrived) {
    nowhere();
    EXPECT_EQ(outcome(), Outcome::RolledBack);
    EXPECT_NE(verdict().why.find("never arrived"), std::string::npos);
    EXPECT_EQ(verdict().approver, "host");
}

TEST_F(Decide, AtTheFenceItMayStillArrive) {
    nowhere(kFence);
    evidence_.looks.pop_back();
    EXPECT_EQ(outcome(), Outcome::Unresolved);
    EXPECT_EQ(verdict().ask_again, at(kFence + 1));
}

TEST_F(Decide, ALookAtTheFenceDoesNotCount) {
    nowhere(kFence);
    EXPECT_EQ(outcome(), Outcome::Unresolved);
    EXPECT_EQ(verdict().ask_again, at(kFence + 2 * kLooksApartNs));
}

TEST_F(Decide, TwoLooksMustBeTwoSecondsApart) {
    nowhere(kFence + 1, kLooksApartNs - 1);
    EXPECT_EQ(outcome(), Outcome::Unresolved);
    EXPECT_EQ(verdict().ask_again, at(kFence + 1 + kLooksApartNs));
}

TEST_F(Decide, OneLookIsNotEnough) {
    nowhere();
    evidence_.looks.pop_back();
    EXPECT_EQ(outcome(), Outcome::Unresolved);
}

TEST_F(Decide, ALookThatTellsNoTimeDoesNotCount) {
    nowhere();
    for (Look& look : evidence_.looks)
        look.venue_time = Timestamp::none();
    EXPECT_EQ(outcome(), Outcome::Unresolved);
}

TEST_F(Decide, SilenceIsNoAbsence) {
    nowhere();
    evidence_.looks[1].answer = Look::Answer::Silent;
    EXPECT_EQ(outcome(), Outcome::Unresolved);
    evidence_.looks[0].answer = Look::Answer::Silent;
    EXPECT_EQ(outcome(), Outcome::Unresolved);
    EXPECT_FALSE(verdict().ask_again.is_none());
}

TEST_F(Decide, BothListsMustBeCompleteAndWithoutIt) {
    for (Listing Evidence::*list : {&Evidence::open_orders, &Evidence::fills}) {
        for (const auto answer :
             {Listing::Answer::NotAsked, Listing::Answer::Listed, Listing::Answer::Incomplete}) {
            evidence_ = {};
            nowhere();
            (evidence_.*list).answer = answer;
            EXPECT_EQ(outcome(), Outcome::Unresolved) << static_cast<int>(answer);
        }
    }
}

TEST_F(Decide, AListFromBeforeTheFenceDoesNotCount) {
    for (Listing Evidence::*list : {&Evidence::open_orders, &Evidence::fills}) {
        evidence_ = {};
        nowhere();
        (evidence_.*list).venue_time = at(kFence);
        EXPECT_EQ(outcome(), Outcome::Unresolved);
        (evidence_.*list).venue_time = Timestamp::none();
        EXPECT_EQ(outcome(), Outcome::Unresolved);
    }
}

TEST_F(Decide, WhatTheVenueAcknowledgedCannotHaveNeverArrived) {
    nowhere();
    operation_.venue_order_id = "V1";
    EXPECT_EQ(outcome(), Outcome::Unresolved);
    operation_.venue_order_id.clear();
    operation_.filled_qty = Decimal::from_int(1);
    EXPECT_EQ(outcome(), Outcome::Unresolved);
    operation_.filled_qty = Decimal();
    operation_.order_status = TRADECTL_ORDER_STATUS_ACKNOWLEDGED;
    EXPECT_EQ(outcome(), Outcome::Unresolved);
}

TEST_F(Decide, EveryClassNeedsTheSameProof) {
    for (const auto identity_class : {IdentityClass::IdempotentReplay,
                                      IdentityClass::DuplicateRejected,
                                      IdentityClass::QueryOnly,
                                      IdentityClass::Unknown}) {
        operation_.identity_class = identity_class;
        evidence_ = {};
        nowhere(kFence);
        EXPECT_EQ(outcome(), Outcome::Unresolved);
        evidence_ = {};
        nowhere(kFence + 1);
        EXPECT_EQ(outcome(), Outcome::RolledBack);
    }
}

// ---- Fences

TEST_F(Decide, WithoutAFenceAnOperatorDecides) {
    operation_.fence = FenceKind::None;
    nowhere();
    EXPECT_EQ(outcome(), Outcome::Unresolved);
    EXPECT_TRUE(verdict().ask_again.is_none());
    EXPECT_NE(verdict().needs.find("operator"), std::string::npos);
}

TEST_F(Decide, APolicyStandsForTheFenceAndIsNamed) {
    operation_.fence = FenceKind::None;
    policy_.never_arrived_after_ns = 60 * kNsPerSecond;
    nowhere(kIntent + 60 * kNsPerSecond);
    EXPECT_EQ(outcome(), Outcome::Unresolved);
    evidence_ = {};
    nowhere(kIntent + 60 * kNsPerSecond + 1);
    EXPECT_EQ(outcome(), Outcome::RolledBack);
    EXPECT_EQ(verdict().approver, "policy");
}

TEST_F(Decide, APolicyDoesNotShortenAFence) {
    policy_.never_arrived_after_ns = 1;
    nowhere(kFence);
    EXPECT_EQ(outcome(), Outcome::Unresolved);
}

TEST_F(Decide, ABlockHeightAndANoncePassByTheirOwnReading) {
    for (const auto fence : {FenceKind::BlockHeight, FenceKind::Nonce}) {
        operation_.fence = fence;
        operation_.fence_value = 100;
        evidence_ = {};
        nowhere(kIntent + 1);
        EXPECT_EQ(outcome(), Outcome::Unresolved);
        evidence_.fence_reading = 100;
        EXPECT_EQ(outcome(), Outcome::Unresolved);
        evidence_.fence_reading = 101;
        EXPECT_EQ(outcome(), Outcome::RolledBack);
    }
}

TEST_F(Decide, AFenceOfANewerVersionNeverPasses) {
    operation_.fence = static_cast<FenceKind>(9);
    nowhere();
    evidence_.fence_reading = INT64_MAX;
    EXPECT_EQ(outcome(), Outcome::Unresolved);
}

// ---- Cancels and other steps

TEST_F(Decide, ACancelIsDoneWhenItsOrderIsClosed) {
    operation_.step = wal::StepKind::OrderCancel;
    operation_.order_status = TRADECTL_ORDER_STATUS_FILLED;
    EXPECT_EQ(outcome(), Outcome::Completed);
    EXPECT_FALSE(needs_venue(operation_));
    operation_.order_status = TRADECTL_ORDER_STATUS_ACKNOWLEDGED;
    EXPECT_TRUE(needs_venue(operation_));
    found(TRADECTL_ORDER_STATUS_CANCELED, 0);
    EXPECT_EQ(outcome(), Outcome::Completed);
}

TEST_F(Decide, ACancelOfAnOpenOrderFailedOnlyBehindItsFence) {
    operation_.step = wal::StepKind::OrderCancel;
    found(TRADECTL_ORDER_STATUS_ACKNOWLEDGED, 0);
    evidence_.looks.back().venue_time = at(kFence);
    EXPECT_EQ(outcome(), Outcome::Unresolved);
    EXPECT_EQ(verdict().ask_again, at(kFence + 1));
    evidence_.looks.back().venue_time = at(kFence + 1);
    EXPECT_EQ(outcome(), Outcome::Failed);
}

TEST_F(Decide, ACancelIsDoneWhenItsOrderNeverArrived) {
    operation_.step = wal::StepKind::OrderCancel;
    nowhere();
    EXPECT_EQ(outcome(), Outcome::Completed);
    evidence_.looks.pop_back();
    EXPECT_EQ(outcome(), Outcome::Unresolved) << "one look is not enough";
}

TEST_F(Decide, ACancelWhoseOrderWasThereAndIsNotShownIsUnresolved) {
    operation_.step = wal::StepKind::OrderCancel;
    operation_.order_status = TRADECTL_ORDER_STATUS_ACKNOWLEDGED;
    nowhere();
    EXPECT_EQ(outcome(), Outcome::Unresolved);
}

TEST_F(Decide, AStepThatNoVenueIsAskedAboutIsLeftToAnOperator) {
    operation_.step = wal::StepKind::Transfer;
    EXPECT_EQ(outcome(), Outcome::Unresolved);
    EXPECT_FALSE(needs_venue(operation_));
    EXPECT_NE(verdict().why.find("transfer"), std::string::npos);
}

}  // namespace
}  // namespace tradectl::recovery
