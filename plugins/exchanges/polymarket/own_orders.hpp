/// What we know of our own orders and their fills: each fill is news once, whatever arrives twice,
/// late or out of order, from the stream or from a poll.
#pragma once

#include "user_messages.hpp"

#include <tradectl/abi/types.h>
#include <tradectl/decimal.hpp>
#include <tradectl/enums.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tradectl::polymarket {

/// An order of this host, by its hash. Times are the venue's.
struct OwnOrder {
    std::string client_order_id;
    std::string asset_id;
    tradectl_instrument_handle instrument = TRADECTL_HANDLE_NONE;
    tradectl_account_handle account = TRADECTL_HANDLE_NONE;
    Side side = Side::None;
    TimeInForce time_in_force = TimeInForce::Gtc;
    Decimal price;
    Decimal quantity;
    Decimal filled = {};       ///< the sum of the fills that were told
    bool is_recalled = false;  ///< of an earlier run: what was told then is not known now
    bool is_sent = false;      ///< given to the venue
    bool is_known = false;     ///< the venue showed it
    bool is_canceled = false;  ///< the venue said so; how much had filled is not known yet
    bool is_closed = false;    ///< its end was told
    int misses = 0;            ///< reads in a row that did not show it
    Timestamp sent = Timestamp::none();
    Timestamp changed = Timestamp::none();
    Timestamp closed = Timestamp::none();  ///< when `is_closed` was set
    bool is_end_kept = false;              ///< its record says that it is closed
    Timestamp told = Timestamp::none();  ///< recalled closed, or a fill of it told, by this process
    // An end that still waits for the fills that it counts.
    bool is_closing = false;
    Decimal closing_filled = {};
    OrderStatus closing_status = OrderStatus::Canceled;
    Reason closing_reason = TRADECTL_REASON_NONE;
    std::string closing_text;
    int closing_rounds = 0;  ///< polls that did not bring them
};

/// A fill that is new, or whose settlement moved on.
struct FillNews {
    std::string order_id;
    std::string trade_id;  ///< ours: unique for each fill
    Side side = Side::None;
    Liquidity liquidity = Liquidity::None;
    Decimal price;
    Decimal quantity;
    std::uint8_t settlement = 0;
    Timestamp time = Timestamp::none();
    bool is_new = true;
};

/// The end of an order, its fills told.
struct CloseNews {
    std::string order_id;
    OrderStatus status = OrderStatus::Canceled;
    Reason reason = TRADECTL_REASON_NONE;
    Decimal filled;
    std::string text;
    Timestamp time = Timestamp::none();
};

/// Whether an order, by its hash in lower case, is known to be ours.
using IsOurs = std::function<bool(std::string_view order_id)>;

/// Our fills in a trade: as its taker, and each maker order of ours. An order that is known is ours
/// whatever API key the venue notes with it; of others `owner`, our key of now, decides.
[[nodiscard]] std::vector<FillNews> fills_of(const VenueTrade& trade,
                                             std::string_view owner,
                                             const IsOurs& is_ours);

/// Keyed by order id in lower case. [engine]
class OwnOrders {
  public:
    using Map = std::map<std::string, OwnOrder, std::less<>>;

    void put(std::string_view order_id, OwnOrder order);
    [[nodiscard]] OwnOrder* find(std::string_view order_id);
    /// Ours are those that are kept here, and `other`.
    [[nodiscard]] IsOurs is_ours(std::string_view other = {}) const;
    [[nodiscard]] const std::string* find_by_client_id(std::string_view client_order_id) const;
    void erase(std::string_view order_id);
    [[nodiscard]] const Map& all() const { return orders_; }
    [[nodiscard]] Map& all() { return orders_; }

    /// The news in a trade; only for orders that are ours, others are counted in `foreign`.
    [[nodiscard]] std::vector<FillNews> apply(const VenueTrade& trade,
                                              std::string_view owner,
                                              std::size_t& foreign);
    /// Takes what the venue says of an order. Its end is told by `take_closed`.
    void apply(const VenueOrder& order, Timestamp now);
    /// The order ends when fills of `filled` are told.
    void close(OwnOrder& order,
               OrderStatus status,
               Reason reason,
               Decimal filled,
               std::string text,
               Timestamp now);
    /// A whole read of orders and trades did not show an open order. One that the venue knew has
    /// ended at the third time: its trades may be listed later than it is gone. Of one that the
    /// venue never showed nothing is known; it is not looked for any more.
    void miss(OwnOrder& order, Timestamp now);
    /// Whether so many reads missed an order that its absence counts.
    [[nodiscard]] static bool is_lost(const OwnOrder& order);
    /// Ends that are ripe: their fills are told, or three polls did not bring them.
    [[nodiscard]] std::vector<CloseNews> take_closed(Timestamp now);
    /// Whether an order ends or seems to, and waits for what a read of the trades can bring.
    [[nodiscard]] bool waits_for_fills() const;
    /// A read of the trades is done.
    void count_round();
    /// Whether no fill of the order can change any more.
    [[nodiscard]] bool is_settled(std::string_view order_id) const;
    /// Earliest match time of a fill that is not settled, or none.
    [[nodiscard]] Timestamp oldest_unsettled() const;

  private:
    struct KnownFill {
        std::uint8_t settlement = 0;
        Decimal quantity;
        Timestamp time = Timestamp::none();
        bool was_told = false;
    };
    using FillKey = std::pair<std::string, std::string>;  // order id, trade id

    Map orders_;
    std::map<std::string, std::string, std::less<>> by_client_id_;
    std::map<FillKey, KnownFill> fills_;
};

}  // namespace tradectl::polymarket
