/// The paper venue once more, written from the prose of tradectl-paper(7), as simply and slowly as
/// it goes: one market, unsorted vectors, linear scans, plain integers, and "what would happen" is
/// answered by letting it happen to a copy.
#pragma once

#include <tradectl/abi/commands.h>
#include <tradectl/abi/types.h>

#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

namespace tradectl::paper::reference {

__extension__ typedef __int128 Money;  ///< units of 1e-18
using Int = std::int64_t;

inline constexpr Int kQuantityUnits = 100'000'000;  ///< of one whole; prices are in cents
inline constexpr Int kNone = -1;
inline constexpr Int kEndless = INT64_C(1) << 60;

enum class OnSelfTrade { CancelNewest, CancelOldest, CancelBoth };

struct Rules {
    bool queue_back = true;
    bool depth_unlimited = false;
    OnSelfTrade self_trade = OnSelfTrade::CancelNewest;
    Int participation_permille = 1000;
    Int maker_rate = 0;  ///< 1e-18
    Int taker_rate = 0;
    Int lot = 1;
};

struct Order {
    Int id = 0;
    Int account = 0;
    Int side = TRADECTL_SIDE_BUY;
    Int type = TRADECTL_ORDER_LIMIT;
    Int time_in_force = TRADECTL_TIF_GTC;
    bool post_only = false;
    bool reduce_only = false;
    Int quantity = 0;
    Int price = kNone;
    Int stop_price = kNone;
    Int expires = kNone;

    Int leaves = 0;
    Int arrival = 0;
    bool waiting = false;
    Money held = 0;
    Int ahead = kNone;
};

inline bool is_buy(Int side) {
    return side == TRADECTL_SIDE_BUY;
}
inline bool has_limit(const Order& order) {
    return order.type == TRADECTL_ORDER_LIMIT || order.type == TRADECTL_ORDER_STOP_LIMIT;
}

struct Fill {
    Int id, side, maker, price, quantity;
    Money fee;
    auto key() const { return std::tie(id, side, maker, price, quantity, fee); }
    friend bool operator==(const Fill& a, const Fill& b) { return a.key() == b.key(); }
    friend bool operator<(const Fill& a, const Fill& b) { return a.key() < b.key(); }
};

/// An order that ended, and how.
struct End {
    Int id, status, reason;
    auto key() const { return std::tie(id, status, reason); }
    friend bool operator==(const End& a, const End& b) { return a.key() == b.key(); }
    friend bool operator<(const End& a, const End& b) { return a.key() < b.key(); }
};

struct Level {
    Int price, quantity;
};

class Model {
  public:
    Model(const Rules& rules, std::vector<Money> first_base, std::vector<Money> first_quote)
        : base(std::move(first_base)), quote(std::move(first_quote)), rules_(rules) {}

    /// Each returns a TRADECTL_REASON_; 0: taken.
    Int submit(Order order, Int now);
    Int cancel(Int id, Int account);
    Int replace(Int id, Int account, Int new_id, Int quantity, Int price, Int now);
    void cancel_all(Int account);
    void expire(Int now);

    void trade(Int price, Int quantity, Int aggressor);
    /// `book`: from an order book, whose first display ends quotes.
    void display(const std::vector<Level>& bids, const std::vector<Level>& asks, bool book);

    /// One level of an order book; quantity 0 removes it.
    void change_level(Int side, Int price, Int quantity);

    Money held_quote(Int account) const;
    Money held_base(Int account) const;

    std::vector<Order> open;
    std::vector<Money> base;   ///< by account, total
    std::vector<Money> quote;  ///< by account, total
    Money fees = 0;            ///< paid to the venue so far
    std::vector<Fill> fills;   ///< since the caller cleared it
    std::vector<End> ends;

  private:
    Int examine(const Order& order, Money freed) const;
    void place(Order order);
    void begin(Int id);
    /// Walks the market; true when it met its own account and has to go.
    bool take(Int id);
    bool has_offer(Int side, Level& offer) const;
    Int best_resting(Int side) const;
    void execute(Int id, Int price, Int quantity, bool maker);
    void end(Int id, Int status, Int reason);
    void react();
    void requeue();
    void trigger();
    void fill_by_trade(Int side, Int aggressor);
    Int displayed(Int side, Int price) const;
    Money hold(const Order& order, Int quantity) const;
    Money free_for(const Order& order) const;
    Money cost_of_taking(Int id) const;
    Int index_of(Int id) const;
    Order& at(Int id) { return open[static_cast<std::size_t>(index_of(id))]; }

    Rules rules_;
    Int arrivals_ = 0;
    Int last_price_ = kNone;
    Int last_quantity_ = 0;
    Int trade_left_ = 0;
    bool displays_ = false;
    bool has_book_ = false;
    std::vector<Level> bids_;
    std::vector<Level> asks_;
};

}  // namespace tradectl::paper::reference
