// The part of Model that hears of the recorded market: trades, displays and triggers.
#include "reference_model.hpp"

#include <algorithm>

namespace tradectl::paper::reference {

void Model::trade(Int price, Int quantity, Int aggressor) {
    last_price_ = price;
    last_quantity_ = quantity;
    const Int share = quantity * rules_.participation_permille / 1000;
    trade_left_ = rules_.depth_unlimited ? kEndless : share / rules_.lot * rules_.lot;
    fill_by_trade(TRADECTL_SIDE_BUY, aggressor);
    fill_by_trade(TRADECTL_SIDE_SELL, aggressor);
    trigger();
}

void Model::fill_by_trade(Int side, Int aggressor) {
    std::vector<Order> reached;
    for (const Order& order : open) {
        if (order.side != side || order.waiting) continue;
        if (is_buy(side) ? order.price >= last_price_ : order.price <= last_price_)
            reached.push_back(order);
    }
    std::sort(reached.begin(), reached.end(), [&](const Order& a, const Order& b) {
        if (a.price != b.price) return is_buy(side) ? a.price > b.price : a.price < b.price;
        return a.arrival < b.arrival;
    });
    Int filled = 0;
    for (const Order& order : reached) {
        Int available = trade_left_;
        if (order.price != last_price_) {
            at(order.id).ahead = 0;
        } else {
            if (aggressor == side) continue;
            Int& ahead = at(order.id).ahead;
            if (ahead == kNone) ahead = 0;
            const Int used = std::min(ahead, last_quantity_);
            ahead -= used;
            const Int beyond = last_quantity_ - used;
            if (rules_.depth_unlimited)
                available = beyond > 0 ? kEndless : 0;
            else
                available = std::min(available, std::max<Int>(beyond - filled, 0));
        }
        const Int quantity = std::min(order.leaves, available / rules_.lot * rules_.lot);
        if (quantity == 0) continue;
        execute(order.id, displays_ ? order.price : last_price_, quantity, true);
        filled += quantity;
        if (!rules_.depth_unlimited) trade_left_ -= quantity;
    }
}

void Model::display(const std::vector<Level>& bids, const std::vector<Level>& asks, bool book) {
    if (has_book_ && !book) return;
    has_book_ = has_book_ || book;
    displays_ = true;
    bids_ = bids;
    asks_ = asks;
    react();
}

void Model::change_level(Int side, Int price, Int quantity) {
    auto& levels = is_buy(side) ? bids_ : asks_;
    std::erase_if(levels, [&](const Level& level) { return level.price == price; });
    if (quantity > 0) levels.push_back({price, quantity});
    react();
}

void Model::react() {
    for (const Int side : {Int{TRADECTL_SIDE_BUY}, Int{TRADECTL_SIDE_SELL}}) {
        for (;;) {
            const Int id = best_resting(side);
            Level offer{};
            if (id == kNone || !has_offer(side, offer)) break;
            const Order order = at(id);
            if (is_buy(side) ? offer.price > order.price : offer.price < order.price) break;
            const Int quantity = std::min(order.leaves, offer.quantity / rules_.lot * rules_.lot);
            execute(id, order.price, quantity, true);
            auto& levels = is_buy(side) ? asks_ : bids_;
            for (Level& level : levels)
                if (level.price == offer.price) level.quantity -= quantity;
            std::erase_if(levels, [](const Level& level) { return level.quantity == 0; });
        }
    }
    requeue();
    if (last_price_ == kNone) trigger();
}

/// kNone: cannot be told.
Int Model::displayed(Int side, Int price) const {
    if (!displays_) return kNone;
    const auto& levels = is_buy(side) ? bids_ : asks_;
    bool worse_than_all = !levels.empty();
    for (const Level& level : levels) {
        if (level.price == price) return level.quantity;
        if (is_buy(side) ? level.price < price : level.price > price) worse_than_all = false;
    }
    return worse_than_all ? kNone : 0;
}

void Model::requeue() {
    if (!rules_.queue_back) return;
    for (Order& order : open) {
        if (order.waiting || !has_limit(order)) continue;
        const Int shown = displayed(order.side, order.price);
        if (shown == kNone) continue;
        order.ahead = order.ahead == kNone ? shown : std::min(order.ahead, shown);
    }
}

void Model::trigger() {
    std::vector<Order> stops;
    for (const Order& order : open)
        if (order.waiting) stops.push_back(order);
    std::sort(stops.begin(), stops.end(), [](const Order& a, const Order& b) {
        return a.arrival < b.arrival;
    });
    // The touch is of the moment: what the stops themselves take moves no trigger.
    const auto touch = [&](Int side) {
        if (last_price_ != kNone) return last_price_;
        Int best = kNone;
        for (const Level& level : is_buy(side) ? asks_ : bids_)
            if (best == kNone || (is_buy(side) ? level.price < best : level.price > best))
                best = level.price;
        return best;
    };
    const Int buy_price = touch(TRADECTL_SIDE_BUY);
    const Int sell_price = touch(TRADECTL_SIDE_SELL);
    for (const Order& stop : stops) {
        const Int price = is_buy(stop.side) ? buy_price : sell_price;
        if (price == kNone) continue;
        if (is_buy(stop.side) ? price < stop.stop_price : price > stop.stop_price) continue;
        Order& order = at(stop.id);
        order.waiting = false;
        if (!has_limit(order)) {
            order.held = 0;
            if (is_buy(order.side) && cost_of_taking(order.id) > free_for(order)) {
                end(order.id, TRADECTL_ORDER_STATUS_CANCELED, TRADECTL_REASON_INSUFFICIENT_BALANCE);
                continue;
            }
        }
        begin(stop.id);
    }
}

}  // namespace tradectl::paper::reference
