#include "host/ledger/reader.hpp"

#include "host/base/database.hpp"
#include "tests/host/ledger/ledger_fixture.hpp"

#include <thread>

namespace tradectl::ledger {
namespace {

using wal::Bucket;

class Reading : public LedgerTest {
  protected:
    /// Orders 1..4: filled, acknowledged, rejected, pending; the last one in another instrument.
    void trade() {
        log_.deposit("USD", "100");
        log_.intent(1);
        log_.fill(1, "T1");
        log_.intent(2);
        log_.ack(2);
        log_.intent(3);
        log_.reject(3);
        log_.intent(4, "ETH-USD.paper");
        apply();
    }
    static std::vector<std::uint64_t> ids(const Expected<std::vector<OrderRow>>& rows) {
        std::vector<std::uint64_t> ids;
        for (const OrderRow& row : rows.value())
            ids.push_back(row.op_id.value);
        return ids;
    }
    using Ids = std::vector<std::uint64_t>;
};

TEST_F(Reading, OrdersAreFiltered) {
    trade();
    Reader reader = read();
    EXPECT_EQ(ids(reader.orders({})), (Ids{1, 2, 3, 4}));
    EXPECT_EQ(ids(reader.open_orders()), (Ids{2, 4}));
    Filter filter;
    filter.instrument = "ETH-USD.paper";
    EXPECT_EQ(ids(reader.orders(filter)), (Ids{4}));
    filter = {};
    filter.order_status = TRADECTL_ORDER_STATUS_REJECTED;
    EXPECT_EQ(ids(reader.orders(filter)), (Ids{3}));
    filter = {};
    filter.instance = "nobody' OR 1=1 --";
    EXPECT_EQ(ids(reader.orders(filter)), (Ids{}));
    filter = {};
    filter.venue = "paper";
    filter.account = "main";
    filter.instance = "momo";
    EXPECT_EQ(ids(reader.orders(filter)).size(), 4U);
}

TEST_F(Reading, OrdersOfADayAreToldByWhenTheyWereMade) {
    trade();
    Reader reader = read();
    std::vector<std::string> made;
    const auto note = [&](std::string_view instance, Timestamp created) {
        made.push_back(std::string(instance) + " " + std::to_string(created.ns()));
    };
    const auto rows = reader.orders({}).value();
    ASSERT_TRUE(reader.each_order_since(rows[1].created, note));
    ASSERT_EQ(made.size(), 3U);
    for (std::size_t i = 0; i < made.size(); ++i)
        EXPECT_EQ(made[i], "momo " + std::to_string(rows[i + 1].created.ns()));
}

TEST_F(Reading, OneFillAfterTheOtherIsFoundByItsKey) {
    trade();
    Reader reader = read();
    const auto fill = reader.fills_after("paper", "main", {}).value().at(0);
    auto other = fill;
    other.side = fill.side == TRADECTL_SIDE_BUY ? TRADECTL_SIDE_SELL : TRADECTL_SIDE_BUY;
    for (int again = 0; again < 2; ++again) {
        const auto found = reader.find_fill("paper", "main", fill).value();
        ASSERT_TRUE(found);
        EXPECT_EQ(found->sequence, fill.sequence);
        EXPECT_EQ(found->price, fill.price);
        EXPECT_FALSE(reader.find_fill("paper", "main", other).value());
        EXPECT_FALSE(reader.find_fill("other", "main", fill).value());
        auto nameless = fill;
        nameless.instrument.clear();
        ASSERT_TRUE(reader.find_fill("paper", "main", nameless).value());
        nameless.trade_id += "x";
        EXPECT_FALSE(reader.find_fill("paper", "main", nameless).value());
        ASSERT_TRUE(reader.refresh());
    }
}

TEST_F(Reading, TheRangeOfTimeIsHalfOpen) {
    trade();
    Filter filter;
    filter.since = Timestamp(TestLog::kStart + 3000);
    EXPECT_EQ(ids(read().orders(filter)), (Ids{2, 3, 4}));
    filter.until = Timestamp(TestLog::kStart + 5000);
    EXPECT_EQ(ids(read().orders(filter)), (Ids{2}));
    filter = {};
    filter.since = Timestamp(TestLog::kStart + 2001);
    EXPECT_TRUE(read().fills(filter)->empty());
    filter.since = Timestamp(TestLog::kStart + 2000);
    EXPECT_EQ(read().fills(filter)->size(), 1U);
}

TEST_F(Reading, TheLastRowsComeInRisingOrder) {
    trade();
    Filter filter;
    filter.rows_max = 2;
    EXPECT_EQ(ids(read().orders(filter)), (Ids{3, 4}));
    filter.rows_max = 0;
    EXPECT_EQ(ids(read().orders(filter)), (Ids{}));
    filter.rows_max = 2;
    filter.since = Timestamp(TestLog::kStart);
    EXPECT_EQ(ids(read().orders(filter)), (Ids{3, 4}));
    filter.rows_max = 9;
    EXPECT_EQ(read().fills(filter)->size(), 1U);
}

TEST_F(Reading, InstancesKnowTheirHighestOrderRef) {
    trade();
    auto denied = log_.note(wal::NoteKind::Denied);
    denied.subject.instance = "other";
    denied.subject.order_ref = {wal::kHostOrderRefFirst - 1};
    log_.add(wal::RecordType::Note, 0, denied);
    denied.subject.order_ref = {UINT64_MAX};  // the host's own, beside the strategy's
    log_.add(wal::RecordType::Note, 0, denied);
    log_.intent(7);
    apply();
    const auto rows = read().instances().value();
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].instance, "host:other");
    EXPECT_EQ(rows[0].order_ref_max.value, UINT64_MAX);
    EXPECT_EQ(rows[1].instance, "momo");
    EXPECT_EQ(rows[1].order_ref_max.value, 7U);
    EXPECT_EQ(rows[2].order_ref_max.value, wal::kHostOrderRefFirst - 1);
}

TEST_F(Reading, HeldIsWhatATransactionStillHolds) {
    trade();
    EXPECT_EQ(read().held({1}).value(), dec("0"));
    EXPECT_EQ(read().held({2}).value(), dec("20"));
    EXPECT_EQ(read().held({99}).value(), dec("0"));
}

TEST_F(Reading, QueriesOfStartUpUseTheirIndexes) {
    Reader reader = read();
    for (const char* sql : {"SELECT * FROM orders WHERE status IN (1, 2, 3, 4, 10) ORDER BY op_id",
                            "SELECT * FROM orders WHERE created >= ?1 ORDER BY +op_id",
                            "SELECT * FROM fills WHERE time >= ?1 ORDER BY +seq",
                            "SELECT * FROM steps WHERE due <> 0 ORDER BY op_id",
                            "SELECT amount FROM postings WHERE bucket = 2 AND txn_id = ?1"}) {
        auto plan = reader.database().prepare(std::string("EXPLAIN QUERY PLAN ") + sql);
        ASSERT_TRUE(plan->step().value());
        EXPECT_NE(plan->text(3).find("USING INDEX"), std::string_view::npos) << plan->text(3);
    }
}

TEST_F(Reading, EveryViewBesideABusyWriterIsWhole) {
    for (int i = 0; i < 400; ++i)
        log_.deposit("USD", "1");
    std::thread writer([&] {
        for (const wal::Record& record : log_.records())
            EXPECT_TRUE(ledger_->apply({&record, 1}));
    });
    for (std::uint64_t seen = 0; seen < 400;) {
        Reader reader = read();
        seen = reader.applied_sequence()->value;
        EXPECT_TRUE(reader.check_books());
        const auto balances = reader.balances();
        if (seen == 0) continue;
        EXPECT_EQ(balances->front().amount, Decimal::from_int(static_cast<std::int64_t>(seen)));
    }
    writer.join();
}

TEST_F(Reading, ChangedBooksAreFound) {
    trade();
    EXPECT_TRUE(read().check_books());
    ledger_.reset();  // the last one to leave folds the -wal into the file
    const std::string path = "/state/copy.db";
    for (const char* damage :
         {"UPDATE balances SET amount = '1' WHERE asset = 'BTC' AND bucket = 1",
          "DELETE FROM balances WHERE asset = 'BTC' AND bucket = 4",
          "DELETE FROM postings WHERE id = 16",
          "INSERT INTO balances VALUES ('x', 'y', 'z', 1, '0')",
          "UPDATE postings SET amount = 'many'"}) {
        ASSERT_TRUE(write_file_atomically(*disk_, path, read_file(*disk_, kPath, 1 << 24).value()));
        auto copy = Database::open(*disk_, path, Database::OpenMode::ReadWriteCreate);
        ASSERT_TRUE(copy->execute(damage)) << damage;
        const auto found = Reader::open(*disk_, path)->check_books();
        ASSERT_FALSE(found) << damage;
        EXPECT_EQ(found.error().code, ErrorCode::Corrupt);
    }
}

TEST_F(Reading, AnExportLineIsJsonWithNullsAndEscapes) {
    log_.intent(5);
    auto body = log_.result(5, wal::StepStatus::InProgress, TRADECTL_ORDER_STATUS_ACKNOWLEDGED);
    body.text = "a \"b\"\n";
    log_.add(wal::RecordType::Result, 5, body);
    apply();
    const std::string text = export_of(read());
    EXPECT_EQ(text.substr(0, text.find('\n')),
              R"({"kind":"order","op_id":5,"txn_id":5,"order_ref":5,"side":1,"order_type":1,)"
              R"("time_in_force":1,"order_flags":0,"status":3,"reason":0,"expire_time":null,)"
              R"("created":1700000000000000000,"updated":1700000000000001000,"venue_time":null,)"
              R"("instance":"momo","venue":"paper","account":"main",)"
              R"("instrument":"BTC-USD.paper","client_order_id":"cid-5","venue_order_id":"V1",)"
              R"("quantity":"2","price":"10","stop_price":null,"filled_qty":"0",)"
              R"("leaves_qty":"2","average_price":null,"text":"a \"b\"\n"})");
}

TEST_F(Reading, AnExportStopsAtTheSinksError) {
    trade();
    Reader reader = read();
    int lines = 0;
    const auto done = canonical_export(reader, [&](std::string_view) -> Status {
        if (++lines == 3) return fail(ErrorCode::NoSpace, "full");
        return {};
    });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::NoSpace);
    EXPECT_EQ(lines, 3);
}

}  // namespace
}  // namespace tradectl::ledger
