#include "host/backtest/index.hpp"

#include "host/backtest/state_at.hpp"
#include "host/base/faulty_disk.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>

#include <gtest/gtest.h>

namespace tradectl::backtest {
namespace {

const std::string kRun = "/run";

Decimal number(std::int64_t value) {
    return Decimal::from_int(value);
}

class IndexTest : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(disk_->make_directory(kRun));
        writer_ = IndexWriter::create(*disk_, kRun + "/index.db").value();
    }
    void finish(std::int64_t first = 0, std::int64_t last = 1'000'000) {
        ASSERT_TRUE(writer_->finish(Timestamp{first}, Timestamp{last}));
        writer_.reset();
    }
    Status order(std::int64_t time, const std::string& id, bool open, std::int64_t filled = 0) {
        return writer_->order(Timestamp{time},
                              {.client_order_id = id,
                               .strategy = "s",
                               .instrument = "i",
                               .side = "buy",
                               .type = "limit",
                               .status = open ? "acknowledged" : "filled",
                               .quantity = number(5),
                               .price = number(100),
                               .filled = number(filled),
                               .created = Timestamp{time},
                               .open = open});
    }
    Status fill(std::int64_t time, const std::string& id) {
        return writer_->fill(Timestamp{time},
                             {.client_order_id = id,
                              .strategy = "s",
                              .instrument = "i",
                              .side = "buy",
                              .price = number(100),
                              .quantity = number(1),
                              .fee = Decimal(),
                              .fee_asset = "USD"});
    }
    StateAt at(std::int64_t time, std::size_t fills_max = 10) {
        auto state = state_at(*disk_, kRun, Timestamp{time}, {.fills_max = fills_max});
        EXPECT_TRUE(state) << state.error().message;
        return state ? *state : StateAt{};
    }

    std::unique_ptr<Disk> disk_ = make_memory_disk();
    std::unique_ptr<IndexWriter> writer_;
};

TEST_F(IndexTest, AChangeHoldsFromItsVeryMoment) {
    ASSERT_TRUE(writer_->balance(Timestamp{10}, "x/main", "USD", number(100)));
    ASSERT_TRUE(writer_->balance(Timestamp{20}, "x/main", "USD", number(90)));
    ASSERT_TRUE(writer_->balance(Timestamp{20}, "x/main", "USD", number(80)));
    finish();
    EXPECT_TRUE(at(9).balances.empty());
    EXPECT_EQ(at(10).balances.at(0).total, number(100));
    EXPECT_EQ(at(19).balances.at(0).total, number(100));
    EXPECT_EQ(at(20).balances.at(0).total, number(80)) << "the last of its moment";
}

TEST_F(IndexTest, AFlatPositionIsNotShown) {
    ASSERT_TRUE(writer_->position(Timestamp{5}, "s", "i", number(2), number(100), Decimal()));
    ASSERT_TRUE(writer_->position(Timestamp{8}, "s", "i", Decimal(), Decimal::null(), number(7)));
    finish();
    EXPECT_EQ(at(5).positions.at(0).quantity, number(2));
    EXPECT_TRUE(at(8).positions.empty());
}

TEST_F(IndexTest, OrdersAreOpenBetweenTheirTwoEnds) {
    ASSERT_TRUE(order(10, "a", true));
    ASSERT_TRUE(order(20, "b", true));
    ASSERT_TRUE(order(30, "a", true, 2));
    ASSERT_TRUE(order(40, "a", false, 5));
    ASSERT_TRUE(order(50, "c", true));   // sits in a's slot
    ASSERT_TRUE(order(60, "z", false));  // denied: it was never open
    finish();
    EXPECT_TRUE(at(9).open_orders.empty());
    EXPECT_EQ(at(30).open_orders.size(), 2u);
    EXPECT_EQ(at(30).open_orders[0].filled, number(2));
    ASSERT_EQ(at(45).open_orders.size(), 1u);
    EXPECT_EQ(at(45).open_orders[0].client_order_id, "b");
    ASSERT_EQ(at(60).open_orders.size(), 2u);
    EXPECT_EQ(at(60).open_orders[1].client_order_id, "c");
}

TEST_F(IndexTest, TheLastFillsComeNewestFirst) {
    for (int i = 1; i <= 5; ++i)
        ASSERT_TRUE(fill(i * 10, "o" + std::to_string(i)));
    finish();
    const auto fills = at(40, 2).fills;
    ASSERT_EQ(fills.size(), 2u);
    EXPECT_EQ(fills[0].client_order_id, "o4");
    EXPECT_EQ(fills[1].client_order_id, "o3");
    EXPECT_TRUE(at(9).fills.empty());
}

TEST_F(IndexTest, TheRowsReadDoNotGrowWithTheRun) {
    for (int i = 0; i < 30'000; ++i) {
        ASSERT_TRUE(writer_->price(Timestamp{i * 10}, "i", number(i + 1)));
        ASSERT_TRUE(order(i * 10, std::to_string(i), true));
        if (i > 2) {
            ASSERT_TRUE(order(i * 10 + 1, std::to_string(i - 3), false));
        }
        ASSERT_TRUE(fill(i * 10 + 2, std::to_string(i)));
    }
    finish();
    for (const std::int64_t time : {1000, 150'000, 299'990}) {
        const StateAt state = at(time);
        EXPECT_EQ(state.prices.at(0).price, number(time / 10 + 1));
        // 1 thing and its change, at most 4 slots with their orders, 10 fills.
        EXPECT_LE(state.rows_read, 20u);
    }
}

TEST_F(IndexTest, EveryQuestionIsAnsweredByAnIndex) {
    finish();
    auto database = Database::open(*disk_, kRun + "/index.db", Database::OpenMode::ReadOnly);
    ASSERT_TRUE(database);
    for (
        const char* question :
        {"SELECT a FROM changes WHERE thing = 1 AND time <= 5 ORDER BY time DESC, seq DESC LIMIT 1",
         "SELECT status FROM slots WHERE slot = 1 AND time <= 5 ORDER BY time DESC, seq DESC LIMIT "
         "1",
         "SELECT coalesce(max(slot) + 1, 0) FROM slots",
         "SELECT price FROM fills WHERE time <= 5 ORDER BY time DESC, seq DESC LIMIT 10"}) {
        auto plan = database->prepare("EXPLAIN QUERY PLAN " + std::string(question));
        ASSERT_TRUE(plan);
        std::string text;
        while (plan->step().value())
            text += std::string(plan->text(3)) + "; ";
        EXPECT_EQ(text.find("SCAN"), std::string::npos) << question << ": " << text;
        EXPECT_EQ(text.find("TEMP B-TREE"), std::string::npos) << question << ": " << text;
    }
}

/// A random run, kept twice: in the index, and as plain maps after every change.
TEST_F(IndexTest, AtRandomTimesItIsWhatAReplayGives) {
    const char* given = std::getenv("TRADECTL_TEST_SEED");
    const auto seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::cout << "seed " << seed << "\n";
    std::mt19937_64 random(seed);
    std::map<std::int64_t, std::map<std::string, Decimal>> balances{{-1, {}}};
    std::map<std::int64_t, std::vector<std::string>> orders{{-1, {}}};
    std::int64_t time = 0;
    int made = 0;
    for (int i = 0; i < 3000; ++i) {
        time += static_cast<std::int64_t>(random() % 3);
        balances[time] = std::prev(balances.upper_bound(time))->second;
        orders[time] = std::prev(orders.upper_bound(time))->second;
        auto& open = orders[time];
        if (random() % 2 == 0) {
            const std::string asset = "A" + std::to_string(random() % 4);
            balances[time][asset] = number(static_cast<std::int64_t>(random() % 1000));
            ASSERT_TRUE(writer_->balance(Timestamp{time}, "x/main", asset, balances[time][asset]));
        } else if (open.empty() || random() % 2 == 0) {
            open.push_back("o" + std::to_string(100'000 + made++));
            ASSERT_TRUE(order(time, open.back(), true));
        } else {
            const auto chosen = open.begin() + static_cast<std::ptrdiff_t>(random() % open.size());
            ASSERT_TRUE(order(time, *chosen, false));
            open.erase(chosen);
        }
    }
    finish(0, time);
    for (int i = 0; i < 300; ++i) {
        const auto when =
            static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(time + 1));
        const StateAt state = at(when);
        std::map<std::string, Decimal> found;
        for (const auto& balance : state.balances)
            found[balance.asset] = balance.total;
        EXPECT_EQ(found, std::prev(balances.upper_bound(when))->second) << "at " << when;
        std::vector<std::string> open;
        for (const auto& one : state.open_orders)
            open.push_back(one.client_order_id);
        std::sort(open.begin(), open.end());
        auto expected = std::prev(orders.upper_bound(when))->second;
        std::sort(expected.begin(), expected.end());
        EXPECT_EQ(open, expected) << "at " << when;
    }
}

TEST_F(IndexTest, ATimeOutsideOfTheRunIsRefused) {
    finish(100, 200);
    for (const std::int64_t time : {99, 201, -1}) {
        const auto state = state_at(*disk_, kRun, Timestamp{time});
        ASSERT_FALSE(state);
        EXPECT_EQ(state.error().code, ErrorCode::InvalidArgument);
    }
    EXPECT_TRUE(state_at(*disk_, kRun, Timestamp{100}));
    EXPECT_TRUE(state_at(*disk_, kRun, Timestamp{200}));
}

TEST_F(IndexTest, DamageIsTold) {
    finish();
    EXPECT_EQ(state_at(*disk_, "/other", Timestamp{5}).error().code, ErrorCode::NotFound);
    ASSERT_TRUE(disk_->make_directory("/text"));
    ASSERT_TRUE(write_file_atomically(*disk_, "/text/index.db", std::string(5000, 'x')));
    EXPECT_EQ(state_at(*disk_, "/text", Timestamp{5}).error().code, ErrorCode::Corrupt);
    const std::string whole = read_file(*disk_, kRun + "/index.db", 1 << 24).value();
    ASSERT_TRUE(disk_->make_directory("/cut"));
    ASSERT_TRUE(write_file_atomically(*disk_, "/cut/index.db", whole.substr(0, 4096)));
    EXPECT_FALSE(state_at(*disk_, "/cut", Timestamp{5}));
}

TEST_F(IndexTest, AnUnfinishedIndexIsCorrupt) {
    ASSERT_TRUE(disk_->make_directory("/half"));
    {
        auto half = IndexWriter::create(*disk_, "/half/index.db").value();
        for (int i = 0; i < 25'000; ++i)  // more than one batch
            ASSERT_TRUE(half->price(Timestamp{i}, "i", number(1)));
    }
    const auto state = state_at(*disk_, "/half", Timestamp{5});
    ASSERT_FALSE(state);
    EXPECT_EQ(state.error().code, ErrorCode::Corrupt);
}

TEST_F(IndexTest, AFullDiskIsAnError) {
    FaultyDisk full(*disk_);
    ASSERT_TRUE(disk_->make_directory("/full"));
    full.add_fault({.operation = DiskOperation::Write, .skip = 20, .code = ErrorCode::NoSpace});
    Status done;
    auto writer = IndexWriter::create(full, "/full/index.db");
    if (!writer) done = fail(writer.error());
    for (int i = 0; i < 100'000 && done; ++i)
        done = (*writer)->price(Timestamp{i}, "i", number(i));
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::NoSpace) << done.error().message;
}

}  // namespace
}  // namespace tradectl::backtest
