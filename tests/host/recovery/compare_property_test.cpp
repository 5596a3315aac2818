// Random books and venues: what is found against a model that knows what was bent.
#include "tests/host/recovery/compare_fixture.hpp"

#include <algorithm>
#include <cstdlib>
#include <random>
#include <set>

namespace tradectl::recovery {
namespace {

std::uint64_t seed_of_test() {
    const char* text = std::getenv("TRADECTL_TEST_SEED");
    return text == nullptr ? std::random_device{}() : std::strtoull(text, nullptr, 10);
}

/// Makes both sides alike, bends some things, and writes down what must be found.
class RandomCase : public CompareTest {
  protected:
    using Found = std::multiset<std::string>;

    bool chance(int percent) { return static_cast<int>(random_() % 100) < percent; }
    Decimal amount() { return Decimal::from_int(static_cast<std::int64_t>(1 + random_() % 9)); }
    void expect(FindingKind kind, const std::string& key) {
        expected_.insert(std::string(to_string(kind)) + " " + key);
    }

    void add_order(int number) {
        const OrderFact fact = order("o" + std::to_string(number));
        const std::string& id = fact.client_order_id;
        if (chance(15)) {
            ours.orders.push_back(fact);
            if (orders_complete_) expect(FindingKind::GhostOrder, id);
        } else if (chance(15)) {
            theirs.orders.push_back(fact);
            expect(FindingKind::OrphanOrder, id);
        } else {
            both(fact);
            if (!chance(10)) return;
            theirs.orders.back().quantity = 6_d;
            expect(FindingKind::QuantityDiffers, id);
        }
    }
    void add_fill(int number) {
        FillFact fact = fill("t" + std::to_string(number), Timestamp{number * kNsPerSecond});
        fact.sequence = WalSequence{static_cast<std::uint64_t>(number)};
        fact.client_order_id = "elsewhere";
        const bool late = chance(5);
        if (late) fact.time = fact.booked = kNow;
        if (chance(15)) {
            our_fills.push_back(fact);
            if (fills_complete_ && !late) expect(FindingKind::MissingFill, fact.trade_id);
        } else if (chance(15)) {
            their_fills.push_back(fact);
            if (!late) expect(FindingKind::MissingFill, fact.trade_id);
        } else {
            our_fills.push_back(fact);
            their_fills.push_back(fact);
            if (!chance(10)) return;
            their_fills.back().quantity = 2_d;
            expect(FindingKind::QuantityDiffers, fact.trade_id);
        }
    }
    void add_position(int number) {
        PositionFact fact = position(amount());
        fact.instrument = "P" + std::to_string(number);
        if (chance(15)) {
            ours.positions.push_back(fact);
            expect(FindingKind::GhostPosition, fact.instrument);
        } else if (chance(15)) {
            theirs.positions.push_back(fact);
            expect(FindingKind::OrphanPosition, fact.instrument);
        } else {
            ours.positions.push_back(fact);
            if (chance(20)) {
                fact.quantity = fact.quantity + 10_d;
                expect(FindingKind::QuantityDiffers, fact.instrument);
            } else if (chance(20)) {
                fact.average_price = 102_d;
                expect(FindingKind::AveragePriceDiffers, fact.instrument);
            }
            theirs.positions.push_back(fact);
        }
    }
    void add_balance(int number) {
        BalanceFact fact{"main", "A" + std::to_string(number), amount()};
        ours.balances.push_back(fact);
        if (chance(30)) {
            fact.total = fact.total + amount();
            expect(FindingKind::BalanceDrift, fact.asset);
        }
        theirs.balances.push_back(fact);
    }
    void make(std::uint64_t seed) {
        random_.seed(seed);
        orders_complete_ = chance(80);
        fills_complete_ = chance(80);
        if (!orders_complete_) theirs.orders_coverage.completeness = Completeness::Partial;
        if (!fills_complete_) fills_coverage.completeness = Completeness::Unknown;
        const int count = static_cast<int>(random_() % 30);
        for (int i = 1; i <= count; ++i) {
            add_order(i);
            add_fill(i);
            add_position(i);
            add_balance(i);
        }
        std::shuffle(their_fills.begin(), their_fills.end(), random_);
        std::shuffle(theirs.orders.begin(), theirs.orders.end(), random_);
        std::shuffle(ours.positions.begin(), ours.positions.end(), random_);
    }
    void clear() {
        ours = OurSide{};
        ours.venue = "x";
        ours.accounts = {"main"};
        const Coverage complete{Completeness::Complete, kNow, {}};
        theirs = TheirSide{};
        theirs.orders_coverage = theirs.positions_coverage = theirs.balances_coverage =
            fills_coverage = complete;
        our_fills.clear();
        their_fills.clear();
        expected_.clear();
    }

    std::mt19937_64 random_;
    bool orders_complete_ = true;
    bool fills_complete_ = true;
    Found expected_;
};

TEST_F(RandomCase, FindsWhatWasBentAndNothingElse) {
    const std::uint64_t first = seed_of_test();
    const int cases = std::getenv("TRADECTL_TEST_SEED") == nullptr ? 400 : 1;
    for (int i = 0; i < cases; ++i) {
        const std::uint64_t seed = first + static_cast<std::uint64_t>(i);
        clear();
        make(seed);
        const Words found = findings();
        ASSERT_EQ(Found(found.begin(), found.end()), expected_) << "TRADECTL_TEST_SEED=" << seed;
        EXPECT_EQ(findings(), found) << "TRADECTL_TEST_SEED=" << seed;  // again: the same answer
        const std::size_t gaps_wanted = (orders_complete_ ? 0U : 1U) + (fills_complete_ ? 0U : 1U);
        ASSERT_EQ(gaps().size(), gaps_wanted) << "TRADECTL_TEST_SEED=" << seed;
        // The cursor passes nothing that did not match.
        for (const std::string& line : found) {
            if (line.rfind("missing_fill t", 0) != 0) continue;
            const std::int64_t number = std::stoll(line.substr(14));
            const bool seen = cursor.sequence.value < static_cast<std::uint64_t>(number) ||
                              cursor.since <= Timestamp{number * kNsPerSecond};
            ASSERT_TRUE(seen) << line << " TRADECTL_TEST_SEED=" << seed;
        }
    }
}

}  // namespace
}  // namespace tradectl::recovery
