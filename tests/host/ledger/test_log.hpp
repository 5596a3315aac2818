/// Records as a session would write them, for the ledger's tests.
#pragma once

#include "host/wal/record.hpp"

#include <tradectl/abi/types.h>

#include <deque>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::ledger {

inline Decimal dec(std::string_view text) {
    return Decimal::parse(text).value();
}

inline wal::Posting posting(wal::Bucket bucket, std::string_view amount, std::string_view asset) {
    return {.account = "main", .asset = asset, .bucket = bucket, .amount = dec(amount)};
}

/// Moves `amount` from one bucket to another.
inline wal::Postings move(std::string_view asset,
                          std::string_view amount,
                          wal::Bucket from,
                          wal::Bucket to) {
    wal::Postings postings;
    wal::Posting minus = posting(from, amount, asset);
    minus.amount = -minus.amount;
    EXPECT_TRUE(postings.push(minus));
    EXPECT_TRUE(postings.push(posting(to, amount, asset)));
    return postings;
}

/// A growing log. Records stay valid while it lives.
class TestLog {
  public:
    static constexpr std::int64_t kStart = 1'700'000'000'000'000'000;

    template <typename Body>
    wal::Record add(wal::RecordType type,
                    std::uint64_t op_id,
                    const Body& body,
                    std::uint16_t flags = 0) {
        wal::RecordHeader header;
        header.type = type;
        header.flags = flags;
        header.sequence = {records_.size() + 1};
        header.wall = Timestamp(kStart + static_cast<std::int64_t>(records_.size()) * 1000);
        header.monotonic_ns = static_cast<std::int64_t>(records_.size());
        header.op_id = {op_id};
        header.txn_id = {op_id};
        auto& bytes = bytes_.emplace_back();
        const auto encoded = wal::encode(header, body, bytes);
        EXPECT_TRUE(encoded) << encoded.error().message;
        std::span<const std::byte> rest(bytes);
        auto record = wal::decode(rest);
        EXPECT_TRUE(record) << record.error().message;
        records_.push_back(*record);
        return *record;
    }

    [[nodiscard]] std::span<const wal::Record> records() const { return records_; }
    /// The records as they stand in a log, one behind the other.
    [[nodiscard]] std::vector<std::byte> content() const {
        std::vector<std::byte> all;
        for (const auto& bytes : bytes_)
            all.insert(all.end(), bytes.begin(), bytes.end());
        return all;
    }
    /// The records from the last `count` on.
    [[nodiscard]] std::span<const wal::Record> last(std::size_t count) const {
        return records().last(count);
    }

    // ---- what a session says ----

    static std::string client_id(std::uint64_t op_id) { return "cid-" + std::to_string(op_id); }

    void deposit(std::string_view asset, std::string_view amount) {
        wal::ResultBody body;
        body.step = wal::StepKind::Adjust;
        body.status = wal::StepStatus::Completed;
        body.subject = {.instance = "host", .venue = "paper", .account = "main"};
        body.postings = move(asset, amount, wal::Bucket::Funding, wal::Bucket::Available);
        add(wal::RecordType::Result, 1000, body);
    }

    /// An order to buy 2 at 10 that holds 20 USD.
    void intent(std::uint64_t op_id, std::string_view instrument = "BTC-USD.paper") {
        const std::string id = client_id(op_id);
        wal::IntentBody body;
        body.step = wal::StepKind::TradeExecute;
        body.subject = subject(op_id, instrument, id);
        body.terms = terms();
        body.identity = id;
        body.fence_value = 77;
        body.postings = move("USD", "20", wal::Bucket::Available, wal::Bucket::Held);
        body.compensation = move("USD", "20", wal::Bucket::Held, wal::Bucket::Available);
        add(wal::RecordType::Intent, op_id, body, wal::kFlagMayBeSent);
    }

    wal::ResultBody result(std::uint64_t op_id, wal::StepStatus status, int order_status) {
        id_ = client_id(op_id);
        wal::ResultBody body;
        body.step = wal::StepKind::TradeExecute;
        body.status = status;
        body.subject = subject(op_id, "BTC-USD.paper", id_);
        body.subject.venue_order_id = "V1";
        body.order_status = static_cast<std::uint8_t>(order_status);
        return body;
    }
    void ack(std::uint64_t op_id) {
        add(wal::RecordType::Result,
            op_id,
            result(op_id, wal::StepStatus::InProgress, TRADECTL_ORDER_STATUS_ACKNOWLEDGED));
    }
    void reject(std::uint64_t op_id) {
        auto body = result(op_id, wal::StepStatus::Failed, TRADECTL_ORDER_STATUS_REJECTED);
        body.reason = 3;
        body.text = "too small";
        add(wal::RecordType::Result, op_id, body);
    }
    /// The whole order at 10, fee 0.02.
    void fill(std::uint64_t op_id, std::string_view trade_id) {
        auto body = result(op_id, wal::StepStatus::Completed, TRADECTL_ORDER_STATUS_FILLED);
        body.filled_qty = dec("2");
        body.leaves_qty = dec("0");
        body.average_price = dec("10");
        body.has_fill = true;
        body.fill.trade_id = trade_id;
        body.fill.side = TRADECTL_SIDE_BUY;
        body.fill.settlement = TRADECTL_SETTLEMENT_MATCHED;
        body.fill.price = dec("10");
        body.fill.quantity = dec("2");
        body.fill.fee = dec("0.02");
        body.fill.fee_asset = "USD";
        body.postings = move("USD", "20", wal::Bucket::Held, wal::Bucket::Trade);
        for (const auto& one : move("BTC", "2", wal::Bucket::Trade, wal::Bucket::Available))
            EXPECT_TRUE(body.postings.push(one));
        for (const auto& one : move("USD", "0.02", wal::Bucket::Available, wal::Bucket::Fee))
            EXPECT_TRUE(body.postings.push(one));
        add(wal::RecordType::Result, op_id, body);
    }
    void rollback(std::uint64_t op_id) {
        wal::RollbackBody body;
        body.step = wal::StepKind::TradeExecute;
        body.subject = subject(op_id, "BTC-USD.paper", "");
        body.reason = 9;
        body.text = "never sent";
        body.postings = move("USD", "20", wal::Bucket::Held, wal::Bucket::Available);
        add(wal::RecordType::Rollback, op_id, body);
    }
    void resolve(std::uint64_t op_id, wal::StepStatus status) {
        wal::ResolveBody body;
        body.step = wal::StepKind::TradeExecute;
        body.status = status;
        body.evidence = "{}";
        body.approver = "host";
        body.reason = "not found twice";
        add(wal::RecordType::Resolve, op_id, body);
    }
    void position(wal::StepKind step, std::string_view quantity, std::string_view average) {
        wal::ResultBody body;
        body.step = step;
        body.status = wal::StepStatus::Completed;
        body.subject = subject(0, "BTC-USD.paper", "");
        body.position_quantity = dec(quantity);
        body.position_average_price = dec(average);
        body.position_realized_pnl = dec("0.5");
        add(wal::RecordType::Result, 2000, body);
    }
    void kv(std::string_view key, std::string_view value) {
        const auto bytes = std::as_bytes(std::span(value.data(), value.size()));
        add(wal::RecordType::Kv, 0, wal::KvBody{.instance = "momo", .key = key, .value = bytes});
    }
    wal::NoteBody note(wal::NoteKind kind) {
        wal::NoteBody body;
        body.kind = kind;
        body.subject = subject(0, "BTC-USD.paper", "");
        body.text = "said \"so\"\n";
        EXPECT_TRUE(body.numbers.push({"cash", dec("-1.5")}));
        EXPECT_TRUE(body.numbers.push({"none", Decimal::null()}));
        EXPECT_TRUE(body.verdicts.push({7, true, dec("1"), dec("2")}));
        EXPECT_TRUE(body.verdicts.push({8, false, Decimal::null(), dec("0.000000000000000001")}));
        return body;
    }

    static wal::OrderTerms terms() {
        wal::OrderTerms terms;
        terms.side = TRADECTL_SIDE_BUY;
        terms.order_type = TRADECTL_ORDER_LIMIT;
        terms.time_in_force = TRADECTL_TIF_GTC;
        terms.quantity = dec("2");
        terms.price = dec("10");
        return terms;
    }
    static wal::Subject subject(std::uint64_t order_ref,
                                std::string_view instrument,
                                std::string_view client_order_id) {
        return {.instance = "momo",
                .venue = "paper",
                .account = "main",
                .instrument = instrument,
                .order_ref = {order_ref},
                .client_order_id = client_order_id,
                .venue_order_id = {}};
    }

  private:
    std::deque<std::vector<std::byte>> bytes_;
    std::vector<wal::Record> records_;
    std::string id_;
};

}  // namespace tradectl::ledger
