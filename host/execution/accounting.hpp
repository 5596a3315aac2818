/// Double-entry postings of an order's life. Cash: what is bought is paid, what is sold is owned.
/// Margin: an order holds a share of its notional, a fill pays the profit that it realised.
///
/// Every list of postings sums to zero for each asset, and when an order is closed nothing of it is
/// left in `Bucket::Held`. Text is borrowed: it must live as long as the postings.
#pragma once

#include "host/base/short_list.hpp"

#include <tradectl/abi/types.h>
#include <tradectl/decimal.hpp>
#include <tradectl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tradectl::execution {

/// Where an amount sits. The numbers are those of tradectl-wal(5).
enum class Bucket : std::uint8_t {
    Available = 1,
    Held = 2,
    Unsettled = 3,
    Trade = 4,    ///< contra of what was exchanged with the market
    Fee = 5,      ///< fees paid so far
    Funding = 6,  ///< contra of opening balances
    Adjustment = 7,
};

struct Posting {
    std::string_view account;
    std::string_view asset;
    Bucket bucket = Bucket::Available;
    Decimal amount;
};

/// Postings of one step. One entry for each account, asset and bucket; zero amounts are left out.
class Postings {
  public:
    static constexpr std::size_t kMax = 12;

    [[nodiscard]] std::size_t size() const { return items_.size(); }
    [[nodiscard]] bool empty() const { return items_.empty(); }
    [[nodiscard]] const Posting& operator[](std::size_t i) const { return items_[i]; }
    [[nodiscard]] const Posting* begin() const { return items_.begin(); }
    [[nodiscard]] const Posting* end() const { return items_.end(); }
    /// Adds to the entry of the same account, asset and bucket. Overflow when the sum does not fit.
    [[nodiscard]] Status add(const Posting& posting);

  private:
    ShortList<Posting, kMax> items_;
};

/// Where the postings of an order go.
struct Book {
    std::string_view account;
    std::string_view base;
    std::string_view quote;  ///< margin: the settle asset, in which everything is paid
};

/// What an order keeps back. A value of the order: rebuilt from its intent after a restart.
struct Hold {
    std::uint8_t side = TRADECTL_SIDE_NONE;
    Decimal price;  ///< what a unit may cost: limit price, or a bound for market orders
    Decimal multiplier = Decimal::from_int(1);
    Decimal fee_rate_max;  ///< fraction of the notional, paid in quote on top
    Decimal held;          ///< still held: base for a cash sell, else quote
    /// Margin accounting: share of the notional that is held; 0 for an order that only reduces.
    /// Null: cash accounting.
    Decimal margin = Decimal::null();

    [[nodiscard]] bool in_base() const { return margin.is_null() && side == TRADECTL_SIDE_SELL; }
};

/// price * quantity * multiplier, rounded half-even at each product. Overflow when it does not fit
/// or an operand is null.
[[nodiscard]] Expected<Decimal> notional(Decimal price, Decimal quantity, Decimal multiplier);

/// What `quantity` needs. Buy: price * quantity * multiplier * (1 + fee_rate_max) in quote, each
/// product rounded up; sell: the quantity in base. Margin, either side: price * quantity *
/// multiplier * (margin + fee_rate_max), and nothing when the margin is 0. InvalidArgument: bad
/// side, quantity or price not above zero, negative rate. Overflow.
[[nodiscard]] Expected<Decimal> needed_for(const Hold& hold, Decimal quantity);

/// What a step makes of the hold, and the postings that say so.
struct Step {
    Hold hold;
    Postings postings;
};

/// Available to Held when the order's intent is logged.
[[nodiscard]] Expected<Step> hold_order(const Book& book, const Hold& terms, Decimal quantity);
/// The same where `needed_for` has been asked already.
[[nodiscard]] Expected<Step> hold_amount(const Book& book, const Hold& terms, Decimal needed);

/// Whether what was bought, or the price of what was sold, is there already.
enum class Settling : std::uint8_t {
    Final,
    Pending,  ///< it waits in Unsettled, and may still be undone
};

/// One execution of an order. `leaves_qty` is what is left after it.
struct Execution {
    Decimal price;
    Decimal quantity;
    Decimal leaves_qty;
    Decimal fee;                          ///< positive is paid, negative a rebate
    std::string_view fee_asset;           ///< empty: the quote asset
    Decimal realized_pnl{};               ///< margin: paid in the settle asset; may be negative
    Settling settling = Settling::Final;  ///< cash alone
};

/// Cash exchanges base and quote against Trade, margin takes the realised profit from there; pays
/// the fee to Fee, and gives back what the order no
/// longer needs to hold for `leaves_qty`; all of it when that is zero. Works after the hold was
/// released too (a fill that crossed a cancel): Available pays then.
[[nodiscard]] Expected<Step> fill_order(const Book& book, const Hold& hold, const Execution& fill);

/// A cash fill that was booked as pending, once it is final: what was received becomes available.
[[nodiscard]] Expected<Postings> confirm_fill(const Book& book,
                                              std::uint8_t side,
                                              Decimal multiplier,
                                              const Execution& fill);
/// The same once it will never settle: all of it is undone, its fee too.
[[nodiscard]] Expected<Postings> undo_fill(const Book& book,
                                           std::uint8_t side,
                                           Decimal multiplier,
                                           const Execution& fill);

/// Gives back the rest when the order is closed; no postings when nothing is held.
[[nodiscard]] Expected<Step> close_order(const Book& book, const Hold& hold);

/// Available against Funding: an opening balance, a deposit, or (negative) a withdrawal.
[[nodiscard]] Expected<Postings> fund(std::string_view account,
                                      std::string_view asset,
                                      Decimal amount);

/// The same postings with the signs turned: what undoes them.
[[nodiscard]] Expected<Postings> reversed(const Postings& postings);

}  // namespace tradectl::execution
