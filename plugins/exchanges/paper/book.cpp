#include "book.hpp"

#include <algorithm>

namespace tradectl::paper {

void Book::rest(Order& order) {
    const Side side = order.terms.side;
    auto& all = side == Side::Buy ? bids_ : asks_;
    // A stored order comes back with its old number, so time is compared, not assumed.
    const auto at = std::find_if(all.begin(), all.end(), [&](const Order* other) {
        if (other->terms.price != order.terms.price)
            return ranks_before(side, order.terms.price, other->terms.price);
        return other->number > order.number;
    });
    all.insert(at, &order);
}

namespace {
void insert_by_age(std::vector<Order*>& all, Order& order) {
    const auto at = std::find_if(
        all.begin(), all.end(), [&](const Order* other) { return other->number > order.number; });
    all.insert(at, &order);
}
}  // namespace

void Book::wait(Order& order) {
    insert_by_age(stops_, order);
    find_nearest_stops();
}

void Book::queue_for_open(Order& order) {
    insert_by_age(opening_, order);
}

void Book::remove(const Order& order) {
    for (auto* all : {&bids_, &asks_, &stops_, &opening_}) {
        const auto at = std::find(all->begin(), all->end(), &order);
        if (at == all->end()) continue;
        all->erase(at);
        if (all == &stops_) find_nearest_stops();
        return;
    }
}

void Book::find_nearest_stops() {
    lowest_buy_ = Decimal::null();
    highest_sell_ = Decimal::null();
    for (const Order* stop : stops_) {
        const Decimal price = stop->terms.stop_price;
        if (stop->terms.side == Side::Buy) {
            if (lowest_buy_.is_null() || price < lowest_buy_) lowest_buy_ = price;
        } else if (highest_sell_.is_null() || price > highest_sell_) {
            highest_sell_ = price;
        }
    }
}

}  // namespace tradectl::paper
