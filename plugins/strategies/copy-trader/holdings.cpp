// Whose purchases our positions are: what is kept, beside what the host says we have.
#include "copy_trader.hpp"

#include <algorithm>

namespace tradectl::copy_trader {

namespace {

/// value * part / whole, rounded up.
std::optional<Decimal> scale(Decimal value, Decimal part, Decimal whole) {
    const auto product = checked_mul(value, part, Rounding::Up);
    return product ? checked_div(*product, whole, Rounding::Up) : std::nullopt;
}

}  // namespace

/// Zero when nothing is kept, null when it cannot be read.
Decimal CopyTrader::kept_quantity(const std::string& key) const {
    const auto kept = kv_get(key);
    if (!kept) return {};
    return Decimal::parse(as_text(*kept)).value_or(Decimal::null());
}

void CopyTrader::keep_quantity(const std::string& key, Decimal quantity) {
    keep(key, quantity.is_positive() ? quantity.to_string() : std::string{});
}

/// Quantity and cost; null when the text is none.
CopyTrader::Held CopyTrader::parse_held(std::string_view text) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    const auto quantity = Decimal::parse(text.substr(0, blank));
    const auto cost = Decimal::parse(text.substr(std::min(blank + 1, text.size())));
    if (!quantity || !cost) return {Decimal::null(), Decimal::null()};
    return {*quantity, *cost};
}

/// A sale takes its part of the cost with it.
void CopyTrader::on_owned_fill(const LiveOrder& order, Decimal quantity) {
    const std::string key = "held/" + order.owner + "/" + name_of(order.instrument);
    const auto kept = kv_get(key);
    const Held before = kept ? parse_held(as_text(*kept)) : Held{};
    const bool is_buy = order.side == Side::Buy;
    const auto after =
        is_buy ? checked_add(before.quantity, quantity) : checked_sub(before.quantity, quantity);
    if (!after) return;
    if (!after->is_positive()) {
        if (kept) keep(key, {});
        return;
    }
    const auto instrument = host().instrument(order.instrument);
    const Decimal added =
        is_buy && instrument ? notional_of(*instrument, quantity, order.price) : Decimal{};
    const auto scaled =
        is_buy ? std::optional<Decimal>(before.cost) : scale(before.cost, *after, before.quantity);
    const auto cost = checked_add(scaled.value_or(Decimal::null()), added);
    if (cost) keep(key, after->to_string() + " " + cost->to_string());
}

void CopyTrader::forget_held(InstrumentHandle instrument) {
    const std::string name = name_of(instrument);
    for (const Leader& leader : leaders_) {
        const std::string key = "held/" + leader.wallet + "/" + name;
        if (kv_get(key)) keep(key, {});
    }
}

void CopyTrader::on_position(const PositionUpdate& position) {
    if (position.quantity().is_zero() && !position.is_snapshot())
        forget_held(position.instrument());
}

void CopyTrader::on_market_over(InstrumentHandle instrument) {
    CappedStrategy::on_market_over(instrument);
    for (const Leader& leader : leaders_) {
        const std::string name = leader.wallet + "/" + name_of(instrument);
        for (const std::string& key : {"held/" + name, "theirs/" + name})
            if (kv_get(key)) keep(key, {});
    }
}

/// The host's position is the truth. What it has less than is kept (an exit of the host's) is taken
/// from all in proportion; what it has more (a fill that was not heard) is nobody's.
CopyTrader::Parts CopyTrader::parts(const std::string& wallet, const Instrument& instrument) const {
    const auto position_now = checked_abs(position(instrument.handle()).quantity());
    Decimal sum;
    Held own;
    const Status read = kv_each("held/", [&](std::string_view key, Bytes value) {
        key.remove_prefix(5);
        const std::size_t slash = key.find('/');
        if (slash == std::string_view::npos || key.substr(slash + 1) != instrument.name()) return;
        const Held held = parse_held(as_text(value));
        sum = checked_add(sum, held.quantity).value_or(Decimal::null());
        if (key.substr(0, slash) == wallet) own = held;
    });
    if (!read || !position_now || sum.is_null()) return {};
    if (sum <= *position_now) return {own, *position_now - sum};
    return {{scale(own.quantity, *position_now, sum).value_or(Decimal::null()),
             scale(own.cost, *position_now, sum).value_or(Decimal::null())},
            {}};
}

/// What is nobody's counts for each wallet: it may be its own.
Decimal CopyTrader::wallet_exposure(const std::string& wallet) const {
    Decimal sum;
    const auto add = [&sum](Decimal cost) {
        sum = checked_add(sum, cost).value_or(Decimal::null());
    };
    host().each_instrument([&](const Instrument& each) {
        const Position held = position(each.handle());
        if (held.is_flat() || each.raw().status == TRADECTL_INSTRUMENT_RESOLVED) return;
        const Parts part = parts(wallet, each);
        add(part.of_wallet.cost);
        if (part.of_nobody.is_zero()) return;
        add(notional_of(each, part.of_nobody, held.average_price()));
    });
    each_open_buy([&](InstrumentHandle, Decimal notional, std::string_view owner) {
        if (owner.empty() || owner == wallet) add(notional);
    });
    return sum;
}

void CopyTrader::skip(const Activity& fill, const Refusal& refusal) {
    const BookTop book = top(fill.instrument());
    const bool is_sell = fill.side() == Side::Sell;
    const Timestamp time = fill.event_time();
    const Status noted =
        decide("skipped, " + std::string(refusal.reason) + ": " + std::string(fill.activity_id()),
               {{"value", refusal.value},
                {"limit", refusal.limit},
                {"their_price", fill.price()},
                {"their_quantity", fill.quantity()},
                {"age", time.ns() <= 0 ? Decimal::null() : seconds_of(now().minus(time))},
                {"touch", is_sell ? book.bid_price() : book.ask_price()}});
    if (!noted) log(LogLevel::Warning, "note not kept: " + noted.error().message);
}

/// The state at a subscription is told again at every start: no news.
void CopyTrader::skip_late(const Leader& leader, const Activity& fill) {
    if (fill.is_snapshot()) return;
    constexpr std::size_t kNotedLateMax = 4096;
    if (noted_late_.size() >= kNotedLateMax) noted_late_.clear();
    if (!noted_late_.insert(leader.wallet + "/" + std::string(fill.activity_id())).second) return;
    skip(fill,
         {"at or before the watermark",
          seconds_of(now().minus(fill.event_time())),
          seconds_of(now().minus(leader.watermark.floor()))});
}

}  // namespace tradectl::copy_trader
