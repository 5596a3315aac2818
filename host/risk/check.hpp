/// The risk gate: every order passes it before anything about it is made durable.
///
/// Pure functions over values. What a check needs and does not get denies; so does a product that
/// does not fit. Money amounts are in the instrument's quote asset, quantities in its base asset.
#pragma once

#include "host/base/short_list.hpp"
#include "host/risk/breaker.hpp"
#include "host/risk/loss.hpp"
#include "host/risk/market.hpp"
#include "host/risk/rate.hpp"

#include <tradectl/abi/commands.h>
#include <tradectl/abi/types.h>
#include <tradectl/decimal.hpp>
#include <tradectl/ids.hpp>
#include <tradectl/timestamp.hpp>

#include <cstddef>
#include <cstdint>

namespace tradectl::risk {

/// What to do with an entry into an instrument in which the strategy already has a position.
enum class SecondPosition : std::uint8_t { Allow, Deny };

/// Limits of one strategy, its venue and the whole host. A null decimal and a 0 are "off".
struct Limits {
    Decimal order_notional_max = Decimal::null();     ///< quote, of one order
    Decimal position_quantity_max = Decimal::null();  ///< base, absolute, with open orders filled
    Decimal position_notional_max = Decimal::null();  ///< quote, the same position at the price
    Decimal exposure_strategy_max = Decimal::null();  ///< quote
    Decimal exposure_venue_max = Decimal::null();     ///< quote
    Decimal exposure_total_max = Decimal::null();     ///< quote
    std::uint32_t open_orders_max = 0;                ///< of the strategy
    std::uint32_t positions_max = 0;                  ///< instruments that the strategy is in
    SecondPosition second_position = SecondPosition::Allow;
    MarketLimits market;
    LossLimits loss;
    RateLimit strategy_rate;
    RateLimit venue_rate;
};

/// Who asks. The host's own exits are not bound by the rate limits.
enum class Origin : std::uint8_t { Strategy, HostExit };

/// One order as it was asked for. Codes are the ABI's (abi/types.h).
struct OrderRequest {
    const tradectl_instrument* instrument = nullptr;  ///< null: not known
    OrderRef order_ref;
    std::uint8_t side = TRADECTL_SIDE_NONE;
    std::uint8_t order_type = 0;
    std::uint8_t time_in_force = 0;
    std::uint32_t order_flags = 0;
    Decimal quantity = Decimal::null();
    Decimal price = Decimal::null();
    Decimal stop_price = Decimal::null();
    Timestamp expire_time = Timestamp::none();
    Origin origin = Origin::Strategy;
};

enum class TradingState : std::uint8_t { Active, ReduceOnly, Halted };

/// What the gate may know of the world, as of `now`. Null decimals are "not known".
struct Snapshot {
    Timestamp now = Timestamp::none();
    TradingState state = TradingState::Active;  ///< the strictest of all scopes that apply
    bool breaker_open = false;                  ///< of any scope that applies
    bool unresolved = false;           ///< account and instrument have an order of unknown outcome
    bool duplicate_order_ref = false;  ///< the strategy used this `order_ref` before
    bool duplicate_intent = false;     ///< same intent tag inside the duplicate-order window
    bool instance_faulted = false;
    bool shutting_down = false;  ///< stops entries
    bool wal_backlog = false;    ///< the WAL queue takes no new intent

    Decimal needed = Decimal::null();  ///< what the order would hold of the asset it pays with
    Decimal free_balance = Decimal::null();     ///< of that asset: after holds and unsettled
    Decimal reference_price = Decimal::null();  ///< last or mid; an entry at market needs it

    Decimal position = Decimal::null();  ///< the strategy's in this instrument, signed
    Decimal open_buy_quantity;           ///< leaves of its open buy orders in this instrument
    Decimal open_sell_quantity;
    std::uint32_t open_orders = 0;      ///< of the strategy, this one not counted
    std::uint32_t other_positions = 0;  ///< other instruments with a position or an open entry
    Decimal exposure_strategy = Decimal::null();  ///< marked positions and open entries
    Decimal exposure_venue = Decimal::null();
    Decimal exposure_total = Decimal::null();

    MarketView market;
    LossView loss;

    RateState strategy_rate;
    RateState venue_rate;
};

/// One check: what it stands for, what it saw and what it allows.
struct Verdict {
    std::uint16_t reason = TRADECTL_REASON_NONE;  ///< of the denial, passed or not
    bool passed = false;
    Decimal value = Decimal::null();  ///< null: none, or not known
    Decimal limit = Decimal::null();
};

/// The verdicts in order of checking; a passed one reads "value <= limit", or ">=" for minima.
/// Checks of a limit appear passed or not, unless the limit is off; checks of a flag or a field
/// appear only when they deny.
class Result {
  public:
    static constexpr std::size_t kVerdictsMax = 40;

    [[nodiscard]] bool allowed() const { return first_failed_ == kVerdictsMax; }
    [[nodiscard]] std::size_t size() const { return verdicts_.size(); }
    [[nodiscard]] const Verdict& operator[](std::size_t i) const { return verdicts_[i]; }
    [[nodiscard]] const Verdict* begin() const { return verdicts_.begin(); }
    [[nodiscard]] const Verdict* end() const { return verdicts_.end(); }
    /// The first check that denied; null when the order is allowed.
    [[nodiscard]] const Verdict* denial() const {
        return allowed() ? nullptr : &verdicts_[first_failed_];
    }
    /// Whether a token was all that was missing: the order may be tried again (`next_retry`).
    [[nodiscard]] bool only_rate_limited() const;

    /// Adds one verdict. When an order fails so much that the list is full, the rest is left out.
    void add(const Verdict& verdict);

  private:
    ShortList<Verdict, kVerdictsMax> verdicts_;
    std::size_t first_failed_ = kVerdictsMax;
};

/// Whether the order can only bring the position nearer to zero: against it, and together with what
/// is open on that side not more than it. Such an order is an exit: it passes the states, breakers,
/// the market and loss groups, the position, exposure and count limits, and with
/// TRADECTL_ORDER_REDUCE_ONLY or from the host also the rate limits; never the input checks nor the
/// balance. False when something is not known.
[[nodiscard]] bool reduces(const OrderRequest& order, const Snapshot& snapshot);

/// Runs every check. After an order that is not well formed (unknown instrument, bad field) nothing
/// else is looked at. Takes no tokens: the caller does so (`take`) when the order goes on.
[[nodiscard]] Result check_order(const OrderRequest& order,
                                 const Limits& limits,
                                 const Snapshot& snapshot);

}  // namespace tradectl::risk
