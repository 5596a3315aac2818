#include "host/execution/order.hpp"

#include "host/base/mutant.hpp"

#include <algorithm>
#include <optional>

namespace tradectl::execution {

namespace {

/// Whether the update's status would take the order forward from where it is.
bool overtaken(const Order& order, UpdateKind kind) {
    if (is_closed(order.status)) return true;
    switch (kind) {
        case UpdateKind::Sent: return order.status != OrderStatus::Pending;
        case UpdateKind::Acknowledged:
            return order.status == OrderStatus::Acknowledged ||
                   order.status == OrderStatus::PartiallyFilled;
        case UpdateKind::Unresolved: return order.status == OrderStatus::Unresolved;
        default: return false;
    }
}

OrderStatus status_after(const Order& order, UpdateKind kind) {
    switch (kind) {
        case UpdateKind::Sent: return OrderStatus::Sent;
        case UpdateKind::Acknowledged:
            return order.filled_qty.is_zero() ? OrderStatus::Acknowledged
                                              : OrderStatus::PartiallyFilled;
        case UpdateKind::Canceled: return OrderStatus::Canceled;
        case UpdateKind::Rejected: return OrderStatus::Rejected;
        case UpdateKind::Expired: return OrderStatus::Expired;
        case UpdateKind::Denied: return OrderStatus::Denied;
        case UpdateKind::Unresolved: return OrderStatus::Unresolved;
        case UpdateKind::Fill: break;
    }
    return order.status;
}

/// What can not have happened, after what is known.
Status check_contradiction(const Order& order, UpdateKind kind) {
    if (kind == UpdateKind::Rejected && !order.filled_qty.is_zero())
        return fail(ErrorCode::BadState,
                    "order " + order.client_order_id + ": rejected after it filled " +
                        order.filled_qty.to_string());
    if (kind == UpdateKind::Denied && order.status != OrderStatus::Pending &&
        order.status != OrderStatus::Denied)
        return fail(ErrorCode::BadState,
                    "order " + order.client_order_id + ": denied when it was already " +
                        std::string(to_string(order.status)));
    return {};
}

Unexpected refuse(const Order& order, ErrorCode code, const std::string& what) {
    return fail(code, "fill of order " + order.client_order_id + ": " + what);
}

Status check_fill(const Order& order, const Update& update) {
    if (update.trade_id.empty()) return refuse(order, ErrorCode::InvalidArgument, "no trade id");
    // What is sold at the end of its market may bring nothing.
    const bool for_nothing = update.price.is_zero() && order.side == TRADECTL_SIDE_SELL;
    if (!update.price.is_positive() && !for_nothing)
        return refuse(order, ErrorCode::InvalidArgument, "price is " + update.price.to_string());
    if (!update.quantity.is_positive())
        return refuse(
            order, ErrorCode::InvalidArgument, "quantity is " + update.quantity.to_string());
    if (order.status == OrderStatus::Denied)
        return refuse(order, ErrorCode::BadState, "it was denied and never sent");
    return {};
}

/// (filled * average + quantity * price) / (filled + quantity).
std::optional<Decimal> average_after(const Order& order, const Update& update, Decimal filled) {
    if (order.filled_qty.is_zero()) return update.price;
    const auto before = checked_mul(order.filled_qty, order.average_price, Rounding::HalfEven);
    const auto added = checked_mul(update.quantity, update.price, Rounding::HalfEven);
    if (!before || !added) return std::nullopt;
    const auto total = checked_add(*before, *added);
    return total ? checked_div(*total, filled, Rounding::HalfEven) : std::nullopt;
}

void learn_venue_order_id(Order& order, const Update& update) {
    if (order.venue_order_id.empty()) order.venue_order_id = update.venue_order_id;
}

bool is_counted(const Order& order, std::string_view trade_id) {
    return std::find(order.trade_ids.begin(), order.trade_ids.end(), trade_id) !=
           order.trade_ids.end();
}

Expected<Change> apply_fill_update(Order& order, const Update& update) {
    if (const Status valid = check_fill(order, update); !valid) return fail(valid.error());
    Change change{Outcome::Applied, order.status, order.status, {}, false};
    if (is_counted(order, update.trade_id) && !mutant("execution.trade_id")) {
        change.outcome = Outcome::Duplicate;
        return change;
    }
    if (update.quantity > order.leaves_qty)
        return refuse(order,
                      ErrorCode::InvalidArgument,
                      "quantity " + update.quantity.to_string() + " is more than what is left, " +
                          order.leaves_qty.to_string());
    const Decimal filled = order.filled_qty + update.quantity;  // at most order_qty
    const auto average = average_after(order, update, filled);
    if (!average) return refuse(order, ErrorCode::Overflow, "notional out of range");
    change.late_fill = is_closed(order.status);
    change.fill_quantity = update.quantity;
    order.filled_qty = filled;
    order.leaves_qty = order.order_qty - filled;
    order.average_price = *average;
    order.trade_ids.emplace_back(update.trade_id);
    order.updated = update.time;
    learn_venue_order_id(order, update);
    if (order.leaves_qty.is_zero()) {
        order.status = OrderStatus::Filled;
    } else if (!change.late_fill) {
        order.status = OrderStatus::PartiallyFilled;
    }
    if (order.status != change.before) order.reason = update.reason;
    change.after = order.status;
    return change;
}

}  // namespace

bool is_closed(OrderStatus status) {
    return !is_open(status);
}

std::string_view to_string(OrderStatus status) {
    switch (status) {
        case OrderStatus::Pending: return "pending";
        case OrderStatus::Sent: return "sent";
        case OrderStatus::Acknowledged: return "acknowledged";
        case OrderStatus::PartiallyFilled: return "partially_filled";
        case OrderStatus::Filled: return "filled";
        case OrderStatus::Canceled: return "canceled";
        case OrderStatus::Rejected: return "rejected";
        case OrderStatus::Expired: return "expired";
        case OrderStatus::Denied: return "denied";
        case OrderStatus::Unresolved: return "unresolved";
    }
    return "unknown";
}

Status set_quantity(Order& order, Decimal quantity) {
    if (!quantity.is_positive())
        return fail(ErrorCode::InvalidArgument, "order quantity is " + quantity.to_string());
    order.order_qty = order.leaves_qty = quantity;
    order.filled_qty = Decimal{};
    return {};
}

Expected<Change> apply(Order& order, const Update& update) {
    if (update.kind == UpdateKind::Fill) return apply_fill_update(order, update);
    if (const Status possible = check_contradiction(order, update.kind); !possible)
        return fail(possible.error());
    Change change{Outcome::Applied, order.status, order.status, {}, false};
    learn_venue_order_id(order, update);
    if (overtaken(order, update.kind)) {
        change.outcome = Outcome::Late;
        return change;
    }
    order.status = status_after(order, update.kind);
    order.reason = update.reason;
    order.updated = update.time;
    change.after = order.status;
    return change;
}

}  // namespace tradectl::execution
