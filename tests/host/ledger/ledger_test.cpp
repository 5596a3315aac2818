#include "host/ledger/ledger.hpp"

#include "host/base/database.hpp"
#include "tests/host/ledger/ledger_fixture.hpp"

namespace tradectl::ledger {
namespace {

using wal::Bucket;
using wal::RecordType;
using wal::StepKind;
using wal::StepStatus;

using LedgerOpen = LedgerTest;

TEST_F(LedgerOpen, ANewOneHasAppliedNothing) {
    EXPECT_EQ(ledger_->applied_sequence().value, 0U);
    EXPECT_EQ(read().name(), "demo");
    EXPECT_EQ(read().op_id_max()->value, 0U);
    EXPECT_TRUE(ledger_->apply({}));
}

TEST_F(LedgerOpen, ItRemembersWhereItWas) {
    log_.deposit("USD", "1");
    log_.intent(5);
    apply();
    reopen();
    EXPECT_EQ(ledger_->applied_sequence().value, 2U);
    EXPECT_EQ(read().op_id_max()->value, 1000U);
    log_.deposit("USD", "1");
    apply();
    EXPECT_EQ(balance(Bucket::Available, "USD"), "-18");
}

TEST_F(LedgerOpen, AnotherNameIsRefused) {
    const auto refused = Ledger::open(faulty_, kPath, "other");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Config);
    EXPECT_NE(refused.error().message.find("'demo'"), std::string::npos);
}

TEST_F(LedgerOpen, ANewerSchemaIsRefusedByWriterAndReader) {
    ledger_.reset();
    {
        auto database = Database::open(*disk_, kPath, Database::OpenMode::ReadWriteCreate);
        ASSERT_TRUE(database->execute("UPDATE meta SET schema_version = 3"));
    }
    const auto writer = Ledger::open(faulty_, kPath, "demo");
    const auto reader = Reader::open(faulty_, kPath);
    ASSERT_FALSE(writer);
    ASSERT_FALSE(reader);
    EXPECT_EQ(writer.error().code, ErrorCode::Unsupported);
    EXPECT_EQ(reader.error().code, ErrorCode::Unsupported);
}

TEST_F(LedgerOpen, ADatabaseOfSomethingElseIsCorrupt) {
    auto database = Database::open(*disk_, "/state/x.db", Database::OpenMode::ReadWriteCreate);
    ASSERT_TRUE(database->execute("CREATE TABLE t(x)"));
    const auto refused = Ledger::open(faulty_, "/state/x.db", "demo");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Corrupt);
}

TEST_F(LedgerOpen, ReadingWhereThereIsNoneIsNotFound) {
    EXPECT_EQ(Reader::open(faulty_, "/state/none.db").error().code, ErrorCode::NotFound);
    auto empty = Database::open(*disk_, "/state/empty.db", Database::OpenMode::ReadWriteCreate);
    EXPECT_EQ(Reader::open(faulty_, "/state/empty.db").error().code, ErrorCode::NotFound);
}

using Applying = LedgerTest;

TEST_F(Applying, TheSameRecordsAgainChangeNothing) {
    log_.deposit("USD", "100");
    log_.intent(5);
    log_.fill(5, "T1");
    apply();
    const std::string before = export_of(read());
    EXPECT_TRUE(ledger_->apply(log_.records()));
    EXPECT_EQ(export_of(read()), before);
    EXPECT_EQ(balance(Bucket::Available, "USD"), "79.98");
}

TEST_F(Applying, ATailThatOverlapsIsAppliedFromWhereItIsNew) {
    log_.deposit("USD", "100");
    apply();
    log_.intent(5);
    EXPECT_TRUE(ledger_->apply(log_.records()));
    EXPECT_EQ(ledger_->applied_sequence().value, 2U);
    EXPECT_EQ(balance(Bucket::Available, "USD"), "80");
}

TEST_F(Applying, TheSameNumberWithOtherContentStops) {
    log_.deposit("USD", "100");
    apply();
    TestLog other;
    other.deposit("USD", "101");
    const auto done = ledger_->apply(other.records());
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::Corrupt);
    EXPECT_NE(done.error().message.find("record 1: applied before"), std::string::npos);
}

TEST_F(Applying, TheSameBodyWithAnotherHeaderStops) {
    log_.deposit("USD", "100");
    apply();
    for (int field = 0; field < 4; ++field) {
        wal::Record record = log_.records()[0];
        if (field == 0) record.header.op_id.value += 1;
        if (field == 1) record.header.txn_id.value += 1;
        if (field == 2) record.header.flags += 1;
        if (field == 3) record.header.wall = record.header.wall.plus_ns(1);
        EXPECT_FALSE(ledger_->apply({&record, 1})) << field;
    }
    EXPECT_TRUE(ledger_->apply(log_.records()));
}

TEST_F(Applying, AGapStops) {
    log_.deposit("USD", "100");
    log_.deposit("USD", "100");
    const auto done = ledger_->apply(log_.last(1));
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::Corrupt);
    EXPECT_NE(done.error().message.find("record 1 is due"), std::string::npos);
}

TEST_F(Applying, ABatchIsAllOrNothing) {
    log_.deposit("USD", "100");
    log_.intent(5);
    log_.ack(6);
    expect_refused(ErrorCode::Corrupt, "record 3");
    EXPECT_TRUE(read().balances()->empty());
    EXPECT_TRUE(read().instances()->empty());
    // What was kept in memory is forgotten with it.
    EXPECT_TRUE(ledger_->apply(log_.records().first(1)));
    EXPECT_EQ(balance(Bucket::Available, "USD"), "100");
    EXPECT_TRUE(read().instances()->empty());
    EXPECT_EQ(balance(Bucket::Held, "USD"), "none");
}

TEST_F(Applying, UnbalancedPostingsAreRefused) {
    wal::ResultBody body;
    body.step = StepKind::Adjust;
    body.status = StepStatus::Completed;
    body.postings = move("USD", "1", Bucket::Funding, Bucket::Available);
    ASSERT_TRUE(body.postings.push(posting(Bucket::Available, "0.000000000000000001", "USD")));
    log_.add(RecordType::Result, 1, body);
    expect_refused(ErrorCode::Corrupt, "postings of USD sum to 0.000000000000000001");
}

TEST_F(Applying, AssetsDoNotBalanceEachOther) {
    wal::ResultBody body;
    body.step = StepKind::Adjust;
    body.status = StepStatus::Completed;
    ASSERT_TRUE(body.postings.push(posting(Bucket::Available, "1", "USD")));
    ASSERT_TRUE(body.postings.push(posting(Bucket::Available, "-1", "EUR")));
    log_.add(RecordType::Result, 1, body);
    expect_refused(ErrorCode::Corrupt, "not to 0");
}

TEST_F(Applying, APostingWithoutAmountIsRefused) {
    wal::ResultBody body;
    body.step = StepKind::Adjust;
    body.status = StepStatus::Completed;
    wal::Posting none = posting(Bucket::Available, "0", "USD");
    none.amount = Decimal::null();
    ASSERT_TRUE(body.postings.push(none));
    log_.add(RecordType::Result, 1, body);
    expect_refused(ErrorCode::Corrupt, "no sum");
}

TEST_F(Applying, ABalanceThatOverflowsIsRefused) {
    const std::string most = Decimal::max().to_string();
    log_.deposit("USD", most);
    apply();
    log_.deposit("USD", most);
    expect_refused(ErrorCode::Overflow, "balance of USD");
}

TEST_F(Applying, AFillBookedTwiceStops) {
    log_.intent(5);
    log_.fill(5, "T1");
    apply();
    log_.fill(5, "T1");
    expect_refused(ErrorCode::Corrupt, "fill T1 of order cid-5 is booked already");
}

TEST_F(Applying, AnOperationOrClientOrderIdUsedTwiceStops) {
    log_.intent(5);
    apply();
    log_.intent(5);
    expect_refused(ErrorCode::Corrupt, "steps.op_id");
    log_ = TestLog();
    log_.intent(5);
    wal::IntentBody body;
    body.step = StepKind::TradeExecute;
    body.subject = TestLog::subject(6, "BTC-USD.paper", "cid-5");
    log_.add(RecordType::Intent, 6, body);
    expect_refused(ErrorCode::Corrupt, "orders.client_order_id");
}

TEST_F(Applying, ATruncatedBodyIsCorrupt) {
    log_.deposit("USD", "100");
    wal::Record record = log_.records()[0];
    record.body = record.body.first(record.body.size() / 2);
    const auto done = ledger_->apply({&record, 1});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::Corrupt);
}

TEST_F(Applying, AFullDiskUndoesTheBatchAndMayBeRepeated) {
    log_.deposit("USD", "100");
    log_.intent(5);
    FaultRule full;
    full.operation = DiskOperation::Write;
    full.code = ErrorCode::NoSpace;
    faulty_.add_fault(full);
    expect_refused(ErrorCode::NoSpace, "");
    faulty_.clear_faults();
    apply();
    EXPECT_EQ(balance(Bucket::Available, "USD"), "80");
    EXPECT_TRUE(read().check_books());
}

TEST_F(Applying, EveryFailingCallLeavesTheBooksWhole) {
    for (std::uint64_t skip = 0; skip < 40; ++skip) {
        log_.deposit("USD", "1");
        FaultRule once;
        once.path_part = "ledger.db";
        once.skip = skip;
        once.times = 1;
        faulty_.add_fault(once);
        const auto done = apply_rest();
        faulty_.clear_faults();
        if (!done) reopen();
        apply();
        ASSERT_EQ(balance(Bucket::Available, "USD"), std::to_string(skip + 1)) << skip;
        ASSERT_TRUE(read().check_books());
    }
}

TEST_F(Applying, AForeignWriterDelaysOnly) {
    log_.deposit("USD", "1");
    auto foreign = Database::open(*disk_, kPath, Database::OpenMode::ReadWriteCreate);
    {
        auto transaction = Transaction::begin(*foreign);
        ASSERT_TRUE(transaction);
        // The ledger waits its whole busy time-out here.
        expect_refused(ErrorCode::Locked, "");
    }
    apply();
}

TEST_F(Applying, AReaderKeepsItsViewUntilItRefreshes) {
    log_.deposit("USD", "100");
    apply();
    Reader reader = read();
    log_.deposit("USD", "100");
    apply();
    EXPECT_EQ(reader.applied_sequence()->value, 1U);
    EXPECT_TRUE(reader.refresh());
    EXPECT_EQ(reader.applied_sequence()->value, 2U);
    EXPECT_EQ(reader.balances()->front().amount, dec("200"));
}

}  // namespace
}  // namespace tradectl::ledger
