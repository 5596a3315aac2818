/// The paper venue: accounts, books and matching rules of tradectl-paper(7), without clock, storage
/// or plugin border.
#pragma once

#include "accounts.hpp"
#include "book.hpp"
#include "checks.hpp"
#include "market_view.hpp"
#include "money.hpp"
#include "plan.hpp"
#include "types.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tradectl::paper {

/// Hears of every change, in the order in which it happens. References are valid for the call.
class Journal {
  public:
    virtual ~Journal() = default;
    /// A new, filled, closed or refused order.
    virtual void on_order(const Order& order) = 0;
    /// A stop's trigger has traded.
    virtual void on_trigger(const Order& order) = 0;
    /// One side of an execution; `on_order` follows.
    virtual void on_fill(const Fill& fill) = 0;
    /// Whether a closed or refused order had this client order id.
    [[nodiscard]] virtual bool was_closed(std::string_view client_order_id) const = 0;
};

/// A real venue in miniature. All state is here and changes only inside of a call; the same calls
/// give the same state. [engine]
///
/// Time is an argument, and never runs backwards between calls.
class Venue {
  public:
    /// `journal` must outlive the venue.
    Venue(const MatchingRules& rules, Journal& journal) : rules_(rules), journal_(journal) {}

    [[nodiscard]] MarketIndex add_market(Listing listing);
    /// Takes over changed limits or status. Open orders stay.
    void update_market(MarketIndex market, Listing listing);
    [[nodiscard]] const Listing& listing(MarketIndex market) const {
        return markets_[market].listing;
    }
    [[nodiscard]] std::size_t market_count() const { return markets_.size(); }
    [[nodiscard]] Accounts& accounts() { return accounts_; }
    [[nodiscard]] const Accounts& accounts() const { return accounts_; }

    // ---- What users ask for. A refusal changes nothing but the record of the refused order. ----

    [[nodiscard]] Refusal submit(const OrderTerms& terms, Timestamp now);
    /// Cancels an open order of that account.
    [[nodiscard]] Refusal cancel(std::string_view client_order_id,
                                 AccountIndex account,
                                 Timestamp now);
    /// Cancels the target and places an order like it with its own id, quantity and price (null:
    /// the target's leaves, the target's price), behind all others; refused as a whole or not at
    /// all.
    [[nodiscard]] Refusal replace(std::string_view target,
                                  AccountIndex account,
                                  const std::string& client_order_id,
                                  Decimal quantity,
                                  Decimal price,
                                  Timestamp now);
    /// `market` kNoIndex: all.
    void cancel_all(AccountIndex account, MarketIndex market, Timestamp now);
    /// Closes orders whose time is up.
    void expire(Timestamp now);
    /// When `expire` has something to do next; none when never.
    [[nodiscard]] Timestamp next_expiry() const {
        return expiries_.empty() ? Timestamp::none() : expiries_.begin()->first;
    }

    // ---- The recorded market. Prices and quantities must be above zero, or null where said. ----

    /// `aggressor` is TRADECTL_SIDE_BUY, _SELL or _NONE.
    void on_trade(MarketIndex market,
                  Decimal price,
                  Decimal quantity,
                  std::uint32_t aggressor,
                  Timestamp now) {
        Market& m = markets_[market];
        m.view.set_trade(price, quantity);
        if (!m.book.empty()) trade_with_orders(m, aggressor, now);
    }
    void on_quote(MarketIndex market, Level bid, Level ask, Timestamp now) {
        Market& m = markets_[market];
        m.view.set_quote(bid, ask);
        if (!m.book.empty()) display_to_orders(m, now);
    }
    /// The displayed book. Change it by `clear_book` and `set_level`, then call `on_book`.
    [[nodiscard]] MarketView& view(MarketIndex market) { return markets_[market].view; }
    void on_book(MarketIndex market, Timestamp now) {
        Market& m = markets_[market];
        if (!m.book.empty()) display_to_orders(m, now);
    }

    // ---- What it holds ----

    /// Open orders by number.
    [[nodiscard]] const std::map<std::uint64_t, Order>& orders() const { return orders_; }
    [[nodiscard]] const Order* find_open(std::string_view client_order_id) const;
    [[nodiscard]] bool has_orders(MarketIndex market) const {
        return !markets_[market].book.empty();
    }

    [[nodiscard]] const Counters& counters() const { return counters_; }
    /// Puts back what an earlier process stored: counters, then open orders in any order. Balances
    /// go to `accounts()`, holds included.
    void restore_counters(const Counters& counters) { counters_ = counters; }
    void restore(Order order);

  private:
    struct Market {
        Listing listing;
        MarketView view;
        Book book;
    };

    Refusal examine(const OrderTerms& terms, Decimal freed, Timestamp now) const;
    Refusal check_funds(const Order& order, const Plan& plan, Decimal freed) const;
    void refuse(const OrderTerms& terms, const Refusal& refusal, Timestamp now);
    void place(const OrderTerms& terms, Timestamp now);
    bool is_known(std::string_view client_order_id) const;
    Order* find_of(std::string_view client_order_id, AccountIndex account);
    Refusal unknown_order(std::string_view client_order_id) const;

    Plan plan_for(const Order& order) const;
    void activate(Order& order, Timestamp now);
    void run(Order& order, Timestamp now);
    void execute(Order& order, const Plan& plan, Timestamp now);
    void rest(Order& order);
    bool fill(Order& order, Order* maker, Liquidity liquidity, const Step& step, Timestamp now);
    void book_fill(Order& order,
                   Liquidity liquidity,
                   const Settlement& after,
                   const Step& step,
                   Timestamp now);
    void set_hold(Order& order, Decimal held);
    void close(Order& order, OrderStatus status, Reason reason, Timestamp now);
    void sweep();

    void trade_with_orders(Market& m, std::uint32_t aggressor, Timestamp now);
    Decimal trade_with_side(
        Market& m, Side side, std::uint32_t aggressor, Decimal budget, Timestamp now);
    void display_to_orders(Market& m, Timestamp now);
    void cross(Market& m, Side side, Timestamp now);
    void update_queue(Market& m, Side side);
    void trigger_stops(Market& m, Timestamp now);

    MatchingRules rules_;
    Journal& journal_;
    Accounts accounts_;
    std::vector<Market> markets_;
    std::map<std::uint64_t, Order> orders_;                   ///< open; stable addresses
    std::unordered_map<std::string, std::uint64_t> numbers_;  ///< look-up only, never walked
    std::set<std::pair<Timestamp, std::uint64_t>> expiries_;
    std::vector<std::uint64_t> closed_;  ///< to be dropped at the end of the call
    Counters counters_;
};

}  // namespace tradectl::paper
