/// The orders that the session works on.
#pragma once

#include "host/execution/accounting.hpp"
#include "host/execution/order.hpp"
#include "host/risk/check.hpp"

#include <tradectl/ids.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace tradectl::engine {

/// How far an order has come on its way to the venue.
enum class Stage : std::uint8_t {
    Preparing,  ///< the exchange plugin encodes it
    Logged,     ///< its intent is on the way to the disk
    Sent,       ///< handed to the exchange plugin; from here on only the venue's word counts
};

/// What the gate let pass, for the record of the intent.
struct Admission {
    risk::Result verdicts;
    execution::Postings hold;
};

/// A fill that is not final: what it takes to confirm or to undo it.
struct UnsettledFill {
    std::string trade_id;
    std::string venue_order_id;   ///< as it was booked with
    std::uint8_t settlement = 0;  ///< TRADECTL_SETTLEMENT_...
    Decimal price;
    Decimal quantity;
    Decimal fee;
    std::string fee_asset;
};

/// An order with what the engine needs to finish it.
struct OrderEntry {
    execution::Order order;
    std::uint32_t runner = 0;
    std::uint32_t exchange = 0;
    TxnId txn_id;
    OpId deduct_op;
    execution::Hold hold;
    std::uint64_t intent_tag = 0;
    std::uint64_t trigger_seq = 0;
    Timestamp trigger_time = Timestamp::none();
    std::uint16_t exit_reason = 0;    ///< of a host-side exit, else 0
    std::uint16_t cancel_reason = 0;  ///< of our own cancel, else 0
    std::uint64_t prepare_id = 0;
    Stage stage = Stage::Preparing;
    Timestamp expire_time = Timestamp::none();
    bool reduces = false;
    bool by_venue = false;  ///< the venue placed it by itself: a liquidation, a payout
    bool cancel_underway = false;
    bool is_renewed = false;  ///< the venue refused how it was built, and it was built anew
    std::vector<UnsettledFill> unsettled;
    std::unique_ptr<Admission> admission;  ///< until its intent is logged
};

/// Open orders by client order id and by (strategy, order ref), and the last closed ones, so that
/// late news find their order. [engine]
class OrderTable {
  public:
    /// Closed orders that are kept for late news; those with unsettled fills are kept beside them.
    static constexpr std::size_t kClosedMax = 1024;

    /// Both keys must be new.
    OrderEntry& add(std::unique_ptr<OrderEntry> entry);
    [[nodiscard]] OrderEntry* find(std::string_view client_order_id);
    [[nodiscard]] OrderEntry* find(std::uint32_t runner, OrderRef ref);
    /// Moves it among the closed ones; the reference stays valid until kClosedMax more are closed.
    void close(OrderEntry& entry);
    /// Forgets an order that never left: its intent was not logged.
    void remove(OrderEntry& entry);

    [[nodiscard]] std::size_t open_count() const { return open_; }
    /// Visits orders, open and closed, that have fills which are not settled.
    void each_unsettled(const std::function<void(const OrderEntry&)>& visit) const;
    /// Visits open orders in order of submission.
    void each_open(const std::function<void(OrderEntry&)>& visit);

  private:
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };
    struct RefKey {
        std::uint32_t runner;
        OrderRef ref;
        auto operator<=>(const RefKey&) const = default;
    };

    std::unordered_map<std::string, std::unique_ptr<OrderEntry>, TextHash, std::equal_to<>> by_id_;
    std::map<RefKey, OrderEntry*> by_ref_;
    std::map<OpId, OrderEntry*> open_orders_;  // op ids count up: order of submission
    std::deque<std::string> closed_;
    std::size_t open_ = 0;
};

}  // namespace tradectl::engine
