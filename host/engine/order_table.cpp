#include "host/engine/order_table.hpp"

#include "host/base/assert.hpp"

#include <utility>
#include <vector>

namespace tradectl::engine {

namespace {

/// How many closed orders are looked at when one more is closed.
constexpr int kForgetLooks = 4;

}  // namespace

OrderEntry& OrderTable::add(std::unique_ptr<OrderEntry> entry) {
    OrderEntry& added = *entry;
    const bool new_ref =
        by_ref_.emplace(RefKey{added.runner, added.order.order_ref}, &added).second;
    const bool new_id = by_id_.emplace(added.order.client_order_id, std::move(entry)).second;
    TRADECTL_ASSERT(new_ref && new_id);
    open_orders_.emplace(added.order.op_id, &added);
    ++open_;
    return added;
}

OrderEntry* OrderTable::find(std::string_view client_order_id) {
    const auto found = by_id_.find(client_order_id);
    return found == by_id_.end() ? nullptr : found->second.get();
}

OrderEntry* OrderTable::find(std::uint32_t runner, OrderRef ref) {
    const auto found = by_ref_.find({runner, ref});
    return found == by_ref_.end() ? nullptr : found->second;
}

void OrderTable::close(OrderEntry& entry) {
    if (open_orders_.erase(entry.order.op_id) == 0) return;
    --open_;
    closed_.push_back(entry.order.client_order_id);
    // More than one a time: what could not be forgotten while it was unsettled is made up for.
    for (int looks = 0; looks < kForgetLooks && closed_.size() > kClosedMax; ++looks) {
        const auto oldest = by_id_.find(closed_.front());
        TRADECTL_ASSERT(oldest != by_id_.end());
        if (!oldest->second->unsettled.empty()) {
            closed_.push_back(std::move(closed_.front()));  // its news may still come
        } else {
            by_ref_.erase({oldest->second->runner, oldest->second->order.order_ref});
            by_id_.erase(oldest);
        }
        closed_.pop_front();
    }
}

void OrderTable::remove(OrderEntry& entry) {
    if (open_orders_.erase(entry.order.op_id) != 0) --open_;
    by_ref_.erase({entry.runner, entry.order.order_ref});
    by_id_.erase(by_id_.find(entry.order.client_order_id));
}

void OrderTable::each_unsettled(const std::function<void(const OrderEntry&)>& visit) const {
    for (const auto& [id, entry] : by_id_) {
        if (!entry->unsettled.empty()) visit(*entry);
    }
}

void OrderTable::each_open(const std::function<void(OrderEntry&)>& visit) {
    std::vector<OrderEntry*> open;
    open.reserve(open_orders_.size());
    for (const auto& [op, entry] : open_orders_)
        open.push_back(entry);
    for (OrderEntry* entry : open)
        visit(*entry);
}

}  // namespace tradectl::engine
