// Two streams that say the same make one flow: nothing lost, nothing twice.
#include "plugins/exchanges/polymarket/hot_merge.hpp"

#include "plugins/exchanges/polymarket/local_book.hpp"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::polymarket {
namespace {

constexpr std::string_view kAsset = "1";

/// A book and the trades, as somebody who listens has them.
class Listener final : public MarketSink {
  public:
    LocalBook book;
    std::vector<std::string> trades;
    int ticks = 0;
    int ends = 0;
    void on_book(std::string_view,
                 Timestamp,
                 std::span<const PriceLevel> bids,
                 std::span<const PriceLevel> asks) override {
        book.set(bids, asks);
    }
    void on_changes(Timestamp, std::span<const LevelChange> changes) override {
        for (const auto& change : changes)
            book.change(change.side, {change.price, change.quantity});
    }
    void on_trade(std::string_view, Timestamp time, Side, Decimal p, Decimal q) override {
        trades.push_back(std::to_string(time.ns()) + " " + p.to_string() + "x" + q.to_string());
    }
    void on_tick(std::string_view, Timestamp, Decimal) override { ++ticks; }
    void on_new_market(std::string_view, Timestamp) override {}
    void on_resolved(std::string_view, Timestamp, std::span<const std::string_view>) override {
        ++ends;
    }
    void on_problem(std::string_view) override {}
    [[nodiscard]] std::string bids() const {
        std::string out;
        for (const auto& level : book.bids())
            out += level.price.to_string() + "x" + level.quantity.to_string() + " ";
        return out;
    }
};

struct HotMergeTest : testing::Test {
    Listener out;
    HotMerge merge{out, [this](std::string_view) { return out.book.is_valid(); }};

    void change(std::size_t copy, std::int64_t ms, Decimal price, Decimal total) {
        merge.listen_to(copy);
        const LevelChange one{kAsset, Side::Buy, price, total};
        merge.on_changes(at(ms), {&one, 1});
    }
    void trade(std::size_t copy, std::int64_t ms, Decimal quantity = 1_d) {
        merge.listen_to(copy);
        merge.on_trade(kAsset, at(ms), Side::Buy, 0.5_d, quantity);
    }
    void snapshot(std::size_t copy, std::int64_t ms, Decimal price, Decimal total) {
        merge.listen_to(copy);
        const PriceLevel bid{price, total};
        merge.on_book(kAsset, at(ms), {&bid, 1}, {});
    }
    static Timestamp at(std::int64_t ms) { return Timestamp{ms * kNsPerMillisecond}; }
};

TEST_F(HotMergeTest, WhatBothSayGoesOnOnce) {
    snapshot(0, 10, 0.4_d, 5_d);
    snapshot(1, 10, 0.4_d, 5_d);
    for (const std::size_t copy : {0U, 1U})
        trade(copy, 11);
    EXPECT_EQ(out.trades.size(), 1U);
}

TEST_F(HotMergeTest, TwoThatAreEqualAreTwo) {
    trade(0, 11), trade(0, 11), trade(1, 11), trade(1, 11);
    EXPECT_EQ(out.trades.size(), 2U);
    trade(1, 11);  // which the first one lost
    EXPECT_EQ(out.trades.size(), 3U);
}

TEST_F(HotMergeTest, WhatOneLosesTheOtherBrings) {
    snapshot(0, 10, 0.4_d, 5_d);
    change(0, 11, 0.4_d, 6_d);
    change(1, 11, 0.4_d, 6_d);
    change(1, 12, 0.4_d, 7_d);  // the first was cut
    EXPECT_EQ(out.bids(), "0.4x7 ");
}

TEST_F(HotMergeTest, ALateBookDoesNotUndoWhatWasTold) {
    snapshot(0, 10, 0.4_d, 5_d);
    change(0, 12, 0.4_d, 7_d);
    snapshot(1, 11, 0.4_d, 6_d);  // of its subscription
    snapshot(1, 12, 0.4_d, 6_d);
    change(1, 12, 0.4_d, 7_d);
    EXPECT_EQ(out.bids(), "0.4x7 ");
    snapshot(1, 13, 0.4_d, 8_d);
    EXPECT_EQ(out.bids(), "0.4x8 ");
}

TEST_F(HotMergeTest, ABookOfTheInstantOfATradeOrAChangeIsTaken) {
    snapshot(0, 10, 0.4_d, 5_d);
    snapshot(1, 10, 0.4_d, 5_d);
    trade(0, 11);
    snapshot(0, 11, 0.4_d, 4_d);
    EXPECT_EQ(out.bids(), "0.4x4 ");
    trade(1, 11);
    snapshot(1, 11, 0.4_d, 4_d);
    change(0, 12, 0.4_d, 3_d);
    snapshot(0, 12, 0.4_d, 2_d);
    snapshot(0, 12, 0.4_d, 1_d);
    EXPECT_EQ(out.bids(), "0.4x1 ");
    change(1, 12, 0.4_d, 3_d);
    snapshot(1, 12, 0.4_d, 2_d);
    EXPECT_EQ(out.bids(), "0.4x1 ");
    snapshot(1, 12, 0.4_d, 1_d);
    change(0, 12, 0.4_d, 8_d);
    change(1, 12, 0.4_d, 8_d);
    EXPECT_EQ(out.bids(), "0.4x8 ");
    change(1, 13, 0.4_d, 9_d);
    EXPECT_EQ(out.bids(), "0.4x9 ");
    EXPECT_EQ(out.trades.size(), 1U);
}

TEST_F(HotMergeTest, ALateChangeDoesNotUndoABook) {
    snapshot(1, 12, 0.4_d, 7_d);
    change(0, 11, 0.4_d, 6_d);
    EXPECT_EQ(out.bids(), "0.4x7 ");
}

TEST_F(HotMergeTest, ABookThatWasDroppedIsTakenFromWhoeverBringsIt) {
    snapshot(0, 12, 0.4_d, 7_d);
    out.book.drop();
    snapshot(1, 11, 0.4_d, 6_d);
    EXPECT_EQ(out.bids(), "0.4x6 ");
}

TEST_F(HotMergeTest, TicksAndEndsAreToldOnce) {
    const std::array<std::string_view, 1> assets{kAsset};
    for (const std::size_t copy : {0U, 1U}) {
        merge.listen_to(copy);
        merge.on_tick(kAsset, at(5), 0.01_d);
        merge.on_resolved("1", at(6), assets);
    }
    EXPECT_EQ(out.ticks, 1);
    EXPECT_EQ(out.ends, 1);
}

/// Streams that lag and are cut at random, never both at once: the book and the trades are those of
/// one that is whole.
TEST_F(HotMergeTest, LosesNothingWhenEitherIsCutAtRandom) {
    const char* given = std::getenv("TRADECTL_TEST_SEED");
    const auto seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    SCOPED_TRACE("TRADECTL_TEST_SEED=" + std::to_string(seed));
    std::mt19937_64 random(seed);
    Listener whole;
    LocalBook venue;
    const PriceLevel first{0.4_d, 1_d};
    venue.set({&first, 1}, {});
    std::array<std::vector<std::function<void()>>, 2> on_the_way;
    const auto read = [&](std::size_t copy, std::size_t count) {
        auto& queue = on_the_way[copy];
        count = std::min(count, queue.size());
        for (std::size_t i = 0; i < count; ++i)
            queue[i]();
        queue.erase(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(count));
    };
    snapshot(0, 1, 0.4_d, 1_d);
    snapshot(1, 1, 0.4_d, 1_d);
    for (std::int64_t ms = 2; ms < 2'000; ++ms) {
        const Decimal price = Decimal::parse("0." + std::to_string(10 + random() % 30)).value();
        const Decimal total = Decimal::parse(std::to_string(random() % 4)).value();
        venue.change(Side::Buy, {price, total});
        whole.on_trade(kAsset, at(ms), Side::Buy, 0.5_d, 1_d);
        for (const std::size_t copy : {0U, 1U}) {
            on_the_way[copy].push_back([this, copy, ms, price, total] {
                change(copy, ms, price, total);
                trade(copy, ms);
            });
            read(copy, random() % 3);
        }
        if (random() % 50 != 0) continue;
        // The other one is heard to its end before this one comes back with a book.
        const std::size_t cut = random() % 2;
        on_the_way[cut].clear();
        read(1 - cut, on_the_way[1 - cut].size());
        merge.listen_to(cut);
        merge.on_book(kAsset, at(ms), venue.bids(), {});
    }
    read(0, on_the_way[0].size());
    read(1, on_the_way[1].size());
    whole.book.set(venue.bids(), {});
    EXPECT_EQ(out.bids(), whole.bids());
    EXPECT_EQ(out.trades, whole.trades);
}

}  // namespace
}  // namespace tradectl::polymarket
