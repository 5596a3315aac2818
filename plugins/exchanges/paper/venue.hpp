/// The paper venue: accounts, books and matching rules of tradectl-paper(7), without clock, storage
/// or plugin border.
#pragma once

#include "accounts.hpp"
#include "book.hpp"
#include "checks.hpp"
#include "margin.hpp"
#include "market_view.hpp"
#include "money.hpp"
#include "plan.hpp"
#include "types.hpp"

#include <cstdint>
#include <map>
#include <optional>
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
    /// An account lost more of an asset than it had; `loss` is above zero.
    virtual void on_bankruptcy(AccountIndex account, AssetIndex asset, Decimal loss) {
        static_cast<void>(account), static_cast<void>(asset), static_cast<void>(loss);
    }
    /// Whether a closed or refused order had this client order id.
    [[nodiscard]] virtual bool was_closed(std::string_view client_order_id) const = 0;
};

/// A bar of the feed; all prices are above zero and the volume is not negative.
struct Bar {
    Decimal open;
    Decimal high;
    Decimal low;
    Decimal close;
    Decimal volume;
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
        m.view.set_fed();
        if (!m.book.empty()) on_trade_with_orders(m, aggressor, now);
        if (m.open_positions != 0) check_margins(m, now);
    }
    void on_quote(MarketIndex market, Level bid, Level ask, Timestamp now) {
        Market& m = markets_[market];
        m.view.set_quote(bid, ask);
        on_book(market, now);
    }
    /// The displayed book. Change it by `clear_book` and `set_level`, then call `on_book`.
    [[nodiscard]] MarketView& view(MarketIndex market) { return markets_[market].view; }
    void on_book(MarketIndex market, Timestamp now) {
        Market& m = markets_[market];
        m.view.set_fed();
        if (!m.book.empty()) on_display_with_orders(m, now);
        if (m.open_positions != 0) check_margins(m, now);
    }
    /// A cash market is over, and each unit of its base pays `pays`, zero or more: open orders are
    /// canceled, and orders of the venue's own take what accounts have, without a fee.
    void pay_out(MarketIndex market, Decimal pays, Timestamp now);
    /// A bar that ends now.
    void on_bar(MarketIndex market, const Bar& bar, Timestamp now);

    // ---- What it holds ----

    /// Open orders by number.
    [[nodiscard]] const std::map<std::uint64_t, Order>& orders() const { return orders_; }
    [[nodiscard]] const Order* find_open(std::string_view client_order_id) const;
    [[nodiscard]] bool has_orders(MarketIndex market) const {
        return !markets_[market].book.empty();
    }

    /// Of a margin market; flat in any other.
    [[nodiscard]] const Position& position(AccountIndex account, MarketIndex market) const;
    /// Positions of an account in the markets that settle in an asset; nothing when a value leaves
    /// the range of Decimal.
    [[nodiscard]] std::optional<MarginUse> margin_use(AccountIndex account,
                                                      AssetIndex settle) const;
    /// What an account can still put into orders that hold this asset. Profit of open positions
    /// counts for margin orders alone, loss for all.
    enum class Profit : std::uint8_t { Booked, Unrealized };
    [[nodiscard]] Decimal free_of(AccountIndex account, AssetIndex asset, Profit profit) const;
    /// Positions that changed since the last call, each once, in order.
    using Place = std::pair<AccountIndex, MarketIndex>;
    [[nodiscard]] std::set<Place> take_changed_positions() {
        return std::exchange(changed_positions_, {});
    }

    [[nodiscard]] const Counters& counters() const { return counters_; }
    /// Puts back what an earlier process stored: counters, positions, then open orders in any
    /// order. Balances go to `accounts()`, holds included.
    void restore_counters(const Counters& counters) { counters_ = counters; }
    void restore_position(AccountIndex account, MarketIndex market, const Position& position);
    void restore(Order order);

  private:
    /// Where in a bar the venue is.
    enum class Moment : std::uint8_t { NoBar, Open, Inside };
    /// The bar that ended last.
    struct LastBar {
        Bar bar;
        Timestamp time = Timestamp::none();
        Decimal left;  ///< that orders inside of it can have
    };
    struct Market {
        Listing listing;
        MarketView view;
        Book book;
        std::vector<Position> positions;  ///< by account, grown on demand
        std::size_t open_positions = 0;
        LastBar last_bar;
        Moment moment = Moment::NoBar;
    };
    /// What happens at one price of a bar.
    struct BarPoint {
        Moment moment;
        Decimal price;
        Decimal quantity;  ///< of a trade
        Decimal taken;     ///< of it, by our orders
        Level bid;         ///< of a display
        Level ask;
    };
    enum class Pass : std::uint8_t { All, Stops, Limits };

    Refusal examine(const OrderTerms& terms, const Order* replaced, Timestamp now) const;
    Refusal check_funds(const Order& order, const Plan& plan, const Order* replaced) const;
    Refusal check_margin_funds(const Order& order, const Plan& plan, const Order* replaced) const;
    void refuse(const OrderTerms& terms, const Refusal& refusal, Timestamp now);
    void place(const OrderTerms& terms, Timestamp now);
    bool is_known(std::string_view client_order_id) const;
    Order* find_of(std::string_view client_order_id, AccountIndex account);
    Refusal unknown_order(std::string_view client_order_id) const;

    // Taking.
    bool is_in_bar(const Market& m, const OrderTerms& terms, Timestamp now) const;
    Offer offer_for(const Market& m, const Order& order, Decimal at, Timestamp now) const;
    Plan plan_for(const Order& order, Decimal at, Timestamp now) const;
    bool waits_for_open(const Order& order, const Plan& plan) const;
    void release_opening(Market& m, Timestamp now);
    void activate(Order& order, Decimal at, Timestamp now);
    void begin_taking(Order& order, Decimal at, Timestamp now);
    void run(Order& order, Decimal at, Timestamp now);
    void execute(Order& order, const Plan& plan, Timestamp now);
    void consume(Market& m, Side taker, Source source, const Step& step);
    void rest(Order& order);
    std::optional<Settlement> settlement(const Order& order,
                                         Liquidity role,
                                         const Step& step) const;
    bool fill(Order& order, Order* maker, Liquidity liquidity, const Step& step, Timestamp now);
    void book_fill(Order& order,
                   Liquidity liquidity,
                   const Settlement& after,
                   const Step& step,
                   Timestamp now);
    std::optional<Decimal> hold_of(const Order& order) const;
    void set_hold(Order& order, Decimal held);
    void close(Order& order, OrderStatus status, Reason reason, Timestamp now);
    void sweep();

    // The feed.
    void on_trade_with_orders(Market& m, std::uint32_t aggressor, Timestamp now);
    void trade_with_resting(Market& m, std::uint32_t aggressor, Timestamp now);
    Decimal trade_with_side(
        Market& m, Side side, std::uint32_t aggressor, Decimal budget, Timestamp now);
    Decimal resting_price(const Market& m, const Order& order, Decimal traded) const;
    bool is_reached(const Market& m, const Order& order, Decimal price) const;
    void on_display_with_orders(Market& m, Timestamp now);
    void cross(Market& m, Side side, Timestamp now);
    void update_queue(Market& m, Side side);
    void trigger_stops(Market& m, Timestamp now);
    Decimal stop_price(const Market& m, const Order& order) const;
    std::vector<BarPoint> bar_points(const Market& m, const Bar& bar, Decimal quarter) const;
    void play_bar(Market& m, std::vector<BarPoint> points, Timestamp now);
    void play_point(Market& m, BarPoint& point, Pass pass, Timestamp now);

    // Margin.
    std::optional<MarginUse> margin_use_with(AccountIndex account,
                                             AssetIndex settle,
                                             const Market* changed,
                                             const Position& position) const;
    bool has_other_positions(AccountIndex account, const Market& m) const;
    std::optional<Settlement> settle_margin(const Order& order,
                                            Liquidity role,
                                            const Step& step,
                                            const Position& before,
                                            Balance balance) const;
    bool affords(Order order, const Plan& plan, Decimal freed) const;
    bool margin_allows(const Order& order, const Settlement& after) const;
    void book_position(Order& order, const Settlement& after, Timestamp now);
    void set_position(AccountIndex account, MarketIndex market, const Position& position);
    void limit_reduce_only(Order& order, Timestamp now);
    void check_margins(Market& m, Timestamp now);
    void liquidate(AccountIndex account, AssetIndex settle, Timestamp now);
    void close_position(AccountIndex account, MarketIndex market, Timestamp now);
    Order& own_order(std::string_view kind,
                     AccountIndex account,
                     MarketIndex market,
                     Timestamp now);
    std::string own_id(std::string_view kind);

    MatchingRules rules_;
    Journal& journal_;
    Accounts accounts_;
    std::vector<Market> markets_;
    std::map<std::uint64_t, Order> orders_;                   ///< open; stable addresses
    std::unordered_map<std::string, std::uint64_t> numbers_;  ///< look-up only, never walked
    std::set<std::pair<Timestamp, std::uint64_t>> expiries_;
    std::vector<std::uint64_t> closed_;  ///< to be dropped at the end of the call
    std::set<Place> changed_positions_;
    Counters counters_;
};

}  // namespace tradectl::paper
