#include "own_orders.hpp"

#include "bytes.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::polymarket {

namespace {

constexpr int kRoundsMax = 3;

bool is_terminal(std::uint8_t settlement) {
    return settlement == TRADECTL_SETTLEMENT_CONFIRMED || settlement == TRADECTL_SETTLEMENT_FAILED;
}

/// How far a state is on its way; RETRYING stands between MINED and the ends.
int rank(std::uint8_t settlement) {
    switch (settlement) {
        case TRADECTL_SETTLEMENT_MATCHED: return 1;
        case TRADECTL_SETTLEMENT_MINED: return 2;
        case TRADECTL_SETTLEMENT_RETRYING: return 2;
        case TRADECTL_SETTLEMENT_CONFIRMED: return 4;
        case TRADECTL_SETTLEMENT_FAILED: return 4;
        default: return 0;
    }
}

bool moves_on(std::uint8_t from, std::uint8_t to) {
    if (from == to || is_terminal(from)) return false;
    return rank(to) >= rank(from);
}

Side maker_side(const MakerFill& maker, const VenueTrade& trade) {
    if (maker.side != Side::None) return maker.side;
    // Of the same token the maker stands on the other side; of the complement on the same.
    return maker.asset_id.empty() || maker.asset_id == trade.asset_id ? opposite(trade.side)
                                                                      : trade.side;
}

FillNews fill_of(const VenueTrade& trade) {
    FillNews out;
    out.settlement = trade.settlement;
    out.time = trade.match_time;
    return out;
}

}  // namespace

std::vector<FillNews> fills_of(const VenueTrade& trade,
                               std::string_view owner,
                               const IsOurs& is_ours) {
    std::vector<FillNews> out;
    const bool owner_is_told = !owner.empty() && !trade.owner.empty();
    std::string taker = to_lower(trade.taker_order_id);
    if (is_ours(taker) || (trade.we_are_taker && (!owner_is_told || trade.owner == owner))) {
        FillNews fill = fill_of(trade);
        fill.order_id = std::move(taker);
        fill.trade_id = trade.id;
        fill.side = trade.side;
        fill.liquidity = Liquidity::Taker;
        fill.price = trade.price;
        fill.quantity = trade.quantity;
        out.push_back(std::move(fill));
    }
    for (const MakerFill& maker : trade.makers) {
        std::string order_id = to_lower(maker.order_id);
        if (maker.owner != owner && !is_ours(order_id)) continue;
        FillNews fill = fill_of(trade);
        fill.order_id = std::move(order_id);
        fill.trade_id = trade.id + ":" + fill.order_id.substr(0, 18);
        fill.side = maker_side(maker, trade);
        fill.liquidity = Liquidity::Maker;
        fill.price = maker.price;
        fill.quantity = maker.quantity;
        out.push_back(std::move(fill));
    }
    return out;
}

void OwnOrders::put(std::string_view order_id, OwnOrder order) {
    const std::string id = to_lower(order_id);
    by_client_id_[order.client_order_id] = id;
    orders_[id] = std::move(order);
}

OwnOrder* OwnOrders::find(std::string_view order_id) {
    const auto found = orders_.find(to_lower(order_id));
    return found == orders_.end() ? nullptr : &found->second;
}

IsOurs OwnOrders::is_ours(std::string_view other) const {
    return [this, other = std::string(other)](std::string_view order_id) {
        return orders_.contains(order_id) || (!other.empty() && order_id == other);
    };
}

const std::string* OwnOrders::find_by_client_id(std::string_view client_order_id) const {
    const auto found = by_client_id_.find(client_order_id);
    return found == by_client_id_.end() ? nullptr : &found->second;
}

void OwnOrders::erase(std::string_view order_id) {
    const std::string id = to_lower(order_id);
    if (const OwnOrder* order = find(id)) by_client_id_.erase(order->client_order_id);
    orders_.erase(id);
    std::erase_if(fills_, [&](const auto& fill) { return fill.first.first == id; });
}

std::vector<FillNews> OwnOrders::apply(const VenueTrade& trade,
                                       std::string_view owner,
                                       std::size_t& foreign) {
    std::vector<FillNews> news;
    for (FillNews& fill : fills_of(trade, owner, is_ours())) {
        OwnOrder* order = find(fill.order_id);
        if (order == nullptr) {
            ++foreign;
            continue;
        }
        if (!std::exchange(order->is_known, true)) order->misses = 0;  // it is there after all
        const auto [known, is_new] = fills_.try_emplace({fill.order_id, fill.trade_id});
        if (!is_new && !moves_on(known->second.settlement, fill.settlement)) continue;
        const bool was_told = known->second.was_told;
        known->second.settlement = fill.settlement;
        known->second.quantity = fill.quantity;
        known->second.time = fill.time;
        const bool failed = fill.settlement == TRADECTL_SETTLEMENT_FAILED;
        // One that failed before it was told is told as that: who hears it books it and takes it
        // back at once, so that an end that counts it finds it.
        const auto sum = was_told == failed ? (failed ? checked_sub(order->filled, fill.quantity)
                                                      : checked_add(order->filled, fill.quantity))
                                            : order->filled;
        if (sum) order->filled = *sum;
        known->second.was_told = true;
        fill.is_new = !was_told;
        news.push_back(std::move(fill));
    }
    return news;
}

void OwnOrders::close(OwnOrder& order,
                      OrderStatus status,
                      Reason reason,
                      Decimal filled,
                      std::string text,
                      Timestamp now) {
    if (order.is_closed || order.is_closing) {
        order.closing_filled = std::max(order.closing_filled, filled);
        return;
    }
    order.is_closing = true;
    order.closing_status = status;
    order.closing_reason = reason;
    order.closing_filled = filled;
    order.closing_text = std::move(text);
    order.closing_rounds = 0;
    order.changed = now;
}

void OwnOrders::apply(const VenueOrder& told, Timestamp now) {
    OwnOrder* order = find(told.id);
    if (order == nullptr || order->is_closed) return;
    order->is_known = true;
    order->changed = now;
    order->misses = 0;
    const auto end = [&](OrderStatus status, Reason reason) {
        close(*order, status, reason, told.size_matched, told.status_text, now);
    };
    const bool takes = order->time_in_force == TimeInForce::Ioc;
    switch (told.state) {
        case OrderState::Canceled:
            if (order->time_in_force == TimeInForce::Fok)
                return end(OrderStatus::Canceled, TRADECTL_REASON_FOK_NOT_FILLED);
            if (takes) return end(OrderStatus::Canceled, TRADECTL_REASON_IOC_REMAINDER);
            if (!told.expiration.is_none() && told.expiration <= now.plus_ns(2 * kNsPerMinute))
                return end(OrderStatus::Expired, TRADECTL_REASON_EXPIRED);
            return end(OrderStatus::Canceled, TRADECTL_REASON_NONE);
        case OrderState::CanceledResolved:
            return end(OrderStatus::Canceled, TRADECTL_REASON_INSTRUMENT_NOT_OPEN);
        case OrderState::Invalid: return end(OrderStatus::Canceled, TRADECTL_REASON_VENUE_REJECTED);
        case OrderState::Unmatched: return end(OrderStatus::Canceled, TRADECTL_REASON_NO_LIQUIDITY);
        case OrderState::Matched:
            // What the venue calls whole may be less than was asked for, after rounding.
            if (told.size_matched >= told.original_size) end(OrderStatus::Canceled, 0);
            return;
        default: break;
    }
    if (told.news == OrderNews::Cancellation) end(OrderStatus::Canceled, TRADECTL_REASON_NONE);
}

void OwnOrders::miss(OwnOrder& order, Timestamp now) {
    if (order.is_closed || order.is_closing || is_lost(order)) return;
    ++order.misses;
    order.changed = now;
    if (!is_lost(order) || !(order.is_known || order.is_canceled)) return;
    close(order,
          OrderStatus::Canceled,
          TRADECTL_REASON_NONE,
          order.filled,
          "no longer among the venue's open orders",
          now);
}

bool OwnOrders::is_lost(const OwnOrder& order) {
    return order.misses >= kRoundsMax;
}

std::vector<CloseNews> OwnOrders::take_closed(Timestamp now) {
    std::vector<CloseNews> news;
    const auto end = [now](OwnOrder& order) {
        order.is_closed = true;
        order.is_closing = false;
        order.closed = now;
    };
    for (auto& [id, order] : orders_) {
        if (order.is_closed) continue;
        if (order.filled >= order.quantity) {  // fills speak for themselves
            end(order);
            continue;
        }
        if (!order.is_closing) continue;
        if (order.filled < order.closing_filled && order.closing_rounds < kRoundsMax) continue;
        end(order);
        news.push_back({id,
                        order.closing_status,
                        order.closing_reason,
                        std::max(order.filled, order.closing_filled),
                        order.closing_text,
                        now});
    }
    return news;
}

bool OwnOrders::waits_for_fills() const {
    return std::any_of(orders_.begin(), orders_.end(), [](const auto& each) {
        const OwnOrder& order = each.second;
        const bool seems_over = order.misses > 0 && !is_lost(order);
        return !order.is_closed && (order.is_closing || order.is_canceled || seems_over);
    });
}

void OwnOrders::count_round() {
    for (auto& [id, order] : orders_)
        if (order.is_closing) ++order.closing_rounds;
}

bool OwnOrders::is_settled(std::string_view order_id) const {
    const std::string id = to_lower(order_id);
    for (auto it = fills_.lower_bound({id, ""}); it != fills_.end() && it->first.first == id; ++it)
        if (!is_terminal(it->second.settlement)) return false;
    return true;
}

Timestamp OwnOrders::oldest_unsettled() const {
    Timestamp oldest = Timestamp::none();
    for (const auto& [key, fill] : fills_) {
        if (is_terminal(fill.settlement) || fill.time.is_none()) continue;
        if (oldest.is_none() || fill.time < oldest) oldest = fill.time;
    }
    return oldest;
}

}  // namespace tradectl::polymarket
