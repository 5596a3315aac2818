// What each kind of record does to the books.
#include "tests/host/ledger/ledger_fixture.hpp"

namespace tradectl::ledger {
namespace {

using wal::Bucket;
using wal::NoteKind;
using wal::RecordType;
using wal::StepKind;
using wal::StepStatus;

using Projecting = LedgerTest;

TEST_F(Projecting, AnAdjustmentBooksTheOpeningBalance) {
    log_.deposit("USD", "100.000000000000000001");
    apply();
    EXPECT_EQ(balance(Bucket::Available, "USD"), "100.000000000000000001");
    EXPECT_EQ(balance(Bucket::Funding, "USD"), "-100.000000000000000001");
    EXPECT_TRUE(read().orders({}).value().empty());
}

TEST_F(Projecting, AnIntentMakesAPendingOrderAndHoldsMoney) {
    log_.deposit("USD", "100");
    log_.intent(5);
    apply();
    const OrderRow row = order(5);
    EXPECT_EQ(row.status, TRADECTL_ORDER_STATUS_PENDING);
    EXPECT_EQ(row.client_order_id, "cid-5");
    EXPECT_EQ(row.instance, "momo");
    EXPECT_EQ(row.order_ref.value, 5U);
    EXPECT_EQ(row.quantity, dec("2"));
    EXPECT_EQ(row.leaves_qty, dec("2"));
    EXPECT_EQ(row.filled_qty, dec("0"));
    EXPECT_TRUE(row.average_price.is_null());
    EXPECT_TRUE(row.expire_time.is_none());
    EXPECT_EQ(row.created.ns(), TestLog::kStart + 1000);
    EXPECT_EQ(balance(Bucket::Held, "USD"), "20");
    EXPECT_EQ(balance(Bucket::Available, "USD"), "80");
}

TEST_F(Projecting, ABareIntentOfAnotherStepMakesNoOrder) {
    wal::IntentBody body;
    body.step = StepKind::BalanceDeduct;
    log_.add(RecordType::Intent, 4, body);
    apply();
    EXPECT_TRUE(read().orders({}).value().empty());
    ASSERT_EQ(read().unfinished_operations()->size(), 1U);
    EXPECT_FALSE(read().unfinished_operations()->front().may_be_sent);
}

TEST_F(Projecting, AnAcknowledgementLeavesTheQuantitiesAlone) {
    log_.intent(5);
    log_.ack(5);
    apply();
    const OrderRow row = order(5);
    EXPECT_EQ(row.status, TRADECTL_ORDER_STATUS_ACKNOWLEDGED);
    EXPECT_EQ(row.venue_order_id, "V1");
    EXPECT_EQ(row.leaves_qty, dec("2"));
    EXPECT_EQ(row.updated.ns(), TestLog::kStart + 1000);
}

TEST_F(Projecting, AFillIsBookedWithItsOrder) {
    log_.deposit("USD", "100");
    log_.intent(5);
    log_.fill(5, "T1");
    apply();
    EXPECT_EQ(order(5).status, TRADECTL_ORDER_STATUS_FILLED);
    EXPECT_EQ(order(5).filled_qty, dec("2"));
    EXPECT_EQ(order(5).average_price, dec("10"));
    const auto fills = read().fills({}).value();
    ASSERT_EQ(fills.size(), 1U);
    EXPECT_EQ(fills[0].trade_id, "T1");
    EXPECT_EQ(fills[0].op_id.value, 5U);
    EXPECT_EQ(fills[0].sequence.value, 3U);
    EXPECT_EQ(fills[0].fee, dec("0.02"));
    EXPECT_EQ(balance(Bucket::Available, "USD"), "79.98");
    EXPECT_EQ(balance(Bucket::Held, "USD"), "0");
    EXPECT_EQ(balance(Bucket::Available, "BTC"), "2");
    EXPECT_TRUE(read().check_books());
}

TEST_F(Projecting, AResultFindsItsOrderByClientOrderId) {
    log_.intent(5);
    auto body = log_.result(5, StepStatus::InProgress, TRADECTL_ORDER_STATUS_ACKNOWLEDGED);
    log_.add(RecordType::Result, 6, body);
    apply();
    EXPECT_EQ(order(5).status, TRADECTL_ORDER_STATUS_ACKNOWLEDGED);
}

TEST_F(Projecting, AResultOfAnUnknownOrderIsCorrupt) {
    log_.ack(5);
    expect_refused(ErrorCode::Corrupt, "record 1: result of operation 5");
}

TEST_F(Projecting, ARollbackUndoesTheHoldAndCancels) {
    log_.deposit("USD", "100");
    log_.intent(5);
    log_.rollback(5);
    apply();
    EXPECT_EQ(order(5).status, TRADECTL_ORDER_STATUS_CANCELED);
    EXPECT_EQ(order(5).leaves_qty, dec("0"));
    EXPECT_EQ(order(5).text, "never sent");
    EXPECT_EQ(balance(Bucket::Held, "USD"), "0");
    EXPECT_EQ(balance(Bucket::Available, "USD"), "100");
    EXPECT_TRUE(read().unfinished_operations()->empty());
}

TEST_F(Projecting, ARollbackOfARejectedOrderLeavesItRejected) {
    log_.intent(5);
    log_.reject(5);
    log_.rollback(5);
    apply();
    EXPECT_EQ(order(5).status, TRADECTL_ORDER_STATUS_REJECTED);
    EXPECT_EQ(order(5).reason, 3);
}

TEST_F(Projecting, ARollbackOrResolutionOfAnUnknownOperationIsCorrupt) {
    log_.rollback(5);
    expect_refused(ErrorCode::Corrupt, "rollback of operation 5");
    log_ = TestLog();
    log_.resolve(6, StepStatus::Completed);
    expect_refused(ErrorCode::Corrupt, "resolution of operation 6");
}

TEST_F(Projecting, PositionsFollowTheirSteps) {
    log_.position(StepKind::PositionOpen, "2", "10");
    log_.position(StepKind::PositionUpdate, "3", "11");
    apply();
    auto rows = read().positions({}).value();
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].quantity, dec("3"));
    EXPECT_EQ(rows[0].average_price, dec("11"));
    EXPECT_EQ(rows[0].opened.ns(), TestLog::kStart);
    EXPECT_EQ(rows[0].updated.ns(), TestLog::kStart + 1000);
    log_.position(StepKind::PositionClose, "0", "11");
    log_.position(StepKind::PositionOpen, "-1", "12");
    apply();
    rows = read().positions({}).value();
    EXPECT_EQ(rows[0].quantity, dec("-1"));
    EXPECT_EQ(rows[0].opened.ns(), TestLog::kStart + 3000);
}

TEST_F(Projecting, SettlementChangesTheFill) {
    log_.intent(5);
    log_.fill(5, "T1");
    auto body = log_.result(5, StepStatus::Completed, 0);
    body.step = StepKind::Settle;
    body.has_fill = true;
    body.fill.trade_id = "T1";
    body.fill.side = TRADECTL_SIDE_BUY;
    body.fill.settlement = TRADECTL_SETTLEMENT_FAILED;
    body.postings = move("BTC", "2", Bucket::Available, Bucket::Trade);
    log_.add(RecordType::Result, 9, body);
    apply();
    EXPECT_EQ(read().fills({})->front().settlement, TRADECTL_SETTLEMENT_FAILED);
    EXPECT_EQ(balance(Bucket::Available, "BTC"), "0");
    body.fill.trade_id = "T2";
    log_.add(RecordType::Result, 9, body);
    expect_refused(ErrorCode::Corrupt, "settlement of fill T2");
}

TEST_F(Projecting, AReplacementIsAnOrderOfItsOwn) {
    log_.intent(5);
    wal::IntentBody body;
    body.step = StepKind::OrderReplace;
    body.subject = TestLog::subject(6, "BTC-USD.paper", "cid-6");
    body.target_client_order_id = "cid-5";
    body.terms = TestLog::terms();
    log_.add(RecordType::Intent, 6, body, wal::kFlagMayBeSent);
    auto result = log_.result(6, StepStatus::Completed, TRADECTL_ORDER_STATUS_ACKNOWLEDGED);
    result.step = StepKind::OrderReplace;
    log_.add(RecordType::Result, 6, result);
    apply();
    EXPECT_EQ(order(6).status, TRADECTL_ORDER_STATUS_ACKNOWLEDGED);
    EXPECT_EQ(order(5).status, TRADECTL_ORDER_STATUS_PENDING);
}

TEST_F(Projecting, AnIntentThatIsRenewedTakesThePlaceOfTheFirst) {
    log_.intent(5);
    wal::IntentBody body;
    body.step = StepKind::TradeExecute;
    body.subject = TestLog::subject(5, "BTC-USD.paper", "cid-5");
    body.target_client_order_id = "cid-5";
    body.terms = TestLog::terms();
    log_.add(RecordType::Intent, 5, body);
    apply();
    auto open = read().unfinished_operations().value();
    ASSERT_EQ(open.size(), 1U);
    EXPECT_FALSE(open[0].may_be_sent) << "what it was known by is dead";
    EXPECT_FALSE(open[0].answered);
    body.identity = "the second";
    log_.add(RecordType::Intent, 5, body, wal::kFlagMayBeSent);
    apply();
    open = read().unfinished_operations().value();
    ASSERT_EQ(open.size(), 1U);
    EXPECT_TRUE(open[0].may_be_sent);
    EXPECT_EQ(open[0].body()->identity, "the second");
    EXPECT_EQ(read().orders({})->size(), 1U);
}

TEST_F(Projecting, ARenewalOfWhatIsOverOrNeverWasStops) {
    wal::IntentBody body;
    body.step = StepKind::TradeExecute;
    body.subject = TestLog::subject(5, "BTC-USD.paper", "cid-5");
    body.target_client_order_id = "cid-5";
    log_.add(RecordType::Intent, 5, body);
    expect_refused(ErrorCode::Corrupt, "second intent of operation 5");
}

TEST_F(Projecting, ADeniedOrderKeepsItsVerdicts) {
    auto body = log_.note(NoteKind::Denied);
    body.subject.order_ref = {44};
    body.reason = 8;
    body.terms = TestLog::terms();
    log_.add(RecordType::Note, 0, body);
    apply();
    const auto rows = read().denied({}).value();
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].order_ref.value, 44U);
    EXPECT_EQ(rows[0].reason, 8);
    EXPECT_EQ(rows[0].price, dec("10"));
    ASSERT_EQ(rows[0].verdicts.size(), 2U);
    EXPECT_TRUE(rows[0].verdicts[0].passed);
    EXPECT_EQ(rows[0].verdicts[0].limit, dec("2"));
    EXPECT_TRUE(rows[0].verdicts[1].value.is_null());
    EXPECT_EQ(rows[0].verdicts[1].limit, dec("0.000000000000000001"));
    EXPECT_TRUE(read().notes({})->empty());
}

TEST_F(Projecting, AnEquityMarkKeepsItsNumbersInOrder) {
    log_.add(RecordType::Note, 0, log_.note(NoteKind::EquityMark));
    apply();
    const auto rows = read().equity({}).value();
    ASSERT_EQ(rows.size(), 1U);
    ASSERT_EQ(rows[0].numbers.size(), 2U);
    EXPECT_EQ(rows[0].numbers[0].name, "cash");
    EXPECT_EQ(rows[0].numbers[0].value, dec("-1.5"));
    EXPECT_TRUE(rows[0].numbers[1].value.is_null());
}

TEST_F(Projecting, EveryOtherNoteIsANote) {
    for (int kind = 1; kind <= static_cast<int>(NoteKind::Unresolved); ++kind)
        log_.add(RecordType::Note, 3, log_.note(static_cast<NoteKind>(kind)));
    apply();
    const auto rows = read().notes({}).value();
    ASSERT_EQ(rows.size(), 14U);
    EXPECT_EQ(rows[0].kind, NoteKind::Decision);
    EXPECT_EQ(rows[0].text, "said \"so\"\n");
    EXPECT_EQ(rows[0].op_id.value, 3U);
    EXPECT_EQ(rows[0].numbers.size(), 2U);
}

TEST_F(Projecting, AValueIsReplacedAndAnEmptyOneDeletes) {
    log_.kv("b", "1");
    log_.kv("a", "2");
    log_.kv("b", "3");
    log_.kv("c", "4");
    log_.kv("c", "");
    apply();
    const auto rows = read().kv("momo").value();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].key, "a");
    EXPECT_EQ(rows[1].value, std::vector<std::byte>{std::byte{'3'}});
    EXPECT_TRUE(read().kv("other")->empty());
}

TEST_F(Projecting, ASealOnlyAdvances) {
    log_.add(RecordType::Seal, 0, wal::SealBody{.next_segment = 2, .reason = "full"});
    apply();
    EXPECT_EQ(ledger_->applied_sequence().value, 1U);
}

// ---- unfinished operations ----

using Unfinished = LedgerTest;

TEST_F(Unfinished, AnIntentWithoutResultCarriesAllThatResolvingNeeds) {
    log_.intent(5);
    apply();
    const auto rows = read().unfinished_operations().value();
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].due, Due::Resolve);
    EXPECT_TRUE(rows[0].may_be_sent);
    EXPECT_FALSE(rows[0].answered);
    EXPECT_EQ(rows[0].status, StepStatus::Pending);
    EXPECT_EQ(rows[0].header.op_id.value, 5U);
    EXPECT_EQ(rows[0].header.sequence.value, 1U);
    const auto body = rows[0].body();
    ASSERT_TRUE(body) << body.error().message;
    EXPECT_EQ(body->identity, "cid-5");
    EXPECT_EQ(body->fence_value, 77);
    EXPECT_EQ(body->terms.price, dec("10"));
    EXPECT_EQ(body->compensation.size(), 2U);
}

TEST_F(Unfinished, AnAcknowledgedOrderIsAnswered) {
    log_.intent(5);
    log_.ack(5);
    apply();
    const auto rows = read().unfinished_operations().value();
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_TRUE(rows[0].answered);
    EXPECT_EQ(rows[0].status, StepStatus::InProgress);
}

TEST_F(Unfinished, ACompletedOneIsGone) {
    log_.intent(5);
    log_.fill(5, "T1");
    log_.ack(5);  // late: it does not come back
    apply();
    EXPECT_TRUE(read().unfinished_operations()->empty());
}

TEST_F(Unfinished, AFailureWithoutCompensationIsDue) {
    log_.intent(5);
    log_.reject(5);
    apply();
    auto rows = read().unfinished_operations().value();
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].due, Due::Compensate);
    EXPECT_EQ(rows[0].body()->compensation.size(), 2U);
    log_.rollback(5);
    apply();
    EXPECT_TRUE(read().unfinished_operations()->empty());
}

TEST_F(Unfinished, AFailureThatCompensatesItselfIsNotDue) {
    log_.intent(5);
    auto body = log_.result(5, StepStatus::Failed, TRADECTL_ORDER_STATUS_REJECTED);
    body.postings = move("USD", "20", Bucket::Held, Bucket::Available);
    log_.add(RecordType::Result, 5, body);
    apply();
    EXPECT_TRUE(read().unfinished_operations()->empty());
}

TEST_F(Unfinished, AResolutionDecidesAndIsKept) {
    log_.intent(5);
    log_.resolve(5, StepStatus::RolledBack);
    apply();
    ASSERT_EQ(read().unfinished_operations()->size(), 1U);
    EXPECT_EQ(read().unfinished_operations()->front().due, Due::Compensate);
    Reader reader = read();
    auto row = reader.database().prepare("SELECT approver, reason FROM resolutions");
    ASSERT_TRUE(row->step().value());
    EXPECT_EQ(row->text(0), "host");
    EXPECT_EQ(row->text(1), "not found twice");
    log_.rollback(5);
    apply();
    EXPECT_TRUE(read().unfinished_operations()->empty());
}

TEST_F(Unfinished, UnresolvedIsAMarkUntilAResultComes) {
    log_.intent(5);
    log_.add(RecordType::Note, 5, log_.note(NoteKind::Unresolved));
    apply();
    EXPECT_TRUE(read().unfinished_operations()->front().unresolved);
    EXPECT_EQ(order(5).status, TRADECTL_ORDER_STATUS_UNRESOLVED);
    EXPECT_EQ(read().open_orders()->size(), 1U);
    log_.ack(5);
    apply();
    EXPECT_FALSE(read().unfinished_operations()->front().unresolved);
    EXPECT_EQ(order(5).status, TRADECTL_ORDER_STATUS_ACKNOWLEDGED);
}

}  // namespace
}  // namespace tradectl::ledger
