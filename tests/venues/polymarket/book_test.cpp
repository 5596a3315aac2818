#include "tests/venues/polymarket/book.hpp"

#include <algorithm>
#include <cstdlib>
#include <random>

#include <gtest/gtest.h>

namespace polysim {
namespace {

/// A list in order of arrival, searched from end to end: too simple to be wrong.
class ListBook {
  public:
    struct Entry {
        Side side;
        Micro price;
        std::string id;
        Micro left;
    };

    void add(const Entry& entry) { entries_.push_back(entry); }
    void remove(const std::string& id) {
        for (auto& entry : entries_) {
            if (entry.id == id) entry.left = 0;
        }
    }
    std::vector<Book::Hit> take(Side side, Micro limit, Micro quantity) {
        std::vector<Book::Hit> hits;
        while (quantity > 0) {
            Entry* best = nullptr;
            for (auto& entry : entries_) {
                if (entry.side == side || entry.left == 0) continue;
                if (side == Side::Buy ? entry.price > limit : entry.price < limit) continue;
                const bool better =
                    best == nullptr ||
                    (side == Side::Buy ? entry.price < best->price : entry.price > best->price);
                if (better) best = &entry;
            }
            if (best == nullptr) return hits;
            const Micro part = std::min(quantity, best->left);
            hits.push_back({best->id, best->price, part});
            best->left -= part;
            quantity -= part;
        }
        return hits;
    }
    Micro level(Side side, Micro price) const {
        Micro total = 0;
        for (const auto& entry : entries_) {
            if (entry.side == side && entry.price == price) total += entry.left;
        }
        return total;
    }

  private:
    std::vector<Entry> entries_;
};

std::uint64_t seed() {
    const char* given = std::getenv("TRADECTL_TEST_SEED");
    return given == nullptr ? std::random_device{}() : std::strtoull(given, nullptr, 10);
}

TEST(Book, MatchesAsAListSearchedFromEndToEnd) {
    const std::uint64_t chosen = seed();
    SCOPED_TRACE("TRADECTL_TEST_SEED=" + std::to_string(chosen));
    std::mt19937_64 random{chosen};
    const auto pick = [&](Micro low, Micro high) {
        return std::uniform_int_distribution<Micro>{low, high}(random);
    };
    Book book;
    ListBook list;
    for (int i = 0; i < 2000; ++i) {
        const Side side = pick(0, 1) == 0 ? Side::Buy : Side::Sell;
        const Micro price = pick(45, 55) * 10'000;
        Micro quantity = pick(1, 500) * 10'000;
        if (pick(0, 4) == 0 && i > 0) {
            const std::string id = std::to_string(pick(0, i - 1));
            for (Micro p = 45; p <= 55; ++p) {
                book.remove(Side::Buy, p * 10'000, id);
                book.remove(Side::Sell, p * 10'000, id);
            }
            list.remove(id);
            continue;
        }
        const auto looked = book.look(side, price, quantity);
        const auto hits = book.take(side, price, quantity);
        const auto wanted = list.take(side, price, quantity);
        ASSERT_EQ(hits.size(), wanted.size()) << "step " << i;
        ASSERT_EQ(looked.size(), hits.size()) << "step " << i;
        for (std::size_t h = 0; h < hits.size(); ++h) {
            ASSERT_EQ(hits[h].id, wanted[h].id) << "step " << i;
            ASSERT_EQ(hits[h].price, wanted[h].price) << "step " << i;
            ASSERT_EQ(hits[h].quantity, wanted[h].quantity) << "step " << i;
            quantity -= hits[h].quantity;
        }
        if (quantity > 0) {
            book.add(side, price, std::to_string(i), quantity);
            list.add({side, price, std::to_string(i), quantity});
        }
        ASSERT_EQ(book.level(side, price), list.level(side, price)) << "step " << i;
        const auto bid = book.best(Side::Buy);
        const auto ask = book.best(Side::Sell);
        ASSERT_TRUE(!bid || !ask || *bid < *ask) << "crossed at step " << i;
    }
}

TEST(Book, AnEmptySideGivesNothing) {
    Book book;
    EXPECT_TRUE(book.take(Side::Buy, kOne, kOne).empty());
    EXPECT_FALSE(book.best(Side::Buy));
    book.add(Side::Sell, 500'000, "a", kOne);
    EXPECT_TRUE(book.take(Side::Buy, 499'999, kOne).empty());
}

}  // namespace
}  // namespace polysim
