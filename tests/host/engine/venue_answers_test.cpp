// What the engine makes of a venue's answers, however odd: the pipeline over a scripted exchange.
#include "host/engine/state_dir.hpp"
#include "tests/engine_support/session_fixture.hpp"

#include <algorithm>

namespace tradectl::engine {
namespace {

using Lines = std::vector<std::string>;

class VenueAnswers : public SessionFixture {
  protected:
    /// One limit order of 1 BTC at 100 at a venue that does with it as `script` says.
    RunSummary order_at(const std::string& script, const Lines& more_steps = {}) {
        Lines steps = {"3 buy 1 100"};
        steps.insert(steps.end(), more_steps.begin(), more_steps.end());
        SessionText text;
        text.rest = "shutdown: {orders: keep}\n";
        return run_well(text.venue(script).script("s", steps));
    }
    ledger::OrderRow order() {
        const auto rows = orders();
        EXPECT_EQ(rows.size(), 1u);
        return rows.empty() ? ledger::OrderRow() : rows.front();
    }
};

TEST_F(VenueAnswers, AFillAfterTheAcknowledgementIsBooked) {
    const RunSummary summary = order_at("fill");
    EXPECT_EQ(order().status, TRADECTL_ORDER_STATUS_FILLED);
    EXPECT_EQ(total("BTC"), 11_d);
    EXPECT_EQ(total("USD"), 99900_d);
    auto reader = books();
    check_books(reader, summary);
}

TEST_F(VenueAnswers, AStrategyHearsEachStepInOrder) {
    order_at("fill");
    EXPECT_EQ(heard(),
              (Lines{"order 1 2 0",
                     "order 1 3 0",
                     "fill 1 1 100",
                     "order 1 5 0",
                     "status " + std::to_string(TRADECTL_STATUS_END_OF_DATA),
                     "stop"}));
}

TEST_F(VenueAnswers, AFillBeforeTheAcknowledgementCountsOnce) {
    order_at("fill_first");
    EXPECT_EQ(order().status, TRADECTL_ORDER_STATUS_FILLED);
    EXPECT_EQ(fills().size(), 1u);
    EXPECT_EQ(total("BTC"), 11_d);
}

TEST_F(VenueAnswers, AFillThatFailedBeforeItWasToldMovesNoMoney) {
    const RunSummary summary = order_at("fails_first");
    EXPECT_EQ(order().status, TRADECTL_ORDER_STATUS_FILLED);
    ASSERT_EQ(fills().size(), 1u);
    EXPECT_EQ(fills().front().settlement, TRADECTL_SETTLEMENT_FAILED);
    EXPECT_EQ(total("BTC"), 10_d);
    EXPECT_EQ(total("USD"), 100000_d);
    EXPECT_TRUE(summary.positions.empty());
    auto reader = books();
    check_books(reader, summary);
}

TEST_F(VenueAnswers, AFillThatIsUndoneLeavesThePositionThatTheOthersMake) {
    SessionText text;
    text.venue("undoes").script("s", {"3 buy 1 100", "5 buy 1 101", "7 sell 0.5 102"});
    const RunSummary summary = run_well(text);
    ASSERT_EQ(summary.positions.size(), 1U);
    EXPECT_EQ(summary.positions[0].quantity, 0.5_d);
    EXPECT_EQ(summary.positions[0].average_price, 100_d);
    EXPECT_EQ(summary.positions[0].realized_pnl, 1_d);
    EXPECT_EQ(total("USD"), Decimal::from_int(100000 - 100 + 51));
    auto reader = books();
    check_books(reader, summary);
}

TEST_F(VenueAnswers, TheSameFillTwiceIsBookedOnce) {
    order_at("twice");
    EXPECT_EQ(fills().size(), 1u);
    EXPECT_EQ(order().status, TRADECTL_ORDER_STATUS_PARTIALLY_FILLED);
    EXPECT_EQ(total("BTC"), 10.5_d);
}

TEST_F(VenueAnswers, AFillThatCrossedACancelIsBooked) {
    const RunSummary summary = order_at("cancel_fill");
    EXPECT_EQ(fills().size(), 1u);
    EXPECT_EQ(order().status, TRADECTL_ORDER_STATUS_FILLED);
    EXPECT_EQ(amount("USD", wal::Bucket::Held), Decimal());
    EXPECT_EQ(total("USD"), 99900_d);
    auto reader = books();
    check_books(reader, summary);
}

TEST_F(VenueAnswers, AFillOfTooMuchHaltsTheInstrument) {
    order_at("too_much", {"20 buy 1 100"});
    EXPECT_EQ(fills().size(), 0u);
    EXPECT_EQ(notes(wal::NoteKind::Fault).size(), 1u);
    const auto halts = HaltLatch(*disk_, state_dir() + "/halt").read();
    ASSERT_TRUE(halts);
    ASSERT_EQ(halts->size(), 1u);
    EXPECT_EQ(halts->front().scope, "instrument:BTC-USD.x");
    ASSERT_EQ(denied().size(), 1u);
    EXPECT_EQ(denied()[0].reason, TRADECTL_REASON_HALTED);
}

TEST_F(VenueAnswers, AFillOfAnUnknownOrderIsOnRecordAndMovesNothing) {
    order_at("stray");
    EXPECT_EQ(fills().size(), 0u);
    const auto faults = notes(wal::NoteKind::Fault);
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_EQ(faults[0], "fill of an unknown order nobody");
    EXPECT_EQ(total("BTC"), 10_d);
}

TEST_F(VenueAnswers, AnOrderThatWasBuiltWronglyIsBuiltAnewOnce) {
    const RunSummary summary = order_at("stale_once");
    EXPECT_EQ(order().status, TRADECTL_ORDER_STATUS_ACKNOWLEDGED);
    EXPECT_EQ(summary.counters.rejected, 0u);
    EXPECT_EQ(heard(),
              (Lines{"order 1 2 0",
                     "order 1 3 0",
                     "status " + std::to_string(TRADECTL_STATUS_END_OF_DATA),
                     "stop"}));
    auto reader = books();
    check_books(reader, summary);
}

TEST_F(VenueAnswers, AnOrderThatIsBuiltWronglyTwiceIsRejected) {
    const RunSummary summary = order_at("stale");
    EXPECT_EQ(order().status, TRADECTL_ORDER_STATUS_REJECTED);
    EXPECT_EQ(order().reason, TRADECTL_REASON_VENUE_REJECTED);
    EXPECT_EQ(order().text, "of another version");
    EXPECT_EQ(summary.counters.rejected, 1u);
    EXPECT_EQ(amount("USD", wal::Bucket::Held), Decimal());
    EXPECT_EQ(total("USD"), 100000_d);
    auto reader = books();
    check_books(reader, summary);
}

TEST_F(VenueAnswers, WhatWasRefusedAndNotYetBuiltAnewIsNotOnItsWay) {
    const RunSummary summary = order_at("stale_stuck");
    EXPECT_EQ(order().status, TRADECTL_ORDER_STATUS_REJECTED);
    EXPECT_TRUE(books().unfinished_operations()->empty());
    EXPECT_EQ(amount("USD", wal::Bucket::Held), Decimal());
    auto reader = books();
    check_books(reader, summary);
}

TEST_F(VenueAnswers, ARejectionGivesTheHoldBack) {
    const RunSummary summary = order_at("reject");
    EXPECT_EQ(summary.counters.rejected, 1u);
    EXPECT_EQ(order().status, TRADECTL_ORDER_STATUS_REJECTED);
    EXPECT_EQ(order().reason, TRADECTL_REASON_VENUE_REJECTED);
    EXPECT_EQ(order().text, "not today");
    EXPECT_EQ(amount("USD", wal::Bucket::Available), 100000_d);
}

TEST_F(VenueAnswers, AnUnknownOutcomeKeepsTheHoldAndBlocksTheInstrument) {
    const RunSummary summary = order_at("unknown", {"20 buy 1 100"});
    EXPECT_EQ(summary.unresolved, 1u);
    EXPECT_EQ(order().status, TRADECTL_ORDER_STATUS_UNRESOLVED);
    EXPECT_GE(amount("USD", wal::Bucket::Held), 100_d);
    ASSERT_EQ(denied().size(), 1u);
    EXPECT_EQ(denied()[0].reason, TRADECTL_REASON_UNRESOLVED_BLOCKS);
    EXPECT_EQ(notes(wal::NoteKind::Unresolved), Lines{"timed out"});
}

TEST_F(VenueAnswers, AFillResolvesAnUnknownOutcome) {
    const RunSummary summary = order_at("unknown_fill");
    EXPECT_EQ(summary.unresolved, 0u);
    EXPECT_EQ(order().status, TRADECTL_ORDER_STATUS_FILLED);
    EXPECT_EQ(amount("USD", wal::Bucket::Held), Decimal());
}

TEST_F(VenueAnswers, AFailureInsideThePluginIsAnUnknownOutcome) {
    EXPECT_EQ(order_at("internal").unresolved, 1u);
    EXPECT_EQ(order().status, TRADECTL_ORDER_STATUS_UNRESOLVED);
}

TEST_F(VenueAnswers, AnAnswerThatNeverComesIsUnknownAtTheEnd) {
    EXPECT_EQ(order_at("silent").unresolved, 1u);
    EXPECT_EQ(order().status, TRADECTL_ORDER_STATUS_UNRESOLVED);
    EXPECT_EQ(books().open_orders()->size(), 1u);
    EXPECT_GE(amount("USD", wal::Bucket::Held), 100_d);
}

TEST_F(VenueAnswers, AnOrderThatCannotBeEncodedIsDeniedAndOnRecord) {
    const RunSummary summary = order_at("prepare_fails");
    EXPECT_EQ(summary.counters.denied, 1u);
    EXPECT_EQ(orders().size(), 0u);
    EXPECT_EQ(notes(wal::NoteKind::VoidOperation).size(), 1u);
    EXPECT_EQ(heard().front(), "order 1 9 " + std::to_string(TRADECTL_REASON_PREPARE_FAILED));
    EXPECT_EQ(amount("USD", wal::Bucket::Available), 100000_d);
}

TEST_F(VenueAnswers, AnOrderThatWantsASignatureIsDeniedWhileThereAreNoKeys) {
    order_at("wants_signature");
    EXPECT_EQ(heard().front(), "order 1 9 " + std::to_string(TRADECTL_REASON_UNSUPPORTED));
    EXPECT_EQ(orders().size(), 0u);
}

TEST_F(VenueAnswers, APartialFillKeepsTheHoldOfTheRest) {
    order_at("half");
    EXPECT_EQ(order().filled_qty, 0.5_d);
    EXPECT_EQ(order().leaves_qty, 0.5_d);
    EXPECT_EQ(total("USD"), 99950_d);
    EXPECT_EQ(amount("USD", wal::Bucket::Held), 50.25_d);  // with the fee's share
}

TEST_F(VenueAnswers, ACancelGivesBackWhatIsLeft) {
    order_at("half", {"20 cancel 1"});
    EXPECT_EQ(order().status, TRADECTL_ORDER_STATUS_CANCELED);
    EXPECT_EQ(order().reason, TRADECTL_REASON_CANCELED_BY_STRATEGY);
    EXPECT_EQ(amount("USD", wal::Bucket::Held), Decimal());
    EXPECT_EQ(amount("USD", wal::Bucket::Available), 99950_d);
    EXPECT_EQ(books().unfinished_operations()->size(), 0u);
}

TEST_F(VenueAnswers, ACancelOfAnUnknownOrderIsToldToTheStrategy) {
    order_at("rest", {"20 cancel 77"});
    const auto lines = heard();
    const std::string wanted = "order 77 9 " + std::to_string(TRADECTL_REASON_UNKNOWN_ORDER);
    EXPECT_NE(std::find(lines.begin(), lines.end(), wanted), lines.end());
}

TEST_F(VenueAnswers, AReplaceIsRefusedAndTheOldOrderStays) {
    order_at("rest", {"20 replace 1 101"});
    const auto lines = heard();
    const std::string wanted = "order 2 9 " + std::to_string(TRADECTL_REASON_UNSUPPORTED);
    EXPECT_NE(std::find(lines.begin(), lines.end(), wanted), lines.end());
    EXPECT_EQ(order().status, TRADECTL_ORDER_STATUS_ACKNOWLEDGED);
}

TEST_F(VenueAnswers, AnExceptionWhileSendingLeavesTheOutcomeUnknown) {
    EXPECT_EQ(order_at("throws").unresolved, 1u);
    EXPECT_EQ(order().status, TRADECTL_ORDER_STATUS_UNRESOLVED);
}

TEST_F(VenueAnswers, AVenueThatFaultsEndsTheRunWithAnError) {
    SessionText text;
    const auto summary = run(text.venue("breaks").script("s", {"3 buy 1 100"}));
    ASSERT_TRUE(summary);
    ASSERT_TRUE(summary->error);
    EXPECT_EQ(summary->error->code, ErrorCode::Internal);
    EXPECT_NE(summary->error->message.find("exchange 'x' faulted"), std::string::npos);
    EXPECT_EQ(summary->unresolved, 1u);
}

TEST_F(VenueAnswers, AVenueThatCannotBeReachedStopsTheStart) {
    SessionText text;
    const auto summary = run(text.venue("fill", ", connects: false"));
    ASSERT_FALSE(summary);
    EXPECT_EQ(summary.error().code, ErrorCode::Unavailable);
    EXPECT_NE(summary.error().message.find("down for lunch"), std::string::npos);
}

TEST_F(VenueAnswers, AVenueThatRefusesOurCredentialsSaysSo) {
    SessionText text;
    const auto summary = run(text.venue("fill", ", admits: false"));
    ASSERT_FALSE(summary);
    EXPECT_EQ(summary.error().code, ErrorCode::Authentication);
    EXPECT_NE(summary.error().message.find("who is there"), std::string::npos);
}

TEST_F(VenueAnswers, WhereSomebodyTradesTheBalancesMustBeTold) {
    SessionText text;
    const auto summary = run(text.venue("fill", ", tells: false").script("s", {}));
    ASSERT_FALSE(summary);
    EXPECT_NE(summary.error().message.find("does not tell its balances"), std::string::npos);
}

TEST_F(VenueAnswers, WhereNobodyTradesThereNeedBeNoAccount) {
    SessionText text;
    text.exchange += "}, {name: y, plugin: scripted_exchange, settings: {tells: false}";
    text.instrument += ", venue: x";
    const RunSummary summary = run_well(text.script("s", {"3 buy 1 110"}, ", exchange: x"));
    EXPECT_EQ(summary.counters.fills, 1u);
}

TEST_F(VenueAnswers, ABatchIsManyOrdersOfOneTurn) {
    SessionText text;
    run_well(text.venue("fill").script("s", {"3 batch 5 0.1 100"}));
    EXPECT_EQ(fills().size(), 5u);
    EXPECT_EQ(total("BTC"), 10.5_d);
}

}  // namespace
}  // namespace tradectl::engine
