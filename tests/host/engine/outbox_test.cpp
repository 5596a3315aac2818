#include "host/engine/outbox.hpp"

#include <cstdint>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::engine {
namespace {

class OutboxTest : public testing::Test {
  protected:
    void add(std::uint64_t sequence, std::uint32_t exchange = 0) {
        outbox_.add({.sequence = {sequence},
                     .exchange = exchange,
                     .prepare_id = sequence,
                     .client_order_id = {},
                     .op_id = {}});
    }
    std::vector<std::uint64_t> take(std::uint64_t durable) {
        outbox_.close_groups({durable});
        std::vector<std::uint64_t> ids;
        EXPECT_EQ(outbox_.can_take({durable}), true);
        for (const OutgoingStep& step : outbox_.take({durable}))
            ids.push_back(step.prepare_id);
        return ids;
    }
    bool can_take(std::uint64_t durable) {
        outbox_.close_groups({durable});
        return outbox_.can_take({durable});
    }

    std::set<std::uint64_t> unsigned_;
    Outbox outbox_{
        [this](const OutgoingStep& step) { return unsigned_.contains(step.prepare_id); }};
};

using Ids = std::vector<std::uint64_t>;

TEST_F(OutboxTest, WhatIsNotDurableStays) {
    add(1);
    add(2);
    add(3);
    EXPECT_FALSE(can_take(0));
    EXPECT_EQ(outbox_.first(), WalSequence{1});
    EXPECT_EQ(take(2), (Ids{1, 2}));
    EXPECT_FALSE(can_take(2));
    EXPECT_TRUE(outbox_.take({2}).empty());
    EXPECT_EQ(take(3), Ids{3});
    EXPECT_TRUE(outbox_.empty());
}

TEST_F(OutboxTest, AGroupLeavesWithItsLastSignature) {
    for (std::uint64_t i = 1; i <= 3; ++i)
        add(i);
    unsigned_ = {3};
    EXPECT_FALSE(can_take(3));
    unsigned_.clear();
    EXPECT_EQ(take(3), (Ids{1, 2, 3}));
}

TEST_F(OutboxTest, AGroupWaitsForNoneThatBecameDurableLater) {
    add(1);
    add(2);
    unsigned_ = {2, 3};
    EXPECT_FALSE(can_take(2));
    add(3);
    EXPECT_FALSE(can_take(3));
    unsigned_ = {3};
    EXPECT_EQ(take(3), (Ids{1, 2}));
    EXPECT_FALSE(can_take(3));
    unsigned_.clear();
    EXPECT_EQ(take(3), Ids{3});
}

TEST_F(OutboxTest, AnExchangeWaitsForNoOther) {
    add(1, 7);
    add(2, 8);
    add(3, 7);
    unsigned_ = {1};
    EXPECT_EQ(take(3), Ids{2});
    EXPECT_FALSE(can_take(3));
    EXPECT_EQ(outbox_.first(), WalSequence{1});
    unsigned_.clear();
    EXPECT_EQ(take(3), (Ids{1, 3}));
}

TEST_F(OutboxTest, OneCallTakesSoManyAndNoMore) {
    for (std::uint64_t i = 1; i <= Outbox::kTogetherMax + 1; ++i)
        add(i);
    const std::uint64_t last = Outbox::kTogetherMax + 1;
    unsigned_ = {last};
    EXPECT_EQ(take(last).size(), Outbox::kTogetherMax);
    EXPECT_FALSE(can_take(last));
    unsigned_.clear();
    EXPECT_EQ(take(last), Ids{last});
}

}  // namespace
}  // namespace tradectl::engine
