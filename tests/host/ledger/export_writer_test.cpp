// The export made from the log has the bytes of the one made from a ledger.
#include "host/ledger/export_writer.hpp"

#include "tests/host/ledger/ledger_fixture.hpp"
#include "tests/host/ledger/random_session.hpp"

namespace tradectl::ledger {
namespace {

using wal::RecordType;
using wal::StepKind;
using wal::StepStatus;

class ExportWriting : public LedgerTest {
  protected:
    ExportWriting() {
        auto writer = ExportWriter::create(faulty_, kParts);
        EXPECT_TRUE(writer) << writer.error().message;
        if (writer) writer_.emplace(std::move(*writer));
    }
    Status export_rest() {
        const auto done = writer_->apply(log_.records().subspan(exported_));
        exported_ = log_.records().size();
        return done;
    }
    /// What the writer makes of the whole log.
    std::string written() {
        const auto applied = export_rest();
        EXPECT_TRUE(applied) << applied.error().message;
        const auto done = writer_->finish(kWhole);
        EXPECT_TRUE(done) << done.error().message;
        auto text = read_file(*disk_, kWhole, 1u << 30);
        EXPECT_TRUE(text);
        return text ? *text : std::string();
    }
    void expect_same() {
        apply();
        // Whole texts in a message would be megabytes.
        EXPECT_TRUE(written() == export_of(read()));
    }
    void expect_export_refused(ErrorCode code, const std::string& part) {
        const auto done = export_rest();
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().code, code) << done.error().message;
        EXPECT_NE(done.error().message.find(part), std::string::npos) << done.error().message;
    }
    /// `count` orders that open and fill at once.
    void fill_orders(std::uint64_t first, std::size_t count) {
        for (std::uint64_t op = first; op < first + count; ++op) {
            log_.intent(op);
            log_.fill(op, "T" + std::to_string(op));
        }
    }

    inline static const std::string kParts = "/state/export";
    inline static const std::string kWhole = "/state/export.jsonl";
    std::optional<ExportWriter> writer_;
    std::size_t exported_ = 0;
};

TEST_F(ExportWriting, RandomLogsInAnyBatchesGiveTheLedgersBytes) {
    const std::uint64_t seed = test_seed();
    RandomSession(seed).grow_to(log_, 40'000);
    SeededRandom random(seed + 1);
    for (std::size_t at = 0; at < log_.records().size();) {
        const std::size_t rest = log_.records().size() - at;
        const std::size_t count = std::min<std::size_t>(1 + random.below(3000), rest);
        ASSERT_TRUE(writer_->apply(log_.records().subspan(at, count)));
        exported_ = at += count;
    }
    expect_same();
}

TEST_F(ExportWriting, NothingGivesNothing) {
    EXPECT_EQ(written(), "");
}

TEST_F(ExportWriting, EveryKindOfRecordIsTaken) {
    log_.deposit("USD", "1000.5");
    log_.intent(1);
    log_.ack(1);
    log_.resolve(1, StepStatus::Completed);
    log_.position(StepKind::PositionOpen, "2", "10");
    log_.kv("k", "v");
    log_.add(RecordType::Note, 0, log_.note(wal::NoteKind::Denied));
    log_.add(RecordType::Note, 1, log_.note(wal::NoteKind::Unresolved));
    log_.add(RecordType::Note, 99, log_.note(wal::NoteKind::Unresolved));
    log_.intent(2);
    log_.rollback(2);
    log_.intent(3);
    log_.reject(3);
    log_.rollback(3);
    expect_same();
}

TEST_F(ExportWriting, TextsAreEscapedAlike) {
    std::string all;
    for (int c = 1; c < 128; ++c)
        all += static_cast<char>(c);
    for (const std::string& text :
         {all, std::string("\"\\/"), std::string("\xc3\xa9\xe2\x82\xac")}) {
        const auto op = log_.records().size() + 1;
        log_.intent(op);
        auto body = log_.result(op, StepStatus::Failed, TRADECTL_ORDER_STATUS_REJECTED);
        body.text = text;
        log_.add(RecordType::Result, op, body);
    }
    expect_same();
}

TEST_F(ExportWriting, AReplacementInPlaceIsNoOrder) {
    log_.intent(1);
    auto body = log_.result(1, StepStatus::Completed, TRADECTL_ORDER_STATUS_ACKNOWLEDGED);
    body.step = StepKind::OrderReplace;
    log_.add(RecordType::Result, 7, body);
    expect_same();
}

TEST_F(ExportWriting, AResultOfAnotherOperationFindsItsOrderByName) {
    log_.intent(1);
    log_.add(RecordType::Result,
             7,
             log_.result(1, StepStatus::InProgress, TRADECTL_ORDER_STATUS_ACKNOWLEDGED));
    expect_same();
}

TEST_F(ExportWriting, AnOrderThatStaysOpenKeepsItsPlaceBeforeThousands) {
    log_.intent(1);
    fill_orders(2, 3 * ExportWriter::kClosedOrdersMax);
    log_.ack(1);
    expect_same();
}

TEST_F(ExportWriting, LateNewsOfAClosedOrderCount) {
    log_.intent(1);
    log_.reject(1);
    fill_orders(2, ExportWriter::kClosedOrdersMax - 1);
    log_.fill(1, "late");
    expect_same();
}

TEST_F(ExportWriting, AnOrderThatLateNewsOpenAgainIsNotWrittenBeforeItCloses) {
    log_.intent(1);
    log_.reject(1);
    log_.ack(1);
    fill_orders(2, 2 * ExportWriter::kClosedOrdersMax);
    log_.fill(1, "late");
    expect_same();
}

TEST_F(ExportWriting, NewsOfAnOrderWhoseLineIsWrittenAreRefused) {
    log_.intent(1);
    log_.reject(1);
    fill_orders(2, ExportWriter::kClosedOrdersMax);
    log_.ack(1);
    expect_export_refused(ErrorCode::Unsupported, "closed its order long ago");
}

TEST_F(ExportWriting, ASettlementIsRefused) {
    fill_orders(1, 1);
    auto body = log_.result(1, StepStatus::Completed, 0);
    body.step = StepKind::Settle;
    body.has_fill = true;
    body.fill.trade_id = "T1";
    log_.add(RecordType::Result, 1, body);
    expect_export_refused(ErrorCode::Unsupported, "settles fill T1");
}

TEST_F(ExportWriting, AGapIsCorrupt) {
    fill_orders(1, 2);
    exported_ = 1;
    expect_export_refused(ErrorCode::Corrupt, "record 1 is due");
}

TEST_F(ExportWriting, PostingsThatDoNotSumToZeroAreCorrupt) {
    log_.intent(1);
    auto body = log_.result(1, StepStatus::InProgress, TRADECTL_ORDER_STATUS_ACKNOWLEDGED);
    EXPECT_TRUE(body.postings.push(posting(wal::Bucket::Fee, "0.1", "USD")));
    log_.add(RecordType::Result, 1, body);
    expect_export_refused(ErrorCode::Corrupt, "record 2: postings of USD sum to 0.1");
}

TEST_F(ExportWriting, AFillWithoutPriceIsCorrupt) {
    log_.intent(1);
    auto body = log_.result(1, StepStatus::Completed, TRADECTL_ORDER_STATUS_FILLED);
    body.has_fill = true;
    body.fill.quantity = dec("1");
    body.fill.price = Decimal::null();
    log_.add(RecordType::Result, 1, body);
    expect_export_refused(ErrorCode::Corrupt, "without price or quantity");
}

TEST_F(ExportWriting, AFullDeviceIsSaid) {
    faulty_.add_fault({.operation = DiskOperation::Write,
                       .path_part = "/export/postings",
                       .code = ErrorCode::NoSpace});
    fill_orders(1, 10'000);
    const auto done = export_rest();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::NoSpace);
}

TEST_F(ExportWriting, NothingIsOverwritten) {
    ASSERT_TRUE(write_file_atomically(*disk_, kWhole, "mine"));
    const auto done = writer_->finish(kWhole);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::BadState);
    EXPECT_EQ(*read_file(*disk_, kWhole, 100), "mine");
    const auto again = ExportWriter::create(faulty_, kParts);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::BadState);
}

}  // namespace
}  // namespace tradectl::ledger
