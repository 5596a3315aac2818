#include "host/engine/order_table.hpp"

#include <gtest/gtest.h>

namespace tradectl::engine {
namespace {

std::string id_of(std::uint64_t op) {
    return "cid-" + std::to_string(op);
}

class OrderTableTest : public testing::Test {
  protected:
    /// An order with the operation's number as its ref.
    OrderEntry& add(std::uint64_t op, std::uint32_t runner = 0) {
        auto entry = std::make_unique<OrderEntry>();
        entry->runner = runner;
        entry->order.op_id = {op};
        entry->order.order_ref = {op};
        entry->order.client_order_id = id_of(op);
        return table_.add(std::move(entry));
    }
    void open_and_close(std::uint64_t from, std::uint64_t count) {
        for (std::uint64_t op = from; op < from + count; ++op)
            table_.close(add(op));
    }
    std::vector<std::uint64_t> open() {
        std::vector<std::uint64_t> ops;
        table_.each_open([&](OrderEntry& entry) { ops.push_back(entry.order.op_id.value); });
        return ops;
    }

    OrderTable table_;
};

using Ops = std::vector<std::uint64_t>;

TEST_F(OrderTableTest, AnOrderIsFoundByItsIdAndByItsRef) {
    OrderEntry& one = add(1);
    OrderEntry& two = add(2);
    EXPECT_EQ(table_.find("cid-1"), &one);
    EXPECT_EQ(table_.find("cid-2"), &two);
    EXPECT_EQ(table_.find(0, OrderRef{1}), &one);
    EXPECT_EQ(table_.find(0, OrderRef{2}), &two);
}

TEST_F(OrderTableTest, WhatWasNeverAddedIsNotFound) {
    add(1);
    EXPECT_EQ(table_.find("cid-10"), nullptr);
    EXPECT_EQ(table_.find(""), nullptr);
    EXPECT_EQ(table_.find(0, OrderRef{2}), nullptr);
    EXPECT_EQ(table_.find(1, OrderRef{1}), nullptr) << "the ref of another strategy";
}

TEST_F(OrderTableTest, TwoStrategiesMayUseTheSameRef) {
    OrderEntry& first = add(1, 0);
    auto entry = std::make_unique<OrderEntry>();
    entry->runner = 1;
    entry->order.op_id = {2};
    entry->order.order_ref = {1};
    entry->order.client_order_id = id_of(2);
    OrderEntry& second = table_.add(std::move(entry));
    EXPECT_EQ(table_.find(0, OrderRef{1}), &first);
    EXPECT_EQ(table_.find(1, OrderRef{1}), &second);
}

TEST_F(OrderTableTest, WhatWaitedForItsSettlementIsForgottenSoonAfter) {
    constexpr std::uint64_t kMany = 2 * OrderTable::kClosedMax;
    for (std::uint64_t op = 1; op <= kMany; ++op) {
        OrderEntry& entry = add(op);
        entry.unsettled.emplace_back();
        table_.close(entry);
    }
    open_and_close(kMany + 1, OrderTable::kClosedMax);
    for (std::uint64_t op = 1; op <= kMany; ++op) {
        ASSERT_NE(table_.find(id_of(op)), nullptr);
        table_.find(id_of(op))->unsettled.clear();
    }
    open_and_close(4 * kMany, OrderTable::kClosedMax);
    for (std::uint64_t op = 1; op <= kMany; ++op)
        ASSERT_EQ(table_.find(id_of(op)), nullptr) << op;
}

TEST_F(OrderTableTest, OpenOrdersAreVisitedInOrderOfSubmission) {
    for (const std::uint64_t op : {30u, 10u, 20u, 11u})
        add(op);
    EXPECT_EQ(open(), (Ops{10, 11, 20, 30}));
    EXPECT_EQ(table_.open_count(), 4u);
}

TEST_F(OrderTableTest, AVisitMayCloseAndRemove) {
    for (std::uint64_t op = 1; op <= 4; ++op)
        add(op);
    Ops visited;
    table_.each_open([&](OrderEntry& entry) {
        visited.push_back(entry.order.op_id.value);
        if (visited.size() % 2 == 0) {
            table_.remove(entry);
        } else {
            table_.close(entry);
        }
    });
    EXPECT_EQ(visited, (Ops{1, 2, 3, 4}));
    EXPECT_EQ(table_.open_count(), 0u);
    EXPECT_TRUE(open().empty());
}

TEST_F(OrderTableTest, AClosedOrderIsFoundButNotOpen) {
    OrderEntry& entry = add(1);
    add(2);
    table_.close(entry);
    EXPECT_EQ(table_.find("cid-1"), &entry);
    EXPECT_EQ(table_.find(0, OrderRef{1}), &entry);
    EXPECT_EQ(open(), (Ops{2}));
    EXPECT_EQ(table_.open_count(), 1u);
}

TEST_F(OrderTableTest, TheLastClosedOrdersAreKeptAndOlderOnesGo) {
    open_and_close(1, OrderTable::kClosedMax);
    EXPECT_NE(table_.find("cid-1"), nullptr);
    open_and_close(OrderTable::kClosedMax + 1, 1);
    EXPECT_EQ(table_.find("cid-1"), nullptr);
    EXPECT_EQ(table_.find(0, OrderRef{1}), nullptr);
    for (std::uint64_t op = 2; op <= OrderTable::kClosedMax + 1; ++op) {
        ASSERT_NE(table_.find(id_of(op)), nullptr) << op;
        ASSERT_NE(table_.find(0, OrderRef{op}), nullptr) << op;
    }
}

TEST_F(OrderTableTest, TheOldestIsTheOneThatClosedFirst) {
    OrderEntry& early = add(1);
    table_.close(add(2));
    table_.close(early);
    open_and_close(3, OrderTable::kClosedMax - 1);
    EXPECT_EQ(table_.find("cid-2"), nullptr);
    EXPECT_EQ(table_.find("cid-1"), &early);
}

TEST_F(OrderTableTest, AnOpenOrderStaysHoweverManyClose) {
    OrderEntry& old = add(1);
    open_and_close(2, OrderTable::kClosedMax * 2);
    EXPECT_EQ(table_.find("cid-1"), &old);
    EXPECT_EQ(table_.find(0, OrderRef{1}), &old);
    EXPECT_EQ(open(), (Ops{1}));
}

TEST_F(OrderTableTest, ClosingTwiceCountsOnce) {
    OrderEntry& twice = add(1);
    table_.close(twice);
    table_.close(twice);
    EXPECT_EQ(table_.open_count(), 0u);
    // Kept once: the second close took no other order's place, and no place in the queue.
    open_and_close(2, OrderTable::kClosedMax - 1);
    EXPECT_EQ(table_.find("cid-1"), &twice);
    open_and_close(OrderTable::kClosedMax + 1, 2);
    EXPECT_EQ(table_.find("cid-1"), nullptr);
}

TEST_F(OrderTableTest, ARemovedOrderIsForgottenAndItsKeysAreFree) {
    table_.remove(add(1));
    EXPECT_EQ(table_.find("cid-1"), nullptr);
    EXPECT_EQ(table_.find(0, OrderRef{1}), nullptr);
    EXPECT_EQ(table_.open_count(), 0u);
    OrderEntry& again = add(1);
    EXPECT_EQ(table_.find("cid-1"), &again);
    EXPECT_EQ(open(), (Ops{1}));
}

}  // namespace
}  // namespace tradectl::engine
