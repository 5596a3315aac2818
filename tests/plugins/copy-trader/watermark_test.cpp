// The watermark alone, then the whole strategy under random restarts, against a plain memory.
#include "plugins/strategies/copy-trader/watermark.hpp"

#include "tests/plugins/copy-trader/copy_trader_fixture.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

namespace tradectl::copy_trader {
namespace {

using Verdict = Watermark::Verdict;

std::uint64_t test_seed() {
    const char* given = std::getenv("TRADECTL_TEST_SEED");
    const std::uint64_t seed =
        given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::cout << "TRADECTL_TEST_SEED=" << seed << "\n";
    return seed;
}

TEST(Watermark, TakesEachIdentityOnce) {
    Watermark mark(Timestamp{100}, {.grace_ns = 50, .ids_max = 10});
    EXPECT_EQ(mark.look(Timestamp{101}, "a"), Verdict::New);
    mark.take(Timestamp{101}, "a", Timestamp{200});
    EXPECT_EQ(mark.look(Timestamp{101}, "a"), Verdict::Seen);
    EXPECT_EQ(mark.look(Timestamp{101}, "b"), Verdict::New);
}

TEST(Watermark, TakesNothingAtOrBeforeItsFloor) {
    const Watermark mark(Timestamp{100}, {.grace_ns = 50, .ids_max = 10});
    EXPECT_EQ(mark.look(Timestamp{100}, "a"), Verdict::TooLate);
    EXPECT_EQ(mark.look(Timestamp{101}, "a"), Verdict::New);
}

TEST(Watermark, RaisesItsFloorBehindTheNewest) {
    Watermark mark(Timestamp{0}, {.grace_ns = 50, .ids_max = 10});
    EXPECT_TRUE(mark.take(Timestamp{100}, "a", Timestamp{200}).empty());
    EXPECT_EQ(mark.look(Timestamp{50}, "at the grace"), Verdict::New);
    EXPECT_EQ(mark.look(Timestamp{49}, "behind it"), Verdict::TooLate);
    const auto dropped = mark.take(Timestamp{151}, "b", Timestamp{200});
    ASSERT_EQ(dropped.size(), 1U);
    EXPECT_EQ(dropped[0], "a");
    EXPECT_EQ(mark.look(Timestamp{100}, "a"), Verdict::TooLate);
}

TEST(Watermark, IsNotRaisedByTheFuture) {
    Watermark mark(Timestamp{0}, {.grace_ns = 50, .ids_max = 10});
    mark.take(Timestamp{1000}, "ahead", Timestamp{100});
    EXPECT_EQ(mark.look(Timestamp{60}, "a"), Verdict::New);
    EXPECT_EQ(mark.look(Timestamp{1000}, "ahead"), Verdict::Seen);
}

TEST(Watermark, IsBoundedAndThenRefusesRatherThanDoubles) {
    Watermark mark(Timestamp{0}, {.grace_ns = 1000, .ids_max = 3});
    for (const char* id : {"a", "b", "c"})
        EXPECT_TRUE(mark.take(Timestamp{id[0]}, id, Timestamp{500}).empty());
    const auto dropped = mark.take(Timestamp{'d'}, "d", Timestamp{500});
    ASSERT_EQ(dropped.size(), 1U);
    EXPECT_EQ(mark.look(Timestamp{'a'}, "a"), Verdict::TooLate);
    EXPECT_EQ(mark.look(Timestamp{'b'}, "b"), Verdict::Seen);
    EXPECT_EQ(mark.size(), 3U);
}

TEST(Watermark, DropsAWholeInstantWhenThatIsOverItsBound) {
    Watermark mark(Timestamp{0}, {.grace_ns = 1000, .ids_max = 2});
    for (const char* id : {"a", "b", "c"})
        mark.take(Timestamp{7}, id, Timestamp{500});
    EXPECT_EQ(mark.size(), 0U);
    for (const char* id : {"a", "b", "c", "d"})
        EXPECT_EQ(mark.look(Timestamp{7}, id), Verdict::TooLate);
}

/// Fills of two wallets, many in one second, told in any order, again and again, over restarts.
class RandomFills : public CopyTraderTest {
  protected:
    struct Fill {
        std::string wallet;
        std::string id;
        std::int64_t time_ns;
        Side side;
        int told = 0;
    };

    void begin() {
        start(kWide);
        base_ = host.now().ns() - host.now().ns() % kNsPerSecond;
    }
    void happen(std::mt19937_64& random) {
        const std::int64_t second = std::int64_t(random() % 3);  // few: they collide
        fills_.push_back({random() % 2 == 0 ? kAlice : kBob,
                          "fill-" + std::to_string(fills_.size()),
                          host.now().ns() - host.now().ns() % kNsPerSecond - second * kNsPerSecond,
                          random() % 4 == 0 ? Side::Sell : Side::Buy});
        if (fills_.back().time_ns < base_) fills_.back().time_ns = base_;
    }
    void tell(Fill& fill) {
        ++fill.told;
        auto record = event_of({.wallet = fill.wallet, .id = fill.id, .side = fill.side}, yes);
        record.header.event_time = fill.time_ns;
        run->add(record);
    }
    void step(std::mt19937_64& random) {
        const auto dice = random() % 100;
        if (dice < 30) happen(random);
        if (dice < 80 && !fills_.empty()) {
            for (auto count = random() % 4; count > 0; --count)
                tell(fills_[fills_.size() - 1 -
                            random() % std::min<std::size_t>(12, fills_.size())]);
            run->turn();
        } else if (dice < 90) {
            run->advance(std::int64_t(random() % (2 * kNsPerSecond)));
            book(0.49_d, 0.50_d);
        } else if (dice < 93) {
            restart(kWide);
        } else if (dice < 96 && !orders().empty()) {
            fill_last();
        }
    }
    /// Each was decided on once, as soon as it was told; each order belongs to one fill.
    void check() {
        std::map<std::string, int> notes_of;
        for (const auto& note : notes()) {
            const std::string text(view(note.note));
            ++notes_of[text.substr(text.find(": ") + 2)];
        }
        for (const Fill& fill : fills_)
            ASSERT_EQ(notes_of[fill.id], fill.told > 0 ? 1 : 0) << fill.id;
        std::set<std::uint64_t> tags;
        for (const auto& order : orders())
            ASSERT_TRUE(tags.insert(order.intent_tag).second);
    }

    static constexpr const char* kWide =
        R"("age_max":3600000000000,"grace":600000000000,"positions_max":0)";
    std::int64_t base_ = 0;
    std::vector<Fill> fills_;
};

TEST_F(RandomFills, AreEachDecidedOnOnceOverRestartsAndRepeats) {
    std::mt19937_64 random(test_seed());
    begin();
    for (int i = 0; i < 4000; ++i)
        step(random);
    for (Fill& fill : fills_)
        tell(fill);
    run->turn();
    check();
    EXPECT_GT(orders().size(), 100U);
}

/// The batch of a turn is durable or not as one: a crash before that takes back notes, orders and
/// what was kept, and the fill is told again.
TEST_F(RandomFills, AreEachActedOnOnceWhenTurnsAreLost) {
    std::mt19937_64 random(test_seed());
    begin();
    std::set<std::uint64_t> durable_tags;
    for (int i = 0; i < 600; ++i) {
        happen(random);
        const FakeHost::Kv before = host.kv();
        const std::size_t sent = orders().size();
        for (std::size_t k = fills_.size(); k-- > 0 && fills_.size() - k < 6;)
            tell(fills_[k]);
        run->turn();
        const auto all = orders();
        if (random() % 5 == 0) {
            host.kv() = before;  // never reached the disk, and so no order was sent
            restart(kWide);
        } else {
            for (std::size_t k = sent; k < all.size(); ++k)
                ASSERT_TRUE(durable_tags.insert(all[k].intent_tag).second);
        }
        run->advance(std::int64_t(random() % kNsPerSecond));
        book(0.49_d, 0.50_d);
    }
    const std::size_t sent = orders().size();
    for (Fill& fill : fills_)
        tell(fill);
    run->turn();
    const auto all = orders();
    for (std::size_t k = sent; k < all.size(); ++k)
        ASSERT_TRUE(durable_tags.insert(all[k].intent_tag).second);
    std::size_t purchases = 0;
    for (const Fill& fill : fills_)
        purchases += fill.side == Side::Buy ? 1 : 0;
    EXPECT_EQ(durable_tags.size(), purchases);  // sells find nothing: no purchase was filled
}

}  // namespace
}  // namespace tradectl::copy_trader
