#include "host/execution/accounting.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace tradectl::execution {

namespace {

Unexpected overflow(const char* what) {
    return fail(ErrorCode::Overflow, std::string("accounting: ") + what + " is out of range");
}

std::string_view held_asset(const Book& book, const Hold& hold) {
    return hold.in_base() ? book.base : book.quote;
}

/// Gathers the postings of one step; the first failure sticks.
class Entries {
  public:
    explicit Entries(std::string_view account) : account_(account) {}

    /// `amount` out of one bucket and into another.
    void move(std::string_view asset, Bucket from, Bucket to, Decimal amount) {
        const auto negative = checked_negate(amount);
        if (!negative) {
            status_ = overflow("an amount");
            return;
        }
        add(asset, from, *negative);
        add(asset, to, amount);
    }
    [[nodiscard]] Expected<Step> finish(const Hold& hold) {
        if (!status_) return fail(status_.error());
        return Step{hold, postings_};
    }
    [[nodiscard]] Expected<Postings> finish() {
        if (!status_) return fail(status_.error());
        return postings_;
    }

  private:
    void add(std::string_view asset, Bucket bucket, Decimal amount) {
        if (status_) status_ = postings_.add({account_, asset, bucket, amount});
    }

    std::string_view account_;
    Postings postings_;
    Status status_;
};

/// What the hold gives back when only `leaves` is left to be filled.
Expected<Decimal> release_for(const Hold& hold, Decimal leaves) {
    if (leaves.is_zero()) return hold.held;
    const auto needed = needed_for(hold, leaves);
    if (!needed) return fail(needed.error());
    return hold.held - std::min(hold.held, *needed);
}

Status check_execution(const Hold& hold, const Execution& fill) {
    if (hold.side != TRADECTL_SIDE_BUY && hold.side != TRADECTL_SIDE_SELL)
        return fail(ErrorCode::InvalidArgument, "hold: side is " + std::to_string(hold.side));
    if (hold.held.is_null() || hold.held.is_negative())
        return fail(ErrorCode::InvalidArgument, "hold: amount is " + hold.held.to_string());
    const bool for_nothing = fill.price.is_zero() && hold.side == TRADECTL_SIDE_SELL;
    if ((!fill.price.is_positive() && !for_nothing) || !fill.quantity.is_positive())
        return fail(ErrorCode::InvalidArgument,
                    "fill: " + fill.quantity.to_string() + " at " + fill.price.to_string());
    if (fill.leaves_qty.is_null() || fill.leaves_qty.is_negative() || fill.fee.is_null())
        return fail(
            ErrorCode::InvalidArgument,
            "fill: leaves " + fill.leaves_qty.to_string() + ", fee " + fill.fee.to_string());
    return {};
}

}  // namespace

Status Postings::add(const Posting& posting) {
    if (posting.amount.is_null()) return overflow("an amount");
    const auto same = [&](const Posting& each) {
        return each.bucket == posting.bucket && each.asset == posting.asset &&
               each.account == posting.account;
    };
    auto* const found = std::find_if(items_.begin(), items_.end(), same);
    if (found == items_.end()) {
        if (posting.amount.is_zero()) return {};
        if (items_.push(posting)) return {};
        return fail(ErrorCode::Quota, "accounting: more than 12 postings");
    }
    const auto sum = checked_add(found->amount, posting.amount);
    if (!sum) return overflow("a sum of postings");
    found->amount = *sum;
    if (sum->is_zero()) items_.erase(found);
    return {};
}

Expected<Decimal> notional(Decimal price, Decimal quantity, Decimal multiplier) {
    const auto value = checked_mul(price, quantity, Rounding::HalfEven);
    const auto out = value ? checked_mul(*value, multiplier, Rounding::HalfEven) : value;
    if (!out) return overflow("a notional");
    return *out;
}

Expected<Decimal> needed_for(const Hold& hold, Decimal quantity) {
    if (!quantity.is_positive())
        return fail(ErrorCode::InvalidArgument, "hold: quantity is " + quantity.to_string());
    if (hold.side != TRADECTL_SIDE_BUY && hold.side != TRADECTL_SIDE_SELL)
        return fail(ErrorCode::InvalidArgument, "hold: side is " + std::to_string(hold.side));
    if (hold.in_base()) return quantity;
    if (hold.margin.is_negative() && !hold.margin.is_null())
        return fail(ErrorCode::InvalidArgument, "hold: margin is " + hold.margin.to_string());
    if (hold.margin.is_zero()) return Decimal{};
    if (!hold.price.is_positive() || !hold.multiplier.is_positive())
        return fail(ErrorCode::InvalidArgument,
                    "hold: price is " + hold.price.to_string() + ", multiplier " +
                        hold.multiplier.to_string());
    if (hold.fee_rate_max.is_null() || hold.fee_rate_max.is_negative())
        return fail(ErrorCode::InvalidArgument,
                    "hold: fee rate is " + hold.fee_rate_max.to_string());
    const Decimal share = hold.margin.is_null() ? Decimal::from_int(1) : hold.margin;
    const auto factor = checked_add(share, hold.fee_rate_max);
    const auto value = checked_mul(hold.price, quantity, Rounding::Up);
    const auto scaled = value ? checked_mul(*value, hold.multiplier, Rounding::Up) : value;
    const auto out = scaled && factor ? checked_mul(*scaled, *factor, Rounding::Up) : std::nullopt;
    if (!out) return overflow("what the order needs");
    return *out;
}

Expected<Step> hold_order(const Book& book, const Hold& terms, Decimal quantity) {
    const auto needed = needed_for(terms, quantity);
    if (!needed) return fail(needed.error());
    return hold_amount(book, terms, *needed);
}

Expected<Step> hold_amount(const Book& book, const Hold& terms, Decimal needed) {
    Hold hold = terms;
    hold.held = needed;
    Entries entries(book.account);
    entries.move(held_asset(book, hold), Bucket::Available, Bucket::Held, needed);
    return entries.finish(hold);
}

Expected<Step> fill_order(const Book& book, const Hold& hold, const Execution& fill) {
    if (const Status valid = check_execution(hold, fill); !valid) return fail(valid.error());
    const auto value = notional(fill.price, fill.quantity, hold.multiplier);
    if (!value) return fail(value.error());
    const auto release = release_for(hold, fill.leaves_qty);
    if (!release) return fail(release.error());

    const bool buy = hold.side == TRADECTL_SIDE_BUY;
    Entries entries(book.account);
    entries.move(held_asset(book, hold), Bucket::Held, Bucket::Available, *release);
    if (hold.margin.is_null()) {
        const Bucket received =
            fill.settling == Settling::Pending ? Bucket::Unsettled : Bucket::Available;
        entries.move(buy ? book.quote : book.base,
                     Bucket::Available,
                     Bucket::Trade,
                     buy ? *value : fill.quantity);
        entries.move(
            buy ? book.base : book.quote, Bucket::Trade, received, buy ? fill.quantity : *value);
    } else {
        entries.move(book.quote, Bucket::Trade, Bucket::Available, fill.realized_pnl);
    }
    const std::string_view fee_asset = fill.fee_asset.empty() ? book.quote : fill.fee_asset;
    entries.move(fee_asset, Bucket::Available, Bucket::Fee, fill.fee);
    Hold after = hold;
    after.held = hold.held - *release;
    return entries.finish(after);
}

Expected<Postings> confirm_fill(const Book& book,
                                std::uint8_t side,
                                Decimal multiplier,
                                const Execution& fill) {
    const auto value = notional(fill.price, fill.quantity, multiplier);
    if (!value) return tradectl::fail(value.error());
    const bool buy = side == TRADECTL_SIDE_BUY;
    Entries entries(book.account);
    entries.move(buy ? book.base : book.quote,
                 Bucket::Unsettled,
                 Bucket::Available,
                 buy ? fill.quantity : *value);
    return entries.finish();
}

Expected<Postings> undo_fill(const Book& book,
                             std::uint8_t side,
                             Decimal multiplier,
                             const Execution& fill) {
    const auto value = notional(fill.price, fill.quantity, multiplier);
    if (!value) return tradectl::fail(value.error());
    const bool buy = side == TRADECTL_SIDE_BUY;
    Entries entries(book.account);
    entries.move(buy ? book.quote : book.base,
                 Bucket::Trade,
                 Bucket::Available,
                 buy ? *value : fill.quantity);
    entries.move(buy ? book.base : book.quote,
                 Bucket::Unsettled,
                 Bucket::Trade,
                 buy ? fill.quantity : *value);
    const std::string_view fee_asset = fill.fee_asset.empty() ? book.quote : fill.fee_asset;
    entries.move(fee_asset, Bucket::Fee, Bucket::Available, fill.fee);
    return entries.finish();
}

Expected<Step> close_order(const Book& book, const Hold& hold) {
    Entries entries(book.account);
    entries.move(held_asset(book, hold), Bucket::Held, Bucket::Available, hold.held);
    Hold after = hold;
    after.held = Decimal{};
    return entries.finish(after);
}

Expected<Postings> fund(std::string_view account, std::string_view asset, Decimal amount) {
    Entries entries(account);
    entries.move(asset, Bucket::Funding, Bucket::Available, amount);
    return entries.finish();
}

Expected<Postings> reversed(const Postings& postings) {
    Postings out;
    for (Posting posting : postings) {
        const auto negative = checked_negate(posting.amount);
        if (!negative) return overflow("an amount");
        posting.amount = *negative;
        if (const Status added = out.add(posting); !added) return fail(added.error());
    }
    return out;
}

}  // namespace tradectl::execution
