// The books depend on the records alone, and agree with a model that shares no code with them.
#include "host/base/database.hpp"
#include "tests/host/ledger/ledger_fixture.hpp"
#include "tests/host/ledger/random_session.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>

namespace tradectl::ledger {
namespace {

using wal::Bucket;

Decimal cents(std::int64_t value) {
    return Decimal::from_mantissa(value, 2).value();
}

/// Every row of every table, but what names the file itself.
std::string dump(Database& database) {
    std::string text;
    auto tables =
        database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    while (tables->step().value()) {
        const std::string name(tables->text(0));
        text += "== " + name + "\n";
        auto rows = database.prepare("SELECT quote(a) FROM (SELECT json_array(" + [&] {
            std::string columns;
            auto info = database.prepare("SELECT name FROM pragma_table_info('" + name + "')");
            while (info->step().value()) {
                if (!columns.empty()) columns += ",";
                columns += "quote(" + std::string(info->text(0)) + ")";
            }
            return columns;
        }() + ") AS a FROM " + name + ") ORDER BY 1");
        while (rows->step().value())
            (text += rows->text(0)) += "\n";
    }
    return text;
}

using Rebuilding = LedgerTest;

TEST_F(Rebuilding, BatchesAndReopeningsLeaveNoTrace) {
    const std::uint64_t seed = test_seed();
    RandomSession(seed).grow_to(log_, 600);
    apply();
    Reader whole = read();
    const std::string expected = dump(whole.database());
    const std::string expected_export = export_of(read());
    SeededRandom random(seed + 1);
    for (const bool reopening : {false, true}) {
        const std::string path = reopening ? "/state/b.db" : "/state/a.db";
        std::optional<Ledger> ledger(Ledger::open(faulty_, path, "demo").value());
        for (std::size_t at = 0; at < log_.records().size();) {
            const std::size_t count =
                reopening ? std::min<std::size_t>(1 + random.below(50), log_.records().size() - at)
                          : 1;
            ASSERT_TRUE(ledger->apply(log_.records().subspan(at, count)));
            at += count;
            if (reopening) {
                ledger.reset();
                ledger.emplace(Ledger::open(faulty_, path, "demo").value());
            }
        }
        auto reader = Reader::open(faulty_, path);
        EXPECT_EQ(dump(reader->database()), expected);
        EXPECT_EQ(export_of(std::move(*reader)), expected_export);
    }
}

TEST_F(Rebuilding, AHundredThousandRandomRecordsAgreeWithAModel) {
    const std::uint64_t seed = test_seed();
    RandomSession session(seed);
    session.grow_to(log_, 100'000);
    SeededRandom random(seed + 1);
    const auto records = log_.records();
    for (std::size_t at = 0; at < records.size();) {
        const std::size_t count =
            std::min<std::size_t>(1 + random.below(2000), records.size() - at);
        const auto done = ledger_->apply(records.subspan(at, count));
        ASSERT_TRUE(done) << done.error().message;
        at += count;
    }
    EXPECT_EQ(balance(Bucket::Available, "USD"), cents(session.available_usd).to_string());
    EXPECT_EQ(balance(Bucket::Held, "USD"), cents(session.held_usd).to_string());
    EXPECT_EQ(balance(Bucket::Fee, "USD"), cents(session.fees).to_string());
    EXPECT_EQ(balance(Bucket::Available, "BTC"), std::to_string(session.btc));
    Reader reader = read();
    EXPECT_TRUE(reader.check_books());
    EXPECT_EQ(reader.fills({})->size(), session.fill_count);
    std::map<std::uint64_t, int> statuses;
    const auto orders = reader.orders({});
    for (const OrderRow& row : *orders)
        statuses[row.op_id.value] = row.status;
    EXPECT_EQ(statuses, session.order_status);
    std::map<std::string, std::uint64_t> kv;
    const auto values = reader.kv("momo");
    for (const KvRow& row : *values) {
        const std::string text(reinterpret_cast<const char*>(row.value.data()), row.value.size());
        kv[row.key] = std::strtoull(text.c_str(), nullptr, 10);
    }
    EXPECT_EQ(kv, session.kv);
}

}  // namespace
}  // namespace tradectl::ledger
