#include "tests/venues/polymarket/book.hpp"

#include <algorithm>

namespace polysim {

void Book::add(Side side, Micro price, const std::string& id, Micro quantity) {
    levels(side)[price].push_back({id, quantity});
}

void Book::remove(Side side, Micro price, const std::string& id) {
    const auto level = levels(side).find(price);
    if (level == levels(side).end()) return;
    auto& queue = level->second;
    queue.erase(
        std::remove_if(
            queue.begin(), queue.end(), [&](const Resting& resting) { return resting.id == id; }),
        queue.end());
    if (queue.empty()) levels(side).erase(level);
}

std::vector<Book::Hit> Book::look(Side side, Micro limit, Micro quantity) const {
    std::vector<Hit> hits;
    const auto visit = [&](Micro price, const std::deque<Resting>& queue) {
        if (side == Side::Buy ? price > limit : price < limit) return false;
        for (const Resting& resting : queue) {
            if (quantity == 0) return false;
            const Micro part = std::min(quantity, resting.left);
            hits.push_back({resting.id, price, part});
            quantity -= part;
        }
        return quantity > 0;
    };
    if (side == Side::Buy) {
        for (auto level = asks_.begin(); level != asks_.end(); ++level) {
            if (!visit(level->first, level->second)) break;
        }
    } else {
        for (auto level = bids_.rbegin(); level != bids_.rend(); ++level) {
            if (!visit(level->first, level->second)) break;
        }
    }
    return hits;
}

std::vector<Book::Hit> Book::take(Side side, Micro limit, Micro quantity) {
    auto hits = look(side, limit, quantity);
    for (const Hit& hit : hits) {
        auto& queue = levels(other(side))[hit.price];
        queue.front().left -= hit.quantity;
        if (queue.front().left == 0) queue.pop_front();
        if (queue.empty()) levels(other(side)).erase(hit.price);
    }
    return hits;
}

std::optional<Micro> Book::best(Side side) const {
    const Levels& own = levels(side);
    if (own.empty()) return std::nullopt;
    return side == Side::Buy ? own.rbegin()->first : own.begin()->first;
}

Micro Book::level(Side side, Micro price) const {
    const auto found = levels(side).find(price);
    Micro total = 0;
    if (found == levels(side).end()) return total;
    for (const Resting& resting : found->second)
        total += resting.left;
    return total;
}

}  // namespace polysim
