// What of a followed wallet is news, and when it is asked again.
#include "plugins/exchanges/polymarket/followed_wallet.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::polymarket {
namespace {

constexpr std::int64_t kStart = 1'700'000'000;

ActivityRow row(std::int64_t second, std::string_view hash, int size = 1) {
    ActivityRow out;
    out.type = "TRADE";
    out.wallet = "0xab";
    out.token_id = "7";
    out.transaction = hash;
    out.side = Side::Buy;
    out.price = 0.5_d;
    out.quantity = Decimal::from_int(size);
    out.time = Timestamp{second * kNsPerSecond};
    return out;
}

Timestamp at(std::int64_t second) {
    return Timestamp{second * kNsPerSecond};
}

FollowedWallet wallet(std::int64_t overlap_s = 60, std::size_t ids_max = 1000) {
    return {at(kStart), {.overlap_ns = overlap_s * kNsPerSecond, .ids_max = ids_max}};
}

TEST(FollowedWallet, TellsEachRowOnceInWhateverOrderItComes) {
    FollowedWallet book = wallet();
    const auto first = book.take({row(kStart + 2, "b"), row(kStart + 1, "a")}, at(kStart + 3));
    ASSERT_EQ(first.size(), 2U);
    EXPECT_EQ(first[0].row.transaction, "a");
    EXPECT_TRUE(book.take({row(kStart + 1, "a"), row(kStart + 2, "b")}, at(kStart + 4)).empty());
}

TEST(FollowedWallet, KeepsFillsOfOneSecondAndOneTransactionApart) {
    FollowedWallet book = wallet();
    const auto twins = book.take({row(kStart + 1, "a"), row(kStart + 1, "a")}, at(kStart + 1));
    ASSERT_EQ(twins.size(), 2U);
    EXPECT_NE(twins[0].id, twins[1].id);
    // A third of the same second, told in front of them, is the one that is news.
    const auto third = book.take(
        {row(kStart + 1, "a", 2), row(kStart + 1, "a"), row(kStart + 1, "a")}, at(kStart + 2));
    ASSERT_EQ(third.size(), 1U);
    EXPECT_EQ(third[0].row.quantity, 2_d);
    // And an equal one is counted.
    const std::vector<ActivityRow> triplets(3, row(kStart + 1, "a"));
    EXPECT_EQ(book.take(triplets, at(kStart + 2)).size(), 1U);
}

TEST(FollowedWallet, HearsALateRowWithinTheOverlapAlone) {
    FollowedWallet book = wallet(60);
    EXPECT_EQ(book.take({row(kStart + 100, "a")}, at(kStart + 100)).size(), 1U);
    EXPECT_EQ(book.floor(), at(kStart + 40));
    EXPECT_EQ(book.take({row(kStart + 40, "late")}, at(kStart + 101)).size(), 1U);
    EXPECT_TRUE(book.take({row(kStart + 39, "too late")}, at(kStart + 101)).empty());
}

TEST(FollowedWallet, TellsNothingFromBeforeTheStart) {
    FollowedWallet book = wallet();
    EXPECT_TRUE(book.take({row(kStart - 1, "a")}, at(kStart)).empty());
    EXPECT_EQ(book.take({row(kStart, "b")}, at(kStart)).size(), 1U);
    EXPECT_EQ(book.floor(), at(kStart));
}

TEST(FollowedWallet, DoesNotFollowARowIntoTheFuture) {
    FollowedWallet book = wallet(10);
    EXPECT_EQ(book.take({row(kStart + 100'000, "a")}, at(kStart + 20)).size(), 1U);
    EXPECT_EQ(book.floor(), at(kStart + 10));
    EXPECT_EQ(book.take({row(kStart + 21, "b")}, at(kStart + 22)).size(), 1U);
}

TEST(FollowedWallet, IsBoundedInMemoryAndSaysSo) {
    FollowedWallet book = wallet(1000, 10);
    std::vector<ActivityRow> rows;
    for (int i = 0; i < 30; ++i)
        rows.push_back(row(kStart + i, "t" + std::to_string(i)));
    EXPECT_EQ(book.take(rows, at(kStart + 30)).size(), 30U);
    EXPECT_LE(book.size(), 10U);
    EXPECT_GT(book.lost_sight(), 0U);
    EXPECT_TRUE(book.take(rows, at(kStart + 31)).empty()) << "none is told twice";
}

TEST(FollowedWallet, LosesAndDoublesNothingUnderRandomDelays) {
    const char* given = std::getenv("TRADECTL_TEST_SEED");
    const std::uint64_t seed = given != nullptr ? std::stoull(given) : std::random_device{}();
    SCOPED_TRACE("TRADECTL_TEST_SEED=" + std::to_string(seed));
    std::mt19937_64 random(seed);
    struct Truth {
        ActivityRow row;
        std::int64_t shown;  // the second from which the venue tells it
    };
    std::vector<Truth> truth;
    for (int i = 0; i < 400; ++i) {
        const auto second = kStart + static_cast<std::int64_t>(random() % 200);
        truth.push_back({row(second, "t" + std::to_string(random() % 60), 1 + (random() % 2 != 0)),
                         second + static_cast<std::int64_t>(random() % 30)});
    }
    // Fills of one transaction have one time, and are told together.
    for (Truth& each : truth)
        for (const Truth& other : truth)
            if (other.row.transaction == each.row.transaction) {
                each.row.time = other.row.time;
                each.shown = other.shown;
                break;
            }
    FollowedWallet book = wallet(60);
    std::size_t told = 0;
    std::set<std::string> ids;
    for (std::int64_t now = kStart; now < kStart + 240; ++now) {
        std::vector<ActivityRow> rows;
        for (const Truth& each : truth)
            if (each.shown <= now && each.row.time >= book.floor()) rows.push_back(each.row);
        std::shuffle(rows.begin(), rows.end(), random);
        for (const FollowedFill& fill : book.take(rows, at(now))) {
            ++told;
            EXPECT_TRUE(ids.insert(fill.id).second) << fill.id;
        }
    }
    EXPECT_EQ(told, truth.size());
}

TEST(PollPace, IsShortBehindNewsAndGrowsWhileNothingHappens) {
    PollPace pace({.shortest_ns = 100, .idle_ns = 200, .failed_ns = 1000});
    EXPECT_EQ(pace.after_news(), 100);
    EXPECT_EQ(pace.after_nothing(), 125);
    EXPECT_EQ(pace.after_nothing(), 156);
    EXPECT_EQ(pace.after_nothing(), 195);
    EXPECT_EQ(pace.after_nothing(), 200);
    EXPECT_EQ(pace.after_news(), 100);
}

TEST(PollPace, DoublesBehindFailuresAndForgetsThem) {
    PollPace pace({.shortest_ns = 100, .idle_ns = 200, .failed_ns = 700});
    EXPECT_EQ(pace.after_failure(), 200);
    EXPECT_EQ(pace.after_failure(), 400);
    EXPECT_EQ(pace.after_failure(), 700);
    EXPECT_EQ(pace.after_failure(), 700);
    EXPECT_EQ(pace.after_nothing(), 125);
    EXPECT_EQ(pace.after_failure(), 200);
}

}  // namespace
}  // namespace tradectl::polymarket
