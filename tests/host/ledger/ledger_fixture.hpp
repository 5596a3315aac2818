/// A ledger on a disk in memory, with verbs.
#pragma once

#include "host/base/disk.hpp"
#include "host/base/faulty_disk.hpp"
#include "host/ledger/ledger.hpp"
#include "host/ledger/reader.hpp"
#include "tests/host/ledger/test_log.hpp"

#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace tradectl::ledger {

class LedgerTest : public ::testing::Test {
  protected:
    LedgerTest() {
        EXPECT_TRUE(disk_->make_directory("/state"));
        reopen();
    }

    void reopen() {
        ledger_.reset();
        auto ledger = Ledger::open(faulty_, kPath, "demo");
        ASSERT_TRUE(ledger) << ledger.error().message;
        ledger_.emplace(std::move(*ledger));
    }
    /// Applies what the log has beyond the ledger.
    Status apply_rest() {
        return ledger_->apply(log_.records().subspan(ledger_->applied_sequence().value));
    }
    void apply() {
        const auto done = apply_rest();
        ASSERT_TRUE(done) << done.error().message;
    }
    /// Applies and expects a refusal whose text has `part`.
    void expect_refused(ErrorCode code, const std::string& part) {
        const auto before = ledger_->applied_sequence();
        const auto done = apply_rest();
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().code, code) << done.error().message;
        EXPECT_NE(done.error().message.find(part), std::string::npos) << done.error().message;
        EXPECT_EQ(ledger_->applied_sequence(), before);
    }
    Reader read() {
        auto reader = Reader::open(faulty_, kPath);
        if (!reader) ADD_FAILURE() << reader.error().message;
        return std::move(*reader);
    }
    std::string balance(wal::Bucket bucket, std::string_view asset) {
        const auto rows = read().balances();
        for (const BalanceRow& row : *rows)
            if (row.bucket == bucket && row.asset == asset) return row.amount.to_string();
        return "none";
    }
    OrderRow order(std::uint64_t op_id) {
        const auto rows = read().orders({});
        for (const OrderRow& row : *rows)
            if (row.op_id.value == op_id) return row;
        ADD_FAILURE() << "no order " << op_id;
        return {};
    }
    static std::string export_of(Reader reader) {
        std::string text;
        const auto done = canonical_export(reader, [&](std::string_view line) -> Status {
            text += line;
            return {};
        });
        EXPECT_TRUE(done);
        return text;
    }

    inline static const std::string kPath = "/state/ledger.db";
    std::unique_ptr<Disk> disk_ = make_memory_disk();
    FaultyDisk faulty_{*disk_};
    TestLog log_;
    std::optional<Ledger> ledger_;
};

}  // namespace tradectl::ledger
