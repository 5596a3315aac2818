#include "sniper.hpp"

#include <algorithm>
#include <cstddef>

namespace tradectl::sniper {

namespace {

constexpr std::size_t kShotsMax = 50'000;

/// FNV-1a: the same shot gives the same tag in every run.
std::uint64_t tag_of(std::string_view key) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : key)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return hash == 0 ? 1 : hash;
}

}  // namespace

Status Sniper::on_configure() {
    if (*settings.aim.favourite_min > *settings.aim.favourite_max)
        return fail(ErrorCode::InvalidArgument,
                    "favourite_min: " + settings.aim.favourite_min->to_string() +
                        " is above favourite_max, " + settings.aim.favourite_max->to_string());
    if (settings.entry.caps.trade_notional_max->is_zero())
        return fail(ErrorCode::InvalidArgument, "trade_notional_max: 0 would spend all there is");
    return {};
}

Status Sniper::on_start() {
    if (Status started = start_capped(settings.entry, TRADECTL_STREAM_QUOTES); !started)
        return started;
    const std::string_view prefix = *settings.entry.order.dry_run ? "dry/" : "done/";
    Status read = kv_each(prefix, [&](std::string_view, Bytes) { ++shots_; });
    if (!read) return read;
    host().each_instrument([&](const Instrument& each) {
        const auto kept = kv_get("listed/" + std::string(each.name()));
        const auto time = kept ? parse_number<std::int64_t>(as_text(*kept)) : std::nullopt;
        if (time) listed_[each.handle()] = Timestamp{*time};
    });
    const std::int64_t interval_ns = *settings.aim.scan_interval;
    return set_timer(kOwnTimerFirst, now().plus_ns(interval_ns), interval_ns);
}

/// What is there at the start was not just listed.
void Sniper::on_instrument(const InstrumentUpdate& update) {
    CappedStrategy::on_instrument(update);
    if (update.change() != TRADECTL_INSTRUMENT_LISTED || update.is_snapshot()) return;
    if (!listed_.emplace(update.instrument(), now()).second) return;
    keep("listed/" + name_of(update.instrument()), std::to_string(now().ns()));
    consider(update.instrument());
}

void Sniper::on_timer(const Timer& timer) {
    CappedStrategy::on_timer(timer);
    if (timer.timer_id() != kOwnTimerFirst) return;
    host().each_instrument([&](const Instrument& each) { consider(each.handle()); });
}

Sniper::Occasion Sniper::occasion(const Instrument& instrument) const {
    const auto listed = listed_.find(instrument.handle());
    if (*settings.aim.mode != "near-resolution" && listed != listed_.end() &&
        now().minus(listed->second) <= *settings.aim.listing_age_max)
        return Occasion::Listed;
    const Timestamp close{instrument.raw().close_time};
    if (*settings.aim.mode == "new-market" || close.is_none()) return Occasion::None;
    const std::int64_t left = close.minus(now());
    return left > 0 && left <= *settings.aim.close_within ? Occasion::Closing : Occasion::None;
}

/// The venue's name of a market is the instrument's without the outcome and without the venue.
std::string Sniper::shot_key(const Instrument& instrument) const {
    std::string_view name = instrument.name();
    if (*settings.aim.once_per == "market") {
        name = name.substr(0, name.rfind('.'));
        name = name.substr(0, name.rfind('-'));
    }
    return (*settings.entry.order.dry_run ? "dry/" : "done/") + std::string(name);
}

void Sniper::consider(InstrumentHandle handle) {
    const auto instrument = host().instrument(handle);
    if (!instrument) return;
    const Occasion why = occasion(*instrument);
    if (why == Occasion::None) return;
    const std::string key = shot_key(*instrument);
    if (!kv_get(key)) shoot(*instrument, why, key);
}

void Sniper::shoot(const Instrument& instrument, Occasion why, const std::string& key) {
    if (shots_ >= kShotsMax)
        return leave(instrument,
                     {"too many shots are kept",
                      Decimal::from_int(static_cast<std::int64_t>(shots_)),
                      Decimal::from_int(static_cast<std::int64_t>(kShotsMax))});
    if (const auto refusal = refuse_buy(instrument)) return leave(instrument, *refusal);
    const BookTop book = top(instrument.handle());
    if (why == Occasion::Closing)
        if (const auto refusal = refuse_favourite(book.ask_price()))
            return leave(instrument, *refusal);
    const Decimal limit = buy_limit(instrument, why);
    if (limit < book.ask_price()) return leave(instrument, {"limit", book.ask_price(), limit});
    Room left = room(instrument);
    const Decimal before = spent();
    if (settings.aim.budget->is_positive()) left.cap("budget", before, *settings.aim.budget);
    if (left.refusal()) return leave(instrument, *left.refusal());
    const Sized sized = quantity_for(instrument, limit, left.notional());
    if (sized.refusal) return leave(instrument, *sized.refusal);
    const Decimal cost = notional_of(instrument, sized.quantity, limit);
    const Timestamp close{instrument.raw().close_time};
    const bool is_dry = *settings.entry.order.dry_run;
    const auto after = checked_add(before.is_null() ? Decimal{} : before, cost);
    if (!keep(key, now().to_string()) || (!is_dry && !(after && keep_spent(*after))))
        return leave(instrument, {"could not be kept"});
    const auto placed =
        place({.instrument = instrument.handle(),
               .quantity = sized.quantity,
               .price = limit,
               .owner = key,
               .intent_tag = tag_of(key),
               .note = std::string(why == Occasion::Listed ? "shot, new market: "
                                                           : "shot, near resolution: ") +
                       std::string(instrument.name())},
              {{"offer", book.ask_price()},
               {"bid", book.bid_price()},
               {"price", limit},
               {"quantity", sized.quantity},
               {"notional", cost},
               {"spent", before},
               {"time_left", close.is_none() ? Decimal::null() : seconds_of(close.minus(now()))}});
    ++shots_;
    if (placed) return;
    log(LogLevel::Warning, "order refused: " + placed.error().message);
    take_back(key, before);
    leave(instrument, {"order refused"});
}

std::optional<Refusal> Sniper::refuse_favourite(Decimal offer) const {
    const AimSettings& aim = settings.aim;
    if (offer < *aim.favourite_min) return Refusal{"not a favourite", offer, *aim.favourite_min};
    if (offer > *aim.favourite_max) return Refusal{"too dear", offer, *aim.favourite_max};
    return std::nullopt;
}

/// The best offer and the slippage, within what filter, aim and instrument allow, on the tick.
Decimal Sniper::buy_limit(const Instrument& instrument, Occasion why) const {
    const Decimal offer = top(instrument.handle()).ask_price();
    Decimal limit = checked_add(offer, *settings.aim.slippage).value_or(Decimal::null());
    if (why == Occasion::Closing) limit = std::min(limit, *settings.aim.favourite_max);
    const Decimal dearest = *settings.entry.filter.price_max;
    if (dearest.is_positive()) limit = std::min(limit, dearest);
    const Decimal highest = Decimal::from_abi(instrument.raw().price_max);
    if (!highest.is_null()) limit = std::min(limit, highest);
    return round_to(limit, instrument.tick(), Rounding::Down).value_or(Decimal::null());
}

Decimal Sniper::spent() const {
    const auto kept = kv_get("spent");
    if (!kept) return {};
    return Decimal::parse(as_text(*kept)).value_or(Decimal::null());
}

bool Sniper::keep_spent(Decimal spent) {
    return keep("spent", spent.is_positive() ? spent.to_string() : std::string{});
}

/// Nothing was sent: it was no shot.
void Sniper::take_back(const std::string& key, Decimal spent_before) {
    --shots_;
    keep(key, {});
    if (!*settings.entry.order.dry_run) keep_spent(spent_before);
}

void Sniper::on_owned_end(const LiveOrder& order) {
    const auto instrument = host().instrument(order.instrument);
    const Decimal before = spent();
    if (!instrument || order.side != Side::Buy || before.is_null()) return;
    const auto after = checked_sub(before, notional_of(*instrument, order.leaves(), order.price));
    if (after && *after != before) keep_spent(*after);
}

/// A market that resolved cannot be shot at again: its shot need not be kept.
void Sniper::on_market_over(InstrumentHandle handle) {
    CappedStrategy::on_market_over(handle);
    const auto instrument = host().instrument(handle);
    if (listed_.erase(handle) > 0) keep("listed/" + name_of(handle), {});
    noted_.erase(handle);
    if (!instrument || instrument->raw().status != TRADECTL_INSTRUMENT_RESOLVED) return;
    const std::string key = shot_key(*instrument);
    if (kv_get(key) && keep(key, {}) && shots_ > 0) --shots_;
}

void Sniper::leave(const Instrument& instrument, const Refusal& refusal) {
    if (!noted_[instrument.handle()].insert(refusal.reason).second) return;
    const BookTop book = top(instrument.handle());
    const Timestamp close{instrument.raw().close_time};
    const Status noted =
        decide("left, " + std::string(refusal.reason) + ": " + std::string(instrument.name()),
               {{"value", refusal.value},
                {"limit", refusal.limit},
                {"offer", book.ask_price()},
                {"bid", book.bid_price()},
                {"time_left", close.is_none() ? Decimal::null() : seconds_of(close.minus(now()))}});
    if (!noted) log(LogLevel::Warning, "note not kept: " + noted.error().message);
}

}  // namespace tradectl::sniper
