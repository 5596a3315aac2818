/// The life of one order: what is known of it, and how news change that.
#pragma once

#include <tradectl/abi/types.h>
#include <tradectl/decimal.hpp>
#include <tradectl/enums.hpp>
#include <tradectl/expected.hpp>
#include <tradectl/ids.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::execution {

using tradectl::OrderStatus;

/// Whether nothing more is expected: filled, canceled, rejected, expired or denied. A late fill may
/// come all the same.
[[nodiscard]] bool is_closed(OrderStatus status);
/// "partially_filled", as the command line and the ledger write it.
[[nodiscard]] std::string_view to_string(OrderStatus status);

/// An order. `order_qty = filled_qty + leaves_qty`, always; what a closed order left unfilled stays
/// in `leaves_qty`.
struct Order {
    OrderRef order_ref;
    OpId op_id;
    tradectl_instrument_handle instrument = TRADECTL_HANDLE_NONE;
    tradectl_account_handle account = TRADECTL_HANDLE_NONE;
    std::uint8_t side = TRADECTL_SIDE_NONE;
    std::uint8_t order_type = 0;
    std::uint8_t time_in_force = 0;
    std::uint32_t order_flags = 0;
    OrderStatus status = OrderStatus::Pending;
    std::uint16_t reason = 0;  ///< TRADECTL_REASON_... of the last change of status
    Decimal order_qty;
    Decimal filled_qty;
    Decimal leaves_qty;
    Decimal price = Decimal::null();
    Decimal stop_price = Decimal::null();
    Decimal average_price = Decimal::null();  ///< of the fills; null when none
    Timestamp created = Timestamp::none();
    Timestamp updated = Timestamp::none();  ///< of the last news that was applied
    std::string client_order_id;
    std::string venue_order_id;
    std::vector<std::string> trade_ids;  ///< of the fills counted: the key against doubles
};

/// Sets the quantities of a new order. InvalidArgument unless `quantity` is above zero.
[[nodiscard]] Status set_quantity(Order& order, Decimal quantity);

enum class UpdateKind : std::uint8_t {
    Sent,
    Acknowledged,
    Fill,
    Canceled,
    Rejected,
    Expired,
    Denied,
    Unresolved,
};

/// News of an order. Text is borrowed for the call.
struct Update {
    UpdateKind kind{};
    Timestamp time = Timestamp::none();
    std::uint16_t reason = 0;
    std::string_view venue_order_id;  ///< empty: not told
    std::string_view trade_id;        ///< Fill: unique for the order; must not be empty
    Decimal price = Decimal::null();  ///< Fill
    Decimal quantity = Decimal::null();
};

/// What became of an update.
enum class Outcome : std::uint8_t {
    Applied,
    Late,       ///< overtaken by what is known: nothing changed, but an id may have been learnt
    Duplicate,  ///< a trade id that was counted before: nothing changed
};

struct Change {
    Outcome outcome = Outcome::Applied;
    OrderStatus before{};
    OrderStatus after{};
    Decimal fill_quantity;   ///< counted by this update; zero when it was no fill
    bool late_fill = false;  ///< counted after the order was closed
};

/// Applies news in whatever order they come:
/// - a status never goes back: an acknowledgement after a fill, or anything but a fill after the
///   close, is Late;
/// - a fill counts once for its trade id, and counts even after the order was closed (a cancel that
///   crossed a fill): the venue's fills are the truth. Such an order keeps its status, but becomes
///   Filled when nothing is left;
/// - any proof of life ends Unresolved.
/// The average price is rounded half-even at the 18th decimal after each fill.
///
/// InvalidArgument: a fill without trade id, or whose price or quantity is not above zero, or more
/// than what is left. BadState: the update contradicts what is known (rejected with fills, denied
/// after sending). Overflow: the order's notional does not fit. The order is then as before.
[[nodiscard]] Expected<Change> apply(Order& order, const Update& update);

}  // namespace tradectl::execution
