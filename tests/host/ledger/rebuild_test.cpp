// The books depend on the records alone, and agree with a model that shares no code with them.
#include "host/base/database.hpp"
#include "host/base/random.hpp"
#include "tests/host/ledger/ledger_fixture.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>

namespace tradectl::ledger {
namespace {

using wal::Bucket;
using wal::RecordType;
using wal::StepKind;
using wal::StepStatus;

std::uint64_t test_seed() {
    const char* given = std::getenv("TRADECTL_TEST_SEED");
    const std::uint64_t seed =
        given != nullptr ? std::strtoull(given, nullptr, 10) : SystemRandom().next() % 1'000'000;
    std::cout << "TRADECTL_TEST_SEED=" << seed << "\n";
    return seed;
}

/// Random orders through their lives; keeps in integers what the books must say.
class RandomSession {
  public:
    explicit RandomSession(std::uint64_t seed) : random_(seed) {}

    void grow_to(TestLog& log, std::size_t records) {
        log.deposit("USD", "1000000");
        available_usd = 1'000'000'00;
        while (log.records().size() < records)
            step(log);
    }

    std::int64_t available_usd = 0;  ///< in cents
    std::int64_t held_usd = 0;
    std::int64_t fees = 0;
    std::int64_t btc = 0;
    std::size_t fill_count = 0;
    std::map<std::uint64_t, int> order_status;
    std::map<std::string, std::uint64_t> kv;

  private:
    void step(TestLog& log) {
        const std::uint64_t dice = random_.below(10);
        if (dice < 3 || open_.empty()) return begin(log);
        if (dice == 9) return put(log);
        const std::size_t at = random_.below(open_.size());
        const std::uint64_t op_id = open_[at];
        if (dice < 5) {
            log.ack(op_id);
            order_status[op_id] = TRADECTL_ORDER_STATUS_ACKNOWLEDGED;
            return;
        }
        open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(at));
        if (dice < 8) return fill(log, op_id);
        held_usd -= 2000;
        available_usd += 2000;
        const bool rejected = random_.below(2) == 0;
        if (rejected) log.reject(op_id);
        log.rollback(op_id);
        order_status[op_id] =
            rejected ? TRADECTL_ORDER_STATUS_REJECTED : TRADECTL_ORDER_STATUS_CANCELED;
    }
    void begin(TestLog& log) {
        log.intent(++op_id_);
        open_.push_back(op_id_);
        available_usd -= 2000;
        held_usd += 2000;
        order_status[op_id_] = TRADECTL_ORDER_STATUS_PENDING;
    }
    void fill(TestLog& log, std::uint64_t op_id) {
        log.fill(op_id, "T" + std::to_string(op_id));
        held_usd -= 2000;
        available_usd -= 2;
        fees += 2;
        btc += 2;
        ++fill_count;
        order_status[op_id] = TRADECTL_ORDER_STATUS_FILLED;
    }
    void put(TestLog& log) {
        const std::uint64_t key = random_.below(50);
        const std::string name = "k" + std::to_string(key);
        const bool erased = random_.below(4) == 0;
        const std::uint64_t value = random_.next();
        log.kv(name, erased ? "" : std::to_string(value));
        if (erased)
            kv.erase(name);
        else
            kv[name] = value;
    }

    SeededRandom random_;
    std::uint64_t op_id_ = 0;
    std::vector<std::uint64_t> open_;
};

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
