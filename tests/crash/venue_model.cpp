#include "tests/crash/venue_model.hpp"

#include <tradectl/abi/types.h>

#include <algorithm>
#include <array>

namespace tradectl::crash {

namespace {

constexpr std::int64_t kLagNs = 1500 * kNsPerMillisecond;
constexpr std::int64_t kLateNs = 3 * kNsPerSecond;

constexpr std::array<const char*, static_cast<std::size_t>(Treatment::kCount)> kNames{
    "fill",      "rest",          "half",          "half_canceled", "reject",
    "lost_ack",  "lost_ack_rest", "accepted_5xx",  "lost_request",  "silent_loss",
    "late",      "late_rest",     "late_at_fence", "past_fence",    "duplicate_ack",
    "query_lag", "id_reuse",      "cancel_lost",   "cancel_5xx",    "cancel_fills"};

constexpr std::array<const char*, static_cast<std::size_t>(Moment::kCount)> kMoments{
    "making",
    "start",
    "before_send",
    "after_send",
    "before_cancel",
    "after_cancel",
    "pause",
    "end"};

bool is_lagging(Treatment treatment) {
    return treatment == Treatment::QueryLag;
}

}  // namespace

const char* to_text(Treatment treatment) {
    return kNames[static_cast<std::size_t>(treatment)];
}

const char* to_text(Moment moment) {
    return kMoments[static_cast<std::size_t>(moment)];
}

std::string VenueModel::address() const {
    return std::to_string(reinterpret_cast<std::uintptr_t>(static_cast<const VenueDoor*>(this)));
}

void VenueModel::pass_time() {
    auto due = std::move(state_.on_the_way);
    state_.on_the_way.clear();
    for (auto& arrival : due) {
        if (arrival.at > now()) {
            state_.on_the_way.push_back(arrival);
        } else if (arrival.at <= arrival.fence) {
            accept(arrival.order,
                   arrival.treatment,
                   arrival.at);  // behind its fence the venue refuses it
        }
    }
}

void VenueModel::fill(VenueOrder& order, Decimal quantity, Timestamp time) {
    const Decimal cost = *checked_mul(quantity, order.price, Rounding::HalfEven);
    const bool buys = order.side == TRADECTL_SIDE_BUY;
    state_.btc = buys ? state_.btc + quantity : state_.btc - quantity;
    state_.usd = buys ? state_.usd - cost : state_.usd + cost;
    order.filled = order.filled + quantity;
    order.status = order.filled == order.quantity ? TRADECTL_ORDER_STATUS_FILLED
                                                  : TRADECTL_ORDER_STATUS_PARTIALLY_FILLED;
    state_.fills.push_back({.trade_id = "T" + std::to_string(state_.fills.size() + 1),
                            .id = order.id,
                            .op_id = order.op_id,
                            .side = order.side,
                            .quantity = quantity,
                            .price = order.price,
                            .time = time,
                            .shows = order.shows});
}

void VenueModel::accept(VenueOrder order, Treatment treatment, Timestamp time) {
    order.status = TRADECTL_ORDER_STATUS_ACKNOWLEDGED;
    order.shows = is_lagging(treatment) ? time.plus_ns(kLagNs) : time;
    const Decimal half = *checked_div(order.quantity, Decimal::from_int(2), Rounding::Down);
    switch (treatment) {
        case Treatment::Fill:
        case Treatment::LostAck:
        case Treatment::Late:
        case Treatment::LateAtFence:
        case Treatment::DuplicateAck:
        case Treatment::QueryLag: fill(order, order.quantity, time); break;
        case Treatment::Half: fill(order, half, time); break;
        case Treatment::HalfCanceled:
            fill(order, half, time);
            order.status = TRADECTL_ORDER_STATUS_CANCELED;
            break;
        default: break;
    }
    state_.orders.push_back(order);
}

/// The fence is in venue time: what our clock says is signed into the request.
void VenueModel::send_late(const VenueOrder& order, Timestamp fence, Treatment treatment) {
    const Timestamp venue_fence = fence.plus_ns(skew_ns_);
    Timestamp at = now().plus_ns(kLateNs);
    if (treatment == Treatment::LateAtFence) at = venue_fence;
    if (treatment == Treatment::PastFence) at = venue_fence.plus_ns(1);
    state_.on_the_way.push_back({at, venue_fence, treatment, order});
}

Reply VenueModel::submit(const VenueOrder& order, Timestamp fence) {
    on_boundary(Moment::BeforeSend);
    const Treatment treatment = script_[state_.submits++ % script_.size()];
    state_.sent.emplace(order.id, treatment);
    Reply reply;
    switch (treatment) {
        case Treatment::Reject: reply.kind = Reply::Kind::Refused; break;
        case Treatment::LostRequest: reply.kind = Reply::Kind::Unknown; break;
        case Treatment::SilentLoss: reply.kind = Reply::Kind::Silent; break;
        case Treatment::Late:
        case Treatment::LateRest:
        case Treatment::LateAtFence:
        case Treatment::PastFence:
            reply.kind = Reply::Kind::Silent;
            send_late(order, fence, treatment);
            break;
        case Treatment::IdReuse: {
            reply.kind = Reply::Kind::Unknown;
            VenueOrder other = order;
            other.side = order.side == TRADECTL_SIDE_BUY ? TRADECTL_SIDE_SELL : TRADECTL_SIDE_BUY;
            other.status = TRADECTL_ORDER_STATUS_CANCELED;
            other.shows = now();
            state_.orders.push_back(other);
            state_.foreign.insert(order.id);
            break;
        }
        default: accept(order, treatment, now()); break;
    }
    if (treatment == Treatment::LostAck || treatment == Treatment::LostAckRest ||
        treatment == Treatment::QueryLag)
        reply = {.kind = Reply::Kind::Silent, .acknowledgements = 0, .tells = 0};
    if (treatment == Treatment::Accepted5xx)
        reply = {.kind = Reply::Kind::Unknown, .acknowledgements = 0, .tells = 0};
    if (treatment == Treatment::DuplicateAck) reply.acknowledgements = reply.tells = 2;
    on_boundary(Moment::AfterSend);
    return reply;
}

Reply VenueModel::cancel_open(VenueOrder& order) {
    const auto sent = state_.sent.find(order.id);
    const auto treatment = sent == state_.sent.end() ? Treatment::Rest : sent->second;
    if (treatment == Treatment::CancelFills) {
        fill(order, order.quantity - order.filled, now());
        return {.kind = Reply::Kind::Refused, .acknowledgements = 0, .tells = 0};
    }
    order.status = TRADECTL_ORDER_STATUS_CANCELED;
    if (treatment == Treatment::CancelLost)
        return {.kind = Reply::Kind::Silent, .acknowledgements = 0, .tells = 0};
    if (treatment == Treatment::Cancel5xx)
        return {.kind = Reply::Kind::Unknown, .acknowledgements = 0, .tells = 0};
    return {};
}

Reply VenueModel::cancel(const std::string& id) {
    on_boundary(Moment::BeforeCancel);
    Reply reply;
    for (VenueOrder& order : state_.orders) {
        const bool open = order.status == TRADECTL_ORDER_STATUS_ACKNOWLEDGED ||
                          order.status == TRADECTL_ORDER_STATUS_PARTIALLY_FILLED;
        if (order.id == id && open) reply = cancel_open(order);
    }
    on_boundary(Moment::AfterCancel);
    return reply;
}

std::vector<VenueOrder> VenueModel::orders() {
    pass_time();
    return state_.orders;
}

std::vector<VenueFill> VenueModel::fills() {
    pass_time();
    return state_.fills;
}

Timestamp VenueModel::shown_until() {
    // What is accepted now shows later: the answer holds for then only.
    const bool lags = std::any_of(script_.begin(), script_.end(), is_lagging);
    return lags ? now().plus_ns(-kLagNs) : now();
}

}  // namespace tradectl::crash
